import Foundation

/// The chances of 0, 1, 2 … purchases by one customer, with what is not known of the parameters mixed in.
public struct PredictiveDistribution: Sendable, Equatable {
  /// By number of purchases; the sum is 1 but for a rest of at most 1e-9.
  public let chances: [Double]

  /// The mixture of distributions of equal weight.
  init(mixing parts: [[Double]]) {
    var sum = [Double](repeating: 0, count: max(1, parts.map(\.count).max() ?? 1))
    for part in parts {
      for (count, chance) in part.enumerated() { sum[count] += chance / Double(parts.count) }
    }
    chances = sum
  }

  /// Expected purchases.
  public var mean: Double { chances.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } }

  public var variance: Double {
    let mean = self.mean
    return chances.enumerated().reduce(0) { $0 + (Double($1.offset) - mean) * (Double($1.offset) - mean) * $1.element }
  }

  /// The chance of at most `count` purchases.
  public func chance(ofAtMost count: Int) -> Double {
    count < 0 ? 0 : min(1, chances.prefix(count + 1).reduce(0, +))
  }

  /// The smallest count that is not exceeded with the given probability.
  public func quantile(_ probability: Double) -> Int {
    var sum = 0.0
    for (count, chance) in chances.enumerated() {
      sum += chance
      if sum >= probability { return count }
    }
    return chances.count - 1
  }

  /// Where an outcome falls: uniform between 0 and 1 when the distribution is right (Czado, Gneiting and Held 2009,
  /// the randomised probability integral transform).
  public func placement(of count: Int, using chance: inout Chance) -> Double {
    let below = self.chance(ofAtMost: count - 1)
    return below + chance.uniform() * (self.chance(ofAtMost: count) - below)
  }
}

extension FittedPurchases {
  /// The models at the points of the parameters' distribution.
  var possibleProcesses: [Process] {
    estimate.cubaturePoints().map { point in process.with(parameters: point.map { exp($0) }) }
  }

  /// The purchases of one customer in the next `periods`, with parameter uncertainty.
  public func prediction(for history: PurchaseHistory, periods: Double) -> PredictiveDistribution {
    PredictiveDistribution(
      mixing: possibleProcesses.map { $0.outlook(for: history).distribution(in: periods, limit: 100_000) })
  }
}

extension FittedCovariatePurchases {
  /// The models of a customer with these covariates at the points of the parameters' distribution.
  func possibleProcesses(_ covariates: [Double]) -> [Process] {
    estimate.cubaturePoints().map { process(atPoint: $0, covariates) }
  }

  /// The purchases of one customer in the next `periods`, with parameter uncertainty.
  public func prediction(
    for history: PurchaseHistory, covariates: [Double], periods: Double
  ) throws -> PredictiveDistribution {
    _ = try process(for: covariates)
    return PredictiveDistribution(
      mixing: possibleProcesses(covariates).map { $0.outlook(for: history).distribution(in: periods, limit: 100_000) })
  }
}
