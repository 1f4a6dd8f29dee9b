/// Where a spend starts to pay. Every answer is nil where none exists; money in one unit throughout.
public enum BreakEven {
  /// By which share volume must rise so that a price cut earns as much as before: cut ÷ (margin − cut), both as shares
  /// of the price (domain F25). A cut of 10 points at a margin of 30 points needs 50 % more.
  public static func volumeRise(priceCut: Double, margin: Double) -> Double? {
    guard priceCut >= 0, priceCut < margin, margin <= 1 else { return nil }
    return priceCut / (margin - priceCut)
  }

  /// The least share of referred customers that must be truly new for a reward to pay (domain F19). Above 1 it cannot.
  public static func incrementalShare(reward: Double, contributionPerCustomer: Double) -> Double? {
    guard reward >= 0, contributionPerCustomer > 0 else { return nil }
    return reward / contributionPerCustomer
  }

  /// The most that may be paid for a referral, when a share of the referred is truly new and a customer must be worth a
  /// multiple of what it cost (domain F30; the usual floor is 3).
  public static func rewardCeiling(customerWorth: Double, incrementalShare: Double, floor: Double = 3) -> Double? {
    guard customerWorth > 0, (0...1).contains(incrementalShare), floor > 0 else { return nil }
    return customerWorth * incrementalShare / floor
  }

  /// Months until contribution has repaid what a customer cost (domain F30).
  public static func paybackMonths(acquisitionCost: Double, monthlyContribution: Double) -> Double? {
    guard acquisitionCost >= 0, monthlyContribution > 0 else { return nil }
    return acquisitionCost / monthlyContribution
  }

  /// Gain of trying to win back so many customers: n × (Δp × worth − cost), where Δp is the chance of return when
  /// contacted less that when left alone (domain F28).
  public static func regainGain(customers: Int, liftInReturn: Double, worth: Double, contactCost: Double) -> Double? {
    guard customers >= 0, (-1...1).contains(liftInReturn), worth.isFinite, contactCost.isFinite else { return nil }
    return Double(customers) * (liftInReturn * worth - contactCost)
  }

  /// Return on customer: (profit of the period + change of customer equity) ÷ equity at its start (domain F6).
  public static func returnOnCustomer(profit: Double, equityBefore: Double, equityAfter: Double) -> Double? {
    guard equityBefore > 0, profit.isFinite, equityAfter.isFinite else { return nil }
    return (profit + equityAfter - equityBefore) / equityBefore
  }
}
