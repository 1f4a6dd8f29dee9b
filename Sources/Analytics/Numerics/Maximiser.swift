import Foundation

/// A function to be made as large as possible: its value at a point, and its gradient there.
protocol Objective: Sendable {
  var dimension: Int { get }
  func value(at point: [Double], gradient: inout [Double]) -> Double
}

/// Where the maximiser ended, and how well.
struct Optimum: Sendable {
  let point: [Double]
  let value: Double
  /// Inverse of the negative Hessian; nil when that is not positive definite.
  let covariance: SymmetricMatrix?
  /// Gain that one more Newton step promises: the honest measure of being at the top.
  let promisedGain: Double
  let iterations: Int
  let evaluations: Int
  /// A coordinate that ran beyond the box, when one did.
  let escaped: Int?
}

/// Quasi-Newton ascent (BFGS, Nocedal and Wright 2006, algorithm 6.1) with backtracking line search, finished by
/// Newton steps on a Hessian made by central differences of the analytic gradient.
struct Maximiser {
  /// Coordinates further out than this mean that there is no interior optimum; parameters are logarithms, so that
  /// 11 is a factor of sixty thousand.
  var box = 11.0
  var mostIterations = 120
  var mostNewtonSteps = 20
  /// The rise still promised at which the ascent stops, in units of the objective.
  var tolerance = 1e-10

  private struct State {
    var point: [Double]
    var value: Double
    var gradient: [Double]
  }

  /// Climbs from `start`; `curvature` is a first guess of the inverse negative Hessian.
  func climb(_ objective: some Objective, from start: [Double], curvature: SymmetricMatrix? = nil) -> Optimum {
    var gradient = [Double](repeating: 0, count: objective.dimension)
    let value = objective.value(at: start, gradient: &gradient)
    var state = State(point: start, value: value, gradient: gradient)
    var (iterations, evaluations) = ascend(objective, &state, curvature: curvature)
    var covariance: SymmetricMatrix?
    var gain = Double.infinity
    for _ in 0..<mostNewtonSteps {
      let hessian = negativeHessian(objective, at: state.point)
      evaluations += 2 * objective.dimension
      covariance = hessian.inverse
      if let covariance {
        gain = promised(state.gradient, covariance)
        if isOver(gain, state) { break }
      }
      if state.point.contains(where: { abs($0) > box }) { break }
      guard let next = newtonStep(objective, state, covariance ?? hessian.shiftedInverse, &evaluations) else { break }
      iterations += 1
      // After a short step the Hessian has not moved, and need not be made again.
      let isShort = gain < 1e-5
      state = next
      if isShort, let covariance {
        gain = promised(state.gradient, covariance)
        if isOver(gain, state) { break }
      }
    }
    return Optimum(
      point: state.point, value: state.value, covariance: covariance, promisedGain: gain, iterations: iterations,
      evaluations: evaluations, escaped: state.point.firstIndex { abs($0) > box })
  }

