import Customers
import Kernel

/// Sales of the coming weeks, for the whole base and for each segment, so that the parts can be held against the whole
/// (domain F13).
package struct SegmentForecasts: Sendable {
  package struct Row: Sendable {
    /// nil for those outside all segments.
    package let segment: ID<Segment>?
    package let name: String
    /// nil where the past is too short or too thin to try a method on.
    package let forecast: SalesForecast?
    /// Whether nothing was sold in as many weeks as are looked ahead: then nothing is expected.
    package let isSilent: Bool
  }

  package let horizon: Int
  package let asOf: Day
  package let currency: Currency
  package let revision: Int64
  package let weeks: Int
  package let whole: SalesForecast?
  /// The segmentation in use; nil while there is none.
  package let segmentation: String?
  package let rows: [Row]

  /// The segments' forecasts together; nil unless each has one.
  package var sum: Double? {
    let totals = rows.compactMap { $0.forecast?.total ?? ($0.isSilent ? 0 : nil) }
    return !rows.isEmpty && totals.count == rows.count ? totals.reduce(0, +) : nil
  }

  /// How wrong the parts together would have been in the weeks tried, beside `whole.method.error`.
  package var errorOfSum: Double? {
    let forecasts = rows.compactMap(\.forecast)
    guard sum != nil, let whole else { return nil }
    let actuals = whole.backTest.actuals
    var errors: [Double] = []
    for (week, actual) in actuals.enumerated() where actual != 0 {
      let promised = forecasts.reduce(0.0) { sum, one in
        let tried = one.method?.forecasts ?? []
        return sum + (tried.indices.contains(week) ? tried[week] : 0)
      }
      errors.append(abs(promised - actual) / abs(actual))
    }
    return errors.isEmpty ? nil : errors.reduce(0, +) / Double(errors.count)
  }

  init(_ ledger: PurchaseLedger, sheet: SegmentSheet?, horizon: Int, firstWeekday: Int, currency: Currency) throws {
    self.horizon = horizon
    self.currency = currency
    asOf = ledger.lastDay ?? Day(0)
    revision = ledger.revision
    let all = try WeeklySales(ledger, until: asOf, firstWeekday: firstWeekday) { _ in 0 }
    weeks = all?.weeks ?? 0
    whole = try SalesForecast(all, group: 0, horizon: horizon, currency: currency)
    segmentation = sheet?.segmentation.name
    guard let sheet else {
      rows = []
      return
    }
    let profiles = sheet.all
    var places: [ID<Customer>: Int] = [:]
    for (place, profile) in profiles.enumerated() { for one in profile.customers { places[one] = place } }
    let sales = try WeeklySales(ledger, until: asOf, firstWeekday: firstWeekday) { places[$0] }
    rows = try profiles.enumerated().compactMap { place, profile in
      let sums = sales?.minor[place] ?? []
      // Who never bought stands in no forecast.
      guard profile.part != nil || sums.contains(where: { $0 != 0 }) else { return nil }
      return Row(
        segment: profile.part?.id, name: profile.name,
        forecast: try SalesForecast(sales, group: place, horizon: horizon, currency: currency),
        isSilent: sums.suffix(horizon).allSatisfy { $0 == 0 })
    }
  }
}
