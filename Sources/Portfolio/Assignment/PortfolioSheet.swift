import Customers
import Kernel
import Web

/// What a portfolio run says of every customer, by the name the feed knows it under.
package struct PortfolioSheet: Sendable {
  package struct Value: Encodable, Sendable {
    package let customer: String
    package let contribution: Double?
    package let clv: Double?
    package let low: Double?
    package let high: Double?
    package let grade: String

    private enum Key: String, CodingKey { case customer, contribution, clv, low, high, grade }

    // What is missing is written as null: a program need not ask whether the key is there.
    package func encode(to encoder: any Encoder) throws {
      var row = encoder.container(keyedBy: Key.self)
      try row.encode(customer, forKey: .customer)
      try row.encode(contribution, forKey: .contribution)
      try row.encode(clv, forKey: .clv)
      try row.encode(low, forKey: .low)
      try row.encode(high, forKey: .high)
      try row.encode(grade, forKey: .grade)
    }
  }

  package struct Evidence: Encodable, Sendable {
    package let signal: String
    package let value: Double
    package let grade: String
  }

  package struct Significance: Encodable, Sendable {
    package let customer: String
    package let kind: String
    package let score: Double
    package let status: String
    package let evidence: [Evidence]
  }

  package struct Strategy: Encodable, Sendable {
    package let customer: String
    /// `undecided` where the missing facts leave it open.
    package let strategy: String
    package let runnerUp: String?
    package let between: [String]
    package let missing: [String]
    package let heading: String?
  }

  package let values: [Value]
  package let significances: [Significance]
  package let strategies: [Strategy]

  init(_ portfolio: Portfolio, keys: [ID<Customer>: String]) {
    func name(_ customer: ID<Customer>) -> String { keys[customer] ?? "\(customer)" }
    let scale = Double(portfolio.currency.minorPerMajor)
    let worth = Dictionary(
      (portfolio.equity?.entries ?? []).map { ($0.customer, $0) }, uniquingKeysWith: { first, _ in first })
    let isCosted = portfolio.contribution.costing.rows.contains { $0.contribution != nil }
    values = portfolio.strategies.assignments.map { assignment in
      let (row, entry) = (portfolio.contribution[assignment.customer], worth[assignment.customer])
      // With whom nothing happened in the window, nothing was earned.
      let earned = row == nil ? (isCosted ? 0 : nil) : row?.contribution
      return Value(
        customer: name(assignment.customer), contribution: earned.map { Double($0) / scale }, clv: entry?.value,
        low: entry?.low, high: entry?.high, grade: (row?.grade ?? .measured).rawValue)
    }
    significances = portfolio.significant.all.map { one in
      Significance(
        customer: name(one.customer), kind: one.kind.rawValue, score: one.score, status: one.status.rawValue,
        evidence: one.evidence.map {
          Evidence(signal: $0.signal.rawValue, value: $0.value, grade: $0.grade.rawValue)
        })
    }
    strategies = portfolio.strategies.assignments.map { assignment in
      Strategy(
        customer: name(assignment.customer),
        strategy: assignment.strategy?.rawValue ?? (assignment.answer.isDecided ? "none" : "undecided"),
        runnerUp: assignment.runnerUp?.rawValue, between: assignment.answer.strategies.map(\.rawValue),
        missing: (assignment.answer.missing.isEmpty ? assignment.unknown : assignment.answer.missing).map(\.rawValue),
        heading: Portfolio.heading(of: assignment))
    }
  }
}

extension Portfolios {
  /// A run with the names of its customers; nil when nobody bought anything.
  package func sheet(scenario: String?, for actor: Actor) async throws -> PortfolioSheet? {
    let question = try await question(scenario: scenario, for: actor)
    guard let portfolio = try await run(question, for: actor) else { return nil }
    return PortfolioSheet(portfolio, keys: try await customers.externalKeys(for: actor))
  }
}

extension PortfolioSheet.Value: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema { shapes.withNulls(of: Self.self) }
}
