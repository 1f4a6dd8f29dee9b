import Foundation

/// Functions of mathematical physics that the likelihoods are written in. Arguments are positive unless a
/// function says otherwise; nothing here traps, results outside the domain are NaN.
enum Special {
  /// The logarithm of the gamma function of a positive argument.
  @inline(__always)
  static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }

  /// The logarithm of |Γ(x)| and the sign of Γ(x), for any real argument.
  static func signedLogGamma(_ x: Double) -> (logarithm: Double, sign: Double) {
    var sign: Int32 = 0
    let value = lgamma_r(x, &sign)
    return (value, sign < 0 ? -1 : 1)
  }

  /// The logarithm of the beta function.
  static func logBeta(_ a: Double, _ b: Double) -> Double { logGamma(a) + logGamma(b) - logGamma(a + b) }

  /// The derivative of `logGamma`: recurrence up to 12, then the asymptotic series (Abramowitz and Stegun 6.3.18).
  static func digamma(_ x: Double) -> Double {
    guard x > 0, x.isFinite else { return .nan }
    var argument = x
    var sum = 0.0
    while argument < 12 {
      sum -= 1 / argument
      argument += 1
    }
    let inverse = 1 / (argument * argument)
    let series =
      inverse
      * (1.0 / 12 - inverse
        * (1.0 / 120 - inverse * (1.0 / 252 - inverse * (1.0 / 240 - inverse * (1.0 / 132 - inverse * 691 / 32760)))))
    return sum + log(argument) - 0.5 / argument - series
  }

  /// ln(1 + exp(x)) and the logistic function of x, both without overflow.
  @inline(__always)
  static func softplus(_ x: Double) -> (value: Double, slope: Double) {
    let small = exp(-abs(x))
    let inverse = 1 / (1 + small)
    return (max(x, 0) + log1p(small), x > 0 ? inverse : small * inverse)
  }

  /// ln(exp(a) + exp(b)) without overflow.
  static func logSum(_ a: Double, _ b: Double) -> Double {
    let top = max(a, b)
    return top == -.infinity ? top : top + log1p(exp(min(a, b) - top))
  }

  /// (1 - exp(-c·x)) / c, and its limit x at c = 0.
  @inline(__always)
  static func saturation(_ c: Double, _ x: Double) -> Double {
    let product = c * x
    return abs(product) < 1e-12 ? x * (1 - product / 2) : -expm1(-product) / c
  }

  /// The whole part of a number between 0 and `most`; 0 for what is no number.
  static func whole(_ x: Double, most: Int) -> Int { x >= 1 ? (x < Double(most) ? Int(x) : most) : 0 }

  /// The standard normal distribution function.
  static func normal(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

  /// The standard normal quantile: Acklam's rational start, then two Halley steps to full precision.
  static func normalQuantile(_ probability: Double) -> Double {
    guard probability > 0, probability < 1 else { return probability <= 0 ? -.infinity : .infinity }
    let tail = min(probability, 1 - probability)
    let t = (-2 * log(tail)).squareRoot()
    // Abramowitz and Stegun 26.2.23 is good to 4.5e-4, which the steps below square away.
    var z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    for _ in 0..<3 {
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      let error = (0.5 * erfc(z / 2.0.squareRoot()) - tail) / density
      z += error / (1 + z * error / 2)
    }
    return probability < 0.5 ? -z : z
  }

  /// The regularised lower incomplete gamma function P(shape, x): series below shape + 1, continued fraction above.
  static func gammaDistribution(_ shape: Double, _ x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x.isFinite else { return 1 }
    let front = exp(shape * log(x) - x - logGamma(shape))
    if x < shape + 1 {
      var term = 1 / shape
      var sum = term
      for n in 1..<10_000 {
        term *= x / (shape + Double(n))
        sum += term
        if term < sum * 1e-16 { break }
      }
      return min(1, sum * front)
    }
    var b = x + 1 - shape
    var c = 1e300
    var d = 1 / b
    var fraction = d
    for n in 1..<10_000 {
      let an = -Double(n) * (Double(n) - shape)
      b += 2
      d = 1 / nonZero(an * d + b)
      c = nonZero(b + an / c)
      let factor = d * c
      fraction *= factor
      if abs(factor - 1) < 1e-15 { break }
    }
    return max(0, 1 - front * fraction)
  }

  /// The quantile of a gamma distribution with unit rate: Wilson and Hilferty's start, then bracketed Newton steps.
  static func gammaQuantile(_ shape: Double, _ probability: Double) -> Double {
    guard probability > 0 else { return 0 }
    guard probability < 1 else { return .infinity }
    let z = normalQuantile(probability)
    let cube = 1 - 1 / (9 * shape) + z / (3 * shape.squareRoot())
    let small = exp((log(probability) + logGamma(shape + 1)) / shape)
    var x = cube > 0.3 ? shape * cube * cube * cube : small
    var low = 0.0
    var high = Double.infinity
    for _ in 0..<100 {
      let error = gammaDistribution(shape, x) - probability
      if error > 0 { high = x } else { low = x }
      let density = exp((shape - 1) * log(x) - x - logGamma(shape))
      var next = x - error / density
      if !(next > low && next < high) { next = high.isFinite ? (low + high) / 2 : 2 * x + 1e-300 }
      if abs(next - x) <= 1e-10 * x { return next }
      x = next
    }
    return x
  }

  /// The quantile of Student's t with `freedom` degrees of freedom (Hill 1970), at least 1 degree.
  static func studentQuantile(_ probability: Double, freedom: Double) -> Double {
    if freedom <= 1 { return tan(Double.pi * (probability - 0.5)) }
    if freedom <= 2 {
      let centred = 2 * probability - 1
      return centred * (2 / (1 - centred * centred)).squareRoot()
    }
    let z = normalQuantile(probability)
    let z2 = z * z
    let g1 = (z2 + 1) * z / 4
    let g2 = ((5 * z2 + 16) * z2 + 3) * z / 96
    let g3 = (((3 * z2 + 19) * z2 + 17) * z2 - 15) * z / 384
    let g4 = ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) * z / 92160
    return z + (g1 + (g2 + (g3 + g4 / freedom) / freedom) / freedom) / freedom
  }

  private static func nonZero(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }
}
