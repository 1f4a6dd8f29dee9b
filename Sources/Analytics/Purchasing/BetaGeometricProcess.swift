import Foundation

/// Customers who buy at a gamma-distributed rate with Erlang-k times between purchases, and after each purchase
/// leave with a beta-distributed chance: BG/NBD (k = 1), MBG/NBD (may leave right after the first purchase),
/// BG/CNBD-k and MBG/CNBD-k.
public struct BetaGeometricProcess: PurchaseProcess {
  /// Shape and rate of the gamma distribution of the purchase (or stage) rate, first and second shape of the beta
  /// distribution of the chance to leave. All positive.
  public let r, alpha, a, b: Double
  /// k of the Erlang distribution; 1 is the exponential of the original models.
  public let regularity: Int
  /// Whether customers may leave right after the first purchase.
  public let leavesAtOnce: Bool

  public init(
    r: Double, alpha: Double, a: Double, b: Double, regularity: Int = 1, leavesAtOnce: Bool = false
  ) {
    self.r = r
    self.alpha = alpha
    self.a = a
    self.b = b
    self.regularity = min(max(1, regularity), 20)
    self.leavesAtOnce = leavesAtOnce
  }

  public var name: ModelName {
    switch (regularity > 1, leavesAtOnce) {
    case (false, false): .bgNBD
    case (false, true): .mbgNBD
    case (true, false): .bgCNBD
    case (true, true): .mbgCNBD
    }
  }

  public var parameters: [Double] { [r, alpha, a, b] }

  public func with(parameters: [Double]) -> BetaGeometricProcess {
    guard parameters.count == 4 else { return self }
    return BetaGeometricProcess(
      r: parameters[0], alpha: parameters[1], a: parameters[2], b: parameters[3], regularity: regularity,
      leavesAtOnce: leavesAtOnce)
  }

  public var stages: Int { regularity }

  private func coins(_ frequency: Int) -> Double { Double(frequency) + (leavesAtOnce ? 1 : 0) }

  private func stageTerms(_ history: PurchaseHistory) -> [Double] {
    let shape = r + Double(regularity * history.frequency)
    let ratio = (history.age - history.recency) / (alpha + history.age)
    var terms = [1.0]
    for j in 1..<max(2, regularity) where j < regularity {
      terms.append(terms[j - 1] * (shape + Double(j) - 1) / Double(j) * ratio)
    }
    return terms
  }

  /// ln of the odds of having left, before the factor Q of regular timing.
  @inline(__always)
  private func logOddsLeft(_ history: PurchaseHistory) -> Double {
    let n = coins(history.frequency)
    guard n > 0 else { return -.infinity }
    let shape = r + Double(regularity * history.frequency)
    return log(a / (b + n - 1)) + shape * log((alpha + history.age) / (alpha + history.recency))
  }

  /// 1 / (1 + odds of having left): Fader, Hardie and Lee (2008), "Computing P(alive) using the BG/NBD model".
  public func aliveProbability(_ history: PurchaseHistory) -> Double {
    let odds = logOddsLeft(history)
    if regularity == 1 { return 1 / (1 + exp(odds)) }
    return 1 / (1 + exp(odds - log(stageTerms(history).reduce(0, +))))
  }

  public func aliveByStage(_ history: PurchaseHistory) -> [Double] {
    let terms = stageTerms(history)
    let sum = terms.reduce(0, +)
    let alive = 1 / (1 + exp(logOddsLeft(history) - log(sum)))
    return terms.map { $0 / sum * alive }
  }

  public func outlook(for history: PurchaseHistory) -> BetaGeometricOutlook {
    let stages = aliveByStage(history)
    let alive = stages.reduce(0, +)
    return BetaGeometricOutlook(
      pAlive: alive, stageShares: alive > 0 ? stages.map { $0 / alive } : stages,
      shape: r + Double(regularity * history.frequency), rate: alpha + history.age, a: a,
      b: b + coins(history.frequency))
  }

