import Kernel
import Web

/// One's own account, and that of others for administrators.
package struct AccountRoutes: Sendable {
  let users: Users
  let sessions: Sessions
  let factors: SecondFactors
  let keys: APIKeys
  let resets: PasswordResets
  let cookies: CookieJar

  package init(
    users: Users, sessions: Sessions, factors: SecondFactors, keys: APIKeys, resets: PasswordResets, cookies: CookieJar
  ) {
    self.users = users
    self.sessions = sessions
    self.factors = factors
    self.keys = keys
    self.resets = resets
    self.cookies = cookies
  }

  package var routes: [Route] {
    [
      Route(.get, "/account", .inPerson, "One's own account.", answer: .of(AccountStanding.self)) { visit in
        try await show(visit)
      },
      Route(
        .put, "/account/name", .inPerson, "Changes one's own name.", answer: .of(User.self),
        inputs: [.init("name", "The name", required: true)]
      ) { visit in
        do {
          let user = try await users.rename(visit.fields["name"] ?? "", by: visit.actor)
          return .changed(visit, to: "/account", json: user, flash: Flash(.good, "Saved."))
        } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
          return try await show(visit, problem: problem)
        }
      },
      Route(
        .put, "/account/password", .inPerson,
        "Changes one's own password by the old one; every other session ends, this one gets a new token.",
        answer: .of(ChangedPassword.self),
        inputs: [
          .init("old", "The password so far", required: true), .init("password", "At least 12 bytes", required: true),
        ], action: changePassword),
      Route(
        .get, "/users/{id}/access", .may(.see, .user), "How somebody gets in: second factor, sessions, keys.",
        answer: .of(AccountStanding.self)
      ) {
        visit in
        let access = try await access(of: try visit.id(), visit)
        return .both(visit, json: access) { UserAccessPage(access: access, visit: visit).html }
      },
      Route(
        .get, "/access", .may(.see, .user), "Who waits to get in, who is locked out, who needs a second factor.",
        answer: .of(AccessStanding.self)
      ) {
        visit in
        let requests = try await resets.requests(for: visit.actor)
        let lockOuts = try await sessions.lockOuts(for: visit.actor)
        let rules = try await factors.rules()
        let standing = AccessStanding(requests: requests, lockOuts: lockOuts, rules: rules)
        let roles = try await users.roles(for: visit.actor)
        return .both(visit, json: standing) { AccessPage(standing: standing, roles: roles, visit: visit).html }
      },
    ]
  }

  private func access(of user: ID<User>, _ visit: Visit) async throws -> AccountStanding {
    let person = try await users.find(user)
    return AccountStanding(
      user: person, secondFactor: try await factors.find(user, for: visit.actor),
      isSecondFactorRequired: try await factors.isRequired(of: person.role.rawValue),
      sessions: try await sessions.all(of: user, token: visit.token, for: visit.actor),
      keys: visit.actor.user == user.rawValue || visit.actor.reach(.see, .key) == .all
        ? try await keys.all(of: user, for: visit.actor) : [])
  }

  private func show(_ visit: Visit, problem: Problem? = nil) async throws -> Answer {
    let standing = try await access(of: try SecondFactors.person(visit.actor), visit)
    return .both(visit, status: problem?.kind.status ?? 200, json: standing) {
      AccountPage(account: standing, visit: visit, problem: problem).html
    }
  }

  @Sendable private func changePassword(_ visit: Visit) async throws -> Answer {
    do {
      let token = try await users.changePassword(
        from: visit.fields["old"] ?? "", to: visit.fields["password"] ?? "", token: visit.token,
        address: visit.address, throttle: sessions.throttle, by: visit.actor)
      if visit.face == .json { return .json(ChangedPassword(changed: true, token: token)) }
      var answer = Answer.redirect(
        to: "/account", flash: Flash(.good, "Your password is changed; all other sessions are ended."))
      if let token { answer.cookies.append(cookies.session(token)) }
      return answer
    } catch let problem as Problem where visit.face == .html && [.invalid, .tooMany].contains(problem.kind) {
      return try await show(visit, problem: problem)
    }
  }
}

/// How somebody gets in.
struct AccountStanding: Encodable, Sendable {
  let user: User
  let secondFactor: SecondFactor?
  let isSecondFactorRequired: Bool
  let sessions: [SessionEntry]
  let keys: [APIKey]
}

/// What administrators look after.
struct AccessStanding: Encodable, Sendable {
  let requests: [PasswordRequest]
  let lockOuts: [LockOut]
  let rules: [SecondFactorRule]
}

struct ChangedPassword: Encodable, Sendable {
  let changed: Bool
  let token: String?
}
