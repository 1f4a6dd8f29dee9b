import Analytics
import Customers
import Kernel

/// Sales of the coming weeks by the method that was least wrong on the last ones (domain F13).
package struct SalesForecast: Sendable {
  package struct Week: Sendable, Equatable {
    package let from: Day
    package let major: Double
  }

  /// Complete weeks with a week before them, oldest first.
  package let weeks: [Week]
  package let backTest: BackTest
  package let next: [Double]
  package let total: Double
  package let interval: ConfidenceInterval?

  package var method: BackTest.Trial? { backTest.best.map { backTest.trials[$0] } }

  /// The day the forecast begins.
  package var from: Day { weeks.last?.from.adding(days: 7) ?? Day(0) }

  /// Bounds for each week ahead, from how forecasts of as many weeks ahead came out before.
  package let fan: [BackTest.Spread]

  /// - Returns: nil with too few weeks to try a method on.
  package init?(
    _ ledger: PurchaseLedger, until: Day, horizon: Int = 13, firstWeekday: Int, currency: Currency
  ) throws {
    let sums = try WeeklySales(ledger, until: until, firstWeekday: firstWeekday) { _ in 0 }
    try self.init(sums, group: 0, horizon: horizon, currency: currency)
  }

  /// - Returns: nil with too few weeks to try a method on, or when nothing was sold in the last ones.
  package init?(_ sales: WeeklySales?, group: Int, horizon: Int, currency: Currency) throws {
    guard let sales, let sums = sales.minor[group], sums.count >= 2 * horizon else { return nil }
    let history = sums.map { Double($0) / Double(currency.minorPerMajor) }
    var methods: [any ForecastMethod] = [
      NaiveForecast(), try MovingAverageForecast(window: 4), try SmoothedForecast(share: 0.3),
    ]
    if sums.count >= 2 * 52 + horizon { methods.append(try SeasonalForecast(season: 52)) }
    guard let test = try? BackTest(history, methods: methods, periods: horizon), test.best != nil else { return nil }
    weeks = history.enumerated().map { Week(from: sales.begin.adding(days: 7 * $0), major: $1) }
    backTest = test
    next = try test.forecast(horizon: horizon)
    (total, interval) = try test.total(horizon: horizon)
    fan = try test.fan(horizon: horizon)
  }
}

/// Sales of complete weeks with a week before them, by group of customers.
package struct WeeklySales: Sendable {
  package let begin: Day
  package let weeks: Int
  /// By group, one sum for each week, oldest first.
  package let minor: [Int: [Int64]]

  /// - Parameter group: the group of a customer; nil leaves it out.
  /// - Returns: nil where no week is complete.
  package init?(
    _ ledger: PurchaseLedger, until: Day, firstWeekday: Int, group: (ID<Customer>) -> Int?
  ) throws {
    guard let first = ledger.firstDay, first < until else { return nil }
    let grid = try PeriodGrid(.week, firstWeekday: firstWeekday)
    begin = grid.start(of: first.adding(days: 6))
    weeks = grid.start(of: until.adding(days: 1)).days(since: begin) / 7
    guard weeks > 0 else { return nil }
    var minor: [Int: [Int64]] = [:]
    for position in ledger.customers.indices {
      guard let group = group(ledger.customers[position]) else { continue }
      var sums = minor.removeValue(forKey: group) ?? [Int64](repeating: 0, count: weeks)
      for entry in ledger.entries(of: position) where ledger.days[entry] >= begin.number {
        let place = (Int(ledger.days[entry]) - Int(begin.number)) / 7
        guard sums.indices.contains(place) else { continue }
        sums[place] = sums[place].addingReportingOverflow(ledger.minor[entry]).partialValue
      }
      minor[group] = sums
    }
    self.minor = minor
  }
}
