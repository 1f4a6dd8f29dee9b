import Foundation

/// Events of a Poisson process with a gamma rate within some time: the negative binomial distribution.
struct NegativeBinomial {
  /// Shape and rate of the gamma distribution of the rate of events.
  let shape: Double
  let rate: Double
  let time: Double

  /// The chance of exactly 0, 1, 2 … events, up to `limit` or until the rest is below 1e-13. Where the front is too
  /// small for a double the chances start at the first count that is not, and are zero below.
  func chances(limit: Int) -> [Double] {
    let share = time / (rate + time)
    guard share > 0, shape > 0, shape.isFinite, rate > 0 else { return [1] }
    let logNone = shape * log(rate / (rate + time))
    var result: [Double] = []
    var chance = exp(logNone)
    if logNone < -600 {
      let mean = shape * time / rate
      let spread = (mean * (1 + time / rate)).squareRoot()
      let start = Special.whole(mean - 12 * spread, most: 10_000_000)
      result = [Double](repeating: 0, count: min(start, limit + 1))
      let count = Double(start)
      let logChance =
        Special.logGamma(shape + count) - Special.logGamma(shape) - Special.logGamma(count + 1) + logNone
        + count * log(share)
      chance = exp(logChance)
    }
    var rest = 1.0
    while result.count <= limit {
      let count = Double(result.count)
      result.append(chance)
      rest -= chance
      if rest < 1e-13, count >= shape * time / rate { break }
      if chance < 1e-16, count > shape * time / rate + 1 { break }
      chance *= (shape + count) / (count + 1) * share
    }
    return result
  }
}
