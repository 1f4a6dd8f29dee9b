import Customers
import Kernel
import Web

/// Endings: who waits for an approval, answering, taking an answer back.
package struct EndingRoutes: Sendable {
  let endings: Endings
  let assignments: AssignmentRoutes

  package init(_ endings: Endings, assignments: AssignmentRoutes) {
    self.endings = endings
    self.assignments = assignments
  }

  package static let path = "/portfolio/endings"

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "Lists endings, those that wait for approval first.",
        answer: .of([String: [Row]].self), action: list),
      Route(
        .post, Self.path, .may(.edit, .analysis), "Approves or rejects that a customer is ended.",
        answer: .of(EndingVerdict.self, 200, 201),
        inputs: [
          .init("customer", "The customer", .integer, required: true),
          .init("answer", "What you say", required: true, choices: EndingVerdict.Answer.allCases.map(\.rawValue)),
          .init("reason", "Why", required: true),
          .init("checkedHolds", "1: nothing was found that forbids ending", .flag),
        ], action: judge),
      Route(
        .delete, "/portfolio/endings/{id}", .may(.edit, .analysis), "Takes an answer back; the ending waits again.",
        answer: .of([String: Bool].self)
      ) { visit in
        let gone = try await endings.withdraw(visit.id(), by: visit.actor)
        return .changed(
          visit, to: AssignmentRoutes.page(of: gone.customer), json: ["withdrawn": true],
          flash: Flash(.good, "Taken back; the ending waits for an answer again."))
      },
    ]
  }

  struct Row: Encodable, Sendable {
    let customer: ID<Customer>
    let name: String?
    let state: Ending.State
    let proposer: StrategyAssignment.Override?
    let contribution: Double?
    let verdict: EndingVerdict?
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let portfolios = assignments.portfolios
    let question = try await portfolios.question(scenario: nil, for: visit.actor)
    let portfolio = try await portfolios.run(question, for: visit.actor)
    let all = portfolio?.endings ?? []
    let names = try await assignments.customers.names(all.map(\.customer), for: visit.actor)
    let scale = Double(visit.viewer.format.currency.minorPerMajor)
    let rows = all.map {
      Row(
        customer: $0.customer, name: names[$0.customer], state: $0.state, proposer: $0.proposer,
        contribution: $0.contribution.map { Double($0) / scale }, verdict: $0.verdict)
    }
    return .both(visit, json: ["rows": rows]) { EndingListPage(rows: rows, visit: visit).html }
  }

  @Sendable private func judge(_ visit: Visit) async throws -> Answer {
    let (customer, assignment) = try await assignments.assignment(visit)
    do {
      let draft = try EndingVerdict.Draft(
        answer: visit.fields["answer"] ?? "", reason: visit.fields["reason"] ?? "",
        checkedHolds: visit.fields["checkedHolds"] == "1")
      let made = try await endings.judge(
        draft, of: customer, against: assignment, by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: AssignmentRoutes.page(of: customer.id), status: 201, json: made,
        flash: Flash(
          .good, "Ending \(customer.name) is \(made.answer.rawValue).",
          undo: PostButton(
            "Undo", action: "\(Self.path)/\(made.id)", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)))
    } catch let problem as Problem where visit.face == .html && problem.field != nil {
      return try await assignments.show(customer.id, visit, problem: problem)
    }
  }
}
