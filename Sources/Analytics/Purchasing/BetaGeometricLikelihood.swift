import Foundation

/// The log-likelihood of BG/NBD, MBG/NBD and their relatives with Erlang-k times, over ln(r, α, a, b).
///
/// With n coins tossed (x, or x + 1 when customers can leave at once) and K = r + kx the likelihood of a customer is
/// B(a, b+n)/B(a, b) · Γ(K)/Γ(r) · α^r · { Q / (α+T)^K + [n > 0] · a/(b+n-1) / (α+t_x)^K }, where
/// Q = Σ_{j<k} (K)_j/j! · ((T-t_x)/(α+T))^j is 1 for k = 1: Fader, Hardie and Lee (2005a) for k = 1;
/// Batislam, Denizel and Filiztekin (2007) for the coin at once; Platzer and Reutterer (2016) for k > 1.
struct BetaGeometricLikelihood: Objective {
  let histories: PurchaseHistories
  let regularity: Int
  let leavesAtOnce: Bool
  private let countWeights: [Double]
  private let constant: Double
  /// Rows of customers who never bought again come first; under BG/NBD they need no coin.
  var dimension: Int { 4 }

  init(_ histories: PurchaseHistories, regularity: Int, leavesAtOnce: Bool) {
    self.histories = histories
    self.regularity = regularity
    self.leavesAtOnce = leavesAtOnce
    var weights = [Double](repeating: 0, count: Int(histories.frequency.max() ?? 0) + 1)
    for row in 0..<histories.rowCount { weights[Int(histories.frequency[row])] += histories.weight[row] }
    countWeights = weights
    let k = Double(regularity)
    let purchases = weights.indices.reduce(0.0) { $0 + Double($1) * weights[$1] }
    constant = regularity == 1 ? 0 : (k - 1) * (histories.logIntervals ?? 0) - purchases * Special.logGamma(k)
  }

  /// Values that depend on the parameters and on a time or a count, but not on a customer.
  private struct Tables: Sendable {
    let r: Double
    let alpha: Double
    let logs: [Double]
    let inverses: [Double]
    /// r + kx by x.
    let shapes: [Double]
    /// ln(a / (b+n-1)) by x; minus infinity where no coin was tossed.
    let odds: [Double]
    /// 1 / (b+n-1) by x.
    let inverseTails: [Double]
  }

  private struct Sums: Sendable {
    var value = 0.0
    var r = 0.0
    var alpha = 0.0
    /// Σ weight · P(left).
    var left = 0.0
    /// Σ weight · P(left) / (b+n-1).
    var tail = 0.0
  }

  func value(at point: [Double], gradient: inout [Double]) -> Double {
    let (r, alpha, a, b) = (exp(point[0]), exp(point[1]), exp(point[2]), exp(point[3]))
    let k = Double(regularity)
    let coins = leavesAtOnce ? 1.0 : 0.0
    let tables = Tables(
      r: r, alpha: alpha, logs: histories.times.map { log(alpha + $0) },
      inverses: histories.times.map { 1 / (alpha + $0) }, shapes: countWeights.indices.map { r + k * Double($0) },
      odds: countWeights.indices.map { x in
        let n = Double(x) + coins
        return n > 0 ? log(a / (b + n - 1)) : -.infinity
      },
      inverseTails: countWeights.indices.map { x in Double(x) + coins > 0 ? 1 / (b + Double(x) + coins - 1) : 0 })
    let parts = Parallel.slices(of: histories.rowCount) { range in
      regularity == 1 ? plain(range, tables) : regular(range, tables)
    }
    var sums = Sums()
    for part in parts {
      sums.value += part.value
      sums.r += part.r
      sums.alpha += part.alpha
      sums.left += part.left
      sums.tail += part.tail
    }
    return finish(sums, r, alpha, a, b, &gradient)
  }