  public var newCustomer: BetaGeometricOutlook {
    BetaGeometricOutlook(
      pAlive: leavesAtOnce ? b / (a + b) : 1, stageShares: [1] + [Double](repeating: 0, count: regularity - 1),
      shape: r, rate: alpha, a: a, b: b + coins(0))
  }

  public func outlookIfAlive(frequency: Int, age: Double, stage: Int) -> BetaGeometricOutlook {
    BetaGeometricOutlook(
      pAlive: 1, stageShares: (0..<regularity).map { $0 == stage ? 1 : 0 },
      shape: r + Double(regularity * frequency), rate: alpha + age, a: a, b: b + coins(frequency))
  }

  public func countsIfAlive(frequency: Int, age: Double, periods: Double) -> CountsIfAlive {
    CountsIfAlive(
      form: GeometricCounts(
        shape: r + Double(regularity * frequency), odds: min(periods, Outlooks.longest) / (alpha + age),
        leaving: (a, b + coins(frequency)), stages: regularity))
  }

  /// Few horizons are computed one by one; of many the expectation is computed at Chebyshev's points in
  /// ln(1 + time / rate), where it is analytic a width of π around, and read off between them.
  public func expectationsIfAlive(frequency: Int, age: Double, horizons: [Double]) -> [[Double]] {
    let outlook = outlookIfAlive(frequency: frequency, age: age, stage: 0)
    return outlook.expectations(in: horizons.map { min($0, Outlooks.longest) }, stages: regularity)
  }

  public func drawPurchases(over age: Double, using chance: inout Chance) -> [Double] {
    let rate = chance.gamma(shape: r, rate: alpha)
    let leaving = chance.beta(a, b)
    var times: [Double] = []
    if leavesAtOnce, chance.uniform() < leaving { return times }
    var time = 0.0
    while rate > 0, times.count < PurchaseHistory.mostPurchases {
      for _ in 0..<regularity { time += chance.exponential(rate: rate) }
      if time > age { break }
      times.append(time)
      if chance.uniform() < leaving { break }
    }
    return times
  }
}

/// The outlook of one customer under a `BetaGeometricProcess`: given that the customer still buys, the rate of
/// stages is Gamma(shape + stage, rate) and the chance to leave after a purchase is Beta(a, b).
public struct BetaGeometricOutlook: Outlook {
  public let pAlive: Double
  let stageShares: [Double]
  let shape, rate, a, b: Double

