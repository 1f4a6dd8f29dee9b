import Analytics
import Customers
import Kernel
import Portfolio
import Testing

/// A customer of whom everything is known: middling, nothing against it, half of its wallet open.
func middlingCustomer(_ id: Int64 = 1, _ change: (inout StrategyFacts) -> Void = { _ in }) -> StrategyFacts {
  var facts = StrategyFacts(ID(id), standing: .active)
  facts.contribution = 10_000
  facts.bestContribution = 12_000
  facts.shareOfWallet = 0.6
  facts.openWallet = 5_000
  facts.risk = 0.1
  facts.rivalSeen = false
  facts.significance = StrategyFacts.Significance.none
  facts.holds = []
  change(&facts)
  return facts
}

func strategyLines(_ change: (inout StrategySettings) -> Void = { _ in }) -> StrategySettings {
  var settings = StrategySettings()
  settings.roomFloor = 4_000
  settings.moneyScale = 10_000
  change(&settings)
  return settings
}

/// The assignment of one customer; `value` puts it at the bottom, or at the top.
func assignedStrategy(
  _ facts: StrategyFacts, high: Bool = false, _ lines: StrategySettings = strategyLines()
) throws -> StrategyAssignment {
  var ranked = facts
  ranked.lifetimeValue = high ? 99 : 1
  let others = (2...6).map { id in middlingCustomer(Int64(id)) { $0.lifetimeValue = Int64(id) } }
  return try #require(try CoreStrategies([ranked] + others, settings: lines).assignments.first)
}

/// A customer whose every fact is drawn.
func drawnStrategyFacts(_ chance: inout Chance, _ id: Int64) -> StrategyFacts {
  func toss(_ share: Double = 0.5) -> Bool { chance.uniform() < share }
  return middlingCustomer(id) {
    $0.standing = toss(0.7) ? .active : toss() ? .lapsed : .prospect
    $0.contribution = toss() ? 5_000 : -5_000
    $0.bestContribution = toss() ? 700 : -700
    $0.shareOfWallet = toss() ? 0.3 : 0.8
    $0.openWallet = toss() ? 9_000 : 1_000
    $0.risk = toss(0.3) ? 0.9 : 0.1
    $0.isDeclining = toss(0.3)
    $0.rivalSeen = toss(0.3)
    $0.significance = toss() ? StrategyFacts.Significance.none : toss() ? .proposed : .confirmed
    $0.holds = toss() ? [] : [.contract]
    $0.fit = toss() ? 80 : 20
    $0.startGain = toss() ? 400 : -400
    $0.regainGain = toss() ? 300 : -300
    $0.lifetimeValue = toss() ? 99 : 1
  }
}
