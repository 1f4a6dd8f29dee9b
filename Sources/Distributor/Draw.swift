import Analytics

/// The one source of chance of this company: Analytics' seeded generator, one stream for each purpose.
///
/// Only its 64 random bits are used. All else is made of additions, multiplications, divisions and square roots, which
/// give the same bits on every machine; the logarithm of a C library need not.
package struct Draw {
  private var source: Chance

  /// A stream of its own for each (purpose, part), so that more draws in one place move nothing in another.
  package init(seed: UInt64, _ purpose: Purpose, part: Int = 0, attempt: Int = 0) {
    var mixed = seed &* 0xD1B5_4A32_D192_ED03 &+ purpose.rawValue
    for number in [part, attempt] {
      mixed = (mixed ^ (mixed >> 29)) &* 0xBF58_476D_1CE4_E5B9 &+ UInt64(bitPattern: Int64(number))
    }
    source = Chance(seed: (mixed ^ (mixed >> 32)) &* 0x94D0_49BB_1331_11EB)
  }

  package enum Purpose: UInt64 {
    case names = 1, catalogue, casting, adoption, orders, visits, calls, tickets, wallets, rivals, quotes, referrals
    case ideas, prestige, satisfaction, ratings, prospects
  }

  /// Strictly between 0 and 1.
  package mutating func uniform() -> Double { (Double(source.next() >> 11) + 0.5) * 0x1p-53 }

  package mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * uniform() }

  package mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + min(range.count - 1, Int(uniform() * Double(range.count)))
  }

  package mutating func happens(_ chance: Double) -> Bool { uniform() < chance }

  /// Standard normal, by Marsaglia's polar method.
  package mutating func normal() -> Double {
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let s = x * x + y * y
      if s > 0, s < 1 { return x * (-2 * Elementary.log(s) / s).squareRoot() }
    }
  }

  /// Log-normal with this median.
  package mutating func around(_ median: Double, spread: Double) -> Double {
    median * Elementary.exp(spread * normal())
  }

  /// The mean of so many exponential waits of mean 1: the more, the more regular.
  package mutating func wait(regularity: Int) -> Double {
    (0..<regularity).reduce(0) { sum, _ in sum - Elementary.log(uniform()) } / Double(regularity)
  }

  /// A count whose mean is `mean`: the whole part, and one more by chance.
  package mutating func count(mean: Double) -> Int {
    let whole = mean.rounded(.down)
    return max(0, Int(whole)) + (happens(mean - whole) ? 1 : 0)
  }

  package mutating func pick<Element>(_ list: [Element]) -> Element? {
    list.isEmpty ? nil : list[whole(0...list.count - 1)]
  }

  package mutating func shuffled<Element>(_ list: [Element]) -> [Element] {
    var list = list
    for index in list.indices.dropFirst().reversed() { list.swapAt(index, whole(0...index)) }
    return list
  }
}

/// Logarithm and exponential of IEEE basic operations only, good to about 1e-15.
package enum Elementary {
  private static let ln2 = 0.693147180559945309

  /// Of a number above 0.
  package static func log(_ x: Double) -> Double {
    var power = Double(x.exponent)
    var mantissa = x.significand
    if mantissa > 1.4142135623730951 {
      mantissa /= 2
      power += 1
    }
    let t = (mantissa - 1) / (mantissa + 1)
    let square = t * t
    var (term, sum) = (t, t)
    for odd in stride(from: 3.0, through: 23, by: 2) {
      term *= square
      sum += term / odd
    }
    return 2 * sum + power * ln2
  }

  /// Of a number between -700 and 700.
  package static func exp(_ x: Double) -> Double {
    let power = (x / ln2).rounded()
    let rest = x - power * ln2
    var (term, sum) = (1.0, 1.0)
    for step in 1...18 {
      term *= rest / Double(step)
      sum += term
    }
    return Double(sign: .plus, exponent: Int(power), significand: sum)
  }
}
