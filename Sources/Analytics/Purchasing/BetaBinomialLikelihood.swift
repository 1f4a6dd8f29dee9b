import Foundation

/// Logarithms of the gamma function and its slopes at a parameter plus each whole number: all that the likelihood of
/// BG/BB is made of, computed once for all customers.
struct BetaBinomialTables: Sendable {
  struct Column: Sendable {
    let logs: [Double]
    let slopes: [Double]

    init(_ parameter: Double, through most: Int) {
      logs = (0...most).map { Special.logGamma(parameter + Double($0)) }
      slopes = (0...most).map { Special.digamma(parameter + Double($0)) }
    }
  }

  let alpha: Double
  /// Of β, α + β, δ, γ + δ.
  let misses, tries, stays, rounds: Column
  /// What leaving at once adds: ln Γ(γ + 1) - ln Γ(γ) and its slope.
  let logLeaves: Double
  let slopeLeaves: Double

  init(_ parameters: [Double], longest: Int) {
    alpha = parameters[0]
    misses = Column(parameters[1], through: longest)
    tries = Column(parameters[0] + parameters[1], through: longest)
    stays = Column(parameters[3], through: longest)
    rounds = Column(parameters[2] + parameters[3], through: longest + 1)
    logLeaves = log(parameters[2])
    slopeLeaves = 1 / parameters[2]
  }
}

/// Sums over the opportunity after which customers of one count may have left, from each on (Fader, Hardie and Shang
/// 2010). Each is kept relative to its first term, so that nothing underflows and rows share them.
struct BetaBinomialSums: Sendable {
  private let tables: BetaBinomialTables
  private let count: Int
  private let start: Int
  private let end: Int
  /// Of leaving after opportunity start, start + 1 …: the logarithm of the term, and Σ of terms from there relative to it.
  private var logs: [Double]
  private var tails: [Double]
  /// The same sums weighted by the slopes of tries, misses, stays and rounds.
  private var slopes: [SIMD4<Double>]

  init(_ tables: BetaBinomialTables, count: Int, from first: Int, through end: Int, withSlopes: Bool) {
    self.tables = tables
    self.count = count
    start = max(first, count)
    self.end = max(end, start)
    let size = self.end - start + 1
    logs = [Double](repeating: 0, count: size)
    tails = [Double](repeating: 0, count: size)
    slopes = [SIMD4<Double>](repeating: .zero, count: withSlopes ? size : 0)
    for place in logs.indices.reversed() {
      let at = start + place
      logs[place] =
        tables.logLeaves + tables.misses.logs[at - count] - tables.tries.logs[at] + tables.stays.logs[at]
        - tables.rounds.logs[at + 1]
      guard place + 1 < size else {
        // Nobody is watched beyond the end, so only differences of sums up to here are ever taken.
        tails[place] = 0
        continue
      }
      let fall = exp(logs[place + 1] - logs[place])
      tails[place] = 1 + fall * tails[place + 1]
      if withSlopes { slopes[place] = slope(at, leaving: 1) + fall * slopes[place + 1] }
    }
  }

  private func slope(_ at: Int, leaving: Int) -> SIMD4<Double> {
    SIMD4(
      tables.tries.slopes[at], tables.misses.slopes[at - count], tables.stays.slopes[at],
      tables.rounds.slopes[at + leaving])
  }

  /// The chance of having been there through opportunity `end`.
  func alive(last: Int, end: Int) -> Double {
    let (stays, leaves, _) = parts(last, end)
    return stays / (stays + leaves)
  }

  /// Being there at the end, and having left before, relative to leaving after the last opportunity taken.
  private func parts(_ last: Int, _ end: Int) -> (stays: Double, leaves: Double, fall: Double) {
    let (from, to) = (max(last, start) - start, max(end, start) - start)
    let fall = exp(logs[to] - logs[from])
    let stays = exp(tables.rounds.logs[start + to + 1] - tables.rounds.logs[start + to] - tables.logLeaves) * fall
    return (stays, max(0, tails[from] - fall * tails[to]), fall)
  }

