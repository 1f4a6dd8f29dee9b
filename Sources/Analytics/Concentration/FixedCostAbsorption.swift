import Kernel

/// Who carries the fixed cost, and what happens to the others when a carrier leaves (domain F8d).
///
/// A customer absorbs fixed cost in proportion to its positive contribution, and uses capacity in proportion to its
/// minutes. The full cost of a customer is its capacity share of the fixed cost.
public struct FixedCostAbsorption: Sendable, Equatable {
  /// What the removal of some customers does to those who stay.
  public struct Removal: Sendable, Equatable {
    /// Customers who stay, and those of them whose result after full cost was zero or above and falls below zero.
    public let remaining: Int
    public let turnedNegative: Int
    /// Contribution that leaves.
    public let contributionLost: Double

    /// The share of those who stay that turns negative; nil when nobody stays.
    public var share: Double? { remaining > 0 ? Double(turnedNegative) / Double(remaining) : nil }
  }

  private let contributions: [Double]
  private let minutes: [Double]?
  private let fixedCost: Double
  private let positiveTotal: Double
  private let minutesTotal: Double

  /// - Parameters:
  ///   - contributions: by customer, before fixed cost.
  ///   - minutes: capacity used by customer; nil when it was not measured, and then only absorption is known.
  ///   - fixedCost: for the same window, in the same unit as the contributions.
  /// - Throws: `Problem` when there are no customers, a number is not finite, or minutes or the cost are negative.
  public init(contributions: [Double], minutes: [Double]?, fixedCost: Double) throws {
    try requireRows("contributions", contributions.count)
    try contributions.requireFinite("contributions")
    try [fixedCost].requireFinite("fixedCost")
    if let minutes {
      try requireSameCount("minutes", minutes.count, as: contributions.count)
      try minutes.requireFinite("minutes")
    }
    guard fixedCost >= 0, minutes?.allSatisfy({ $0 >= 0 }) ?? true else {
      throw Problem(
        .invalid, field: fixedCost < 0 ? "fixedCost" : "minutes", "A cost or a time is negative.",
        mend: "Enter amounts of zero or more.")
    }
    self.contributions = contributions
    self.minutes = minutes
    self.fixedCost = fixedCost
    positiveTotal = contributions.reduce(0) { $0 + max(0, $1) }
    minutesTotal = minutes?.reduce(0, +) ?? 0
  }

  /// The share of all positive contribution that these customers bring; nil when there is none.
  public func absorbedShare(of customers: Set<Int>) -> Double? {
    guard positiveTotal > 0 else { return nil }
    return customers.reduce(0) { $0 + max(0, value(contributions, $1)) } / positiveTotal
  }

  /// The share of all minutes that these customers use; nil when minutes are unknown or all zero.
  public func capacityShare(of customers: Set<Int>) -> Double? {
    guard let minutes, minutesTotal > 0 else { return nil }
    return customers.reduce(0) { $0 + value(minutes, $1) } / minutesTotal
  }

  /// Absorbed share over capacity share: above 1, these customers carry more fixed cost than they cause. nil when
  /// either share is unknown or they use no capacity.
  public func ratio(of customers: Set<Int>) -> Double? {
    guard let absorbed = absorbedShare(of: customers), let used = capacityShare(of: customers), used > 0 else {
      return nil
    }
    return absorbed / used
  }

  /// Takes these customers away and spreads the whole fixed cost over the minutes of those who stay; nil when minutes
  /// are unknown, or nobody who stays uses any.
  public func removal(of customers: Set<Int>) -> Removal? {
    guard let minutes, minutesTotal > 0 else { return nil }
    let gone = customers.reduce(0) { $0 + value(minutes, $1) }
    let left = minutesTotal - gone
    guard left > minutesTotal * 1e-12 else { return nil }
    var (remaining, turned) = (0, 0)
    for index in contributions.indices where !customers.contains(index) {
      remaining += 1
      let before = contributions[index] - fixedCost * minutes[index] / minutesTotal
      let after = contributions[index] - fixedCost * minutes[index] / left
      if before >= 0, after < 0 { turned += 1 }
    }
    return Removal(
      remaining: remaining, turnedNegative: turned,
      contributionLost: customers.reduce(0) { $0 + value(contributions, $1) })
  }

  /// A row's value; zero for a row that does not exist.
  private func value(_ column: [Double], _ index: Int) -> Double {
    column.indices.contains(index) ? column[index] : 0
  }
}
