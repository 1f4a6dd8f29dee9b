import Kernel
import Web

/// The form to sign in with.
struct SignInPage {
  let returnTo: String
  let viewer: Viewer
  var email = ""
  var problem: Problem?

  var html: HTML {
    Shell.bare(
      title: "Sign in", viewer: viewer,
      body: Form(
        action: "/session", csrf: viewer.csrf, submit: "Sign in",
        fields: [
          Field("email", "E-mail", .email, isRequired: true, autocomplete: "username", isFocused: true),
          Field("password", "Password", .password, isRequired: true, autocomplete: "current-password"),
          Field("return", "", .hidden, value: returnTo),
        ],
        values: ["email": email, "return": returnTo], problems: problem.map { [$0] } ?? []
      ).html)
  }
}
