import Foundation

/// The normal distribution with mean 0 and variance 1.
public enum StandardNormal {
  /// The density at `z`.
  public static func density(_ z: Double) -> Double { exp(-0.5 * z * z) / (2 * Double.pi).squareRoot() }

  /// The chance of a value below `z`; accurate in both tails.
  public static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  /// The value below which a share `p` lies; minus infinity at 0, infinity at 1, NaN outside.
  ///
  /// A rational start value of about nine digits, then one Halley step on `cumulative`, which brings it to machine
  /// accuracy. Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function".
  public static func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    // The upper half is mirrored: 1 − p is exact there, and the lower tail keeps its digits.
    guard p <= 0.5 else { return -quantile(1 - p) }
    let start = rationalStart(p)
    let error = (cumulative(start) - p) / density(start)
    return start - error / (1 + start * error / 2)
  }

  private static func rationalStart(_ p: Double) -> Double {
    if p < 0.02425 {
      let q = (-2 * log(p)).squareRoot()
      return polynomial(tailAbove, q) / (polynomial(tailBelow, q) * q + 1)
    }
    let q = p - 0.5
    let r = q * q
    return polynomial(centreAbove, r) * q / (polynomial(centreBelow, r) * r + 1)
  }

  /// Coefficients from the highest power down.
  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reduce(0) { $0 * x + $1 }
  }

  private static let centreAbove = [
    -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
    -3.066479806614716e+01, 2.506628277459239e+00,
  ]
  private static let centreBelow = [
    -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
    -1.328068155288572e+01,
  ]
  private static let tailAbove = [
    -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
    4.374664141464968e+00, 2.938163982698783e+00,
  ]
  private static let tailBelow = [
    7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00,
  ]
}
