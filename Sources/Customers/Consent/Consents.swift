import Foundation
import Kernel
import Records
import Store

/// What people agreed to: every statement on its tables, and the one answer to whether somebody may be contacted.
package struct Consents: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  static let select: Statement = """
    SELECT k.id, k.contact_id, k.customer_id, k.purpose_id, k.channel, k.state, k.basis, k.at, k.expires_day, k.source,
      x.number AS text_number, k.note, k.actor_name, k.created_at
    FROM consent k LEFT JOIN consent_text x ON x.id = k.text_id
    """

  /// The consents of the people an actor may see, as a condition on `consent k`.
  package static func scope(_ actor: Actor) throws -> Statement {
    try actor.require(.see, .consent)
    let contacts: Statement =
      actor.may(.see, .contact)
      ? "k.contact_id IN (SELECT t.id FROM contact t WHERE \(try Contacts.scope(actor)))" : "FALSE"
    let customers: Statement =
      actor.may(.see, .customer)
      ? "k.customer_id IN (SELECT c.id FROM customer c WHERE \(try Customers.scope(actor)))" : "FALSE"
    return "(\(contacts) OR \(customers))"
  }

  // May we?

  /// Whether somebody may be contacted for a purpose by a channel. Everything that sends asks this.
  package func contactable(
    _ person: Consent.Person, _ purpose: ID<ConsentPurpose>, _ channel: Consent.Channel, for actor: Actor
  ) async throws -> Contactable {
    let all = try await contactable([person], purpose, channel, for: actor)
    guard let found = all[person] else {
      throw Problem(.notFound, field: "person", "There is no such person.", mend: "Search for them by name.")
    }
    return found
  }

  /// The same of many people in a few statements. Those the actor may not see are left out.
  package func contactable(
    _ people: [Consent.Person], _ purpose: ID<ConsentPurpose>, _ channel: Consent.Channel, for actor: Actor
  ) async throws -> [Consent.Person: Contactable] {
    try actor.require(.see, .consent)
    let now = clock.now
    return try await database.read { tx in
      try Consents.contactable(people, purpose, channel, at: now, for: actor, in: tx)
    }
  }

  /// As above, inside a transaction that sends.
  package static func contactable(
    _ people: [Consent.Person], _ purpose: ID<ConsentPurpose>, _ channel: Consent.Channel, at now: Instant,
    for actor: Actor, in tx: Transaction
  ) throws -> [Consent.Person: Contactable] {
    let today = now.day(in: try Interactions.zone(in: tx))
    var said: [Consent.Person: [Consent]] = [:]
    let contacts = people.compactMap { if case .contact(let id) = $0 { id } else { nil } }
    let customers = people.compactMap { if case .customer(let id) = $0 { id } else { nil } }
    for chunk in contacts.chunks(of: 400) where actor.may(.see, .contact) {
      let scope = try Contacts.scope(actor)
      try tx.each("SELECT t.id FROM contact t WHERE t.id IN (\(list: chunk)) AND \(scope)") {
        said[.contact(try $0(0))] = []
      }
      try tx.each(
        """
        \(select) WHERE k.contact_id IN (\(list: chunk)) AND k.purpose_id = \(purpose) AND k.channel = \(channel)
        """
      ) { row in
        let consent = try Consent(row: row)
        if let person = consent.person { said[person]?.append(consent) }
      }
    }
    for chunk in customers.chunks(of: 400) where actor.may(.see, .customer) {
      let scope = try Customers.scope(actor)
      try tx.each(
        """
        SELECT c.id FROM customer c
        WHERE c.id IN (\(list: chunk)) AND c.kind IN ('person', 'household') AND \(scope)
        """
      ) { said[.customer(try $0(0))] = [] }
      try tx.each(
        """
        \(select) WHERE k.customer_id IN (\(list: chunk)) AND k.purpose_id = \(purpose) AND k.channel = \(channel)
        """
      ) { row in
        let consent = try Consent(row: row)
        if let person = consent.person { said[person]?.append(consent) }
      }
    }
    return said.mapValues { Consent.contactable($0, channel, on: today) }
  }

  /// What is on record of somebody, the newest first.
  package func history(of person: Consent.Person, for actor: Actor) async throws -> [Consent] {
    let scope = try Consents.scope(actor)
    let reads = actor.reads("note", of: .consent, isPersonal: true)
    return try await database.read { tx in
      try Consents.require(person, for: actor, in: tx)
      return try tx.rows(
        "\(Consents.select) WHERE \(Consents.condition(person)) AND \(scope) ORDER BY k.at DESC, k.id DESC LIMIT 500"
      ) {
        let consent = try Consent(row: $0)
        return reads ? consent : consent.withoutWords
      }
    }
  }

  static func condition(_ person: Consent.Person) -> Statement {
    switch person {
    case .contact(let id): "k.contact_id = \(id)"
    case .customer(let id): "k.customer_id = \(id)"
    }
  }

  /// Refuses somebody the actor does not reach, and customers that are no person.
  static func require(
    _ person: Consent.Person, _ verb: Actor.Verb = .see, for actor: Actor, in tx: Transaction
  ) throws {
    switch person {
    case .contact(let id): _ = try Contacts.find(id, try Contacts.scope(actor, verb), in: tx)
    case .customer(let id):
      let customer = try Customers.find(id, try Customers.scope(actor, verb), in: tx)
      guard [.person, .household].contains(customer.kind) else {
        throw Problem(
          .invalid, field: "customer", "An organisation consents to nothing; the people there do.",
          mend: "Write it down for a contact.")
      }
    }
  }

  // Verbs.

  /// Writes down what somebody said, a row for each channel.
  package func record(
    _ draft: Consent.Draft, by actor: Actor, once: Once = .unchecked
  ) async throws -> [Consent] {
    try actor.require(.create, .consent)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      try Consents.require(draft.person, for: actor, in: tx)
      let made = try Consents.record(draft, by: actor, at: now, in: tx)
      try once.keep(made, location: "/api/v1/consents", in: tx)
      return made
    }
  }

  /// As above, without asking for rights: for forms through which people speak for themselves.
  package static func record(
    _ draft: Consent.Draft, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> [Consent] {
    let purpose = try ConsentPurpose.find(draft.purpose, in: tx)
    let zone = try Interactions.zone(in: tx)
    let today = now.day(in: zone)
    if let day = draft.day, day > today {
      throw Problem(.invalid, field: "day", "That day has not come.", mend: "Choose today or a day before.")
    }
    let basis = draft.basis ?? purpose.basis
    let text = try draft.text.map { number in
      guard let found = purpose.texts.first(where: { $0.number == number }) else {
        throw Problem(.invalid, field: "text", "There is no text \(number) of this purpose.", mend: "Leave it out.")
      }
      return found
    }
    let agreed = text ?? (draft.state == .given && basis == .consent ? purpose.texts.first : nil)
    let said = draft.day.flatMap { $0 == today ? nil : Moment.noon(of: $0) } ?? now
    let expires =
      draft.expires ?? (draft.state == .given ? purpose.months.map { said.day(in: zone).adding(months: $0) } : nil)
    var contact: ID<Contact>?
    var customer: ID<Customer>?
    switch draft.person {
    case .contact(let id): contact = id
    case .customer(let id): customer = id
    }
    return try draft.channels.map { channel in
      let id: ID<Consent> = try tx.newID()
      try tx.run(
        """
        INSERT INTO consent (id, contact_id, customer_id, purpose_id, channel, state, basis, at, expires_day, source,
          text_id, note, actor_id, actor_name, created_at)
        VALUES (\(id), \(contact), \(customer), \(draft.purpose), \(channel), \(draft.state), \(basis), \(said), \
        \(expires), \(draft.source), \(agreed?.id), \(draft.note), \(actor.user), \(actor.name), \(now))
        """)
      let made = try tx.first("\(select) WHERE k.id = \(id)", Consent.init(row:))
      guard let made else { throw Problem(.unavailable, "The consent was not kept.") }
      try tx.audit("record", .consent, id.rawValue, detail: ["after": made], by: actor, at: now)
      try tx.announce("consent.\(draft.state.rawValue)", .consent, id.rawValue, made, at: now)
      return made
    }
  }
}

extension Consent {
  init(row: Row) throws {
    try self.init(
      id: row("id"), contact: row("contact_id"), customer: row("customer_id"), purpose: row("purpose_id"),
      channel: row("channel"), state: row("state"), basis: row("basis"), at: row("at"), expires: row("expires_day"),
      source: row("source"), text: row("text_number"), note: row("note"), by: row("actor_name"),
      createdAt: row("created_at"))
  }

  /// The same without what somebody wrote.
  fileprivate var withoutWords: Consent {
    Consent(
      id: id, contact: contact, customer: customer, purpose: purpose, channel: channel, state: state, basis: basis,
      at: at, expires: expires, source: "", text: text, note: "", by: by, createdAt: createdAt)
  }
}

extension Consent.State: Storable {}
extension Consent.Channel: Storable {}
extension Consent.Basis: Storable {}
