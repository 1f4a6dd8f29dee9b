import Customers
import Kernel

/// What it costs to find out a fact, in minor units a customer; nothing is built in.
package struct AskingCosts: Sendable, Equatable, Codable {
  package var costs: [StrategyFact: Int64]
  /// For the facts that are not in it; nil: not known.
  package var otherwise: Int64?

  package init(_ costs: [StrategyFact: Int64] = [:], otherwise: Int64? = nil) {
    self.costs = costs
    self.otherwise = otherwise
  }

  /// The cost of asking for all of them together; nil when one has none.
  package func cost(_ facts: [StrategyFact]) -> Int64? {
    facts.reduce(Int64?(0)) { sum, fact in
      sum.flatMap { sum in (costs[fact] ?? otherwise).flatMap { try? sum.plus($0) } }
    }
  }
}

/// A fact that would settle a customer's strategy, with its price: worth of knowing = expected gain from the better
/// choice − cost to ask (domain 3.2).
package struct PricedQuestion: Sendable, Equatable {
  package let customer: ID<Customer>
  package let between: [CoreStrategy]
  package let facts: [StrategyFact]
  /// Minor units; nil while what a strategy costs or brings is not known.
  package let expectedGain: Int64?
  package let cost: Int64?
  /// `assumed` when nobody decided stands to tell how likely each strategy is.
  package let grade: Figure.Grade

  package var worth: Int64? {
    expectedGain.flatMap { gain in cost.flatMap { try? gain.minus($0) } }
  }
}

/// The same question for many customers.
package struct DataGap: Sendable, Equatable {
  package let facts: [StrategyFact]
  package let between: [CoreStrategy]
  package let customers: Int
  /// Of those whose question is worth its cost: how many, and what they are worth together.
  package let worthAsking: Int
  package let worth: Int64
  /// Customers for whom the worth cannot be told.
  package let unpriced: Int
}

/// Data gaps priced by how they would change a strategy, the dearest first.
package struct DataGaps: Sendable {
  /// By worth, those that cannot be priced last.
  package let questions: [PricedQuestion]
  package let gaps: [DataGap]

  /// - Parameter leastPeers: so many decided customers alike are needed before they speak for one that is undecided.
  package init(
    _ strategies: CoreStrategies, playbook: Playbook, asking: AskingCosts, leastPeers: Int = 10
  ) throws {
    let payoffs = StrategyPayoffs(strategies, playbook: playbook, leastPeers: leastPeers)
    let questions = try strategies.assignments.compactMap { assignment -> PricedQuestion? in
      let missing = assignment.answer.missing
      guard assignment.override == nil, !missing.isEmpty else { return nil }
      let gain = payoffs.gainFromKnowing(assignment)
      return PricedQuestion(
        customer: assignment.customer, between: assignment.answer.strategies, facts: missing,
        expectedGain: try gain.map { try Int64(nearestMinor: $0.minor) }, cost: asking.cost(missing),
        grade: gain?.grade ?? .estimated)
    }
    self.questions = questions.sorted {
      ($1.worth ?? .min, $0.customer) < ($0.worth ?? .min, $1.customer)
    }
    gaps = try Self.grouped(questions)
  }

  private static func grouped(_ questions: [PricedQuestion]) throws -> [DataGap] {
    struct Key: Hashable {
      let facts: [StrategyFact]
      let between: [CoreStrategy]
    }
    return try Dictionary(grouping: questions) { Key(facts: $0.facts, between: $0.between) }
      .map { key, group in
        let worths = group.compactMap(\.worth)
        let paying = worths.filter { $0 > 0 }
        return DataGap(
          facts: key.facts, between: key.between, customers: group.count, worthAsking: paying.count,
          worth: try paying.exactSum(), unpriced: group.count - worths.count)
      }
      .sorted { left, right in
        if left.worth != right.worth { return left.worth > right.worth }
        if left.customers != right.customers { return left.customers > right.customers }
        return left.facts == right.facts
          ? left.between.lexicographicallyPrecedes(right.between)
          : left.facts.lexicographicallyPrecedes(right.facts)
      }
  }
}
