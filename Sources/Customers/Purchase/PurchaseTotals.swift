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

  mutating func takeLines(_ row: Row, from first: Int) throws {
    lines = try row(first)
    listedLines = try row(first + 1)
    listMinor = try row(first + 2)
    listedSalesMinor = try row(first + 3)
    costedLines = try row(first + 4)
    costMinor = try row(first + 5)
    costedSalesMinor = try row(first + 6)
    discountMinor = try row(first + 7)
    couponMinor = try row(first + 8)
    matchMinor = try row(first + 9)
    pickedLines = try row(first + 10)
  }

  mutating func add(_ other: PurchaseTotals) {
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
        SELECT customer_id, \(Purchases.lineSums) FROM purchase_line WHERE \(span) AND \(limit) GROUP BY customer_id
        """
      ) { row in
        guard let place = places[try row(0)] else { return }
        try all[place].takeLines(row, from: 1)
      }
      return try PurchaseTotals.rolled(all, up: Accounts(in: tx))
    }
  }

  /// What lines add up to, as `takeLines` reads it.
  static let lineSums: Statement = """
    count(*), sum(CASE WHEN list_minor IS NULL THEN 0 ELSE 1 END),
    CAST(sum(coalesce(list_minor * coalesce(quantity, 1.0), 0.0)) AS BIGINT),
    CAST(sum(CASE WHEN list_minor IS NULL THEN 0 ELSE amount_minor END) AS BIGINT),
    sum(CASE WHEN unit_cost_minor IS NULL THEN 0 ELSE 1 END),
    CAST(sum(coalesce(unit_cost_minor * coalesce(quantity, 1.0), 0.0)) AS BIGINT),
    CAST(sum(CASE WHEN unit_cost_minor IS NULL THEN 0 ELSE amount_minor END) AS BIGINT),
    CAST(sum(coalesce(abs(discount_minor), 0)) AS BIGINT), CAST(sum(coalesce(abs(coupon_minor), 0)) AS BIGINT),
    CAST(sum(coalesce(abs(match_minor), 0)) AS BIGINT), sum(CASE WHEN amount_minor < 0 THEN 0 ELSE 1 END)
    """

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

extension Purchases {
  /// The totals of periods that follow one another, in one pass over the lines; like `totals(in:)` for each, but without
  /// list prices, discounts and coupons, which neither margin nor cost rests on.
  package func totals(in periods: [Period], for actor: Actor) async throws -> [[PurchaseTotals]] {
    try actor.require(.see, .purchase)
    guard let first = periods.first, let last = periods.last else { return [] }
    let limit = try Customers.rows(for: actor)
    let span: Statement = "day >= \(first.from) AND day < \(last.until)"
    return try await database.read { tx in
      var sums = [[ID<Customer>: PurchaseTotals]](repeating: [:], count: periods.count)
      func add(_ row: Row, _ take: (inout PurchaseTotals) throws -> Void) throws {
        let (customer, day) = (try row(0, as: ID<Customer>.self), try row(1, as: Day.self))
        guard let place = periods.firstIndex(where: { $0.contains(day) }) else { return }
        try take(&sums[place][customer, default: PurchaseTotals(customer: customer)])
      }
      // By customer and day, as the key goes: no store has to sort.
      try tx.each(
        """
        SELECT customer_id, day, sum(CASE WHEN kind = 'order' THEN 1 ELSE 0 END),
          sum(CASE WHEN kind = 'return' THEN 1 ELSE 0 END), CAST(sum(value_minor) AS BIGINT)
        FROM purchase WHERE cancelled_at IS NULL AND \(span) AND \(limit) GROUP BY customer_id, day
        """
      ) { row in
        try add(row) { totals in
          totals.orders += try row(2)
          totals.returns += try row(3)
          totals.minor = totals.minor.addingReportingOverflow(try row(4)).partialValue
        }
      }
      try tx.each(
        """
        SELECT customer_id, day, count(*), count(unit_cost_minor),
          CAST(coalesce(sum(unit_cost_minor * coalesce(quantity, 1.0)), 0.0) AS BIGINT),
          CAST(sum(CASE WHEN unit_cost_minor IS NULL THEN 0 ELSE amount_minor END) AS BIGINT),
          CAST(coalesce(sum(abs(match_minor)), 0) AS BIGINT), sum(CASE WHEN amount_minor < 0 THEN 0 ELSE 1 END)
        FROM purchase_line WHERE \(span) AND \(limit) GROUP BY customer_id, day
        """
      ) { row in
        try add(row) { totals in
          var day = PurchaseTotals(customer: totals.customer)
          day.lines = try row(2)
          day.costedLines = try row(3)
          day.costMinor = try row(4)
          day.costedSalesMinor = try row(5)
          day.matchMinor = try row(6)
          day.pickedLines = try row(7)
          totals.add(day)
        }
      }
      let accounts = try Accounts(in: tx)
      // Lines of cancelled orders alone make no totals, as in those of one period.
      return sums.map { sums in
        PurchaseTotals.rolled(
          sums.values.filter { $0.orders + $0.returns > 0 }.sorted { $0.customer < $1.customer }, up: accounts)
      }
    }
  }
}
