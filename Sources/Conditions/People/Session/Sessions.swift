import Kernel
import Store

/// Who is signed in: every statement on their table.
package struct Sessions: Sendable {
  let database: Database
  let clock: any Clock
  package let throttle: SignInThrottle
  let rights: Rights

  package init(
    _ database: Database, clock: any Clock, throttle: SignInThrottle = SignInThrottle(), rights: Rights = Rights()
  ) {
    self.database = database
    self.clock = clock
    self.throttle = throttle
    self.rights = rights
  }

  static let nobody = Actor(user: nil, name: "nobody", grants: [])

  /// Signs somebody in, or takes the first of two steps.
  /// - Throws: `Problem`, the same for an unknown address and a wrong password.
  package func begin(email: String, password: String, address: String, agent: String) async throws -> SignIn {
    let name = try User.address(email)
    try throttle.check(name, from: address)
    let now = clock.now
    let found = try await database.read { tx in
      try Sessions.checkLockOuts(name, from: address, at: now, in: tx)
      return try tx.first(
        """
        SELECT \(Users.columns), u.password, f.created_at AS factor_at
        FROM app_user u LEFT JOIN second_factor f ON f.user_id = u.id WHERE u.email = \(name)
        """
      ) {
        (
          user: try User(row: $0), kept: try $0("password", as: String.self),
          factor: try $0("factor_at", as: Instant?.self)
        )
      }
    }
    guard try await Password.matches(password, kept: found?.kept), let found, found.user.disabledAt == nil else {
      try await refused(name, from: address)
      throw Problem(
        .notSignedIn, field: "email", "The address or the password is not right.", mend: "Try again, or ask for help.")
    }
    if found.factor != nil { return .needsCode(half: try await beginHalf(found.user.id)) }
    throttle.succeeded(name, from: address)
    return .done(token: try await open(found.user, from: address, agent: agent, code: nil))
  }

  /// Counts a failed try, tells of it, and locks out who has reached a limit.
  func refused(_ name: String, from address: String, code: Bool = false) async throws {
    let reached = throttle.failed(name, from: address)
    let now = clock.now
    try await database.write { tx in
      try Sessions.lock(reached, at: now, in: tx)
      var detail = ["email": name, "from": address]
      if code { detail["step"] = "code" }
      try tx.audit("refused sign-in", .user, nil, detail: detail, by: Sessions.nobody, at: now)
      for subject in reached {
        try tx.audit("lock out", .user, nil, detail: ["subject": subject.text], by: Sessions.nobody, at: now)
      }
    }
  }

  /// Opens a session for somebody who has proved who they are.
  /// - Parameter code: what the second factor was proved by; nil without one.
  /// - Returns: its token.
  package func open(_ user: User, from address: String, agent: String, code: String?) async throws -> String {
    let now = clock.now
    let token = Token.session.made()
    try await database.write { tx in
      try Sessions.insert(token, user, from: address, agent: agent, hasSecondFactor: code != nil, at: now, in: tx)
      var detail = ["from": address]
      if let code { detail["second factor"] = code }
      try tx.audit("sign in", .user, user.id.rawValue, detail: detail, by: user.signature, at: now)
    }
    return token
  }

  static func insert(
    _ token: String, _ user: User, from address: String, agent: String, hasSecondFactor: Bool, at now: Instant,
    in tx: Transaction
  ) throws {
    try tx.run("DELETE FROM session WHERE created_at < \(now.adding(seconds: -Session.longestSeconds))")
    let id: ID<Session> = try tx.newID()
    try tx.run(
      """
      INSERT INTO session (id, token_hash, user_id, created_at, seen_at, address, agent, second_factor_at)
      VALUES (\(id), \(Token.hash(token)), \(user.id), \(now), \(now), \(address), \(String(agent.prefix(200))),
        \(hasSecondFactor ? now : nil as Instant?))
      """)
  }

  /// The session of a token, and the company it is in; nil when there is none or it is over.
  package func current(_ token: String) async throws -> Session? {
    guard token.hasPrefix(Token.session.rawValue) else { return nil }
    let hash = Token.hash(token)
    let now = clock.now
    let session = try await database.glance { tx in
      try tx.first(
        """
        SELECT \(Users.columns), s.id AS session_id, s.created_at AS begun_at, s.seen_at, f.created_at AS factor_at,
          (SELECT count(*) FROM second_factor_rule r WHERE r.role IN ('', u.role)) AS factor_rules, \(Rights.revision)
        FROM session s JOIN app_user u ON u.id = s.user_id LEFT JOIN second_factor f ON f.user_id = u.id
        WHERE s.token_hash = \(hash)
        """
      ) { row in
        let factor: Instant? = try row("factor_at")
        let rules: Int = try row("factor_rules")
        let user = try User(row: row)
        return try Session(
          id: row("session_id"), user: user, actor: rights.actor(user, revision: row("rights"), in: tx),
          createdAt: row("begun_at"), seenAt: row("seen_at"), owesSecondFactor: rules > 0 && factor == nil)
      }
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
      try tx.run("DELETE FROM session WHERE token_hash = \(Token.hash(token))")
      try tx.audit("sign out", .user, actor.user, by: actor, at: now)
    }
  }

  static func endAll(of user: ID<User>, in tx: Transaction) throws {
    try tx.run("DELETE FROM session WHERE user_id = \(user)")
    try tx.run("DELETE FROM half_session WHERE user_id = \(user)")
  }

  /// Ends every session of somebody but the one of a token, which goes on under a new token.
  /// - Returns: the new token; nil when the old one is of no session.
  static func renew(_ token: String, of user: ID<User>, in tx: Transaction) throws -> String? {
    let renewed = Token.session.made()
    try tx.run(
      "DELETE FROM session WHERE user_id = \(user) AND token_hash <> \(Token.hash(token))")
    try tx.run("DELETE FROM half_session WHERE user_id = \(user)")
    let changed = try tx.run(
      """
      UPDATE session SET token_hash = \(Token.hash(renewed))
      WHERE token_hash = \(Token.hash(token)) AND user_id = \(user)
      """)
    return changed == 1 ? renewed : nil
  }
}
