import Foundation
import Kernel

/// Intervals by drawing the rows again with replacement. The same seed gives the same interval.
///
/// Source: B. Efron, R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 13 and 14.
public struct Bootstrap: Sendable {
  /// How the bounds are read off the drawn statistics.
  public enum Method: String, Sendable, Codable, CaseIterable {
    /// The plain quantiles of the draws.
    case percentile
    /// Bias-corrected and accelerated: moves the quantiles by the draws' bias and the jackknife's skew.
    case biasCorrected
  }

  /// Number of draws.
  public let draws: Int
  public let seed: UInt64

  /// - Throws: `Problem` unless there are 100 to 1,000,000 draws.
  public init(draws: Int = 2_000, seed: UInt64 = 1) throws {
    guard (100...1_000_000).contains(draws) else {
      throw Problem(
        .invalid, field: "draws", "\(draws) draws are not between 100 and 1,000,000.", mend: "Use 2,000 draws.")
    }
    self.draws = draws
    self.seed = seed
  }

  /// The interval of a statistic of one column.
  /// - Throws: `Problem` when there are fewer than two rows, a row is not finite, or the statistic is undefined
  ///   (not finite) on the rows or on more than one draw in ten; other undefined draws are left out.
  public func interval(
    of values: [Double], level: Double = 0.95, method: Method = .biasCorrected,
    statistic: ([Double]) -> Double
  ) throws -> ConfidenceInterval {
    try values.requireFinite("values")
    return try interval(rows: values.count, level: level, method: method) { rows in statistic(rows.map { values[$0] }) }
  }

  /// The interval of a statistic of whole rows, given as row numbers, so that columns stay together.
  /// - Throws: as for one column.
  public func interval(
    rows count: Int, level: Double = 0.95, method: Method = .biasCorrected, statistic: ([Int]) -> Double
  ) throws -> ConfidenceInterval {
    try requireOpenShare("level", level)
    try requireRows("values", count, atLeast: 2)
    let estimate = statistic(Array(0..<count))
    let drawn = drawStatistics(count, statistic)
    guard estimate.isFinite, drawn.count * 10 >= draws * 9 else {
      throw Problem(
        .invalid, field: "values", "The statistic is undefined on these rows or on many draws from them.",
        mend: "Give more rows.")
    }
    let tail = (1 - level) / 2
    let (low, high) =
      method == .percentile
      ? (tail, 1 - tail) : correctedTails(tail, estimate, drawn, jackknife(count, statistic))
    return ConfidenceInterval(low: drawn.quantile(low), high: drawn.quantile(high), level: level)
  }

  /// The finite statistics of the draws, ascending.
  private func drawStatistics(_ count: Int, _ statistic: ([Int]) -> Double) -> [Double] {
    var chance = Chance(seed: seed)
    var rows = [Int](repeating: 0, count: count)
    return (0..<draws).map { _ in
      for index in rows.indices { rows[index] = chance.index(below: count) }
      return statistic(rows)
    }
    .filter(\.isFinite).sorted()
  }

  /// The statistic with one row left out, for each row; for at most 2,000 rows spread evenly over all of them.
  private func jackknife(_ count: Int, _ statistic: ([Int]) -> Double) -> [Double] {
    let left = min(count, 2_000)
    return (0..<left).map { step in
      let omitted = step * count / left
      return statistic((0..<count).filter { $0 != omitted })
    }
    .filter(\.isFinite)
  }

  /// Efron and Tibshirani, equations 14.9, 14.14 and 14.15.
  private func correctedTails(
    _ tail: Double, _ estimate: Double, _ drawn: [Double], _ omitted: [Double]
  ) -> (Double, Double) {
    let count = Double(drawn.count)
    // Draws equal to the estimate count half, so that a statistic with few values is not called biased.
    let below = drawn.reduce(0.0) { $0 + ($1 < estimate ? 1 : $1 == estimate ? 0.5 : 0) }
    let bias = StandardNormal.quantile(min(max(below / count, 0.5 / count), 1 - 0.5 / count))
    let mean = omitted.reduce(0, +) / Double(max(omitted.count, 1))
    let squares = omitted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let cubes = omitted.reduce(0) { $0 + (mean - $1) * (mean - $1) * (mean - $1) }
    let skew = cubes / (6 * pow(squares, 1.5))
    // Rows without spread, or with one too small to be cubed, have no skew to correct for.
    let acceleration = skew.isFinite ? skew : 0
    func corrected(_ z: Double) -> Double {
      let sum = bias + z
      let scale = 1 - acceleration * sum
      return scale > 0 ? StandardNormal.cumulative(bias + sum / scale) : (sum < 0 ? 0 : 1)
    }
    let z = StandardNormal.quantile(tail)
    return (corrected(z), corrected(-z))
  }
}

extension Array where Element == Double {
  /// The value below which a share of the ascending rows lies, with linear interpolation between rows
  /// (Hyndman and Fan's type 7); 0 when there are no rows.
  func quantile(_ share: Double) -> Double {
    guard let last else { return 0 }
    // NaN counts as 0: it must not reach the conversion to an index.
    let position = (share > 0 ? Swift.min(share, 1) : 0) * Double(count - 1)
    let index = Int(position)
    guard index + 1 < count else { return last }
    return self[index] + (position - Double(index)) * (self[index + 1] - self[index])
  }
}
