import Customers
import Foundation
import Kernel
import Store

/// The company's decisions: every statement on their tables.
package struct Decisions: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  private static let select: Statement = """
    SELECT d.*, r.actual, r.note AS review_note, r.actor_name AS reviewer, r.at AS reviewed_at,
      w.reason AS withdrawal_reason, w.actor_name AS withdrawer, w.at AS withdrawn_at
    FROM decision d LEFT JOIN decision_review r ON r.decision_id = d.id
    LEFT JOIN decision_withdrawal w ON w.decision_id = d.id
    """

  /// Decisions, those to be reviewed soonest first; those taken on one page when `analysis` names it.
  package func list(analysis: String? = nil, limit: Int = 200, for actor: Actor) async throws -> [Decision] {
    try actor.require(.see, .decision)
    let filter: Statement = analysis.map { "d.analysis = \($0)" } ?? "TRUE"
    let scope = Decisions.scope(actor)
    return try await database.read { tx in
      let found = try tx.rows(
        """
        \(Decisions.select) WHERE \(filter) AND \(scope)
        ORDER BY CASE WHEN r.at IS NULL AND w.at IS NULL THEN 0 ELSE 1 END, d.review_day, d.id LIMIT \(limit)
        """, Decision.init(row:))
      return try Forecasts.attach(to: found, in: tx).map { $0.seen(by: actor) }
    }
  }

  /// How the newest decisions turned out whose forecasts the data have passed; those taken on one page when `analysis`
  /// names it.
  package func trackRecord(analysis: String? = nil, for actor: Actor) async throws -> TrackRecord {
    try actor.require(.see, .decision)
    let filter: Statement = analysis.map { "d.analysis = \($0)" } ?? "TRUE"
    let scope = Decisions.scope(actor)
    return try await database.read { tx in
      let found = try tx.rows(
        """
        \(Decisions.select) WHERE \(filter) AND \(scope) AND w.at IS NULL AND EXISTS (
          SELECT 1 FROM forecast f JOIN judgement j ON j.forecast_id = f.id
          WHERE f.decision_id = d.id AND j.is_complete = 1)
        ORDER BY d.created_at DESC, d.id DESC LIMIT 100
        """, Decision.init(row:))
      return TrackRecord(try Forecasts.attach(to: found, in: tx).map { $0.seen(by: actor) })
    }
  }

  package func find(_ id: ID<Decision>, for actor: Actor) async throws -> Decision {
    try actor.require(.see, .decision)
    let scope = Decisions.scope(actor)
    return try await database.read { try Decisions.find(id, scope, in: $0) }.seen(by: actor)
  }

  private static func scope(_ actor: Actor) -> Statement {
    actor.reach(.see, .decision) == .all ? "TRUE" : "(d.owner_id = \(actor.user) OR d.actor_id = \(actor.user))"
  }

  private static func find(_ id: ID<Decision>, _ scope: Statement, in tx: Transaction) throws -> Decision {
    let found = try tx.first("\(select) WHERE d.id = \(id) AND \(scope)", Decision.init(row:))
    guard let found, let whole = try Forecasts.attach(to: [found], in: tx).first else {
      throw Problem(.notFound, "There is no such decision.")
    }
    return whole
  }

  /// Writes a decision down, with the figure as it stands now and what is expected.
  package func take(
    _ draft: Decision.Draft, on analysis: String, figure: Figure, expecting offers: [Forecast.Offer] = [],
    by actor: Actor, once: Once = .unchecked
  ) async throws -> Decision {
    try actor.require(.create, .decision)
    guard figure.value != nil else {
      throw Problem(
        .invalid, field: "figure", "A decision needs a number, and this figure is missing.",
        mend: "Bring in what the figure lacks first.")
    }
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      let id: ID<Decision> = try tx.newID()
      let owner = draft.owner ?? actor.user.map { ID($0) }
      let name = try owner.flatMap { owner in
        try tx.value("SELECT name FROM app_user WHERE id = \(owner) AND disabled_at IS NULL", as: String.self)
      }
      if draft.owner != nil && name == nil {
        throw Problem(.invalid, field: "owner", "There is no such user.", mend: "Choose one of the list.")
      }
      try tx.run(
        """
        INSERT INTO decision (id, analysis, figure_id, figure, facts_revision, title, options, choice, reason, owner_id,
          owner_name, due_day, review_day, expected, unit, cost_minor, actor_id, actor_name, created_at)
        VALUES (\(id), \(analysis), \(figure.id), \(try Decisions.json(figure)), \(try Sources().revision(in: tx)),
          \(draft.title), \(try Decisions.json(draft.options)), \(draft.choice), \(draft.reason), \(owner),
          \(name ?? actor.name), \(draft.dueDay), \(draft.reviewDay), \(draft.expected), \(figure.unit.name),
          \(draft.costMinor), \(actor.user), \(actor.name), \(now))
        """)
      try Forecasts.keep(offers, for: id, by: actor, at: now, in: tx)
      try tx.audit("create", .decision, id.rawValue, detail: ["title": draft.title], by: actor, at: now)
      try tx.announce("decision.taken", .decision, id.rawValue, ["title": draft.title], at: now)
      let made = try Decisions.find(id, "TRUE", in: tx)
      try once.keep(made, location: "/api/v1/decisions/\(id)", in: tx)
      return made
    }
  }

  /// Adds what a person expects to a decision that is still open.
  package func expect(_ offer: Forecast.Offer, of id: ID<Decision>, by actor: Actor) async throws -> Decision {
    try actor.require(.edit, .decision)
    let now = clock.now
    let scope = Decisions.scope(actor)
    return try await database.write { tx in
      guard try Decisions.find(id, scope, in: tx).isOpen else { throw Decisions.closed }
      try Forecasts.keep([offer], for: id, by: actor, at: now, in: tx)
      try tx.audit("expect", .decision, id.rawValue, detail: [offer.key: offer.value], by: actor, at: now)
      return try Decisions.find(id, scope, in: tx)
    }
  }

  /// The customers of a group that a decision the actor may see rests on.
  func members(of group: ID<FrozenGroup>, for actor: Actor) async throws -> [ID<Customer>] {
    try actor.require(.see, .decision)
    return try await database.read { try Forecasts.members(of: [group], in: $0)[group] ?? [] }
  }

  private static let closed = Problem(
    .conflict, "This decision is closed already.", mend: "Take a new one if something else is to be done.")

  /// Judges a decision: what the figure came to, beside what was expected.
  package func review(
    _ id: ID<Decision>, actual: Double?, note: String, by actor: Actor
  ) async throws -> Decision {
    try actor.require(.edit, .decision)
    let text = try Text.block(note, field: "note", limit: 4_000)
    return try await close(id, "review", by: actor) { tx, now in
      try tx.run(
        """
        INSERT INTO decision_review (decision_id, actual, note, actor_id, actor_name, at)
        VALUES (\(id), \(actual), \(text), \(actor.user), \(actor.name), \(now))
        """)
    }
  }

  /// Takes a decision back; it stays on record with the reason.
  package func withdraw(_ id: ID<Decision>, reason: String, by actor: Actor) async throws -> Decision {
    try actor.require(.delete, .decision)
    let text = try Text.line(reason, field: "reason", limit: 1_000)
    return try await close(id, "withdraw", by: actor) { tx, now in
      try tx.run(
        """
        INSERT INTO decision_withdrawal (decision_id, reason, actor_id, actor_name, at)
        VALUES (\(id), \(text), \(actor.user), \(actor.name), \(now))
        """)
    }
  }

  private func close(
    _ id: ID<Decision>, _ verb: String, by actor: Actor,
    _ write: @escaping @Sendable (Transaction, Instant) throws -> Void
  ) async throws -> Decision {
    let now = clock.now
    let scope = Decisions.scope(actor)
    return try await database.write { tx in
      let before = try Decisions.find(id, scope, in: tx)
      guard before.isOpen else { throw Decisions.closed }
      try write(tx, now)
      try tx.audit(verb, .decision, id.rawValue, by: actor, at: now)
      return try Decisions.find(id, "TRUE", in: tx)
    }
  }

  private static func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }
}

extension Decision {
  init(row: Row) throws {
    let decoder = JSONDecoder()
    let reviewedAt: Instant? = try row("reviewed_at")
    let withdrawnAt: Instant? = try row("withdrawn_at")
    id = try row("id")
    analysis = try row("analysis")
    figure = try decoder.decode(Figure.self, from: Data(try row("figure", as: String.self).utf8))
    factsRevision = try row("facts_revision")
    title = try row("title")
    options = try decoder.decode([Option].self, from: Data(try row("options", as: String.self).utf8))
    choice = try row("choice")
    reason = try row("reason")
    owner = try row("owner_id")
    ownerName = try row("owner_name")
    dueDay = try row("due_day")
    reviewDay = try row("review_day")
    expected = try row("expected")
    costMinor = try row("cost_minor")
    by = try row("actor_name")
    createdAt = try row("created_at")
    review = try reviewedAt.map {
      try Review(actual: row("actual"), note: row("review_note"), by: row("reviewer"), at: $0)
    }
    withdrawal = try withdrawnAt.map {
      try Withdrawal(reason: row("withdrawal_reason"), by: row("withdrawer"), at: $0)
    }
    forecasts = []
  }
}
