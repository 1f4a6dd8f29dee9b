import Foundation
import Kernel

/// A cohort under contract: how many there were at the start and at the end of each period.
public struct SurvivorCounts: Sendable, Equatable {
  /// From the first period on, never rising.
  public let survivors: [Double]

  /// Throws unless there are at least three counts, numbers from 0 that never rise, and somebody left.
  public init(_ survivors: [Double]) throws {
    guard survivors.count >= 3 else {
      throw Problem(
        .invalid, field: "survivors", "Fewer than three counts do not tell two parameters.",
        mend: "Give the cohort's size at the start and after at least two periods.")
    }
    for (row, count) in survivors.enumerated() {
      guard count.isFinite, count >= 0, row == 0 || count <= survivors[row - 1] else {
        throw Problem(
          .invalid, field: "survivors", "Row \(row + 1): survivors are numbers from 0 that never rise.",
          mend: "Give how many of the cohort are left.", facts: [.init("row", String(row + 1))])
      }
    }
    guard let first = survivors.first, let last = survivors.last, first > 0, last < first else {
      throw Problem(
        .invalid, field: "survivors", "Nobody left, so nothing can be learnt about leaving.",
        mend: "Give a longer history.")
    }
    self.survivors = survivors
  }
}

/// Members who leave at the end of a period with a chance of their own, beta-distributed over the cohort: the shifted
/// beta-geometric (Fader and Hardie 2007, "How to project customer retention").
public struct ShiftedBetaGeometric: Estimator {
  public init() {}

  public func fit(_ sample: SurvivorCounts) throws -> FittedShiftedBetaGeometric {
    let likelihood = SurvivorLikelihood(survivors: sample.survivors)
    var best: Optimum?
    for start in [[0.0, 0.3], [-0.7, 1], [1, 2.5]] {
      let optimum = Maximiser().climb(likelihood, from: start)
      if optimum.value > best?.value ?? -.infinity { best = optimum }
      if let best, best.covariance != nil, best.escaped == nil { break }
    }
    guard let best else { throw Problem(.invalid, field: "survivors", "The likelihood is not finite.") }
    let estimate = try Estimate(best, names: ModelName.shiftedBetaGeometric.parameterNames) { _, grows in
      grows
        ? "Everybody seems to leave with one and the same chance; a constant retention rate says as much."
        : "Members seem to leave at once or never."
    }
    let customers = sample.survivors[0]
    return FittedShiftedBetaGeometric(
      alpha: estimate.parameters[0], beta: estimate.parameters[1],
      report: FitReport(
        model: .shiftedBetaGeometric, customers: customers, repeatCustomers: sample.survivors[1], estimate: estimate),
      estimate: estimate)
  }
}

/// The shifted beta-geometric at its estimates; time counts whole periods of the contract.
public struct FittedShiftedBetaGeometric: Sendable {
  /// Shapes of the beta distribution of the chance to leave.
  public let alpha, beta: Double
  public let report: FitReport
  public let estimate: Estimate

  /// The share of a cohort that is left after so many periods: B(α, β+t) / B(α, β).
  public func survival(after periods: Int) -> Double {
    let t = Double(max(0, periods))
    return exp(Special.logBeta(alpha, beta + t) - Special.logBeta(alpha, beta))
  }

  /// The share of those who began period `period` (from 1) that renews at its end: (β+t-1)/(α+β+t-1).
  public func retention(in period: Int) -> Double {
    let t = Double(max(1, period))
    return (beta + t - 1) / (alpha + beta + t - 1)
  }

  /// The chance of leaving at the end of exactly that period, from 1.
  public func churn(in period: Int) -> Double { survival(after: period - 1) - survival(after: period) }

  /// Periods a new member is expected to pay, the first now, each discounted at `rate` per period; infinite without
  /// discount when the mean lifetime is (DEL, Fader and Hardie 2010).
  public func discountedLifetime(rate: Double) -> Double {
    guard rate > 0 else { return alpha > 1 ? (alpha + beta - 1) / (alpha - 1) : .infinity }
    return Hypergeometric.withUnit(beta, alpha + beta, 1 / (1 + rate))
  }

