import Customers
import Kernel
import Web

/// Fixed cost: who absorbs it, who uses the capacity, and what happens when somebody leaves.
package struct FixedCostRoutes: Sendable {
  let fixedCosts: FixedCosts
  let customers: Customers

  package init(_ fixedCosts: FixedCosts, customers: Customers) {
    (self.fixedCosts, self.customers) = (fixedCosts, customers)
  }

  package static let path = "/portfolio/fixed-cost"

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis),
        "Who carries the fixed cost, and what becomes of the rest without them.",
        answer: .of(FixedCostReport.self, or: [String: Int].self),
        inputs: [
          .init("top", "Take away so many of the largest", .integer),
          .init("fifths", "Take away so many fifths of the customers, the best first, 0 to 4", .integer),
          .init("customer", "Take away these customers; may be given several times", .integer),
        ], action: show)
    ]
  }

  /// Whom an address takes away; nil where it does not say.
  package static func removed(_ query: Fields) throws -> Removed? {
    if let count = try query.integer("top", in: 0...10_000) { return .largest(Int(count)) }
    if let count = try query.integer("fifths", in: 0...4) { return .fifths(Int(count)) }
    let chosen = query.values(of: "customer").flatMap { $0.split(separator: ",").map(String.init) }
    guard !chosen.isEmpty else { return nil }
    guard chosen.count <= 200 else {
      throw Problem(
        .invalid, field: "customer", "More than 200 customers are chosen.", mend: "Use top, for so many of the largest."
      )
    }
    return .chosen(
      try chosen.map { text in
        guard let id = ID<Customer>(text: text) else {
          throw Problem(.invalid, field: "customer", "This is not a customer's number.", mend: "Send numbers.")
        }
        return id
      })
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    guard let answer = try await fixedCosts.answer(for: visit.actor) else {
      if visit.face == .json { return .json(["customers": 0]) }
      return .page(NothingBoughtPage(title: "Fixed cost", path: Self.path, visit: visit).html)
    }
    var problem: Problem?
    var asked: Removed?
    do { asked = try Self.removed(visit.query) } catch let refusal as Problem
      where visit.face == .html && refusal.kind == .invalid
    { problem = refusal }
    let isOfConsumers = try await fixedCosts.isOfConsumers(for: visit.actor)
    let removed = asked ?? (isOfConsumers ? .fifths(1) : .largest(3))
    if visit.face == .json { return .json(FixedCostReport(answer, removed)) }
    let largest = answer.largest(20)
    let turned = answer.yearly == nil ? [] : answer.turned(removed)
    let shown = largest.map(\.row.customer) + turned.prefix(20).map(\.row.customer)
    let names = try await customers.names(shown, for: visit.actor)
    return .page(
      FixedCostPage(
        answer: answer, removed: removed, isByFifths: isOfConsumers, largest: largest, turned: turned, names: names,
        visit: visit, problem: problem
      ).html, status: problem?.kind.status ?? 200)
  }
}
