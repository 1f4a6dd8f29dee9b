import Kernel

/// How far we depend on few: the sum of squared shares (domain F18, F34).
public struct HerfindahlIndex: Sendable, Equatable {
  /// Σ share² × 10,000: 10,000 when one has all, 10,000 ÷ n when n are equal.
  public let value: Double
  /// The largest single share, 0 to 1, and its row.
  public let largestShare: Double
  public let largestRow: Int
  /// Parties with a share above zero.
  public let parties: Int

  /// - Parameter amounts: one for each party, in any unit; zero or more.
  /// - Throws: `Problem` when there are none, one is negative or not finite, or all are zero.
  public init(amounts: [Double]) throws {
    try requireRows("amounts", amounts.count)
    try amounts.requireFinite("amounts")
    guard amounts.allSatisfy({ $0 >= 0 }) else {
      throw Problem(
        .invalid, field: "amounts", "A share of a negative amount has no meaning.", mend: "Leave out net returns.")
    }
    let total = amounts.reduce(0, +)
    guard total > 0 else {
      throw Problem(.invalid, field: "amounts", "All amounts are zero.", mend: "Choose a window with purchases.")
    }
    value = amounts.reduce(0) { $0 + ($1 / total) * ($1 / total) } * 10_000
    let top = amounts.indices.max { amounts[$0] < amounts[$1] } ?? 0
    largestRow = top
    largestShare = amounts[top] / total
    parties = amounts.count { $0 > 0 }
  }

  /// Whether the dependency calls for a decision: an index above 2,500 or one share above a quarter.
  public var isConcentrated: Bool { value > 2_500 || largestShare > 0.25 }

  /// The number of equal parties that would give the same index: 10,000 ÷ value.
  public var effectiveParties: Double { 10_000 / value }
}
