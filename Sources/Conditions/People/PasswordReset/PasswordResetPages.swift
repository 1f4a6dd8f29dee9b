import Kernel
import Web

/// The form to ask for a new password with, and what is said afterwards.
struct ForgottenPage {
  let viewer: Viewer
  var email = ""
  var isNoted = false
  var problem: Problem?

  var html: HTML {
    Shell.bare(title: "Forgot your password?", viewer: viewer, body: isNoted ? noted : form)
  }

  private var noted: HTML {
    """
    <p>If somebody signs in with this address, an administrator has been told and will hand you a link to set a new \
    password.</p><p>The link works for an hour. If nobody comes back to you, ask them in person.</p>
    <p class="vc-aside"><a href="/sign-in">Back to the sign-in</a></p>
    """
  }

  private var form: HTML {
    """
    <p>Say who you are. An administrator of \(viewer.company) is told, and hands you a link to set a new password.</p>
    \(Form(
      action: "/password-requests", csrf: viewer.csrf, submit: "Ask for a new password",
      fields: [Field("email", "E-mail", .email, isRequired: true, autocomplete: "username", isFocused: true)],
      values: ["email": email], problems: problem.map { [$0] } ?? []))
    <p class="vc-aside"><a href="/sign-in">Back to the sign-in</a></p>
    """
  }
}

/// The form behind a reset link.
struct ResetPage {
  let reset: PasswordReset
  let token: String
  let viewer: Viewer
  var problem: Problem?

  var html: HTML {
    Shell.bare(
      title: "Set a new password", viewer: viewer,
      body: """
        <p>For \(reset.name), who signs in as \(reset.email). All earlier sessions end.</p>
        \(Form(
          action: "/reset", csrf: viewer.csrf, submit: "Set the password",
          fields: [
            Field(
              "password", "New password", .newPassword, hint: "At least 12 characters; a sentence is good.",
              isRequired: true, isFocused: true),
            Field("token", "", .hidden, value: token),
          ], problems: problem.map { [$0] } ?? []))
        """)
  }
}

/// The link an administrator hands over.
struct ResetLinkPage {
  let reset: PasswordReset
  let link: String
  let viewer: Viewer

  var html: HTML {
    Shell.page(
      title: "A link for \(reset.name)", path: "/users", viewer: viewer,
      crumbs: [Crumb("People", "/users"), Crumb(reset.name, "/users/\(reset.user)/access")], width: .narrow,
      body: """
        \(HandedLink(
          words: "Hand this to \(reset.name) (\(reset.email)), by a way that only they read:", link: link,
          note: "It sets a new password once, within an hour. It is shown only now; an older link is void."))
        <p>\(LinkButton("Done", "/users/\(reset.user)/access", weight: .primary))</p>
        """)
  }
}
