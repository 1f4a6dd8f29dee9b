import Foundation
import Kernel

/// The customers of a log as they stood at the end of one day, with what they did afterwards when that is known.
public struct CustomerBase: Sendable, Equatable {
  /// The last day that counts.
  public let until: Day
  /// Index in the log of each customer, ascending. Only customers with an order by `until`.
  public let customers: [Int32]
  /// One row per customer, in the order of `customers`, with weight 1.
  public let histories: PurchaseHistories
  /// Repeat orders with an amount above zero, per customer.
  public let spendOrders: [Int32]
  /// Mean amount of those orders in major units, per customer; 0 when there are none.
  public let meanSpend: [Double]
  /// Day of the first order, per customer.
  public let firstDay: [Int32]
  /// Orders after `until`, per customer, through `holdoutEnd`; empty without a hold-out.
  public let holdoutPurchases: [Int32]
  /// Amount of those orders in major units.
  public let holdoutSpend: [Double]
  /// The last day of the hold-out; nil without one.
  public let holdoutEnd: Day?

  /// Periods in the hold-out, 0 without one.
  public var holdoutPeriods: Double {
    holdoutEnd.map { Double($0.days(since: until)) / histories.unit.days } ?? 0
  }

  /// Repeat orders and their mean for the spend model, only customers who have any.
  public var spending: SpendHistories {
    SpendHistories(trustedOrders: spendOrders, mean: meanSpend)
  }

  fileprivate init(
    until: Day, holdoutEnd: Day?, rows: [BaseRow], unit: TimeUnit, minorUnits: Double, longest: Int
  ) {
    self.until = until
    self.holdoutEnd = holdoutEnd
    customers = rows.map(\.customer)
    spendOrders = rows.map(\.spendOrders)
    meanSpend = rows.map { $0.spendOrders > 0 ? $0.spend / Double($0.spendOrders) / minorUnits : 0 }
    firstDay = rows.map(\.first)
    holdoutPurchases = holdoutEnd == nil ? [] : rows.map(\.later)
    holdoutSpend = holdoutEnd == nil ? [] : rows.map { $0.laterSpend / minorUnits }
    // Σ ln of intervals in days is kept; a change of unit shifts each by a constant.
    let repeats = rows.reduce(0.0) { $0 + Double($1.frequency) }
    let logIntervals = rows.reduce(0.0) { $0 + $1.logIntervals } - repeats * log(unit.days)
    histories = PurchaseHistories(
      unit: unit, times: (0...max(0, longest)).map { Double($0) / unit.days }, frequency: rows.map(\.frequency),
      recency: rows.map(\.recency), age: rows.map { until.number - $0.first },
      weight: [Double](repeating: 1, count: rows.count), logIntervals: logIntervals)
  }
}

extension PurchaseLog {
  /// Every customer who had ordered by `until`, summed up over the orders up to and including that day.
  ///
  /// - Parameters:
  ///   - unit: the period of the models' time.
  ///   - holdout: the last day of what is counted as the future; nil for none.
  ///   - minorUnits: minor units in a major unit of the currency, 100 for most.
  public func base(
    until: Day, unit: TimeUnit = .week, holdout: Day? = nil, minorUnits: Double = 100
  ) throws -> CustomerBase {
    guard minorUnits > 0, minorUnits.isFinite else {
      throw Problem(
        .invalid, field: "currency", "A major unit has at least one minor unit.", mend: "Name the currency.")
    }
    if let holdout, holdout <= until {
      throw Problem(.invalid, field: "until", "The hold-out ends before it begins.", mend: "Give a later day.")
    }
    let parts = Parallel.slices(of: customerCount, size: 16_384) { range in
      var rows: [BaseRow] = []
      rows.reserveCapacity(range.count)
      for customer in range {
        if let row = BaseRow(self, customer: customer, until: until.number, holdout: holdout?.number) {
          rows.append(row)
        }
      }
      return rows
    }
    let rows = parts.gathered { $0 }
    guard let earliest = rows.lazy.map(\.first).min() else {
      throw Problem(
        .invalid, field: "until", "Nobody had bought anything by \(until).", mend: "Give a later day.",
        facts: [.init("until", until.description)])
    }
    return CustomerBase(
      until: until, holdoutEnd: holdout, rows: rows, unit: unit, minorUnits: minorUnits,
      longest: Int(until.number - earliest))
  }

  /// Orders after a customer's first, by day from the log's first day: the series that tracking plots compare.
  public func repeatOrdersByDay() -> (first: Day, counts: [Int])? {
    guard let span else { return nil }
    var counts = [Int](repeating: 0, count: span.upperBound.days(since: span.lowerBound) + 1)
    for customer in 0..<customerCount where starts[customer + 1] - starts[customer] > 1 {
      for order in (starts[customer] + 1)..<starts[customer + 1] {
        counts[Int(days[order] - span.lowerBound.number)] += 1
      }
    }
    return (span.lowerBound, counts)
  }
}

/// One customer of a base.
private struct BaseRow: Sendable {
  let customer: Int32
  let first: Int32
  let frequency: Int32
  let recency: Int32
  let logIntervals: Double
  let spendOrders: Int32
  let spend: Double
  let later: Int32
  let laterSpend: Double

  init?(_ log: PurchaseLog, customer: Int, until: Int32, holdout: Int32?) {
    let range = log.starts[customer]..<log.starts[customer + 1]
    guard let start = range.first, log.days[start] <= until else { return nil }
    var last = log.days[start]
    var (repeats, withSpend, later): (Int32, Int32, Int32) = (0, 0, 0)
    var (intervals, spent, laterSpent) = (0.0, 0.0, 0.0)
    for order in range.dropFirst() {
      let day = log.days[order]
      if day <= until {
        repeats += 1
        intervals += Foundation.log(Double(day - last))
        last = day
        if log.amounts[order] > 0 {
          withSpend += 1
          spent += Double(log.amounts[order])
        }
      } else if let holdout, day <= holdout {
        later += 1
        laterSpent += Double(log.amounts[order])
      } else {
        break
      }
    }
    self.customer = Int32(clamping: customer)
    first = log.days[start]
    frequency = repeats
    recency = last - log.days[start]
    logIntervals = intervals
    spendOrders = withSpend
    spend = spent
    self.later = later
    laterSpend = laterSpent
  }
}
