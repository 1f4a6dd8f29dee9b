import Customers
import Kernel

/// An input of the rules, by the name it is asked for under.
package enum StrategyFact: String, Sendable, Codable, CaseIterable, Comparable, CodingKeyRepresentable {
  case standing, fit, startGain, regainGain, contribution, measuredCost, bestContribution, significance, hold, value
  case rival, risk, wallet

  /// The words on screen.
  package var word: String {
    switch self {
    case .standing: "whether the customer still buys"
    case .fit: "fit to what we do well"
    case .startGain: "expected lifetime value less the cost of winning"
    case .regainGain: "what winning back would bring"
    case .contribution: "contribution"
    case .measuredCost: "measured cost to serve"
    case .bestContribution: "best contribution after re-engineering"
    case .significance: "strategic significance"
    case .hold: "whether a contract or duty forbids ending"
    case .value: "value beside other customers"
    case .rival: "whether a competitor was seen"
    case .risk: "risk of leaving"
    case .wallet: "wallet and our share of it"
    }
  }

  package static func < (left: StrategyFact, right: StrategyFact) -> Bool { left.place < right.place }

  private var place: Int { StrategyFact.allCases.firstIndex(of: self) ?? 0 }
}

/// What forbids ending a customer.
package enum HoldFlag: String, Sendable, Codable, CaseIterable {
  case contract, legalDuty, networkRisk, vulnerablePerson
}

/// What the rules know of one customer. Missing is nil, never zero. Money in minor units.
package struct StrategyFacts: Sendable, Equatable {
  package enum Standing: String, Sendable, Codable { case prospect, active, lapsed }
  package enum Significance: String, Sendable, Codable { case none, proposed, confirmed }

  package let customer: ID<Customer>
  package var standing: Standing?
  /// Of customers alike, for what is expected of those whose own facts are missing.
  package var peers: String?

  /// V, 0 to 100, and what it ranks.
  package var value: Double?
  package var valueBasis: ValueRanking.Basis?
  package var contribution: Int64?
  /// The part of the cost in which an average stood in.
  package var assumedCost: Int64 = 0
  package var costToServe: Int64?
  package var lifetimeValue: Int64?
  /// Margin on one more unit of sales.
  package var marginRate: Double?

  /// C′ and the step that would bring it about.
  package var bestContribution: Int64?
  package var reEngineeringStep: String?
  package var shareOfWallet: Double?
  /// G: what the customer spends in the category elsewhere.
  package var openWallet: Int64?
  /// R, 0 to 1.
  package var risk: Double?
  package var isDeclining: Bool?
  package var rivalSeen: Bool?
  package var significance: Significance?
  /// Empty: looked for and none found.
  package var holds: Set<HoldFlag>?

  /// Of a prospect: fit 0 to 100; expected lifetime value less the cost of winning; that cost.
  package var fit: Double?
  package var startGain: Int64?
  package var startCost: Int64?
  /// Of a lapsed customer: Δp of regain × second lifetime value less cost (F28); that cost.
  package var regainGain: Int64?
  package var regainCost: Int64?

  package init(_ customer: ID<Customer>, standing: Standing? = nil) {
    self.customer = customer
    self.standing = standing
  }

  /// The inputs that are missing and belong to the customer's standing.
  package var unknown: [StrategyFact] {
    let mayLose = contribution.map { $0 < 0 } ?? true
    let ofCustomers: [(StrategyFact, Bool)] = [
      (.contribution, contribution == nil), (.measuredCost, assumedCost != 0),
      (.bestContribution, mayLose && bestContribution == nil),
      (.significance, significance == nil), (.hold, mayLose && holds == nil),
      (.value, value == nil), (.rival, rivalSeen == nil), (.risk, risk == nil),
      (.wallet, shareOfWallet == nil || openWallet == nil),
    ]
    let asked: [(StrategyFact, Bool)] =
      switch standing {
      case nil: [(.standing, true)] + ofCustomers
      case .prospect: [(.fit, fit == nil), (.startGain, startGain == nil)]
      case .lapsed: [(.regainGain, regainGain == nil)]
      case .active: ofCustomers
      }
    return asked.filter(\.1).map(\.0)
  }

  /// - Throws: `Problem` when a number is not finite or out of its range.
  func requireUsable() throws {
    let shares = [shareOfWallet, risk].compactMap(\.self).allSatisfy { (0...1).contains($0) }
    let scores = [value, fit].compactMap(\.self).allSatisfy { (0...100).contains($0) }
    let amounts = [
      contribution, assumedCost, costToServe, lifetimeValue, bestContribution, openWallet, startGain, startCost,
      regainGain, regainCost,
    ]
    guard shares, scores, marginRate.map({ (-10...10).contains($0) }) ?? true,
      amounts.compactMap(\.self).allSatisfy({ $0.magnitude <= Money.limit.magnitude * 100 })
    else {
      throw Problem(
        .invalid, field: "customer", "A fact of customer \(customer) is out of range.",
        mend: "Shares and risks are 0 to 1, value and fit 0 to 100.")
    }
  }
}
