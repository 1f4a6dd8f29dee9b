import Kernel
import Store

/// The purchases of the company: what is asked of them, and how an import of them is undone.
package struct Purchases: Sendable {
  let database: Database

  package init(_ database: Database) { self.database = database }

  static let columns: Statement = "id, customer_id, day, kind, external_id, value_minor, lines, cancelled_at"

  /// The newest purchases of a customer the actor may see.
  package func recent(of customer: ID<Customer>, limit: Int = 50, for actor: Actor) async throws -> [Purchase] {
    try actor.require(.see, .purchase)
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT \(Purchases.columns) FROM purchase WHERE customer_id = \(customer)
          AND EXISTS (SELECT 1 FROM customer c WHERE c.id = \(customer) AND \(scope))
        ORDER BY day DESC, id DESC LIMIT \(limit)
        """, Purchase.init(row:))
    }
  }

  /// The newest purchases of a customer that was found already.
  static func recent(of customer: ID<Customer>, limit: Int, in tx: Transaction) throws -> [Purchase] {
    try tx.rows(
      "SELECT \(columns) FROM purchase WHERE customer_id = \(customer) ORDER BY day DESC, id DESC LIMIT \(limit)",
      Purchase.init(row:))
  }

  /// What the purchases of a customer that was found already come to.
  static func history(of customer: ID<Customer>, in tx: Transaction) throws -> PurchaseSummary {
    PurchaseSummary(
      try tx.rows(
        """
        SELECT day, kind, value_minor FROM purchase WHERE customer_id = \(customer) AND cancelled_at IS NULL ORDER BY day
        """
      ) { row in
        PurchaseSummary.Entry(
          day: try row(0), minor: try row(2), isReturn: try row(1, as: Purchase.Kind.self) == .return)
      })
  }

  /// What a customer's purchases come to, over all time.
  package func history(of customer: ID<Customer>, for actor: Actor) async throws -> PurchaseSummary {
    try actor.require(.see, .purchase)
    let scope = try Customers.scope(actor)
    let entries = try await database.read { tx in
      try tx.rows(
        """
        SELECT day, kind, value_minor FROM purchase WHERE customer_id = \(customer) AND cancelled_at IS NULL
          AND EXISTS (SELECT 1 FROM customer c WHERE c.id = \(customer) AND \(scope)) ORDER BY day
        """
      ) { row in
        PurchaseSummary.Entry(
          day: try row("day"), minor: try row("value_minor"),
          isReturn: try row("kind", as: Purchase.Kind.self) == .return)
      }
    }
    return PurchaseSummary(entries)
  }

  /// Whether a source has told of any order by name yet.
  package static func knowsOrders(of source: ID<Source>, in tx: Transaction) throws -> Bool {
    try tx.value(
      "SELECT 1 FROM purchase WHERE source_id = \(source) AND external_id IS NOT NULL LIMIT 1", as: Int.self) != nil
  }

  /// The number of purchases of a source on each day, for the days it has some.
  package static func days(of source: ID<Source>, in tx: Transaction) throws -> [(day: Day, purchases: Int)] {
    try tx.rows(
      "SELECT day, count(*) AS n FROM purchase WHERE source_id = \(source) GROUP BY day ORDER BY day"
    ) { (day: try $0("day", as: Day.self), purchases: try $0("n", as: Int.self)) }
  }

  /// Puts purchases back as they were before an import.
  package static func undo(importID: Int64, changes: [ChangeLog.Entry], in tx: Transaction) throws {
    try tx.run("DELETE FROM purchase_line WHERE import_id = \(importID)")
    try tx.run("DELETE FROM purchase WHERE import_id = \(importID)")
    for entry in changes.reversed() where entry.noun == "purchase" {
      let old = try entry.decoded(as: ExistingPurchases.FormerPurchase.self)
      // Its lines first follow it back to the day it had.
      try tx.run(
        """
        UPDATE purchase_line SET day = \(old.day)
        WHERE customer_id = \(old.customer) AND purchase_id = \(old.id) AND day <> \(old.day)
        """)
      try tx.run(
        """
        UPDATE purchase SET day = \(old.day), at = \(old.at), value_minor = \(old.minor), lines = \(old.lines),
          cancelled_at = \(old.cancelledAt)
        WHERE customer_id = \(old.customer) AND id = \(old.id)
        """)
    }
    for entry in changes.reversed() where entry.noun == "purchase_line" {
      let old = try entry.decoded(as: ExistingPurchases.Line.self)
      try tx.run(
        """
        UPDATE purchase_line SET product_id = \(old.product), quantity = \(old.quantity), amount_minor = \(old.minor),
          list_minor = \(old.listMinor), unit_cost_minor = \(old.unitCostMinor),
          discount_minor = \(old.discountMinor), coupon_minor = \(old.couponMinor),
          match_minor = \(old.matchMinor), external_line = \(old.externalLine), content = \(old.content)
        WHERE customer_id = \(old.customer) AND day = \(old.day) AND purchase_id = \(old.purchase) AND line = \(old.line)
        """)
    }
  }
}

/// A customer's purchases in a few numbers.
package struct PurchaseSummary: Sendable {
  package struct Entry: Sendable {
    package let day: Day
    package let minor: Int64
    package let isReturn: Bool
  }

  package let entries: [Entry]
  /// Days with at least one order.
  package let orderDays: [Day]
  /// In minor units, returns taken off.
  package let minor: Int64

  init(_ entries: [Entry]) {
    self.entries = entries
    orderDays = Array(Set(entries.filter { !$0.isReturn }.map(\.day))).sorted()
    minor = entries.reduce(0) { $0.addingReportingOverflow($1.minor).partialValue }
  }

  /// The middle gap between order days; nil with fewer than three gaps.
  package var usualGap: Int? {
    let gaps = zip(orderDays.dropFirst(), orderDays).map { $0.days(since: $1) }.sorted()
    return gaps.count >= 3 ? gaps[gaps.count / 2] : nil
  }
}

extension Purchase {
  init(row: Row) throws {
    try self.init(
      id: row("id"), customer: row("customer_id"), day: row("day"), kind: row("kind"), externalID: row("external_id"),
      minor: row("value_minor"), lines: row("lines"), cancelledAt: row("cancelled_at"))
  }
}

extension Purchase.Kind: Storable {}
