import Customers
import Kernel
import Store

/// The rules of treatment: every statement on their table, and what customers got beside them. Nothing is overwritten;
/// the newest rule for the same customers counts.
package final class Treatments: Sendable {
  private struct Asked: Equatable, Sendable {
    let question: PortfolioQuestion
    let verdicts: [SignificanceVerdict]
    let rules: [KeptTreatmentRule]
    let stamp: Int64
    let user: Viewpoint?
  }

  let database: Database
  let clock: any Clock
  private let portfolios: Portfolios
  private let segments: Segments
  private let kept = KeptAnswers<Asked, TreatmentReview>(most: 3)

  package init(_ database: Database, clock: any Clock, portfolios: Portfolios, segments: Segments) {
    self.database = database
    self.clock = clock
    self.portfolios = portfolios
    self.segments = segments
  }

  /// The rules in force, the oldest first.
  package func rules(for actor: Actor) async throws -> [KeptTreatmentRule] {
    try actor.require(.see, .treatment)
    return try await database.read { try Treatments.rules(in: $0) }
  }

  private static func rules(in tx: Transaction) throws -> [KeptTreatmentRule] {
    try tx.rows(
      """
      SELECT t.id, t.kind, t.segment_id, t.needs_owner, t.owner_id, t.owner_name, t.response_minutes, t.review_days,
        t.ceiling_share, t.actor_name, t.at
      FROM treatment_rule t WHERE t.taken_back = 0 AND t.id = (
        SELECT max(u.id) FROM treatment_rule u
        WHERE coalesce(u.kind, '') = coalesce(t.kind, '') AND coalesce(u.segment_id, 0) = coalesce(t.segment_id, 0))
      ORDER BY t.id
      """, KeptTreatmentRule.init(row:))
  }

  /// Makes a rule; one for the same customers is replaced and stays on record.
  package func enter(
    _ rule: TreatmentRule, by actor: Actor, once: Once = .unchecked
  ) async throws -> KeptTreatmentRule {
    try actor.require(.create, .treatment, reach: .all)
    guard !rule.asksNothing else {
      throw Problem(
        .invalid, field: "reviewDays", "The rule asks for nothing.",
        mend: "Say who answers, how fast, how often they are looked at, or how much may be spent.")
    }
    if let segment = rule.segment { _ = try await segments.book(for: actor).find(segment) }
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      let name = try rule.owner.flatMap { owner in
        try tx.value("SELECT name FROM app_user WHERE id = \(owner) AND disabled_at IS NULL", as: String.self)
      }
      guard rule.owner == nil || name != nil else {
        throw Problem(.invalid, field: "owner", "There is no such user.", mend: "Choose one of the list.")
      }
      let id = try Treatments.insert(rule, owner: name, isTakenBack: false, by: actor, at: now, in: tx)
      try tx.audit(
        "create", .treatment, id.rawValue,
        detail: ["kind": rule.kind?.rawValue ?? "", "segment": rule.segment.map { "\($0)" } ?? ""], by: actor, at: now)
      guard let made = try Treatments.rules(in: tx).first(where: { $0.id == id }) else {
        throw Problem(.unavailable, "The rule was not kept.", mend: "Try again.")
      }
      try once.keep(TreatmentReport.Rule(made), location: "/api/v1/portfolio/treatment", in: tx)
      return made
    }
  }

  private static func insert(
    _ rule: TreatmentRule, owner: String?, isTakenBack: Bool, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> ID<TreatmentRule> {
    let id: ID<TreatmentRule> = try tx.newID()
    try tx.run(
      """
      INSERT INTO treatment_rule (id, kind, segment_id, needs_owner, owner_id, owner_name, response_minutes, review_days,
        ceiling_share, taken_back, actor_id, actor_name, at)
      VALUES (\(id), \(rule.kind?.rawValue), \(rule.segment), \(rule.needsOwner), \(rule.owner), \(owner), \
      \(rule.responseMinutes), \(rule.reviewDays), \(rule.ceilingShare), \(isTakenBack), \(actor.user), \(actor.name), \
      \(now))
      """)
    return id
  }

  /// Takes a rule back; it stays on record.
  package func takeBack(_ id: ID<TreatmentRule>, by actor: Actor) async throws {
    try actor.require(.delete, .treatment, reach: .all)
    let now = clock.now
    try await database.write { tx in
      guard let standing = try Treatments.rules(in: tx).first(where: { $0.id == id }) else {
        throw Problem(.notFound, "There is no such rule in force.", mend: "Look at the rules as they stand now.")
      }
      _ = try Treatments.insert(
        standing.rule, owner: standing.ownerName, isTakenBack: true, by: actor, at: now, in: tx)
      try tx.audit("delete", .treatment, id.rawValue, by: actor, at: now)
    }
  }

  /// What they got; nil when nobody bought anything in the window.
  package func review(for actor: Actor) async throws -> TreatmentReview? {
    let rules = try await rules(for: actor)
    let question = try await portfolios.question(scenario: nil, for: actor)
    guard let portfolio = try await portfolios.run(question, for: actor) else { return nil }
    let book = try await segments.book(for: actor)
    let asked = Asked(
      question: question, verdicts: try await portfolios.verdicts.latest(for: actor), rules: rules, stamp: book.stamp,
      user: Segments.user(actor))
    if let found = kept.find(asked, at: portfolio.revision) { return found }
    let contribution = portfolio.contribution
    let sheet: SegmentSheet? =
      if let inUse = book.inUse { try await segments.sheet(inUse, stamp: book.stamp, for: actor) } else { nil }
    let review = try TreatmentReview(
      TreatmentReview.Facts(
        portfolio: portfolio, counts: try await segments.drivers.counts(in: contribution.window, for: actor),
        owned: try await segments.customers.owned(for: actor),
        lastVisits: try await segments.drivers.lastDays(of: .visit, until: contribution.window.until, for: actor),
        values: try await segments.values(contribution, question.assumptions, for: actor), sheet: sheet, rules: rules))
    kept.keep(review, to: asked, at: portfolio.revision)
    return review
  }

  /// The review with the names feeds know customers by; nil when nobody bought anything.
  package func report(for actor: Actor) async throws -> TreatmentReport? {
    guard let review = try await review(for: actor) else { return nil }
    return TreatmentReport(review, keys: try await segments.customers.externalKeys(for: actor))
  }
}

extension KeptTreatmentRule {
  init(row: Row) throws {
    let kind: String? = try row("kind")
    self.init(
      id: try row("id"),
      rule: try TreatmentRule(
        kind.flatMap(SignificanceKind.init(rawValue:)), segment: try row("segment_id"),
        needsOwner: try row("needs_owner"), owner: try row("owner_id"), responseMinutes: try row("response_minutes"),
        reviewDays: try row("review_days"), ceilingShare: try row("ceiling_share")),
      ownerName: try row("owner_name"), by: try row("actor_name"), at: try row("at"))
  }
}
