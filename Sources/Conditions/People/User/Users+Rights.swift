import Kernel
import Store

/// What users may do: their role, their teams, and who acts when they do.
extension Users {
  /// Gives a user another role, other teams, another main team; what is nil stays. It holds from their next request on.
  /// - Parameter main: the team that customers they make belong to; the first of their teams unless it is named.
  package func setRights(
    of id: ID<User>, role: Role.Code? = nil, teams: [ID<Team>]? = nil, main: ID<Team>? = nil, by actor: Actor
  ) async throws -> User {
    try actor.require(.edit, .user, reach: .all)
    let now = clock.now
    return try await database.write { tx in
      try Rights.revise(in: tx)
      let before = try Users.find(id, in: tx)
      try Users.requireCovering(before, actor, in: tx)
      if let role, role != before.role { try Users.give(role, to: before, by: actor, at: now, in: tx) }
      if teams != nil || main != nil {
        try Users.place(before, in: teams, main: main, by: actor, at: now, in: tx)
      }
      let after = try Users.find(id, in: tx)
      try tx.announce("user.changed", .user, id.rawValue, after, at: now)
      return after
    }
  }

  private static func give(
    _ code: Role.Code, to user: User, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    try actor.require(covering: try Roles.find(code, in: tx))
    try requireAnotherAdministrator(than: user, in: tx)
    try tx.run("UPDATE app_user SET role = \(code), version = version + 1 WHERE id = \(user.id)")
    let detail = ["before": "\(user.role)", "after": "\(code)"]
    try tx.audit("change role", .user, user.id.rawValue, detail: detail, by: actor, at: now)
  }

  private static func place(
    _ user: User, in teams: [ID<Team>]?, main: ID<Team>?, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    let before = try Teams.memberships(of: user.id, in: tx)
    let after = teams ?? before
    if let teams { try Teams.set(teams, of: user.id, by: actor, at: now, in: tx) }
    if let main, !after.contains(main) {
      throw Problem(.invalid, field: "team", "They are not in that team.", mend: "Choose one they are in.")
    }
    let held = user.team.map { ID<Team>($0) }.flatMap { after.contains($0) ? $0 : nil }
    let chosen = main ?? held ?? after.first
    try setMainTeam(chosen, of: user.id, in: tx)
    let detail = [
      "before": before.map(\.description).joined(separator: " "),
      "after": after.map(\.description).joined(separator: " "), "main": chosen?.description ?? "",
    ]
    try tx.audit("change teams", .user, user.id.rawValue, detail: detail, by: actor, at: now)
  }

  /// Who acts when a user does, with the rights of this moment.
  /// - Throws: `Problem` when there is no such user, or their access was taken away.
  package func actor(of id: ID<User>) async throws -> Actor {
    let found = try await database.read { tx in
      try tx.first(
        "SELECT \(Users.columns), \(Rights.revision) FROM app_user u WHERE u.id = \(id) AND u.disabled_at IS NULL"
      ) { row in try rights.actor(User(row: row), revision: row("rights"), in: tx) }
    }
    guard let found else {
      throw Problem(.notAllowed, "Who asked for this has no access any more.", mend: "Let somebody else ask for it.")
    }
    return found
  }

  /// Who acts in a job: whoever asked for it, with what they may do now; without a user the operator or the house itself.
  package func actor(behind job: Job) async throws -> Actor {
    guard let user = job.actor else { return Actor(user: nil, name: job.actorName, grants: Actor.everything) }
    return try await actor(of: ID(user))
  }

  /// Somebody must be left who can sign in.
  static func requireAnother(than user: User, in tx: Transaction) throws {
    let others: Statement = "SELECT 1 FROM app_user WHERE disabled_at IS NULL AND id <> \(user.id) LIMIT 1"
    guard try tx.first(others) != nil else {
      throw Problem(.conflict, "This is the last person who can sign in.", mend: "Add another user first.")
    }
    try requireAnotherAdministrator(than: user, in: tx)
  }

  /// The last administrator stays one.
  private static func requireAnotherAdministrator(than user: User, in tx: Transaction) throws {
    guard user.role == .administrator, user.disabledAt == nil else { return }
    let others: Statement = """
      SELECT 1 FROM app_user WHERE disabled_at IS NULL AND id <> \(user.id) AND role = \(Role.Code.administrator) LIMIT 1
      """
    guard try tx.first(others) != nil else {
      throw Problem(
        .conflict, field: "role", "This is the last administrator.", mend: "Make somebody else an administrator first.")
    }
  }

  /// The roles somebody may give.
  package func roles(for actor: Actor) async throws -> [Role] {
    try await Roles(database, clock: clock).giveable(by: actor)
  }

  func requireCovering(_ user: User, _ actor: Actor) async throws {
    try await database.read { try Users.requireCovering(user, actor, in: $0) }
  }

  /// Nobody touches the access of somebody who may do more than they.
  static func requireCovering(_ user: User, _ actor: Actor, in tx: Transaction) throws {
    guard let role = try Roles.known(user.role, in: tx) else { return }
    try actor.require(covering: role)
  }

  /// Takes a user's main team away, or gives them one, as memberships change.
  static func setMainTeam(_ team: ID<Team>?, of id: ID<User>, in tx: Transaction) throws {
    try tx.run("UPDATE app_user SET team_id = \(team), version = version + 1 WHERE id = \(id)")
  }
}
