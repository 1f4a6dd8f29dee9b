import Kernel
import Store

/// Who is signed in: every statement on their table.
package struct Sessions: Sendable {
  let database: Database
  let clock: any Clock
  let throttle: SignInThrottle

  package init(_ database: Database, clock: any Clock, throttle: SignInThrottle = SignInThrottle()) {
    self.database = database
    self.clock = clock
    self.throttle = throttle
  }

  /// Signs somebody in.
  /// - Returns: the token of the new session.
  /// - Throws: `Problem`, the same for an unknown address and a wrong password.
  package func begin(email: String, password: String, address: String, agent: String) async throws -> String {
    let name = try User.address(email)
    try throttle.check(name, from: address)
    let found = try await database.read { tx in
      try tx.first("SELECT \(Users.columns), u.password FROM app_user u WHERE u.email = \(name)") {
        (user: try User(row: $0), kept: try $0("password", as: String.self))
      }
    }
    let matches = try await Password.matches(password, kept: found?.kept)
    let now = clock.now
    guard matches, let user = found?.user, user.disabledAt == nil else {
      throttle.failed(name, from: address)
      let nobody = Actor(user: nil, name: "nobody", grants: [])
      try await database.write { tx in
        try tx.audit("refused sign-in", .user, nil, detail: ["email": name, "from": address], by: nobody, at: now)
      }
      throw Problem(
        .notSignedIn, field: "email", "The address or the password is not right.", mend: "Try again, or ask for help.")
    }
    throttle.succeeded(name, from: address)
    let token = Session.token()
    try await database.write { tx in
      try tx.run(
        "DELETE FROM session WHERE created_at < \(now.adding(seconds: -Session.longestSeconds))")
      try tx.run(
        """
        INSERT INTO session (token_hash, user_id, created_at, seen_at, address, agent)
        VALUES (\(Session.hash(token)), \(user.id), \(now), \(now), \(address), \(String(agent.prefix(200))))
        """)
      try tx.audit("sign in", .user, user.id.rawValue, detail: ["from": address], by: user.actor, at: now)
    }
    return token
  }

  /// The session of a token, and the company it is in; nil when there is none or it is over.
  package func current(_ token: String) async throws -> Session? {
    let hash = Session.hash(token)
    let now = clock.now
    let session = try await database.read { tx in
      try tx.first(
        """
        SELECT \(Users.columns), s.created_at AS begun_at, s.seen_at FROM session s JOIN app_user u ON u.id = s.user_id
        WHERE s.token_hash = \(hash)
        """
      ) { try Session(user: User(row: $0), createdAt: $0("begun_at"), seenAt: $0("seen_at")) }
    }
    guard let session, !session.isOver(at: now) else { return nil }
    if now.seconds(since: session.seenAt) > 300 {
      try await database.write { try $0.run("UPDATE session SET seen_at = \(now) WHERE token_hash = \(hash)") }
    }
    return session
  }

  package func end(_ token: String, by actor: Actor) async throws {
    let now = clock.now
    try await database.write { tx in
      try tx.run("DELETE FROM session WHERE token_hash = \(Session.hash(token))")
      try tx.audit("sign out", .user, actor.user, by: actor, at: now)
    }
  }

  static func endAll(of user: ID<User>, in tx: Transaction) throws {
    try tx.run("DELETE FROM session WHERE user_id = \(user)")
  }
}
