import Kernel

/// The lines that the rules draw. All of them can be moved, and the analysis run again beside the old one.
package struct StrategySettings: Sendable, Equatable, Codable {
  package var ranking = ValueRanking.Choice.lifetimeValueFirst
  package var lapse = LapseRule.rhythm
  package var fitFloor = 60.0
  /// V at or above it is high value.
  package var highValue = 80.0
  package var riskLimit = 0.5
  /// A share of wallet below it leaves room.
  package var openShare = 0.5
  /// G at or above it is worth going for, in minor units; nil: the median of all known G (see `fitted`).
  package var roomFloor: Double?
  /// Whether falling spending counts as risk where no better measure is at hand, and beside it where there is one.
  package var declineIsRisk = false
  /// Whether everybody of high value is protected before the general rule asks for room to grow.
  package var highValueFirst = false
  /// False while too much of the cost to serve is assumed (`ActivityCosting.isCautious`).
  package var mayEnd = true
  /// An amount of ordinary size, to compare distances in money with others; nil: the median of contributions.
  package var moneyScale: Double?

  package init() {}

  /// With the lines that depend on the base filled in.
  package func fitted(to facts: [StrategyFacts]) -> StrategySettings {
    var fitted = self
    fitted.roomFloor = roomFloor ?? facts.compactMap { $0.openWallet.map(Double.init) }.median
    fitted.moneyScale = moneyScale ?? facts.compactMap { $0.contribution.map { abs(Double($0)) } }.median
    return fitted
  }

  func requireUsable() throws {
    let isUsable =
      (0...100).contains(fitFloor) && (0...100).contains(highValue) && (0...1).contains(riskLimit)
      && (0...1).contains(openShare) && [roomFloor, moneyScale].allSatisfy { $0.map(\.isFinite) ?? true }
    guard isUsable else {
      throw Problem(
        .invalid, field: "settings", "A line of the rules is out of range.",
        mend: "Fit and value lie between 0 and 100, risk and share of wallet between 0 and 1.")
    }
  }
}
