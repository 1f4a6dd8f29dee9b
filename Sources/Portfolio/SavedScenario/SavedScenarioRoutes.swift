import Customers
import Kernel
import Web

/// Saved scenarios: the list, saving one, setting two beside each other, deleting one.
package struct SavedScenarioRoutes: Sendable {
  let scenarios: SavedScenarios
  let comparing: ScenarioComparing
  let customers: Customers

  package init(_ scenarios: SavedScenarios, comparing: ScenarioComparing, customers: Customers) {
    (self.scenarios, self.comparing, self.customers) = (scenarios, comparing, customers)
  }

  package static let path = "/portfolio/scenarios"

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "The scenarios that were saved.",
        answer: .of([String: [SavedScenario]].self)
      ) { visit in
        let all = try await scenarios.all(for: visit.actor)
        return .both(visit, json: ["rows": all]) { SavedScenarioPage(all: all, visit: visit).html }
      },
      Route(
        .post, Self.path, .may(.edit, .analysis), "Saves lines of a matrix, or a removal, under a name.",
        answer: .of(SavedScenario.self, 200, 201),
        inputs: [
          .init("name", "Its name", required: true),
          .init("subject", "Of which page", required: true, choices: SavedScenario.Subject.allCases.map(\.rawValue)),
        ] + MatrixLine.allCases.map { .init($0.rawValue, $0.title, .number) } + [
          .init("by", "What stands across the ties in Fiocca's step 2", choices: ["attractiveness", "profit"]),
          .init("top", "Take away so many of the largest", .integer),
          .init("fifths", "Take away so many fifths", .integer),
          .init("customer", "Take away these customers", .integer),
        ], action: save),
      Route(
        .get, "/portfolio/scenarios/{id}", .may(.see, .analysis),
        "A scenario beside another of its page, or beside the page as it is.",
        answer: .of(Report.self, or: SavedScenario.self),
        inputs: [.init("with", "The other scenario", .integer)], action: compare),
      Route(
        .delete, "/portfolio/scenarios/{id}", .may(.edit, .analysis), "Deletes a saved scenario.",
        answer: .of([String: Bool].self)
      ) { visit in
        try await scenarios.delete(visit.id(), by: visit.actor)
        return .changed(visit, to: Self.path, json: ["deleted": true], flash: Flash(.good, "The scenario was deleted."))
      },
    ]
  }

  @Sendable private func save(_ visit: Visit) async throws -> Answer {
    guard let subject = SavedScenario.Subject(rawValue: try visit.fields.required("subject")) else {
      throw Problem(
        .invalid, field: "subject", "There is no such page.",
        mend: "Use one of \(SavedScenario.Subject.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    let format = visit.face == .json ? .standard : visit.viewer.format
    let parameters: [(String, String)] =
      switch subject {
      case .matrix(let kind): try MatrixRoutes.question(kind, visit.fields, format: format).parameters
      case .fixedCost: (try FixedCostRoutes.removed(visit.fields) ?? .largest(0)).parameters
      }
    do {
      let made = try await scenarios.save(
        visit.fields["name"] ?? "", subject, parameters, by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: "\(Self.path)/\(made.id)", status: 201, json: made, flash: Flash(.good, "“\(made.name)” was saved."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let all = try await scenarios.all(for: visit.actor)
      return .page(
        SavedScenarioPage(all: all, visit: visit, problem: problem, again: (subject, parameters)).html,
        status: problem.kind.status)
    }
  }

  struct Report: Encodable, Sendable {
    struct Move: Encodable {
      let customer: ID<Customer>
      let from: String
      let to: String
      let salesMinor: Int64
    }

    let scenario: String
    let with: String
    let lines: [ScenarioComparison.Line]
    let moved: Int
    let moves: [Move]
  }

  @Sendable private func compare(_ visit: Visit) async throws -> Answer {
    let id: ID<SavedScenario> = try visit.id()
    let other = try visit.query.integer("with", in: 1...Int64.max).map { ID<SavedScenario>($0) }
    let scenario = try await scenarios.find(id, for: visit.actor)
    guard let found = try await comparing.comparison(id, other, for: visit.actor) else {
      if visit.face == .json { return .json(scenario) }
      return .page(NothingBoughtPage(title: scenario.name, path: Self.path, visit: visit).html)
    }
    if visit.face == .json {
      return .json(
        Report(
          scenario: found.right.title, with: found.left.title, lines: found.lines, moved: found.moved,
          moves: found.moves.map { .init(customer: $0.customer, from: $0.from, to: $0.to, salesMinor: $0.sales) }))
    }
    let names = try await customers.names(found.moves.map(\.customer), for: visit.actor)
    let others = try await scenarios.all(for: visit.actor).filter { $0.subject == scenario.subject && $0.id != id }
    return .page(
      ScenarioComparisonPage(
        scenario: scenario, comparison: found, others: others, names: names, visit: visit
      ).html)
  }
}
