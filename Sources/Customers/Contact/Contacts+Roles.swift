import Kernel
import Store

/// A contact beside what they are at one customer, with names for whoever may read them.
package struct RelatedContact: Sendable, Equatable, Encodable {
  package let role: ContactRole
  package let contact: Contact
  package let contactName: String
  package let customerName: String
  package let isMain: Bool
}

extension Contacts {
  private static let related: Statement = """
    SELECT \(columns), r.id AS role_id, r.customer_id, r.role, r.function, r.since_day, e.day AS until_day, r.actor_name,
      r.created_at AS role_at, c.name AS customer_name,
      CASE WHEN t.id = (SELECT m.contact_id FROM main_contact m WHERE m.customer_id = r.customer_id
        ORDER BY m.id DESC LIMIT 1) THEN 1 ELSE 0 END AS is_main
    FROM contact_role r JOIN contact t ON t.id = r.contact_id JOIN customer c ON c.id = r.customer_id
    LEFT JOIN contact_role_end e ON e.role_id = r.id
    """

  /// The people of a customer: the main contact first, then those whose role runs.
  package func people(of customer: ID<Customer>, limit: Int = 100, for actor: Actor) async throws -> [RelatedContact] {
    guard actor.may(.see, .contact) else { return [] }
    return try await database.read { try Contacts.people(of: customer, limit: limit, for: actor, in: $0) }
  }

  static func people(
    of customer: ID<Customer>, limit: Int, for actor: Actor, in tx: Transaction
  ) throws -> [RelatedContact] {
    guard actor.may(.see, .contact) else { return [] }
    let (scope, limits) = (try scope(actor), try Customers.scope(actor))
    return try tx.rows(
      """
      \(related) WHERE r.customer_id = \(customer) AND \(scope) AND \(limits)
      ORDER BY is_main DESC, CASE WHEN e.day IS NULL THEN 0 ELSE 1 END, r.id LIMIT \(limit)
      """
    ) { try RelatedContact(row: $0, for: actor) }
  }

  /// What a contact is, at which customers the actor may see.
  package func roles(of contacts: [ID<Contact>], for actor: Actor) async throws -> [RelatedContact] {
    guard !contacts.isEmpty, actor.may(.see, .customer) else { return [] }
    let (scope, limits) = (try Contacts.scope(actor), try Customers.scope(actor))
    return try await database.read { tx in
      try tx.rows(
        """
        \(Contacts.related) WHERE r.contact_id IN (\(list: contacts)) AND \(scope) AND \(limits)
        ORDER BY CASE WHEN e.day IS NULL THEN 0 ELSE 1 END, r.id LIMIT 1000
        """
      ) { try RelatedContact(row: $0, for: actor) }
    }
  }

