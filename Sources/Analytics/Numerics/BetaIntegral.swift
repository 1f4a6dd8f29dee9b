import Foundation

/// The share of a beta distribution below a point, weighted or not, in bounded time for shapes of any size.
///
/// With y = 1 / (1 + e^-v) the density in v is exp(count·v - (count + shape)·ln(1 + e^v)) / B(count, shape), which is
/// log-concave: it is found how far it reaches, and the stretch is cut into panels for Gauss-Legendre.
struct BetaIntegral {
  let count: Double
  let shape: Double
  /// The logarithm at which a density is left out, below its largest value.
  private static let depth = 26.0
  private static let panels = 6

  private func logDensity(_ v: Double) -> Double { count * v - (count + shape) * Special.softplus(v).value }

  /// ∫ of density times `weight` over v up to `top`. The weight lies between 0 and 1 and varies slowly.
  func below(_ top: Double, _ weight: (Double) -> Double) -> Double {
    let peak = min(top, log(count / shape))
    let best = logDensity(peak)
    let start = 0.5 * (1 / count + 1 / shape).squareRoot()
    let low = edge(from: peak, step: -start, under: best - BetaIntegral.depth)
    let high = peak < top ? min(top, edge(from: peak, step: start, under: best - BetaIntegral.depth)) : top
    let norm = Special.logBeta(count, shape)
    // A slope on one side and a bell on the other differ in reach, so each gets its own panels.
    return [(low, peak), (peak, high)].reduce(0) { sum, part in
      guard part.1 > part.0 else { return sum }
      return sum
        + Quadrature.eight.integral(from: part.0, to: part.1, panels: BetaIntegral.panels) { v in
          exp(logDensity(v) - norm) * weight(v)
        }
    }
  }

  /// The regularised incomplete beta function at y = 1 / (1 + e^-top).
  func below(_ top: Double) -> Double { min(1, below(top) { _ in 1 }) }

  /// Where the density has fallen to `level` on the side of `step`, within a tenth of the way or so.
  private func edge(from peak: Double, step: Double, under level: Double) -> Double {
    var (inside, stride) = (peak, step)
    for _ in 0..<200 where logDensity(inside + stride) > level {
      inside += stride
      stride *= 1.6
    }
    // The step that went too far is halved until it is a tenth of the way.
    var outside = inside + stride
    for _ in 0..<4 {
      let middle = (inside + outside) / 2
      if logDensity(middle) > level { inside = middle } else { outside = middle }
    }
    return outside
  }
}
