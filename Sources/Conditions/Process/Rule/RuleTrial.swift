import Kernel
import Records
import Store

/// What a rule would have done over the last month, with the records as they are now. Nothing of it is kept.
package struct RuleTrial: Sendable, Encodable {
  /// A record it would have been woken for.
  package struct Row: Sendable, Encodable {
    package let record: Int64
    package let title: String?
    /// When it happened, or on which day it came.
    package let at: Instant?
    package let day: Day?
    /// Why one of its acts would be refused; nil when all would be done, or when it was not tried out.
    package let refusal: String?
    package let isTried: Bool
    /// What its acts would do, in their order; none when it was refused or not tried out.
    package let effects: [RuleEffect]
  }

  package let first: Day
  package let last: Day
  /// How often it would have been woken.
  package let count: Int
  /// Whether there was more than was looked at.
  package let isCut: Bool
  /// The newest first.
  package let rows: [Row]

  package static let days = 30
  static let mostShown = 100
  /// The acts of so many are carried out and taken back again.
  static let mostTried = 50
  static let mostLookedAt = 20_000
}

extension Rules {
  /// Tries a rule out, kept or not: finds what would have woken it in the last thirty days, carries out its acts for the
  /// newest records and takes everything back.
  package func trial(of draft: Rule.Draft, for actor: Actor) async throws -> RuleTrial {
    try actor.require(.create, .rule)
    let now = clock.now
    try await database.placeEvents()
    let found: Found = try await database.read { tx in
      try check(draft, for: actor, in: tx)
      let reading = try reading(draft, for: actor, in: tx)
      return draft.occasion == .day ? try days(draft, reading, in: tx) : try events(draft, reading, at: now, in: tx)
    }
    let newest = found.calls.sorted { $0.order > $1.order }.prefix(RuleTrial.mostShown)
    let tried = try await outcomes(of: draft, newest.prefix(RuleTrial.mostTried).map(\.record), for: actor)
    return try await database.read { tx in
      let titles = try catalogues.titles(of: newest.map { RecordKey(draft.noun, $0.record) }, for: actor, in: tx)
      let today = try today(in: tx)
      return RuleTrial(
        first: today.adding(days: -RuleTrial.days), last: today, count: found.calls.count, isCut: found.isCut,
        rows: newest.enumerated().map { place, call in
          RuleTrial.Row(
            record: call.record, title: titles[RecordKey(draft.noun, call.record)], at: call.at, day: call.day,
            refusal: tried.refusals[call.record], isTried: place < RuleTrial.mostTried,
            effects: tried.effects[call.record] ?? [])
        })
    }
  }

  private struct Found: Sendable {
    struct Call: Sendable {
      let record: Int64
      var at: Instant?
      var day: Day?
      var order: Int64 { at?.microseconds ?? Int64(day?.number ?? 0) }
    }

    var calls: [Call] = []
    var isCut = false
  }

  private func reading(_ draft: Rule.Draft, for actor: Actor, in tx: Transaction) throws -> RuleReading {
    let whole = try changes.customFields.whole(try catalogues.named(draft.noun.rawValue), in: tx)
    return try RuleReading(whole, for: actor, in: tx, clock: clock)
  }

  private func events(
    _ draft: Rule.Draft, _ reading: RuleReading, at now: Instant, in tx: Transaction
  ) throws -> Found {
    var found = Found()
    let since = now.adding(seconds: Int64(-RuleTrial.days) * 86_400)
    let newest = try tx.outboxEnds().newest
    // Only the newest are looked at when there are very many.
    var place = max(0, newest - Int64(RuleTrial.mostLookedAt))
    found.isCut = place > 0
    while true {
      let events = try tx.events(after: place, nouns: [draft.noun], limit: 1_000)
      guard let last = events.last else { return found }
      place = last.place
      let woken = try reading.changes(events.filter { $0.at >= since }, draft, in: tx)
      let fitting = try reading.fitting(Array(Set(woken.compactMap(\.record))), draft.filter, in: tx)
      found.calls += woken.compactMap { event in
        event.record.flatMap { fitting.contains($0) ? Found.Call(record: $0, at: event.at) : nil }
      }
    }
  }

  private func days(_ draft: Rule.Draft, _ reading: RuleReading, in tx: Transaction) throws -> Found {
    var found = Found()
    for offset in 0...RuleTrial.days {
      let day = reading.today.adding(days: -offset)
      let records = try reading.page(
        RuleReading.due(draft, day, day), after: 0, limit: RuleTrial.mostLookedAt, in: tx)
      found.calls += records.map { Found.Call(record: $0, day: day) }
      if found.calls.count >= RuleTrial.mostLookedAt {
        found.isCut = true
        break
      }
    }
    return found
  }

  /// What came of the acts, by record.
  private struct Outcomes: Sendable {
    var effects: [Int64: [RuleEffect]] = [:]
    var refusals: [Int64: String] = [:]
  }

  /// Thrown to take back what a trial did.
  private struct TakenBack: Error {
    let outcomes: Outcomes
  }

  private func outcomes(of draft: Rule.Draft, _ records: [Int64], for actor: Actor) async throws -> Outcomes {
    do {
      return try await database.write { tx in
        let reading = try reading(draft, for: actor, in: tx)
        let acting = RuleActing(
          rules: self, draft: draft, rule: nil, actor: actor, catalogue: reading.catalogue, today: reading.today)
        var outcomes = Outcomes()
        for record in Set(records).sorted() {
          do {
            outcomes.effects[record] = try acting.carryOut(on: record, chain: "", in: tx)
          } catch let problem as Problem {
            outcomes.refusals[record] = problem.message
          }
        }
        outcomes.effects = try acting.told(outcomes.effects, in: tx)
        throw TakenBack(outcomes: outcomes)
      }
    } catch let done as TakenBack {
      return done.outcomes
    }
  }
}
