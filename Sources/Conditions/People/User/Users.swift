import Kernel
import Store

/// The people who sign in: every statement on their table.
package struct Users: Sendable {
  let database: Database
  let clock: any Clock
  let rights: Rights

  package init(_ database: Database, clock: any Clock, rights: Rights = Rights()) {
    self.database = database
    self.clock = clock
    self.rights = rights
  }

  static let columns: Statement = "u.id, u.email, u.name, u.role, u.team_id, u.created_at, u.disabled_at"

  package func all(for actor: Actor) async throws -> [User] {
    try actor.require(.see, .user, reach: .all)
    return try await database.read { tx in
      try tx.rows("SELECT \(Users.columns) FROM app_user u ORDER BY u.name, u.id", User.init(row:))
    }
  }

  /// The people a decision or task can be given to.
  package func active() async throws -> [User] {
    try await database.read { tx in
      try tx.rows(
        "SELECT \(Users.columns) FROM app_user u WHERE u.disabled_at IS NULL ORDER BY u.name, u.id", User.init(row:))
    }
  }

  package func create(
    email: String, name: String, password: String, role code: Role.Code = .administrator, team: ID<Team>? = nil,
    by actor: Actor
  ) async throws -> User {
    try actor.require(.create, .user, reach: .all)
    let address = try User.address(email)
    let name = try Text.line(name, field: "name", limit: 120)
    try Password.check(password, email: address)
    let kept = try await Password.kept(password)
    let now = clock.now
    return try await database.write { tx in
      try Rights.revise(in: tx)
      try actor.require(covering: try Roles.find(code, in: tx))
      return try Users.insert(address, name, kept: kept, role: code, team: team, by: actor, at: now, in: tx)
    }
  }

  /// Lets somebody sign in, in a transaction that does more.
  /// - Parameter actor: who did it; nil for the new person themselves.
  static func insert(
    _ address: String, _ name: String, kept: String, role: Role.Code, team: ID<Team>?, by actor: Actor?,
    at now: Instant,
    in tx: Transaction
  ) throws -> User {
    guard try tx.first("SELECT 1 FROM app_user WHERE email = \(address)") == nil else {
      throw Problem(
        .conflict, field: "email", "Someone signs in with \(address) already.", mend: "Use another address.")
    }
    let id: ID<User> = try tx.newID()
    try tx.run(
      """
      INSERT INTO app_user (id, email, name, password, role, created_at)
      VALUES (\(id), \(address), \(name), \(kept), \(role), \(now))
      """)
    let signature = try Users.find(id, in: tx).signature
    if let team { try Teams.join(team, id, by: actor ?? signature, at: now, in: tx) }
    let detail = ["email": address, "role": "\(role)"]
    try tx.audit("create", .user, id.rawValue, detail: detail, by: actor ?? signature, at: now)
    try tx.announce("user.created", .user, id.rawValue, ["email": address, "name": name], at: now)
    return try Users.find(id, in: tx)
  }

  /// Gives a user a new password; every session they had ends.
  package func setPassword(_ password: String, of id: ID<User>, by actor: Actor) async throws {
    try actor.require(.edit, .user, reach: .all)
    guard actor.user != id.rawValue else {
      throw Problem(
        .invalid, field: "password", "One's own password is changed by the old one.", mend: "Do it under Your account.")
    }
    let user = try await find(id)
    // Who sets a password can sign in with it.
    if actor.user != id.rawValue { try await requireCovering(user, actor) }
    try Password.check(password, email: user.email)
    let kept = try await Password.kept(password)
    let now = clock.now
    try await database.write { tx in
      try Users.keep(kept, of: id, in: tx)
      try Sessions.endAll(of: id, in: tx)
      try tx.audit("change password", .user, id.rawValue, by: actor, at: now)
    }
  }

  /// Takes a user's access away, or gives it back. The last one who can sign in stays.
  package func setDisabled(_ disabled: Bool, _ id: ID<User>, by actor: Actor) async throws {
    try actor.require(.edit, .user, reach: .all)
    let user = try await find(id)
    try await requireCovering(user, actor)
    let now = clock.now
    try await database.write { tx in
      try Rights.revise(in: tx)
      if disabled { try Users.requireAnother(than: user, in: tx) }
      try tx.run("UPDATE app_user SET disabled_at = \(disabled ? now : nil as Instant?) WHERE id = \(id)")
      if disabled { try Sessions.endAll(of: id, in: tx) }
      try tx.audit(disabled ? "disable" : "enable", .user, id.rawValue, by: actor, at: now)
    }
  }

  package func find(_ id: ID<User>) async throws -> User { try await database.read { try Users.find(id, in: $0) } }

  static func find(_ id: ID<User>, in tx: Transaction) throws -> User {
    let found = try tx.first("SELECT \(Users.columns) FROM app_user u WHERE u.id = \(id)", User.init(row:))
    guard let found else { throw Problem(.notFound, "There is no such user.") }
    return found
  }

  package func find(email: String) async throws -> User {
    let address = try User.address(email)
    let found = try await database.read { tx in
      try tx.first("SELECT \(Users.columns) FROM app_user u WHERE u.email = \(address)", User.init(row:))
    }
    guard let found else { throw Problem(.notFound, field: "email", "Nobody signs in with \(address).") }
    return found
  }
}

extension User {
  init(row: Row) throws {
    try self.init(
      id: row("id"), email: row("email"), name: row("name"), role: row("role"), team: row("team_id"),
      createdAt: row("created_at"), disabledAt: row("disabled_at"))
  }
}
