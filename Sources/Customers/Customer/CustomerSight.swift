import Kernel

/// What is left of a customer for an actor: the one place that decides who knows a name.
extension Customer {
  /// What stands where a name would, for who may not know it.
  package static func number(_ id: ID<Customer>) -> String { "Customer \(id)" }

  /// The fields that rules can be made on, and which of them are personal.
  static let ruled: [(name: String, isPersonal: Bool)] = [
    ("name", true), ("kind", false), ("email", true), ("parent", false), ("owner", false), ("team", false),
  ]

  /// The customer as an actor knows it: without what is hidden from them.
  package func seen(by actor: Actor) -> Customer {
    let hidden = Customer.ruled.filter { !actor.reads($0.name, of: .customer, isPersonal: $0.isPersonal) }.map(\.name)
    guard !hidden.isEmpty else { return self }
    return Customer(
      id: id, kind: kind, name: hidden.contains("name") ? Customer.number(id) : name,
      email: hidden.contains("email") ? nil : email, parent: hidden.contains("parent") ? nil : parent,
      owner: hidden.contains("owner") ? nil : owner, team: hidden.contains("team") ? nil : team, createdAt: createdAt,
      version: version, hidden: Set(hidden).subtracting(["name"]))
  }

  /// Refuses unless an actor may set every one of some fields.
  static func require(writing names: some Sequence<String>, for actor: Actor) throws {
    for name in names {
      let isPersonal = ruled.first { $0.name == name }?.isPersonal ?? false
      guard !actor.writes(name, of: .customer, isPersonal: isPersonal) else { continue }
      throw Problem(
        .notAllowed, field: name, "You may not change this field.", mend: "Leave it as it is, or ask an administrator.")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    if !hidden.contains("kind") { try container.encode(kind, forKey: .kind) }
    try container.encode(name, forKey: .name)
    try container.encodeIfPresent(email, forKey: .email)
    try container.encodeIfPresent(parent, forKey: .parent)
    try container.encodeIfPresent(owner, forKey: .owner)
    try container.encodeIfPresent(team, forKey: .team)
    try container.encode(createdAt, forKey: .createdAt)
    try container.encode(version, forKey: .version)
  }
}

extension Customer.Draft {
  init(_ customer: Customer) {
    (kind, name, email, parent) = (customer.kind, customer.name, customer.email, customer.parent)
  }

  /// What an actor may make of it: a field they may not set stays as it is, and a change of it is refused.
  func limited(to actor: Actor, over before: Customer) throws -> Customer.Draft {
    let shown = Customer.Draft(before.seen(by: actor))
    var left = self
    func keeps(_ field: String, _ isPersonal: Bool, _ isAsShown: Bool) throws -> Bool {
      guard !actor.writes(field, of: .customer, isPersonal: isPersonal) else { return false }
      if !isAsShown { try refuse(field) }
      return true
    }
    if try keeps("name", true, name == shown.name) { left.name = before.name }
    if try keeps("kind", false, kind == shown.kind) { left.kind = before.kind }
    if try keeps("email", true, email == shown.email) { left.email = before.email }
    if try keeps("parent", false, parent == shown.parent) { left.parent = before.parent }
    return left
  }

  /// Refuses a new customer with fields an actor may not set.
  func require(settableBy actor: Actor) throws {
    if !actor.writes("name", of: .customer, isPersonal: true) { try refuse("name") }
    if email != nil, !actor.writes("email", of: .customer, isPersonal: true) { try refuse("email") }
    if parent != nil, !actor.writes("parent", of: .customer) { try refuse("parent") }
    if kind != .organisation, !actor.writes("kind", of: .customer) { try refuse("kind") }
  }

  private func refuse(_ field: String) throws {
    throw Problem(
      .notAllowed, field: field, "You may not change this field.", mend: "Leave it as it is, or ask an administrator.")
  }
}

extension Actor {
  /// Whether customers have a name for them.
  package var knowsCustomers: Bool { reads("name", of: .customer, isPersonal: true) }

  /// Whether they see the numbers other systems know a customer under.
  package var knowsKeys: Bool { reads("keys", of: .customer, isPersonal: true) }

  /// Whether they see what is declared of a customer; without personal data only what tells nobody apart.
  package var knowsTraits: Bool { reads("traits", of: .customer) }

  /// The same with everything to be read: what the house keeps, such as a version, is kept whole whoever asks for it.
  package var unmasked: Actor { Actor(user: user, name: name, teams: teams, grants: grants) }

  /// What their view of the customers depends on; nil for who sees everything. An answer may be kept for all who share it.
  package var viewpoint: Viewpoint? {
    let reach = reach(.see, .customer)
    if reach == .all, seesPersonalData, knowsCustomers, knowsKeys, knowsTraits { return nil }
    return Viewpoint(
      user: reach == .all ? nil : user, reach: reach, teams: reach == .team ? teams : [],
      knows: [seesPersonalData, knowsCustomers, knowsKeys, knowsTraits])
  }
}

/// Whose customers are seen, and how much of them.
package struct Viewpoint: Sendable, Hashable {
  let user: Int64?
  let reach: Actor.Reach?
  let teams: [Int64]
  let knows: [Bool]
}

extension Trait {
  /// Whether a trait of this name tells who somebody is: a name, an address, a number to call.
  package static func isPersonal(_ name: String) -> Bool {
    let folded = Text.folded(name).utf8.filter { (97...122).contains($0) }
    let text = String(decoding: folded, as: UTF8.self)
    return marks.contains { text.utf8.firstRange(of: $0.utf8) != nil }
  }

  private static let marks = [
    "name", "mail", "phone", "telefon", "mobil", "fax", "address", "adresse", "street", "strasse", "zip", "postal",
    "postcode", "plz", "contact", "kontakt", "person", "birth", "geburt", "iban", "ustid", "website", "note",
    "comment", "bemerkung",
  ]

  /// Whether an actor sees it.
  static func isSeen(_ name: String, by actor: Actor) -> Bool {
    actor.knowsTraits && (actor.seesPersonalData || !isPersonal(name))
  }
}
