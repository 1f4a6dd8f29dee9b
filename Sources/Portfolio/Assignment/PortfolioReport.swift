import Analytics
import Customers
import Kernel

/// A portfolio run as programs get it. Keys are added, never changed.
package struct PortfolioReport: Encodable, Sendable {
  struct Group: Encodable {
    var count: Int
    var money: Double
    /// Of protected customers, those whose spending fell.
    var declining: Int?
    /// What the strategy costs and brings with those customers, as far as it is known.
    var cost: Double?
    var gain: Double?
  }

  struct Undecided: Encodable {
    let count: Int
    let money: Double
    let between: [String]
    let missing: [String]
  }

  struct Gap: Encodable {
    let missing: [String]
    let between: [String]
    let customers: Int
    let worth: Double?
  }

  struct Forecast: Encodable {
    let method: String
    let error: Double?
    let errors: [String: Double]
    let weeks: Int
    let from: Day
    let total: Double
    let low: Double?
    let high: Double?
  }

  package let scenario: String?
  let asOf: Day
  let first: Day
  let last: Day
  let currency: String
  let customers: Int
  let model: String?
  let value: CustomerEquityReport?
  let contribution: ContributionReport
  let strategies: [String: Group]
  /// The largest group of those the rules cannot settle; the others are in `undecidedGroups`.
  let undecided: Undecided?
  let undecidedGroups: [Undecided]
  let significant: [String: Int]
  let significantShare: Double?
  let gaps: [Gap]
  let forecast: Forecast?

  package init(_ portfolio: Portfolio) throws {
    scenario = portfolio.question.scenario
    asOf = portfolio.asOf
    first = portfolio.window.from
    last = portfolio.window.last
    currency = portfolio.currency.code
    customers = portfolio.strategies.assignments.count
    model = portfolio.equity?.fit?.model.rawValue
    value = portfolio.equity.map { CustomerEquityReport($0) }
    contribution = ContributionReport(portfolio.contribution)
    let scale = Double(portfolio.currency.minorPerMajor)
    func money(_ minor: Int64) -> Double { Double(minor) / scale }
    let totals = Dictionary(
      try portfolio.strategies.totals(portfolio.playbook).map { ($0.strategy.rawValue, $0) },
      uniquingKeysWith: { first, _ in first })
    var groups: [String: Group] = [:]
    for (heading, group) in portfolio.groups {
      let total = totals[heading]
      groups[heading] = Group(
        count: group.customers, money: money(group.minor), declining: group.declining,
        cost: total?.cost.map(money), gain: total?.gain.map(money))
    }
    strategies = groups
    undecidedGroups = try portfolio.strategies.undecided.filter { !Portfolio.isBranchGroup($0.branch) }.map {
      Undecided(
        count: $0.count.customers, money: money($0.count.minor), between: $0.between.map(\.rawValue),
        missing: $0.missing.map(\.rawValue))
    }
    undecided = undecidedGroups.first
    significant = Dictionary(
      SignificanceKind.allCases.map { ($0.rawValue, portfolio.significant.counts[$0] ?? 0) },
      uniquingKeysWith: { first, _ in first })
    significantShare = portfolio.significant.share
    gaps = portfolio.gaps.gaps.map {
      Gap(
        missing: $0.facts.map(\.rawValue), between: $0.between.map(\.rawValue), customers: $0.customers,
        worth: $0.unpriced == $0.customers ? nil : money($0.worth))
    }
    forecast = portfolio.forecast.map { forecast in
      Forecast(
        method: forecast.method?.name ?? "", error: forecast.method?.error,
        errors: Dictionary(
          forecast.backTest.trials.compactMap { trial in trial.error.map { (trial.name, $0) } },
          uniquingKeysWith: { first, _ in first }),
        weeks: forecast.next.count, from: forecast.from, total: forecast.total, low: forecast.interval?.low,
        high: forecast.interval?.high)
    }
  }
}

extension PortfolioReport {
  /// The board in lines: who calls for what.
  package var groupLines: [String] {
    let decided = strategies.sorted { $0.value.count > $1.value.count }.map {
      "\($0.key): \($0.value.count) customers, \(Int($0.value.money.rounded())) \(currency)"
    }
    let open = undecidedGroups.map {
      "undecided between \($0.between.joined(separator: " and ")): \($0.count), for want of \($0.missing.joined(separator: ", "))"
    }
    return decided + open
  }
}

extension Portfolio {
  /// Customers under one heading of the board.
  package struct BoardGroup: Sendable, Equatable {
    package var customers = 0
    package var minor: Int64 = 0
    package var declining: Int?
  }

  /// Who lost money or lapsed is under that heading until the rules can say what follows from it.
  static func isBranchGroup(_ branch: StrategyBranch?) -> Bool { branch == .lapsed || branch == .lossMaking }

  /// The heading an assignment stands under: its strategy, or how far the rules came.
  package static func heading(of assignment: StrategyAssignment) -> String? {
    // Ending counts once a person approved it.
    if let ending = assignment.ending {
      return ending == .waiting ? StrategyHeading.endProposed.rawValue : assignment.counted?.rawValue
    }
    if let strategy = assignment.override?.strategy { return strategy.rawValue }
    switch assignment.answer {
    case .decided(.leave): return StrategyHeading.leave.rawValue
    case .decided(.held): return StrategyHeading.held.rawValue
    case .decided(.notPursued): return StrategyHeading.notPursued.rawValue
    case .decided(let call): return call.strategy?.rawValue
    case .undecided: return assignment.branch.flatMap { isBranchGroup($0) ? $0.rawValue : nil }
    }
  }

  /// The groups of the board by heading.
  package var groups: [String: BoardGroup] {
    strategies.assignments.reduce(into: [:]) { groups, assignment in
      guard let heading = Self.heading(of: assignment) else { return }
      var group = groups[heading] ?? BoardGroup()
      group.customers += 1
      group.minor = group.minor.addingReportingOverflow(assignment.facts.contribution ?? 0).partialValue
      if heading == CoreStrategy.protect.rawValue {
        group.declining = (group.declining ?? 0) + (declining.contains(assignment.customer) ? 1 : 0)
      }
      groups[heading] = group
    }
  }
}
