import Foundation

/// Student's t distribution, for intervals of regression coefficients and means of few rows.
public enum StudentT {
  /// The chance of a value below `t`; NaN unless there are degrees of freedom.
  public static func cumulative(_ t: Double, degrees: Double) -> Double {
    guard degrees > 0, !t.isNaN else { return .nan }
    guard t != 0 else { return 0.5 }
    let tail = 0.5 * incompleteBeta(degrees / (degrees + t * t), t * t / (degrees + t * t), degrees / 2, 0.5)
    return t > 0 ? 1 - tail : tail
  }

  /// The value below which a share `p` lies: a bracket is doubled until it holds the value, then halved.
  /// Infinite at 0 and 1, NaN outside or without degrees of freedom.
  public static func quantile(_ p: Double, degrees: Double) -> Double {
    guard degrees > 0, p >= 0, p <= 1 else { return .nan }
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : .infinity }
    guard p <= 0.5 else { return -quantile(1 - p, degrees: degrees) }
    guard p < 0.5 else { return 0 }
    var low = -1.0
    while cumulative(low, degrees: degrees) > p, low > -1e300 { low *= 2 }
    var high = low == -1 ? 0 : low / 2
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if cumulative(middle, degrees: degrees) < p { low = middle } else { high = middle }
    }
  }

  /// The regularised incomplete beta function at `x`, with `y` = 1 − x given apart so that neither loses digits; by
  /// Lentz's continued fraction.
  /// Source: NIST Digital Library of Mathematical Functions, 8.17.22.
  private static func incompleteBeta(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard y > 0 else { return 1 }
    return x <= (a + 1) / (a + b + 2) ? fraction(x, y, a, b) : 1 - fraction(y, x, b, a)
  }

  private static func fraction(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y)) / a
    var (c, d) = (1.0, 1 / nonZero(1 - (a + b) * x / (a + 1)))
    var value = d
    for step in 1...10_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / nonZero(1 + even * d)
      c = nonZero(1 + even / c)
      value *= c * d
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / nonZero(1 + odd * d)
      c = nonZero(1 + odd / c)
      value *= c * d
      if abs(c * d - 1) < 1e-16 { break }
    }
    return front * value
  }

  private static func nonZero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
}