  public func expectedPurchases(in periods: Double) -> Double {
    let periods = min(periods, Outlooks.longest)
    guard periods > 0, pAlive > 0 else { return 0 }
    return pAlive * zip(stageShares, expectationsByStage(in: periods)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Expected purchases by stage if the customer still buys, whatever the shares of the stages.
  func expectationsByStage(in periods: Double) -> [Double] {
    guard periods > 0 else { return stageShares.map { _ in 0 } }
    let odds = periods / rate
    if stageShares.count == 1, odds < 12 {
      return [BetaGeometricOutlook.expectation(shape: shape, rate: rate, a: a, b: b, periods: periods)]
    }
    return LeavingMean(shape: shape, odds: odds, a: a, b: b, stages: stageShares.count).moments().map(\.mean)
  }

  /// E[(1 - exp(-λpt)) / p]: Fader, Hardie and Lee (2005a), equation 10, after Euler's transformation and with the
  /// terms gathered so that a = 1 is an ordinary point.
  static func expectation(shape: Double, rate: Double, a: Double, b: Double, periods: Double) -> Double {
    let c = a + b - 1
    let q = c - shape
    let z = periods / (rate + periods)
    let logRest = log1p(periods / rate)
    var term = q * z
    var sum = term
    var n = 1.0
    // Far out the terms fall at least by the factor z, so that the rest is below term / (1 - z).
    let small = 1e-15 * (1 - z)
    while abs(term) > small * abs(sum) || n < abs(q) {
      term *= (q + n) * (a + n - 1) / ((c + n) * (n + 1)) * z
      sum += term
      n += 1
      if n > 400_000 || term == 0 || !term.isFinite { break }
    }
    return max(0, c * Special.saturation(a - 1, logRest) - exp(-(a - 1) * logRest) * sum)
  }

  /// The chances that a customer who never left would buy at least 0, 1, 2 … times.
  private func potentialTails(in periods: Double, limit: Int) -> [Double] {
    let k = stageShares.count
    var chances: [Double] = []
    for (stage, share) in stageShares.enumerated() where share > 0 {
      let most = limit > 1_000_000 ? Int.max - 1 : (limit + 1) * k
      let events = NegativeBinomial(shape: shape + Double(stage), rate: rate, time: periods).chances(limit: most)
      for (count, chance) in events.enumerated() {
        let purchases = (count + stage) / k
        while chances.count <= purchases { chances.append(0) }
        chances[purchases] += share * chance
      }
    }
    var tails = [1.0]
    for chance in chances { tails.append(max(0, (tails.last ?? 0) - chance)) }
    return tails
  }

  public func distribution(in periods: Double, limit: Int) -> [Double] {
    let periods = min(periods, Outlooks.longest)
    guard periods > 0 else { return [1] }
    let tails = potentialTails(in: periods, limit: limit)
    func tail(_ count: Int) -> Double { count < tails.count ? tails[count] : 0 }
    var result = [1 - pAlive + pAlive * (1 - tail(1))]
    var (stays, total) = (1.0, result[0])
    var count = 1
    while count <= limit, count < tails.count, total < 1 - 1e-10 {
      let n = Double(count)
      let staysOn = stays * (b + n - 1) / (a + b + n - 1)
      let chance = staysOn * (tail(count) - tail(count + 1)) + (stays - staysOn) * tail(count)
      result.append(pAlive * max(0, chance))
      total += pAlive * max(0, chance)
      stays = staysOn
      count += 1
    }
    return result
  }

  /// E over λ of Σ_m E[(1-p)^(m-1)] · (λ/(λ+δ))^(km-j), the sum being a hypergeometric function of p's distribution;
  /// the outer mean by the trapezoidal rule in ln λ, which converges exponentially.
  public func discountedPurchases(rate delta: Double) -> Double {
    guard delta > 0, delta.isFinite, pAlive > 0 else { return pAlive > 0 && !(delta > 0) ? .infinity : 0 }
    let k = stageShares.count
    var total = 0.0
    for (stage, share) in stageShares.enumerated() where share > 0 {
      let mean = GammaMean(shape: shape + Double(stage), rate: rate)
      total +=
        share
        * mean.of { lambda in
          let y = lambda / (lambda + delta)
          return pow(y, Double(k - stage)) * Hypergeometric.withUnit(b, a + b, pow(y, Double(k)))
        }
    }
    return pAlive * total
  }
}

/// Means of functions of a gamma-distributed variable.
struct GammaMean {
  let shape: Double
  let rate: Double

  /// The mean of `function`, which may grow no faster than linearly from zero.
  func of(_ function: (Double) -> Double) -> Double {
    let centre = log(shape / rate)
    let step = min(0.1, 0.3 / shape.squareRoot())
    let norm = shape * log(rate) - Special.logGamma(shape)
    func weight(_ v: Double) -> Double { exp(norm + shape * v - rate * exp(v)) }
    var sum = weight(centre) * function(exp(centre))
    for direction in [-1.0, 1.0] {
      var v = centre + direction * step
      for _ in 0..<5_000 {
        let term = weight(v) * function(exp(v))
        sum += term
        if !(abs(term) > 1e-14 * abs(sum)) { break }
        v += direction * step
      }
    }
    return sum * step
  }
}
