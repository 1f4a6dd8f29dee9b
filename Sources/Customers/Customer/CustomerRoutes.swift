import Kernel
import Store
import Web

/// Customers: the list, the page of one, making and changing one.
package struct CustomerRoutes: Sendable {
  let customers: Customers
  let purchases: Purchases
  let drivers: CostDrivers

  package init(_ customers: Customers, purchases: Purchases, drivers: CostDrivers) {
    self.customers = customers
    self.purchases = purchases
    self.drivers = drivers
  }

  private static let inputs: [Route.Input] = [
    .init("name", "The name", required: true),
    .init("kind", "What kind of party", required: true, choices: Customer.Kind.allCases.map(\.rawValue)),
    .init("email", "The address"), .init("parent", "The customer it stands under", .integer),
  ]

  /// What stands in the list while there is no customer.
  package static let empty = EmptyState(
    "No customers yet", reason: "They come with the first file of purchases, or one by one.", icon: "users",
    action: """
      \(LinkButton("Import purchases", "/imports/new", weight: .primary, icon: "upload")) \
      \(LinkButton("Add one", "/customers/new"))
      """)

  package var routes: [Route] {
    [
      Route(.get, "/customers/new", .may(.create, .customer), "The form for a new customer.", isInAPI: false) { visit in
        .page(CustomerForm(customer: nil, visit: visit).html)
      },
      Route(
        .post, "/customers", .may(.create, .customer), "Makes a customer.", inputs: Self.inputs, action: create),
      Route(.get, "/customers/{id}", .may(.see, .customer), "One customer.", action: show),
      Route(
        .get, "/customers/{id}/edit", .may(.edit, .customer), "The form to change a customer.", isInAPI: false
      ) { visit in
        let customer = try await customers.find(visit.id(), for: visit.actor)
        return .page(CustomerForm(customer: customer, visit: visit).html)
      },
      Route(
        .put, "/customers/{id}", .may(.edit, .customer), "Changes a customer; send the version it was read at.",
        inputs: Self.inputs + [.init("version", "The version, unless If-Match names it", .integer)], action: edit),
    ]
  }

  /// A customer with all that its page shows: traits, names elsewhere, who stands below, the newest purchases, counts.
  struct CustomerSheet: Encodable, Sendable {
    struct Key: Encodable, Sendable {
      let source: String
      let key: String
    }

    enum Part: CodingKey { case traits, keys, children, purchases, costDrivers }

    let customer: Customer
    let traits: [Trait]
    let keys: [Key]
    let children: [ID<Customer>]
    let purchases: [Purchase]
    let costDrivers: [CostDriver.Total]

    func encode(to encoder: any Encoder) throws {
      try customer.encode(to: encoder)
      var parts = encoder.container(keyedBy: Part.self)
      try parts.encode(traits, forKey: .traits)
      try parts.encode(keys, forKey: .keys)
      try parts.encode(children, forKey: .children)
      try parts.encode(purchases, forKey: .purchases)
      try parts.encode(costDrivers, forKey: .costDrivers)
    }
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let id: ID<Customer> = try visit.id()
    let customer = try await customers.find(id, for: visit.actor)
    let buys = visit.actor.may(.see, .purchase)
    if visit.face == .json {
      let sheet = CustomerSheet(
        customer: customer, traits: try await customers.traits(of: id, for: visit.actor),
        keys: try await customers.keys(of: id, for: visit.actor).map { .init(source: $0.source, key: $0.key) },
        children: try await customers.children(of: id, for: visit.actor).map(\.id),
        purchases: buys ? try await purchases.recent(of: id, for: visit.actor) : [],
        costDrivers: try await drivers.totals(of: id, for: visit.actor))
      return Answer.json(sheet).tagged(customer.version)
    }
    let above = customer.parent.map { [$0] } ?? []
    let parents = try await customers.names(above, for: visit.actor)
    return .page(
      CustomerPage(
        customer: customer, parent: customer.parent.flatMap { parents[$0] },
        traits: try await customers.traits(of: id, for: visit.actor),
        keys: try await customers.keys(of: id, for: visit.actor),
        children: try await customers.children(of: id, for: visit.actor),
        purchases: buys ? try await purchases.recent(of: id, for: visit.actor) : [],
        history: buys ? try await purchases.history(of: id, for: visit.actor) : PurchaseSummary([]),
        drivers: try await drivers.totals(of: id, for: visit.actor), visit: visit
      ).html)
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await customers.create(try draft(visit), by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: "/customers/\(made.id)", status: 201, json: made, flash: Flash(.good, "\(made.name) was added."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return .page(CustomerForm(customer: nil, visit: visit, problem: problem).html, status: 422)
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
      let after = try await customers.edit(id, try draft(visit, over: before), version: version, by: visit.actor)
      return .changed(visit, to: "/customers/\(id)", json: after, flash: Flash(.good, "Saved."))
        .tagged(after.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(CustomerForm(customer: before, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  /// What was sent; a field that may not be set stays as it is seen, and one that is not even seen must not be sent.
  private func draft(_ visit: Visit, over seen: Customer? = nil) throws -> Customer.Draft {
    let actor = visit.actor
    func sent(_ field: String, isPersonal: Bool = false, _ shown: String?) throws -> String? {
      if actor.writes(field, of: .customer, isPersonal: isPersonal) { return visit.fields[field] }
      guard let text = visit.fields[field] else { return shown }
      if actor.reads(field, of: .customer, isPersonal: isPersonal) { return text }
      // Whether it is the hidden value must not be found out by trying.
      guard text.isEmpty || field == "name" && text == shown else {
        throw Problem(.notAllowed, field: field, "You may not change this field.", mend: "Leave it out.")
      }
      return shown
    }
    let kind = try sent("kind", seen?.kind.rawValue ?? Customer.Kind.organisation.rawValue)
    guard let kind, !kind.isEmpty else {
      throw Problem(.invalid, field: "kind", "This must not be empty.", mend: "Fill it in.")
    }
    return try Customer.Draft(
      kind: kind, name: try sent("name", isPersonal: true, seen?.name) ?? "",
      email: try sent("email", isPersonal: true, seen?.email), parent: try sent("parent", seen?.parent?.description))
  }
}
