import Kernel
import Records
import Store
import Web

/// Consents: what may be used of a person, writing down what they said, purposes with their texts and counts.
package struct ConsentRoutes: Sendable {
  let consents: Consents
  let contacts: Contacts
  let customers: Customers

  package init(_ consents: Consents, contacts: Contacts, customers: Customers) {
    self.consents = consents
    self.contacts = contacts
    self.customers = customers
  }

  package static let path = "/consents"

  private static let channels = Consent.Channel.allCases.map(\.rawValue)

  private static let inputs: [Route.Input] = [
    .init("purpose", "The purpose", .integer, required: true),
    .init("channel", "By what; may be repeated", required: true, choices: channels),
    .init("state", "What was said", required: true, choices: Consent.State.allCases.map(\.rawValue)),
    .init(
      "basis", "Why the law allows it; that of the purpose when left out",
      choices: Consent.Basis.allCases.map(\.rawValue)),
    .init("day", "When it was said; now when left out", .day), .init("expires", "The last day it holds", .day),
    .init("source", "Where it was said", required: true),
    .init("text", "The number of the text that was agreed to; the newest when left out", .integer),
    .init("note", "A sentence"),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .consent), "Purposes, and how many people may be contacted by channel.",
        answer: .of([String: [PurposeCount]].self),
        action: overview),
      Route(
        .post, Self.path, .may(.create, .consent), "Writes down what a person said.",
        answer: .of([String: [Consent]].self),
        inputs: [
          .init("contact", "The contact", .integer),
          .init("customer", "Or the customer, a person or household", .integer),
        ] + Self.inputs, action: record),
      Route(
        .get, "/consents/check", .may(.see, .consent), "Whether a person may be contacted, and why.",
        answer: .of(Contactable.self),
        inputs: [
          .init("contact", "The contact", .integer), .init("customer", "Or the customer", .integer),
          .init("purpose", "The purpose", .integer, required: true),
          .init("channel", "By what", required: true, choices: Self.channels),
        ], action: check),
      Route(
        .get, "/contacts/{id}/consents", .may(.see, .consent), "What may be used of a contact, and why not.",
        answer: .of(ConsentSheet.self)
      ) {
        visit in
        let contact = try await contacts.find(visit.id(), for: visit.actor)
        return try await sheet(
          .contact(contact.id), contact.shownName(to: visit.actor), "/contacts/\(contact.id)", visit)
      },
      Route(
        .get, "/customers/{id}/consents", .may(.see, .consent), "What may be used of a person or household.",
        answer: .of(ConsentSheet.self)
      ) {
        visit in
        let customer = try await customers.find(visit.id(), for: visit.actor)
        return try await sheet(
          .customer(customer.id), customer.shownName(to: visit.actor), "/customers/\(customer.id)", visit)
      },
    ] + purposes
  }

  private var purposes: [Route] {
    [
      Route(
        .get, "/purposes", .may(.see, .consent), "Lists the purposes.", answer: .of([String: [ConsentPurpose]].self)
      ) { visit in
        guard visit.face == .json else { return .redirect(to: Self.path) }
        return .json(["rows": try await consents.purposes(for: visit.actor)])
      },
      Route(.get, "/purposes/new", .may(.create, .consent), "The form for a purpose.", isInAPI: false) { visit in
        .page(PurposeForm(visit: visit).html)
      },
      Route(
        .post, "/purposes", .may(.create, .consent), "Makes a purpose.", answer: .of(ConsentPurpose.self),
        inputs: [
          .init("name", "Its name", required: true), .init("note", "What it is for"),
          .init("basis", "What it rests on", choices: Consent.Basis.allCases.map(\.rawValue)),
          .init("months", "How long a consent holds", .integer), .init("text", "What people agree to"),
        ], action: create),
      Route(
        .get, "/purposes/{id}", .may(.see, .consent), "One purpose with its texts.", answer: .of(ConsentPurpose.self)
      ) { visit in
        let purpose = try await consents.purpose(visit.id(), for: visit.actor)
        return .both(visit, json: purpose) { PurposePage(purpose: purpose, visit: visit).html }
      },
      Route(
        .get, "/purposes/{id}/people", .may(.see, .consent), "Who may be contacted for a purpose by a channel.",
        answer: .of(PeopleAnswer.self),
        inputs: [
          .init("channel", "By what", required: true, choices: Self.channels), .init("after", "Where the page begins"),
          .init("size", "People of a page, 1 to 1000", .integer),
        ], action: people),
      Route(
        .put, "/purposes/{id}", .may(.edit, .consent), "Says anew what a purpose is called and for.",
        answer: .of(ConsentPurpose.self),
        inputs: [
          .init("name", "Its name", required: true), .init("note", "What it is for"),
          .init("months", "How long a consent holds from now on; for good when empty", .integer),
        ], action: edit),
      Route(
        .post, "/purposes/{id}/texts", .may(.edit, .consent), "Adds a version of the text of a purpose.",
        answer: .of(ConsentPurpose.self),
        inputs: [.init("text", "What people agree to", required: true)], action: addText),
    ]
  }

  private func person(_ fields: Fields) throws -> Consent.Person {
    if let id = try fields.integer("contact", in: 1...Int64.max) { return .contact(ID(id)) }
    if let id = try fields.integer("customer", in: 1...Int64.max) { return .customer(ID(id)) }
    throw Problem(.invalid, field: "contact", "The person is missing.", mend: "Name a contact, or a customer.")
  }

  @Sendable private func overview(_ visit: Visit) async throws -> Answer {
    let counts = try await consents.counts(for: visit.actor)
    return .both(visit, json: ["rows": counts]) { ConsentOverviewPage(counts: counts, visit: visit).html }
  }

  @Sendable private func check(_ visit: Visit) async throws -> Answer {
    let person = try person(visit.query)
    guard let purpose = try visit.query.integer("purpose", in: 1...Int64.max) else {
      throw Problem(.invalid, field: "purpose", "The purpose is missing.", mend: "Name it by its number.")
    }
    let channel = try Self.channel(visit.query)
    _ = try await consents.purpose(ID(purpose), for: visit.actor)
    let answer = try await consents.contactable(person, ID(purpose), channel, for: visit.actor)
    guard visit.face == .html else { return .json(answer) }
    switch person {
    case .contact(let id): return .redirect(to: "/contacts/\(id)/consents")
    case .customer(let id): return .redirect(to: "/customers/\(id)/consents")
    }
  }

  private func sheet(
    _ person: Consent.Person, _ name: String, _ home: String, _ visit: Visit, problem: Problem? = nil
  ) async throws -> Answer {
    let sheet = try await consents.sheet(of: person, for: visit.actor)
    if visit.face == .json { return .json(sheet) }
    let page = ConsentPage(person: person, name: name, home: home, sheet: sheet, visit: visit, problem: problem)
    return .page(page.html, status: problem?.kind.status ?? 200)
  }

  @Sendable private func record(_ visit: Visit) async throws -> Answer {
    let person = try person(visit.fields)
    let (home, name) = try await whose(person, visit)
    do {
      let draft = try Consent.Draft(person, given: { visit.fields[$0] }, lists: { visit.fields.values(of: $0) })
      let made = try await consents.record(draft, by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: "\(home)/consents", status: 201, json: ["rows": made], flash: Flash(.good, "It is on record."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return try await sheet(person, name, home, visit, problem: problem)
    }
  }

  private func whose(_ person: Consent.Person, _ visit: Visit) async throws -> (home: String, name: String) {
    switch person {
    case .contact(let id):
      ("/contacts/\(id)", try await contacts.find(id, for: visit.actor).shownName(to: visit.actor))
    case .customer(let id):
      ("/customers/\(id)", try await customers.find(id, for: visit.actor).shownName(to: visit.actor))
    }
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let basis = visit.fields["basis"].flatMap { $0.isEmpty ? nil : $0 }
      guard basis == nil || basis.flatMap({ Consent.Basis(rawValue: $0) }) != nil else {
        throw Problem(.invalid, field: "basis", "This is no lawful basis.", mend: "Choose one of the list.")
      }
      let draft = try ConsentPurpose.Draft(
        name: visit.fields["name"] ?? "", note: visit.fields["note"] ?? "",
        basis: basis.flatMap { Consent.Basis(rawValue: $0) } ?? .consent,
        months: try visit.fields.integer("months", in: 1...1_200).map { Int($0) }, text: visit.fields["text"] ?? "")
      let made = try await consents.create(draft, by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: visit.face == .json ? "/purposes/\(made.id)" : Self.path, status: 201, json: made,
        flash: Flash(.good, "\(made.name) was added."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(PurposeForm(visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  struct PeopleAnswer: Encodable, Sendable {
    let rows: [ReachablePerson]
    let next: String?
  }

  @Sendable private func people(_ visit: Visit) async throws -> Answer {
    let purpose = try await consents.purpose(visit.id(), for: visit.actor)
    let channel = try Self.channel(visit.query)
    let page = try await consents.reachable(
      purpose.id, channel, after: visit.query["after"],
      size: Int(try visit.query.integer("size", in: 1...1_000) ?? 50), for: visit.actor)
    return .both(visit, json: PeopleAnswer(rows: page.rows, next: page.next)) {
      ReachablePage(purpose: purpose, channel: channel, page: page, visit: visit).html
    }
  }

  private static func channel(_ fields: Fields) throws -> Consent.Channel {
    guard let channel = fields["channel"].flatMap({ Consent.Channel(rawValue: $0) }) else {
      throw Problem(
        .invalid, field: "channel", "The channel is missing or unknown.",
        mend: "Use one of \(Self.channels.joined(separator: ", ")).")
    }
    return channel
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let id: ID<ConsentPurpose> = try visit.id()
    do {
      let after = try await consents.edit(
        id, name: visit.fields["name"] ?? "", note: visit.fields["note"] ?? "",
        months: try visit.fields.integer("months", in: 1...1_200).map { Int($0) }, by: visit.actor)
      return .changed(visit, to: "/purposes/\(id)", json: after, flash: Flash(.good, "Saved."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let purpose = try await consents.purpose(id, for: visit.actor)
      return .page(PurposePage(purpose: purpose, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  @Sendable private func addText(_ visit: Visit) async throws -> Answer {
    let id: ID<ConsentPurpose> = try visit.id()
    do {
      let after = try await consents.add(
        visit.fields["text"] ?? "", to: id, by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: "/purposes/\(id)", status: 201, json: after,
        flash: Flash(.good, "The new text is in force; earlier consents keep theirs."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let purpose = try await consents.purpose(id, for: visit.actor)
      return .page(PurposePage(purpose: purpose, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }
}
