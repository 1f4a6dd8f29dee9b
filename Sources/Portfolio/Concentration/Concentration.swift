import Analytics
import Customers
import Kernel

/// How concentrated the business is: which share of customers brings which share of value, who they are, and whether
/// they come back (domain F2, F9b, F27). Computed from the ledger and nothing else.
package struct Concentration: Sendable {
  /// A customer in the window.
  package struct Entry: Sendable {
    package let customer: ID<Customer>
    package let minor: Int64
    /// Days with at least one order.
    package let orderDays: Int
    package let lastOrder: Day
    package let score: RFM.Score
  }

  package let question: ConcentrationQuestion
  package let window: Period
  package let asOf: Day
  package let currency: Currency
  package let revision: Int64
  /// Customers with an order in the window, most valuable first.
  package let entries: [Entry]
  package let curve: ShareCurve
  package let rfm: RFM
  package let cohorts: CohortTable?
  package let retention: RetentionTrio?
  package let basePeriod: Period
  package let laterPeriod: Period

  /// - Returns: nil when nobody bought anything in the window.
  package init?(
    _ question: ConcentrationQuestion, of ledger: PurchaseLedger, currency: Currency, firstWeekday: Int
  ) throws {
    guard let first = ledger.firstDay, let last = ledger.lastDay else { return nil }
    let window = question.period(first: first, last: last)
    let rows = Self.rows(ledger, in: window)
    guard !rows.isEmpty else { return nil }
    self.question = question
    self.window = window
    self.currency = currency
    asOf = min(last, window.last)
    revision = ledger.revision
    curve = try ShareCurve(minor: rows.map(\.minor))
    let rfm = try RFM(
      lastPurchase: rows.map(\.lastOrder), frequency: rows.map(\.orderDays), monetary: rows.map { Double($0.minor) })
    self.rfm = rfm
    entries = zip(rows, rfm.scores)
      .map {
        Entry(customer: $0.customer, minor: $0.minor, orderDays: $0.orderDays, lastOrder: $0.lastOrder, score: $1)
      }
      .sorted { ($1.minor, $0.customer) < ($0.minor, $1.customer) }
    (basePeriod, laterPeriod) = question.retention(in: window)
    retention = try Self.retention(ledger, basePeriod, laterPeriod)
    cohorts = try Self.cohorts(ledger, in: window, asOf: asOf, firstWeekday)
  }

  private struct Row {
    let customer: ID<Customer>
    var minor: Int64 = 0
    var orderDays = 0
    var lastOrder: Day
  }

  /// One row for each customer with an order in the window; returns reduce value and count for nothing else.
  private static func rows(_ ledger: PurchaseLedger, in window: Period) -> [Row] {
    var rows: [Row] = []
    for position in ledger.customers.indices {
      var row: Row?
      var returned: Int64 = 0
      for entry in ledger.entries(of: position) where window.contains(Day(ledger.days[entry])) {
        let day = Day(ledger.days[entry])
        guard !ledger.isReturn[entry] else {
          returned = returned.addingReportingOverflow(ledger.minor[entry]).partialValue
          continue
        }
        var current = row ?? Row(customer: ledger.customers[position], lastOrder: Day(Int32.min))
        current.minor = current.minor.addingReportingOverflow(ledger.minor[entry]).partialValue
        if day != current.lastOrder { current.orderDays += 1 }
        current.lastOrder = day
        row = current
      }
      if var row {
        row.minor = row.minor.addingReportingOverflow(returned).partialValue
        rows.append(row)
      }
    }
    return rows
  }

  private static func retention(
    _ ledger: PurchaseLedger, _ base: Period, _ later: Period
  ) throws -> RetentionTrio? {
    var orders: (first: [Int], second: [Int]) = ([], [])
    var sales: (first: [Double], second: [Double]) = ([], [])
    for position in ledger.customers.indices {
      var counts = (0, 0)
      var sums: (Int64, Int64) = (0, 0)
      for entry in ledger.entries(of: position) {
        let day = Day(ledger.days[entry])
        let minor = ledger.minor[entry]
        if base.contains(day) {
          sums.0 = sums.0.addingReportingOverflow(minor).partialValue
          if !ledger.isReturn[entry] { counts.0 += 1 }
        } else if later.contains(day) {
          sums.1 = sums.1.addingReportingOverflow(minor).partialValue
          if !ledger.isReturn[entry] { counts.1 += 1 }
        }
      }
      guard counts.0 > 0 else { continue }
      orders.first.append(counts.0)
      orders.second.append(counts.1)
      sales.first.append(Double(sums.0))
      sales.second.append(Double(sums.1))
    }
    guard !orders.first.isEmpty, !later.isEmpty else { return nil }
    return try RetentionTrio(
      firstOrders: orders.first, secondOrders: orders.second, firstSales: sales.first, secondSales: sales.second)
  }

  /// Cohorts by month; by quarter when the window is longer than three years, by week when it is shorter than one quarter.
  private static func cohorts(
    _ ledger: PurchaseLedger, in window: Period, asOf: Day, _ firstWeekday: Int
  ) throws -> CohortTable? {
    let step: PeriodGrid.Step = window.days > 1_100 ? .quarter : window.days < 92 ? .week : .month
    var customers: [Int] = []
    var days: [Day] = []
    for position in ledger.customers.indices {
      for entry in ledger.entries(of: position) where !ledger.isReturn[entry] {
        let day = Day(ledger.days[entry])
        guard window.contains(day) else { continue }
        customers.append(position)
        days.append(day)
      }
    }
    let grid = try PeriodGrid(step, firstWeekday: firstWeekday)
    return try CohortTable(customers: customers, days: days, grid: grid, lastCompleteDay: asOf)
  }
}
