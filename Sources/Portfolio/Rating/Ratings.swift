import Customers
import Kernel
import Store

/// What people rated: every statement on their table. Nothing is overwritten; the newest word on an item counts.
package struct Ratings: Sendable {
  let database: Database
  let clock: any Clock
  let customers: Customers

  package init(_ database: Database, clock: any Clock, customers: Customers) {
    (self.database, self.clock, self.customers) = (database, clock, customers)
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

  /// What stands of each customer the actor may see, put together by account.
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
    guard !rows.isEmpty else { return AccountRatings([], account: { $0 }) }
    let accounts = try await customers.accounts()
    return AccountRatings(rows, account: accounts.account)
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
