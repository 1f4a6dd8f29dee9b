import Conditions
import Customers
import Kernel
import Portfolio
import Store
import Web

extension Modules {
  /// Decisions, the analyses they are taken from, and what each of these expects.
  package var deciding: Deciding {
    let modules = self
    return Deciding(
      decisions, judging: judging,
      analyses: [
        modules.concentrationDecisions, modules.valueDecisions, modules.equityDecisions, modules.contributionDecisions,
        modules.strategyDecisions, modules.fixedCostDecisions,
      ] + modules.matrixDecisions, customers: customers
    ) { measure, actor in
      guard measure == .contribution else { return [:] }
      return try await modules.assumptions.inForce(on: modules.companies.today(), for: actor).settings
    }
  }

  /// What customers left in a window, at the rates a forecast was made with.
  static func contributionReader(_ contributions: Contributions) -> Judging.ContributionReader {
    { members, window, settings in
      let set = AssumptionSet(settings: settings)
      guard
        let answer = try await contributions.answer(.span(window), assumptions: set, for: Judging.judge)
      else { return 0 }
      return answer.major(of: members)
    }
  }

  private func likeBefore(_ window: Period, for actor: Actor) async throws -> LikeBefore? {
    guard let company = try await companies.current() else { return nil }
    return LikeBefore(try await ledgers.current(for: actor), currency: company.currency, window: window)
  }

  // Concentration: how the best do next, by how those chosen the same way did.

  private var concentrationDecisions: DecidableAnalysis {
    DecidableAnalysis(path: ConcentrationRoutes.path, title: "Concentration") { actor, asked in
      let question = try ConcentrationRoutes.question(asked)
      return try await concentrations.answer(question, for: actor)?.figures ?? []
    } forecasts: { actor, _, window in
      guard let before = try await likeBefore(window, for: actor) else { return [] }
      let best = before.bestFifth(by: window.from.adding(days: -1))
      return [
        before.share(.salesShare) { before.bestFifth(by: $0) }, before.naive(.sales, of: best),
        before.share(.retention) { before.buyersOfYear(by: $0) }, before.naive(.orders, of: before.all()),
      ].compactMap { $0 }
    }
  }

  // Matrices and fixed cost: figures without a forecast.

  private var fixedCostDecisions: DecidableAnalysis {
    DecidableAnalysis(path: FixedCostRoutes.path, title: "Fixed cost") { actor, asked in
      let usual = try await fixedCosts.usual(for: actor)
      let removed = try FixedCostRoutes.removed(asked) ?? usual
      return try await fixedCosts.answer(for: actor)?.figures(removed) ?? []
    }
  }

  private var matrixDecisions: [DecidableAnalysis] {
    MatrixKind.allCases.map { kind in
      DecidableAnalysis(path: kind.path, title: kind.title) { actor, asked in
        try await matrices.answer(try MatrixRoutes.question(kind, asked), for: actor)?.figures ?? []
      }
    }
  }

  // Lifetime value: what the model expects.

  private var values: LifetimeValueRoutes {
    LifetimeValueRoutes(equities, assumptions: assumptions, customers: customers, decisions: decisions)
  }

  private var valueDecisions: DecidableAnalysis {
    DecidableAnalysis(path: LifetimeValueRoutes.path, title: "Lifetime value") { actor, asked in
      let question = try await values.question(asked, for: actor, today: try await companies.today())
      return try await equities.answer(question, for: actor)?.figures ?? []
    } forecasts: { actor, asked, window in
      let question = try await values.question(asked, for: actor, today: try await companies.today())
      guard let equity = try await equities.answer(question, for: actor) else { return [] }
      let best = FrozenGroup.Draft(.top, "the top 20 % by expected value", equity.best().map(\.customer))
      return try await expected(
        question, [(.repeatOrders, nil), (.sales, nil), (.salesShare, best), (.sales, best)], in: window, for: actor)
    }
  }

  private var equityDecisions: DecidableAnalysis {
    DecidableAnalysis(path: EquityRoutes.path, title: "Customer equity") { actor, asked in
      try await EquityRoutes(equityHistories, value: values, segments: segments)
        .answer(asked, for: actor, today: try await companies.today())?.figures ?? []
    } forecasts: { actor, asked, window in
      var question = try await values.question(asked, for: actor, today: try await companies.today())
      question.asOf = nil
      return try await expected(question, [(.sales, nil), (.repeatOrders, nil)], in: window, for: actor)
    }
  }

