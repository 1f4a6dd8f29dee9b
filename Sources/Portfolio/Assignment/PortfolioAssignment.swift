import Customers
import Kernel

/// What the first stage hands on about one customer (domain 3.2, A): strategy with its doubts, significance with its
/// evidence, value with its interval, and what is not known. Money of sales in minor, of value in major units.
package struct PortfolioAssignment: Sendable, Equatable {
  /// One way in which the customer matters.
  package struct Kind: Sendable, Equatable, Codable {
    package let kind: SignificanceKind
    package let status: SignificantCustomer.Status
    package let score: Double
    package let evidence: [SignificanceEvidence]
  }

  package let customer: ID<Customer>
  /// The number the customer's feed knows it by.
  package private(set) var externalID: String
  /// The customer's name when the row was written down; nil in a row of today.
  package private(set) var name: String?
  package let segment: String?

  /// The strategy that counts; nil while undecided, not pursued, or while ending waits for a person.
  package let strategy: CoreStrategy?
  /// What the rules or a person propose, whether or not it counts yet.
  package let proposed: CoreStrategy?
  /// What the rules say, whatever people said.
  package let ruled: CoreStrategy?
  /// Where the customer stands on the board, or `undecided`.
  package let heading: Heading
  package let runnerUp: CoreStrategy?
  package let distance: Double?
  /// The question whose figure lies nearest to its line.
  package let turnsOn: StrategyTest?
  package let between: [CoreStrategy]
  /// The facts that would decide, then the others that are not known.
  package let missing: [StrategyFact]
  package let unknown: [StrategyFact]
  /// What knowing the missing facts is worth; nil where it cannot be priced.
  package let worth: Int64?
  package let kinds: [Kind]

  package let sales: Int64
  package let contribution: Int64?
  package let grade: Figure.Grade
  package let value: Double?
  package let low: Double?
  package let high: Double?
  /// V, and what it ranks.
  package let percentile: Double?
  package let basis: ValueRanking.Basis?
  /// What may be spent on keeping the customer, in major units.
  package let ceiling: Double?

  package let override: StrategyAssignment.Override?
  package let ending: Ending.State?
  /// The rules' questions in the order of `StrategyTest.allCases`: y, n, or ? where the fact is missing.
  package let answers: String

  /// Where a customer stands.
  package typealias Heading = StrategyHeading

  /// Proposed or confirmed.
  package var standingKinds: [Kind] { kinds.filter { $0.status != .rejected } }
  package var isUndecided: Bool { between.count > 1 && override == nil }
}

extension PortfolioAssignment {
  /// Without the customer's name and number elsewhere, for who may not know them.
  func seen(by actor: Actor) -> PortfolioAssignment {
    var row = self
    if !actor.knowsKeys { row.externalID = "\(customer)" }
    if !actor.knowsCustomers { row.name = name.map { _ in Customer.numbered(customer) } }
    return row
  }
}

extension AssignmentBook {
  func seen(by actor: Actor) -> AssignmentBook {
    guard !actor.knowsKeys || !actor.knowsCustomers else { return self }
    return AssignmentBook(
      asOf: asOf, window: window, currency: currency, revision: revision, model: model,
      rows: rows.map { $0.seen(by: actor) })
  }
}

/// Every customer of a portfolio as it is handed on.
package struct AssignmentBook: Sendable {
  package let asOf: Day
  package let window: Period
  package let currency: Currency
  package let revision: Int64
  package let model: String?
  /// By customer.
  package let rows: [PortfolioAssignment]

  package init(
    asOf: Day, window: Period, currency: Currency, revision: Int64, model: String?, rows: [PortfolioAssignment]
  ) {
    (self.asOf, self.window, self.currency) = (asOf, window, currency)
    (self.revision, self.model, self.rows) = (revision, model, rows)
  }

  init(
    _ portfolio: Portfolio, keys: [ID<Customer>: String], segments: [ID<Customer>: String],
    names: [ID<Customer>: String] = [:]
  ) {
    let reading = AssignmentReading(portfolio, keys: keys, segments: segments, names: names)
    self.init(
      asOf: portfolio.asOf, window: portfolio.window, currency: portfolio.currency, revision: portfolio.revision,
      model: portfolio.equity?.fit?.model.rawValue,
      rows: portfolio.strategies.assignments.map(reading.row).sorted { $0.customer < $1.customer })
  }

  /// How many customers stand under each heading, and what they contribute.
  package var counts: [StrategyHeading: CoreStrategies.Count] {
    rows.reduce(into: [:]) { counts, row in
      var count = counts[row.heading] ?? CoreStrategies.Count()
      count.customers += 1
      count.minor = count.minor.addingReportingOverflow(row.contribution ?? 0).partialValue
      counts[row.heading] = count
    }
  }
}

