import Analytics
import Customers
import Kernel

/// The portfolio of customers as it stands: what each earned and is expected to be worth, who matters and why, and which
/// of the seven core strategies each calls for (domain F1, F5, F8, F12, F13).
package struct Portfolio: Sendable {
  package let question: PortfolioQuestion
  package let asOf: Day
  package let window: Period
  package let currency: Currency
  package let revision: Int64
  package let contribution: Contribution
  package let equity: CustomerEquity?
  package let significant: SignificantCustomers
  package let strategies: CoreStrategies
  package let gaps: DataGaps
  package let forecast: SalesForecast?
  /// Customers whose spending of the last quarter fell below half of what it was.
  package let declining: Set<ID<Customer>>
  /// What people said of endings, by customer.
  package let verdicts: [ID<Customer>: EndingVerdict]

  let seen: SeenFacts
  /// What strategies cost and bring, as people entered it.
  let playbook: Playbook

  /// What goes in.
  struct Facts: Sendable {
    let ledger: PurchaseLedger
    let contribution: Contribution
    let equity: CustomerEquity?
    /// By customer and name.
    let traits: [ID<Customer>: [String: String]]
    let verdicts: [SignificanceVerdict]
    let overrides: [ID<Customer>: StrategyAssignment.Override]
    let endings: [ID<Customer>: EndingVerdict]
    let firstWeekday: Int
    var seen = SeenFacts.Inputs()
    /// Margins of all that was ever bought, where somebody may be won back.
    var lifelong: CustomerMargins?
    /// Every party, whether or not it ever bought.
    var accounts: [ID<Customer>] = []
  }

  init(_ question: PortfolioQuestion, _ facts: Facts) throws {
    self.question = question
    contribution = facts.contribution
    equity = facts.equity
    (window, asOf) = (facts.contribution.window, facts.contribution.asOf)
    (currency, revision) = (facts.contribution.currency, facts.contribution.revision)
    seen = SeenFacts(facts.seen, asOf: asOf)
    playbook = question.assumptions.playbook(in: currency)
    let values = Self.values(facts.equity)
    significant = try Self.significant(question, facts, seen, values)
    let reading = try FactReading(question, facts, seen: seen, asOf: asOf)
    var strategyFacts = try Everyone(facts).members.map { try reading.facts(of: $0, value: values[$0.customer]) }
    let significances = significant.significances
    for place in strategyFacts.indices {
      strategyFacts[place].significance =
        question.leavesOutSignificance
        ? StrategyFacts.Significance.none : significances[strategyFacts[place].customer] ?? .none
    }
    var settings = question.strategy
    settings.mayEnd = settings.mayEnd && !facts.contribution.costing.isCautious
    strategies = CoreStrategies(
      try CoreStrategies(strategyFacts, settings: settings), overrides: facts.overrides,
      approvals: facts.endings.filter { $0.value.answer == .approved }.mapValues(\.approval),
      rejections: facts.endings.filter { $0.value.answer == .rejected }.mapValues(\.approval))
    verdicts = facts.endings
    declining = Set(strategyFacts.filter { $0.isDeclining == true }.map(\.customer))
    gaps = try DataGaps(strategies, playbook: playbook, asking: question.assumptions.askingCosts(in: currency))
    forecast = try SalesForecast(
      facts.ledger, until: question.forecastUntil ?? asOf, horizon: question.forecastWeeks,
      firstWeekday: facts.firstWeekday, currency: currency)
  }

  /// All four detectors, with what people said of their proposals.
  private static func significant(
    _ question: PortfolioQuestion, _ facts: Facts, _ seen: SeenFacts, _ values: [ID<Customer>: Int64]
  ) throws -> SignificantCustomers {
    let rows = facts.contribution.costing.rows
    guard !question.leavesOutSignificance else {
      return SignificantCustomers([], base: rows.count, verdicts: facts.verdicts)
    }
    let highValue = try HighLifetimeValue(
      rows.map {
        .init(
          $0.customer, lifetimeValue: values[$0.customer], contribution: $0.contribution ?? $0.grossMargin,
          volume: $0.sales.net)
      }, line: question.line)
    let scale = Double(facts.contribution.currency.minorPerMajor)
    let earned = Dictionary(
      rows.compactMap { row in row.contribution.map { (row.customer, $0) } }, uniquingKeysWith: { first, _ in first })
    let fixedCost = question.assumptions[.fixedCost].flatMap { Int64(exactly: ($0 * scale).rounded()) } ?? 0
    let magnets = try CostMagnet(
      rows.map { .init($0.customer, contribution: $0.contribution, minutes: $0.minutes) }, fixedCost: fixedCost)
    return SignificantCustomers(
      [
        highValue.detection,
        try seen.benchmarks(among: facts.ledger.customers, contributions: earned, scale: scale),
        try seen.inspirations(), magnets.detection,
      ], base: rows.count, verdicts: facts.verdicts,
      confirmsHighValue: question.assumptions[.confirmHighValue] == 1)
  }

  private static func values(_ equity: CustomerEquity?) -> [ID<Customer>: Int64] {
    guard let equity, equity.hasValue, equity.margins != nil else { return [:] }
    let scale = Double(equity.currency.minorPerMajor)
    return Dictionary(
      equity.entries.compactMap { entry in
        entry.value.flatMap { Int64(exactly: ($0 * scale).rounded()) }.map { (entry.customer, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }
}
