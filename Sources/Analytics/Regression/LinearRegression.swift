import Foundation
import Kernel

/// A number as a weighted sum of features: ordinary least squares by Householder's orthogonal triangles.
///
/// Assumes errors of equal variance that do not depend on each other; intervals assume that they are normal or the
/// rows many.
/// Source: G. Golub, C. Van Loan, "Matrix Computations", section 5.3.
public struct LinearRegression: Estimator {
  /// Rows to learn from.
  public struct Sample: Sendable {
    public let features: FeatureMatrix
    /// The number to explain, by row.
    public let targets: [Double]

    /// - Throws: `Problem` when columns differ in length or a target is not finite.
    public init(features: FeatureMatrix, targets: [Double]) throws {
      try requireSameCount("targets", targets.count, as: features.rows)
      try targets.requireFinite("targets")
      self.features = features
      self.targets = targets
    }
  }

  public init() {}

  /// Fits an intercept and one coefficient for each feature.
  /// - Throws: `Problem` when there are not more rows than coefficients, or a feature is constant or depends on others.
  public func fit(_ sample: Sample) throws -> LinearModel {
    let size = sample.features.columns + 1
    try requireRows("features", sample.features.rows, atLeast: size + 1)
    var triangle = OrthogonalTriangle(sample.features, sample.targets)
    try triangle.reduce()
    let coefficients = triangle.solution
    let inverse = triangle.inverse
    let mean = sample.targets.reduce(0, +) / Double(sample.targets.count)
    let spread = sample.targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let degrees = sample.targets.count - size
    let variance = triangle.residualSquares / Double(degrees)
    return LinearModel(
      coefficients: coefficients,
      covariance: inverse.map { row in inverse.map { variance * scalarProduct(row, $0) } },
      rows: sample.targets.count, degrees: degrees, residualDeviation: variance.squareRoot(),
      rSquared: spread > 0 ? max(0, 1 - triangle.residualSquares / spread) : nil)
  }
}

/// The features with a leading 1, turned into an upper triangle, and the targets turned with them.
private struct OrthogonalTriangle {
  private let rows: Int
  private let size: Int
  /// Column after column.
  private var columns: [[Double]]
  private var targets: [Double]

  init(_ features: FeatureMatrix, _ targets: [Double]) {
    rows = features.rows
    size = features.columns + 1
    columns =
      [Array(repeating: 1, count: features.rows)]
      + (0..<features.columns).map { column in
        (0..<features.rows).map { features.values[$0 * features.columns + column] }
      }
    self.targets = targets
  }

  mutating func reduce() throws {
    for pivot in 0..<size {
      let whole = columns[pivot].reduce(0) { $0 + $1 * $1 }.squareRoot()
      let norm = columns[pivot][pivot...].reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > whole * 1e-10 else {
        throw Problem(
          .invalid, field: "features", "Feature \(pivot) is constant or depends on those before it.",
          mend: "Leave that feature out.", facts: [.init("feature", String(pivot))])
      }
      var mirror = Array(columns[pivot][pivot...])
      mirror[0] += mirror[0] >= 0 ? norm : -norm
      let length = mirror.reduce(0) { $0 + $1 * $1 }
      for column in pivot..<size { OrthogonalTriangle.reflect(&columns[column], pivot, mirror, length) }
      OrthogonalTriangle.reflect(&targets, pivot, mirror, length)
    }
  }

  private static func reflect(_ column: inout [Double], _ start: Int, _ mirror: [Double], _ length: Double) {
    var product = 0.0
    for index in mirror.indices { product += mirror[index] * column[start + index] }
    let factor = 2 * product / length
    for index in mirror.indices { column[start + index] -= factor * mirror[index] }
  }

  var residualSquares: Double { targets[size...].reduce(0) { $0 + $1 * $1 } }

  var solution: [Double] { back(Array(targets[..<size])) }

  /// The inverse of the triangle: rows of it, so that its product with its own transpose is (XᵀX)⁻¹.
  var inverse: [[Double]] {
    let solved = (0..<size).map { column in back((0..<size).map { $0 == column ? 1 : 0 }) }
    return (0..<size).map { row in (0..<size).map { solved[$0][row] } }
  }

  private func back(_ right: [Double]) -> [Double] {
    var solution = right
    for row in (0..<size).reversed() {
      for column in (row + 1)..<size { solution[row] -= columns[column][row] * solution[column] }
      solution[row] /= columns[row][row]
    }
    return solution
  }
}
