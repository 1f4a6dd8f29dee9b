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

  /// What goes in.
  struct Facts: Sendable {
    let ledger: PurchaseLedger
    let contribution: Contribution
    let equity: CustomerEquity?
    /// By customer and name.
    let traits: [ID<Customer>: [String: String]]
    let verdicts: [SignificanceVerdict]
    let overrides: [ID<Customer>: StrategyAssignment.Override]
    let firstWeekday: Int
  }

  init(_ question: PortfolioQuestion, _ facts: Facts) throws {
    self.question = question
    contribution = facts.contribution
    equity = facts.equity
    (window, asOf) = (facts.contribution.window, facts.contribution.asOf)
    (currency, revision) = (facts.contribution.currency, facts.contribution.revision)
    let rows = facts.contribution.costing.rows
    let values = Self.values(facts.equity)
    let highValue = try HighLifetimeValue(
      rows.map {
        .init(
          $0.customer, lifetimeValue: values[$0.customer], contribution: $0.contribution ?? $0.grossMargin,
          volume: $0.sales.net)
      }, line: question.line)
    significant = SignificantCustomers(
      question.leavesOutSignificance ? [] : [highValue.detection], base: rows.count, verdicts: facts.verdicts)
    let reading = try FactReading(question, facts, asOf: asOf)
    var strategyFacts = try rows.map { try reading.facts(of: $0, value: values[$0.customer]) }
    let significances = significant.significances
    for place in strategyFacts.indices {
      strategyFacts[place].significance =
        question.leavesOutSignificance
        ? StrategyFacts.Significance.none : significances[strategyFacts[place].customer] ?? .none
    }
    var settings = question.strategy
    settings.mayEnd = settings.mayEnd && !facts.contribution.costing.isCautious
    strategies = CoreStrategies(
      try CoreStrategies(strategyFacts, settings: settings), overrides: facts.overrides)
    declining = Set(strategyFacts.filter { $0.isDeclining == true }.map(\.customer))
    gaps = try DataGaps(
      strategies, playbook: Playbook(marginRate: question.assumptions[.margin]), asking: AskingCosts())
    forecast = try SalesForecast(
      facts.ledger, until: question.forecastUntil ?? asOf, horizon: question.forecastWeeks,
      firstWeekday: facts.firstWeekday, currency: currency)
  }

  private static func values(_ equity: CustomerEquity?) -> [ID<Customer>: Int64] {
    guard let equity, equity.hasValue, equity.question.margin != nil else { return [:] }
    let scale = Double(equity.currency.minorPerMajor)
    return Dictionary(
      equity.entries.compactMap { entry in
        entry.value.flatMap { Int64(exactly: ($0 * scale).rounded()) }.map { (entry.customer, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }
}

/// Reads what the rules ask of each customer from the facts.
private struct FactReading {
  let question: PortfolioQuestion
  let ledger: PurchaseLedger
  let asOf: Day
  let quarters: [Period]
  let scale: Double
  private let places: [ID<Customer>: Int]
  private let wallets: [ID<Customer>: WalletShare.Estimate]
  /// The middle of all customers' usual gaps, for those with too few orders of their own.
  private let usualGap: Double?

  init(_ question: PortfolioQuestion, _ facts: Portfolio.Facts, asOf: Day) throws {
    self.question = question
    ledger = facts.ledger
    self.asOf = asOf
    scale = Double(facts.contribution.currency.minorPerMajor)
    quarters = question.lastFourQuarters(asOf: asOf)
    places = Dictionary(
      facts.ledger.customers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    wallets = try Self.wallets(question.wallet, facts, scale: scale)
    usualGap = Self.usualGap(facts.ledger, asOf: asOf)
  }

  private static func wallets(
    _ cells: WalletCells?, _ facts: Portfolio.Facts, scale: Double
  ) throws -> [ID<Customer>: WalletShare.Estimate] {
    guard let cells, !cells.traits.isEmpty else { return [:] }
    var numbers: [[String]: Int] = [:]
    var alike: [(customer: ID<Customer>, cell: Int, sales: Double)] = []
    for row in facts.contribution.costing.rows {
      let values = cells.traits.compactMap { name in
        facts.traits[row.customer]?[name].map { cells.bands[name]?[$0] ?? $0 }
      }
      guard values.count == cells.traits.count else { continue }
      let cell = numbers[values] ?? numbers.count
      numbers[values] = cell
      alike.append((row.customer, cell, Double(row.sales.net) / scale))
    }
    let estimates = try WalletShare.byPeers(sales: alike.map(\.sales), cells: alike.map(\.cell))
    return Dictionary(
      zip(alike, estimates).compactMap { row, estimate in estimate.map { (row.customer, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  private static func usualGap(_ ledger: PurchaseLedger, asOf: Day) -> Double? {
    var gaps: [Double] = []
    for position in ledger.customers.indices {
      let days = Self.orderDays(ledger, position, asOf)
      guard days.count > 3, let first = days.first, let last = days.last else { continue }
      gaps.append(Double(last - first) / Double(days.count - 1))
    }
    return gaps.median.flatMap { $0 > 0 ? $0 : nil }
  }

  private static func orderDays(_ ledger: PurchaseLedger, _ position: Int, _ asOf: Day) -> [Int32] {
    var days: [Int32] = []
    for entry in ledger.entries(of: position) where !ledger.isReturn[entry] && ledger.days[entry] <= asOf.number {
      if days.last != ledger.days[entry] { days.append(ledger.days[entry]) }
    }
    return days
  }

  func facts(of row: CustomerContribution, value: Int64?) throws -> StrategyFacts {
    var facts = StrategyFacts(row.customer)
    // While no rate is entered, what the goods leave is all that is known of what a customer earns.
    facts.contribution = row.contribution ?? row.grossMargin
    facts.assumedCost = row.assumedCost
    facts.costToServe = row.costToServe
    facts.lifetimeValue = value
    facts.marginRate = row.marginRate
    if let position = places[row.customer] {
      let days = Self.orderDays(ledger, position, asOf).map { Day($0) }
      if !days.isEmpty {
        let rhythm = try PurchaseRhythm(days: days, segmentGap: usualGap, asOf: asOf)
        facts.standing = question.strategy.lapse.standing(
          lastPurchase: days.last, rhythm: rhythm.state, asOf: asOf)
        // Twice the usual gap is the line of risk; the index is put so that it falls on the rules' limit.
        facts.risk = rhythm.overdueIndex.map { min(1, $0 / 2 * question.strategy.riskLimit) }
      }
      facts.isDeclining = PurchaseRhythm.isDeclining(quarters: spending(position))
    }
    if question.strategy.declineIsRisk { facts.risk = nil }
    if let wallet = wallets[row.customer] {
      facts.shareOfWallet = wallet.share
      facts.openWallet = Int64(exactly: (wallet.open * scale).rounded())
    }
    if question.leavesOutSignificance { (facts.rivalSeen, facts.holds) = (false, []) }
    return facts
  }

  private func spending(_ position: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: quarters.count)
    for entry in ledger.entries(of: position) {
      let day = Day(ledger.days[entry])
      if let place = quarters.firstIndex(where: { $0.contains(day) }) { sums[place] += Double(ledger.minor[entry]) }
    }
    return sums
  }
}
