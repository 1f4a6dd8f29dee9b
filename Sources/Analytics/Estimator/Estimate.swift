import Foundation
import Kernel

/// A maximum of a likelihood over parameters that are all positive, or free where `isFree` says so.
public struct Estimate: Sendable, Equatable {
  /// On the natural scale.
  public let parameters: [Double]
  /// On the natural scale.
  public let standardErrors: [Double]
  public let logLikelihood: Double
  public let iterations: Int
  /// Coordinates of the maximiser: logarithms of positive parameters, free parameters themselves.
  let point: [Double]
  /// Covariance of the coordinates.
  let covariance: SymmetricMatrix

  /// Reads an optimum; throws when it is not a maximum inside the parameter space, with `reason` for why.
  init(
    _ optimum: Optimum, names: [String], free: Int = 0, reason: (_ parameter: String, _ grows: Bool) -> String
  ) throws {
    let positive = names.count - free
    func refusal(_ index: Int) -> Problem {
      let grows = optimum.point[index] > 0
      return Problem(
        .invalid, field: names[index],
        "The likelihood has no maximum: \(names[index]) runs to \(grows ? "infinity" : "zero"). "
          + reason(names[index], grows),
        mend: "Give more or longer histories, or choose a model with fewer parameters.",
        facts: [.init("parameter", names[index]), .init("logLikelihood", String(optimum.value))])
    }
    if let escaped = optimum.escaped { throw refusal(escaped) }
    guard optimum.value.isFinite, let covariance = optimum.covariance else {
      let worst = optimum.point.indices.max { abs(optimum.point[$0]) < abs(optimum.point[$1]) } ?? 0
      throw refusal(worst)
    }
    // A factor of more than e⁴ either way on one parameter means that the data do not tell it from its limit.
    if let vague = (0..<positive).max(by: { covariance[$0, $0] < covariance[$1, $1] }), covariance[vague, vague] > 16 {
      throw refusal(vague)
    }
    guard optimum.promisedGain < 1e-6 + abs(optimum.value) * 1e-13 else {
      throw Problem(
        .invalid, "The fit did not converge: another step still promises a gain of \(optimum.promisedGain).",
        mend: "Give more or longer histories, or choose another model.",
        facts: [.init("logLikelihood", String(optimum.value))])
    }
    self.init(
      point: optimum.point, covariance: covariance, positive: positive, logLikelihood: optimum.value,
      iterations: optimum.iterations)
  }

  private init(
    point: [Double], covariance: SymmetricMatrix, positive: Int, logLikelihood: Double, iterations: Int
  ) {
    let parameters = point.indices.map { $0 < positive ? exp(point[$0]) : point[$0] }
    self.parameters = parameters
    standardErrors = parameters.indices.map { index in
      covariance[index, index].squareRoot() * (index < positive ? parameters[index] : 1)
    }
    self.logLikelihood = logLikelihood
    self.iterations = iterations
    self.point = point
    self.covariance = covariance
  }

  /// Points of the parameters' normal distribution that have its mean and covariance and equal weight: two on each
  /// axis of the covariance at √dimension standard deviations, the third-degree spherical-radial cubature rule.
  func cubaturePoints() -> [[Double]] {
    guard let factor = covariance.choleskyFactor else { return [point] }
    let reach = Double(point.count).squareRoot()
    return point.indices.flatMap { axis in
      [-reach, reach].map { side in point.indices.map { point[$0] + side * factor[$0, axis] } }
    }
  }

  /// The same estimate in other coordinates, each a sum of the old ones times a row of `change`.
  func changed(by change: [[Double]], positive: Int) -> Estimate {
    func map(_ vector: [Double]) -> [Double] {
      change.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let order = point.count
    let half = (0..<order).map { column in map((0..<order).map { covariance[$0, column] }) }
    var result = SymmetricMatrix(order: order)
    for row in 0..<order {
      let full = map((0..<order).map { half[$0][row] })
      for column in 0..<order { result[row, column] = full[column] }
    }
    return Estimate(
      point: map(point), covariance: result, positive: positive, logLikelihood: logLikelihood, iterations: iterations)
  }
}
