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
    let (last, end) = (Special.whole(history.recency, most: 1_000_000), Special.whole(history.age, most: 1_000_000))
    let tables = BetaBinomialTables(parameters, longest: max(end, history.frequency))
    return BetaBinomialSums(tables, count: history.frequency, from: min(last, end), through: end, withSlopes: false)
      .alive(last: min(last, end), end: end)
  }

  public func aliveColumn(_ histories: PurchaseHistories) -> [Double] {
    let whole = histories.times.map { Special.whole($0, most: 1_000_000) }
    let tables = BetaBinomialTables(
      parameters, longest: max(whole.last ?? 0, Int(histories.frequency.max() ?? 0)))
    let buckets = CountBuckets(histories)
    let columns = Parallel.map(buckets.count) { index -> [Double] in
      let rows = buckets.rows(index)
      guard let first = rows.map({ whole[Int(histories.recency[Int($0)])] }).min(),
        let end = rows.map({ whole[Int(histories.age[Int($0)])] }).max(), let row = rows.first
      else { return [] }
      let sums = BetaBinomialSums(
        tables, count: Int(histories.frequency[Int(row)]), from: first, through: end, withSlopes: false)
      return rows.map { row in
        let (last, end) = (whole[Int(histories.recency[Int(row)])], whole[Int(histories.age[Int(row)])])
        return sums.alive(last: last, end: end) * (delta + Double(end)) / (gamma + delta + Double(end))
      }
    }
    var result = [Double](repeating: 1, count: histories.rowCount)
    for index in 0..<buckets.count {
      for (row, value) in zip(buckets.rows(index), columns[index]) { result[Int(row)] = value }
    }
    return result
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

  public func countsIfAlive(frequency: Int, age: Double, periods: Double) -> CountsIfAlive {
    let x = Double(frequency)
    return CountsIfAlive(
      form: BetaBinomialCounts(
        alpha: alpha + x, beta: beta + age - x, gamma: gamma, delta: delta + age,
        last: Special.whole(periods, most: 10_000)))
  }

  /// One walk over the opportunities serves all horizons.
  public func expectationsIfAlive(frequency: Int, age: Double, horizons: [Double]) -> [[Double]] {
    let chance = (alpha + Double(frequency)) / (alpha + beta + age)
    var (sum, stays, done) = (0.0, 1.0, 0.0)
    let values = horizons.map { horizon in
      let end = min(horizon, BetaBinomialOutlook.longest)
      while done + 1 <= end {
        sum += stays
        done += 1
        stays *= (delta + age + done) / (gamma + delta + age + done)
      }
      return chance * (sum + stays * (end - done))
    }
    return [values]
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

/// The outlook of one customer under BG/BB; periods are opportunities, and between whole ones expectations are
/// interpolated.
public struct BetaBinomialOutlook: Outlook {
  let aliveNow: Double
  let alpha, beta, gamma, delta: Double

  /// Opportunities further ahead than this are taken as this many.
  static let longest = 1e5

  public var pAlive: Double { aliveNow * delta / (gamma + delta) }

  public func expectedPurchases(in periods: Double) -> Double {
    guard periods > 0 else { return 0 }
    var (sum, stays, done) = (0.0, 1.0, 0.0)
    while done < min(periods, BetaBinomialOutlook.longest) {
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
