import Customers
import Kernel
import Web

/// Overrides: setting another strategy than the rules, taking that back, who did.
package struct OverrideRoutes: Sendable {
  let overrides: Overrides
  let assignments: AssignmentRoutes

  package init(_ overrides: Overrides, assignments: AssignmentRoutes) {
    self.overrides = overrides
    self.assignments = assignments
  }

  package static let path = "/portfolio/overrides"

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "Lists the strategies people set, the newest first.",
        answer: .of([String: [Override]].self)
      ) { visit in
        let all = try await overrides.history(for: visit.actor)
        return .both(visit, json: ["rows": all]) { OverrideListPage(overrides: all, visit: visit).html }
      },
      Route(
        .post, Self.path, .may(.edit, .analysis), "Sets another strategy for a customer than the rules.",
        answer: .of(Override.self, 200, 201),
        inputs: [
          .init("customer", "The customer", .integer, required: true),
          .init("strategy", "The strategy", required: true, choices: CoreStrategy.allCases.map(\.rawValue)),
          .init("reason", "Why", required: true),
          .init("checkedHolds", "1: nothing was found that forbids ending", .flag),
        ], action: create),
      Route(
        .delete, "/portfolio/overrides/{id}", .may(.edit, .analysis), "Takes the override of a customer back.",
        answer: .of([String: Bool].self)
      ) { visit in
        let gone = try await overrides.withdraw(visit.id(), by: visit.actor)
        return .changed(
          visit, to: AssignmentRoutes.page(of: gone.customer), json: ["withdrawn": true],
          flash: Flash(.good, "Taken back; the rules' strategy holds again."))
      },
    ]
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    let (customer, assignment) = try await assignments.assignment(visit)
    do {
      let draft = try Override.Draft(
        strategy: visit.fields["strategy"] ?? "", reason: visit.fields["reason"] ?? "",
        checkedHolds: visit.fields["checkedHolds"] == "1")
      let made = try await overrides.create(
        draft, for: customer, against: assignment, by: visit.actor, once: try visit.once())
      let waits = made.strategy == .end ? " It waits for an approval." : ""
      return .changed(
        visit, to: AssignmentRoutes.page(of: customer.id), status: 201, json: made,
        flash: Flash(
          .good, "\(customer.name) is set to \(made.strategy.word.lowercased()).\(waits)",
          undo: PostButton(
            "Undo", action: "\(Self.path)/\(made.id)", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)))
    } catch let problem as Problem where visit.face == .html && problem.field != nil {
      return try await assignments.show(customer.id, visit, problem: problem)
    }
  }
}

extension AssignmentRoutes {
  /// The customer a form or a program names, and what holds for it now.
  func assignment(_ visit: Visit) async throws -> (Customer, StrategyAssignment) {
    guard let number = try visit.fields.integer("customer", in: 1...Int64.max) else {
      throw Problem(.invalid, field: "customer", "The customer is missing.", mend: "Send its number.")
    }
    let customer = try await customers.find(ID(number), for: visit.actor)
    guard let standing = try await standing(of: customer, for: visit.actor) else {
      throw Problem(
        .conflict, "The portfolio says nothing of \(customer.name), so there is nothing to overrule.",
        mend: "Choose a customer that bought something in the days that count.")
    }
    return (customer, standing.assignment)
  }
}