/// Puts together what a run says of each customer.
private struct AssignmentReading {
  let settings: StrategySettings
  let ceiling: Double
  let keys: [ID<Customer>: String]
  let segments: [ID<Customer>: String]
  let names: [ID<Customer>: String]
  private let contribution: Contribution
  private let isCosted: Bool
  private let entries: [ID<Customer>: CustomerEquity.Entry]
  private let kinds: [ID<Customer>: [SignificantCustomer]]
  private let worths: [ID<Customer>: Int64]

  init(
    _ portfolio: Portfolio, keys: [ID<Customer>: String], segments: [ID<Customer>: String],
    names: [ID<Customer>: String]
  ) {
    settings = portfolio.strategies.settings
    ceiling = portfolio.question.value.ceiling
    (self.keys, self.segments, self.names) = (keys, segments, names)
    contribution = portfolio.contribution
    isCosted = portfolio.contribution.costing.rows.contains { $0.contribution != nil }
    let hasValue = portfolio.equity?.margins != nil
    entries = Dictionary(
      (hasValue ? portfolio.equity?.entries ?? [] : []).map { ($0.customer, $0) },
      uniquingKeysWith: { first, _ in first })
    kinds = Dictionary(grouping: portfolio.significant.all, by: \.customer)
    worths = Dictionary(
      portfolio.gaps.questions.compactMap { question in question.worth.map { (question.customer, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  func row(_ assignment: StrategyAssignment) -> PortfolioAssignment {
    let customer = assignment.customer
    let (earned, entry) = (contribution[customer], entries[customer])
    let missing = assignment.answer.missing
    return PortfolioAssignment(
      customer: customer, externalID: keys[customer] ?? "\(customer)", name: names[customer],
      segment: segments[customer], strategy: assignment.counted, proposed: assignment.strategy,
      ruled: assignment.ruled, heading: Portfolio.standing(of: assignment), runnerUp: assignment.runnerUp,
      distance: assignment.distance, turnsOn: assignment.changes.first?.test,
      between: assignment.answer.isDecided ? [] : assignment.answer.strategies, missing: missing,
      unknown: assignment.unknown.filter { !missing.contains($0) }, worth: worths[customer],
      kinds: (kinds[customer] ?? []).map {
        .init(kind: $0.kind, status: $0.status, score: $0.score, evidence: $0.evidence)
      },
      sales: earned?.sales.net ?? 0, contribution: earned == nil && isCosted ? 0 : earned?.contribution,
      grade: earned?.grade ?? .measured, value: entry?.value, low: entry?.low, high: entry?.high,
      percentile: assignment.facts.value, basis: assignment.facts.valueBasis,
      ceiling: entry?.value.map { max(0, $0) * ceiling }, override: assignment.override, ending: assignment.ending,
      answers: answers(assignment.facts))
  }

  private func answers(_ facts: StrategyFacts) -> String {
    StrategyTest.allCases.reduce(into: "") { text, test in
      switch test.read(facts, settings) {
      case .known(true): text += "y"
      case .known(false): text += "n"
      case .missing: text += "?"
      }
    }
  }
}

extension Portfolio {
  /// Where an assignment stands on the board; undecided and not pursued ones too.
  package static func standing(of assignment: StrategyAssignment) -> StrategyHeading {
    if let known = heading(of: assignment).flatMap(StrategyHeading.init(rawValue:)) { return known }
    return assignment.answer == .decided(.notPursued) ? .notPursued : .undecided
  }
}