  /// Says what a contact is at a customer.
  package func add(
    _ draft: ContactRole.Draft, to id: ID<Contact>, by actor: Actor, once: Once = .unchecked
  ) async throws -> ContactRole {
    let scope = try Contacts.scope(actor, .edit)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      _ = try Contacts.find(id, scope, in: tx)
      let made = try Contacts.add(draft, to: id, by: actor, at: now, in: tx)
      try once.keep(made, location: "/api/v1/contacts/\(id)", in: tx)
      return made
    }
  }

  static func add(
    _ draft: ContactRole.Draft, to id: ID<Contact>, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> ContactRole {
    let customer = try Customers.find(draft.customer, try Customers.scope(actor), in: tx)
    try checkUnsaid(draft.part, draft.function, of: id, at: customer.id, in: tx)
    let role: ID<ContactRole> = try tx.newID()
    try tx.run(
      """
      INSERT INTO contact_role (id, customer_id, contact_id, role, function, since_day, actor_id, actor_name, created_at)
      VALUES (\(role), \(customer.id), \(id), \(draft.part?.rawValue ?? ""), \(draft.function), \(draft.since), \
      \(actor.user), \(actor.name), \(now))
      """)
    let isFirst = try tx.first("SELECT 1 FROM main_contact WHERE customer_id = \(customer.id)") == nil
    if draft.isMain || isFirst { try setMain(id, of: customer.id, by: actor, at: now, in: tx) }
    let made = try find(role, of: id, in: tx)
    try tx.audit("add role", .contact, id.rawValue, detail: made, by: actor, at: now)
    try tx.announce("contact.role-added", .contact, id.rawValue, made, at: now)
    return made
  }

  private static func find(_ role: ID<ContactRole>, of contact: ID<Contact>, in tx: Transaction) throws -> ContactRole {
    let found = try tx.first(
      """
      SELECT r.id AS role_id, r.contact_id AS id, r.customer_id, r.role, r.function, r.since_day, e.day AS until_day,
        r.actor_name, r.created_at AS role_at
      FROM contact_role r LEFT JOIN contact_role_end e ON e.role_id = r.id
      WHERE r.id = \(role) AND r.contact_id = \(contact)
      """, ContactRole.init(row:))
    guard let found else { throw Problem(.notFound, field: "role", "There is no such role.") }
    return found
  }

  /// - Throws: `Problem` when a contact has the role there and it runs.
  private static func checkUnsaid(
    _ part: ContactRole.Part?, _ function: String, of id: ID<Contact>, at customer: ID<Customer>, in tx: Transaction
  ) throws {
    let known = try tx.first(
      """
      SELECT 1 FROM contact_role r WHERE r.contact_id = \(id) AND r.customer_id = \(customer)
        AND r.role = \(part?.rawValue ?? "") AND r.function = \(function)
        AND NOT EXISTS (SELECT 1 FROM contact_role_end e WHERE e.role_id = r.id)
      """)
    guard known == nil else {
      throw Problem(.conflict, field: "role", "They have this role there already.", mend: "Choose another role.")
    }
  }

  /// Ends a role on a day; the row stays.
  package func end(
    _ role: ID<ContactRole>, of id: ID<Contact>, on day: Day, by actor: Actor
  ) async throws -> ContactRole {
    try await change(role, of: id, "end role", by: actor) { before, now, tx in
      guard before.isRunning else { throw Problem(.conflict, field: "role", "This role has ended already.") }
      if let since = before.since, day < since {
        throw Problem(.invalid, field: "day", "The role began later.", mend: "Choose \(since) or a later day.")
      }
      try tx.run(
        """
        INSERT INTO contact_role_end (role_id, day, actor_id, actor_name, at)
        VALUES (\(role), \(day), \(actor.user), \(actor.name), \(now))
        """)
    }
  }

  /// Takes the end of a role back.
  package func reopen(_ role: ID<ContactRole>, of id: ID<Contact>, by actor: Actor) async throws -> ContactRole {
    try await change(role, of: id, "reopen role", by: actor) { before, _, tx in
      guard !before.isRunning else { throw Problem(.conflict, field: "role", "This role runs.") }
      try Contacts.checkUnsaid(before.part, before.function, of: id, at: before.customer, in: tx)
      try tx.run("DELETE FROM contact_role_end WHERE role_id = \(role)")
    }
  }

  private func change(
    _ role: ID<ContactRole>, of id: ID<Contact>, _ verb: String, by actor: Actor,
    _ work: @escaping @Sendable (ContactRole, Instant, Transaction) throws -> Void
  ) async throws -> ContactRole {
    let (scope, limit) = (try Contacts.scope(actor, .edit), try Customers.scope(actor))
    let now = clock.now
    return try await database.write { tx in
      _ = try Contacts.find(id, scope, in: tx)
      let before = try Contacts.find(role, of: id, in: tx)
      _ = try Customers.find(before.customer, limit, in: tx)
      try work(before, now, tx)
      let after = try Contacts.find(role, of: id, in: tx)
      try tx.audit(verb, .contact, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
      try tx.announce("contact.role-changed", .contact, id.rawValue, after, at: now)
      return after
    }
  }

  /// Says who is spoken with first at a customer; nil for nobody.
  package func setMain(_ contact: ID<Contact>?, of customer: ID<Customer>, by actor: Actor) async throws {
    let (scope, limit) = (try Customers.scope(actor, .edit), try Contacts.scope(actor))
    let now = clock.now
    try await database.write { tx in
      _ = try Customers.find(customer, scope, in: tx)
      if let contact {
        _ = try Contacts.find(contact, limit, in: tx)
        let role = try tx.first(
          "SELECT 1 FROM contact_role WHERE contact_id = \(contact) AND customer_id = \(customer)")
        guard role != nil else {
          throw Problem(
            .invalid, field: "contact", "They have no role at this customer.", mend: "Give them a role there first.")
        }
      }
      try Contacts.setMain(contact, of: customer, by: actor, at: now, in: tx)
      try tx.audit(
        "main contact", .customer, customer.rawValue, detail: ["contact": contact?.rawValue], by: actor, at: now)
      try tx.announce("customer.main-contact", .customer, customer.rawValue, ["contact": contact?.rawValue], at: now)
    }
  }

  static func setMain(
    _ contact: ID<Contact>?, of customer: ID<Customer>, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    try tx.run(
      """
      INSERT INTO main_contact (customer_id, id, contact_id, actor_id, actor_name, at)
      VALUES (\(customer), \(try tx.newID(Contact.self)), \(contact), \(actor.user), \(actor.name), \(now))
      """)
  }
}

extension ContactRole {
  init(row: Row) throws {
    try self.init(
      id: row("role_id"), contact: row("id"), customer: row("customer_id"),
      part: Part(rawValue: try row("role", as: String.self)), function: row("function"), since: row("since_day"),
      until: row("until_day"), by: row("actor_name"), at: row("role_at"))
  }
}

extension RelatedContact {
  init(row: Row, for actor: Actor) throws {
    let contact = try Contact(row: row)
    let role = try ContactRole(row: row)
    let isNamed = actor.reads("name", of: .customer, isPersonal: true)
    self.init(
      role: role, contact: contact.shown(to: actor), contactName: contact.shownName(to: actor),
      customerName: isNamed ? try row("customer_name") : Customer.numbered(role.customer),
      isMain: try row("is_main"))
  }
}
