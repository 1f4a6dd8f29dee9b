import Foundation

/// Counts under BG/BB, given that the customer is there at the next opportunity: the n-th opportunity taken is number
/// i with a beta-negative-binomial chance, and the customer has to be there until then.
struct BetaBinomialCounts: CountForm {
  let alpha, beta, gamma, delta: Double
  /// Opportunities ahead.
  let last: Int
  var stages: Int { 1 }

  /// The chance of being there at opportunity i + 1 after being there at i, from 0; certain for the first.
  private func stays(_ active: Int) -> Double {
    active == 0 ? 1 : (delta + Double(active)) / (gamma + delta + Double(active))
  }

  func reach(_ count: Int) -> [Double] {
    guard let start = firstWeighty(count) else { return [0] }
    var term = exp(logTerm(count, start))
    var (sum, i) = (0.0, Double(start))
    while i <= Double(last) {
      sum += term
      term *= ratio(count, i)
      i += 1
    }
    return [min(1, sum)]
  }

  /// The logarithm of the chance that opportunity `active` is the `count`-th taken and the customer is there.
  private func logTerm(_ count: Int, _ active: Int) -> Double {
    let (n, i) = (Double(count), Double(active))
    let ways = count == active ? 0 : -log(i) - Special.logBeta(n, i - n + 1)
    return ways + Special.logBeta(alpha + n, beta + i - n) - Special.logBeta(alpha, beta)
      + Special.logBeta(gamma, delta + i) - Special.logBeta(gamma, delta + 1)
  }

  /// The term of opportunity i + 1 over that of i.
  @inline(__always)
  private func ratio(_ count: Int, _ i: Double) -> Double {
    let missed = i - Double(count)
    return i / (missed + 1) * (beta + missed) / (alpha + beta + i) * (delta + i) / (gamma + delta + i)
  }

  /// The first opportunity whose term is above e^-60; terms rise to one peak. Nil when there is none.
  private func firstWeighty(_ count: Int) -> Int? {
    guard count <= last else { return nil }
    if logTerm(count, count) > -60 { return count }
    func first(from low: Int, to high: Int, where isThere: (Int) -> Bool) -> Int {
      var (low, high) = (low, high)
      while low < high {
        let middle = (low + high) / 2
        if isThere(middle) { high = middle } else { low = middle + 1 }
      }
      return low
    }
    let peak = first(from: count, to: last) { ratio(count, Double($0)) <= 1 }
    guard logTerm(count, peak) > -60 else { return nil }
    return first(from: count, to: peak) { logTerm(count, $0) > -60 }
  }

  /// Every chance is a sum over opportunities of its own, so a row is no cheaper.
  func reaches(through count: Int) -> [Double]? { last <= 64 ? (1...max(1, count)).map { reach($0)[0] } : nil }

  /// The count is beta-binomial over the opportunities the customer is there for.
  func moments() -> [CountMoments] {
    var (there, active, pairs) = (1.0, 0.0, 0.0)
    for opportunity in 0..<last {
      there *= stays(opportunity)
      active += there
      pairs += 2 * Double(opportunity) * there
    }
    let chance = alpha / (alpha + beta)
    let mean = chance * active
    return [CountMoments(mean: mean, square: mean + chance * (alpha + 1) / (alpha + beta + 1) * pairs)]
  }
}
