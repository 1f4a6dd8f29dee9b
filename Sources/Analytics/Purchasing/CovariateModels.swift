import Foundation
import Kernel

/// A purchase model fitted with static covariates: every customer has parameters of their own.
public struct FittedCovariatePurchases<Process: PurchaseProcess>: Sendable {
  /// The model of a customer whose covariates are all zero.
  public let process: Process
  /// Coefficients are among the parameters, named `alpha:income` for what the covariate `income` does to alpha.
  public let report: FitReport
  public let estimate: Estimate
  /// Names of the covariates, in the order of every vector.
  public let covariateNames: [String]
  public let unit: TimeUnit
  let moved: [(parameter: Int, sign: Double)]

  /// The model of a customer with these covariates.
  public func process(for covariates: [Double]) throws -> Process {
    guard covariates.count == covariateNames.count, covariates.allSatisfy(\.isFinite) else {
      throw Problem(
        .invalid, field: "covariates", "A customer has \(covariateNames.count) covariates.",
        mend: "Give " + covariateNames.joined(separator: ", ") + ".")
    }
    return process(atPoint: estimate.point, covariates)
  }

  func process(atPoint point: [Double], _ covariates: [Double]) -> Process {
    var logs = Array(point[..<4])
    for (block, moved) in moved.enumerated() {
      for (column, value) in covariates.enumerated() {
        logs[moved.parameter] += moved.sign * point[4 + block * covariateNames.count + column] * value
      }
    }
    return process.with(parameters: logs.map { exp($0) })
  }
}

/// BG/NBD or MBG/NBD with static covariates, as a model to be fitted.
public struct CovariateBetaGeometricNBD: Estimator {
  public let leavesAtOnce: Bool
  public init(leavesAtOnce: Bool = false) { self.leavesAtOnce = leavesAtOnce }

  public func fit(_ histories: PurchaseHistories) throws -> FittedCovariatePurchases<BetaGeometricProcess> {
    let plain = try BetaGeometricNBD(leavesAtOnce: leavesAtOnce).fit(histories)
    return leavesAtOnce
      ? try CovariateFit<ModifiedBetaGeometricRow>(histories).run(from: plain, reason: BetaGeometricNBD.reason)
      : try CovariateFit<BetaGeometricRow>(histories).run(from: plain, reason: BetaGeometricNBD.reason)
  }
}

/// Pareto/NBD with static covariates, as a model to be fitted.
public struct CovariateParetoNBD: Estimator {
  public init() {}

  public func fit(_ histories: PurchaseHistories) throws -> FittedCovariatePurchases<ParetoProcess> {
    try CovariateFit<ParetoRow>(histories).run(from: ParetoNBD().fit(histories), reason: ParetoNBD.reason)
  }
}

/// The common part: standardise, climb from the fit without covariates, and bring the answer back to the given units.
private struct CovariateFit<Row: RowLikelihood> {
  let histories: PurchaseHistories
  let index: CovariateIndex
  private let means: [Double]
  private let spreads: [Double]

  init(_ given: PurchaseHistories) throws {
    histories = try given.compressed()
    guard let index = histories.covariates else {
      throw Problem(.invalid, field: "covariates", "There are no covariates.", mend: "Give at least one column.")
    }
    guard index.names.count <= 50 else {
      throw Problem(.invalid, field: "covariates", "There are more than 50 covariates.", mend: "Leave some out.")
    }
    self.index = index
    var weights = [Double](repeating: 0, count: index.vectors.count)
    for row in 0..<histories.rowCount { weights[Int(index.row[row])] += histories.weight[row] }
    let total = weights.reduce(0, +)
    let vectors = index.vectors
    let means = index.names.indices.map { column in
      vectors.indices.reduce(0.0) { $0 + weights[$1] * vectors[$1][column] } / total
    }
    self.means = means
    spreads = index.names.indices.map { column in
      let square = vectors.indices.reduce(0.0) { sum, group in
        let gap = vectors[group][column] - means[column]
        return sum + weights[group] * gap * gap
      }
      return max((square / total).squareRoot(), 1e-300)
    }
  }

  func run<Process: PurchaseProcess>(
    from plain: FittedPurchases<Process>, reason: (String, Bool) -> String
  ) throws -> FittedCovariatePurchases<Process> {
    let standardised = index.vectors.map { vector in
      vector.indices.map { (vector[$0] - means[$0]) / spreads[$0] }
    }
    let likelihood = CovariateLikelihood<Row>(histories: histories, vectors: standardised, names: index.names.count)
    let start = plain.estimate.point + [Double](repeating: 0, count: likelihood.dimension - 4)
    let optimum = Maximiser().climb(likelihood, from: start)
    let base = plain.process.name.parameterNames
    let names = base + Row.moved.flatMap { moved in index.names.map { base[moved.parameter] + ":" + $0 } }
    let estimate = try Estimate(optimum, names: names, free: names.count - 4) { name, grows in
      name.contains(":") ? "The covariate separates customers completely." : reason(name, grows)
    }.changed(by: givenUnits, positive: 4)
    return FittedCovariatePurchases(
      process: plain.process.with(parameters: Array(estimate.parameters[..<4])),
      report: FitReport(
        model: plain.process.name, customers: histories.customers, repeatCustomers: histories.repeatCustomers,
        names: names, estimate: estimate),
      estimate: estimate, covariateNames: index.names, unit: histories.unit, moved: Row.moved)
  }

  /// Coefficients divide by the spread, and the logarithm of what they move takes up the mean: a linear change of
  /// coordinates, for the covariance too.
  private var givenUnits: [[Double]] {
    let order = 4 + Row.moved.count * means.count
    var change = [[Double]](repeating: [Double](repeating: 0, count: order), count: order)
    for row in 0..<4 { change[row][row] = 1 }
    for (block, moved) in Row.moved.enumerated() {
      for column in means.indices {
        let place = 4 + block * means.count + column
        change[place][place] = 1 / spreads[column]
        change[moved.parameter][place] = -moved.sign * means[column] / spreads[column]
      }
    }
    return change
  }
}
