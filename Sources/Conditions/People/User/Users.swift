import Kernel
import Store

/// The people who sign in: every statement on their table.
package struct Users: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
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
    email: String, name: String, password: String, role: User.Role = .administrator, by actor: Actor
  ) async throws -> User {
    try actor.require(.create, .user, reach: .all)
    let address = try User.address(email)
    let name = try Text.line(name, field: "name", limit: 120)
    try Password.check(password, email: address)
    let kept = try await Password.kept(password)
    let now = clock.now
    return try await database.write { tx in
      try Users.insert(address, name, kept: kept, role: role, team: nil, by: actor, at: now, in: tx)
    }
  }

  /// Lets somebody sign in, in a transaction that does more.
  /// - Parameter actor: who did it; nil for the new person themselves.
  static func insert(
    _ address: String, _ name: String, kept: String, role: User.Role, team: Int64?, by actor: Actor?, at now: Instant,
    in tx: Transaction
  ) throws -> User {
    guard try tx.first("SELECT 1 FROM app_user WHERE email = \(address)") == nil else {
      throw Problem(
        .conflict, field: "email", "Someone signs in with \(address) already.", mend: "Use another address.")
    }
    let id: ID<User> = try tx.newID()
    try tx.run(
      """
      INSERT INTO app_user (id, email, name, password, role, team_id, created_at)
      VALUES (\(id), \(address), \(name), \(kept), \(role), \(team), \(now))
      """)
    let user = User(id: id, email: address, name: name, role: role, team: team, createdAt: now, disabledAt: nil)
    try tx.audit("create", .user, id.rawValue, detail: ["email": address], by: actor ?? user.signature, at: now)
    try tx.announce("user.created", .user, id.rawValue, ["email": address, "name": name], at: now)
    return user
  }

  /// Gives a user a new password; every session they had ends.
  package func setPassword(_ password: String, of id: ID<User>, by actor: Actor) async throws {
    try actor.require(.edit, .user, reach: .all)
    guard actor.user != id.rawValue else {
      throw Problem(
        .invalid, field: "password", "One's own password is changed by the old one.", mend: "Do it under Your account.")
    }
    let user = try await find(id)
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
    _ = try await find(id)
    let now = clock.now
    try await database.write { tx in
      let others = try tx.value(
        "SELECT count(*) FROM app_user WHERE disabled_at IS NULL AND id <> \(id)", as: Int.self)
      guard !disabled || others ?? 0 > 0 else {
        throw Problem(.conflict, "This is the last person who can sign in.", mend: "Add another user first.")
      }
      try tx.run("UPDATE app_user SET disabled_at = \(disabled ? now : nil as Instant?) WHERE id = \(id)")
      if disabled { try Sessions.endAll(of: id, in: tx) }
      try tx.audit(disabled ? "disable" : "enable", .user, id.rawValue, by: actor, at: now)
    }
  }

  package func find(_ id: ID<User>) async throws -> User {
    let found = try await database.read { tx in
      try tx.first("SELECT \(Users.columns) FROM app_user u WHERE u.id = \(id)", User.init(row:))
    }
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

extension User.Role: Storable {}
