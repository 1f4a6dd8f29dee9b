import Foundation
import Kernel
import Records
import Store

/// Which records of a noun fit the conditions of a rule, for whoever made it.
struct RuleReading {
  let catalogue: Catalogue
  let actor: Actor
  let today: Day
  private let compiler: FilterCompiler

  /// - Parameter catalogue: with the company's own fields.
  init(_ catalogue: Catalogue, for actor: Actor, in tx: Transaction, clock: any Clock) throws {
    let company = try Companies.current(in: tx)
    let zone = company?.zone ?? .gmt
    self.catalogue = catalogue
    self.actor = actor
    today = clock.now.day(in: zone)
    compiler = FilterCompiler(
      catalogue, for: actor, today: today, zone: zone, currency: company?.currency ?? .euro)
  }

  func condition(_ filter: Filter?) throws -> Statement {
    try filter.map { try compiler.statement($0) } ?? "TRUE"
  }

  /// Those of some records that the actor may see and that fit.
  func fitting(_ records: [Int64], _ filter: Filter?, in tx: Transaction) throws -> Set<Int64> {
    guard !records.isEmpty else { return [] }
    return Set(
      try tx.rows(
        """
        SELECT \(catalogue.id) FROM \(catalogue.table) WHERE \(catalogue.id) IN (\(list: records))
          AND \(try catalogue.scope(actor, .see)) AND (\(try condition(filter)))
        """
      ) { try $0(0, as: Int64.self) })
  }

  /// The records that fit, by number, after one of them.
  func page(_ filter: Filter?, after record: Int64, limit: Int, in tx: Transaction) throws -> [Int64] {
    try tx.rows(
      """
      SELECT \(catalogue.id) FROM \(catalogue.table) WHERE \(catalogue.id) > \(record)
        AND \(try catalogue.scope(actor, .see)) AND (\(try condition(filter)))
      ORDER BY \(catalogue.id) LIMIT \(limit)
      """
    ) { try $0(0, as: Int64.self) }
  }

  /// The conditions of a rule that waits for a day, on one day or a stretch of days.
  static func due(_ rule: Rule.Draft, _ first: Day, _ last: Day) -> Filter {
    let days = [first, last].map { "\($0.adding(days: -rule.days))" }
    let condition =
      first == last
      ? Filter.Condition(rule.dayField, .is, [days[0]]) : Filter.Condition(rule.dayField, .between, days)
    return Filter.condition(condition).and(rule.filter)
  }

  /// The changes of some events that touch the fields a rule waits for; each change of a record once, however many events
  /// tell of it.
  func changes(_ events: [OutboxEvent], _ rule: Rule.Draft, in tx: Transaction) throws -> [OutboxEvent] {
    var seen: Set<String> = []
    return try events.filter { event in
      guard !event.isQuiet, let record = event.record, rule.kinds.contains(event.kind) else { return false }
      if !rule.fields.isEmpty, event.kind == "\(rule.noun.rawValue).changed" {
        let fields = catalogue.fields.filter { rule.fields.contains($0.name) }
        guard try RecordHistories.touches(fields, of: RecordKey(catalogue.noun, record), at: event.at, in: tx) else {
          return false
        }
      }
      return seen.insert("\(record) \(event.at.microseconds)").inserted
    }
  }
}
