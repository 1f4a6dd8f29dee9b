import Analytics
import Conditions
import Customers
import Kernel

/// Forecasts without a model: what came after earlier days that were like today, or the same as in the days before.
package struct LikeBefore: Sendable {
  private let ledger: PurchaseLedger
  private let reading: MeasureReading
  private let window: Period
  private let asOf: Day

  /// - Returns: nil where the window does not begin the day after the data.
  package init?(_ ledger: PurchaseLedger, currency: Currency, window: Period) {
    guard let last = ledger.lastDay, last.adding(days: 1) == window.from, !window.isEmpty else { return nil }
    self.ledger = ledger
    self.window = window
    asOf = last
    reading = MeasureReading(ledger, currency: currency)
  }

  /// Everybody who had ordered by a day, or by the last one.
  package func all(by day: Day? = nil) -> FrozenGroup.Draft {
    FrozenGroup.Draft(.all, "all customers", buyers(Period(from: Day(Int32.min), until: (day ?? asOf).adding(days: 1))))
  }

  /// A share by what it was for groups chosen the same way on earlier days, each over as many days as the window has.
  /// - Parameter group: who is in it, seen at the end of a day.
  package func share(_ measure: Measure, of group: (Day) -> FrozenGroup.Draft) -> Forecast.Offer? {
    guard measure.isShare, let first = ledger.firstDay else { return nil }
    let days = window.days
    let outcomes = (1...4).compactMap { step -> Double? in
      let origin = asOf.adding(days: -days * step)
      guard origin >= first.adding(days: max(28, min(days, 182))) else { return nil }
      let next = Period(first: origin.adding(days: 1), last: origin.adding(days: days))
      return reading.actual(measure, of: group(origin).members, in: next)
    }
    guard let forecast = AnalogueForecast(outcomes, in: 0...1) else { return nil }
    let count = forecast.origins == 1 ? "one earlier day" : "\(forecast.origins) earlier days"
    return Forecast.Offer(
      measure, of: group(asOf), value: forecast.value,
      interval: forecast.low.flatMap { low in
        forecast.high.map { (low, $0) }
      }, cover: forecast.cover, window: window, asOf: asOf, method: "analogue",
      explanation: "The mean of what the customers chosen the same way on \(count) did in the \(days) days after.",
      settings: ["origins": "\(forecast.origins)"])
  }

  /// The same as in the days before, where there are as many.
  package func naive(_ measure: Measure, of group: FrozenGroup.Draft) -> Forecast.Offer? {
    guard let first = ledger.firstDay, first <= window.before.from,
      let value = reading.actual(measure, of: group.members, in: window.before)
    else { return nil }
    return naive(measure, of: group, value: value)
  }

  /// The same as in the days before, counted elsewhere.
  package func naive(
    _ measure: Measure, of group: FrozenGroup.Draft, value: Double, settings: [String: String] = [:]
  ) -> Forecast.Offer {
    Forecast.Offer(
      measure, of: group, value: value, window: window, asOf: asOf, method: "naive",
      explanation: "The same as in the \(window.days) days before.", settings: settings)
  }

  /// The best fifth of those who bought in the year up to a day, by what they bought.
  package func bestFifth(by day: Day) -> FrozenGroup.Draft {
    let year = Period(first: day.adding(days: -364), last: day)
    var sums: [(customer: ID<Customer>, minor: Int64)] = []
    for position in ledger.customers.indices {
      var (sum, bought): (Int64, Bool) = (0, false)
      for entry in ledger.entries(of: position) where year.contains(Day(ledger.days[entry])) {
        sum = sum.addingReportingOverflow(ledger.minor[entry]).partialValue
        bought = bought || !ledger.isReturn[entry]
      }
      if bought { sums.append((ledger.customers[position], sum)) }
    }
    sums.sort { ($1.minor, $0.customer) < ($0.minor, $1.customer) }
    let best = sums.prefix((sums.count + 4) / 5)
    return FrozenGroup.Draft(.top, "the top 20 % by sales", best.map(\.customer))
  }

  /// Those who ordered in the year up to a day.
  package func buyersOfYear(by day: Day) -> FrozenGroup.Draft {
    FrozenGroup.Draft(
      .segment, "those who ordered within a year", buyers(Period(first: day.adding(days: -364), last: day)))
  }

  private func buyers(_ period: Period) -> [ID<Customer>] {
    ledger.customers.indices.filter { position in
      ledger.entries(of: position).contains { !ledger.isReturn[$0] && period.contains(Day(ledger.days[$0])) }
    }.map { ledger.customers[$0] }
  }
}
