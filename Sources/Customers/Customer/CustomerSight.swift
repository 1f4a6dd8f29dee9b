import Kernel

/// What is left of a customer for an actor: the one place that decides who knows a name.
extension Customer {
  /// The fields that tell who somebody is.
  package static let personal: Set<String> = [
    "name", "email", "phone", "website", "street", "postalCode", "city", "language", "note",
  ]

  /// What stands where a name would, for who may not know it.
  package static func numbered(_ id: ID<Customer>) -> String { "Customer \(id)" }

  /// The name, or a number for those who may not read it.
  package func shownName(to actor: Actor) -> String { actor.knowsCustomers ? name : Customer.numbered(id) }

  /// The customer as an actor may read it: without what is hidden from them.
  package func shown(to actor: Actor) -> Customer {
    func reads(_ field: String) -> Bool {
      actor.reads(field, of: .customer, isPersonal: Customer.personal.contains(field))
    }
    func read<T>(_ field: String, _ value: T?) -> T? { reads(field) ? value : nil }
    var shown = Customer(
      id: id, kind: kind, name: shownName(to: actor), email: read("email", email), parent: read("parent", parent),
      owner: read("owner", owner), team: read("team", team), phone: read("phone", phone),
      website: read("website", website), street: read("street", street), postalCode: read("postalCode", postalCode),
      city: read("city", city), country: read("country", country), language: read("language", language),
      note: read("note", note), createdAt: createdAt, version: version)
    shown.isKindHidden = !reads("kind")
    return shown
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    if !isKindHidden { try container.encode(kind, forKey: .kind) }
    try container.encode(name, forKey: .name)
    try container.encodeIfPresent(email, forKey: .email)
    try container.encodeIfPresent(parent, forKey: .parent)
    try container.encodeIfPresent(owner, forKey: .owner)
    try container.encodeIfPresent(team, forKey: .team)
    try container.encodeIfPresent(phone, forKey: .phone)
    try container.encodeIfPresent(website, forKey: .website)
    try container.encodeIfPresent(street, forKey: .street)
    try container.encodeIfPresent(postalCode, forKey: .postalCode)
    try container.encodeIfPresent(city, forKey: .city)
    try container.encodeIfPresent(country, forKey: .country)
    try container.encodeIfPresent(language, forKey: .language)
    try container.encodeIfPresent(note, forKey: .note)
    try container.encode(createdAt, forKey: .createdAt)
    try container.encode(version, forKey: .version)
  }
}

extension Customer.Draft {
  /// A field as a form holds it; nil where nothing is said of it.
  func text(_ field: String) -> String? {
    switch field {
    case "name": name
    case "kind": kind.rawValue
    case "email": email
    case "parent": parent.map { "\($0)" }
    case "phone": details.phone
    case "website": details.website
    case "street": details.street
    case "postalCode": details.postalCode
    case "city": details.city
    case "country": details.country
    case "language": details.language
    case "note": details.note
    case "owner": owner.text
    case "team": team.text
    default: nil
    }
  }

  /// The names of the fields it sets that a new customer need not have.
  var given: [String] {
    let always: Set<String> = kind == .organisation ? ["kind"] : []
    return Customer.settable.filter { !always.contains($0) && text($0) != nil }
  }

  /// What an actor may make of it: a field they may not set stays as it is, and one sent otherwise than they see it is
  /// refused, so that nobody finds out a hidden value by trying.
  func limited(to actor: Actor, over before: Customer) throws -> Customer.Draft {
    let shown = before.shown(to: actor)
    var left = self
    for field in Customer.settable
    where !actor.writes(field, of: .customer, isPersonal: Customer.personal.contains(field)) {
      guard text(field) == shown.text(field) || isUnchanged(field) else {
        throw Problem(
          .notAllowed, field: field, "You may not change this field.",
          mend: "Leave it as it is, or ask an administrator.")
      }
      left.keep(field, of: before)
    }
    return left
  }

  private func isUnchanged(_ field: String) -> Bool {
    field == "owner" && owner == .unchanged || field == "team" && team == .unchanged
  }

  private mutating func keep(_ field: String, of customer: Customer) {
    switch field {
    case "name": name = customer.name
    case "kind": kind = customer.kind
    case "email": email = customer.email
    case "parent": parent = customer.parent
    case "phone": details.phone = customer.phone
    case "website": details.website = customer.website
    case "street": details.street = customer.street
    case "postalCode": details.postalCode = customer.postalCode
    case "city": details.city = customer.city
    case "country": details.country = customer.country
    case "language": details.language = customer.language
    case "note": details.note = customer.note
    case "owner": owner = .unchanged
    case "team": team = .unchanged
    default: break
    }
  }
}

extension Customer.Holder {
  fileprivate var text: String? { if case .to(let number) = self { "\(number)" } else { nil } }
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
