import Foundation
import Kernel

/// What a customer's referrals are worth today (domain F19).
/// Source: V. Kumar, J. Petersen, R. Leone, Harvard Business Review, October 2007.
public struct ReferralValue: Sendable, Equatable {
  /// One customer who was referred.
  public struct Referred: Sendable, Equatable {
    /// Lifetime value at the time of joining.
    public let lifetimeValue: Double
    /// What winning it another way would have cost.
    public let savedCost: Double
    /// Years until (or, below zero, since) it joined.
    public let years: Double
    /// The chance that it would not have come otherwise; nil when there is no evidence.
    public let chanceNew: Double?

    public init(lifetimeValue: Double, savedCost: Double, years: Double, chanceNew: Double?) {
      self.lifetimeValue = lifetimeValue
      self.savedCost = savedCost
      self.years = years
      self.chanceNew = chanceNew
    }
  }

  /// Present value of the referrals less the rewards.
  public let value: Double
  /// Referrals in which the assumed chance stood in for evidence: with any, the figure is assumed.
  public let assumed: Int

  /// - Parameters:
  ///   - rewards: present value of what the referrer was given.
  ///   - discount: a year, such as 0.15.
  ///   - assumedChance: stands in where there is no evidence.
  /// - Throws: `Problem` when a number is not finite or out of range.
  public init(
    _ referred: [Referred], rewards: Double, discount: Double = 0.15, assumedChance: Double = 0.5
  ) throws {
    try [rewards, discount].requireFinite("rewards")
    try referred.flatMap { [$0.lifetimeValue, $0.savedCost, $0.years] }.requireFinite("referred")
    let chances = referred.map { $0.chanceNew ?? assumedChance }
    guard discount > -1, chances.allSatisfy({ (0...1).contains($0) }), referred.allSatisfy({ abs($0.years) <= 100 })
    else {
      throw Problem(
        .invalid, field: "referred", "A chance, a discount or a number of years is out of range.",
        mend: "Give chances from 0 to 1, a discount such as 0.15, and years up to 100.")
    }
    let worths = zip(referred, chances).map { customer, chance in
      (chance * customer.lifetimeValue + (1 - chance) * customer.savedCost) / pow(1 + discount, customer.years)
    }
    value = worths.reduce(0, +) - rewards
    assumed = referred.count { $0.chanceNew == nil }
  }
}
