import Analytics
import Customers
import Kernel

/// Reads what the rules ask of each customer from the facts.
struct FactReading {
  let question: PortfolioQuestion
  let ledger: PurchaseLedger
  let seen: SeenFacts
  let asOf: Day
  let quarters: [Period]
  let scale: Double
  private let places: [ID<Customer>: Int]
  private let wallets: [ID<Customer>: WalletShare.Estimate]
  /// The middle of all customers' usual gaps, for those with too few orders of their own.
  private let usualGap: Double?
  private let repair: ReEngineering
  private let lifetimes: SecondLifetimes

  init(_ question: PortfolioQuestion, _ facts: Portfolio.Facts, seen: SeenFacts, asOf: Day) throws {
    self.question = question
    self.seen = seen
    ledger = facts.ledger
    self.asOf = asOf
    scale = Double(facts.contribution.currency.minorPerMajor)
    quarters = question.lastFourQuarters(asOf: asOf)
    places = Dictionary(
      facts.ledger.customers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    wallets = try Self.wallets(question.wallet, facts, scale: scale)
    usualGap = Self.usualGap(facts.ledger, asOf: asOf)
    repair = ReEngineering(assumptions: question.assumptions)
    lifetimes =
      question.asksForSecondLifetimes
      ? try SecondLifetimes(facts.equity, lifelong: facts.lifelong, ledger: facts.ledger) : .none
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

  func facts(of member: Everyone.Member, value: Int64?) throws -> StrategyFacts {
    var facts = StrategyFacts(member.customer)
    facts.peers = seen.segment(member.customer)
    facts.lifetimeValue = value
    if let row = member.row { read(row, into: &facts) }
    try readRhythm(of: member, into: &facts)
    switch facts.standing {
    case .prospect: readStart(&facts)
    case .lapsed: readRegain(&facts)
    case .active, nil: break
    }
    if question.readsDeclineAlone { facts.risk = nil }
    readWallet(member, into: &facts)
    facts.rivalSeen = seen.rivalSeen(member.customer)
    facts.holds = seen.holds(member.customer)
    if question.leavesOutSignificance { (facts.rivalSeen, facts.holds) = (false, []) }
    return facts
  }

  private func read(_ row: CustomerContribution, into facts: inout StrategyFacts) {
    // While no rate is entered, what the goods leave is all that is known of what a customer earns.
    facts.contribution = row.contribution ?? row.grossMargin
    facts.assumedCost = row.assumedCost
    facts.costToServe = row.costToServe
    facts.marginRate = row.marginRate
    guard let best = repair.best(for: row) else { return }
    (facts.bestContribution, facts.reEngineeringStep) = (best.contribution, best.name)
  }

  private func readRhythm(of member: Everyone.Member, into facts: inout StrategyFacts) throws {
    guard let position = places[member.customer] else {
      if !member.hasBought { facts.standing = .prospect }
      return
    }
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

  private func minor(_ name: Assumption.Name) -> Int64? {
    question.assumptions[name].flatMap { Int64(exactly: ($0 * scale).rounded()) }
  }

  private func readStart(_ facts: inout StrategyFacts) {
    facts.fit = seen.fit(facts.customer)
    facts.startCost = minor(.acquisitionCost)
    facts.startGain = lifetimes.newcomer.flatMap { worth in
      facts.startCost.flatMap { try? worth.minus($0) }
    }
  }

  private func readRegain(_ facts: inout StrategyFacts) {
    facts.regainCost = minor(.winBackCost)
    guard let chance = question.assumptions[.winBackRegain], let cost = facts.regainCost,
      let worth = lifetimes.values[facts.customer]
    else { return }
    facts.regainGain = Int64(exactly: (chance * Double(worth)).rounded()).flatMap { try? $0.minus(cost) }
  }

  private func readWallet(_ member: Everyone.Member, into facts: inout StrategyFacts) {
    if let wallet = seen.wallets[member.customer], wallet > 0 {
      let sales = max(0, member.row?.sales.net ?? 0)
      facts.shareOfWallet = min(1, Double(sales) / Double(wallet))
      facts.openWallet = max(0, wallet - min(wallet, sales))
    } else if let wallet = wallets[member.customer] {
      facts.shareOfWallet = wallet.share
      facts.openWallet = Int64(exactly: (wallet.open * scale).rounded())
    }
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
