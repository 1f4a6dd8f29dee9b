import Foundation
import Kernel
import Records
import Store

/// Exchanges with customers: every statement on their tables.
package struct Interactions: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  static let columns: Statement = """
    i.id, i.customer_id, i.contact_id, i.kind, i.direction, i.channel, i.day, i.at, i.is_timed, i.minutes, i.outcome,
    i.outcome_note, i.subject, i.text, i.party, i.product_id, i.decision_id,
    (SELECT s.name FROM source s WHERE s.id = i.source_id) AS source, i.actor_id, i.actor_name, i.created_at, i.version
    """

  static let standing: Statement =
    "NOT EXISTS (SELECT 1 FROM interaction_withdrawal w WHERE w.interaction_id = i.id)"

  /// The interactions an actor reaches with a verb, as a condition on `interaction i`: never one with a customer they
  /// may not see, unless they entered it themselves. Those taken back are left out.
  package static func scope(_ actor: Actor, _ verb: Actor.Verb = .see) throws -> Statement {
    "(\(standing) AND \(try reached(actor, verb)))"
  }

  /// As `scope`, for those that were taken back: by the right to delete.
  package static func withdrawn(_ actor: Actor) throws -> Statement {
    """
    (EXISTS (SELECT 1 FROM interaction_withdrawal w WHERE w.interaction_id = i.id) AND \(try reached(actor, .delete)))
    """
  }

  static func reached(_ actor: Actor, _ verb: Actor.Verb) throws -> Statement {
    guard let reach = actor.reach(verb, .interaction) else {
      throw Problem(.notAllowed, "You may not \(verb.rawValue) interactions.", mend: "Ask an administrator.")
    }
    let own: Statement = "i.actor_id = \(actor.user)"
    guard let sight = actor.reach(.see, .customer) else { return own }
    let limit = try Customers.scope(actor)
    let visible: Statement =
      sight == .all ? "TRUE" : "i.customer_id IN (SELECT c.id FROM customer c WHERE \(limit))"
    let ofTeam: Statement = "(\(own) OR (i.team_id IN (\(list: actor.teams)) AND \(visible)))"
    switch (reach, verb) {
    case (.all, _): return sight == .all ? "TRUE" : "(\(own) OR \(visible))"
    // Who looks after a customer sees what was said to them, whoever said it; only what they wrote is theirs to change.
    case (.team, .see), (.team, .export):
      return """
        (\(ofTeam) OR i.customer_id IN (SELECT c.id FROM customer c WHERE \(limit)
          AND (c.owner_id = \(actor.user) OR c.team_id IN (\(list: actor.teams)))))
        """
    case (.own, .see), (.own, .export):
      return "(\(own) OR i.customer_id IN (SELECT c.id FROM customer c WHERE \(limit) AND c.owner_id = \(actor.user)))"
    case (.team, _): return ofTeam
    case (.own, _): return own
    }
  }

  // Questions.

  /// One page, the newest first.
  package func list(_ question: InteractionQuestion, for actor: Actor) async throws -> Page<Interaction> {
    let scope = try Interactions.scope(actor)
    let conditions = [scope] + (try question.conditions(for: actor)) + [try question.place()].compactMap { $0 }
    let filter = Statement.joined(conditions, separator: " AND ", or: "TRUE")
    return try await database.read { tx in
      let rows = try tx.rows(
        """
        SELECT \(Interactions.columns) FROM interaction i WHERE \(filter)
        ORDER BY i.at DESC, i.id DESC LIMIT \(question.size + 1)
        """, Interaction.init(row:))
      return Page(overfetched: rows, size: question.size) { "\($0.at.microseconds)~\($0.id)" }
        .map { $0.shown(to: actor) }
    }
  }

  /// How many there are of each kind.
  package func counts(_ question: InteractionQuestion, for actor: Actor) async throws -> [Interaction.Kind: Int] {
    let filter = Statement.joined(
      [try Interactions.scope(actor)] + (try question.conditions(for: actor)), separator: " AND ", or: "TRUE")
    return try await database.read { tx in
      let rows = try tx.rows(
        "SELECT i.kind, count(*) FROM interaction i WHERE \(filter) GROUP BY i.kind"
      ) { (try $0(0, as: Interaction.Kind.self), try $0(1, as: Int.self)) }
      return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }
  }

  /// - Parameter verb: what they are to be allowed to do with it.
  package func find(
    _ id: ID<Interaction>, to verb: Actor.Verb = .see, for actor: Actor
  ) async throws -> Interaction {
    let scope = try Interactions.scope(actor)
    return try await database.read { tx in
      if verb != .see { try Interactions.catalogue.require(verb, id.rawValue, for: actor, in: tx) }
      return try Interactions.find(id, scope, in: tx).shown(to: actor)
    }
  }

  static func find(_ id: ID<Interaction>, _ scope: Statement, in tx: Transaction) throws -> Interaction {
    let found = try tx.first(
      "SELECT \(columns) FROM interaction i WHERE i.id = \(id) AND \(scope)", Interaction.init(row:))
    guard var found else {
      throw Problem(.notFound, "There is no such interaction.", mend: "Look for it in the list.")
    }
    found.participants = try tx.rows(
      "SELECT contact_id, user_id FROM interaction_participant WHERE interaction_id = \(id) ORDER BY place"
    ) { try Interaction.Participant(contact: $0(0), user: $0(1)) }
    return found
  }

  /// What it said before each correction, the newest first.
  package func corrections(of id: ID<Interaction>, for actor: Actor) async throws -> [InteractionCorrection] {
    _ = try await find(id, for: actor)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT id, before, reason, actor_name, at FROM interaction_correction
        WHERE interaction_id = \(id) ORDER BY id DESC
        """
      ) { row in
        let before = try JSONDecoder().decode(Interaction.self, from: Data(try row("before", as: String.self).utf8))
        let reads = actor.reads("text", of: .interaction, isPersonal: true)
        return InteractionCorrection(
          id: try row("id"), before: before.shown(to: actor), reason: reads ? try row("reason") : "",
          by: try row("actor_name"), at: try row("at"))
      }
    }
  }

  /// Which of some interactions were corrected.
  package func corrected(_ ids: [ID<Interaction>]) async throws -> Set<ID<Interaction>> {
    guard !ids.isEmpty else { return [] }
    return try await database.read { tx in
      Set(
        try tx.rows("SELECT interaction_id FROM interaction_correction WHERE interaction_id IN (\(list: ids))") {
          try $0(0, as: ID<Interaction>.self)
        })
    }
  }

  // Verbs.

  package func create(
    _ draft: Interaction.Draft, by actor: Actor, filling: OwnFieldFilling? = nil, once: Once = .unchecked
  ) async throws -> Interaction {
    let now = clock.now
    return try await database.jot { tx in
      try once.check(in: tx)
      let made = try Interactions.create(draft, by: actor, at: now, in: tx).shown(to: actor)
      try filling?.apply(to: made.id.rawValue, isNew: true, at: now, in: tx)
      try once.keep(made, location: "/api/v1/interactions/\(made.id)", in: tx)
      return made
    }
  }

  /// Writes one down in a transaction that does more.
  package static func create(
    _ draft: Interaction.Draft, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> Interaction {
    try actor.require(.create, .interaction)
    try actor.require(writing: draft.given, personal: Interaction.personal, of: .interaction)
    let draft = try checked(draft, for: actor, in: tx)
    let id: ID<Interaction> = try tx.newID()
    try tx.run(
      """
      INSERT INTO interaction (id, customer_id, contact_id, kind, direction, channel, day, at, is_timed, minutes,
        outcome, outcome_note, subject, text, folded, party, product_id, decision_id, actor_id, team_id, actor_name,
        created_at)
      VALUES (\(id), \(draft.customer), \(draft.contact), \(draft.kind), \(draft.direction), \(draft.channel), \
      \(draft.day), \(draft.at), \(draft.isTimed), \(draft.minutes), \(draft.outcome), \(draft.outcomeNote), \
      \(draft.subject), \(draft.text), \(draft.folded), '', \(draft.product), \(draft.decision), \(actor.user), \
      \(actor.teams.first), \(actor.name), \(now))
      """)
    try keep(draft.participants, of: id, in: tx)
    try refreshSearch([id.rawValue], in: tx)
    let made = try find(id, "TRUE", in: tx)
    try tx.audit("create", .interaction, id.rawValue, detail: ["after": made], by: actor, at: now)
    try tx.announce("interaction.created", .interaction, id.rawValue, made, at: now)
    return made
  }

  /// Corrects one that is still at `version`; what it said before stays.
  package func correct(
    _ id: ID<Interaction>, version: Int64, reason: String = "", by actor: Actor, filling: OwnFieldFilling? = nil,
    _ draft: @escaping @Sendable (Interaction) throws -> Interaction.Draft
  ) async throws -> Interaction {
    let reason = try Text.line(reason, field: "reason", limit: 300, required: false)
    let now = clock.now
    return try await database.write { tx in
      var after = try Interactions.correct(id, version: version, reason: reason, by: actor, at: now, in: tx, draft)
      if try filling?.apply(to: id.rawValue, isNew: false, at: now, in: tx) == true {
        after = try Interactions.find(id, "TRUE", in: tx)
      }
      return after.shown(to: actor)
    }
  }

  @discardableResult
  static func correct(
    _ id: ID<Interaction>, version: Int64?, reason: String, by actor: Actor, at now: Instant, in tx: Transaction,
    _ draft: (Interaction) throws -> Interaction.Draft
  ) throws -> Interaction {
    let before = try find(id, try scope(actor, .edit), in: tx)
    guard version ?? before.version == before.version else {
      throw Problem(
        .conflict, field: "version", "Someone else corrected this meanwhile.",
        mend: "Look at their correction, then make yours again.")
    }
    let draft = try checked(try draft(before), knowing: before, for: actor, in: tx)
    try write(draft, to: id, in: tx)
    let after = try find(id, "TRUE", in: tx)
    let fields = before.differences(to: after)
    guard !fields.isEmpty else { return after }
    try actor.require(writing: fields, personal: Interaction.personal, of: .interaction)
    try tx.run(
      """
      INSERT INTO interaction_correction (id, interaction_id, before, reason, actor_id, actor_name, at)
      VALUES (\(try tx.newID(InteractionCorrection.self)), \(id), \
      \(String(decoding: try JSONEncoder().encode(before), as: UTF8.self)), \(reason), \(actor.user), \(actor.name), \
      \(now))
      """)
    try tx.audit("edit", .interaction, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
    try tx.announce("interaction.changed", .interaction, id.rawValue, after, at: now)
    return after
  }

  /// Takes one back, or gives it back; the row stays, with who did it.
  package func setWithdrawn(_ withdrawn: Bool, _ id: ID<Interaction>, by actor: Actor) async throws -> Interaction {
    let now = clock.now
    return try await database.write {
      try Interactions.setWithdrawn(withdrawn, id, by: actor, at: now, in: $0).shown(to: actor)
    }
  }

  @discardableResult
  static func setWithdrawn(
    _ withdrawn: Bool, _ id: ID<Interaction>, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> Interaction {
    let found = try find(id, withdrawn ? try scope(actor, .delete) : try self.withdrawn(actor), in: tx)
    if withdrawn {
      try tx.run(
        """
        INSERT INTO interaction_withdrawal (interaction_id, actor_id, actor_name, at)
        VALUES (\(id), \(actor.user), \(actor.name), \(now))
        """)
    } else {
      try tx.run("DELETE FROM interaction_withdrawal WHERE interaction_id = \(id)")
    }
    let verb = withdrawn ? "withdraw" : "restore"
    try tx.audit(verb, .interaction, id.rawValue, detail: ["before": found], by: actor, at: now)
    try tx.announce("interaction.\(withdrawn ? "withdrawn" : "restored")", .interaction, id.rawValue, found, at: now)
    return found
  }
}

extension Interaction {
  init(row: Row) throws {
    try self.init(
      id: row("id"), customer: row("customer_id"), contact: row("contact_id"), kind: row("kind"),
      direction: row("direction"), channel: row("channel"), day: row("day"), at: row("at"), isTimed: row("is_timed"),
      minutes: row("minutes"), outcome: row("outcome"), outcomeNote: row("outcome_note"), subject: row("subject"),
      text: row("text"), party: row("party"), product: row("product_id"), decision: row("decision_id"),
      source: row("source"), user: row("actor_id"), by: row("actor_name"), createdAt: row("created_at"),
      version: row("version"))
  }
}

extension Interaction.Kind: Storable {}
extension Interaction.Direction: Storable {}
extension Interaction.Channel: Storable {}
extension Interaction.Outcome: Storable {}
