import Kernel
import Web

/// Setting up a second factor, and who needs one.
package struct SecondFactorRoutes: Sendable {
  let factors: SecondFactors
  let cookies: CookieJar

  package init(_ factors: SecondFactors, cookies: CookieJar) {
    self.factors = factors
    self.cookies = cookies
  }

  private static let path = "/account/second-factor"

  package var routes: [Route] {
    [
      Route(.get, Self.path, .inPerson, "One's second factor.", answer: .of(SecondFactorState.self)) { visit in
        try await show(visit)
      },
      Route(
        .post, Self.path, .inPerson, "Makes a secret for an authenticator; it counts once a code has proved it.",
        answer: .of([String: String].self)
      ) { visit in
        let start = try await factors.start(by: visit.actor)
        let json = ["secret": Base32.encoded(start.secret), "link": start.link]
        return .changed(visit, to: Self.path, status: 201, json: json)
      },
      Route(
        .post, "\(Self.path)/proof", .inPerson, "Switches the second factor on; answers with the recovery codes.",
        answer: .of(MadeRecoveryCodes.self, 201),
        inputs: [.init("code", "Six digits", required: true)], action: prove),
      Route(
        .post, "\(Self.path)/recovery-codes", .inPerson, "Makes new recovery codes; the old ones are void.",
        answer: .of(MadeRecoveryCodes.self, 201),
        inputs: [.init("code", "Six digits", required: true)], action: renewCodes),
      Route(
        .delete, Self.path, .inPerson, "Switches one's second factor off.", answer: .of([String: Bool].self),
        inputs: [
          .init("password", "The password", required: true),
          .init("code", "Six digits, or a recovery code", required: true),
        ], action: switchOff),
      Route(
        .delete, "/users/{id}/second-factor", .may(.edit, .user),
        "Takes somebody's second factor away, when authenticator and recovery codes are lost.",
        answer: .of([String: Bool].self)
      ) { visit in
        let user: ID<User> = try visit.id()
        try await factors.reset(user, by: visit.actor)
        return .changed(
          visit, to: "/users/\(user)/access", json: ["reset": true],
          flash: Flash(.good, "The second factor is taken away; their sessions are ended."))
      },
    ] + rules
  }

  private var rules: [Route] {
    [
      Route(
        .get, "/second-factor-rules", .may(.see, .user), "Who needs a second factor.",
        answer: .of([String: [SecondFactorRule]].self)
      ) { visit in
        guard visit.face == .json else { return .redirect(to: "/access") }
        return .json(["rows": try await factors.rules()])
      },
      Route(
        .post, "/second-factor-rules", .may(.edit, .company), "Asks a second factor of a role, or of everybody.",
        answer: .of([String: String].self),
        inputs: [.init("role", "The name of the role; everybody when it is empty")]
      ) { visit in
        let role = visit.fields["role"] ?? ""
        try await factors.require(of: role, by: visit.actor)
        return .changed(
          visit, to: "/access", status: 201, json: ["role": role],
          flash: Flash(.good, "Who has no second factor sets it up at the next step."))
      },
      Route(
        .delete, "/second-factor-rules", .may(.edit, .company), "Asks it no longer.",
        answer: .of([String: String].self),
        inputs: [.init("role", "The name of the role; everybody when it is empty")]
      ) { visit in
        let role = visit.fields["role"] ?? ""
        try await factors.stopRequiring(of: role, by: visit.actor)
        return .changed(visit, to: "/access", json: ["role": role], flash: Flash(.good, "No longer required."))
      },
    ]
  }

  private func show(_ visit: Visit, problem: Problem? = nil) async throws -> Answer {
    let me = try SecondFactors.person(visit.actor)
    let factor = try await factors.find(me, for: visit.actor)
    let start = factor == nil && visit.face == .html ? try await factors.started(by: visit.actor) : nil
    let page = SecondFactorPage(factor: factor, start: start, visit: visit, problem: problem)
    return .both(
      visit, status: problem?.kind.status ?? 200, json: SecondFactorState(isOn: factor != nil, factor: factor)
    ) {
      page.html
    }
  }

  @Sendable private func prove(_ visit: Visit) async throws -> Answer {
    do {
      let done = try await factors.confirm(visit.fields["code"] ?? "", token: visit.token, by: visit.actor)
      return codes(done.recoveryCodes, token: done.token, visit, isNew: true)
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return try await show(visit, problem: problem)
    }
  }

  @Sendable private func renewCodes(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await factors.renewRecoveryCodes(
        visit.fields["code"] ?? "", address: visit.address, by: visit.actor)
      return codes(made, token: nil, visit, isNew: false)
    } catch let problem as Problem where visit.face == .html && [.invalid, .tooMany].contains(problem.kind) {
      return try await show(visit, problem: problem)
    }
  }

  /// The codes, shown once. The session goes on under its new token.
  private func codes(_ codes: [String], token: String?, _ visit: Visit, isNew: Bool) -> Answer {
    if visit.face == .json {
      return .json(MadeRecoveryCodes(recoveryCodes: codes, token: token), status: 201)
    }
    let viewer = token.map { visit.viewer.with(csrf: FormToken.made(for: Token.hash($0))) } ?? visit.viewer
    var answer = Answer.page(RecoveryCodesPage(codes: codes, isNew: isNew, viewer: viewer).html, status: 201)
    if let token { answer.cookies.append(cookies.session(token)) }
    return answer
  }

  @Sendable private func switchOff(_ visit: Visit) async throws -> Answer {
    do {
      try await factors.switchOff(
        password: visit.fields["password"] ?? "", code: visit.fields["code"] ?? "", address: visit.address,
        by: visit.actor)
      return .changed(
        visit, to: Self.path, json: ["isOn": false], flash: Flash(.good, "The second factor is switched off."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .tooMany].contains(problem.kind) {
      return try await show(visit, problem: problem)
    }
  }
}

struct SecondFactorState: Encodable, Sendable {
  let isOn: Bool
  let factor: SecondFactor?
}

struct MadeRecoveryCodes: Encodable, Sendable {
  let recoveryCodes: [String]
  let token: String?
}
