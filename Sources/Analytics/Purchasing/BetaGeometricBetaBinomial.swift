import Foundation
import Kernel

/// Customers who take each of a row of opportunities with a chance of their own and leave with another:
/// BG/BB (Fader, Hardie and Shang 2010). Frequency counts opportunities taken, recency is the number of the last one
/// taken, age the number of opportunities so far; all whole numbers.
public struct BetaBinomialProcess: PurchaseProcess {
  /// Shapes of the beta distributions of the chance to buy (alpha, beta) and of the chance to leave (gamma, delta).
  public let alpha, beta, gamma, delta: Double

  public init(alpha: Double, beta: Double, gamma: Double, delta: Double) {
    self.alpha = alpha
    self.beta = beta
    self.gamma = gamma
    self.delta = delta
  }

  public var name: ModelName { .bgBB }
  public var parameters: [Double] { [alpha, beta, gamma, delta] }

  public func with(parameters: [Double]) -> BetaBinomialProcess {
    guard parameters.count == 4 else { return self }
    return BetaBinomialProcess(
      alpha: parameters[0], beta: parameters[1], gamma: parameters[2], delta: parameters[3])
  }

  /// The chance of being there at the next opportunity, n + 1 (Fader, Hardie and Shang 2010).
  public func aliveProbability(_ history: PurchaseHistory) -> Double {
    aliveNow(history) * (delta + history.age) / (gamma + delta + history.age)
  }

  /// The chance of having been there through opportunity n.
  private func aliveNow(_ history: PurchaseHistory) -> Double {
    let terms = BetaBinomialTerms(history, parameters)
    return exp(terms.logs[0] - terms.logSum)
  }

  public func outlook(for history: PurchaseHistory) -> BetaBinomialOutlook {
    let x = Double(history.frequency)
    return BetaBinomialOutlook(
      aliveNow: aliveNow(history), alpha: alpha + x, beta: beta + history.age - x, gamma: gamma,
      delta: delta + history.age)
  }

  public var newCustomer: BetaBinomialOutlook {
    BetaBinomialOutlook(aliveNow: 1, alpha: alpha, beta: beta, gamma: gamma, delta: delta)
  }

  public func outlookIfAlive(frequency: Int, age: Double, stage: Int) -> BetaBinomialOutlook {
    let x = Double(frequency)
    // Alive means there at opportunity n + 1 as well, which the outlook counts among the future.
    let next = (delta + age) / (gamma + delta + age)
    return BetaBinomialOutlook(
      aliveNow: 1 / next, alpha: alpha + x, beta: beta + age - x, gamma: gamma, delta: delta + age)
  }

  public func drawPurchases(over age: Double, using chance: inout Chance) -> [Double] {
    let buying = chance.beta(alpha, beta)
    let leaving = chance.beta(gamma, delta)
    var times: [Double] = []
    var time = 1.0
    while time <= age, time < 1e6 {
      if chance.uniform() < leaving { break }
      if chance.uniform() < buying { times.append(time) }
      time += 1
    }
    return times
  }
}

/// The terms of one customer's likelihood: still there after n opportunities first, then left after opportunity
/// t_x + i for each i < n - t_x (Fader, Hardie and Shang 2010).
private struct BetaBinomialTerms {
  let logs: [Double]
  let logSum: Double

  init(_ history: PurchaseHistory, _ parameters: [Double]) {
    let (alpha, beta, gamma, delta) = (parameters[0], parameters[1], parameters[2], parameters[3])
    let x = Double(history.frequency)
    var logs = [Special.logBeta(alpha + x, beta + history.age - x) + Special.logBeta(gamma, delta + history.age)]
    for step in 0..<Special.whole(history.age - history.recency, most: 1_000_000) {
      let end = history.recency + Double(step)
      logs.append(Special.logBeta(alpha + x, beta + end - x) + Special.logBeta(gamma + 1, delta + end))
    }
    let top = logs.max() ?? 0
    self.logs = logs
    logSum = top + log(logs.reduce(0) { $0 + exp($1 - top) })
  }
}

/// The outlook of one customer under BG/BB; periods are opportunities, and between whole ones expectations are
/// interpolated.
public struct BetaBinomialOutlook: Outlook {
  let aliveNow: Double
  let alpha, beta, gamma, delta: Double

  public var pAlive: Double { aliveNow * delta / (gamma + delta) }

  public func expectedPurchases(in periods: Double) -> Double {
    guard periods > 0 else { return 0 }
    var (sum, stays, done) = (0.0, 1.0, 0.0)
    while done < min(periods, 1e5) {
      stays *= (delta + done) / (gamma + delta + done)
      sum += stays * min(1, periods - done)
      done += 1
    }
    return aliveNow * alpha / (alpha + beta) * sum
  }

