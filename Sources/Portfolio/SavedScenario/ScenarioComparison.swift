import Customers
import Kernel
import Web

/// Two scenarios of one page beside each other: where customers and money go, and who moves.
package struct ScenarioComparison: Sendable {
  package struct Side: Sendable {
    package let title: String
    package let words: String
    package let path: String
  }

  package struct Line: Sendable, Encodable {
    package let title: String
    package let left: Double?
    package let right: Double?
    package let leftMoney: Double?
    package let rightMoney: Double?
  }

  package struct Move: Sendable {
    package let customer: ID<Customer>
    package let from: String
    package let to: String
    /// Minor units of sales.
    package let sales: Int64
  }

  package let subject: SavedScenario.Subject
  package let left: Side
  package let right: Side
  package let lines: [Line]
  /// Those with most sales first.
  package let moves: [Move]
  package let moved: Int
}

/// Sets two scenarios beside each other, or one beside the page as it is.
package struct ScenarioComparing: Sendable {
  let scenarios: SavedScenarios
  let matrices: Matrices
  let fixedCosts: FixedCosts

  package init(_ scenarios: SavedScenarios, matrices: Matrices, fixedCosts: FixedCosts) {
    (self.scenarios, self.matrices, self.fixedCosts) = (scenarios, matrices, fixedCosts)
  }

  /// - Parameter other: nil: the page as it is when nobody set anything.
  package func comparison(
    _ one: ID<SavedScenario>, _ other: ID<SavedScenario>?, for actor: Actor
  ) async throws -> ScenarioComparison? {
    let right = try await scenarios.find(one, for: actor)
    var left: SavedScenario?
    if let other { left = try await scenarios.find(other, for: actor) }
    guard left.map({ $0.subject == right.subject }) ?? true else {
      throw Problem(
        .invalid, field: "with", "These are scenarios of different pages.", mend: "Choose two of the same page.")
    }
    switch right.subject {
    case .matrix(let kind): return try await matrix(kind, left, right, for: actor)
    case .fixedCost: return try await removal(left, right, for: actor)
    }
  }

  private func side(_ scenario: SavedScenario?, _ subject: SavedScenario.Subject) -> ScenarioComparison.Side {
    ScenarioComparison.Side(
      title: scenario?.name ?? "As it is", words: scenario?.words ?? "nobody moved anything",
      path: Address.path(subject.path, scenario?.parameters ?? []))
  }

  private func matrix(
    _ kind: MatrixKind, _ left: SavedScenario?, _ right: SavedScenario, for actor: Actor
  ) async throws -> ScenarioComparison? {
    let before = try MatrixRoutes.question(kind, Fields(left?.parameters ?? []))
    let after = try MatrixRoutes.question(kind, Fields(right.parameters))
    guard let first = try await matrices.answer(before, for: actor),
      let second = try await matrices.answer(after, for: actor)
    else { return nil }
    let scale = Double(first.currency.minorPerMajor)
    let lines = zip(first.cells, second.cells).map { one, other in
      let panel =
        kind == .shapiro
        ? "" : kind == .fiocca ? "Step \(one.cell.panel + 1): " : one.cell.panel == 0 ? "Low: " : "High: "
      return ScenarioComparison.Line(
        title: panel + one.cell.word, left: Double(one.content.customers.count),
        right: Double(other.content.customers.count), leftMoney: Double(one.content.sales) / scale,
        rightMoney: Double(other.content.sales) / scale)
    }
    let sales = Dictionary(first.rows.map { ($0.customer, $0.sales.net) }, uniquingKeysWith: { first, _ in first })
    let moves = first.moves(to: second)
    return ScenarioComparison(
      subject: right.subject, left: side(left, right.subject), right: side(right, right.subject), lines: lines,
      moves: moves.prefix(25).map {
        .init(
          customer: $0.customer, from: $0.from?.word ?? "not placed", to: $0.to?.word ?? "not placed",
          sales: sales[$0.customer] ?? 0)
      }, moved: moves.count)
  }

  private func removal(
    _ left: SavedScenario?, _ right: SavedScenario, for actor: Actor
  ) async throws -> ScenarioComparison? {
    guard let answer = try await fixedCosts.answer(for: actor) else { return nil }
    let none = Removed.largest(0)
    let before = try left.flatMap { try FixedCostRoutes.removed(Fields($0.parameters)) } ?? none
    let after = try FixedCostRoutes.removed(Fields(right.parameters)) ?? none
    let (one, other) = (answer.step(before), answer.step(after))
    let scale = Double(answer.currency.minorPerMajor)
    func line(
      _ title: String, _ value: (FixedCost.Step) -> Double?, money: (FixedCost.Step) -> Int64? = { _ in nil }
    ) -> ScenarioComparison.Line {
      .init(
        title: title, left: one.flatMap(value), right: other.flatMap(value),
        leftMoney: one.flatMap(money).map { Double($0) / scale },
        rightMoney: other.flatMap(money).map { Double($0) / scale })
    }
    let was = Set(answer.turned(before).map(\.row.customer))
    let moves = answer.turned(after).filter { !was.contains($0.row.customer) }
    return ScenarioComparison(
      subject: right.subject, left: side(left, right.subject), right: side(right, right.subject),
      lines: [
        line("Taken away", { Double($0.removed) }, money: { $0.lost }), line("Stay", { Double($0.remaining) }),
        line("Turn negative", { Double($0.turnedNegative) }),
      ],
      moves: moves.prefix(25).map {
        .init(customer: $0.row.customer, from: "covers its full cost", to: "turns negative", sales: $0.row.sales.net)
      }, moved: moves.count)
  }
}
