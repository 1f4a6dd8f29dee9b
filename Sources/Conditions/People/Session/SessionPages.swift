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
      body: """
        \(Form(
          action: "/session", csrf: viewer.csrf, submit: "Sign in",
          fields: [
            Field("email", "E-mail", .email, isRequired: true, autocomplete: "username", isFocused: true),
            Field("password", "Password", .password, isRequired: true, autocomplete: "current-password"),
            Field("return", "", .hidden, value: returnTo),
          ],
          values: ["email": email, "return": returnTo], problems: problem.map { [$0] } ?? []))
        <p class="vc-aside"><a href="/sign-in/forgotten">Forgot your password?</a></p>
        """)
  }
}

/// The form for the code of the second factor.
struct CodePage {
  let half: String
  let returnTo: String
  let viewer: Viewer
  var problem: Problem?

  var html: HTML {
    Shell.bare(
      title: "Your code", viewer: viewer,
      body: """
        <p>Type the six digits your authenticator shows now. Without it, type one of your recovery codes.</p>
        \(Form(
          action: "/session/code", csrf: viewer.csrf, submit: "Go on",
          fields: [
            Field("code", "Code", .text, isRequired: true, autocomplete: "one-time-code", isFocused: true),
            Field("token", "", .hidden, value: half), Field("return", "", .hidden, value: returnTo),
          ], problems: problem.map { [$0] } ?? []))
        <p class="vc-aside"><a href="/sign-in">Sign in as somebody else</a></p>
        """)
  }
}

/// The places somebody is signed in at, each with a button that ends it.
struct SessionTable: Part {
  let sessions: [SessionEntry]
  let viewer: Viewer
  /// The address whose parts end one session.
  let path: String
  let state: ListState

  var html: HTML {
    ListTable(
      "\(viewer.format.count(sessions.count, "place", "places"))", rows: sessions,
      columns: [
        .init("Program", onCard: .title) { entry in
          "\(entry.program)\(when: entry.isThis, " \(Badge("this one", .good))")"
        },
        .init("Address", onCard: .fact) { "\($0.address)" },
        .init("Last seen", onCard: .fact) { viewer.time($0.seenAt) },
        .init("Signed in", onCard: .fact) { entry in
          "\(viewer.time(entry.createdAt))\(when: entry.secondFactorAt != nil, ", with a code")"
        },
        .init("", onCard: .fact) { entry in
          entry.isThis
            ? "<span class=\"text-secondary\">Sign out in the menu</span>"
            : PostButton("End", action: "\(path)/\(entry.id)", csrf: viewer.csrf, method: .delete, weight: .quiet).html
        },
      ], state: state,
      empty: EmptyState("Nowhere", reason: "There is no session that is still open.", icon: "device-laptop")
    ).html
  }
}
