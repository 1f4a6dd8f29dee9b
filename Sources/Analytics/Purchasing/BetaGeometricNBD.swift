import Foundation
import Kernel

/// BG/NBD, MBG/NBD and their relatives with regular timing, as models to be fitted.
public struct BetaGeometricNBD: Estimator {
  /// How k is found.
  public enum Regularity: Sendable, Equatable {
    /// Given, from 1.
    case fixed(Int)
    /// The k in 1...most with the largest likelihood; needs the times of all purchases, thus a log.
    case chosen(most: Int)
  }

  public let regularity: Regularity
  /// Whether customers may leave right after the first purchase (MBG).
  public let leavesAtOnce: Bool

  public init(regularity: Regularity = .fixed(1), leavesAtOnce: Bool = false) {
    self.regularity = regularity
    self.leavesAtOnce = leavesAtOnce
  }

  public func fit(_ histories: PurchaseHistories) throws -> FittedPurchases<BetaGeometricProcess> {
    try histories.checkFittable()
    let compressed = try histories.withoutCovariates.compressed()
    switch regularity {
    case .fixed(let k):
      guard (1...20).contains(k) else {
        throw Problem(.invalid, field: "k", "Regularity is a whole number from 1 to 20.", mend: "Try 2.")
      }
      return try fit(compressed, k)
    case .chosen(let most):
      return try choose(compressed, most: most)
    }
  }

  private func choose(_ histories: PurchaseHistories, most: Int) throws -> FittedPurchases<BetaGeometricProcess> {
    guard histories.logIntervals != nil else {
      throw Problem(
        .invalid, field: "k", "Regularity can be chosen only from the times of all purchases, and these are summaries.",
        mend: "Give the log of purchases, or fix k.")
    }
    guard (1...20).contains(most) else {
      throw Problem(.invalid, field: "k", "Regularity is a whole number from 1 to 20.", mend: "Try at most 4.")
    }
    var best: FittedPurchases<BetaGeometricProcess>?
    var refusal: (any Error)?
    for k in 1...most {
      do {
        let candidate = try fit(histories, k)
        // The likelihood rises to one peak in k and falls from there.
        if let best, candidate.report.logLikelihood < best.report.logLikelihood { break }
        best = candidate
      } catch let problem as Problem {
        refusal = refusal ?? problem
        if best != nil { break }
      }
    }
    if let best { return best }
    throw refusal ?? Problem(.invalid, "No regularity could be fitted.")
  }

  private func fit(_ histories: PurchaseHistories, _ k: Int) throws -> FittedPurchases<BetaGeometricProcess> {
    let full = BetaGeometricLikelihood(histories, regularity: k, leavesAtOnce: leavesAtOnce)
    let optimum = Ascent(maximiser: Maximiser()).run(full, histories, starts: starts(histories, k)) {
      BetaGeometricLikelihood($0, regularity: k, leavesAtOnce: leavesAtOnce)
    }
    let names = ModelName.bgNBD.parameterNames
    let estimate = try Estimate(optimum, names: names, reason: BetaGeometricNBD.reason)
    let process = BetaGeometricProcess(
      r: estimate.parameters[0], alpha: estimate.parameters[1], a: estimate.parameters[2], b: estimate.parameters[3],
      regularity: k, leavesAtOnce: leavesAtOnce)
    let report = FitReport(
      model: process.name, customers: histories.customers, repeatCustomers: histories.repeatCustomers,
      fixed: k > 1 ? ["k": Double(k)] : [:], estimate: estimate)
    return FittedPurchases(process: process, report: report, estimate: estimate, unit: histories.unit)
  }

  private func starts(_ histories: PurchaseHistories, _ k: Int) -> [[Double]] {
    let pace = histories.meanAge / Double(k)
    return [[0.5, pace / 4, 0.8, 2.5], [1, pace / 2, 0.3, 1], [0.25, pace / 8, 2, 10]].map { $0.map(log) }
  }

  static func reason(_ parameter: String, _ grows: Bool) -> String {
    switch (parameter, grows) {
    case ("r", true), ("alpha", true): "All customers seem to buy at one and the same rate."
    case ("r", false), ("alpha", false): "A few customers buy, and the rest hardly at all."
    case ("a", true), ("b", true):
      "The chance to leave seems the same for everybody, or nobody seems to leave: a and b are not told apart."
    default: "Nobody seems to leave, or everybody at once; a model without leaving (NBD) fits as well."
    }
  }
}

extension FittedPurchases<BetaGeometricProcess> {
  /// The same fit, reported under the name of a CNBD-k model even where k = 1 makes it BG/NBD or MBG/NBD.
  func reported(as model: ModelName) -> FittedPurchases<BetaGeometricProcess> {
    FittedPurchases(
      process: process, report: report.named(model, regularity: process.regularity), estimate: estimate, unit: unit)
  }
}

extension PurchaseHistories {
  /// The mean age of customers, in periods; at least a tiny number.
  var meanAge: Double {
    var (sum, total) = (0.0, 0.0)
    for row in 0..<rowCount {
      sum += weight[row] * times[Int(age[row])]
      total += weight[row]
    }
    return total > 0 && sum > 0 ? sum / total : 1
  }
}

/// Climbing in two strides: from several starts on a thin sample, then once on everything.
struct Ascent {
  let maximiser: Maximiser
  /// Rows of the thin sample.
  var sample = 3_000

  func run<Likelihood: Objective>(
    _ full: Likelihood, _ histories: PurchaseHistories, starts: [[Double]],
    thin: (PurchaseHistories) -> Likelihood
  ) -> Optimum {
    let small = histories.thinned(to: sample)
    let isSmall = small.rowCount == histories.rowCount
    let candidate = isSmall ? full : thin(small)
    var best: Optimum?
    for start in starts {
      let optimum = maximiser.climb(candidate, from: start)
      if optimum.value.isFinite, optimum.value > (best?.value ?? -.infinity) + 1e-7 * abs(optimum.value) {
        best = optimum
      }
      // A regular maximum from the first start is taken; others are tried when there is none.
      if let best, best.covariance != nil, best.escaped == nil { break }
    }
    guard let best else { return maximiser.climb(full, from: starts.first ?? []) }
    if isSmall { return best }
    let ratio = small.customers / histories.customers
    guard best.escaped == nil else { return maximiser.climb(full, from: starts.first ?? best.point) }
    return maximiser.climb(full, from: best.point, curvature: best.covariance?.scaled(by: ratio))
  }
}
