import Foundation

/// ∫ f, with f(τ) = (α+τ)^-(r+x) · (β+τ)^-(s+1), between two times, and the integrals of f with the four factors
/// that the gradient needs. Every number is relative to (α+start)^-(r+x) · (β+start)^-s, so that nothing
/// overflows however many purchases there are.
struct ParetoMoments: Sendable {
  var plain = 0.0
  /// ∫ f · ln(α+τ).
  var logAlpha = 0.0
  /// ∫ f · ln(β+τ).
  var logBeta = 0.0
  /// ∫ f / (α+τ).
  var inverseAlpha = 0.0
  /// ∫ f / (β+τ).
  var inverseBeta = 0.0

  @inline(__always)
  mutating func add(_ other: ParetoMoments, times factor: Double) {
    plain += factor * other.plain
    logAlpha += factor * other.logAlpha
    logBeta += factor * other.logBeta
    inverseAlpha += factor * other.inverseAlpha
    inverseBeta += factor * other.inverseBeta
  }
}

/// The integrand's parameters, and quadrature over it.
struct ParetoIntegral: Sendable {
  let r, alpha, s, beta: Double

  /// ln of ((α+from)/(α+to))^(r+x) · ((β+from)/(β+to))^s, never positive for from ≤ to.
  @inline(__always)
  func logDecay(_ shape: Double, from: Double, to: Double) -> Double {
    shape * log((alpha + from) / (alpha + to)) + s * log((beta + from) / (beta + to))
  }

  /// The moments from `start` to `end`, relative to the integrand's front at `start`; `shape` is r + x.
  ///
  /// With τ + m = (m + start)·e^u, m the smaller of α and β, the integrand is analytic for |Im u| < π and decays
  /// like e^(-(r+x+s)u), so that Gauss-Legendre panels of bounded length and decay are exact to about 1e-12.
  func moments(_ shape: Double, from start: Double, to end: Double) -> ParetoMoments {
    var result = ParetoMoments()
    guard end > start else { return result }
    let lesser = min(alpha, beta)
    let gap = max(alpha, beta) - lesser
    let alphaIsLesser = alpha <= beta
    let reach = self.reach(shape, from: start, to: end)
    // The steepest fall per unit of u is at the end, where the greater of α and β matters most.
    let last = (lesser + start) * exp(reach)
    let (first, second) = alphaIsLesser ? (shape, s) : (s, shape)
    let fall = (first + second * last / (last + gap)) * reach
    let isShort = reach <= 0.5 && fall <= 1
    let panels = isShort ? 1 : 1 + Special.whole(max(reach, fall / 4), most: 10_000)
    let rule = isShort ? Quadrature.five : Quadrature.eight
    let width = reach / Double(panels)
    let (logAlphaStart, logBetaStart) = (log(alpha + start), log(beta + start))
    let front = log(lesser + start)
    for panel in 0..<panels {
      for node in rule.nodes.indices {
        let u = width * (Double(panel) + rule.nodes[node])
        let lesserTime = (lesser + start) * exp(u)
        let greaterTime = lesserTime + gap
        let logLesser = front + u
        let logGreater = log(greaterTime)
        let logA = alphaIsLesser ? logLesser : logGreater
        let logB = alphaIsLesser ? logGreater : logLesser
        let value =
          rule.weights[node] * width
          * exp(shape * (logAlphaStart - logA) + s * (logBetaStart - logB) + logLesser - logB)
        result.plain += value
        result.logAlpha += value * logA
        result.logBeta += value * logB
        result.inverseAlpha += value / (alphaIsLesser ? lesserTime : greaterTime)
        result.inverseBeta += value / (alphaIsLesser ? greaterTime : lesserTime)
      }
    }
    return result
  }

  /// How far to integrate in u: to `end`, or to where the integrand has fallen by e^-52 for certain.
  private func reach(_ shape: Double, from start: Double, to end: Double) -> Double {
    let lesser = min(alpha, beta)
    var reach = log((lesser + end) / (lesser + start))
    guard logDecay(shape, from: start, to: end) < -52 else { return reach }
    for _ in 0..<60 {
      let half = (lesser + start) * exp(reach / 2) - lesser
      if logDecay(shape, from: start, to: half) > -52 { break }
      reach /= 2
    }
    return reach
  }
}
