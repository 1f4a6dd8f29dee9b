import Kernel
import Records
import Store
import Web

/// Contacts: one with its roles, its timeline and consents, making and changing one, roles at customers.
package struct ContactRoutes: Sendable {
  let contacts: Contacts
  let customers: Customers
  let consents: Consents
  let record: RecordParts

  package init(
    _ contacts: Contacts, customers: Customers, consents: Consents, record: RecordParts
  ) {
    self.record = record
    self.contacts = contacts
    self.customers = customers
    self.consents = consents
  }

  package static let path = "/contacts"

  /// What stands in the list while there is no contact.
  package static var empty: EmptyState {
    EmptyState(
      "No contacts yet",
      reason: "Add the people you speak with, here or on a customer's page, or import a file of them.",
      icon: "address-book",
      action: """
        \(LinkButton("Add one", "/contacts/new", weight: .primary, icon: "plus")) \
        \(LinkButton("Import a file", "/imports/new?subject=contacts", icon: "upload"))
        """)
  }

  private static let parts = ContactRole.Part.allCases.map(\.rawValue)

  private static let inputs: [Route.Input] = [
    .init("firstName", "The first name"), .init("lastName", "The last name"), .init("title", "Dr, Prof …"),
    .init("job", "What they do"), .init("email", "The e-mail address"), .init("phone", "The number at work"),
    .init("mobile", "The mobile number"),
    .init("more", "Further addresses and numbers, a line each: home: 040 1234567"), .init("street", "The street"),
    .init("postalCode", "The postal code"), .init("city", "The city"), .init("country", "The country"),
    .init("language", "The language they speak"), .init("birthday", "The birthday", .day),
    .init("note", "What there is to remember"), .init("owner", "Who looks after them", .integer),
    .init("team", "The team that does", .integer),
  ]

  private static let roleInputs: [Route.Input] = [
    .init("customer", "The customer", .integer), .init("role", "Their part in buying", choices: parts),
    .init("function", "What they do there"), .init("since", "From when", .day),
    .init("main", "Whether they are spoken with first", .flag),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, "/contacts/{id}/timeline", .may(.see, .contact), "Everything that happened, the newest first.",
        answer: .of(TimelineAnswer.self), inputs: TimelineQuestion.inputs, action: timeline),
      Route(
        .get, "/contacts/new", .may(.create, .contact), "The form for a new contact.", isInAPI: false, action: newForm),
      Route(
        .post, Self.path, .may(.create, .contact), "Makes a contact, with a role at a customer if one is named.",
        answer: .of(Contact.self),
        inputs: Self.inputs + Self.roleInputs, action: create),
      Route(.get, "/contacts/{id}", .may(.see, .contact), "One contact.", answer: .of(Whole.self), action: show),
      Route(
        .get, "/contacts/{id}/edit", .may(.edit, .contact), "The form to change a contact.", isInAPI: false
      ) { visit in
        let contact = try await contacts.find(visit.id(), to: .edit, for: visit.actor)
        return .page(try await form(contact, visit))
      },
      Route(
        .put, "/contacts/{id}", .may(.edit, .contact),
        "Changes a contact; what is not sent stays. Send the version it was read at.", answer: .of(Contact.self),
        inputs: Self.inputs + [.init("version", "The version, unless If-Match names it", .integer)], action: edit),
    ] + roles
  }

  private var roles: [Route] {
    [
      Route(
        .post, "/contacts/{id}/roles", .may(.edit, .contact), "Says what a contact is at a customer.",
        answer: .of(ContactRole.self),
        inputs: Self.roleInputs + [.init("back", "Where a browser goes then")], action: addRole),
      Route(
        .delete, "/contacts/{id}/roles/{role}", .may(.edit, .contact), "Ends a role; the row stays.",
        answer: .of(ContactRole.self),
        inputs: [.init("day", "The last day; today when left out", .day)], action: endRole),
      Route(
        .delete, "/contacts/{id}/roles/{role}/end", .may(.edit, .contact), "Takes the end of a role back.",
        answer: .of(ContactRole.self)
      ) { visit in
        let (id, role): (ID<Contact>, ID<ContactRole>) = (try visit.id(), try visit.id("role"))
        let after = try await contacts.reopen(role, of: id, by: visit.actor)
        return .changed(visit, to: back(visit, "/contacts/\(id)"), json: after, flash: Flash(.good, "It runs again."))
      },
      Route(
        .put, "/customers/{id}/main-contact", .may(.edit, .customer), "Says who is spoken with first at a customer.",
        answer: .of([String: Int64?].self),
        inputs: [.init("contact", "The contact; nobody when left out", .integer)]
      ) { visit in
        let customer: ID<Customer> = try visit.id()
        let contact = try visit.fields.integer("contact", in: 1...Int64.max).map { ID<Contact>($0) }
        try await contacts.setMain(contact, of: customer, by: visit.actor)
        return .changed(
          visit, to: "/customers/\(customer)", json: ["contact": contact?.rawValue],
          flash: Flash(.good, "Spoken with first from now on."))
      },
    ]
  }

  struct Whole: Encodable, Sendable {
    let contact: Contact
    let roles: [ContactRole]

    enum Part: CodingKey { case roles }

    func encode(to encoder: any Encoder) throws {
      try contact.encode(to: encoder)
      var parts = encoder.container(keyedBy: Part.self)
      try parts.encode(roles, forKey: .roles)
    }
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let contact = try await contacts.find(visit.id(), for: visit.actor)
    let roles = try await contacts.roles(of: [contact.id], for: visit.actor)
    if visit.face == .json {
      return Answer.json(Whole(contact: contact, roles: roles.map(\.role))).tagged(contact.version)
    }
    let actor = visit.actor
    let timeline = try await contacts.timeline(of: contact.id, TimelineQuestion(), for: actor)
    let sheet =
      actor.may(.see, .consent) ? try await consents.sheet(of: .contact(contact.id), for: actor) : nil
    return .page(
      ContactPage(
        contact: contact, roles: roles, timeline: timeline, consent: sheet,
        colleagues: try await customers.colleagues(), parts: try await ContactPage.Parts(record, contact.id, visit),
        visit: visit
      ).html)
  }

  @Sendable private func timeline(_ visit: Visit) async throws -> Answer {
    let id: ID<Contact> = try visit.id()
    let question = try TimelineQuestion(query: visit.query)
    let page = try await contacts.timeline(of: id, question, for: visit.actor)
    if visit.face == .json { return .json(TimelineAnswer(rows: page.rows, next: page.next)) }
    let contact = try await contacts.find(id, for: visit.actor)
    return .page(
      TimelinePage(
        name: contact.shownName(to: visit.actor), home: "\(Self.path)/\(id)", list: Crumb("Contacts", Self.path),
        page: page, question: question, sources: TimelineSource.ofContacts, visit: visit
      ).html)
  }

  // Verbs.

  @Sendable private func newForm(_ visit: Visit) async throws -> Answer {
    let customer = try visit.query.integer("customer", in: 1...Int64.max).map { ID<Customer>($0) }
    var found: Customer?
    if let customer { found = try await customers.find(customer, for: visit.actor) }
    return .page(try await form(nil, at: found, visit))
  }

  private func form(
    _ contact: Contact?, at customer: Customer? = nil, _ visit: Visit, problem: Problem? = nil
  ) async throws -> HTML {
    ContactForm(
      contact: contact, colleagues: try await customers.colleagues(),
      own: try await record.desk.ownFields(of: .contact, contact?.id.rawValue, for: visit.actor), visit: visit,
      customer: customer, problem: problem
    ).html
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let draft = try Contact.Draft { visit.fields[$0] }
      let customer = try visit.fields.integer("customer", in: 1...Int64.max).map { ID<Customer>($0) }
      let role = try customer.map { try ContactRole.Draft($0) { visit.fields[$0] } }
      let made = try await contacts.create(
        draft, at: role, by: visit.actor, filling: try record.desk.filling(.contact, by: visit), once: try visit.once())
      let next = customer.map { "/customers/\($0)" } ?? "/contacts/\(made.id)"
      return .changed(
        visit, to: visit.face == .json ? "/contacts/\(made.id)" : back(visit, next), status: 201, json: made,
        flash: Flash(.good, "\(made.shownName(to: visit.actor)) was added."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .notFound].contains(problem.kind) {
      var found: Customer?
      if let customer = visit.fields["customer"].flatMap({ ID<Customer>(text: $0) }) {
        found = try? await customers.find(customer, for: visit.actor)
      }
      return .page(try await form(nil, at: found, visit, problem: problem), status: 422)
    }
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let id: ID<Contact> = try visit.id()
    let before = try await contacts.find(id, for: visit.actor)
    do {
      guard let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max) else {
        throw Problem(
          .invalid, field: "version", "The version is missing.", mend: "Send the version the contact was read at.")
      }
      let fields = visit.fields
      let filling = try record.desk.filling(.contact, by: visit)
      let after = try await contacts.edit(id, version: version, by: visit.actor, filling: filling) { whole in
        try Contact.Draft { fields[$0] ?? whole.text($0) }
      }
      return .changed(visit, to: "/contacts/\(id)", json: after, flash: Flash(.good, "Saved.")).tagged(after.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(try await form(before, visit, problem: problem), status: problem.kind.status)
    }
  }

  @Sendable private func addRole(_ visit: Visit) async throws -> Answer {
    let id: ID<Contact> = try visit.id()
    guard let text = visit.fields["customer"], !text.isEmpty else {
      throw Problem(.invalid, field: "customer", "The customer is missing.", mend: "Write its name or its number.")
    }
    let customer = try await customers.named(text, field: "customer", .oursFirst, for: visit.actor)
    let draft = try ContactRole.Draft(customer.id) { visit.fields[$0] }
    let made = try await contacts.add(draft, to: id, by: visit.actor, once: try visit.once())
    return .changed(
      visit, to: back(visit, "/contacts/\(id)"), status: 201, json: made, flash: Flash(.good, "The role was added."))
  }

  @Sendable private func endRole(_ visit: Visit) async throws -> Answer {
    let (id, role): (ID<Contact>, ID<ContactRole>) = (try visit.id(), try visit.id("role"))
    let day = try visit.fields.day("day") ?? visit.viewer.today
    let after = try await contacts.end(role, of: id, on: day, by: visit.actor)
    let undo = PostButton(
      "Undo", action: "/contacts/\(id)/roles/\(role)/end", csrf: visit.viewer.csrf, method: .delete)
    return .changed(
      visit, to: back(visit, "/contacts/\(id)"), json: after, flash: Flash(.good, "The role has ended.", undo: undo))
  }

  private func back(_ visit: Visit, _ usual: String) -> String {
    visit.fields["back"].flatMap { Address.isLocal($0) ? $0 : nil } ?? usual
  }
}