  /// Adds a weighted customer's log-likelihood and its slopes in α, β, γ, δ, all without the parameters' own norms.
  func add(last: Int, end: Int, weight: Double, to sums: inout BetaBinomialSlopes) {
    let (stays, leaves, fall) = parts(last, end)
    let (from, to) = (max(last, start) - start, max(end, start) - start)
    let whole = stays + leaves
    let buy = Special.logGamma(tables.alpha + Double(count))
    sums.value += weight * (buy + logs[from] + log(whole))
    let parts = (stays * slope(end, leaving: 0) + (slopes[from] - fall * slopes[to])) / whole
    sums.alpha += weight * (Special.digamma(tables.alpha + Double(count)) - parts[0])
    sums.beta += weight * (parts[1] - parts[0])
    sums.gamma += weight * (leaves / whole * tables.slopeLeaves - parts[3])
    sums.delta += weight * (parts[2] - parts[3])
  }
}

/// A log-likelihood and its slopes, adding up.
struct BetaBinomialSlopes: Sendable {
  var value = 0.0
  var alpha = 0.0
  var beta = 0.0
  var gamma = 0.0
  var delta = 0.0
}

/// The likelihood of BG/BB over the logarithms of its parameters, customers of one count taken together.
struct BetaBinomialLikelihood: Objective {
  let histories: PurchaseHistories
  private let whole: [Int]
  private let buckets: CountBuckets
  var dimension: Int { 4 }

  init(histories: PurchaseHistories) {
    self.histories = histories
    whole = histories.times.map { Special.whole($0, most: 1_000_000) }
    buckets = CountBuckets(histories)
  }

  func value(at point: [Double], gradient: inout [Double]) -> Double {
    let values = point.map { exp($0) }
    let tables = BetaBinomialTables(values, longest: whole.last ?? 0)
    let parts = Parallel.map(buckets.count) { sums(of: buckets.rows($0), tables) }
    let total = histories.customers
    let (alpha, beta, gamma, delta) = (values[0], values[1], values[2], values[3])
    let (psiBuy, psiLeave) = (Special.digamma(alpha + beta), Special.digamma(gamma + delta))
    func slope(_ value: Double, _ part: KeyPath<BetaBinomialSlopes, Double>, _ norm: Double) -> Double {
      value * (parts.reduce(0) { $0 + $1[keyPath: part] } - total * norm)
    }
    gradient[0] = slope(alpha, \.alpha, Special.digamma(alpha) - psiBuy)
    gradient[1] = slope(beta, \.beta, Special.digamma(beta) - psiBuy)
    // ln Γ(γ) of being there and of the norm cancel.
    gradient[2] = slope(gamma, \.gamma, -psiLeave)
    gradient[3] = slope(delta, \.delta, Special.digamma(delta) - psiLeave)
    let norm = Special.logBeta(alpha, beta) + Special.logGamma(delta) - Special.logGamma(gamma + delta)
    return parts.reduce(0) { $0 + $1.value } - total * norm
  }

  private func sums(of rows: ArraySlice<Int32>, _ tables: BetaBinomialTables) -> BetaBinomialSlopes {
    var result = BetaBinomialSlopes()
    guard let row = rows.first, let first = rows.map({ whole[Int(histories.recency[Int($0)])] }).min(),
      let end = rows.map({ whole[Int(histories.age[Int($0)])] }).max()
    else { return result }
    let sums = BetaBinomialSums(
      tables, count: Int(histories.frequency[Int(row)]), from: first, through: end, withSlopes: true)
    for row in rows {
      sums.add(
        last: whole[Int(histories.recency[Int(row)])], end: whole[Int(histories.age[Int(row)])],
        weight: histories.weight[Int(row)], to: &result)
    }
    return result
  }
}
