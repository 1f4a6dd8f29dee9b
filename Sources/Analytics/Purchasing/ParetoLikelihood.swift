import Foundation

/// The log-likelihood of Pareto/NBD over ln(r, α, s, β).
///
/// L = Γ(r+x)/Γ(r) · α^r · β^s · { (α+T)^-(r+x) (β+T)^-s + s ∫ from t_x to T of (α+τ)^-(r+x) (β+τ)^-(s+1) dτ }: the
/// integral form behind the two hypergeometric functions of Fader and Hardie (2005), "A note on deriving the
/// Pareto/NBD model", equations 18 to 20. It holds for any order of α and β, and all its terms are positive.
///
/// For each count x the integral is needed between times of that count's customers only, so it is made once
/// between neighbouring times and summed from the last backwards.
struct ParetoLikelihood: Objective {
  let histories: PurchaseHistories
  private let grids: [CountGrid]
  /// Place of each row's last purchase and age in the grid of its count.
  private let places: [GridPlace]
  private let countWeights: [Double]
  private let totalWeight: Double
  var dimension: Int { 4 }

  private struct CountGrid: Sendable {
    let count: Int
    let rows: Range<Int>
    /// Indices of distinct times, ascending.
    let times: [Int32]
  }

  private struct GridPlace: Sendable {
    let last: Int32
    let end: Int32
  }

  init(_ histories: PurchaseHistories) {
    self.histories = histories
    var grids: [CountGrid] = []
    var places: [GridPlace] = []
    places.reserveCapacity(histories.rowCount)
    var place = [Int32](repeating: -1, count: histories.times.count)
    var start = 0
    while start < histories.rowCount {
      let count = histories.frequency[start]
      var end = start
      while end < histories.rowCount, histories.frequency[end] == count { end += 1 }
      var used: [Int32] = []
      for row in start..<end {
        for time in [histories.recency[row], histories.age[row]] where place[Int(time)] < 0 {
          place[Int(time)] = 0
          used.append(time)
        }
      }
      used.sort()
      for (index, time) in used.enumerated() { place[Int(time)] = Int32(index) }
      for row in start..<end {
        places.append(GridPlace(last: place[Int(histories.recency[row])], end: place[Int(histories.age[row])]))
      }
      for time in used { place[Int(time)] = -1 }
      grids.append(CountGrid(count: Int(count), rows: start..<end, times: used))
      start = end
    }
    self.grids = grids
    self.places = places
    countWeights = grids.map { grid in grid.rows.reduce(0.0) { $0 + histories.weight[$1] } }
    totalWeight = countWeights.reduce(0, +)
  }

  private struct Sums: Sendable {
    var value = 0.0
    var r = 0.0
    var alpha = 0.0
    var s = 0.0
    var beta = 0.0
  }

  func value(at point: [Double], gradient: inout [Double]) -> Double {
    let (r, alpha, s, beta) = (exp(point[0]), exp(point[1]), exp(point[2]), exp(point[3]))
    let integral = ParetoIntegral(r: r, alpha: alpha, s: s, beta: beta)
    let parts = Parallel.map(grids.count) { sum(grids[$0], integral) }
    var sums = Sums()
    let (gammaR, psiR) = (Special.logGamma(r), Special.digamma(r))
    for (index, part) in parts.enumerated() {
      let shape = r + Double(grids[index].count)
      sums.value += part.value + countWeights[index] * (Special.logGamma(shape) - gammaR)
      sums.r += part.r + countWeights[index] * (Special.digamma(shape) - psiR)
      sums.alpha += part.alpha
      sums.s += part.s
      sums.beta += part.beta
    }
    gradient[0] = r * (sums.r + totalWeight * log(alpha))
    gradient[1] = alpha * (sums.alpha + totalWeight * r / alpha)
    gradient[2] = s * (sums.s + totalWeight * log(beta))
    gradient[3] = beta * (sums.beta + totalWeight * s / beta)
    return sums.value + totalWeight * (r * log(alpha) + s * log(beta))
  }

  /// Σ over the customers with one count of ln{…} and its slopes.
  private func sum(_ grid: CountGrid, _ integral: ParetoIntegral) -> Sums {
    let shape = integral.r + Double(grid.count)
    let times = grid.times.map { histories.times[Int($0)] }
    let logs = times.map { (alpha: log(integral.alpha + $0), beta: log(integral.beta + $0)) }
    // tails[i]: the integral from times[i] to the last time, relative to the front at times[i].
    var tails = [ParetoMoments](repeating: ParetoMoments(), count: times.count)
    for index in (0..<max(0, times.count - 1)).reversed() {
      tails[index] = integral.moments(shape, from: times[index], to: times[index + 1])
      let decay =
        shape * (logs[index].alpha - logs[index + 1].alpha) + integral.s * (logs[index].beta - logs[index + 1].beta)
      tails[index].add(tails[index + 1], times: exp(decay))
    }
    var sums = Sums()
    for row in grid.rows {
      let weight = histories.weight[row]
      let (last, end) = (Int(places[row].last), Int(places[row].end))
      let logFront = -shape * logs[last].alpha - integral.s * logs[last].beta
      let stays = exp(-shape * logs[end].alpha - integral.s * logs[end].beta - logFront)
      var leaves = tails[last]
      leaves.add(tails[end], times: -stays)
      let total = stays + integral.s * leaves.plain
      let share = weight / total
      sums.value += weight * (logFront + log(total))
      sums.r -= share * (stays * logs[end].alpha + integral.s * leaves.logAlpha)
      sums.alpha -= share * shape * (stays / (integral.alpha + times[end]) + integral.s * leaves.inverseAlpha)
      sums.s -= share * (stays * logs[end].beta - leaves.plain + integral.s * leaves.logBeta)
      sums.beta -=
        share * integral.s * (stays / (integral.beta + times[end]) + (integral.s + 1) * leaves.inverseBeta)
    }
    return sums
  }
}
