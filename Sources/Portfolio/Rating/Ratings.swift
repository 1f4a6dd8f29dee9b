import Customers
import Kernel
import Store

/// What people rated: every statement on their table. Nothing is overwritten; the newest word on an item counts.
package struct Ratings: Sendable {
  let database: Database
  let clock: any Clock
  let customers: Customers
  let observations: Observations

  package init(_ database: Database, clock: any Clock, customers: Customers, observations: Observations) {
    (self.database, self.clock) = (database, clock)
    (self.customers, self.observations) = (customers, observations)
  }

  /// Everything that was ever said of a customer, the newest first.
  package func history(of customer: ID<Customer>, for actor: Actor) async throws -> [Rating] {
    try actor.require(.see, .analysis)
    _ = try await customers.find(customer, for: actor)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT customer_id, item, value, actor_name, at FROM rating WHERE customer_id = \(customer)
        ORDER BY id DESC LIMIT 500
        """, Rating.init(row:))
    }
  }

  /// What stands of each customer the actor may see, put together by account: what files brought, and over it what was
  /// said here.
  package func standing(for actor: Actor) async throws -> AccountRatings {
    try actor.require(.see, .analysis)
    let scope = try Customers.scope(actor)
    let rows = try await database.read { tx in
      try tx.rows(
        """
        SELECT customer_id, item, value, actor_name, at FROM rating r
        WHERE id = (SELECT max(id) FROM rating n WHERE n.customer_id = r.customer_id AND n.item = r.item)
          AND value IS NOT NULL AND customer_id IN (SELECT c.id FROM customer c WHERE \(scope))
        ORDER BY customer_id, id
        """, Rating.init(row:))
    }
    let brought = try await observations.all(for: actor).compactMap(Rating.init(seen:))
    guard !rows.isEmpty || !brought.isEmpty else { return AccountRatings([], account: { $0 }) }
    let accounts = try await customers.accounts()
    return AccountRatings(brought + rows, account: accounts.account)
  }

  /// What files brought of an account, the oldest first.
  package func brought(of account: ID<Customer>, for actor: Actor) async throws -> [Rating] {
    try await observations.all(for: actor).filter { $0.customer == account }.compactMap(Rating.init(seen:))
  }

  /// Grows with everything that is said or taken back: what was computed from ratings is stale then.
  package func revision() async throws -> Int64 {
    try await database.read { try $0.value("SELECT coalesce(max(id), 0) FROM rating", as: Int64.self) ?? 0 }
  }

  /// Rates a customer, or takes ratings back with nil; what stays as it was is not said again.
  package func rate(
    _ customer: ID<Customer>, _ values: [RatingItem: Int?], by actor: Actor
  ) async throws {
    try actor.require(.edit, .analysis)
    for (item, value) in values {
      guard let value, !Rating.range.contains(value) else { continue }
      throw Problem(
        .invalid, field: item.rawValue, "“\(item.word)” is not rated 1 to 5.",
        mend: "Enter 1, the least, to 5, the most.")
    }
    var before: [RatingItem: Int] = [:]
    for rating in try await history(of: customer, for: actor).reversed() { before[rating.item] = rating.value }
    let changed = values.filter { before[$0.key] != $0.value }.sorted { $0.key < $1.key }
    guard !changed.isEmpty else { return }
    let now = clock.now
    try await database.write { tx in
      for (item, value) in changed {
        let id = try tx.newIDs(1).first ?? 0
        try tx.run(
          """
          INSERT INTO rating (customer_id, item, id, value, actor_id, actor_name, at)
          VALUES (\(customer), \(item.rawValue), \(id), \(value), \(actor.user), \(actor.name), \(now))
          """)
      }
      let detail = changed.map { "\($0.key.rawValue) = \($0.value.map { "\($0)" } ?? "none")" }
      try tx.audit("rate", .customer, customer.rawValue, detail: ["ratings": detail], by: actor, at: now)
    }
  }
}

extension Rating {
  init(row: Row) throws {
    guard let item = RatingItem(rawValue: try row("item")) else {
      throw Problem(.unavailable, "The store has a rating that this version does not know.")
    }
    self.init(
      customer: try row("customer_id"), item: item, value: try row("value"), by: try row("actor_name"),
      at: try row("at"))
  }
}

extension Rating {
  /// A rating that a file brought; nil for any other observation and for items nobody knows here.
  init?(seen: Observation) {
    guard seen.kind == .rating, let score = seen.score, let item = RatingItem(observed: seen.other) else { return nil }
    self.init(customer: seen.customer, item: item, value: score, by: seen.source ?? seen.by, at: seen.at)
  }
}

extension RatingItem {
  /// An item as files name it: by its own name, or by axis and factor, as in `difficulty.account`.
  init?(observed name: String) {
    if let own = RatingItem(rawValue: name) {
      self = own
    } else if let item = Self.dotted[name.lowercased()] {
      self = .fiocca(item)
    } else {
      return nil
    }
  }

  private static let dotted: [String: FioccaItem] = [
    "importance.volume": .volume, "importance.potential": .potential, "importance.leadership": .marketLeadership,
    "importance.desirability": .desirability, "difficulty.product": .productDifficulty,
    "difficulty.account": .accountDifficulty, "difficulty.competition": .competition,
    "attractiveness.market": .marketFactors, "attractiveness.competition": .competitiveFactors,
    "attractiveness.finance": .financialFactors, "attractiveness.technology": .technologyFactors,
    "attractiveness.society": .socialFactors, "relationship.length": .length, "relationship.importance": .importance,
    "relationship.friendship": .friendship, "relationship.cooperation": .cooperation,
    "relationship.distance": .socialCloseness,
  ]
}