  /// Adds what depends on the counts alone, once per count and not once per customer.
  private func finish(
    _ sums: Sums, _ r: Double, _ alpha: Double, _ a: Double, _ b: Double, _ gradient: inout [Double]
  ) -> Double {
    let coins = leavesAtOnce ? 1.0 : 0.0
    let (gammaR, psiR) = (Special.logGamma(r), Special.digamma(r))
    let (psiB, psiAB) = (Special.digamma(b), Special.digamma(a + b))
    let (gammaB, gammaAB) = (Special.logGamma(b), Special.logGamma(a + b))
    var (value, slopeR, slopeA, slopeB, total) = (sums.value + constant, sums.r, sums.left / a, -sums.tail, 0.0)
    for x in countWeights.indices where countWeights[x] > 0 {
      let weight = countWeights[x]
      total += weight
      let shape = r + Double(regularity) * Double(x)
      if x > 0 {
        value += weight * (Special.logGamma(shape) - gammaR)
        slopeR += weight * (Special.digamma(shape) - psiR)
      }
      let n = Double(x) + coins
      if n > 0 {
        value += weight * (Special.logGamma(b + n) - gammaB - Special.logGamma(a + b + n) + gammaAB)
        let psiABN = Special.digamma(a + b + n)
        slopeA += weight * (psiAB - psiABN)
        slopeB += weight * (Special.digamma(b + n) - psiB - psiABN + psiAB)
      }
    }
    value += total * r * log(alpha)
    slopeR += total * log(alpha)
    gradient[0] = r * slopeR
    gradient[1] = alpha * (total * r / alpha + sums.alpha)
    gradient[2] = a * slopeA
    gradient[3] = b * slopeB
    return value
  }

  /// The loop for k = 1: one exponential and one logarithm per row.
  private func plain(_ range: Range<Int>, _ tables: Tables) -> Sums {
    var sums = Sums()
    histories.frequency.withUnsafeBufferPointer { frequency in
      histories.recency.withUnsafeBufferPointer { recency in
        histories.age.withUnsafeBufferPointer { age in
          histories.weight.withUnsafeBufferPointer { weights in
            tables.logs.withUnsafeBufferPointer { logs in
              tables.inverses.withUnsafeBufferPointer { inverses in
                for row in range {
                  let x = Int(frequency[row])
                  let (last, end) = (Int(recency[row]), Int(age[row]))
                  let weight = weights[row]
                  let shape = tables.shapes[x]
                  let (logEnd, logLast) = (logs[end], logs[last])
                  let step = Special.softplus(tables.odds[x] + shape * (logEnd - logLast))
                  sums.value += weight * (step.value - shape * logEnd)
                  sums.r -= weight * (logEnd + step.slope * (logLast - logEnd))
                  sums.alpha -= weight * shape * (inverses[end] + step.slope * (inverses[last] - inverses[end]))
                  sums.left += weight * step.slope
                  sums.tail += weight * step.slope * tables.inverseTails[x]
                }
              }
            }
          }
        }
      }
    }
    return sums
  }

  /// The loop for k > 1, with the polynomial Q.
  private func regular(_ range: Range<Int>, _ tables: Tables) -> Sums {
    var sums = Sums()
    for row in range {
      let x = Int(histories.frequency[row])
      let (last, end) = (Int(histories.recency[row]), Int(histories.age[row]))
      let weight = histories.weight[row]
      let shape = tables.shapes[x]
      let (logEnd, logLast) = (tables.logs[end], tables.logs[last])
      let ratio = (histories.times[end] - histories.times[last]) * tables.inverses[end]
      let stages = ErlangStages(count: regularity, shape: shape, ratio: ratio)
      let step = Special.softplus(tables.odds[x] + shape * (logEnd - logLast) - log(stages.sum))
      let alive = 1 - step.slope
      sums.value += weight * (step.value - shape * logEnd + log(stages.sum))
      sums.r -= weight * (logEnd + step.slope * (logLast - logEnd) - alive * stages.slopeInShape / stages.sum)
      let slopeAlive = shape + stages.weightedIndex / stages.sum
      sums.alpha -= weight * (alive * slopeAlive * tables.inverses[end] + step.slope * shape * tables.inverses[last])
      sums.left += weight * step.slope
      sums.tail += weight * step.slope * tables.inverseTails[x]
    }
    return sums
  }
}

/// Q = Σ_{j<k} (K)_j/j! · ρ^j, the chance weight of having passed j hidden stages since the last purchase.
struct ErlangStages {
  var sum = 1.0
  /// dQ/dK.
  var slopeInShape = 0.0
  /// Σ j · term.
  var weightedIndex = 0.0

  init(count: Int, shape: Double, ratio: Double) {
    var (term, harmonic) = (1.0, 0.0)
    for j in 1..<max(2, count) where j < count {
      let index = Double(j)
      term *= (shape + index - 1) / index * ratio
      harmonic += 1 / (shape + index - 1)
      sum += term
      slopeInShape += term * harmonic
      weightedIndex += index * term
    }
  }
}
