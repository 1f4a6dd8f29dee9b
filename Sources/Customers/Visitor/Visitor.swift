import Kernel
import Store

/// What somebody says of themselves through a form of the company's site.
package struct Visitor: Sendable {
  /// What they agreed to: a purpose by its name, and the text they were shown.
  package struct Agreement: Sendable {
    let purpose: String
    let text: String

    package init(purpose: String, text: String) {
      self.purpose = purpose
      self.text = text
    }
  }

  let name: String
  let email: String
  let phone: String
  let message: String
  /// Where they wrote, in words.
  let source: String
  let agreement: Agreement?

  package init(
    name: String, email: String, phone: String, message: String, source: String, agreement: Agreement?
  ) {
    self.name = name
    self.email = email
    self.phone = phone
    self.message = message
    self.source = source
    self.agreement = agreement
  }
}

extension Visitor {
  /// The customer an address belongs to: its own, or that of somebody there; the one known longest when there are
  /// several.
  package static func customer(of email: String, in tx: Transaction) throws -> ID<Customer>? {
    let own: ID<Customer>? = try tx.value(
      """
      SELECT id FROM customer WHERE email IS NOT NULL AND lower(email) = \(email.lowercased()) AND binned_at IS NULL
      ORDER BY id LIMIT 1
      """)
    if let own { return own }
    guard let contact = try Contacts.byEmail([email], in: tx).values.first else { return nil }
    return try tx.value(
      """
      SELECT r.customer_id FROM contact_role r JOIN customer c ON c.id = r.customer_id
      WHERE r.contact_id = \(contact) AND c.binned_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM contact_role_end e WHERE e.role_id = r.id)
      ORDER BY r.id LIMIT 1
      """)
  }

  /// Writes down who came to a customer, what they said, and what they agreed to.
  /// - Returns: the contact; nil where the customer is the person.
  package func arrive(
    at id: ID<Customer>, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> ID<Contact>? {
    let customer = try Customers.find(id, "TRUE", in: tx)
    let isPerson = [.person, .household].contains(customer.kind)
    let contact = isPerson ? nil : try contact(at: customer, by: actor, at: now, in: tx)
    try say(customer, contact, by: actor, at: now, in: tx)
    try agree(contact.map { .contact($0) } ?? .customer(id), by: actor, at: now, in: tx)
    return contact
  }

  /// The contact with the address, made if there is none, with a role at the customer.
  private func contact(
    at customer: Customer, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> ID<Contact> {
    let role = ContactRole.Draft(customer.id)
    guard let known = try Contacts.byEmail([email], in: tx).values.first else {
      let words = name.unicodeScalars.split(separator: " ").map { String($0) }
      let fields = [
        "firstName": words.dropLast().joined(separator: " "), "lastName": words.last ?? "", "email": email,
        "phone": phone,
      ]
      return try Contacts.create(
        try Contact.Draft { fields[$0] }, at: role, holders: (customer.owner, customer.team), by: actor, at: now, in: tx
      ).id
    }
    let isThere = try tx.first(
      """
      SELECT 1 FROM contact_role r WHERE r.contact_id = \(known) AND r.customer_id = \(customer.id)
        AND NOT EXISTS (SELECT 1 FROM contact_role_end e WHERE e.role_id = r.id)
      """)
    if isThere == nil { _ = try Contacts.add(role, to: known, by: actor, at: now, in: tx) }
    return known
  }

  private func say(
    _ customer: Customer, _ contact: ID<Contact>?, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    let number = phone.isEmpty ? "" : "Telephone: \(phone)"
    let fields = [
      "kind": Interaction.Kind.web.rawValue, "direction": Interaction.Direction.incoming.rawValue, "subject": source,
      "text": [message, number].filter { !$0.isEmpty }.joined(separator: "\n\n"), "customer": "\(customer.id)",
      "contact": contact.map { "\($0)" } ?? "",
    ]
    let draft = try Interaction.Draft(given: { fields[$0] }, zone: try Interactions.zone(in: tx), now: now)
    _ = try Interactions.create(draft, by: actor, at: now, in: tx)
  }

  /// Keeps a consent to e-mail with the text that was shown, which becomes a text of its purpose.
  private func agree(_ person: Consent.Person, by actor: Actor, at now: Instant, in tx: Transaction) throws {
    guard let agreement else { return }
    let (purpose, text) = try Consents.text(
      agreement.text, ofPurpose: agreement.purpose, by: actor, at: now, in: tx)
    let draft = try Consent.Draft(person, purpose, [.email], .given, basis: .consent, source: source, text: text)
    _ = try Consents.record(draft, by: actor, at: now, in: tx)
  }
}
