import Foundation
import Kernel

/// A log of purchases, merged to one order per customer and day.
///
/// Rules: amounts below zero are returns and never count as purchases, nor lower a later mean; an amount of zero
/// counts as a purchase but not as spend; what a customer buys on one day is one order.
public struct PurchaseLog: Sendable, Equatable {
  /// Customers, as indices 0..<customerCount; some may have no order.
  public let customerCount: Int
  /// Orders of customer c are at starts[c]..<starts[c + 1], by day.
  let starts: [Int]
  /// Day number of each order.
  let days: [Int32]
  /// Minor units of each order.
  let amounts: [Int64]
  /// Rows left out because their amount is negative.
  public let returnsLeftOut: Int
  /// Rows joined to another of the same customer and day.
  public let sameDayRowsMerged: Int

  /// All orders.
  public var orderCount: Int { days.count }

  /// First and last day with an order; nil for an empty log.
  public var span: ClosedRange<Day>? {
    guard let first = days.min(), let last = days.max() else { return nil }
    return Day(first)...Day(last)
  }

  /// Reads rows in any order: a customer's index from 0, the day, and the amount in minor units.
  ///
  /// Refused: columns of unequal length, indices below zero, sums beyond 64 bits.
  public init(customers: [Int32], days: [Day], amounts: [Int64]) throws {
    guard customers.count == days.count, customers.count == amounts.count else {
      throw Problem(
        .invalid, field: "amount",
        "The columns have unequal length: \(customers.count), \(days.count), \(amounts.count).",
        mend: "Give one customer, day and amount per row.")
    }
    guard customers.allSatisfy({ $0 >= 0 }) else {
      throw Problem(.invalid, field: "customer", "A customer's index is below zero.", mend: "Count customers from 0.")
    }
    let count = customers.max().map { Int($0) + 1 } ?? 0
    guard count <= max(1_000_000, 4 * customers.count) else {
      throw Problem(
        .invalid, field: "customer", "The indices of customers are far beyond the number of rows.",
        mend: "Number customers without gaps.")
    }
    let sorted = PurchaseLog.sorted(customers, days, amounts, count: count)
    try self.init(merging: sorted.rows, starts: sorted.starts)
  }

  fileprivate struct Row: Sendable {
    var amount: Int64
    var day: Int32
  }

  private static func sorted(
    _ customers: [Int32], _ days: [Day], _ amounts: [Int64], count: Int
  ) -> (rows: [Row], starts: [Int]) {
    var starts = [Int](repeating: 0, count: count + 1)
    for customer in customers { starts[Int(customer) + 1] += 1 }
    for customer in 0..<count { starts[customer + 1] += starts[customer] }
    var next = starts
    let rows = [Row](unsafeUninitializedCapacity: customers.count) { rows, initialised in
      next.withUnsafeMutableBufferPointer { next in
        for index in customers.indices {
          let customer = Int(customers[index])
          let place = next[customer]
          next[customer] = place + 1
          rows.initializeElement(at: place, to: Row(amount: amounts[index], day: days[index].number))
        }
      }
      initialised = customers.count
    }
    return (rows, starts)
  }

  private init(merging rows: [Row], starts: [Int]) throws {
    let count = starts.count - 1
    let parts = Parallel.slices(of: count, size: 8_192) { range in MergedOrders(rows, starts, range) }
    guard parts.allSatisfy({ !$0.overflowed }) else {
      throw Problem(
        .invalid, field: "amount", "The amounts of one day add up to more than can be counted.",
        mend: "Check the amounts and the currency.")
    }
    customerCount = count
    days = parts.gathered(\.days)
    amounts = parts.gathered(\.amounts)
    var ends = [Int](repeating: 0, count: count + 1)
    var (customer, total) = (0, 0)
    for part in parts {
      for orders in part.orders {
        customer += 1
        total += Int(orders)
        ends[customer] = total
      }
    }
    self.starts = ends
    returnsLeftOut = parts.reduce(0) { $0 + $1.returns }
    sameDayRowsMerged = parts.reduce(0) { $0 + $1.merged }
  }

  /// The same customers with only the orders up to and including `last`.
  public func through(_ last: Day) -> PurchaseLog { PurchaseLog(self, through: last) }

  private init(_ log: PurchaseLog, through last: Day) {
    var starts = [0]
    var days: [Int32] = []
    var amounts: [Int64] = []
    for customer in 0..<log.customerCount {
      for order in log.starts[customer]..<log.starts[customer + 1] where log.days[order] <= last.number {
        days.append(log.days[order])
        amounts.append(log.amounts[order])
      }
      starts.append(days.count)
    }
    customerCount = log.customerCount
    self.starts = starts
    self.days = days
    self.amounts = amounts
    returnsLeftOut = log.returnsLeftOut
    sameDayRowsMerged = log.sameDayRowsMerged
  }
}

/// The orders of a slice of customers.
private struct MergedOrders: Sendable {
  var days: [Int32] = []
  var amounts: [Int64] = []
  var orders: [Int32] = []
  var returns = 0
  var merged = 0
  var overflowed = false

  init(_ rows: [PurchaseLog.Row], _ starts: [Int], _ range: Range<Int>) {
    orders.reserveCapacity(range.count)
    days.reserveCapacity(starts[range.upperBound] - starts[range.lowerBound])
    amounts.reserveCapacity(starts[range.upperBound] - starts[range.lowerBound])
    var own: [PurchaseLog.Row] = []
    for customer in range {
      own.removeAll(keepingCapacity: true)
      for index in starts[customer]..<starts[customer + 1] {
        let row = rows[index]
        if row.amount < 0 { returns += 1 } else { own.append(row) }
      }
      MergedOrders.sortByDay(&own)
      append(own)
    }
  }

  private mutating func append(_ own: [PurchaseLog.Row]) {
    let before = days.count
    for row in own {
      if days.count > before, days[days.count - 1] == row.day {
        let sum = amounts[amounts.count - 1].addingReportingOverflow(row.amount)
        overflowed = overflowed || sum.overflow
        amounts[amounts.count - 1] = sum.partialValue
        merged += 1
      } else {
        days.append(row.day)
        amounts.append(row.amount)
      }
    }
    orders.append(Int32(clamping: days.count - before))
  }

  private static func sortByDay(_ rows: inout [PurchaseLog.Row]) {
    if rows.count > 32 {
      rows.sort { $0.day < $1.day }
      return
    }
    guard rows.count > 1 else { return }
    for index in 1..<rows.count {
      let row = rows[index]
      var place = index
      while place > 0, rows[place - 1].day > row.day {
        rows[place] = rows[place - 1]
        place -= 1
      }
      rows[place] = row
    }
  }
}
