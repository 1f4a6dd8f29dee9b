import Foundation
import Kernel

/// How the treated changed from before to after, less how others changed: for actions without a random hold-out
/// (domain F31).
///
/// Not causal: it rests on the assumption that both would have changed alike, which `earlier` can make doubtful but
/// never prove. Every page that shows it says so.
public struct DifferenceInDifferences: Sendable, Equatable {
  /// Changes from before to after, per customer.
  public let treated: Arm
  public let control: Arm

  /// One row for each customer of a side, outcome before and after, both over windows of one length.
  /// - Throws: `Problem` when a side has fewer than two customers, columns differ in length or a number is not finite.
  public init(
    treatedBefore: [Double], treatedAfter: [Double], controlBefore: [Double], controlAfter: [Double]
  ) throws {
    try requireSameCount("treatedAfter", treatedAfter.count, as: treatedBefore.count)
    try requireSameCount("controlAfter", controlAfter.count, as: controlBefore.count)
    treated = try Arm(outcomes: zip(treatedAfter, treatedBefore).map { $0 - $1 })
    control = try Arm(outcomes: zip(controlAfter, controlBefore).map { $0 - $1 })
  }

  /// The effect per treated customer, its error, interval and return, read as differences of changes.
  public var effect: Uplift { Uplift(treated: treated, control: control) }

  /// Whether the sides changed alike over an earlier pair of windows: false when that difference is itself further from
  /// zero than chance explains, and then the estimate should not be used.
  /// - Throws: `Problem` when the level is not between 0 and 1.
  public func movedAlike(earlier: DifferenceInDifferences, level: Double = 0.95) throws -> Bool {
    try earlier.effect.interval(level: level).contains(0)
  }
}