  /// What the model expects of groups, nil standing for everybody; without a model the same as before.
  private func expected(
    _ question: LifetimeValueQuestion, _ wanted: [(Measure, FrozenGroup.Draft?)], in window: Period, for actor: Actor
  ) async throws -> [Forecast.Offer] {
    if let outlook = try await outlooks.answer(question, in: window, for: actor) {
      return try wanted.compactMap { try outlook.offer($0.0, of: $0.1 ?? outlook.all) }
    }
    guard let before = try await likeBefore(window, for: actor) else { return [] }
    return wanted.compactMap { before.naive($0.0, of: $0.1 ?? before.all()) }
  }

  // Contribution: the same as before, at the same rates.

  private var contributionRoutes: ContributionRoutes {
    ContributionRoutes(
      contributions, assumptions: assumptions, customers: customers, segments: segments, decisions: decisions)
  }

  private var contributionDecisions: DecidableAnalysis {
    DecidableAnalysis(path: ContributionRoutes.path, title: "Contribution") { actor, asked in
      try await contributionRoutes.answer(asked, for: actor, today: try await companies.today())?.figures ?? []
    } forecasts: { actor, asked, window in
      let set = try await assumptions.inForce(on: try await companies.today(), for: actor)
      guard let before = try await likeBefore(window, for: actor),
        let now = try await contributionRoutes.answer(asked, for: actor, today: try await companies.today()),
        let past = try await contributions.answer(.span(window.before), assumptions: set, for: actor)
      else { return [] }
      let losing = FrozenGroup.Draft(.segment, "customers who lose money", now.losing.map(\.customer))
      return [before.all(), losing].filter { !$0.members.isEmpty }.compactMap { group in
        past.major(of: Set(group.members)).map {
          before.naive(.contribution, of: group, value: $0, settings: set.settings)
        }
      }
    }
  }

  // Strategies: what the model expects of those who matter and of each group.

  private var strategyDecisions: DecidableAnalysis {
    DecidableAnalysis(path: PortfolioRoutes.path, title: "Strategies") { actor, asked in
      try await portfolio(asked, for: actor)?.figures ?? []
    } forecasts: { actor, asked, window in
      guard let portfolio = try await portfolio(asked, for: actor) else { return [] }
      let significant = FrozenGroup.Draft(
        .significant, "the significant customers", portfolio.significant.all.map(\.customer))
      var wanted: [(Measure, FrozenGroup.Draft?)] = [(.repeatOrders, nil)]
      if !significant.members.isEmpty { wanted += [(.salesShare, significant), (.sales, significant)] }
      wanted += portfolio.largestGroups(3).map { group in (Measure.sales, group) }
      var offers = try await expected(
        portfolio.equity?.question ?? portfolio.question.value, wanted, in: window, for: actor)
      if let scenario = portfolio.question.scenario { offers = offers.map { $0.under(["scenario": scenario]) } }
      return offers + [try await companySales(window, for: actor)].compactMap { $0 }
    }
  }

  private func portfolio(_ asked: Fields, for actor: Actor) async throws -> Portfolio? {
    let scenario = asked["scenario"].flatMap { $0.isEmpty ? nil : $0 }
    return try await portfolios.run(try await portfolios.question(scenario: scenario, for: actor), for: actor)
  }

  /// Sales of the whole company by the method that was least wrong on the last weeks.
  private func companySales(_ window: Period, for actor: Actor) async throws -> Forecast.Offer? {
    guard let company = try await companies.current() else { return nil }
    let weeks = (window.days + 6) / 7
    let forecast = try SalesForecast(
      try await ledgers.current(for: actor), until: window.from.adding(days: -1), horizon: weeks,
      firstWeekday: company.firstWeekday, currency: company.currency)
    guard let forecast, let method = forecast.method else { return nil }
    let share = Double(window.days) / Double(7 * weeks)
    return Forecast.Offer(
      .totalSales, of: .company, value: forecast.total * share,
      interval: forecast.interval.map { ($0.low * share, $0.high * share) }, cover: forecast.interval?.level ?? 0.9,
      window: window, asOf: window.from.adding(days: -1), method: method.name,
      explanation: "By \(method.name), which was least wrong on the last \(weeks) weeks.")
  }
}
