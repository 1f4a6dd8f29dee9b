import Analytics
import Kernel

/// Which customers buy alike, so that the best of them say what the others could buy: traits, and how their values are
/// put together.
package struct WalletCells: Sendable, Equatable, Decodable {
  package let traits: [String]
  /// By trait, what a value counts as; a value that is not in it stands for itself.
  package let bands: [String: [String: String]]
}

/// What a portfolio run is asked: days, entered numbers, lines of the rules.
package struct PortfolioQuestion: Sendable, Equatable {
  package var scenario: String?
  package var window = ConcentrationQuestion.Window.trailing(365)
  package var assumptions = AssumptionSet()
  package var value = LifetimeValueQuestion()
  package var strategy = StrategySettings()
  /// Four stretches of days in which decline shows; empty: the last four times 91 days.
  package var quarters: [Period] = []
  package var wallet: WalletCells?
  /// The line above which lifetime value alone makes a customer significant.
  package var line = HighLifetimeValue.Line.equity(0.5)
  /// Whether nobody's significance is asked about, as in a scenario that leaves it out.
  package var leavesOutSignificance = false
  /// Whether lateness is no sign of risk, as in a scenario that has only falling spending.
  package var readsDeclineAlone = false
  package var forecastUntil: Day?
  package var forecastWeeks = 13

  package init(assumptions: AssumptionSet = AssumptionSet()) {
    self.assumptions = assumptions
    value = assumptions.lifetimeValue
    strategy.declineIsRisk = true
    if let floor = assumptions[.fitFloor] { strategy.fitFloor = floor }
  }

  /// Whether anybody has said what winning customers, or winning them back, costs and brings.
  var asksForSecondLifetimes: Bool {
    assumptions[.acquisitionCost] != nil || (assumptions[.winBackRegain] != nil && assumptions[.winBackCost] != nil)
  }

  func lastFourQuarters(asOf: Day) -> [Period] {
    guard quarters.isEmpty else { return quarters }
    return (0..<4).reversed().map { place in
      let end = asOf.adding(days: 1 - 91 * place)
      return Period(from: end.adding(days: -91), until: end)
    }
  }
}

/// The part of a scenario that sets a portfolio run.
package struct PortfolioScenario: Sendable, Equatable, Decodable {
  let assumptions: [Assumption.Name: Double]?
  let asOf: Day?
  let model: ModelName?
  let ranking: ValueRanking.Choice?
  let lapsedOnOrBefore: Day?
  let declineIsRisk: Bool?
  let highValueFirst: Bool?
  let quarters: [Scenario.Span]?
  let wallet: WalletCells?
  /// A percentile of lifetime value instead of the share of equity.
  let valuePercentile: Double?
  let leavesOutSignificance: Bool?
  let forecastUntil: Day?
}

extension PortfolioQuestion {
  package init(_ scenario: Scenario) {
    let settings = scenario.portfolio
    self.init(assumptions: AssumptionSet(settings?.assumptions ?? [:]))
    self.scenario = scenario.name
    window = ConcentrationQuestion(scenario).window
    value.asOf = settings?.asOf
    value.model = settings?.model
    strategy.ranking = settings?.ranking ?? .lifetimeValueFirst
    if let border = settings?.lapsedOnOrBefore { strategy.lapse = .lastPurchase(onOrBefore: border) }
    strategy.declineIsRisk = settings?.declineIsRisk ?? false
    readsDeclineAlone = strategy.declineIsRisk
    strategy.highValueFirst = settings?.highValueFirst ?? false
    quarters = (settings?.quarters ?? []).map(\.period)
    wallet = settings?.wallet
    if let percentile = settings?.valuePercentile { line = .percentile(percentile) }
    leavesOutSignificance = settings?.leavesOutSignificance ?? false
    forecastUntil = settings?.forecastUntil
  }
}
