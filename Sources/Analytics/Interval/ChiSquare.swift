import Foundation

/// The chi-square distribution.
public enum ChiSquare {
  /// The chance of a value above `x` with so many degrees of freedom; 1 for `x` at or below zero, NaN without degrees.
  ///
  /// The regularised incomplete gamma function: its series below the mean, Lentz's continued fraction above.
  /// Source: NIST Digital Library of Mathematical Functions, 8.11.4 and 8.9.2.
  public static func above(_ x: Double, degrees: Int) -> Double {
    guard degrees > 0, !x.isNaN else { return .nan }
    guard x > 0 else { return 1 }
    guard x.isFinite else { return 0 }
    let (a, z) = (Double(degrees) / 2, x / 2)
    let front = exp(a * log(z) - z - lgamma(a))
    return z < a + 1 ? max(0, 1 - front * series(a, z)) : front * fraction(a, z)
  }

  private static func series(_ a: Double, _ z: Double) -> Double {
    var term = 1 / a
    var sum = term
    var denominator = a
    while term > sum * 1e-17 {
      denominator += 1
      term *= z / denominator
      sum += term
    }
    return sum
  }

  private static func fraction(_ a: Double, _ z: Double) -> Double {
    var b = z + 1 - a
    var c = 1e300
    var d = 1 / b
    var value = d
    for step in 1...10_000 {
      let term = -Double(step) * (Double(step) - a)
      b += 2
      d = 1 / nonZero(term * d + b)
      c = nonZero(b + term / c)
      value *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return value
  }

  private static func nonZero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
}
