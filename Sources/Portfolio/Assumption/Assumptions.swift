import Kernel
import Store

/// The numbers people entered: every statement on their table. Nothing is overwritten; the newest in force counts.
package struct Assumptions: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// Everything that was ever entered, the newest first.
  package func history(for actor: Actor) async throws -> [Assumption] {
    try actor.require(.see, .analysis)
    return try await database.read { tx in
      try tx.rows(
        "SELECT name, since_day, value, actor_name, at FROM assumption ORDER BY since_day DESC, id DESC",
        Assumption.init(row:))
    }
  }

  package func inForce(on day: Day, for actor: Actor) async throws -> AssumptionSet {
    var values: [Assumption.Name: Double?] = [:]
    for assumption in try await history(for: actor) where assumption.since <= day {
      if values[assumption.name] == nil { values[assumption.name] = .some(assumption.value) }
    }
    let pools = try await Capacities(database, clock: clock).inForce(on: day, for: actor)
    return AssumptionSet(values.compactMapValues { $0 }, pools: pools)
  }

  /// Enters numbers, or takes them back with nil; what stays as it was is not entered again.
  package func enter(_ values: [Assumption.Name: Double?], since: Day, by actor: Actor) async throws {
    try actor.require(.edit, .analysis)
    for (name, value) in values {
      guard let value else { continue }
      guard value.isFinite, name.range.contains(value) else {
        throw Problem(
          .invalid, field: name.rawValue, "\(name.title) is out of range.",
          mend: "Enter \(name.range.lowerBound) to \(name.range.upperBound).")
      }
    }
    let before = try await inForce(on: since, for: actor)
    let now = clock.now
    let changed = values.filter { before[$0.key] != $0.value }.sorted { $0.key.rawValue < $1.key.rawValue }
    guard !changed.isEmpty else { return }
    try await database.write { tx in
      for (name, value) in changed {
        let id = try tx.newIDs(1).first ?? 0
        try tx.run(
          """
          INSERT INTO assumption (name, since_day, id, value, actor_id, actor_name, at)
          VALUES (\(name.rawValue), \(since), \(id), \(value), \(actor.user), \(actor.name), \(now))
          """)
      }
      let detail = changed.map { "\($0.key.rawValue) = \($0.value.map { "\($0)" } ?? "none")" }
      try tx.audit("enter", .assumption, 0, detail: ["assumptions": detail], by: actor, at: now)
    }
  }
}

extension Assumption {
  init(row: Row) throws {
    guard let name = Name(rawValue: try row("name")) else {
      throw Problem(.unavailable, "The store has an assumption that this version does not know.")
    }
    try self.init(
      name: name, since: row("since_day"), value: row("value"), by: row("actor_name"), at: row("at"))
  }
}
