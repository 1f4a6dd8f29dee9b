import Kernel
import Records
import Store
import Web

/// Customers: the list, the page of one, making and changing one.
package struct CustomerRoutes: Sendable {
  let customers: Customers
  let consents: Consents
  let record: RecordParts
  let parts: CustomerPageParts

  package init(
    _ customers: Customers, consents: Consents, record: RecordParts, parts: CustomerPageParts = CustomerPageParts()
  ) {
    self.customers = customers
    self.consents = consents
    self.record = record
    self.parts = parts
  }

  private static let inputs: [Route.Input] = [
    .init("name", "The name", required: true),
    .init("kind", "What kind of party", required: true, choices: Customer.Kind.allCases.map(\.rawValue)),
    .init("email", "The address"), .init("parent", "The customer it stands under", .integer),
    .init("phone", "The telephone number"), .init("website", "The website"), .init("street", "The street"),
    .init("postalCode", "The postal code"), .init("city", "The city"), .init("country", "The country"),
    .init("language", "The language to speak"), .init("note", "What there is to remember"),
    .init("owner", "Who looks after it; nobody when empty", .integer), .init("team", "The team that does", .integer),
  ]

  /// What stands in the list while there is no customer.
  package static var empty: EmptyState {
    EmptyState(
      "No customers yet", reason: "They come with the first file of purchases, or one by one.", icon: "users",
      action: """
        \(LinkButton("Import purchases", "/imports/new", weight: .primary, icon: "upload")) \
        \(LinkButton("Add one", "/customers/new"))
        """)
  }

  package var routes: [Route] {
    [
      Route(.get, "/customers/new", .may(.create, .customer), "The form for a new customer.", isInAPI: false) { visit in
        .page(try await form(nil, visit))
      },
      Route(
        .post, "/customers", .may(.create, .customer), "Makes a customer.", answer: .of(Customer.self, 200, 201),
        inputs: Self.inputs, action: create),
      Route(
        .get, "/customers/{id}", .may(.see, .customer), "One customer with all that is known of it.",
        answer: .of(CustomerSheet.self),
        inputs: [.init("from", "The query of the list it was opened from, for the way to its neighbours")], action: show
      ),
      Route(
        .get, "/customers/{id}/timeline", .may(.see, .customer), "Everything that happened, the newest first.",
        answer: .of(TimelineAnswer.self),
        inputs: TimelineQuestion.inputs, action: timeline),
      Route(
        .get, "/customers/{id}/edit", .may(.edit, .customer), "The form to change a customer.", isInAPI: false
      ) { visit in
        let customer = try await customers.find(visit.id(), to: .edit, for: visit.actor)
        return .page(try await form(customer, visit))
      },
      Route(
        .put, "/customers/{id}", .may(.edit, .customer), "Changes a customer; send the version it was read at.",
        answer: .of(Customer.self),
        inputs: Self.inputs + [.init("version", "The version, unless If-Match names it", .integer)], action: edit),
    ]
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let (id, actor): (ID<Customer>, Actor) = (try visit.id(), visit.actor)
    let sheet = try await customers.sheet(of: id, timeline: parts.timeline, for: actor)
    if visit.face == .json { return Answer.json(sheet).tagged(sheet.customer.version) }
    let isPerson = [.person, .household].contains(sheet.customer.kind)
    return .page(
      CustomerPage(
        sheet: sheet, sections: try await parts.shown(sheet.customer, visit),
        consent: isPerson && actor.may(.see, .consent)
          ? try await consents.sheet(of: .customer(id), for: actor) : nil,
        sources: parts.timeline, walk: try await record.walk(RecordKey(.customer, id.rawValue), visit), visit: visit
      ).html)
  }

  @Sendable private func timeline(_ visit: Visit) async throws -> Answer {
    let id: ID<Customer> = try visit.id()
    let question = try TimelineQuestion(query: visit.query)
    let page = try await customers.timeline(of: id, question, from: parts.timeline, for: visit.actor)
    if visit.face == .json { return .json(TimelineAnswer(rows: page.rows, next: page.next)) }
    let customer = try await customers.find(id, for: visit.actor)
    return .page(
      TimelinePage(
        name: customer.shownName(to: visit.actor), home: "/customers/\(id)", list: Crumb("Customers", "/customers"),
        page: page, question: question, sources: parts.timeline, visit: visit
      ).html)
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await customers.create(
        try await draft(visit, nil), by: visit.actor, filling: try record.desk.filling(.customer, by: visit),
        once: try visit.once())
      return .changed(
        visit, to: "/customers/\(made.id)", status: 201, json: made, flash: Flash(.good, "\(made.name) was added."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return .page(try await form(nil, visit, problem: problem), status: 422)
    }
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let id: ID<Customer> = try visit.id()
    let before = try await customers.find(id, for: visit.actor)
    do {
      let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max)
      guard let version else {
        throw Problem(
          .invalid, field: "version", "The version is missing.", mend: "Send the version the customer was read at.")
      }
      let after = try await customers.edit(
        id, try await draft(visit, before), version: version, by: visit.actor,
        filling: try record.desk.filling(.customer, by: visit))
      return .changed(visit, to: "/customers/\(id)", json: after, flash: Flash(.good, "Saved."))
        .tagged(after.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(try await form(before, visit, problem: problem), status: problem.kind.status)
    }
  }

  private func form(_ customer: Customer?, _ visit: Visit, problem: Problem? = nil) async throws -> HTML {
    CustomerForm(
      customer: customer, colleagues: try await customers.colleagues(),
      own: try await record.desk.ownFields(of: .customer, customer?.id.rawValue, for: visit.actor), visit: visit,
      problem: problem
    ).html
  }

  /// What was sent. A field the actor may not set stays as it is, and so do those a program leaves out, but for the
  /// e-mail address and the parent, which are gone then.
  private func draft(_ visit: Visit, _ before: Customer?) async throws -> Customer.Draft {
    func sent(_ field: String) -> String? {
      if let value = visit.fields[field] { return value }
      let isLeft = ["email", "parent"].contains(field)
      let isKept =
        !isLeft || !visit.actor.writes(field, of: .customer, isPersonal: Customer.personal.contains(field))
      return isKept ? before?.text(field) : nil
    }
    guard let kind = sent("kind"), !kind.isEmpty else {
      throw Problem(.invalid, field: "kind", "This must not be empty.", mend: "Fill it in.")
    }
    return try Customer.Draft(
      kind: kind, name: sent("name") ?? "", email: sent("email"),
      parent: try await customers.number(sent("parent"), field: "parent", for: visit.actor),
      details: try Customer.Details(sent), owner: try Customer.Holder(visit.fields["owner"], field: "owner"),
      team: try Customer.Holder(visit.fields["team"], field: "team"))
  }
}
