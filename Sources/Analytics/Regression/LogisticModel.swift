import Foundation
import Kernel

/// A fitted logistic regression.
public struct LogisticModel: Sendable, Equatable, Codable {
  /// The intercept, then one for each feature: the change of ln(odds) per unit.
  public let coefficients: [Double]
  /// Covariance of the coefficients: the inverse of the curvature at the maximum, the ridge included. With a ridge it
  /// says how firmly the shrunken values are held, not how far from the truth they are.
  public let covariance: [[Double]]
  /// Without the ridge's part.
  public let logLikelihood: Double
  public let rows: Int
  /// Sum of the weights.
  public let weight: Double
  public let ridge: Double
  public let iterations: Int

  /// Standard errors in the order of the coefficients.
  public var standardErrors: [Double] { covariance.indices.map { covariance[$0][$0].squareRoot() } }

  /// The interval of each coefficient, by the normal distribution.
  /// - Throws: `Problem` when the level is not between 0 and 1.
  public func intervals(level: Double = 0.95) throws -> [ConfidenceInterval] {
    try zip(coefficients, standardErrors).map { try .normal($0, standardError: $1, level: level) }
  }

  /// The chance of the outcome for one row of features.
  /// - Throws: `Problem` when the number of features differs from the fit's or one is not finite.
  public func chance(_ features: some Collection<Double>) throws -> Double {
    1 / (1 + exp(-(try logit(features))))
  }

  /// The interval of the chance, by the normal distribution on ln(odds).
  /// - Throws: as `chance`, or when the level is not between 0 and 1.
  public func interval(_ features: some Collection<Double>, level: Double = 0.95) throws -> ConfidenceInterval {
    let logit = try logit(features)
    let row = [1] + Array(features)
    let variance = quadraticForm(row, covariance)
    let bounds = try ConfidenceInterval.normal(logit, standardError: max(0, variance).squareRoot(), level: level)
    return ConfidenceInterval(low: 1 / (1 + exp(-bounds.low)), high: 1 / (1 + exp(-bounds.high)), level: level)
  }

  /// The chances of all rows.
  /// - Throws: `Problem` when the number of features differs from the fit's.
  public func chances(_ features: FeatureMatrix) throws -> [Double] {
    try (0..<features.rows).map { try chance(features.row($0)) }
  }

  private func logit(_ features: some Collection<Double>) throws -> Double {
    try requireSameCount("features", features.count, as: coefficients.count - 1)
    try Array(features).requireFinite("features")
    return (coefficients.first ?? 0) + scalarProduct(features, coefficients.dropFirst())
  }
}
