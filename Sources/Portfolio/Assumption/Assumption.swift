import Kernel

/// A number that a person enters because the data have none: what figures rest on it say so.
package struct Assumption: Sendable, Equatable, Codable {
  /// What is assumed. Money is entered in major units of the company's currency, shares as fractions.
  package enum Name: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    case margin, annualDiscount, months, ceiling, retention, costOfCapital
    case order, orderLine, delivery, `return`, visitMinute, callMinute, ticketMinute, ticket, contact, coupon, invoice
    case dunning, customisation
    // What carries the rest.
    case fixedCost, confirmHighValue, orderMinutes, orderLineMinutes
    // What the strategies cost and bring.
    case fitFloor, acquisitionCost, winBackRegain, winBackCost
    case stepVisitsKept, stepCallsKept, stepOrdersKept, stepDiscountCeiling
    case protectCost, protectSaves, enhanceCost, enhanceWins, harvestCost, harvestSaves, reEngineerCost, endCost
    // What asking costs.
    case asking, askingWallet, askingRival, askingHold
  }

  package let name: Name
  package let since: Day
  /// nil: it was taken back.
  package let value: Double?
  package let by: String
  package let at: Instant
}

/// The assumptions in force on a day.
package struct AssumptionSet: Sendable, Equatable, Hashable {
  package private(set) var values: [Assumption.Name: Double]
  /// The pools of capacity, by name.
  package private(set) var pools: [String: Capacity.Pool]

  package init(_ values: [Assumption.Name: Double] = [:], pools: [String: Capacity.Pool] = [:]) {
    self.values = values
    self.pools = pools
  }

  /// Activities with an entered price.
  var rated: Set<CostActivity> { Set(values.keys.compactMap(\.activity)) }

  package subscript(name: Assumption.Name) -> Double? { values[name] }

  /// - Parameter days: of the window.
  /// - Throws: `Problem` naming the rate that cannot be used.
  package func rates(in currency: Currency, days: Int = 365) throws -> CostRates {
    var rates: [CostActivity: ActivityRate] = [:]
    for (name, value) in values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      guard let activity = name.activity else { continue }
      // A ticket costs by its minutes where a minute has a price, by the piece else.
      if name == .ticket, values[.ticketMinute] != nil { continue }
      let minor = value * Double(currency.minorPerMajor)
      rates[activity] = name.isPerMinute ? .perMinute(minor) : .perPiece(minor)
    }
    // A minute without an entered price costs what it costs in its pool.
    for (name, pool) in pools.sorted(by: { $0.key < $1.key }) {
      for activity in pool.activities where rates[activity] == nil {
        rates[activity] = .timed(pool: name, minutesPerPiece: nil)
      }
    }
    let minutes = [CostActivity.order: self[.orderMinutes], .orderLine: self[.orderLineMinutes]].compactMapValues { $0 }
    return try CostRates(
      rates: rates, pools: try pools.sorted { $0.key < $1.key }.map { try $0.value.pool(named: $0.key, days: days) },
      costOfCapital: self[.costOfCapital], defaultMargin: self[.margin], minutesPerPiece: minutes)
  }

  /// What is asked of lifetime value under these assumptions.
  package var lifetimeValue: LifetimeValueQuestion {
    var question = LifetimeValueQuestion(margin: self[.margin])
    if let months = self[.months] { question.months = Int(months.rounded()) }
    if let discount = self[.annualDiscount] { question.annualDiscount = discount }
    if let ceiling = self[.ceiling] { question.ceiling = ceiling }
    question.retention = self[.retention]
    question.assumptions = self
    return question
  }
}

extension AssumptionSet {
  /// Money in minor units; nil where nobody entered it.
  private func minor(_ name: Assumption.Name, _ currency: Currency) -> Int64? {
    self[name].flatMap { Int64(exactly: ($0 * Double(currency.minorPerMajor)).rounded()) }
  }

  /// What strategies cost and bring.
  func playbook(in currency: Currency) -> Playbook {
    let names: [CoreStrategy: Assumption.Name] = [
      .start: .acquisitionCost, .winBack: .winBackCost, .reEngineer: .reEngineerCost, .end: .endCost,
      .protect: .protectCost, .enhance: .enhanceCost, .harvest: .harvestCost,
    ]
    return Playbook(
      costs: names.compactMapValues { minor($0, currency) }, protects: self[.protectSaves], wins: self[.enhanceWins],
      saves: self[.harvestSaves], marginRate: self[.margin])
  }

  /// What finding out a fact costs.
  func askingCosts(in currency: Currency) -> AskingCosts {
    let names: [StrategyFact: Assumption.Name] = [.wallet: .askingWallet, .rival: .askingRival, .hold: .askingHold]
    return AskingCosts(names.compactMapValues { minor($0, currency) }, otherwise: minor(.asking, currency))
  }
}
