import Foundation
import Kernel
import Records
import Store
import Web

/// Interactions: one with its corrections, entering and correcting one, taking one back.
package struct InteractionRoutes: Sendable {
  let interactions: Interactions
  let contacts: Contacts
  let customers: Customers
  let record: RecordParts

  package init(_ interactions: Interactions, contacts: Contacts, customers: Customers, record: RecordParts) {
    self.record = record
    self.interactions = interactions
    self.contacts = contacts
    self.customers = customers
  }

  package static let path = "/interactions"

  /// What stands in the list while nothing was said.
  package static var empty: EmptyState {
    EmptyState(
      "Nothing on record yet",
      reason: "Enter calls, e-mails and meetings here or on a customer's page, or import a file.",
      icon: "messages",
      action: """
        \(LinkButton("Enter one", "/interactions/new", weight: .primary, icon: "plus")) \
        \(LinkButton("Import a file", "/imports/new?subject=interactions", icon: "upload"))
        """)
  }

  private static let kinds = Interaction.Kind.allCases.map(\.rawValue)
  private static let outcomes = Interaction.Outcome.allCases.map(\.rawValue)

  private static let inputs: [Route.Input] = [
    .init("customer", "The customer; that of the contact when left out", .integer),
    .init("contact", "The contact", .integer), .init("kind", "What it was", choices: kinds),
    .init("direction", "Who began it", choices: Interaction.Direction.allCases.map(\.rawValue)),
    .init("channel", "The medium", choices: Interaction.Channel.allCases.map(\.rawValue)),
    .init("at", "When: 2026-11-22T14:05 on the company's clock, or with Z in UTC; now when left out"),
    .init("day", "Or the day", .day), .init("time", "And the time on it, 14:05"),
    .init("minutes", "How long it took", .integer), .init("outcome", "How it ended", choices: outcomes),
    .init("outcomeNote", "How it ended, in words"), .init("subject", "What it was about"),
    .init("text", "What was said"), .init("product", "The product it was about", .integer),
    .init("decision", "The decision it was about", .integer),
    .init("participants", "Contacts who took part; may be repeated", .integer),
    .init("colleagues", "Colleagues who took part; may be repeated", .integer),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, "/interactions/new", .may(.create, .interaction), "The form for an interaction.", isInAPI: false,
        action: form),
      Route(
        .post, Self.path, .may(.create, .interaction), "Enters an interaction.", answer: .of(Interaction.self),
        inputs: Self.inputs + [.init("back", "Where a browser goes then")], action: create),
      Route(
        .get, "/interactions/{id}", .may(.see, .interaction), "One interaction with what it said before corrections.",
        answer: .of(Whole.self),
        action: show),
      Route(
        .get, "/interactions/{id}/edit", .may(.edit, .interaction), "The form to correct an interaction.",
        isInAPI: false
      ) { visit in
        let found = try await interactions.find(visit.id(), to: .edit, for: visit.actor)
        return .page(try await formPage(found, visit))
      },
      Route(
        .put, "/interactions/{id}", .may(.edit, .interaction),
        "Corrects an interaction; what is not sent stays, and what it said before is kept.",
        answer: .of(Interaction.self),
        inputs: Self.inputs + [
          .init("reason", "Why it is corrected"), .init("version", "The version, unless If-Match names it", .integer),
        ], action: correct),
      Route(
        .delete, "/interactions/{id}", .may(.delete, .interaction), "Takes an interaction back.",
        answer: .of([String: Bool].self), action: withdraw),
      Route(
        .post, "/interactions/{id}/restoration", .may(.delete, .interaction), "Gives an interaction back.",
        answer: .of(Interaction.self)
      ) { visit in
        let found = try await interactions.setWithdrawn(false, visit.id(), by: visit.actor)
        return .changed(visit, to: "/interactions/\(found.id)", json: found, flash: Flash(.good, "It is back."))
      },
    ]
  }

  private func names(_ ids: [ID<Customer>], _ visit: Visit) async throws -> [ID<Customer>: String] {
    guard !ids.isEmpty, visit.actor.may(.see, .customer) else { return [:] }
    let names = try await customers.names(ids, for: visit.actor)
    guard !visit.actor.reads("name", of: .customer, isPersonal: true) else { return names }
    return Dictionary(names.keys.map { ($0, Customer.numbered($0)) }, uniquingKeysWith: { first, _ in first })
  }

  struct Whole: Encodable, Sendable {
    let interaction: Interaction
    let corrections: [InteractionCorrection]

    enum Part: CodingKey { case corrections }

    func encode(to encoder: any Encoder) throws {
      try interaction.encode(to: encoder)
      var parts = encoder.container(keyedBy: Part.self)
      try parts.encode(corrections, forKey: .corrections)
    }
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let found = try await interactions.find(visit.id(), for: visit.actor)
    let corrections = try await interactions.corrections(of: found.id, for: visit.actor)
    if visit.face == .json {
      return Answer.json(Whole(interaction: found, corrections: corrections)).tagged(found.version)
    }
    let people = (found.participants ?? []).compactMap(\.contact) + [found.contact].compactMap { $0 }
    let (key, path) = (RecordKey(.interaction, found.id.rawValue), visit.keepingOrigin("/interactions/\(found.id)"))
    return .page(
      InteractionPage(
        interaction: found, corrections: corrections,
        customers: try await names([found.customer].compactMap { $0 }, visit),
        contacts: try await contacts.names(people, for: visit.actor),
        colleagues: try await customers.colleagues(), walk: try await record.walk(key, visit),
        tags: try await record.tags(key, path: path, visit),
        beside: HTML.joined(
          [
            try await record.ownFields(key, edit: "/interactions/\(found.id)/edit", visit),
            try await record.files(key, path: path, visit),
          ], separator: ""), visit: visit
      ).html)
  }

  @Sendable private func form(_ visit: Visit) async throws -> Answer { .page(try await formPage(nil, visit)) }

  /// The form with everybody who can be named in it.
  private func formPage(_ found: Interaction?, _ visit: Visit, problem: Problem? = nil) async throws -> HTML {
    let asked = visit.method == .get ? visit.query : visit.fields
    let number = found?.customer ?? asked["customer"].flatMap { ID<Customer>(text: $0) }
    var customer: Customer?
    if let number { customer = try? await customers.find(number, for: visit.actor) }
    let people = try await customer.asyncPeople(contacts, for: visit.actor)
    var contact: Contact?
    if let id = found?.contact ?? asked["contact"].flatMap({ ID<Contact>(text: $0) }) {
      contact = try? await contacts.find(id, for: visit.actor)
    }
    return InteractionForm(
      interaction: found, customer: customer, contact: contact, people: people,
      colleagues: try await customers.colleagues(),
      own: try await record.desk.ownFields(of: .interaction, found?.id.rawValue, for: visit.actor), visit: visit,
      values: OwnFields.besides(asked.dictionary), problem: problem
    ).html
  }

  // Verbs.

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await interactions.create(
        try await draft(visit.fields, visit), by: visit.actor,
        filling: try record.desk.filling(.interaction, by: visit),
        once: try visit.once())
      let usual = made.customer.map { "/customers/\($0)" } ?? "/interactions/\(made.id)"
      let back = visit.fields["back"].flatMap { Address.isLocal($0) ? $0 : nil } ?? usual
      return .changed(
        visit, to: visit.face == .json ? "/interactions/\(made.id)" : back, status: 201, json: made,
        flash: Flash(
          .good, "\(made.kind.word) kept.",
          undo: visit.actor.may(.delete, .interaction)
            ? PostButton("Undo", action: "/interactions/\(made.id)", csrf: visit.viewer.csrf, method: .delete) : nil))
    } catch let problem as Problem where visit.face == .html && [.invalid, .notFound].contains(problem.kind) {
      return .page(try await formPage(nil, visit, problem: problem), status: 422)
    }
  }

  private func draft(_ fields: Fields, _ visit: Visit) async throws -> Interaction.Draft {
    let fields = try await named(fields, visit)
    return try Interaction.Draft(
      given: { fields[$0] }, lists: { name in fields.values(of: name).filter { !$0.isEmpty } },
      zone: visit.viewer.format.zone, now: visit.now)
  }

  /// What was sent, with the number of the customer where a name was written.
  private func named(_ fields: Fields, _ visit: Visit) async throws -> Fields {
    var fields = fields
    if let customer = try await customers.number(fields["customer"], field: "customer", for: visit.actor) {
      fields.add("customer", customer)
    }
    return fields
  }

  @Sendable private func correct(_ visit: Visit) async throws -> Answer {
    let id: ID<Interaction> = try visit.id()
    let before = try await interactions.find(id, for: visit.actor)
    do {
      guard let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max) else {
        throw Problem(
          .invalid, field: "version", "The version is missing.", mend: "Send the version the interaction was read at.")
      }
      let (fields, zone, now) = (try await named(visit.fields, visit), visit.viewer.format.zone, visit.now)
      let after = try await interactions.correct(
        id, version: version, reason: fields["reason"] ?? "", by: visit.actor,
        filling: try record.desk.filling(.interaction, by: visit)
      ) { whole in try Interaction.Draft(correcting: whole, by: fields, zone: zone, now: now) }
      return .changed(
        visit, to: "/interactions/\(id)", json: after,
        flash: Flash(.good, "Corrected; what it said before is kept.")
      ).tagged(after.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(try await formPage(before, visit, problem: problem), status: problem.kind.status)
    }
  }

  @Sendable private func withdraw(_ visit: Visit) async throws -> Answer {
    let found = try await interactions.setWithdrawn(true, visit.id(), by: visit.actor)
    let undo = PostButton("Undo", action: "/interactions/\(found.id)/restoration", csrf: visit.viewer.csrf)
    let next = found.customer.map { "/customers/\($0)" } ?? Self.path
    return .changed(
      visit, to: next, json: ["withdrawn": true], flash: Flash(.good, "\(found.kind.word) taken back.", undo: undo))
  }
}

