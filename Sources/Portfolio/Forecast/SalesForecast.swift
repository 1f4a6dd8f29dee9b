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

  /// - Returns: nil with too few weeks to try a method on.
  package init?(
    _ ledger: PurchaseLedger, until: Day, horizon: Int = 13, firstWeekday: Int, currency: Currency
  ) throws {
    guard let first = ledger.firstDay, first < until else { return nil }
    let grid = try PeriodGrid(.week, firstWeekday: firstWeekday)
    let begin = grid.start(of: first.adding(days: 6))
    let end = grid.start(of: until.adding(days: 1))
    let count = end.days(since: begin) / 7
    guard count >= 2 * horizon else { return nil }
    var sums = [Int64](repeating: 0, count: count)
    for entry in ledger.days.indices {
      let place = (Int(ledger.days[entry]) - Int(begin.number)) / 7
      guard ledger.days[entry] >= begin.number, sums.indices.contains(place) else { continue }
      sums[place] = sums[place].addingReportingOverflow(ledger.minor[entry]).partialValue
    }
    let history = sums.map { Double($0) / Double(currency.minorPerMajor) }
    var methods: [any ForecastMethod] = [
      NaiveForecast(), try MovingAverageForecast(window: 4), try SmoothedForecast(share: 0.3),
    ]
    if count >= 2 * 52 + horizon { methods.append(try SeasonalForecast(season: 52)) }
    guard let test = try? BackTest(history, methods: methods, periods: horizon), test.best != nil else { return nil }
    weeks = history.enumerated().map { Week(from: begin.adding(days: 7 * $0), major: $1) }
    backTest = test
    next = try test.forecast(horizon: horizon)
    (total, interval) = try test.total(horizon: horizon)
  }
}
