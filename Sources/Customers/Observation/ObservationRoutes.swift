import Kernel
import Web

/// Observations: the list, entering one, taking one back.
package struct ObservationRoutes: Sendable {
  let observations: Observations
  let customers: Customers

  package init(_ observations: Observations, customers: Customers) {
    self.observations = observations
    self.customers = customers
  }

  package static let path = "/observations"

  private static let kinds = Observation.Kind.allCases.map(\.rawValue)

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .observation), "What was said and seen of customers, the newest first.",
        answer: .of(Sheet.self),
        inputs: [
          .init("customer", "Only this customer", .integer), .init("kind", "Only this kind", choices: Self.kinds),
          .init("after", "Where the page begins"), .init("size", "Rows of a page, 1 to 200", .integer),
        ], action: list),
      Route(
        .get, "/observations/new", .may(.create, .observation), "The form for an observation.", isInAPI: false,
        action: form),
      Route(
        .post, Self.path, .may(.create, .observation), "Enters an observation.",
        answer: .of(Observation.self, 200, 201),
        inputs: [
          .init("customer", "The customer: its number, or its name in a feed", required: true),
          .init("kind", "What it is", required: true, choices: Self.kinds),
          .init("day", "When; today unless it is told", .day),
          .init("other", "The other side: a customer, a rival, an idea, a change, an item"),
          .init("amount", "Money in the company's currency"), .init("score", "A score", .integer),
          .init("note", "A sentence"),
        ], action: create),
      Route(.get, "/observations/{id}", .may(.see, .observation), "One observation.", answer: .of(Observation.self)) {
        visit in
        let found = try await observations.find(visit.id(), for: visit.actor)
        guard visit.face == .json else {
          return .page(try await page(ObservationQuestion(customer: found.customer), visit))
        }
        return .json(found)
      },
      Route(
        .delete, "/observations/{id}", .may(.delete, .observation), "Takes an observation back.",
        answer: .of([String: Bool].self)
      ) { visit in
        let before = try await observations.withdraw(visit.id(), by: visit.actor)
        return .changed(
          visit, to: Address.path(Self.path, [("customer", "\(before.customer)")]), json: ["withdrawn": true],
          flash: Flash(.good, "Taken back; every figure now leaves it out."))
      },
    ]
  }

  private func question(_ visit: Visit) throws -> ObservationQuestion {
    let kind = try visit.query["kind"].flatMap { $0.isEmpty ? nil : $0 }.map { try Self.kind($0) }
    let customer = try visit.query.integer("customer", in: 1...Int64.max).map { ID<Customer>($0) }
    return ObservationQuestion(
      customer: customer, kind: kind, after: visit.query["after"].flatMap { $0.isEmpty ? nil : $0 },
      size: Int(try visit.query.integer("size", in: 1...200) ?? 50))
  }

  private static func kind(_ text: String) throws -> Observation.Kind {
    guard let kind = Observation.Kind(rawValue: text) else {
      throw Problem(
        .invalid, field: "kind", "“\(text.prefix(40))” is no kind of observation.",
        mend: "Use \(kinds.joined(separator: ", ")).")
    }
    return kind
  }

  struct Sheet: Encodable, Sendable {
    let rows: [Observation]
    let next: String?
    let counts: [String: Int]
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let question = try question(visit)
    guard visit.face == .json else { return .page(try await page(question, visit)) }
    let page = try await observations.list(question, for: visit.actor)
    let counts = try await observations.counts(question, for: visit.actor)
    return .json(
      Sheet(
        rows: page.rows, next: page.next,
        counts: Dictionary(counts.map { ($0.rawValue, $1) }, uniquingKeysWith: { first, _ in first })))
  }

  private func page(_ question: ObservationQuestion, _ visit: Visit) async throws -> HTML {
    let page = try await observations.list(question, for: visit.actor)
    var all = question
    all.kind = nil
    let ids = page.rows.flatMap { [$0.customer] + [$0.otherCustomer].compactMap { $0 } }
    return ObservationListPage(
      page: page, counts: try await observations.counts(all, for: visit.actor),
      names: try await customers.names(ids + [question.customer].compactMap { $0 }, for: visit.actor),
      question: question, visit: visit
    ).html
  }

  @Sendable private func form(_ visit: Visit) async throws -> Answer {
    .page(ObservationForm(visit: visit, values: ["customer": visit.query["customer"] ?? ""]).html)
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await observations.create(try await draft(visit), by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: Address.path(Self.path, [("customer", "\(made.customer)")]), status: 201, json: made,
        flash: Flash(.good, "Kept; every figure now uses it."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .notFound].contains(problem.kind) {
      return .page(
        ObservationForm(visit: visit, values: visit.fields.dictionary, problem: problem).html, status: 422)
    }
  }

  private func draft(_ visit: Visit) async throws -> Observation.Draft {
    let kind = try Self.kind(try visit.fields.required("kind"))
    let customer = try await customers.named(
      try visit.fields.required("customer"), field: "customer", for: visit.actor)
    let other = visit.fields["other"] ?? ""
    let otherCustomer =
      kind.namesCustomer && !other.isEmpty ? try await customers.named(other, field: "other", for: visit.actor).id : nil
    let format = visit.face == .json ? Format.standard : visit.viewer.format
    let amount = visit.fields["amount"].flatMap { $0.isEmpty ? nil : $0 }
    return try Observation.Draft(
      customer.id, kind, on: try visit.fields.day("day") ?? visit.viewer.today, other: other,
      otherCustomer: otherCustomer,
      minor: try amount.map { try format.readMoney($0, visit.viewer.format.currency, field: "amount").minor },
      score: try visit.fields.integer("score", in: 0...5).map { Int($0) }, note: visit.fields["note"] ?? "")
  }
}
