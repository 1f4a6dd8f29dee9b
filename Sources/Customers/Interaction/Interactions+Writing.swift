import Kernel
import Store

extension Interactions {
  /// What is entered may name only what the actor may see. Without a customer it is that of the contact, where they have
  /// just one.
  /// - Parameter before: what it said so far; that needs no second look.
  static func checked(
    _ draft: Interaction.Draft, knowing before: Interaction? = nil, for actor: Actor, in tx: Transaction
  ) throws -> Interaction.Draft {
    var draft = draft
    if let contact = draft.contact, contact != before?.contact {
      _ = try Contacts.find(contact, try Contacts.scope(actor), in: tx)
      if draft.customer == nil { draft.customer = try onlyCustomer(of: contact, for: actor, in: tx) }
    }
    if let customer = draft.customer, customer != before?.customer {
      do {
        _ = try Customers.find(customer, try Customers.scope(actor), in: tx)
      } catch let problem as Problem {
        throw Problem(problem.kind, field: "customer", problem.message, mend: problem.mend)
      }
    }
    if let product = draft.product, product != before?.product,
      try tx.first("SELECT 1 FROM product WHERE id = \(product)") == nil
    {
      throw Problem(.notFound, field: "product", "There is no such product.", mend: "Leave it out.")
    }
    let known = Set(before?.participants ?? [])
    for participant in draft.participants where !known.contains(participant) {
      if let contact = participant.contact { _ = try Contacts.find(contact, try Contacts.scope(actor), in: tx) }
      if let user = participant.user { try Colleagues.requirePerson(user, field: "colleagues", in: tx) }
    }
    return draft
  }

  private static func onlyCustomer(
    of contact: ID<Contact>, for actor: Actor, in tx: Transaction
  ) throws -> ID<Customer>? {
    guard actor.may(.see, .customer) else { return nil }
    let limit = try Customers.scope(actor)
    let found = try tx.rows(
      """
      SELECT DISTINCT r.customer_id FROM contact_role r JOIN customer c ON c.id = r.customer_id
      WHERE r.contact_id = \(contact) AND \(limit)
        AND NOT EXISTS (SELECT 1 FROM contact_role_end e WHERE e.role_id = r.id) LIMIT 2
      """
    ) { try $0(0, as: ID<Customer>.self) }
    return found.count == 1 ? found.first : nil
  }

  static func write(_ draft: Interaction.Draft, to id: ID<Interaction>, in tx: Transaction) throws {
    try tx.run(
      """
      UPDATE interaction SET customer_id = \(draft.customer), contact_id = \(draft.contact), kind = \(draft.kind),
        direction = \(draft.direction), channel = \(draft.channel), day = \(draft.day), at = \(draft.at),
        is_timed = \(draft.isTimed), minutes = \(draft.minutes), outcome = \(draft.outcome),
        outcome_note = \(draft.outcomeNote), subject = \(draft.subject), text = \(draft.text),
        folded = \(draft.folded), product_id = \(draft.product), decision_id = \(draft.decision),
        version = version + 1 WHERE id = \(id)
      """)
    try tx.run("DELETE FROM interaction_participant WHERE interaction_id = \(id)")
    try keep(draft.participants, of: id, in: tx)
    try refreshSearch([id.rawValue], in: tx)
  }

  static func keep(_ participants: [Interaction.Participant], of id: ID<Interaction>, in tx: Transaction) throws {
    guard !participants.isEmpty else { return }
    try tx.insert(
      into: "interaction_participant", ["interaction_id", "place", "contact_id", "user_id"],
      rows: participants.enumerated().map { place, one in
        [id.stored, .int(Int64(place)), one.contact.stored, one.user.stored]
      })
  }
}

extension Interaction.Draft {
  var folded: String { Interaction.folded(subject, text, outcomeNote) }

  /// The names of the fields it sets.
  var given: [String] {
    let values: [(String, Bool)] = [
      ("contact", contact != nil), ("minutes", minutes != nil), ("outcome", outcome != nil),
      ("outcomeNote", !outcomeNote.isEmpty), ("subject", !subject.isEmpty), ("text", !text.isEmpty),
      ("product", product != nil), ("decision", decision != nil), ("participants", !participants.isEmpty),
    ]
    return values.compactMap { $0.1 ? $0.0 : nil }
  }

  /// The draft that an interaction would have been made of.
  package init(_ before: Interaction) {
    customer = before.customer
    contact = before.contact
    kind = before.kind
    direction = before.direction
    channel = before.channel
    day = before.day
    at = before.at
    isTimed = before.isTimed
    minutes = before.minutes
    outcome = before.outcome
    outcomeNote = before.outcomeNote
    subject = before.subject
    text = before.text
    product = before.product
    decision = before.decision
    participants = before.participants ?? []
  }
}

extension Interaction {
  /// The names of the fields in which two states differ.
  func differences(to other: Interaction) -> [String] {
    let values: [(String, Bool)] = [
      ("customer", customer == other.customer), ("contact", contact == other.contact), ("kind", kind == other.kind),
      ("direction", direction == other.direction), ("channel", channel == other.channel),
      ("at", (day, at, isTimed) == (other.day, other.at, other.isTimed)), ("minutes", minutes == other.minutes),
      ("outcome", outcome == other.outcome), ("outcomeNote", outcomeNote == other.outcomeNote),
      ("subject", subject == other.subject), ("text", text == other.text), ("product", product == other.product),
      ("decision", decision == other.decision), ("participants", participants == other.participants),
    ]
    return values.compactMap { $0.1 ? nil : $0.0 }
  }
}
