import Foundation
import Kernel

/// What an action added beyond what would have happened: mean of the treated less mean of a random hold-out
/// (domain F31).
///
/// Causal only when chance decided who was held out. The interval is normal, so it wants some thirty customers on each
/// side, more when a few customers carry most of the money.
public struct Uplift: Sendable, Equatable {
  public let treated: Arm
  public let control: Arm

  public init(treated: Arm, control: Arm) {
    self.treated = treated
    self.control = control
  }

  /// Per treated customer, in the unit of the outcome.
  public var difference: Double { treated.mean - control.mean }

  /// √(s_t²/n_t + s_c²/n_c).
  public var standardError: Double { (treated.meanVariance + control.meanVariance).squareRoot() }

  /// `difference` over the control's mean; nil when that is not positive.
  public var relative: Double? { control.mean > 0 ? difference / control.mean : nil }

  /// For all treated customers together.
  public var total: Double { difference * Double(treated.count) }

  /// The interval of `difference`.
  /// - Throws: `Problem` when the level is not between 0 and 1.
  public func interval(level: Double = 0.95) throws -> ConfidenceInterval {
    try .normal(difference, standardError: standardError, level: level)
  }

  /// The chance of a difference at least as large, either way, if the action did nothing; nil without any spread.
  public var pValue: Double? {
    standardError > 0 ? 2 * StandardNormal.cumulative(-abs(difference / standardError)) : nil
  }

  /// The smallest true difference that arms of this size and spread would show with the given chance.
  /// At level 0.95 and power 0.8 it is 2.8 standard errors.
  /// - Throws: `Problem` when level or power are not between 0 and 1.
  public func detectableEffect(level: Double = 0.95, power: Double = 0.8) throws -> Double {
    try requireOpenShare("level", level)
    try requireOpenShare("power", power)
    return (StandardNormal.quantile(0.5 + level / 2) + StandardNormal.quantile(power)) * standardError
  }

  /// The return on what was spent, (uplift × treated × margin − cost) ÷ cost, and its bounds.
  /// - Parameters:
  ///   - margin: the share of the outcome that is profit, when the outcome is sales; 1 when it is profit.
  ///   - cost: of the action as a whole, above zero.
  /// - Throws: `Problem` when the cost is not positive or a number is not finite.
  public func returnOnCost(
    margin: Double, cost: Double, level: Double = 0.95
  ) throws -> (value: Double, interval: ConfidenceInterval) {
    try [margin, cost].requireFinite("cost")
    guard cost > 0 else {
      throw Problem(
        .invalid, field: "cost", "A return on no cost has no meaning.", mend: "Enter what the action cost.")
    }
    let scale = Double(treated.count) * margin / cost
    let bounds = try interval(level: level)
    let ends = [bounds.low * scale - 1, bounds.high * scale - 1].sorted()
    return (difference * scale - 1, ConfidenceInterval(low: ends[0], high: ends[1], level: level))
  }
}
