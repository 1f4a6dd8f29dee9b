import Foundation
import Kernel

/// How far forecasts from earlier origins were from what came, beyond what the model itself allows for.
public struct ForecastDispersion: Sendable, Equatable, Codable {
  /// One earlier forecast of a total: what was expected, its variance under the model, and what came.
  public struct Outcome: Sendable, Equatable, Codable {
    public let expected: Double
    public let variance: Double
    public let actual: Double

    public init(expected: Double, variance: Double, actual: Double) {
      self.expected = expected
      self.variance = variance
      self.actual = actual
    }
  }

  /// Relative variance to add to a forecast.
  public let extraVariance: Double
  /// Earlier origins compared.
  public let origins: Int
  /// How many of them stand apart by a whole horizon, thus are nearly independent; from 1.
  public let independentOrigins: Double
  /// Mean of (actual - expected) / expected: the model's bias so far.
  public let meanRelativeError: Double

  /// Learns from outcomes; `overlap` is the number of origins within one horizon (1 when spans do not overlap).
  ///
  /// The extra variance is the mean squared relative error less the model's own relative variance, and never below 0.
  public init?(_ outcomes: [Outcome], overlap: Double) {
    let usable = outcomes.filter { $0.expected > 0 }
    guard !usable.isEmpty else { return nil }
    let count = Double(usable.count)
    let errors = usable.map { ($0.actual - $0.expected) / $0.expected }
    let own = usable.map { $0.variance / ($0.expected * $0.expected) }
    extraVariance = max(0, zip(errors, own).reduce(0) { $0 + $1.0 * $1.0 - $1.1 } / count)
    origins = usable.count
    independentOrigins = max(1, 1 + (count - 1) / max(1, overlap))
    meanRelativeError = errors.reduce(0, +) / count
  }
}

/// A forecast of the purchases of a group of customers.
public struct GroupTotal: Sendable, Equatable, Codable {
  /// Customers in the group, as the sum of the weights.
  public let customers: Double
  public let expected: Double
  public let low: Double
  public let high: Double
  /// Nominal cover of low...high.
  public let cover: Double
  /// Variance from chance and from the parameters together, if the model is right.
  public let modelVariance: Double
  /// Share of it that comes from not knowing the parameters.
  public let parameterShare: Double
  /// What earlier origins taught; nil when none could be checked, and then the interval trusts the model.
  public let dispersion: ForecastDispersion?

  /// Whether the interval is wider than the model alone would have it by more than a tenth.
  public var isWidened: Bool {
    guard let dispersion else { return false }
    return dispersion.extraVariance * expected * expected > 0.21 * modelVariance
  }

  init(_ totals: PredictiveTotals, customers: Double, cover: Double, dispersion: ForecastDispersion?) {
    let points = Double(totals.means.count)
    let mean = totals.means.reduce(0, +) / points
    let chance = totals.variances.reduce(0, +) / points
    let parameters = totals.means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / points
    self.init(
      customers: customers, expected: mean, variance: chance + parameters,
      parameterShare: chance + parameters > 0 ? parameters / (chance + parameters) : 0, cover: cover,
      dispersion: dispersion)
  }

  init(
    customers: Double, expected mean: Double, variance: Double, parameterShare: Double, cover: Double,
    dispersion: ForecastDispersion?
  ) {
    self.customers = customers
    self.cover = cover
    self.dispersion = dispersion
    self.parameterShare = parameterShare
    expected = mean
    modelVariance = variance
    let whole = variance + (dispersion?.extraVariance ?? 0) * mean * mean
    guard mean > 0, whole > 0 else {
      low = mean
      high = mean
      return
    }
    // With the dispersion learnt from few origins the factor is Student's, else the normal; on the logarithm, so
    // that totals stay above zero.
    let probability = (1 + cover) / 2
    let extra = dispersion.map { $0.extraVariance * mean * mean / whole } ?? 0
    let normal = Special.normalQuantile(probability)
    let student = dispersion.map { Special.studentQuantile(probability, freedom: $0.independentOrigins) } ?? normal
    let factor = normal + (min(student, 3 * normal) - normal) * extra
    let width = factor * log1p(whole / (mean * mean)).squareRoot()
    low = mean * exp(-width)
    high = mean * exp(width)
  }

  fileprivate static func check(periods: Double, cover: Double) throws {
    guard periods.isFinite, periods > 0 else {
      throw Problem(.invalid, field: "horizon", "A horizon is more than 0 periods.", mend: "Give the periods ahead.")
    }
    guard cover > 0, cover < 1 else {
      throw Problem(.invalid, field: "cover", "Cover lies between 0 and 1.", mend: "Write 90 % as 0.9.")
    }
  }

  /// Whether a total lies within the interval.
  public func contains(_ total: Double) -> Bool { low <= total && total <= high }
}

extension FittedPurchases {
  /// Forecasts the purchases of the rows that `isMember` picks (all by default) in the next `periods`.
  ///
  /// The interval holds the chance of every customer's purchases, what is not known of the parameters, and, with
  /// `dispersion`, how wrong such forecasts have been before.
  public func total(
    of histories: PurchaseHistories, periods: Double, cover: Double = 0.9, dispersion: ForecastDispersion? = nil,
    isMember: (Int) -> Bool = { _ in true }
  ) throws -> GroupTotal {
    try GroupTotal.check(periods: periods, cover: cover)
    let weights = (0..<histories.rowCount).map { isMember($0) ? histories.weight[$0] : 0 }
    let rows = PredictiveRows(histories, processes: possibleProcesses, periods: periods, cover: cover)
    return GroupTotal(
      rows.totals(weights: weights), customers: weights.reduce(0, +), cover: cover, dispersion: dispersion)
  }
}

extension FittedCovariatePurchases {
  /// Forecasts the purchases of the rows that `isMember` picks, each with the parameters that its covariates give.
  ///
  /// What is not known of the coefficients moves all customers together and is in the interval.
  public func total(
    of histories: PurchaseHistories, periods: Double, cover: Double = 0.9, dispersion: ForecastDispersion? = nil,
    isMember: (Int) -> Bool = { _ in true }
  ) throws -> GroupTotal {
    try GroupTotal.check(periods: periods, cover: cover)
    let index = try index(of: histories)
    let weights = (0..<histories.rowCount).map { isMember($0) ? histories.weight[$0] : 0 }
    let rows = PredictiveRows(
      histories, byCovariates: index.vectors.map(possibleProcesses), periods: periods, cover: cover)
    return GroupTotal(
      rows.totals(weights: weights), customers: weights.reduce(0, +), cover: cover, dispersion: dispersion)
  }

  /// The covariates of histories, when they are those of the fit.
  func index(of histories: PurchaseHistories) throws -> CovariateIndex {
    guard let index = histories.covariates, index.names == covariateNames else {
      throw Problem(
        .invalid, field: "covariates", "Customers are scored with the covariates of the fit.",
        mend: "Give " + covariateNames.joined(separator: ", ") + ".")
    }
    return index
  }
}
