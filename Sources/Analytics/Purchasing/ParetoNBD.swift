import Foundation
import Kernel

/// Pareto/NBD, as a model to be fitted.
public struct ParetoNBD: Estimator {
  public init() {}

  public func fit(_ histories: PurchaseHistories) throws -> FittedPurchases<ParetoProcess> {
    try histories.checkFittable()
    let compressed = try histories.withoutCovariates.compressed()
    let pace = compressed.meanAge
    let starts = [[0.5, pace / 3, 0.6, pace / 3], [1, pace, 0.3, pace / 10]].map { $0.map { log($0) } }
    let optimum = Ascent(maximiser: Maximiser()).run(
      ParetoLikelihood(compressed), compressed, starts: starts, thin: ParetoLikelihood.init)
    let estimate = try Estimate(optimum, names: ModelName.paretoNBD.parameterNames, reason: ParetoNBD.reason)
    let values = estimate.parameters
    return FittedPurchases(
      process: ParetoProcess(r: values[0], alpha: values[1], s: values[2], beta: values[3]),
      report: FitReport(
        model: .paretoNBD, customers: compressed.customers, repeatCustomers: compressed.repeatCustomers,
        estimate: estimate),
      estimate: estimate, unit: compressed.unit)
  }

  static func reason(_ parameter: String, _ grows: Bool) -> String {
    switch (parameter, grows) {
    case ("s", true), ("beta", true):
      "Everybody seems to leave at one and the same rate: s and beta are not told apart."
    case ("s", false): "Nobody seems to leave; a model without leaving (NBD) fits as well."
    case ("beta", false): "Customers seem to leave at once or never."
    case (_, true): "All customers seem to buy at one and the same rate."
    default: "A few customers buy, and the rest hardly at all."
    }
  }
}