extension Optional<Customer> {
  /// The people at the customer, where there is one.
  fileprivate func asyncPeople(_ contacts: Contacts, for actor: Actor) async throws -> [RelatedContact] {
    guard let self else { return [] }
    return try await contacts.people(of: self.id, for: actor)
  }
}

extension Interaction.Draft {
  /// What an interaction becomes by the fields that were sent; the others stay as they are.
  init(correcting before: Interaction, by fields: Fields, zone: TimeZone, now: Instant) throws {
    let (day, time) = Moment.local(before, zone: zone)
    try self.init(
      given: { name in
        switch name {
        case "at": fields[name]
        case "day": fields[name] ?? "\(day)"
        case "time": fields[name] ?? time
        default: fields[name] ?? before.text(name, zone: zone)
        }
      }, lists: { name in fields.values(of: name).filter { !$0.isEmpty } }, zone: zone, now: now)
    let stays = [("at", ""), ("day", "\(day)"), ("time", time)].allSatisfy { fields[$0.0] ?? $0.1 == $0.1 }
    if stays { (self.day, at, isTimed) = (before.day, before.at, before.isTimed) }
    let names = ["participants", "colleagues"]
    if names.allSatisfy({ fields[$0] == nil }) { participants = before.participants ?? [] }
  }
}