  public func distribution(in periods: Double, limit: Int) -> [Double] {
    let last = Special.whole(periods, most: 10_000)
    var result = [Double](repeating: 0, count: min(limit, last) + 1)
    result[0] = 1 - aliveNow
    var stays = 1.0
    for active in 0...last {
      let leaves = gamma / (gamma + delta + Double(active))
      let share = aliveNow * stays * (active == last ? 1 : leaves)
      // Beta-binomial chances by recurrence in the count.
      var chance = exp(Special.logBeta(alpha, beta + Double(active)) - Special.logBeta(alpha, beta))
      for count in 0...min(active, result.count - 1) {
        result[count] += share * chance
        let k = Double(count)
        chance *= (Double(active) - k) / (k + 1) * (alpha + k) / (beta + Double(active) - k - 1)
      }
      stays *= 1 - leaves
    }
    return result
  }

  /// Fader, Hardie and Shang (2010), with the first opportunity one period from now.
  public func discountedPurchases(rate: Double) -> Double {
    guard rate > 0 else { return .infinity }
    let factor = exp(-rate)
    let sum = factor * delta / (gamma + delta) * Hypergeometric.withUnit(delta + 1, gamma + delta + 1, factor)
    return aliveNow * alpha / (alpha + beta) * sum
  }
}

/// BG/BB, as a model to be fitted.
public struct BetaGeometricBetaBinomial: Estimator {
  public init() {}

  public func fit(_ histories: PurchaseHistories) throws -> FittedPurchases<BetaBinomialProcess> {
    try histories.checkFittable()
    let compressed = try histories.withoutCovariates.compressed()
    for row in 0..<compressed.rowCount { try check(compressed.history(row)) }
    let starts = [[1.0, 1, 0.5, 2], [0.5, 1, 1, 5], [2, 2, 0.3, 0.5]].map { $0.map { log($0) } }
    let optimum = Ascent(maximiser: Maximiser()).run(
      BetaBinomialLikelihood(histories: compressed), compressed, starts: starts,
      thin: BetaBinomialLikelihood.init(histories:))
    let estimate = try Estimate(optimum, names: ModelName.bgBB.parameterNames) { parameter, grows in
      switch parameter {
      case "alpha", "beta":
        grows ? "Everybody seems to buy with one and the same chance." : "Customers buy always or never."
      default:
        grows ? "Everybody seems to leave with one and the same chance." : "Nobody seems to leave, or all at once."
      }
    }
    let values = estimate.parameters
    return FittedPurchases(
      process: BetaBinomialProcess(alpha: values[0], beta: values[1], gamma: values[2], delta: values[3]),
      report: FitReport(
        model: .bgBB, customers: compressed.customers, repeatCustomers: compressed.repeatCustomers, estimate: estimate),
      estimate: estimate, unit: compressed.unit)
  }

  private func check(_ history: PurchaseHistory) throws {
    let isWhole = history.recency == history.recency.rounded() && history.age == history.age.rounded()
    guard isWhole, Double(history.frequency) <= history.recency, history.age <= 10_000 else {
      throw Problem(
        .invalid, field: "recency",
        "BG/BB counts opportunities: recency and age are whole, and nobody takes more of them than have passed.",
        mend: "Count whole periods, or choose a model in continuous time.")
    }
  }
}

private struct BetaBinomialLikelihood: Objective {
  let histories: PurchaseHistories
  var dimension: Int { 4 }

  func value(at point: [Double], gradient: inout [Double]) -> Double {
    let values = point.map { exp($0) }
    let parts = Parallel.slices(of: histories.rowCount, size: 1_024) { range in
      var sums = [Double](repeating: 0, count: 5)
      for row in range { add(histories.history(row), histories.weight[row], values, &sums) }
      return sums
    }
    let total = histories.customers
    let (alpha, beta, gamma, delta) = (values[0], values[1], values[2], values[3])
    let (psiBuy, psiLeave) = (Special.digamma(alpha + beta), Special.digamma(gamma + delta))
    let norms = [
      Special.digamma(alpha) - psiBuy, Special.digamma(beta) - psiBuy, Special.digamma(gamma) - psiLeave,
      Special.digamma(delta) - psiLeave,
    ]
    for index in 0..<4 {
      gradient[index] = values[index] * (parts.reduce(0) { $0 + $1[index] } - total * norms[index])
    }
    let norm = Special.logBeta(alpha, beta) + Special.logBeta(gamma, delta)
    return parts.reduce(0) { $0 + $1[4] } - total * norm
  }

  private func add(_ history: PurchaseHistory, _ weight: Double, _ values: [Double], _ sums: inout [Double]) {
    let (alpha, beta, gamma, delta) = (values[0], values[1], values[2], values[3])
    let terms = BetaBinomialTerms(history, values)
    let x = Double(history.frequency)
    sums[4] += weight * terms.logSum
    for (index, term) in terms.logs.enumerated() {
      let share = weight * exp(term - terms.logSum)
      let end = index == 0 ? history.age : history.recency + Double(index - 1)
      let left = index == 0 ? 0.0 : 1
      let buy = Special.digamma(alpha + beta + end)
      let leave = Special.digamma(gamma + left + delta + end)
      sums[0] += share * (Special.digamma(alpha + x) - buy)
      sums[1] += share * (Special.digamma(beta + end - x) - buy)
      sums[2] += share * (Special.digamma(gamma + left) - leave)
      sums[3] += share * (Special.digamma(delta + end) - leave)
    }
  }
}
