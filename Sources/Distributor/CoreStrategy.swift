/// One of the seven core strategies (domain F12).
package enum PlantedStrategy: String, Sendable, CaseIterable {
  case start, winBack, reEngineer, end, protect, enhance, harvest
}

/// The facts of one account that its strategy follows from. Money in euro cents.
struct StrategyFacts {
  var isCustomer: Bool
  /// 0 to 100; nil for customers.
  var fit: Int?
  var expected: Double
  var ifAlive: Double
  var isLapsed: Bool
  var contribution: Double
  var bestAfterOneStep: Double
  var isSignificant: Bool
  /// Whether a person has confirmed that it is significant.
  var isConfirmed = false
  /// Expected value among the upper fifth.
  var isValuable: Bool
  var hasRival: Bool
  var isAtRisk: Bool
  /// Buys less than half of what it needs here, and leaves at least the median elsewhere.
  var hasOpenWallet: Bool

  static let regainChance = 0.15
  static let winBackCost = 12_000.0
  static let fitFloor = 60

  /// The first rule that holds; nil for a prospect that is not worth starting with, of which no rule speaks.
  var strategy: PlantedStrategy? {
    guard isCustomer else { return fit ?? 0 >= StrategyFacts.fitFloor && expected > 0 ? .start : nil }
    if isLapsed {
      // What is not worth winning back is left alone, under harvest.
      return StrategyFacts.regainChance * ifAlive > StrategyFacts.winBackCost ? .winBack : .harvest
    }
    if contribution < 0 { return bestAfterOneStep > 0 || isSignificant ? .reEngineer : .end }
    if (isSignificant || isValuable) && (hasRival || isAtRisk || isSignificant && isConfirmed) { return .protect }
    if hasOpenWallet { return .enhance }
    return isValuable ? .protect : .harvest
  }
}
