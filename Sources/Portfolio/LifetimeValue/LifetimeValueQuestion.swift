import Analytics
import Kernel

/// What is asked of lifetime value: seen from which day, by which model, over which horizon, at which margin.
package struct LifetimeValueQuestion: Sendable, Equatable, Hashable {
  /// The last day that counts; nil for the last day of the data.
  package var asOf: Day?
  /// nil: the one the scorecard proposes.
  package var model: ModelName?
  package var months = 36
  package var annualDiscount = 0.15
  /// Margin per unit of sales; nil while nobody has entered one, and then only sales are forecast.
  package var margin: Double?
  /// The share of contracts kept for another year, where too few of them tell; nil while nobody has entered one.
  package var retention: Double?
  /// What customers' own margins rest on.
  package var assumptions = AssumptionSet()
  /// The days own margins are taken from; nil for the 365 up to the last that counts.
  package var window: ConcentrationQuestion.Window?
  /// The share of a customer's lifetime value that may be spent on keeping it.
  package var ceiling = 0.10

  package init(asOf: Day? = nil, model: ModelName? = nil, margin: Double? = nil) {
    self.asOf = asOf
    self.model = model
    self.margin = margin
  }

  /// Weeks of a month, as the models count time in weeks.
  static let weeksOfMonth = 52.0 / 12

  /// - Parameter cover: of the intervals; nil for none.
  func settings(cover: Double? = 0.9) throws -> ScoreSettings {
    guard (1...240).contains(months) else {
      throw Problem(.invalid, field: "months", "A horizon is 1 to 240 months.", mend: "Use 36.")
    }
    guard annualDiscount.isFinite, annualDiscount >= 0, annualDiscount < 10 else {
      throw Problem(.invalid, field: "discount", "A discount rate is a share of a year.", mend: "Write 15 % as 0.15.")
    }
    return try ScoreSettings(
      horizon: Double(months) * Self.weeksOfMonth, annualDiscount: annualDiscount, margin: 1,
      step: Self.weeksOfMonth, cover: cover)
  }
}
