import Kernel
import Store

/// Who was asked to join: every statement on their tables.
package struct Invitations: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  private static let columns: Statement = """
    i.id, i.email, i.name, i.role, i.team_id, i.created_at, i.expires_at, i.actor_name, e.kind, e.at AS ended_at
    """

  /// The newest first.
  package func all(for actor: Actor) async throws -> [Invitation] {
    try actor.require(.see, .user, reach: .all)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT \(Invitations.columns) FROM invitation i LEFT JOIN invitation_end e ON e.invitation_id = i.id
        ORDER BY i.id DESC LIMIT 200
        """, Invitation.init(row:))
    }
  }

  /// The roles somebody may offer.
  package func roles(for actor: Actor) async throws -> [Role] {
    try await Roles(database, clock: clock).giveable(by: actor)
  }

  /// The teams somebody may be asked into, by name.
  package func teams() async throws -> [(id: ID<Team>, name: String)] {
    try await Teams(database, clock: clock).names()
  }

  /// Asks somebody to join.
  /// - Returns: the invitation and the token of its link, which the store keeps a hash of only.
  package func create(
    _ draft: InvitationDraft, by actor: Actor
  ) async throws -> (invitation: Invitation, token: String) {
    try actor.require(.create, .user, reach: .all)
    let now = clock.now
    let token = Token.invitation.made()
    let made = try await database.write { tx in
      try Invitations.refuseKnown(draft.email, in: tx)
      try Invitations.require(draft, by: actor, in: tx)
      let open = try tx.first(
        """
        SELECT 1 FROM invitation i LEFT JOIN invitation_end e ON e.invitation_id = i.id
        WHERE i.email = \(draft.email) AND e.invitation_id IS NULL AND i.expires_at > \(now)
        """)
      guard open == nil else {
        throw Problem(
          .conflict, field: "email", "\(draft.email) is invited already.", mend: "Make a new link, or withdraw it.")
      }
      let id: ID<Invitation> = try tx.newID()
      let expires = now.adding(seconds: Invitation.lifeSeconds)
      try tx.run(
        """
        INSERT INTO invitation (id, token_hash, email, name, role, team_id, created_at, expires_at, actor_id, actor_name)
        VALUES (\(id), \(Token.hash(token)), \(draft.email), \(draft.name), \(draft.role), \(draft.team), \(now), \
        \(expires), \(actor.user), \(actor.name))
        """)
      try tx.audit(
        "invite", .user, nil, detail: ["email": draft.email, "role": draft.role, "invitation": "\(id)"], by: actor,
        at: now)
      try tx.announce("user.invited", .user, nil, ["email": draft.email, "role": draft.role], at: now)
      return try Invitations.find(id, in: tx)
    }
    return (made, token)
  }

  /// Makes a new link for an invitation that is not over; the old link is void.
  package func renew(_ id: ID<Invitation>, by actor: Actor) async throws -> (invitation: Invitation, token: String) {
    try actor.require(.create, .user, reach: .all)
    let now = clock.now
    let token = Token.invitation.made()
    let renewed = try await database.write { tx in
      let found = try Invitations.find(id, in: tx)
      guard found.end == nil else {
        throw Problem(.conflict, "This invitation was \(found.end?.rawValue ?? "ended").", mend: "Invite anew.")
      }
      try tx.run(
        """
        UPDATE invitation SET token_hash = \(Token.hash(token)),
          expires_at = \(now.adding(seconds: Invitation.lifeSeconds)) WHERE id = \(id)
        """)
      try tx.audit(
        "renew invitation", .user, nil, detail: ["email": found.email, "invitation": "\(id)"], by: actor, at: now)
      return try Invitations.find(id, in: tx)
    }
    return (renewed, token)
  }

  package func withdraw(_ id: ID<Invitation>, by actor: Actor) async throws {
    try actor.require(.create, .user, reach: .all)
    let now = clock.now
    try await database.write { tx in
      let found = try Invitations.find(id, in: tx)
      guard found.end == nil else {
        throw Problem(.conflict, "This invitation was \(found.end?.rawValue ?? "ended") already.")
      }
      try Invitations.end(id, "withdrawn", user: nil, by: actor, at: now, in: tx)
      try tx.audit(
        "withdraw invitation", .user, nil, detail: ["email": found.email, "invitation": "\(id)"], by: actor, at: now)
    }
  }

  /// Takes a withdrawal back: the link works again until it expires.
  package func restore(_ id: ID<Invitation>, by actor: Actor) async throws {
    try actor.require(.create, .user, reach: .all)
    let now = clock.now
    try await database.write { tx in
      let found = try Invitations.find(id, in: tx)
      guard found.end == .withdrawn else { throw Problem(.notFound, "This invitation is not withdrawn.") }
      try Invitations.refuseKnown(found.email, in: tx)
      try tx.run("DELETE FROM invitation_end WHERE invitation_id = \(id) AND kind = 'withdrawn'")
      try tx.audit(
        "restore invitation", .user, nil, detail: ["email": found.email, "invitation": "\(id)"], by: actor, at: now)
    }
  }

  /// The invitation of a link, while it holds.
  package func find(token: String) async throws -> Invitation {
    let now = clock.now
    return try await database.read { try Invitations.find(token: token, at: now, in: $0) }
  }

  /// Joins: the link is used up, and the person can sign in.
  package func accept(token: String, name: String, password: String) async throws -> User {
    let now = clock.now
    let invitation = try await find(token: token)
    let name = try Text.line(name, field: "name", limit: 120)
    try Password.check(password, email: invitation.email)
    let kept = try await Password.kept(password)
    return try await database.write { tx in
      let found = try Invitations.find(token: token, at: now, in: tx)
      try Rights.revise(in: tx)
      let role = try Invitations.role(found.role, in: tx)
      let user = try Users.insert(
        found.email, name, kept: kept, role: role.code, team: found.team.map { ID($0) }, by: nil, at: now, in: tx)
      try Invitations.end(found.id, "accepted", user: user.id, by: user.signature, at: now, in: tx)
      return user
    }
  }
}

extension Invitations {
  private static func refuseKnown(_ email: String, in tx: Transaction) throws {
    guard try tx.first("SELECT 1 FROM app_user WHERE email = \(email)") == nil else {
      throw Problem(
        .conflict, field: "email", "Someone signs in with \(email) already.",
        mend: "Make a reset link, if they have lost their password.")
    }
  }

  /// Refuses a role or a team that is not there.
  private static func require(_ draft: InvitationDraft, by actor: Actor, in tx: Transaction) throws {
    try actor.require(covering: try role(draft.role, in: tx))
    if let team = draft.team, try tx.first("SELECT 1 FROM team WHERE id = \(team)") == nil {
      throw Problem(.invalid, field: "team", "There is no such team.", mend: "Choose one of the list.")
    }
  }

  private static func role(_ code: String, in tx: Transaction) throws -> Role {
    guard let role = try Roles.known(Role.Code(rawValue: code), in: tx) else {
      let codes = try Roles.all(in: tx).map(\.code.rawValue).joined(separator: ", ")
      throw Problem(
        .invalid, field: "role", "There is no role “\(code.prefix(60))”.", mend: "Use one of \(codes).")
    }
    return role
  }

  private static func end(
    _ id: ID<Invitation>, _ kind: String, user: ID<User>?, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    try tx.run(
      """
      INSERT INTO invitation_end (invitation_id, kind, user_id, actor_id, actor_name, at)
      VALUES (\(id), \(kind), \(user), \(actor.user), \(actor.name), \(now))
      """)
  }

  private static func find(_ id: ID<Invitation>, in tx: Transaction) throws -> Invitation {
    let found = try tx.first(
      """
      SELECT \(columns) FROM invitation i LEFT JOIN invitation_end e ON e.invitation_id = i.id WHERE i.id = \(id)
      """, Invitation.init(row:))
    guard let found else { throw Problem(.notFound, "There is no such invitation.") }
    return found
  }

  private static func find(token: String, at now: Instant, in tx: Transaction) throws -> Invitation {
    let found = try tx.first(
      """
      SELECT \(columns) FROM invitation i LEFT JOIN invitation_end e ON e.invitation_id = i.id
      WHERE i.token_hash = \(Token.hash(token))
      """, Invitation.init(row:))
    guard let found, found.state(at: now) == .open else {
      throw Problem(
        .notFound, field: "token",
        "This invitation is void: it was used or withdrawn, it is older than seven days, or a new link was made.",
        mend: "Ask whoever invited you for a new link; or sign in, if you have joined already.")
    }
    return found
  }
}

extension Invitation {
  init(row: Row) throws {
    let kind: String? = try row("kind")
    try self.init(
      id: row("id"), email: row("email"), name: row("name"), role: row("role"), team: row("team_id"),
      createdAt: row("created_at"), expiresAt: row("expires_at"), actorName: row("actor_name"),
      end: kind.flatMap(State.init(rawValue:)), endedAt: row("ended_at"))
  }
}
