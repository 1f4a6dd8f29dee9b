import Foundation

/// One customer's log-likelihood and its slopes in the four parameters on their natural scale.
struct RowSlopes {
  var value: Double
  var first, second, third, fourth: Double
}

/// A model whose likelihood can be had for one customer with parameters of its own.
protocol RowLikelihood: Sendable {
  /// Which parameters covariates move, and whether a positive coefficient makes them larger (1) or smaller (-1).
  static var moved: [(parameter: Int, sign: Double)] { get }
  static func row(_ history: PurchaseHistory, _ parameters: [Double]) -> RowSlopes
}

/// BG/NBD and MBG/NBD for single rows: α_i = α·exp(-γ₁'z), a_i = a·exp(γ₂'z), b_i = b·exp(γ₃'z), as Fader and Hardie
/// (2007), "Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD models".
enum BetaGeometricRow: RowLikelihood {
  static var moved: [(parameter: Int, sign: Double)] { [(1, -1), (2, 1), (3, 1)] }

  static func row(_ history: PurchaseHistory, _ parameters: [Double]) -> RowSlopes {
    slopes(history, parameters, coins: Double(history.frequency))
  }

  static func slopes(_ history: PurchaseHistory, _ parameters: [Double], coins n: Double) -> RowSlopes {
    let (r, alpha, a, b) = (parameters[0], parameters[1], parameters[2], parameters[3])
    let shape = r + Double(history.frequency)
    let (end, last) = (alpha + history.age, alpha + history.recency)
    let (logEnd, logLast) = (log(end), log(last))
    let odds = n > 0 ? log(a / (b + n - 1)) + shape * (logEnd - logLast) : -.infinity
    let step = Special.softplus(odds)
    var result = RowSlopes(
      value: Special.logGamma(shape) - Special.logGamma(r) + r * log(alpha) + step.value - shape * logEnd,
      first: Special.digamma(shape) - Special.digamma(r) + log(alpha) - logEnd - step.slope * (logLast - logEnd),
      second: r / alpha - shape * (1 / end + step.slope * (1 / last - 1 / end)), third: 0, fourth: 0)
    if n > 0 {
      let (sum, sumN) = (Special.digamma(a + b), Special.digamma(a + b + n))
      result.value += Special.logBeta(a, b + n) - Special.logBeta(a, b)
      result.third = sum - sumN + step.slope / a
      result.fourth = Special.digamma(b + n) - Special.digamma(b) - sumN + sum - step.slope / (b + n - 1)
    }
    return result
  }
}

/// The same where customers may leave right after the first purchase.
enum ModifiedBetaGeometricRow: RowLikelihood {
  static var moved: [(parameter: Int, sign: Double)] { BetaGeometricRow.moved }

  static func row(_ history: PurchaseHistory, _ parameters: [Double]) -> RowSlopes {
    BetaGeometricRow.slopes(history, parameters, coins: Double(history.frequency) + 1)
  }
}

/// Pareto/NBD for single rows: α_i = α·exp(-γ₁'z), β_i = β·exp(-γ₂'z), as in the same note.
enum ParetoRow: RowLikelihood {
  static var moved: [(parameter: Int, sign: Double)] { [(1, -1), (3, -1)] }

  static func row(_ history: PurchaseHistory, _ parameters: [Double]) -> RowSlopes {
    let (r, alpha, s, beta) = (parameters[0], parameters[1], parameters[2], parameters[3])
    let shape = r + Double(history.frequency)
    let integral = ParetoIntegral(r: r, alpha: alpha, s: s, beta: beta)
    let moments = integral.moments(shape, from: history.recency, to: history.age)
    let stays = exp(integral.logDecay(shape, from: history.recency, to: history.age))
    let total = stays + s * moments.plain
    let (logAlpha, logBeta) = (log(alpha + history.age), log(beta + history.age))
    let front = -shape * log(alpha + history.recency) - s * log(beta + history.recency)
    return RowSlopes(
      value: Special.logGamma(shape) - Special.logGamma(r) + r * log(alpha) + s * log(beta) + front + log(total),
      first: Special.digamma(shape) - Special.digamma(r) + log(alpha)
        - (stays * logAlpha + s * moments.logAlpha) / total,
      second: r / alpha - shape * (stays / (alpha + history.age) + s * moments.inverseAlpha) / total,
      third: log(beta) - (stays * logBeta - moments.plain + s * moments.logBeta) / total,
      fourth: s / beta - s * (stays / (beta + history.age) + (s + 1) * moments.inverseBeta) / total)
  }
}

/// The likelihood over the logarithms of the base parameters and the coefficients of the (standardised) covariates.
struct CovariateLikelihood<Row: RowLikelihood>: Objective {
  let histories: PurchaseHistories
  /// Standardised covariates by distinct vector.
  let vectors: [[Double]]
  let names: Int

  var dimension: Int { 4 + Row.moved.count * names }

  func value(at point: [Double], gradient: inout [Double]) -> Double {
    let groups = vectors.map { parameters(at: point, $0) }
    let index = histories.covariates?.row ?? []
    let parts = Parallel.slices(of: histories.rowCount, size: 2_048) { range -> [Double] in
      var sums = [Double](repeating: 0, count: dimension + 1)
      for row in range {
        let group = Int(index[row])
        add(Row.row(histories.history(row), groups[group]), groups[group], vectors[group], histories.weight[row], &sums)
      }
      return sums
    }
    for index in 0..<dimension { gradient[index] = parts.reduce(0) { $0 + $1[index] } }
    return parts.reduce(0) { $0 + $1[dimension] }
  }

  func parameters(at point: [Double], _ vector: [Double]) -> [Double] {
    var logs = Array(point[..<4])
    for (block, moved) in Row.moved.enumerated() {
      for (column, value) in vector.enumerated() {
        logs[moved.parameter] += moved.sign * point[4 + block * names + column] * value
      }
    }
    return logs.map { exp($0) }
  }

  private func add(
    _ row: RowSlopes, _ parameters: [Double], _ vector: [Double], _ weight: Double, _ sums: inout [Double]
  ) {
    let slopes = [row.first, row.second, row.third, row.fourth]
    sums[dimension] += weight * row.value
    for index in 0..<4 { sums[index] += weight * parameters[index] * slopes[index] }
    for (block, moved) in Row.moved.enumerated() {
      let common = weight * moved.sign * parameters[moved.parameter] * slopes[moved.parameter]
      for (column, value) in vector.enumerated() { sums[4 + block * names + column] += common * value }
    }
  }
}
