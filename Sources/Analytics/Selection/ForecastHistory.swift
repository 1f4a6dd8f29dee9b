import Foundation
import Kernel

/// Forecasts of the total of all customers as they would have been made at earlier days, with what came.
public struct ForecastHistory: Sendable, Equatable, Codable {
  /// A forecast made at the end of `origin` for the days after it.
  public struct Entry: Sendable, Equatable, Codable {
    public let origin: Day
    /// The last day of the forecast.
    public let end: Day
    public let outcome: ForecastDispersion.Outcome
    /// Customers forecast.
    public let customers: Double
  }

  /// How often intervals held what came.
  public struct Coverage: Sendable, Equatable, Codable {
    /// Forecasts that had earlier ones to learn from.
    public let tried: Int
    /// How many of their intervals held the total.
    public let inside: Int
    /// How many would have if the model had been trusted.
    public let insideTrustingModel: Int
    /// Mean of (high - low) / expected.
    public let meanRelativeWidth: Double
  }

  public let model: ModelName
  /// By origin, ascending.
  public let entries: [Entry]
  /// Days between origins, for how much their spans overlap.
  public let step: Int
  /// Days of each forecast.
  public let span: Int

  /// Refits the model at every origin and forecasts the next `days` days of the customers known by then.
  ///
  /// Origins at which the model cannot be fitted are left out. Each fit sees nothing after its origin.
  public init(
    _ model: ModelName, log: PurchaseLog, origins: [Day], days: Int, unit: TimeUnit = .week, regularity: Int? = nil
  ) throws {
    guard days > 0, !origins.isEmpty else {
      throw Problem(.invalid, field: "horizon", "There are no days to forecast.", mend: "Give a longer horizon.")
    }
    let sorted = origins.sorted()
    self.model = model
    span = days
    step = zip(sorted.dropFirst(), sorted).map { $0.days(since: $1) }.min() ?? days
    entries = try sorted.compactMap { origin in
      let end = origin.adding(days: days)
      let base = try log.base(until: origin, unit: unit, holdout: end)
      guard let fitted = try? model.fit(.histories(base.histories), regularity: regularity) else { return nil }
      let total = try fitted.total(of: base.histories, periods: base.holdoutPeriods)
      let actual = base.holdoutPurchases.reduce(0.0) { $0 + Double($1) }
      return Entry(
        origin: origin, end: end,
        outcome: .init(expected: total.expected, variance: total.modelVariance, actual: actual),
        customers: total.customers)
    }
  }

  /// The interval that would have been given at an entry's origin, from what was known then.
  public func interval(at entry: Entry, cover: Double = 0.9, widened: Bool = true) -> GroupTotal {
    GroupTotal(
      customers: entry.customers, expected: entry.outcome.expected, variance: entry.outcome.variance,
      parameterShare: 0, cover: cover, dispersion: widened ? dispersion(asOf: entry.origin) : nil)
  }

  /// How intervals of a nominal cover have done.
  public func coverage(_ cover: Double = 0.9) -> Coverage {
    let usable = entries.filter { dispersion(asOf: $0.origin) != nil }
    let intervals = usable.map { interval(at: $0, cover: cover) }
    let plain = usable.map { interval(at: $0, cover: cover, widened: false) }
    return Coverage(
      tried: usable.count, inside: zip(usable, intervals).count { $1.contains($0.outcome.actual) },
      insideTrustingModel: zip(usable, plain).count { $1.contains($0.outcome.actual) },
      meanRelativeWidth: intervals.reduce(0) { $0 + ($1.high - $1.low) / $1.expected } / max(1, Double(usable.count)))
  }

  /// What was known by `day` of how wrong the forecasts are: only those whose span had ended.
  public func dispersion(asOf day: Day) -> ForecastDispersion? {
    ForecastDispersion(
      entries.filter { $0.end <= day }.map(\.outcome), overlap: Double(span) / Double(max(1, step)))
  }
}

extension FittedModel {
  /// Forecasts the purchases of the rows that `isMember` picks, for the models that can.
  public func total(
    of histories: PurchaseHistories, periods: Double, cover: Double = 0.9, dispersion: ForecastDispersion? = nil,
    isMember: (Int) -> Bool = { _ in true }
  ) throws -> GroupTotal {
    switch self {
    case .betaGeometric(let fit):
      try fit.total(of: histories, periods: periods, cover: cover, dispersion: dispersion, isMember: isMember)
    case .pareto(let fit):
      try fit.total(of: histories, periods: periods, cover: cover, dispersion: dispersion, isMember: isMember)
    case .negativeBinomial(let fit):
      try fit.total(of: histories, periods: periods, cover: cover, dispersion: dispersion, isMember: isMember)
    case .betaBinomial(let fit):
      try fit.total(of: histories, periods: periods, cover: cover, dispersion: dispersion, isMember: isMember)
    case .covariateBetaGeometric(let fit):
      try fit.total(of: histories, periods: periods, cover: cover, dispersion: dispersion, isMember: isMember)
    case .covariatePareto(let fit):
      try fit.total(of: histories, periods: periods, cover: cover, dispersion: dispersion, isMember: isMember)
    case .shiftedBetaGeometric, .gammaGamma:
      throw Problem(
        .invalid, field: "model", "\(report.model.rawValue) does not forecast the purchases of customers.",
        mend: "Choose one of the purchase models.")
    }
  }

  /// Expected purchases of a new customer within so many periods; nil for models of spend and contracts, and with
  /// covariates, where there is no one new customer.
  public func newCustomerPurchases(in periods: Double) -> Double? {
    switch self {
    case .betaGeometric(let fit): fit.newCustomer.expectedPurchases(in: periods)
    case .pareto(let fit): fit.newCustomer.expectedPurchases(in: periods)
    case .negativeBinomial(let fit): fit.newCustomer.expectedPurchases(in: periods)
    case .betaBinomial(let fit): fit.newCustomer.expectedPurchases(in: periods)
    case .covariateBetaGeometric, .covariatePareto, .shiftedBetaGeometric, .gammaGamma: nil
    }
  }
}
