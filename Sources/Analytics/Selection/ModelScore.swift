import Foundation
import Kernel

/// How well forecasts of single customers did over one span that the fit had not seen.
public struct OriginScore: Sendable, Equatable, Codable {
  /// The last day the fit saw.
  public let origin: Day
  public let customers: Int
  public let expectedTotal: Double
  public let actualTotal: Double
  /// Per customer.
  public let meanAbsoluteError: Double
  /// Per customer.
  public let rootMeanSquareError: Double

  /// (expected - actual) / actual; nil when nothing came.
  public var totalError: Double? { actualTotal > 0 ? (expectedTotal - actualTotal) / actualTotal : nil }

  /// What models are compared by: the geometric mean of the two errors, so that neither the many who buy nothing nor
  /// the few who buy much decide alone.
  public var loss: Double { (meanAbsoluteError * rootMeanSquareError).squareRoot() }

  init(origin: Day, expected: [Double], actual: [Int32]) {
    self.origin = origin
    customers = expected.count
    var (absolute, square, total, came) = (0.0, 0.0, 0.0, 0.0)
    for (value, count) in zip(expected, actual) {
      let error = value - Double(count)
      absolute += abs(error)
      square += error * error
      total += value
      came += Double(count)
    }
    let size = max(1, Double(expected.count))
    expectedTotal = total
    actualTotal = came
    meanAbsoluteError = absolute / size
    rootMeanSquareError = (square / size).squareRoot()
  }
}

/// A tenth of the customers by expected purchases: what was expected of them and what they did.
public struct CalibrationBand: Sendable, Equatable, Codable {
  /// From 1, the least active, to 10.
  public let decile: Int
  public let customers: Int
  public let meanExpected: Double
  public let meanActual: Double

  static func deciles(expected: [Double], actual: [Int32]) -> [CalibrationBand] {
    let order = expected.indices.sorted { (expected[$0], $0) < (expected[$1], $1) }
    return (1...10).compactMap { decile in
      let rows = order[(order.count * (decile - 1) / 10)..<(order.count * decile / 10)]
      guard !rows.isEmpty else { return nil }
      let size = Double(rows.count)
      return CalibrationBand(
        decile: decile, customers: rows.count, meanExpected: rows.reduce(0) { $0 + expected[$1] } / size,
        meanActual: rows.reduce(0) { $0 + Double(actual[$1]) } / size)
    }
  }
}

/// One model on the scorecard.
public struct ModelScore: Sendable, Equatable, Codable {
  public let model: ModelName
  /// The fit to everything up to the day of the comparison; nil when it was refused.
  public let report: FitReport?
  /// Why the model cannot be used, when it cannot.
  public let refusal: String?
  /// By origin, ascending; empty when refused.
  public let origins: [OriginScore]
  /// At the last origin.
  public let calibration: [CalibrationBand]
  /// Of the fit at the last origin, through the day of the comparison.
  public let tracking: [TrackingPoint]
  /// What the page should say before anybody uses it; empty for nothing.
  public let cautions: [String]

  /// Mean loss over origins; nil when refused.
  public var loss: Double? {
    origins.isEmpty ? nil : origins.reduce(0) { $0 + $1.loss } / Double(origins.count)
  }

  /// Error of all totals together: Σ expected / Σ actual - 1; nil when nothing came.
  public var totalError: Double? {
    let actual = origins.reduce(0) { $0 + $1.actualTotal }
    return actual > 0 ? origins.reduce(0) { $0 + $1.expectedTotal } / actual - 1 : nil
  }
}
