import Customers
import Kernel
import Store

/// The strategies people set against the rules: every statement on their tables. A customer that was removed with its
/// import and came again under the same number of its feed finds its overrides again.
package struct Overrides: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  private static let select: Statement = """
    SELECT o.id, coalesce(c.id, k.customer_id, o.customer_id) AS customer_id, o.customer_name, o.strategy, o.ruled,
      o.reason, o.checked_holds, o.actor_name, o.at, w.actor_name AS withdrawer, w.at AS withdrawn_at
    FROM strategy_override o LEFT JOIN strategy_override_withdrawal w ON w.override_id = o.id
    LEFT JOIN customer c ON c.id = o.customer_id
    LEFT JOIN customer_key k ON c.id IS NULL AND k.source_id = o.source_id AND k.external_id = o.external_id
    """

  /// All that was ever set on customers the actor may see, the newest first.
  package func history(for actor: Actor) async throws -> [Override] {
    try actor.require(.see, .analysis)
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      try tx.rows("\(Overrides.select) WHERE \(scope) ORDER BY o.id DESC", Override.init(row:)).map {
        $0.seen(by: actor)
      }
    }
  }

  /// Sets a strategy.
  /// - Parameter assignment: what the rules say now; refuses what they forbid.
  package func create(
    _ draft: Override.Draft, for customer: Customer, against assignment: StrategyAssignment, by actor: Actor,
    once: Once = .unchecked
  ) async throws -> Override {
    try actor.require(.edit, .analysis)
    let now = clock.now
    var tried = assignment
    try tried.overrule(
      StrategyAssignment.Override(
        draft.strategy, reason: draft.reason, by: actor.name, at: now, checkedHolds: draft.checkedHolds))
    let ruled = assignment.ruled
    return try await database.write { tx in
      try once.check(in: tx)
      let id: ID<Override> = try tx.newID()
      let key = try CustomerKey(of: customer.id, in: tx)
      // Who sets it may not know the name that is kept.
      let kept = try tx.value("SELECT name FROM customer WHERE id = \(customer.id)", as: String.self)
      try tx.run(
        """
        INSERT INTO strategy_override (id, customer_id, source_id, external_id, customer_name, strategy, ruled, reason,
          checked_holds, actor_id, actor_name, at)
        VALUES (\(id), \(customer.id), \(key?.source), \(key?.external), \(kept ?? customer.name), \(draft.strategy.rawValue),
          \(ruled?.rawValue), \(draft.reason), \(draft.checkedHolds), \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit(
        "overrule", .customer, customer.id.rawValue,
        detail: ["strategy": draft.strategy.rawValue, "reason": draft.reason], by: actor, at: now)
      let made = Override(
        id: id, customer: customer.id, name: customer.name, strategy: draft.strategy, ruled: ruled,
        reason: draft.reason, checkedHolds: draft.checkedHolds, by: actor.name, at: now, withdrawal: nil)
      try once.keep(made, location: "/api/v1/portfolio/overrides/\(id)", in: tx)
      return made
    }
  }

  /// Takes the override that holds back; the rules' strategy holds again.
  package func withdraw(_ id: ID<Override>, by actor: Actor) async throws -> Override {
    try actor.require(.edit, .analysis)
    let scope = try Customers.scope(actor)
    let now = clock.now
    return try await database.write { tx in
      let all = try tx.rows("\(Overrides.select) WHERE \(scope)", Override.init(row:))
      guard let found = all.first(where: { $0.id == id }) else {
        throw Problem(.notFound, "There is no such override.")
      }
      let isNewest = !all.contains { $0.customer == found.customer && $0.id > id }
      guard found.withdrawal == nil, isNewest else {
        throw Problem(.conflict, "This override holds no longer.", mend: "Look at the customer's history.")
      }
      try tx.run(
        """
        INSERT INTO strategy_override_withdrawal (override_id, actor_id, actor_name, at)
        VALUES (\(id), \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit(
        "restore", .customer, found.customer.rawValue, detail: ["strategy": found.strategy.rawValue], by: actor,
        at: now)
      return found
    }
  }
}

/// The number under which the feed that brought a customer knows it: what is said of the customer outlives its record.
struct CustomerKey {
  let source: Int64
  let external: String

  init?(of customer: ID<Customer>, in tx: Transaction) throws {
    let found = try tx.first(
      """
      SELECT source_id, external_id FROM customer_key WHERE customer_id = \(customer)
      ORDER BY source_id, external_id LIMIT 1
      """)
    guard let found else { return nil }
    (source, external) = (try found("source_id"), try found("external_id"))
  }
}

extension CoreStrategy: Storable {}

extension Override {
  init(row: Row) throws {
    try self.init(
      id: row("id"), customer: row("customer_id"), name: row("customer_name"), strategy: row("strategy"),
      ruled: row("ruled"), reason: row("reason"), checkedHolds: row("checked_holds"), by: row("actor_name"),
      at: row("at"), withdrawal: Withdrawal(row: row))
  }
}

extension Override {
  /// Without the customer's name and what was written of it, for who sees no personal data.
  func seen(by actor: Actor) -> Override {
    guard !actor.seesPersonalData || !actor.knowsCustomers else { return self }
    return Override(
      id: id, customer: customer, name: Customer.numbered(customer), strategy: strategy, ruled: ruled,
      reason: actor.seesPersonalData ? reason : "not shown", checkedHolds: checkedHolds, by: by, at: at,
      withdrawal: withdrawal)
  }
}

extension Withdrawal {
  init?(row: Row) throws {
    guard let at = try row("withdrawn_at", as: Instant?.self) else { return nil }
    self.init(by: try row("withdrawer"), at: at)
  }
}
