import Kernel
import Store

/// The first time a customer bought a product.
package struct FirstPurchase: Sendable, Equatable {
  struct Pair: Hashable {
    let customer: ID<Customer>
    let product: Int64
  }

  package let customer: ID<Customer>
  package let product: Int64
  package let day: Day

  package init(_ customer: ID<Customer>, product: Int64, day: Day) {
    (self.customer, self.product, self.day) = (customer, product, day)
  }
}

extension Purchases {
  /// The first day each customer the actor may see bought each product; sites in the name of their party.
  package func firsts(for actor: Actor) async throws -> [FirstPurchase] {
    try actor.require(.see, .purchase)
    let limit = try Customers.rows(for: actor)
    return try await database.read { tx in
      let accounts = try Accounts(in: tx)
      var firsts: [FirstPurchase.Pair: Day] = [:]
      try tx.each(
        """
        SELECT l.customer_id, l.product_id, min(l.day) FROM purchase_line l
        WHERE l.product_id IS NOT NULL AND l.amount_minor >= 0 AND \(limit) GROUP BY l.customer_id, l.product_id
        """
      ) { row in
        let pair = FirstPurchase.Pair(customer: accounts.account(of: try row(0)), product: try row(1))
        let day: Day = try row(2)
        firsts[pair] = min(firsts[pair] ?? day, day)
      }
      return firsts.map { FirstPurchase($0.customer, product: $0.product, day: $1) }
        .sorted { ($0.customer, $0.product) < ($1.customer, $1.product) }
    }
  }
}
