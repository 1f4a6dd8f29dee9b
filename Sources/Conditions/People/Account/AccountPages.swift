import Kernel
import Web

/// One's own account.
struct AccountPage {
  let account: AccountStanding
  let visit: Visit
  var problem: Problem?

  private var viewer: Viewer { visit.viewer }
  private var user: User { account.user }

  var html: HTML {
    Shell.page(
      title: "Your account", path: "/account", viewer: viewer,
      lead: "You sign in as \(user.email); your role is \(user.role.rawValue).",
      body: """
        <div class="vc-account">\(name)\(password)\(secondFactor)\(colours)</div>\(sessions)\(keys)
        """)
  }

  private func problems(_ fields: [String]) -> [Problem] {
    problem.map { $0.field.map(fields.contains) ?? (fields.contains("old")) ? [$0] : [] } ?? []
  }

  private var name: HTML {
    """
    <section class="vc-card"><h2>Name</h2>\(Form(
      action: "/account/name", method: .put, csrf: viewer.csrf, submit: "Save",
      fields: [Field("name", "Your name", .text, value: user.name, isRequired: true, autocomplete: "name")],
      values: visit.fields.dictionary.filter { $0.key == "name" }, problems: problems(["name"])))</section>
    """
  }

  private var password: HTML {
    """
    <section class="vc-card" id="password"><h2>Password</h2>\(Form(
      action: "/account/password", method: .put, csrf: viewer.csrf, submit: "Change the password",
      fields: [
        Field("old", "The password so far", .password, isRequired: true),
        Field(
          "password", "The new one", .newPassword,
          hint: "At least 12 characters; a sentence is good. Your other sessions end.", isRequired: true),
      ], problems: problems(["old", "password"])))</section>
    """
  }

  private var secondFactor: HTML {
    let words: HTML
    if let factor = account.secondFactor {
      words = """
        \(Badge("on", .good)) since \(viewer.time(factor.since)); \
        \(viewer.format.count(factor.recoveryCodes, "recovery code", "recovery codes")) left.
        """
    } else {
      words = """
        \(Badge("off", account.isSecondFactorRequired ? .bad : .watch)) Who learns your password can sign in as you.\
        \(when: account.isSecondFactorRequired, " The company asks for it.")
        """
    }
    return """
      <section class="vc-card"><h2>Second factor</h2><p>\(words)</p><p class="vc-card-end">\
      \(LinkButton(account.secondFactor == nil ? "Set it up" : "Change it", "/account/second-factor",
        weight: account.secondFactor == nil ? .primary : .secondary, icon: "device-mobile"))</p></section>
      """
  }

  private var colours: HTML {
    """
    <section class="vc-card"><h2>Colours and language</h2>
    <form class="vc-theme" method="post" action="/theme">\(Form.hidden(csrf: viewer.csrf))\(Form.hidden("return", "/account"))\
    <fieldset><legend class="visually-hidden">Colours</legend><div class="vc-theme-choices">\
    \(Viewer.Theme.allCases.html { theme in
      """
      <button type="submit" name="theme" value="\(theme.rawValue)" aria-pressed="\(theme == viewer.theme ? "true" : "false")">\
      \(Icon(theme == .system ? "device-desktop" : theme == .light ? "sun" : "moon"))\
      <span>\(words: theme == .system ? "System" : theme.title)</span></button>
      """
    })</div></fieldset></form>
    \(Shell.languageSwitch(path: "/account", viewer: viewer))
    <p class="vc-hint">Both stay with this browser. Numbers and days are written as the company writes them.</p>
    </section>
    """
  }

  private var sessions: HTML {
    """
    <section><div class="vc-section-head"><h2>Where I am signed in</h2>\
    \(when: account.sessions.count > 1, endOthers.html)</div>\
    \(SessionTable(sessions: account.sessions, viewer: viewer, path: "/account/sessions", state: ListState(path: "/account")))</section>
    """
  }

  private var endOthers: PostButton {
    PostButton("End all others", action: "/account/sessions", csrf: viewer.csrf, method: .delete, weight: .quiet)
  }

  private var keys: HTML {
    let open = account.keys.filter { !$0.isOver(at: visit.now) }
    return """
      <section class="vc-card"><h2>Keys for programs</h2><p>\(open.isEmpty
        ? "No program signs in for you."
        : HTML("\(viewer.format.count(open.count, "key works", "keys work")): \(open.map(\.name).joined(separator: ", "))."))</p>
      <p class="vc-card-end">\(LinkButton("Your keys", "/keys", icon: "key"))</p></section>
      """
  }
}
