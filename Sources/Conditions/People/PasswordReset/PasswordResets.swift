import Kernel
import Store

/// New passwords for those who have lost theirs: every statement on their tables.
package struct PasswordResets: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// Makes a link for a person; an older one is void.
  /// - Returns: the link's token, which the store keeps a hash of only.
  package func create(for user: ID<User>, by actor: Actor) async throws -> (reset: PasswordReset, token: String) {
    try actor.require(.edit, .user, reach: .all)
    let found = try await Users(database, clock: clock).find(user)
    try await Users(database, clock: clock).requireCovering(found, actor)
    guard found.disabledAt == nil else {
      throw Problem(.conflict, "This person may not sign in.", mend: "Give access back first.")
    }
    let now = clock.now
    let token = Token.reset.made()
    let reset = PasswordReset(
      user: user, email: found.email, name: found.name, expiresAt: now.adding(seconds: PasswordReset.lifeSeconds))
    try await database.write { tx in
      try PasswordResets.forget(user, in: tx)
      try tx.run(
        """
        INSERT INTO password_reset (user_id, token_hash, created_at, expires_at, actor_id, actor_name)
        VALUES (\(user), \(Token.hash(token)), \(now), \(reset.expiresAt), \(actor.user), \(actor.name))
        """)
      try tx.audit("make reset link", .user, user.rawValue, by: actor, at: now)
    }
    return (reset, token)
  }

  /// Whom a link is for, while it holds.
  package func find(_ token: String) async throws -> PasswordReset {
    let now = clock.now
    let found = try await database.read { try PasswordResets.find(token, at: now, in: $0) }
    guard let found else { throw PasswordResets.void }
    return found
  }

  /// Gives the person of a link a new password; the link is void, every session they had ends.
  package func use(_ token: String, password: String, address: String) async throws {
    let now = clock.now
    let reset = try await find(token)
    try Password.check(password, email: reset.email)
    let kept = try await Password.kept(password)
    try await database.write { tx in
      guard try PasswordResets.find(token, at: now, in: tx) != nil else { throw PasswordResets.void }
      try Users.keep(kept, of: reset.user, in: tx)
      try PasswordResets.forget(reset.user, in: tx)
      try Sessions.endAll(of: reset.user, in: tx)
      let person = Actor(user: reset.user.rawValue, name: reset.name, grants: [])
      try tx.audit(
        "reset password", .user, reset.user.rawValue, detail: ["from": address], by: person, at: now)
    }
  }

  /// Notes that somebody asks for a new password. What is answered does not depend on whether they are known.
  package func request(_ email: String, address: String) async throws {
    let name = try User.address(email)
    let now = clock.now
    try await database.write { tx in
      let user: ID<User>? = try tx.value("SELECT id FROM app_user WHERE email = \(name) AND disabled_at IS NULL")
      // Also for an unknown address: how long the answer takes tells nothing either.
      try tx.audit(
        "ask for password", .user, user?.rawValue, detail: ["email": name, "from": address], by: Sessions.nobody,
        at: now)
      guard let user else { return }
      let earlier: Instant? = try tx.value("SELECT at FROM password_request WHERE user_id = \(user)")
      try tx.run(
        """
        INSERT INTO password_request (user_id, at, address) VALUES (\(user), \(now), \(address))
        ON CONFLICT (user_id) DO UPDATE SET at = excluded.at, address = excluded.address
        """)
      guard earlier == nil else { return }
      try tx.announce("user.forgotPassword", .user, user.rawValue, ["email": name], at: now)
    }
  }

  /// Who waits for a link, the longest first.
  package func requests(for actor: Actor) async throws -> [PasswordRequest] {
    try actor.require(.see, .user, reach: .all)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT r.user_id, u.email, u.name, r.at, r.address FROM password_request r JOIN app_user u ON u.id = r.user_id
        WHERE u.disabled_at IS NULL ORDER BY r.at, r.user_id LIMIT 200
        """
      ) {
        try PasswordRequest(
          user: $0("user_id"), email: $0("email"), name: $0("name"), at: $0("at"), address: $0("address"))
      }
    }
  }

  /// Puts a request away without a link.
  package func dismiss(_ user: ID<User>, by actor: Actor) async throws {
    try actor.require(.edit, .user, reach: .all)
    let now = clock.now
    try await database.write { tx in
      guard try tx.run("DELETE FROM password_request WHERE user_id = \(user)") == 1 else {
        throw Problem(.notFound, "This person does not wait for a new password.")
      }
      try tx.audit("dismiss password request", .user, user.rawValue, by: actor, at: now)
    }
  }

  static func forget(_ user: ID<User>, in tx: Transaction) throws {
    try tx.run("DELETE FROM password_reset WHERE user_id = \(user)")
    try tx.run("DELETE FROM password_request WHERE user_id = \(user)")
  }

  private static let void = Problem(
    .notFound, field: "token", "This link is void: it was used, it is older than an hour, or another was made since.",
    mend: "Ask an administrator for a new one.")

  private static func find(_ token: String, at now: Instant, in tx: Transaction) throws -> PasswordReset? {
    try tx.first(
      """
      SELECT r.user_id, u.email, u.name, r.expires_at FROM password_reset r JOIN app_user u ON u.id = r.user_id
      WHERE r.token_hash = \(Token.hash(token)) AND r.expires_at > \(now) AND u.disabled_at IS NULL
      """
    ) { try PasswordReset(user: $0("user_id"), email: $0("email"), name: $0("name"), expiresAt: $0("expires_at")) }
  }
}
