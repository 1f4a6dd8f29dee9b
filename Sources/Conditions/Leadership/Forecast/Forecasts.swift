import Crypto
import Customers
import Foundation
import Kernel
import Store

/// The forecasts of decisions and what came of them: every statement on their tables.
package struct Forecasts: Sendable {
  let database: Database

  package init(_ database: Database) { self.database = database }

  // Keeping.

  /// Keeps what a decision expects, in the transaction that takes it.
  static func keep(
    _ offers: [Forecast.Offer], for decision: ID<Decision>, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    guard !offers.isEmpty else { return }
    let revision = try Sources().revision(in: tx)
    guard let currency = try tx.value("SELECT currency FROM company WHERE one = 1", as: Currency.self) else {
      throw Problem(.unavailable, "There is no company in this store yet.", mend: "Make one first.")
    }
    var kept: [FrozenGroup.Draft: ID<FrozenGroup>] = [:]
    for offer in offers {
      let group = try kept[offer.group] ?? freeze(offer.group, in: tx)
      kept[offer.group] = group
      let id: ID<Forecast> = try tx.newID()
      try tx.run(
        """
        INSERT INTO forecast (id, decision_id, measure, group_id, value, low, high, cover, unit, first_day, last_day,
          as_of_day, facts_revision, method, explanation, grade, settings, actor_id, actor_name, created_at)
        VALUES (\(id), \(decision), \(offer.measure.rawValue), \(group), \(offer.value), \(offer.low), \(offer.high),
          \(offer.cover), \(offer.measure.unit(currency).name), \(offer.window.from), \(offer.window.last),
          \(offer.asOf), \(revision), \(offer.method), \(offer.explanation), \(offer.grade.rawValue),
          \(try json(offer.settings)), \(actor.user), \(actor.name), \(now))
        """)
    }
  }

  /// The group of these customers; one that was frozen before with the same customers serves again.
  private static func freeze(_ draft: FrozenGroup.Draft, in tx: Transaction) throws -> ID<FrozenGroup> {
    let text = "\(draft.kind.rawValue)\n\(draft.name)\n" + draft.members.map { "\($0)" }.joined(separator: " ")
    let digest = SHA256.hash(data: Data(text.utf8)).map { String($0, radix: 16) }.joined(separator: ".")
    if let found = try tx.value(
      "SELECT id FROM frozen_group WHERE digest = \(digest) ORDER BY id LIMIT 1", as: ID<FrozenGroup>.self)
    {
      return found
    }
    let id: ID<FrozenGroup> = try tx.newID()
    try tx.run(
      """
      INSERT INTO frozen_group (id, kind, name, customers, digest)
      VALUES (\(id), \(draft.kind.rawValue), \(draft.name), \(draft.members.count), \(digest))
      """)
    var next = draft.members.makeIterator()
    try tx.insert(into: "frozen_member", ["group_id", "customer_id"]) { next.next().map { [id.stored, $0.stored] } }
    return id
  }

  // Reading.

  /// Gives decisions their forecasts, with every judgement.
  static func attach(to decisions: [Decision], in tx: Transaction) throws -> [Decision] {
    guard !decisions.isEmpty else { return [] }
    let chosen: Statement = "f.decision_id IN (\(list: decisions.map(\.id)))"
    let found = try read(chosen, in: tx)
    return decisions.map { decision in
      var decision = decision
      decision.forecasts = found.filter { $0.decision == decision.id }.map(\.forecast)
      return decision
    }
  }

  /// Forecasts of decisions that stand, which nobody has judged at this revision of the facts.
  static func unjudged(
    at revision: Int64, in tx: Transaction
  ) throws -> [(decision: ID<Decision>, review: Day, taken: Instant, forecast: Forecast)] {
    let open: Statement = """
      NOT EXISTS (SELECT 1 FROM judgement j WHERE j.forecast_id = f.id AND j.facts_revision = \(revision))
      AND NOT EXISTS (SELECT 1 FROM decision_withdrawal w WHERE w.decision_id = f.decision_id)
      """
    let dates = Dictionary(
      try tx.rows("SELECT id, review_day, created_at FROM decision") {
        (try $0(0, as: ID<Decision>.self), (try $0(1, as: Day.self), try $0(2, as: Instant.self)))
      }, uniquingKeysWith: { first, _ in first })
    return try read(open, in: tx).compactMap { row in
      dates[row.decision].map { (row.decision, $0.0, $0.1, row.forecast) }
    }
  }

  /// The customers of some groups, each ascending.
  static func members(
    of groups: Set<ID<FrozenGroup>>, in tx: Transaction
  ) throws -> [ID<FrozenGroup>: [ID<Customer>]] {
    var found: [ID<FrozenGroup>: [ID<Customer>]] = [:]
    try tx.each(
      """
      SELECT group_id, customer_id FROM frozen_member WHERE group_id IN (\(list: groups.sorted()))
      ORDER BY group_id, customer_id
      """
    ) { found[try $0(0), default: []].append(try $0(1)) }
    return found
  }

  private static func read(
    _ filter: Statement, in tx: Transaction
  ) throws -> [(decision: ID<Decision>, forecast: Forecast)] {
    var judgements: [ID<Forecast>: [Judgement]] = [:]
    try tx.each(
      """
      SELECT j.* FROM judgement j JOIN forecast f ON f.id = j.forecast_id WHERE \(filter)
      ORDER BY j.forecast_id, j.at, j.id
      """
    ) { judgements[try $0("forecast_id"), default: []].append(try Judgement(row: $0)) }
    return try tx.rows(
      """
      SELECT f.*, g.kind AS group_kind, g.name AS group_name, g.customers AS group_customers
      FROM forecast f JOIN frozen_group g ON g.id = f.group_id WHERE \(filter) ORDER BY f.decision_id, f.id
      """
    ) { row in
      var forecast = try Forecast(row: row)
      forecast.judgements = judgements[forecast.id] ?? []
      return (try row("decision_id"), forecast)
    }
  }

  // Judging.

  /// Writes a judgement down, unless one was made at its revision meanwhile.
  static func judge(_ id: ID<Forecast>, _ judgement: Judgement, in tx: Transaction) throws -> Bool {
    let revision = judgement.factsRevision
    // Two may judge at once: the second waits for the first, and sees what it wrote.
    _ = try tx.first("SELECT id FROM forecast WHERE id = \(id)" + .lockingRows(in: tx.dialect))
    guard
      try tx.first("SELECT 1 FROM judgement WHERE forecast_id = \(id) AND facts_revision = \(revision) LIMIT 1") == nil
    else { return false }
    try tx.run(
      """
      INSERT INTO judgement (id, forecast_id, forecast, actual, error, relative_error, is_inside, data_until_day,
        is_complete, facts_revision, at)
      VALUES (\(try tx.newID(Judgement.self)), \(id), \(judgement.forecast), \(judgement.actual), \(judgement.error),
        \(judgement.relativeError), \(judgement.isInside), \(judgement.dataUntil), \(judgement.isComplete), \(revision),
        \(judgement.at))
      """)
    return true
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension Forecast {
  init(row: Row) throws {
    let unit: String = try row("unit")
    let names: [String: Figure.Unit] = ["share": .share, "count": .count, "ratio": .ratio, "days": .days]
    guard let measure = Measure(rawValue: try row("measure")),
      let kind = FrozenGroup.Kind(rawValue: try row("group_kind")),
      let grade = Figure.Grade(rawValue: try row("grade"))
    else { throw Problem(.unavailable, "The store has a forecast that this version does not know.") }
    self.init(
      id: try row("id"), measure: measure,
      group: FrozenGroup(
        id: try row("group_id"), kind: kind, name: try row("group_name"), customers: try row("group_customers")),
      value: try row("value"), low: try row("low"), high: try row("high"), cover: try row("cover"),
      unit: try names[unit] ?? .money(Currency(unit)),
      window: Period(first: try row("first_day"), last: try row("last_day")), asOf: try row("as_of_day"),
      factsRevision: try row("facts_revision"), method: try row("method"), explanation: try row("explanation"),
      grade: grade,
      settings: try JSONDecoder().decode([String: String].self, from: Data(try row("settings", as: String.self).utf8)),
      by: try row("actor_name"), createdAt: try row("created_at"), judgements: [])
  }
}

extension Judgement {
  init(row: Row) throws {
    try self.init(
      forecast: row("forecast"), actual: row("actual"), error: row("error"), relativeError: row("relative_error"),
      isInside: row("is_inside"), dataUntil: row("data_until_day"), isComplete: row("is_complete"),
      factsRevision: row("facts_revision"), at: row("at"))
  }
}
