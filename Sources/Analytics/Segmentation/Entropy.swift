import Foundation
import Kernel

/// How mixed a base is over its groups (domain F41).
public struct Entropy: Sendable, Equatable {
  /// −Σ p·ln p over the groups, in nats.
  public let nats: Double
  /// `nats` over its largest possible value ln(groups): 0 when all are in one group, 1 when all groups are equal; nil
  /// with fewer than two groups.
  public let evenness: Double?

  /// - Parameter counts: members of each group; empty groups count as groups.
  /// - Throws: `Problem` when there is no group, a count is negative, or all are zero.
  public init(counts: [Int]) throws {
    try requireRows("counts", counts.count)
    let total = counts.reduce(0.0) { $0 + Double($1) }
    guard counts.allSatisfy({ $0 >= 0 }), total > 0 else {
      throw Problem(
        .invalid, field: "counts", "The groups have no members, or a negative number of them.",
        mend: "Count the members of each group.")
    }
    let sum = counts.reduce(0.0) { sum, count in
      let share = Double(count) / total
      return count > 0 ? sum - share * log(share) : sum
    }
    nats = max(0, sum)
    evenness = counts.count > 1 ? min(1, max(0, sum) / log(Double(counts.count))) : nil
  }
}
