import Kernel
import Web

/// What administrators look after: who waits, who is locked out, who needs a second factor.
struct AccessPage {
  let standing: AccessStanding
  /// Those whose people a second factor can be asked of.
  let roles: [Role]
  let visit: Visit

  private var viewer: Viewer { visit.viewer }

  var html: HTML {
    Shell.page(
      title: "Access", path: "/access", viewer: viewer, crumbs: [Crumb("People", "/users")],
      lead: "Who waits to get in, who is locked out, and who needs a second factor.",
      body: "\(requests)\(lockOuts)\(rules)")
  }

  private var requests: HTML {
    """
    <section><h2>Forgotten passwords</h2>\(ListTable(
      "\(viewer.format.count(standing.requests.count, "person waits", "people wait")) for a link, the longest first",
      rows: standing.requests,
      columns: [
        .init("Name", onCard: .title) { "<a href=\"/users/\($0.user)/access\">\($0.name)</a>" },
        .init("E-mail", onCard: .fact) { "\($0.email)" }, .init("Asked", onCard: .fact) { viewer.time($0.at) },
        .init("From", onCard: .fact) { "\($0.address)" },
        .init("", onCard: .fact) { request in
          """
          \(PostButton("Make a link", action: "/users/\(request.user)/reset-link", csrf: viewer.csrf)) \
          \(PostButton("Put away", action: "/password-requests/\(request.user)", csrf: viewer.csrf, method: .delete, weight: .quiet))
          """
        },
      ], state: ListState(path: "/access"),
      empty: EmptyState(
        "Nobody waits", reason: "Who has forgotten their password asks on the sign-in page, and stands here then.",
        icon: "lock-question")))</section>
    """
  }

  private var lockOuts: HTML {
    """
    <section><h2>Locked out</h2>\(ListTable(
      "\(viewer.format.count(standing.lockOuts.count, "lock-out", "lock-outs")), the newest first",
      rows: standing.lockOuts,
      columns: [
        .init("Who", onCard: .title) { "\($0.email ?? "everybody")" },
        .init("From", onCard: .fact) { "\($0.address ?? "anywhere")" },
        .init("Since", onCard: .fact) { viewer.time($0.at) }, .init("Until", onCard: .fact) { viewer.time($0.until) },
        .init("", onCard: .fact) { lockOut in
          PostButton(
            "Lift", action: "/lock-outs", csrf: viewer.csrf, method: .delete, weight: .quiet,
            fields: [("subject", lockOut.subject)]
          ).html
        },
      ], state: ListState(path: "/access"),
      empty: EmptyState(
        "Nobody is locked out", reason: "After five wrong passwords in a quarter of an hour somebody waits for a while.",
        icon: "lock-open")))</section>
    """
  }

  private var rules: HTML {
    let asked = Set(standing.rules.map(\.role))
    let roles = [("", "Everybody")] + self.roles.map { ($0.code.rawValue, $0.name) }
    let free = roles.filter { !asked.contains($0.0) }.map { Field.Option($0.0, $0.1) }
    return """
      <section class="vc-access-rules"><h2>Second factor required</h2>\(standing.rules.isEmpty ? HTML() : ruleList)
      \(when: !free.isEmpty && visit.actor.may(.edit, .company), requireForm(free))</section>
      """
  }

  private var ruleList: HTML {
    ListTable(
      "Who must have one", rows: standing.rules,
      columns: [
        .init("Role", onCard: .title) { $0.role.isEmpty ? "Everybody" : HTML(words: $0.role) },
        .init("Since", onCard: .fact) { "\(viewer.time($0.at)) by \($0.actorName)" },
        .init("", onCard: .fact) { rule in
          PostButton(
            "Require no longer", action: "/second-factor-rules", csrf: viewer.csrf, method: .delete, weight: .quiet,
            fields: [("role", rule.role)]
          ).html
        },
      ], state: ListState(path: "/access"), empty: EmptyState("Not required of anybody", reason: "")
    ).html
  }

  private func requireForm(_ roles: [Field.Option]) -> HTML {
    """
    <section class="vc-card"><p>\(words: standing.rules.isEmpty ? "Everybody chooses for themselves." : "Ask it of more people.")</p>\(Form(
      action: "/second-factor-rules", csrf: viewer.csrf, submit: "Require it",
      fields: [
        Field(
          "role", "Of whom", .select(roles), hint: "Who has none sets it up before anything else.", isRequired: true)
      ]))</section>
    """
  }
}

/// How one person gets in, for administrators.
struct UserAccessPage {
  let access: AccountStanding
  let visit: Visit

  private var viewer: Viewer { visit.viewer }
  private var user: User { access.user }

  var html: HTML {
    Shell.page(
      title: user.name, path: "/users", viewer: viewer, crumbs: [Crumb("People", "/users")],
      lead: "Signs in as \(user.email)\(when: user.disabledAt != nil, "; access is taken away").",
      actions: visit.actor.may(.edit, .user) && user.disabledAt == nil
        ? HTML(
          "\(PostButton("Make a reset link", action: "/users/\(user.id)/reset-link", csrf: viewer.csrf, icon: "link"))")
        : HTML(),
      body: "\(factor)\(sessions)\(keys)")
  }

  private var factor: HTML {
    guard let factor = access.secondFactor else {
      return """
        <section class="vc-card"><h2>Second factor</h2><p>\(Badge("off", access.isSecondFactorRequired ? .bad : .watch)) \
        \(words: access.isSecondFactorRequired ? "It is required; at the next step they set it up." : "The password alone is enough.")</p></section>
        """
    }
    return """
      <section class="vc-card"><h2>Second factor</h2><p>\(Badge("on", .good)) since \(viewer.time(factor.since)), \
      \(viewer.format.count(factor.recoveryCodes, "recovery code", "recovery codes")) left.</p><p class="vc-card-end">\
      \(ConfirmDialog(
        "Take it away", question: "Take \(user.name)'s second factor away?",
        explanation: "<p>Do this when phone and recovery codes are lost, and you know that it is really them who ask. All their sessions end.</p>",
        confirm: "Take it away", action: "/users/\(user.id)/second-factor", csrf: viewer.csrf, icon: "device-mobile-off"))</p></section>
      """
  }

  private var sessions: HTML {
    """
    <section><div class="vc-section-head"><h2>Signed in</h2>\
    \(when: !access.sessions.isEmpty, endAll.html)</div>\
    \(SessionTable(
      sessions: access.sessions, viewer: viewer, path: "/users/\(user.id)/sessions",
      state: ListState(path: "/users/\(user.id)/access")))</section>
    """
  }

  private var endAll: PostButton {
    PostButton(
      "End all", action: "/users/\(user.id)/sessions", csrf: viewer.csrf, method: .delete, weight: .quiet)
  }

  private var keys: HTML {
    guard !access.keys.isEmpty else { return HTML() }
    return """
      <section><h2>Keys</h2>\(KeyTable(keys: access.keys, visit: visit, path: "/users/\(user.id)/access"))</section>
      """
  }
}
