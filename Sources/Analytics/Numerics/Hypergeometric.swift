import Foundation

/// Gauss's hypergeometric function in the cases the models meet.
enum Hypergeometric {
  /// ₂F₁(1, b; c; z) for c > b > 0 and z < 1, by Gauss's continued fraction (DLMF 15.7.5), which converges on
  /// the whole cut plane.
  static func withUnit(_ b: Double, _ c: Double, _ z: Double) -> Double {
    // The fraction 1 / (1 - u₁z / (1 - u₂z / …)) by the method of Lentz as Thompson and Barnett changed it.
    var fraction = 1.0
    var numerator = 1.0
    var denominator = 0.0
    for n in 0..<10_000 {
      let half = Double(n / 2)
      let level = Double(n)
      let u =
        n % 2 == 0
        ? (b + half) * (c - 1 + half) / ((c + level - 1) * (c + level))
        : (half + 1) * (c - b + half) / ((c + level - 1) * (c + level))
      let partial = -u * z
      denominator = 1 / guarded(1 + partial * denominator)
      numerator = guarded(1 + partial / numerator)
      let factor = numerator * denominator
      fraction *= factor
      if !(abs(factor - 1) >= 1e-15) { break }
    }
    return 1 / fraction
  }

  private static func guarded(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }
}
