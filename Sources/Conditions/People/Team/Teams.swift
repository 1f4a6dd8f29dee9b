import Kernel
import Store

/// The teams of the company and who is in them: every statement on their tables.
package struct Teams: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  private static let columns: Statement = "t.id, t.name, t.note, t.created_at, t.version"

  /// Every team with its people, by name.
  package func all(for actor: Actor) async throws -> [Team.Roster] {
    try actor.require(.see, .team, reach: .all)
    return try await database.read { try Teams.rosters("TRUE", in: $0) }
  }

  package func find(_ id: ID<Team>, for actor: Actor) async throws -> Team.Roster {
    try actor.require(.see, .team, reach: .all)
    return try await database.read { try Teams.roster(id, in: $0) }
  }

  /// A team by its name, in any case.
  package func find(named name: String, for actor: Actor) async throws -> Team {
    try actor.require(.see, .team, reach: .all)
    let folded = Text.folded(name)
    let found = try await database.read { try Teams.rosters("TRUE", in: $0) }.map(\.team)
      .first { Text.folded($0.name) == folded }
    guard let found else {
      throw Problem(
        .notFound, field: "team", "There is no team “\(name.prefix(80))”.", mend: "Make it with: valuechain team add")
    }
    return found
  }

  /// The names of all teams: what a choice of teams offers.
  package func names() async throws -> [(id: ID<Team>, name: String)] {
    try await database.read { tx in
      try tx.rows("SELECT id, name FROM team ORDER BY name, id") { (id: try $0(0), name: try $0(1)) }
    }
  }

  /// The teams some people are in.
  package func memberships(for actor: Actor) async throws -> [ID<User>: [ID<Team>]] {
    try actor.require(.see, .user, reach: .all)
    return try await database.read { tx in
      var teams: [ID<User>: [ID<Team>]] = [:]
      try tx.each(
        "SELECT m.user_id, m.team_id FROM team_member m JOIN team t ON t.id = m.team_id ORDER BY t.name, t.id"
      ) { teams[try $0(0), default: []].append(try $0(1)) }
      return teams
    }
  }

  package func create(
    _ name: String, note: String = "", by actor: Actor, once: Once = .unchecked
  ) async throws -> Team {
    try actor.require(.create, .team, reach: .all)
    let name = try Text.line(name, field: "name", limit: 80)
    let note = try Text.line(note, field: "note", limit: 300, required: false)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      try Rights.revise(in: tx)
      try Teams.requireFree(name, but: nil, in: tx)
      let id: ID<Team> = try tx.newID()
      try tx.run("INSERT INTO team (id, name, note, created_at) VALUES (\(id), \(name), \(note), \(now))")
      let team = try Teams.roster(id, in: tx).team
      try tx.audit("create", .team, id.rawValue, detail: team, by: actor, at: now)
      try tx.announce("team.created", .team, id.rawValue, team, at: now)
      try once.keep(team, location: "/api/v1/teams/\(id)", in: tx)
      return team
    }
  }

  /// Changes a team that is still at `version`.
  package func edit(
    _ id: ID<Team>, name: String, note: String, version: Int64, by actor: Actor
  ) async throws -> Team {
    try actor.require(.edit, .team, reach: .all)
    let name = try Text.line(name, field: "name", limit: 80)
    let note = try Text.line(note, field: "note", limit: 300, required: false)
    let now = clock.now
    return try await database.write { tx in
      try Rights.revise(in: tx)
      let before = try Teams.roster(id, in: tx).team
      try Teams.requireFree(name, but: id, in: tx)
      let changed = try tx.run(
        """
        UPDATE team SET name = \(name), note = \(note), version = version + 1
        WHERE id = \(id) AND version = \(version)
        """)
      guard changed == 1 else {
        throw Problem(
          .conflict, field: "version", "Someone else changed this team meanwhile.",
          mend: "Look at their change, then make yours again.")
      }
      let after = try Teams.roster(id, in: tx).team
      try tx.audit("edit", .team, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
      try tx.announce("team.changed", .team, id.rawValue, after, at: now)
      return after
    }
  }

  /// Deletes a team that nobody is in and nothing belongs to.
  package func delete(_ id: ID<Team>, by actor: Actor) async throws {
    try actor.require(.delete, .team, reach: .all)
    let now = clock.now
    try await database.write { tx in
      try Rights.revise(in: tx)
      let roster = try Teams.roster(id, in: tx)
      guard roster.members.isEmpty else {
        throw Problem(
          .conflict, field: "team", "There are people in “\(roster.team.name)”.", mend: "Let them leave it first.")
      }
      let customers = try tx.value("SELECT count(*) FROM customer WHERE team_id = \(id)", as: Int.self) ?? 0
      guard customers == 0 else {
        throw Problem(
          .conflict, field: "team", "\(customers) customers belong to “\(roster.team.name)”.",
          mend: "Give them to another team first.")
      }
      try tx.run("DELETE FROM team WHERE id = \(id)")
      try tx.audit("delete", .team, id.rawValue, detail: roster.team, by: actor, at: now)
      try tx.announce("team.deleted", .team, id.rawValue, roster.team, at: now)
    }
  }

  /// Takes somebody into a team; their first becomes the one that customers they make belong to.
  package func join(_ id: ID<Team>, _ user: ID<User>, by actor: Actor) async throws -> Team.Roster {
    try actor.require(.edit, .team, reach: .all)
    let now = clock.now
    return try await database.write { tx in
      try Rights.revise(in: tx)
      _ = try Teams.roster(id, in: tx)
      _ = try Users.find(user, in: tx)
      try Teams.join(id, user, by: actor, at: now, in: tx)
      try tx.audit("join", .team, id.rawValue, detail: ["user": "\(user)"], by: actor, at: now)
      try tx.announce("team.joined", .team, id.rawValue, ["user": user.rawValue], at: now)
      return try Teams.roster(id, in: tx)
    }
  }

  /// Takes somebody out of a team.
  package func leave(_ id: ID<Team>, _ user: ID<User>, by actor: Actor) async throws -> Team.Roster {
    try actor.require(.edit, .team, reach: .all)
    let now = clock.now
    return try await database.write { tx in
      try Rights.revise(in: tx)
      _ = try Teams.roster(id, in: tx)
      guard try tx.run("DELETE FROM team_member WHERE team_id = \(id) AND user_id = \(user)") == 1 else {
        throw Problem(.notFound, field: "user", "They are not in this team.", mend: "Look at who is in it.")
      }
      if try Users.find(user, in: tx).team == id.rawValue {
        let next = try tx.value(
          "SELECT team_id FROM team_member WHERE user_id = \(user) ORDER BY at, team_id LIMIT 1", as: ID<Team>.self)
        try Users.setMainTeam(next, of: user, in: tx)
      }
      try tx.audit("leave", .team, id.rawValue, detail: ["user": "\(user)"], by: actor, at: now)
      try tx.announce("team.left", .team, id.rawValue, ["user": user.rawValue], at: now)
      return try Teams.roster(id, in: tx)
    }
  }

  // What transactions of the people ask.

  static func join(_ id: ID<Team>, _ user: ID<User>, by actor: Actor, at now: Instant, in tx: Transaction) throws {
    try requireAll([id], in: tx)
    try tx.run(
      """
      INSERT INTO team_member (team_id, user_id, actor_id, actor_name, at)
      VALUES (\(id), \(user), \(actor.user), \(actor.name), \(now)) ON CONFLICT DO NOTHING
      """)
    if try Users.find(user, in: tx).team == nil { try Users.setMainTeam(id, of: user, in: tx) }
  }

  /// Makes some teams the only ones of a user.
  static func set(
    _ teams: [ID<Team>], of user: ID<User>, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    try requireAll(teams, in: tx)
    // No identity is 0; the list must not be empty, since NULL is in no list and out of none.
    try tx.run("DELETE FROM team_member WHERE user_id = \(user) AND NOT team_id IN (\(list: teams + [ID(0)]))")
    for team in teams {
      try tx.run(
        """
        INSERT INTO team_member (team_id, user_id, actor_id, actor_name, at)
        VALUES (\(team), \(user), \(actor.user), \(actor.name), \(now)) ON CONFLICT DO NOTHING
        """)
    }
  }

  static func memberships(of user: ID<User>, in tx: Transaction) throws -> [ID<Team>] {
    try tx.rows("SELECT team_id FROM team_member WHERE user_id = \(user) ORDER BY team_id") { try $0(0) }
  }

  private static func requireAll(_ teams: [ID<Team>], in tx: Transaction) throws {
    let known = try tx.rows("SELECT id FROM team WHERE id IN (\(list: teams))") { try $0(0, as: ID<Team>.self) }
    guard Set(known) == Set(teams) else {
      throw Problem(.invalid, field: "team", "There is no such team.", mend: "Choose one of the list.")
    }
  }

  private static func requireFree(_ name: String, but id: ID<Team>?, in tx: Transaction) throws {
    let folded = Text.folded(name)
    let taken = try tx.rows("SELECT id, name FROM team") { (try $0(0, as: ID<Team>.self), try $0(1, as: String.self)) }
    guard !taken.contains(where: { $0.0 != id && Text.folded($0.1) == folded }) else {
      throw Problem(.conflict, field: "name", "There is a team “\(name)” already.", mend: "Choose another name.")
    }
  }

  private static func roster(_ id: ID<Team>, in tx: Transaction) throws -> Team.Roster {
    guard let found = try rosters("t.id = \(id)", in: tx).first else {
      throw Problem(.notFound, "There is no such team.", mend: "Look at the list of teams.")
    }
    return found
  }

  private static func rosters(_ condition: Statement, in tx: Transaction) throws -> [Team.Roster] {
    var members: [ID<Team>: [Team.Member]] = [:]
    try tx.each(
      """
      SELECT m.team_id, u.id, u.name, u.email, u.role, u.team_id AS main, u.disabled_at, m.at
      FROM team_member m JOIN team t ON t.id = m.team_id JOIN app_user u ON u.id = m.user_id
      WHERE \(condition) ORDER BY u.name, u.id
      """
    ) { row in
      let team: ID<Team> = try row("team_id")
      let isDisabled = try row("disabled_at", as: Instant?.self) != nil
      members[team, default: []].append(
        try Team.Member(
          user: row("id"), name: row("name"), email: row("email"), role: row("role"),
          isMain: row("main", as: ID<Team>?.self) == team, isDisabled: isDisabled, since: row("at")))
    }
    return try tx.rows("SELECT \(columns) FROM team t WHERE \(condition) ORDER BY t.name, t.id") { row in
      let team = try Team(row: row)
      return Team.Roster(team: team, members: members[team.id] ?? [])
    }
  }
}

extension Team {
  init(row: Row) throws {
    try self.init(
      id: row("id"), name: row("name"), note: row("note"), createdAt: row("created_at"), version: row("version"))
  }
}
