import Kernel

/// What the tenant expects of each strategy: what it costs a customer, and how well it works. Nothing is built in.
package struct Playbook: Sendable, Equatable, Codable {
  /// Minor units a customer.
  package var costs: [CoreStrategy: Int64]
  /// The share of the value at risk that protecting saves.
  package var protects: Double?
  /// The share of the open wallet that enhancing wins.
  package var wins: Double?
  /// The share of the cost to serve that harvesting saves.
  package var saves: Double?
  /// Margin on sales won, where a customer's own is unknown.
  package var marginRate: Double?

  package init(
    costs: [CoreStrategy: Int64] = [:], protects: Double? = nil, wins: Double? = nil, saves: Double? = nil,
    marginRate: Double? = nil
  ) {
    self.costs = costs
    self.protects = protects
    self.wins = wins
    self.saves = saves
    self.marginRate = marginRate
  }

  /// What a strategy would cost for this customer, in minor units; nil when nobody entered it.
  package func cost(_ strategy: CoreStrategy, _ facts: StrategyFacts) -> Int64? {
    switch strategy {
    case .start: facts.startCost ?? costs[strategy]
    case .winBack: facts.regainCost ?? costs[strategy]
    default: costs[strategy]
    }
  }

  /// What a strategy would bring with this customer before its cost, in minor units; nil when an input is missing.
  package func gain(_ strategy: CoreStrategy, _ facts: StrategyFacts) -> Double? {
    func product(_ factors: Double?...) -> Double? {
      factors.reduce(1) { product, factor in product.flatMap { product in factor.map { product * $0 } } }
    }
    let gain: Double? =
      switch strategy {
      // The facts tell these two after their cost.
      case .start: sum(facts.startGain, cost(.start, facts))
      case .winBack: sum(facts.regainGain, cost(.winBack, facts))
      case .reEngineer: sum(facts.bestContribution, facts.contribution.map { -$0 })
      case .end: facts.contribution.map { -Double($0) }
      case .protect:
        product(protects, facts.risk, (facts.lifetimeValue ?? facts.contribution).map { Double(max(0, $0)) })
      case .enhance: product(wins, facts.openWallet.map(Double.init), facts.marginRate ?? marginRate)
      case .harvest: product(saves, facts.costToServe.map(Double.init))
      }
    return gain.flatMap { $0.isFinite ? $0 : nil }
  }

  private func sum(_ left: Int64?, _ right: Int64?) -> Double? {
    left.flatMap { left in right.map { Double(left) + Double($0) } }
  }
}

/// What the customers of one strategy cost and bring.
package struct StrategyTotal: Sendable, Equatable {
  package let strategy: CoreStrategy
  package let customers: Int
  package let contribution: Int64
  /// Over the customers for whom it is known; nil when for nobody.
  package let cost: Int64?
  package let gain: Int64?
  package let costUnknown: Int
  package let gainUnknown: Int

  /// What is left; nil while the cost or the gain of anybody is unknown.
  package var net: Int64? {
    guard costUnknown == 0, gainUnknown == 0, let cost, let gain else { return nil }
    return try? gain.minus(cost)
  }

  init(_ strategy: CoreStrategy, _ facts: [StrategyFacts], _ playbook: Playbook) throws {
    let costs = facts.compactMap { playbook.cost(strategy, $0) }
    let gains = try facts.compactMap { try playbook.gain(strategy, $0).map { try Int64(nearestMinor: $0) } }
    self.strategy = strategy
    customers = facts.count
    contribution = try facts.compactMap(\.contribution).exactSum()
    cost = costs.isEmpty ? nil : try costs.exactSum()
    gain = gains.isEmpty ? nil : try gains.exactSum()
    costUnknown = facts.count - costs.count
    gainUnknown = facts.count - gains.count
  }
}

extension CoreStrategies {
  /// What each strategy costs and brings, in the order of the rules; strategies without customers are left out.
  package func totals(_ playbook: Playbook) throws -> [StrategyTotal] {
    let held = Dictionary(grouping: assignments.filter { $0.strategy != nil }, by: \.strategy)
    return try CoreStrategy.allCases.compactMap { strategy in
      try held[strategy].map { try StrategyTotal(strategy, $0.map(\.facts), playbook) }
    }
  }
}
