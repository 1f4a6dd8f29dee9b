import Kernel
import Web

/// One's second factor: off, half set up, or on.
struct SecondFactorPage {
  let factor: SecondFactor?
  let start: SecondFactorStart?
  let visit: Visit
  var problem: Problem?

  private var viewer: Viewer { visit.viewer }

  var html: HTML {
    Shell.page(
      title: "Second factor", path: "/account/second-factor", viewer: viewer,
      crumbs: [Crumb("Your account", "/account")],
      lead: "A code from your phone after the password: who learns your password alone cannot sign in.",
      width: .narrow, body: factor.map(on) ?? start.map(setUp) ?? off)
  }

  private var off: HTML {
    """
    \(general)<section class="vc-card"><h2>Set it up</h2>
    <p>You need an authenticator: an app on your phone that shows codes of six digits. Any that reads a QR code will do.</p>
    <p>\(PostButton("Show me the QR code", action: "/account/second-factor", csrf: viewer.csrf, weight: .primary, icon: "qrcode"))</p>
    </section>
    """
  }

  private func setUp(_ start: SecondFactorStart) -> HTML {
    """
    <section class="vc-card vc-enrol"><h2>1. Take it over</h2>
    <div class="vc-enrol-secret">\(QRCode(Array(start.link.utf8), label: "QR code for your authenticator"))
    <div><p>Read this with your authenticator. On this device: <a href="\(url: start.link)">open the authenticator</a>.</p>
    <p>Or type the secret there (time based, six digits):</p><p><code class="vc-secret">\(start.typed)</code></p></div></div>
    </section>
    <section class="vc-card"><h2>2. Prove it</h2>\(Form(
      action: "/account/second-factor/proof", csrf: viewer.csrf, submit: "Switch it on",
      fields: [
        Field(
          "code", "The code it shows now", .whole, hint: "Six digits; your other sessions end.", isRequired: true,
          autocomplete: "one-time-code", isFocused: true)
      ], problems: problem.map { [$0] } ?? [], cancel: "/account"))</section>
    """
  }

  private func on(_ factor: SecondFactor) -> HTML {
    """
    \(general)<section class="vc-card"><h2>It is on</h2>
    <dl class="vc-facts"><div><dt>Since</dt><dd>\(viewer.time(factor.since))</dd></div>
    <div><dt>Recovery codes left</dt><dd>\(factor.recoveryCodes) of \(SecondFactor.recoveryCodeCount)</dd></div></dl></section>
    <section class="vc-card"><h2>New recovery codes</h2><p>The old ones are void then.</p>\(Form(
      action: "/account/second-factor/recovery-codes", csrf: viewer.csrf, submit: "Make ten new codes",
      fields: [Field("code", "The code your authenticator shows", .whole, isRequired: true, autocomplete: "one-time-code")],
      problems: []))</section>
    <section class="vc-card"><h2>Switch it off</h2><p>Then the password alone is enough again.</p>\(Form(
      action: "/account/second-factor", method: .delete, csrf: viewer.csrf, submit: "Switch it off",
      rows: [
        .field(Field("password", "Password", .password, isRequired: true)),
        .field(Field("code", "The code your authenticator shows, or a recovery code", .text, isRequired: true, autocomplete: "off")),
      ], problems: [], isDangerous: true))</section>
    """
  }

  private var general: HTML {
    guard let problem, start == nil || factor != nil else { return HTML() }
    return Flash(.bad, "\(problem.message) \(problem.mend ?? "")").html
  }
}

/// The recovery codes, shown once.
struct RecoveryCodesPage {
  let codes: [String]
  let isNew: Bool
  let viewer: Viewer

  var html: HTML {
    Shell.page(
      title: "Your recovery codes", path: "/account/second-factor", viewer: viewer,
      crumbs: [Crumb("Your account", "/account"), Crumb("Second factor", "/account/second-factor")],
      lead: isNew ? "The second factor is on." : "The old codes are void.", width: .narrow,
      body: """
        <section class="vc-card vc-once"><p>When your phone is lost, each of these lets you in once instead of a code. \
        Print them or write them down; they are shown only now.</p>
        <ol class="vc-codes">\(codes.html { "<li><code>\($0)</code></li>" })</ol></section>
        <p>\(LinkButton("I have kept them", "/account", weight: .primary))</p>
        """)
  }
}
