import Kernel
import Records
import Store

/// One rule at work: what wakes it next, and what it makes of it. Every function is part of a transaction.
struct RuleService: Sendable {
  let rules: Rules
  let rule: Rule
  let draft: Rule.Draft
  let actor: Actor

  /// A record the rule is woken for.
  struct Call: Sendable {
    let record: Int64
    /// Names the change, so that the rule answers it once.
    let cause: String
    let chain: String
  }

  /// The next calls, and how far the rule has looked then.
  struct Batch: Sendable {
    let calls: [Call]
    var place: Int64?
    var day: Day?
    let hasMore: Bool
  }

  private func reading(in tx: Transaction) throws -> RuleReading {
    let catalogue = try rules.catalogues.named(rule.noun.rawValue)
    return try RuleReading(
      try rules.changes.customFields.whole(catalogue, in: tx), for: actor, in: tx, clock: rules.clock)
  }

  /// What happened since the rule looked last.
  func nextOfFeed(limit: Int, in tx: Transaction) throws -> Batch {
    let now = try Rules.find(rule.id, "TRUE", in: tx)
    let newest = try tx.outboxEnds().newest
    let events = try tx.events(after: now.place, nouns: [rule.noun], limit: limit)
    let hasMore = events.count == limit
    let reading = try reading(in: tx)
    let woken = try reading.changes(events, draft, in: tx)
    let fitting = try reading.fitting(Array(Set(woken.compactMap(\.record))), draft.filter, in: tx)
    let calls = woken.compactMap { event -> Call? in
      guard let record = event.record, fitting.contains(record) else { return nil }
      let cause = draft.occasion == .created ? "created" : "change \(event.at.microseconds)"
      return Call(record: record, cause: cause, chain: event.cause)
    }
    return Batch(calls: calls, place: hasMore ? events.last?.place ?? newest : newest, hasMore: hasMore)
  }

  /// The records whose day has come since the rule looked last.
  func nextOfDay(limit: Int, in tx: Transaction) throws -> Batch {
    let reading = try reading(in: tx)
    let looked = try Rules.find(rule.id, "TRUE", in: tx).lastDay
    guard looked < reading.today else { return Batch(calls: [], day: looked, hasMore: false) }
    let day = max(looked.adding(days: 1), reading.today.adding(days: -Rule.mostDaysLate))
    let cause = "\(rule.dayField) \(day.adding(days: -rule.days).number)"
    // Where a batch ended stands in the log itself: numbers grow, and each run is there once.
    let last = try tx.value(
      "SELECT max(record_id) FROM rule_run WHERE rule_id = \(rule.id) AND cause = \(cause)", as: Int64?.self
    ).flatMap { $0 }
    let records = try reading.page(
      RuleReading.due(draft, day, day), after: last ?? 0, limit: limit, in: tx)
    let isOver = records.count < limit
    return Batch(
      calls: records.map { Call(record: $0, cause: cause, chain: "") }, day: isOver ? day : nil,
      hasMore: !isOver || day < reading.today)
  }

  /// Writes down how far the rule has looked.
  func mark(_ batch: Batch, in tx: Transaction) throws {
    if let place = batch.place { try tx.run("UPDATE rule SET place = \(place) WHERE id = \(rule.id)") }
    if let day = batch.day { try tx.run("UPDATE rule SET last_day = \(day) WHERE id = \(rule.id)") }
  }

  /// Does what the rule does for a record, unless that was done already.
  func answer(_ call: Call, in tx: Transaction) throws {
    guard RuleChain(call.chain).admits(rule.id) else {
      try note(call, .stopped, "It would have led to itself.", in: tx)
      return
    }
    // Whoever writes the line first does the work.
    guard try note(call, .done, "", in: tx) else { return }
    let reading = try reading(in: tx)
    try RuleActing(
      rules: rules, draft: draft, rule: rule.id, actor: actor, catalogue: reading.catalogue, today: reading.today
    ).carryOut(on: call.record, chain: call.chain, in: tx)
  }

  /// - Returns: whether it was not noted before.
  @discardableResult
  func note(_ call: Call, _ state: RuleRun.State, _ problem: String, in tx: Transaction) throws -> Bool {
    let id: ID<RuleRun> = try tx.newID()
    return try tx.run(
      """
      INSERT INTO rule_run (id, rule_id, record_id, cause, state, problem, version, at)
      VALUES (\(id), \(rule.id), \(call.record), \(call.cause), \(state), \(problem), \(rule.version),
        \(rules.clock.now))
      ON CONFLICT DO NOTHING
      """) == 1
  }
}
