import Customers
import Kernel
import Store

/// What people said of the detectors' proposals: every statement on their table. The newest word counts.
package struct Verdicts: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// The latest of each customer and kind.
  package func latest(for actor: Actor) async throws -> [SignificanceVerdict] {
    try actor.require(.see, .analysis)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT customer_id, kind, answer, reason, actor_name, at FROM significance_verdict v
        WHERE id = (SELECT max(id) FROM significance_verdict w WHERE w.customer_id = v.customer_id AND w.kind = v.kind)
        ORDER BY customer_id, kind
        """, SignificanceVerdict.init(row:))
    }
  }

  package func judge(
    _ customer: ID<Customer>, _ kind: SignificanceKind, _ answer: SignificanceVerdict.Answer, reason: String,
    by actor: Actor
  ) async throws -> SignificanceVerdict {
    try actor.require(.edit, .analysis)
    let reason = try Text.line(reason, field: "reason", limit: 500, required: false)
    let now = clock.now
    try await database.write { tx in
      let id = try tx.newIDs(1).first ?? 0
      try tx.run(
        """
        INSERT INTO significance_verdict (customer_id, kind, id, answer, reason, actor_id, actor_name, at)
        VALUES (\(customer), \(kind.rawValue), \(id), \(answer.rawValue), \(reason), \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit(
        answer.rawValue, .customer, customer.rawValue, detail: ["kind": kind.rawValue, "reason": reason], by: actor,
        at: now)
    }
    return SignificanceVerdict(customer, kind, answer, reason: reason, by: actor.name, at: now)
  }
}

extension SignificanceVerdict {
  init(row: Row) throws {
    guard let kind = SignificanceKind(rawValue: try row("kind")), let answer = Answer(rawValue: try row("answer"))
    else {
      throw Problem(.unavailable, "The store has a verdict that this version does not know.")
    }
    self.init(
      try row("customer_id"), kind, answer, reason: try row("reason"), by: try row("actor_name"), at: try row("at"))
  }
}
