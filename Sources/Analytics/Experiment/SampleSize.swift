import Foundation
import Kernel

/// How many customers a test needs, and what a test of a given size can see. Two-sided tests, normal approximation.
///
/// Source: J. Fleiss, B. Levin, M. Paik, "Statistical Methods for Rates and Proportions" (2003), chapter 4.
public struct SampleSize: Sendable, Equatable {
  /// One less the accepted chance of seeing an effect that is not there.
  public let level: Double
  /// The wanted chance of seeing the effect when it is there.
  public let power: Double

  /// - Throws: `Problem` when level or power are not between 0 and 1.
  public init(level: Double = 0.95, power: Double = 0.8) throws {
    try requireOpenShare("level", level)
    try requireOpenShare("power", power)
    self.level = level
    self.power = power
  }

  private var levelQuantile: Double { StandardNormal.quantile(0.5 + level / 2) }
  private var powerQuantile: Double { StandardNormal.quantile(power) }

  /// Customers for a difference of means.
  /// - Parameters:
  ///   - effect: the difference to be seen, in the unit of the outcome; not zero.
  ///   - deviation: standard deviation of the outcome among customers.
  ///   - controlShare: the share of all customers that is held out.
  /// - Returns: customers to treat and to hold out.
  /// - Throws: `Problem` when an input is out of range or a test would need more than a thousand million customers.
  public func customers(
    effect: Double, deviation: Double, controlShare: Double = 0.5
  ) throws -> (treated: Int, control: Int) {
    try requireOpenShare("controlShare", controlShare)
    try [effect, deviation].requireFinite("effect")
    guard effect != 0, deviation > 0 else {
      throw Problem(
        .invalid, field: "effect", "No test can see an effect of zero or an outcome without spread.",
        mend: "Enter the smallest effect that would pay.")
    }
    let ratio = (levelQuantile + powerQuantile) * deviation / effect
    let all = ratio * ratio / (controlShare * (1 - controlShare))
    return try split(all, controlShare)
  }

  /// Customers for a difference of two shares, such as response rates.
  /// - Parameters:
  ///   - from: the share among those held out, between 0 and 1.
  ///   - to: the share among the treated, another one between 0 and 1.
  ///   - controlShare: the share of all customers that is held out.
  /// - Throws: as for means.
  public func customers(
    from: Double, to: Double, controlShare: Double = 0.5
  ) throws -> (treated: Int, control: Int) {
    try requireOpenShare("from", from)
    try requireOpenShare("to", to)
    try requireOpenShare("controlShare", controlShare)
    guard from != to else {
      throw Problem(
        .invalid, field: "to", "No test can see a difference of zero.", mend: "Enter the smallest rise that would pay.")
    }
    let mean = to * (1 - controlShare) + from * controlShare
    let pooled = mean * (1 - mean) / (controlShare * (1 - controlShare))
    let apart = to * (1 - to) / (1 - controlShare) + from * (1 - from) / controlShare
    let root = levelQuantile * pooled.squareRoot() + powerQuantile * apart.squareRoot()
    return try split(root * root / ((to - from) * (to - from)), controlShare)
  }

  private func split(_ all: Double, _ controlShare: Double) throws -> (treated: Int, control: Int) {
    guard all <= 1e9 else {
      throw Problem(
        .invalid, field: "effect", "The effect is too small for any test: it needs more than 1,000,000,000 customers.",
        mend: "Enter the smallest effect that would pay.")
    }
    return (Int((all * (1 - controlShare)).rounded(.up)), Int((all * controlShare).rounded(.up)))
  }

  /// The chance that arms of these sizes show an effect at this level; nil when an arm is empty or there is no spread.
  public func power(effect: Double, deviation: Double, treated: Int, control: Int) -> Double? {
    guard treated > 0, control > 0, deviation > 0, effect.isFinite else { return nil }
    let error = deviation * (1 / Double(treated) + 1 / Double(control)).squareRoot()
    let shift = abs(effect) / error
    return StandardNormal.cumulative(shift - levelQuantile) + StandardNormal.cumulative(-shift - levelQuantile)
  }
}
