import Foundation

/// The predictive interval of a customer's discounted margin.
///
/// Purchases N come from the predictive distribution, an order's worth from the spend model. The money is nothing
/// with the chance of no purchase; otherwise it is taken as gamma-distributed with the mean and variance that
/// follow from N, the spread of orders around the customer's mean, what is not known of that mean, and the spend
/// model's own parameters.
struct ValueInterval {
  let spend: FittedGammaGamma
  /// The spend model at the points of its parameters' distribution.
  private let possible: [FittedGammaGamma]

  init(_ spend: FittedGammaGamma) {
    self.spend = spend
    possible = spend.estimate.cubaturePoints().map { point in
      FittedGammaGamma(
        p: exp(point[0]), q: max(exp(point[1]), 1.01), gamma: exp(point[2]), report: spend.report,
        estimate: spend.estimate, independence: spend.independence)
    }
  }

  /// Low and high ends for one customer; `unitValue` is the margin and discount on one unit of spend.
  func ends(
    _ row: PredictiveRow, orders: Int, mean: Double, unitValue: Double, low: Double, high: Double
  ) -> (low: Double, high: Double) {
    let chance = 1 - row.none
    guard chance > 1e-12, row.mean > 0 else { return (0, 0) }
    let each = spend.expectedSpend(orders: orders, mean: mean)
    let (between, within) = spend.variances(orders: orders, mean: mean)
    let squares = possible.reduce(0.0) { sum, model in
      let gap = model.expectedSpend(orders: orders, mean: mean) - each
      return sum + gap * gap
    }
    let unsure = between + squares / Double(possible.count)
    // Moments of the money given at least one purchase.
    let first = row.mean / chance * each
    let second = row.square / chance * (each * each + unsure) + row.mean / chance * within
    let variance = max(second - first * first, 1e-12 * first * first)
    let shape = first * first / variance
    let scale = variance / first
    func quantile(_ probability: Double) -> Double {
      let inside = (probability - row.none) / chance
      return inside <= 0 ? 0 : unitValue * scale * Special.gammaQuantile(shape, min(inside, 1 - 1e-12))
    }
    let ends = (quantile(low), quantile(high))
    return unitValue >= 0 ? ends : (ends.1, ends.0)
  }
}
