import Customers
import Kernel
import Store

/// Answers to proposals to end customers: every statement on their tables.
package struct Endings: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  private static let select: Statement = """
    SELECT o.id, coalesce(c.id, k.customer_id, o.customer_id) AS customer_id, o.customer_name, o.answer, o.reason,
      o.checked_holds, o.actor_name, o.at, w.actor_name AS withdrawer, w.at AS withdrawn_at
    FROM ending_verdict o LEFT JOIN ending_verdict_withdrawal w ON w.verdict_id = o.id
    LEFT JOIN customer c ON c.id = o.customer_id
    LEFT JOIN customer_key k ON c.id IS NULL AND k.source_id = o.source_id AND k.external_id = o.external_id
    """

  /// All that was ever answered on customers the actor may see, the newest first.
  package func history(for actor: Actor) async throws -> [EndingVerdict] {
    try actor.require(.see, .analysis)
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      try tx.rows("\(Endings.select) WHERE \(scope) ORDER BY o.id DESC", EndingVerdict.init(row:)).map {
        $0.seen(by: actor)
      }
    }
  }

  /// Approves or rejects that a customer is ended.
  /// - Parameter assignment: what holds now; refuses where nobody proposes to end the customer, or a duty forbids it.
  package func judge(
    _ draft: EndingVerdict.Draft, of customer: Customer, against assignment: StrategyAssignment, by actor: Actor,
    once: Once = .unchecked
  ) async throws -> EndingVerdict {
    try actor.require(.edit, .analysis)
    let now = clock.now
    var tried = assignment
    let word = StrategyAssignment.Approval(
      reason: draft.reason, by: actor.name, at: now, checkedHolds: draft.checkedHolds)
    if draft.answer == .approved { try tried.approve(word) } else { try tried.reject(word) }
    return try await database.write { tx in
      try once.check(in: tx)
      let id: ID<EndingVerdict> = try tx.newID()
      let key = try CustomerKey(of: customer.id, in: tx)
      // Who sets it may not know the name that is kept.
      let kept = try tx.value("SELECT name FROM customer WHERE id = \(customer.id)", as: String.self)
      try tx.run(
        """
        INSERT INTO ending_verdict (id, customer_id, source_id, external_id, customer_name, answer, reason,
          checked_holds, actor_id, actor_name, at)
        VALUES (\(id), \(customer.id), \(key?.source), \(key?.external), \(kept ?? customer.name), \(draft.answer.rawValue),
          \(draft.reason), \(draft.checkedHolds), \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit(
        draft.answer == .approved ? "approve ending of" : "reject ending of", .customer, customer.id.rawValue,
        detail: ["reason": draft.reason], by: actor, at: now)
      let made = EndingVerdict(
        id: id, customer: customer.id, name: customer.name, answer: draft.answer, reason: draft.reason,
        checkedHolds: draft.checkedHolds, by: actor.name, at: now, withdrawal: nil)
      try once.keep(made, location: "/api/v1/portfolio/endings/\(id)", in: tx)
      return made
    }
  }

  /// Takes an answer back; the ending waits again.
  package func withdraw(_ id: ID<EndingVerdict>, by actor: Actor) async throws -> EndingVerdict {
    try actor.require(.edit, .analysis)
    let scope = try Customers.scope(actor)
    let now = clock.now
    return try await database.write { tx in
      let all = try tx.rows("\(Endings.select) WHERE \(scope)", EndingVerdict.init(row:))
      guard let found = all.first(where: { $0.id == id }) else {
        throw Problem(.notFound, "There is no such answer.")
      }
      let isNewest = !all.contains { $0.customer == found.customer && $0.id > id }
      guard found.withdrawal == nil, isNewest else {
        throw Problem(.conflict, "This answer holds no longer.", mend: "Look at the customer's history.")
      }
      try tx.run(
        """
        INSERT INTO ending_verdict_withdrawal (verdict_id, actor_id, actor_name, at)
        VALUES (\(id), \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit(
        "reopen ending of", .customer, found.customer.rawValue, detail: ["answer": found.answer.rawValue], by: actor,
        at: now)
      return found
    }
  }
}

extension EndingVerdict.Answer: Storable {}

extension EndingVerdict {
  init(row: Row) throws {
    try self.init(
      id: row("id"), customer: row("customer_id"), name: row("customer_name"), answer: row("answer"),
      reason: row("reason"), checkedHolds: row("checked_holds"), by: row("actor_name"), at: row("at"),
      withdrawal: Withdrawal(row: row))
  }
}

extension EndingVerdict {
  /// Without the customer's name and what was written of it, for who sees no personal data.
  func seen(by actor: Actor) -> EndingVerdict {
    guard !actor.seesPersonalData || !actor.knowsCustomers else { return self }
    return EndingVerdict(
      id: id, customer: customer, name: Customer.numbered(customer), answer: answer,
      reason: actor.seesPersonalData ? reason : "not shown", checkedHolds: checkedHolds, by: by, at: at,
      withdrawal: withdrawal)
  }
}
