import Conditions
import Customers
import Kernel
import Web

/// The portfolio: the board of strategies, and what the run says of every customer.
package struct PortfolioRoutes: Sendable {
  let portfolios: Portfolios
  let customers: Customers
  let decisions: Decisions

  package init(_ portfolios: Portfolios, customers: Customers, decisions: Decisions) {
    self.portfolios = portfolios
    self.customers = customers
    self.decisions = decisions
  }

  package static let path = "/portfolio/strategies"

  private static let inputs: [Route.Input] = [.init("scenario", "Settings of a name, instead of the numbers in force")]

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "Which strategy each group of customers calls for.",
        answer: .of(PortfolioReport.self, or: [String: Int].self),
        inputs: Self.inputs, action: show),
      Route(
        .get, "/portfolio/values", .may(.see, .analysis), "Contribution and lifetime value of every customer.",
        answer: .of([PortfolioSheet.Value].self),
        inputs: Self.inputs
      ) { visit in try await list(visit, \.values) },
      Route(
        .get, "/portfolio/calls", .may(.see, .analysis), "What the rules call for with every customer.",
        answer: .of([PortfolioSheet.Strategy].self),
        inputs: Self.inputs
      ) { visit in try await list(visit, \.strategies) },
    ]
  }

  private static func scenario(_ visit: Visit) -> String? { visit.query["scenario"].flatMap { $0.isEmpty ? nil : $0 } }

  private func run(_ visit: Visit) async throws -> Portfolio? {
    let question = try await portfolios.question(scenario: Self.scenario(visit), for: visit.actor)
    return try await portfolios.run(question, for: visit.actor)
  }

  /// Lists for programs; a person is sent to the board.
  private func list<Row: Encodable & Sendable>(
    _ visit: Visit, _ rows: KeyPath<PortfolioSheet, [Row]> & Sendable
  ) async throws -> Answer {
    guard visit.face == .json else { return .redirect(to: Self.path) }
    let sheet = try await portfolios.sheet(scenario: Self.scenario(visit), for: visit.actor)
    return .json(sheet?[keyPath: rows] ?? [])
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    guard let portfolio = try await run(visit) else {
      if visit.face == .json { return .json(["customers": 0]) }
      return .page(NothingBoughtPage(title: "Strategies", path: Self.path, visit: visit).html)
    }
    if visit.face == .json { return .json(try PortfolioReport(portfolio)) }
    let weakest = portfolio.strategies.weakest(10)
    let names = try await customers.names(weakest.map(\.customer), for: visit.actor)
    let record = try await decisions.trackRecord(analysis: Self.path, for: visit.actor)
    return .page(
      StrategyPage(portfolio: portfolio, weakest: weakest, names: names, record: record, visit: visit).html)
  }
}
