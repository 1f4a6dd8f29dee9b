import Foundation
import Kernel
import Store

/// How long a class of data is kept, and what has gone by itself.
package struct Retention: Sendable, Equatable, Encodable {
  package let retention: RetentionClass
  package let title: String
  package let effect: String
  /// nil where nothing goes by itself.
  package let days: Int?
  /// What would go now at that many days, or at the suggested number while the clock stands.
  package let due: Int
  package let suggestedDays: Int
  package let lastAt: Instant?
  package let lastRows: Int?
}

/// The clocks of what is kept for a time only: every statement on their tables, and those by which things go.
package struct Retentions: Sendable {
  let database: Database
  let clock: any Clock
  let jobs: Jobs
  let exports: PersonExports
  let erasures: Erasures

  /// How many people a run erases at most; the next goes on.
  static let mostPeople = 500

  package static let kind = "retention"

  package init(_ database: Database, clock: any Clock, jobs: Jobs, exports: PersonExports, erasures: Erasures) {
    self.database = database
    self.clock = clock
    self.jobs = jobs
    self.exports = exports
    self.erasures = erasures
  }

  /// Every class, with what would go now.
  package func all(for actor: Actor) async throws -> [Retention] {
    try actor.require(.see, .privacy)
    let now = clock.now
    return try await database.read { tx in
      let days = try Retentions.days(in: tx)
      return try RetentionClass.allCases.map { one in
        let cutoff = now.adding(seconds: -86_400 * Int64(days[one] ?? one.suggestedDays))
        let last = try tx.first(
          "SELECT at, rows_touched FROM retention_run WHERE class = \(one) ORDER BY id DESC LIMIT 1"
        ) { (at: try $0("at", as: Instant.self), rows: try $0("rows_touched", as: Int.self)) }
        return Retention(
          retention: one, title: one.title, effect: one.effect, days: days[one],
          due: try one.due(cutoff, in: tx), suggestedDays: one.suggestedDays,
          lastAt: last?.at, lastRows: last?.rows)
      }
    }
  }

  /// The days of every class whose clock runs.
  private static func days(in tx: Transaction) throws -> [RetentionClass: Int] {
    var days: [RetentionClass: Int] = [:]
    for one in RetentionClass.allCases { days[one] = one.usualDays }
    try tx.each("SELECT class, days FROM retention_rule") { row in
      let count: Int = try row("days")
      days[try row("class")] = count > 0 ? count : nil
    }
    return days
  }

  /// Sets a clock; nil lets everything of the class stay.
  package func set(_ one: RetentionClass, days: Int?, by actor: Actor) async throws {
    try actor.require(.edit, .privacy, reach: .all)
    guard days == nil || (1...36_500).contains(days ?? 0) else {
      throw Problem(.invalid, field: "days", "This takes a number from 1 to 36,500.", mend: "Enter such a number.")
    }
    let now = clock.now
    try await database.write { tx in
      let before = try Retentions.days(in: tx)[one]
      try tx.run(
        """
        INSERT INTO retention_rule (class, days, actor_id, actor_name, at)
        VALUES (\(one), \(days ?? 0), \(actor.user), \(actor.name), \(now))
        ON CONFLICT (class) DO UPDATE SET days = excluded.days, actor_id = excluded.actor_id,
          actor_name = excluded.actor_name, at = excluded.at
        """)
      func words(_ days: Int?) -> String { days.map { "\($0) days" } ?? "for ever" }
      try tx.audit(
        "keep", .privacy, nil, detail: [one.rawValue: ["before": words(before), "after": words(days)]], by: actor,
        at: now)
    }
  }

  /// Queues the daily run when it has not been made today.
  @discardableResult
  package func queueDue() async throws -> Bool {
    let (now, jobs) = (clock.now, jobs)
    let isDue = try await database.read { tx in
      guard try Companies.current(in: tx) != nil else { return false }
      let since = now.adding(seconds: -86_400)
      let last: Statement = "kind = \(Retentions.kind) AND (state IN ('queued', 'running') OR created_at > \(since))"
      guard try tx.first("SELECT 1 FROM job WHERE \(last) LIMIT 1") == nil else { return false }
      let days = try Retentions.days(in: tx)
      return try days.contains { one, days in
        try one.due(now.adding(seconds: -86_400 * Int64(days)), in: tx) > 0
      }
    }
    guard isDue else { return false }
    let house = Actor(user: nil, name: "retention clocks", grants: Actor.everything)
    _ = try await database.write {
      try jobs.enqueue(
        Retentions.kind, title: "Let go what was kept long enough", arguments: [String](), by: house, in: $0)
    }
    return true
  }

  @Sendable package func run(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let actor = Actor(user: job.actor, name: job.actorName, grants: Actor.everything)
    var gone = 0
    for (place, one) in RetentionClass.allCases.enumerated() {
      gone += try await sweep(one, by: actor)
      try await progress.report(Int64(place + 1), of: Int64(RetentionClass.allCases.count), one.title)
    }
    try exports.sweep()
    if try await erasures.isUnscrubbed() {
      try await progress.beating(
        Int64(RetentionClass.allCases.count), of: Int64(RetentionClass.allCases.count),
        "Rewriting the store, so that nothing is left of it in its files."
      ) { try await erasures.scrub() }
    }
    try await progress.report(
      Int64(RetentionClass.allCases.count), of: Int64(RetentionClass.allCases.count), "\(gone) rows went.")
    return nil
  }

  /// Lets go of what is over in one class.
  @discardableResult
  package func sweep(_ one: RetentionClass, by actor: Actor) async throws -> Int {
    try actor.require(.delete, .privacy, reach: .all)
    let now = clock.now
    guard let days = try await database.read({ try Retentions.days(in: $0)[one] }) else { return 0 }
    let cutoff = now.adding(seconds: -86_400 * Int64(days))
    let people = try await erase(one, cutoff, by: actor)
    return try await database.write { tx in
      let rows = try one.sweeps(cutoff).reduce(people) { try $0 + $1.carryOut(at: now, in: tx) }
      guard rows > 0 else { return 0 }
      let id: ID<Retention> = try tx.newID()
      try tx.run("INSERT INTO retention_run (id, class, rows_touched, at) VALUES (\(id), \(one), \(rows), \(now))")
      try tx.audit("let go", .privacy, nil, detail: [one.rawValue: "\(rows)"], by: actor, at: now)
      return rows
    }
  }

  /// Erases those whose time is over, each by itself.
  private func erase(_ one: RetentionClass, _ cutoff: Instant, by actor: Actor) async throws -> Int {
    var count = 0
    for (kind, ids) in one.people(cutoff) {
      let most = Retentions.mostPeople - count
      let due = try await database.read { tx in
        try tx.rows("\(ids) ORDER BY 1 LIMIT \(most)") { try $0(0, as: Int64.self) }
      }
      for id in due {
        try Task.checkCancellation()
        try await erasures.erase(kind, id, by: actor)
        count += 1
      }
    }
    return count
  }
}

extension RetentionClass {
  /// How many rows, or people, would go.
  func due(_ cutoff: Instant, in tx: Transaction) throws -> Int {
    let people = try people(cutoff).reduce(0) { count, part in
      try count + (tx.value("SELECT count(*) FROM (\(part.ids)) AS due", as: Int.self) ?? 0)
    }
    return try sweeps(cutoff).reduce(people) { try $0 + $1.count(in: tx) }
  }
}
