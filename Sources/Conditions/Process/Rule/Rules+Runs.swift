import Kernel
import Records
import Store

// What rules did.
extension Rules {
  /// A run as somebody may know of it.
  package struct Shown: Sendable, Encodable {
    package let run: RuleRun
    /// The title of the record; nil when they may not see it, or it is gone.
    package let title: String?
  }

  /// How often a rule ran on one day.
  package struct DayCount: Sendable, Encodable, Equatable {
    package let day: Day
    package let done: Int
    /// Refused or stopped.
    package let refused: Int
  }

  /// The runs of a rule, newest first.
  package func runs(
    of id: ID<Rule>, state: RuleRun.State? = nil, before: Int64? = nil, size: Int = 50, for actor: Actor
  ) async throws -> Page<Shown> {
    let scope = try Self.scope(actor, .see)
    let filter: Statement = state.map { "AND state = \($0)" } ?? ""
    return try await database.read { tx in
      let rule = try Self.find(id, scope, in: tx)
      let rows = try tx.rows(
        """
        SELECT id, record_id, state, problem, version, at FROM rule_run
        WHERE rule_id = \(id) AND id < \(before ?? Int64.max) \(filter) ORDER BY id DESC LIMIT \(size + 1)
        """, RuleRun.init(row:))
      let titles = try catalogues.titles(of: rows.map { RecordKey(rule.noun, $0.record) }, for: actor, in: tx)
      return Page(
        overfetched: rows.map { run in
          Shown(
            run: actor.seesPersonalData ? run : run.withoutWords, title: titles[RecordKey(rule.noun, run.record)])
        }, size: size
      ) { "\($0.run.id)" }
    }
  }

  /// How often a rule ran on each of the last days, oldest first.
  package func days(of id: ID<Rule>, count: Int = 30, for actor: Actor) async throws -> [DayCount] {
    let scope = try Self.scope(actor, .see)
    return try await database.read { tx in
      _ = try Self.find(id, scope, in: tx)
      let zone = try Companies.current(in: tx)?.zone ?? .gmt
      let today = clock.now.day(in: zone)
      let first = today.adding(days: 1 - count)
      var done: [Day: Int] = [:]
      var refused: [Day: Int] = [:]
      try tx.each(
        "SELECT at, state FROM rule_run WHERE rule_id = \(id) AND at >= \(Instant(startOf: first, in: zone))"
      ) { row in
        let day = try row("at", as: Instant.self).day(in: zone)
        if try row("state", as: RuleRun.State.self) == .done {
          done[day, default: 0] += 1
        } else {
          refused[day, default: 0] += 1
        }
      }
      return (0..<count).map { offset in
        let day = first.adding(days: offset)
        return DayCount(day: day, done: done[day] ?? 0, refused: refused[day] ?? 0)
      }
    }
  }

  /// How often each rule ran since a moment, and when last.
  package func activity(for actor: Actor) async throws -> [ID<Rule>: (count: Int, last: Instant)] {
    try actor.require(.see, .rule)
    let since = clock.now.adding(seconds: -30 * 86_400)
    return try await database.read { tx in
      Dictionary(
        try tx.rows(
          "SELECT rule_id, count(*), max(at) FROM rule_run WHERE at >= \(since) AND state = 'done' GROUP BY rule_id"
        ) { (try $0(0, as: ID<Rule>.self), (count: try $0(1, as: Int.self), last: try $0(2, as: Instant.self))) },
        uniquingKeysWith: { first, _ in first })
    }
  }
}

extension RuleRun {
  init(row: Row) throws {
    try self.init(
      id: row("id"), record: row("record_id"), state: row("state"), problem: row("problem"), version: row("version"),
      at: row("at"))
  }
}
