import Kernel
import Web

/// Signing in and out.
package struct SessionRoutes: Sendable {
  let sessions: Sessions
  let cookies: CookieJar

  package init(_ sessions: Sessions, cookies: CookieJar) {
    self.sessions = sessions
    self.cookies = cookies
  }

  package var routes: [Route] {
    [
      Route(.get, "/sign-in", .open, "The form to sign in with.", isInAPI: false) { visit in
        if visit.actor.user != nil { return .redirect(to: returnPath(visit.query["return"])) }
        return .page(SignInPage(returnTo: returnPath(visit.query["return"]), viewer: visit.viewer).html)
      },
      Route(
        .post, "/session", .open, "Signs in: answers with a token to send as a bearer.",
        inputs: [.init("email", "The address", required: true), .init("password", "The password", required: true)],
        action: signIn),
      Route(.delete, "/session", .signedIn, "Signs out.", action: signOut),
      Route(.post, "/sign-out", .signedIn, "Signs out, from a page.", isInAPI: false, action: signOut),
      Route(.post, "/theme", .open, "Chooses light, dark, or as the system.", isInAPI: false) { visit in
        let theme = Viewer.Theme(rawValue: visit.fields["theme"] ?? "") ?? .system
        var answer = Answer.redirect(to: returnPath(visit.fields["return"]))
        answer.cookies.append(cookies.theme(theme.rawValue))
        return answer
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
      let token = try await sessions.begin(
        email: visit.fields["email"] ?? "", password: visit.fields["password"] ?? "", address: visit.address,
        agent: visit.agent)
      if visit.face == .json { return .json(["token": token], status: 201) }
      var answer = Answer.redirect(to: goal)
      answer.cookies.append(cookies.session(token))
      return answer
    } catch let problem as Problem where visit.face == .html {
      let page = SignInPage(
        returnTo: goal, viewer: visit.viewer, email: visit.fields["email"] ?? "", problem: problem)
      var answer = Answer.page(page.html, status: problem.kind.status)
      if problem.kind == .tooMany, let wait = problem.facts.first(where: { $0.name == "retryAfter" }) {
        answer.headers.append(("Retry-After", wait.value))
      }
      return answer
    }
  }

  @Sendable private func signOut(_ visit: Visit) async throws -> Answer {
    if let token = visit.token { try await sessions.end(token, by: visit.actor) }
    if visit.face == .json { return .json(["signedOut": true]) }
    var answer = Answer.redirect(to: "/sign-in")
    answer.cookies.append(cookies.noSession)
    return answer
  }
}