  private func promised(_ gradient: [Double], _ metric: SymmetricMatrix) -> Double {
    0.5 * zip(gradient, metric.times(gradient)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func isOver(_ gain: Double, _ state: State) -> Bool {
    gain <= max(tolerance, abs(state.value) * 1e-15)
  }

  private func newtonStep(
    _ objective: some Objective, _ state: State, _ metric: SymmetricMatrix, _ evaluations: inout Int
  ) -> State? {
    let whole = metric.times(state.gradient)
    let longest = whole.map(abs).max() ?? 0
    var length = longest > 1.5 ? 1.5 / longest : 1
    for _ in 0..<8 {
      let point = zip(state.point, whole).map { $0 + length * $1 }
      var gradient = state.gradient
      let value = objective.value(at: point, gradient: &gradient)
      evaluations += 1
      // Near the top rises drown in rounding, so a fall of that size is no reason to stop.
      if value.isFinite, gradient.allSatisfy(\.isFinite), value >= state.value - 1e-11 * abs(state.value) {
        return State(point: point, value: value, gradient: gradient)
      }
      length *= 0.3
    }
    return nil
  }

  private func ascend(
    _ objective: some Objective, _ state: inout State, curvature: SymmetricMatrix?
  ) -> (iterations: Int, evaluations: Int) {
    let order = objective.dimension
    var metric = curvature ?? firstMetric(state.gradient)
    var (iterations, evaluations, resets) = (0, 1, 0)
    var earlier = state.value
    while iterations < mostIterations, state.value.isFinite {
      iterations += 1
      // Creeping along a ridge: Newton's method below settles whether there is a top.
      if iterations % 12 == 0 {
        if state.value - earlier < 1e-3 { break }
        earlier = state.value
      }
      var direction = metric.times(state.gradient)
      var slope = zip(direction, state.gradient).reduce(0) { $0 + $1.0 * $1.1 }
      if !(slope > 0) {
        metric = firstMetric(state.gradient)
        direction = metric.times(state.gradient)
        slope = zip(direction, state.gradient).reduce(0) { $0 + $1.0 * $1.1 }
      }
      if !(slope > 1e-6) || state.point.contains(where: { abs($0) > box }) { break }
      let longest = direction.map(abs).max() ?? 0
      var length = longest > 1.5 ? 1.5 / longest : 1
      var next: State?
      for _ in 0..<40 {
        let point = zip(state.point, direction).map { $0 + length * $1 }
        var gradient = [Double](repeating: 0, count: order)
        let value = objective.value(at: point, gradient: &gradient)
        evaluations += 1
        if value.isFinite, gradient.allSatisfy(\.isFinite),
          value >= state.value + 1e-4 * length * slope - 1e-12 * abs(state.value)
        {
          next = State(point: point, value: value, gradient: gradient)
          break
        }
        length *= value.isFinite ? 0.4 : 0.1
      }
      guard let next else {
        resets += 1
        if resets > 2 { break }
        metric = firstMetric(state.gradient)
        continue
      }
      update(&metric, from: state, to: next)
      state = next
    }
    return (iterations, evaluations)
  }

  private func firstMetric(_ gradient: [Double]) -> SymmetricMatrix {
    let size = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return SymmetricMatrix(order: gradient.count, diagonal: size > 0 ? min(1, 0.5 / size) : 1)
  }

  /// The BFGS update of the inverse Hessian of the negated objective; left out when curvature is not seen.
  private func update(_ metric: inout SymmetricMatrix, from old: State, to new: State) {
    let s = zip(new.point, old.point).map { $0 - $1 }
    let y = zip(old.gradient, new.gradient).map { $0 - $1 }
    let sy = zip(s, y).reduce(0) { $0 + $1.0 * $1.1 }
    let lengths = (s.reduce(0) { $0 + $1 * $1 } * y.reduce(0) { $0 + $1 * $1 }).squareRoot()
    guard sy > 1e-10 * lengths, sy > 0 else { return }
    let hy = metric.times(y)
    let factor = (1 + zip(y, hy).reduce(0) { $0 + $1.0 * $1.1 } / sy) / sy
    for row in 0..<metric.order {
      for column in 0..<metric.order {
        metric[row, column] += factor * s[row] * s[column] - (hy[row] * s[column] + s[row] * hy[column]) / sy
      }
    }
  }

  private func negativeHessian(_ objective: some Objective, at point: [Double]) -> SymmetricMatrix {
    let order = objective.dimension
    let step = 1e-4
    var hessian = SymmetricMatrix(order: order)
    for column in 0..<order {
      var moved = point
      var above = [Double](repeating: 0, count: order)
      var below = above
      moved[column] = point[column] + step
      _ = objective.value(at: moved, gradient: &above)
      moved[column] = point[column] - step
      _ = objective.value(at: moved, gradient: &below)
      for row in 0..<order {
        let slope = (below[row] - above[row]) / (4 * step)
        hessian[row, column] += slope
        hessian[column, row] += slope
      }
    }
    return hessian
  }
}
