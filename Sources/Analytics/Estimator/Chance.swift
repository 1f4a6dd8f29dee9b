import Foundation

/// A seeded source of chance: xoshiro256** (Blackman and Vigna 2021), started by SplitMix64.
///
/// Equal seeds give equal numbers on every machine. Analytics takes all its chance from a value of this type that
/// the caller passes in.
public struct Chance: RandomNumberGenerator, Sendable, Equatable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// A source started from `seed`.
  public init(seed: UInt64) {
    var mixer = seed
    func next() -> UInt64 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      var z = mixer
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    state = (next(), next(), next(), next())
  }

  public static func == (left: Chance, right: Chance) -> Bool { left.state == right.state }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let product = state.1 &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = (state.3 << 45) | (state.3 >> 19)
    return result
  }

  /// A number strictly between 0 and 1.
  public mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// A draw from the exponential distribution with mean 1 / rate.
  public mutating func exponential(rate: Double) -> Double { rate > 0 ? -log(uniform()) / rate : .infinity }

  /// A draw from the standard normal distribution (Marsaglia's polar method, one of the pair).
  public mutating func normal() -> Double {
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let s = x * x + y * y
      if s > 0, s < 1 { return x * (-2 * log(s) / s).squareRoot() }
    }
  }

  /// A draw from the gamma distribution with mean shape / rate (Marsaglia and Tsang 2000).
  /// 0 when shape or rate is not a number above 0.
  public mutating func gamma(shape: Double, rate: Double) -> Double {
    guard shape > 0, rate > 0, shape.isFinite else { return 0 }
    if shape < 1 {
      let power = log(uniform()) / shape
      return gamma(shape: shape + 1, rate: rate) * exp(power)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let cube = 1 + c * x
      guard cube > 0 else { continue }
      let v = cube * cube * cube
      if log(uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v / rate }
    }
  }

  /// A draw from the beta distribution with mean a / (a + b).
  public mutating func beta(_ a: Double, _ b: Double) -> Double {
    let x = gamma(shape: a, rate: 1)
    let y = gamma(shape: b, rate: 1)
    return x + y > 0 ? x / (x + y) : (uniform() < a / (a + b) ? 1 : 0)
  }
}
