import Kernel
import Store

/// The pools people entered: every statement on their table. Nothing is overwritten; the newest in force counts.
package struct Capacities: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// Everything that was ever entered, the newest first.
  package func history(for actor: Actor) async throws -> [Capacity] {
    try actor.require(.see, .analysis)
    return try await database.read { try Self.history(in: $0) }
  }

  private static func history(in tx: Transaction) throws -> [Capacity] {
    try tx.rows(
      """
      SELECT id, name, since_day, activities, paid_minutes, practical_share, cost_minor, actor_name, at
      FROM capacity_pool ORDER BY since_day DESC, id DESC
      """, Capacity.init(row:))
  }

  /// The pools that hold on a day, by name.
  package func inForce(on day: Day, for actor: Actor) async throws -> [String: Capacity.Pool] {
    Self.inForce(try await history(for: actor), on: day).compactMapValues(\.pool)
  }

  /// The newest entry of each name that holds on a day.
  package static func inForce(_ history: [Capacity], on day: Day) -> [String: Capacity] {
    Dictionary(
      history.filter { $0.since <= day }.map { ($0.name, $0) }, uniquingKeysWith: { newest, _ in newest })
  }

  /// Enters a pool, or another state of one of the same name.
  @discardableResult
  package func enter(
    _ name: String, _ pool: Capacity.Pool, since: Day, by actor: Actor, once: Once = .unchecked
  ) async throws -> Capacity {
    try actor.require(.edit, .analysis)
    let name = try Text.line(name, field: "name", limit: 80)
    return try await write(name, pool, since, "enter", by: actor, once: once)
  }

  /// Takes a pool back from a day on; what was entered stays on record.
  @discardableResult
  package func takeBack(_ id: ID<Capacity>, since: Day, by actor: Actor) async throws -> Capacity {
    try actor.require(.edit, .analysis)
    let found = try await history(for: actor).first { $0.id == id }
    guard let found, found.pool != nil else {
      throw Problem(.notFound, "There is no such pool.", mend: "Look at the list of pools.")
    }
    return try await write(found.name, nil, max(since, found.since), "takeBack", by: actor, once: .unchecked)
  }

  private func write(
    _ name: String, _ pool: Capacity.Pool?, _ since: Day, _ verb: String, by actor: Actor, once: Once
  ) async throws -> Capacity {
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      if let pool {
        let history = try Self.history(in: tx)
        let later = history.filter { $0.since > since }
        try Self.requireOwn(pool, of: name, beside: Array(Self.inForce(history, on: since).values) + later)
      }
      let entry = Capacity(id: try tx.newID(), name: name, since: since, pool: pool, by: actor.name, at: now)
      let activities = (pool?.activities ?? []).map(\.rawValue).joined(separator: ",")
      try tx.run(
        """
        INSERT INTO capacity_pool (id, name, since_day, activities, paid_minutes, practical_share, cost_minor,
          actor_id, actor_name, at)
        VALUES (\(entry.id), \(name), \(since), \(activities), \(pool?.paidMinutes),
          \(pool?.practicalShare ?? Capacity.Pool.usualShare), \(pool?.minor), \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit(
        verb, .assumption, entry.id.rawValue,
        detail: [
          "pool": name, "since": "\(since)", "activities": activities,
          "minutes": pool.map { "\($0.paidMinutes)" } ?? "none", "cost": pool.map { "\($0.minor)" } ?? "none",
        ], by: actor, at: now)
      try once.keep(["id": "\(entry.id)"], location: "/api/v1/portfolio/capacity", in: tx)
      return entry
    }
  }

  /// An activity draws from one pool, or its minutes would have two prices.
  private static func requireOwn(_ pool: Capacity.Pool, of name: String, beside others: [Capacity]) throws {
    for other in others.sorted(by: { $0.id < $1.id }) where other.name != name {
      guard let shared = pool.activities.first(where: { other.pool?.activities.contains($0) == true }) else { continue }
      throw Problem(
        .conflict, field: "activities", "“\(shared.word)” draws from the pool “\(other.name)” already.",
        mend: "Take it away there first, or enter it under that name.")
    }
  }
}

extension Capacity {
  init(row: Row) throws {
    let minutes: Double? = try row("paid_minutes")
    let minor: Int64? = try row("cost_minor")
    let names: String = try row("activities")
    // An activity that this version does not know draws nothing.
    let activities = names.utf8.split(separator: UInt8(ascii: ",")).compactMap {
      CostActivity(rawValue: String($0) ?? "")
    }
    let share: Double = try row("practical_share")
    var pool: Pool?
    if let minutes, let minor {
      pool = try Pool(activities: activities, paidMinutes: minutes, practicalShare: share, minor: minor)
    }
    try self.init(
      id: row("id"), name: row("name"), since: row("since_day"), pool: pool, by: row("actor_name"), at: row("at"))
  }
}
