import Kernel

extension Sequence where Element == Int64 {
  /// The sum of amounts in minor units.
  /// - Throws: `Problem` when it does not fit.
  package func exactSum() throws -> Int64 {
    var sum: Int128 = 0
    // A sequence would need 2^64 elements to leave 128 bits.
    for amount in self { sum &+= Int128(amount) }
    return try Int64(exactMinor: sum)
  }
}

extension Int64 {
  /// - Throws: `Problem` when the amount is beyond what the program keeps.
  package init(exactMinor amount: Int128) throws {
    guard amount.magnitude <= Int128(Money.limit).magnitude * 100, let minor = Int64(exactly: amount) else {
      throw Int64.tooLarge
    }
    self = minor
  }

  /// Whole minor units nearest to an amount; halves away from zero.
  /// - Throws: `Problem` when the amount is not finite or too large to keep.
  package init(nearestMinor amount: Double) throws {
    guard abs(amount) <= Double(Money.limit), let minor = Int64(exactly: amount.rounded()) else {
      throw Int64.tooLarge
    }
    self = minor
  }

  /// Whole minor units at or below an amount. What lies a hair below a whole one only by binary rounding, as 0.29 × 100
  /// does, counts as that whole one.
  /// - Throws: `Problem` when the amount is not finite or too large to keep.
  package init(flooredMinor amount: Double) throws {
    try self.init(nearestMinor: (amount + 1e-6 + abs(amount) * 1e-14).rounded(.down))
  }

  /// - Throws: `Problem` when the sum does not fit.
  package func plus(_ other: Int64) throws -> Int64 { try [self, other].exactSum() }

  /// - Throws: `Problem` when the difference does not fit.
  package func minus(_ other: Int64) throws -> Int64 { try Int64(exactMinor: Int128(self) - Int128(other)) }

  private static var tooLarge: Problem {
    Problem(
      .invalid, "An amount is larger than the program can keep.", mend: "Look for a wrong unit or a typing error.")
  }
}
