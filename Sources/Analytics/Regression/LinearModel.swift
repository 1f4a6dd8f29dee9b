import Kernel

/// A fitted linear regression.
public struct LinearModel: Sendable, Equatable, Codable {
  /// The intercept, then one for each feature.
  public let coefficients: [Double]
  public let covariance: [[Double]]
  public let rows: Int
  /// Rows less coefficients.
  public let degrees: Int
  /// Standard deviation of the errors, with divisor `degrees`.
  public let residualDeviation: Double
  /// The share of the targets' variance that the features explain; nil when all targets are equal.
  public let rSquared: Double?

  /// `rSquared` made smaller for the number of features.
  public var adjustedRSquared: Double? {
    rSquared.map { 1 - (1 - $0) * Double(rows - 1) / Double(degrees) }
  }

  /// Standard errors in the order of the coefficients.
  public var standardErrors: [Double] { covariance.indices.map { covariance[$0][$0].squareRoot() } }

  /// The chance of a coefficient at least as far from zero if its true value were zero, in the order of the
  /// coefficients; nil where the standard error is zero.
  public var pValues: [Double?] {
    zip(coefficients, standardErrors).map { coefficient, error in
      error > 0 ? 2 * StudentT.cumulative(-abs(coefficient / error), degrees: Double(degrees)) : nil
    }
  }

  /// The interval of each coefficient, by Student's t.
  /// - Throws: `Problem` when the level is not between 0 and 1.
  public func intervals(level: Double = 0.95) throws -> [ConfidenceInterval] {
    try zip(coefficients, standardErrors).map { try interval($0, error: $1, level) }
  }

  /// The expected number for one row of features.
  /// - Throws: `Problem` when the number of features differs from the fit's or one is not finite.
  public func mean(_ features: some Collection<Double>) throws -> Double {
    try requireSameCount("features", features.count, as: coefficients.count - 1)
    try Array(features).requireFinite("features")
    return (coefficients.first ?? 0) + scalarProduct(features, coefficients.dropFirst())
  }

  /// The interval of the expected number.
  /// - Throws: as `mean`, or when the level is not between 0 and 1.
  public func meanInterval(_ features: some Collection<Double>, level: Double = 0.95) throws -> ConfidenceInterval {
    try interval(mean(features), error: variance(features).squareRoot(), level)
  }

  /// The interval in which a new row's own number lies.
  /// - Throws: as `mean`, or when the level is not between 0 and 1.
  public func valueInterval(_ features: some Collection<Double>, level: Double = 0.95) throws -> ConfidenceInterval {
    let variance = variance(features) + residualDeviation * residualDeviation
    return try interval(mean(features), error: variance.squareRoot(), level)
  }

  private func interval(_ centre: Double, error: Double, _ level: Double) throws -> ConfidenceInterval {
    try requireOpenShare("level", level)
    let half = StudentT.quantile(0.5 + level / 2, degrees: Double(degrees)) * error
    return ConfidenceInterval(low: centre - half, high: centre + half, level: level)
  }

  private func variance(_ features: some Collection<Double>) -> Double {
    let row = [1] + Array(features)
    guard row.count == covariance.count else { return 0 }
    return max(0, quadraticForm(row, covariance))
  }
}
