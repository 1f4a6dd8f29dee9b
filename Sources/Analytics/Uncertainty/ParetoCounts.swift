import Foundation

/// Counts under Pareto/NBD, given that the customer is still there: at least n purchases come when the n-th would
/// come in time and the customer does not leave before it. With y = τ / (rate + τ) the time of the n-th is
/// beta-distributed (n, shape), and staying is weighted in.
struct ParetoCounts: CountForm {
  let shape, rate, leavingShape, leavingRate, time: Double
  var stages: Int { 1 }

  func reach(_ count: Int) -> [Double] {
    let scale = rate / leavingRate
    let value = BetaIntegral(count: Double(count), shape: shape).below(log(time / rate)) { v in
      exp(-leavingShape * log1p(scale * exp(v)))
    }
    return [min(1, value)]
  }

  /// The sum over the time of leaving is the same for every count but for a power, so that the nodes are made once:
  /// P(N = n) = c(n) · Σ weight (1-y)^shape y^n.
  func reaches(through count: Int) -> [Double]? {
    guard shape * log1p(time / rate) < 200 else { return nil }
    var (powers, shares) = nodes()
    var (row, factor, tail) = ([Double](), 1.0, 1.0)
    row.reserveCapacity(count)
    for n in 0..<max(1, count) {
      var sum = SIMD8<Double>.zero
      for place in powers.indices {
        sum += powers[place]
        powers[place] *= shares[place]
      }
      tail -= factor * sum.sum()
      factor *= (shape + Double(n)) / Double(n + 1)
      row.append(max(0, tail))
    }
    return row
  }

  /// Weight times (1-y)^shape, and y, at each node: leaving at u = ln(1 + τ / leavingRate), and not leaving at all.
  private func nodes() -> (powers: [SIMD8<Double>], shares: [SIMD8<Double>]) {
    let reach = log1p(time / leavingRate)
    let panels =
      1 + Special.whole((shape * time / rate).squareRoot() / 3, most: 40) + Special.whole(reach / 1.5, most: 40)
    let width = reach / Double(panels)
    var powers = [SIMD8<Double>](repeating: .zero, count: 2 * panels + 1)
    var shares = powers
    func node(_ place: Int, _ lane: Int, _ weight: Double, _ time: Double) {
      powers[place][lane] = weight * exp(-shape * log1p(time / rate))
      shares[place][lane] = time / (rate + time)
    }
    for panel in 0..<panels {
      for index in 0..<16 {
        let u = width * (Double(panel) + Quadrature.sixteen.nodes[index])
        let weight = Quadrature.sixteen.weights[index] * width * leavingShape * exp(-leavingShape * u)
        node(2 * panel + index / 8, index % 8, weight, leavingRate * expm1(u))
      }
    }
    node(2 * panels, 0, exp(-leavingShape * reach), time)
    return (powers, shares)
  }

  /// Given the time until leaving, cut at the horizon, the count is negative binomial.
  func moments() -> [CountMoments] {
    let reach = log1p(time / leavingRate)
    let first = leavingRate * Special.saturation(leavingShape - 1, reach)
    // E[τ²] = 2 β² ∫ (e^u - 1) e^((1-s)u) du; by quadrature where the closed form would cancel.
    let half =
      reach < 0.5
      ? Quadrature.eight.integral(from: 0, to: reach) { expm1($0) * exp((1 - leavingShape) * $0) }
      : Special.saturation(leavingShape - 2, reach) - Special.saturation(leavingShape - 1, reach)
    let second = 2 * leavingRate * leavingRate * half
    let mean = shape / rate * first
    let square = mean + shape * (shape + 1) / (rate * rate) * second
    return [CountMoments(mean: mean, square: max(mean * mean, square))]
  }
}
