import Kernel
import Web

/// Signing in and out, and where one is signed in.
package struct SessionRoutes: Sendable {
  let sessions: Sessions
  let cookies: CookieJar
  /// Where somebody goes first who did not ask for a page; nil for Today.
  let firstPage: @Sendable (Actor) async throws -> String?

  package init(
    _ sessions: Sessions, cookies: CookieJar,
    firstPage: @escaping @Sendable (Actor) async throws -> String? = { _ in nil }
  ) {
    self.sessions = sessions
    self.cookies = cookies
    self.firstPage = firstPage
  }

  package var routes: [Route] {
    [
      Route(.get, "/sign-in", .open, "The form to sign in with.", isInAPI: false) { visit in
        if visit.actor.user != nil { return .redirect(to: returnPath(visit.query["return"])) }
        return .page(SignInPage(returnTo: returnPath(visit.query["return"]), viewer: visit.viewer).html)
      },
      Route(
        .post, "/session", .open, "Signs in: answers with a token to send as a bearer.",
        answer: .of([String: String].self, 201, 202),
        inputs: [.init("email", "The address", required: true), .init("password", "The password", required: true)],
        action: signIn),
      Route(
        .post, "/session/code", .open, "The second step of signing in, where a second factor is on.",
        answer: .of([String: String].self, 201),
        inputs: [
          .init("token", "What the first step answered", required: true),
          .init("code", "Six digits, or a recovery code", required: true),
        ], action: giveCode),
      Route(.delete, "/session", .signedIn, "Signs out.", answer: .of([String: Bool].self), action: signOut),
      Route(.post, "/sign-out", .signedIn, "Signs out, from a page.", isInAPI: false, action: signOut),
      Route(.post, "/theme", .open, "Chooses light, dark, or as the system.", isInAPI: false) { visit in
        let theme = Viewer.Theme(rawValue: visit.fields["theme"] ?? "") ?? .system
        var answer = Answer.redirect(to: returnPath(visit.fields["return"]))
        answer.cookies.append(cookies.theme(theme.rawValue))
        return answer
      },
      Route(.post, "/language", .open, "Chooses the language of the pages.", isInAPI: false) { visit in
        let code = try visit.fields.required("language")
        guard Language.offered.contains(where: { $0.0 == code }) else {
          throw Problem(.invalid, field: "language", "There are no pages in this language.", mend: "Choose another.")
        }
        var answer = Answer.redirect(to: returnPath(visit.fields["return"]))
        answer.cookies.append(cookies.language(code))
        return answer
      },
    ] + own + others
  }

  private var own: [Route] {
    [
      Route(.get, "/account/sessions", .inPerson, "Where one is signed in.", answer: .of([String: [SessionEntry]].self))
      { visit in
        guard visit.face == .json else { return .redirect(to: "/account") }
        let me = try SecondFactors.person(visit.actor)
        return .json(["rows": try await sessions.all(of: me, token: visit.token, for: visit.actor)])
      },
      Route(
        .delete, "/account/sessions", .inPerson, "Ends all one's sessions but this one.",
        answer: .of([String: Int].self)
      ) { visit in
        let ended = try await sessions.endAll(
          of: try SecondFactors.person(visit.actor), but: visit.token, by: visit.actor)
        return .changed(
          visit, to: "/account", json: ["ended": ended],
          flash: Flash(.good, ended == 0 ? "You are signed in nowhere else." : "All other sessions are ended."))
      },
      Route(
        .delete, "/account/sessions/{session}", .inPerson, "Ends one of one's sessions.",
        answer: .of([String: Int].self)
      ) { visit in
        try await sessions.end(
          try visit.id("session"), of: try SecondFactors.person(visit.actor), by: visit.actor)
        return .changed(visit, to: "/account", json: ["ended": 1], flash: Flash(.good, "That session is ended."))
      },
    ]
  }

  private var others: [Route] {
    [
      Route(
        .get, "/users/{id}/sessions", .may(.see, .user), "Where somebody is signed in.",
        answer: .of([String: [SessionEntry]].self)
      ) { visit in
        let user: ID<User> = try visit.id()
        guard visit.face == .json else { return .redirect(to: "/users/\(user)/access") }
        return .json(["rows": try await sessions.all(of: user, token: visit.token, for: visit.actor)])
      },
      Route(
        .delete, "/users/{id}/sessions", .may(.edit, .user), "Ends all sessions of somebody.",
        answer: .of([String: Int].self)
      ) { visit in
        let user: ID<User> = try visit.id()
        let ended = try await sessions.endAll(of: user, but: visit.token, by: visit.actor)
        return .changed(
          visit, to: "/users/\(user)/access", json: ["ended": ended], flash: Flash(.good, "Signed out everywhere."))
      },
      Route(
        .delete, "/users/{id}/sessions/{session}", .may(.edit, .user), "Ends one session of somebody.",
        answer: .of([String: Int].self)
      ) { visit in
        let user: ID<User> = try visit.id()
        try await sessions.end(try visit.id("session"), of: user, by: visit.actor)
        return .changed(
          visit, to: "/users/\(user)/access", json: ["ended": 1], flash: Flash(.good, "That session is ended."))
      },
      Route(
        .get, "/lock-outs", .may(.see, .user), "Who may not try to sign in for a while.",
        answer: .of([String: [LockOut]].self)
      ) { visit in
        guard visit.face == .json else { return .redirect(to: "/access") }
        return .json(["rows": try await sessions.lockOuts(for: visit.actor)])
      },
      Route(
        .delete, "/lock-outs", .may(.edit, .user), "Lets somebody try to sign in again at once.",
        answer: .of([String: Bool].self),
        inputs: [.init("subject", "The name in the list", required: true)]
      ) { visit in
        try await sessions.liftLockOut(try visit.fields.required("subject"), by: visit.actor)
        return .changed(visit, to: "/access", json: ["lifted": true], flash: Flash(.good, "They can try again now."))
      },
    ]
  }

  private func returnPath(_ path: String?) -> String {
    guard let path, Address.isLocal(path), !path.hasPrefix("/sign-") else { return "/" }
    return path
  }

  @Sendable private func signIn(_ visit: Visit) async throws -> Answer {
    let goal = returnPath(visit.fields["return"])
    do {
      let came = try await sessions.begin(
        email: visit.fields["email"] ?? "", password: visit.fields["password"] ?? "", address: visit.address,
        agent: visit.agent)
      switch came {
      case .done(let token): return try await signedIn(visit, token, goal)
      case .needsCode(let half):
        if visit.face == .json { return .json(["needs": "code", "token": half], status: 202) }
        return .page(CodePage(half: half, returnTo: goal, viewer: visit.viewer).html)
      }
    } catch let problem as Problem where visit.face == .html {
      let page = SignInPage(
        returnTo: goal, viewer: visit.viewer, email: visit.fields["email"] ?? "", problem: problem)
      return refusal(page.html, problem)
    }
  }

  @Sendable private func giveCode(_ visit: Visit) async throws -> Answer {
    let goal = returnPath(visit.fields["return"])
    let half = visit.fields["token"] ?? ""
    do {
      let token = try await sessions.finish(
        half: half, code: visit.fields["code"] ?? "", address: visit.address, agent: visit.agent)
      return try await signedIn(visit, token, goal)
    } catch let problem as Problem where visit.face == .html {
      // Without its half session a code is of no use: from the start again.
      guard problem.field == "code" else {
        return refusal(SignInPage(returnTo: goal, viewer: visit.viewer, problem: problem).html, problem)
      }
      return refusal(CodePage(half: half, returnTo: goal, viewer: visit.viewer, problem: problem).html, problem)
    }
  }

  private func signedIn(_ visit: Visit, _ token: String, _ goal: String) async throws -> Answer {
    if visit.face == .json { return .json(["token": token], status: 201) }
    var goal = goal
    if goal == "/", let session = try await sessions.current(token) {
      goal = try await firstPage(session.actor) ?? goal
    }
    var answer = Answer.redirect(to: goal)
    answer.cookies.append(cookies.session(token))
    return answer
  }

  private func refusal(_ page: HTML, _ problem: Problem) -> Answer {
    var answer = Answer.page(page, status: problem.kind.status)
    if problem.kind == .tooMany, let wait = problem.facts.first(where: { $0.name == "retryAfter" }) {
      answer.headers.append(("Retry-After", wait.value))
    }
    return answer
  }

  @Sendable private func signOut(_ visit: Visit) async throws -> Answer {
    if let token = visit.token { try await sessions.end(token, by: visit.actor) }
    if visit.face == .json { return .json(["signedOut": true]) }
    var answer = Answer.redirect(to: "/sign-in")
    answer.cookies.append(cookies.noSession)
    return answer
  }
}