  /// Renewals to be expected of somebody who has renewed `renewals` times and decides next at the end of this period,
  /// discounted to now: the first of them counts in full when it is due (DERL, Fader and Hardie 2010).
  public func discountedResidualLifetime(renewals: Int, rate: Double) -> Double {
    let n = Double(max(0, renewals)) + 1
    let first = (beta + n - 1) / (alpha + beta + n - 1)
    guard rate > 0 else { return alpha > 1 ? (beta + n - 1) / (alpha - 1) : .infinity }
    return first * Hypergeometric.withUnit(beta + n, alpha + beta + n, 1 / (1 + rate))
  }

  /// A cohort of `size` members followed for `periods`, drawn by chance.
  public func drawCohort(size: Int, periods: Int, using chance: inout Chance) -> [Double] {
    let periods = max(0, periods)
    var left = [Double](repeating: 0, count: periods + 1)
    for _ in 0..<max(0, size) {
      let leaving = chance.beta(alpha, beta)
      var period = 0
      left[0] += 1
      while period < periods, chance.uniform() >= leaving {
        period += 1
        left[period] += 1
      }
    }
    return left
  }
}

private struct SurvivorLikelihood: Objective {
  let survivors: [Double]
  var dimension: Int { 2 }

  func value(at point: [Double], gradient: inout [Double]) -> Double {
    let (alpha, beta) = (exp(point[0]), exp(point[1]))
    var (value, slopeAlpha, slopeBeta) = (0.0, 0.0, 0.0)
    let norm = Special.logBeta(alpha, beta)
    let psi = (Special.digamma(alpha), Special.digamma(beta), Special.digamma(alpha + beta))
    func add(_ weight: Double, _ a: Double, _ b: Double) {
      guard weight > 0 else { return }
      let sum = Special.digamma(a + b)
      value += weight * (Special.logBeta(a, b) - norm)
      slopeAlpha += weight * (Special.digamma(a) - sum - psi.0 + psi.2)
      slopeBeta += weight * (Special.digamma(b) - sum - psi.1 + psi.2)
    }
    for period in 1..<survivors.count {
      add(survivors[period - 1] - survivors[period], alpha + 1, beta + Double(period - 1))
    }
    add(survivors[survivors.count - 1], alpha, beta + Double(survivors.count - 1))
    gradient[0] = alpha * slopeAlpha
    gradient[1] = beta * slopeBeta
    return value
  }
}

/// Lifetime value under contract, where leaving is observed (domain formula F4).
public enum ContractValue {
  /// Σ over periods of margin · Π retention / (1 + rate)^t, with one margin and retention rate per period.
  public static func lifetimeValue(margins: [Double], retention: [Double], rate: Double) throws -> Double {
    try check(rate)
    guard margins.count == retention.count, retention.allSatisfy({ (0...1).contains($0) }) else {
      throw Problem(
        .invalid, field: "retention", "There is one retention rate between 0 and 1 for each margin.",
        mend: "Write 80 % as 0.8.")
    }
    var (sum, stays, factor) = (0.0, 1.0, 1.0)
    for (margin, kept) in zip(margins, retention) {
      stays *= kept
      factor /= 1 + rate
      sum += margin * stays * factor
    }
    return sum
  }

  /// margin · retention / (1 + rate - retention): the same for ever with a constant margin and retention rate.
  public static func lifetimeValue(margin: Double, retention: Double, rate: Double) throws -> Double {
    try check(rate)
    guard (0...1).contains(retention), 1 + rate - retention > 0 else {
      throw Problem(
        .invalid, field: "retention", "Retention lies between 0 and 1, and below 1 without a discount.",
        mend: "Write 80 % as 0.8.")
    }
    return margin * retention / (1 + rate - retention)
  }

  private static func check(_ rate: Double) throws {
    guard rate.isFinite, rate >= 0 else {
      throw Problem(
        .invalid, field: "discount", "A discount rate per period is a number from 0.", mend: "Write 1 % as 0.01.")
    }
  }
}
