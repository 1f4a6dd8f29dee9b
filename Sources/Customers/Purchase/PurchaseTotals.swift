import Kernel
import Store

/// What a customer bought in some days, summed over orders and lines: what margins and activity costs rest on.
package struct PurchaseTotals: Sendable, Equatable {
  package let customer: ID<Customer>
  package var orders = 0
  package var returns = 0
  /// Net of returns, in minor units.
  package var minor: Int64 = 0
  package var lines = 0
  /// Lines that were picked: without those that came back or only take money off.
  package var pickedLines = 0
  /// What the lines would have cost at list price, and how many of them have one.
  package var listMinor: Int64 = 0
  package var listedLines = 0
  /// What the lines with a list price brought.
  package var listedSalesMinor: Int64 = 0
  /// What the goods cost, and how many lines say so.
  package var costMinor: Int64 = 0
  package var costedLines = 0
  /// What the lines with a cost brought.
  package var costedSalesMinor: Int64 = 0
  package var discountMinor: Int64 = 0
  package var couponMinor: Int64 = 0
  /// What the company added to coupons of others.
  package var matchMinor: Int64 = 0

  package init(customer: ID<Customer>) { self.customer = customer }

  /// With what sites bought in the name of the party they stand under, by customer.
  static func rolled(_ rows: [PurchaseTotals], up accounts: Accounts) -> [PurchaseTotals] {
    guard !accounts.areAllAlone else { return rows }
    var sums: [ID<Customer>: PurchaseTotals] = [:]
    for row in rows {
      let account = accounts.account(of: row.customer)
      sums[account, default: PurchaseTotals(customer: account)].add(row)
    }
    return sums.values.sorted { $0.customer < $1.customer }
  }

  private mutating func add(_ other: PurchaseTotals) {
    orders += other.orders
    returns += other.returns
    lines += other.lines
    pickedLines += other.pickedLines
    listedLines += other.listedLines
    costedLines += other.costedLines
    func sum(_ field: WritableKeyPath<PurchaseTotals, Int64>) {
      self[keyPath: field] = self[keyPath: field].addingReportingOverflow(other[keyPath: field]).partialValue
    }
    sum(\.minor)
    sum(\.listMinor)
    sum(\.listedSalesMinor)
    sum(\.costMinor)
    sum(\.costedSalesMinor)
    sum(\.discountMinor)
    sum(\.couponMinor)
    sum(\.matchMinor)
  }
}

extension Purchases {
  /// The totals of every customer the actor may see with an order or return in some days, by customer.
  package func totals(in period: Period, for actor: Actor) async throws -> [PurchaseTotals] {
    try actor.require(.see, .purchase)
    let limit = try Customers.rows(for: actor)
    let span: Statement = "day >= \(period.from) AND day < \(period.until)"
    return try await database.read { tx in
      var all = try Purchases.orders(span, limit, in: tx)
      var places: [ID<Customer>: Int] = [:]
      for (place, totals) in all.enumerated() { places[totals.customer] = place }
      try tx.each(
        """
        SELECT l.customer_id, count(*), sum(CASE WHEN l.list_minor IS NULL THEN 0 ELSE 1 END),
          CAST(sum(coalesce(l.list_minor * coalesce(l.quantity, 1.0), 0.0)) AS BIGINT),
          CAST(sum(CASE WHEN l.list_minor IS NULL THEN 0 ELSE l.amount_minor END) AS BIGINT),
          sum(CASE WHEN l.unit_cost_minor IS NULL THEN 0 ELSE 1 END),
          CAST(sum(coalesce(l.unit_cost_minor * coalesce(l.quantity, 1.0), 0.0)) AS BIGINT),
          CAST(sum(CASE WHEN l.unit_cost_minor IS NULL THEN 0 ELSE l.amount_minor END) AS BIGINT),
          CAST(sum(coalesce(abs(l.discount_minor), 0)) AS BIGINT), CAST(sum(coalesce(abs(l.coupon_minor), 0)) AS BIGINT),
          CAST(sum(coalesce(abs(l.match_minor), 0)) AS BIGINT), sum(CASE WHEN l.amount_minor < 0 THEN 0 ELSE 1 END)
        FROM purchase_line l WHERE \(span) AND \(limit) GROUP BY l.customer_id
        """
      ) { row in
        guard let place = places[try row(0)] else { return }
        all[place].lines = try row(1)
        all[place].listedLines = try row(2)
        all[place].listMinor = try row(3)
        all[place].listedSalesMinor = try row(4)
        all[place].costedLines = try row(5)
        all[place].costMinor = try row(6)
        all[place].costedSalesMinor = try row(7)
        all[place].discountMinor = try row(8)
        all[place].couponMinor = try row(9)
        all[place].matchMinor = try row(10)
        all[place].pickedLines = try row(11)
      }
      return try PurchaseTotals.rolled(all, up: Accounts(in: tx))
    }
  }

  private static func orders(
    _ span: Statement, _ limit: Statement, in tx: Transaction
  ) throws -> [PurchaseTotals] {
    try tx.rows(
      """
      SELECT customer_id, sum(CASE WHEN kind = 'order' THEN 1 ELSE 0 END),
        sum(CASE WHEN kind = 'return' THEN 1 ELSE 0 END), CAST(sum(value_minor) AS BIGINT)
      FROM purchase WHERE cancelled_at IS NULL AND \(span) AND \(limit) GROUP BY customer_id ORDER BY customer_id
      """
    ) { row in
      var totals = PurchaseTotals(customer: try row(0))
      totals.orders = try row(1)
      totals.returns = try row(2)
      totals.minor = try row(3)
      return totals
    }
  }
}
