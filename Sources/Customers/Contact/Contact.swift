import Kernel

/// A person the company speaks with: at one customer, at several, or at none.
package struct Contact: Sendable, Equatable, Codable {
  /// An address or number somebody can be reached at.
  package struct Point: Sendable, Hashable, Codable {
    package enum Channel: String, Sendable, Codable, CaseIterable { case email, phone }
    package enum Kind: String, Sendable, Codable, CaseIterable { case work, mobile, home, other }

    package let channel: Channel
    package let kind: Kind
    package let value: String

    package init(_ channel: Channel, _ kind: Kind, _ value: String) {
      self.channel = channel
      self.kind = kind
      self.value = value
    }

    /// The form two points are compared in.
    package var folded: String {
      channel == .email ? MailAddress.folded(value) : TelephoneNumber.folded(value)
    }
  }

  package let id: ID<Contact>
  package let firstName: String
  package let lastName: String
  package let title: String?
  package let job: String?
  /// The first address and number of its points.
  package let email: String?
  package let phone: String?
  package let street: String?
  package let postalCode: String?
  package let city: String?
  package let country: String?
  package let language: String?
  package let birthday: Day?
  package let note: String?
  package let owner: Int64?
  package let team: Int64?
  package let createdAt: Instant
  package let version: Int64
  /// Every address and number, the first ones first; nil in lists.
  package var points: [Point]?

  /// As a person is spoken of: the first name, then the last.
  package var name: String {
    let name = [firstName, lastName].filter { !$0.isEmpty }.joined(separator: " ")
    return name.isEmpty ? email ?? Contact.numbered(id) : name
  }

  package static func numbered(_ id: ID<Contact>) -> String { "Contact \(id)" }

  /// The form contacts are searched and ordered in: the last name first.
  static func folded(_ first: String, _ last: String) -> String {
    Text.folded([last, first].filter { !$0.isEmpty }.joined(separator: " "))
  }
}

extension Contact.Point.Kind {
  package var word: String {
    switch self {
    case .work: "Work"
    case .mobile: "Mobile"
    case .home: "Home"
    case .other: "Other"
    }
  }
}

// Who may read what.
extension Contact {
  /// The fields that tell who somebody is.
  package static let personal: Set<String> = [
    "name", "firstName", "lastName", "title", "email", "phone", "mobile", "more", "street", "postalCode", "city",
    "language", "birthday", "note",
  ]

  /// The name, or a number for those who may not read it.
  package func shownName(to actor: Actor) -> String {
    actor.reads("name", of: .contact, isPersonal: true) ? name : Contact.numbered(id)
  }

  /// The contact as an actor may read it: without what is hidden from them.
  package func shown(to actor: Actor) -> Contact {
    func read<T>(_ field: String, _ value: T?) -> T? {
      actor.reads(field, of: .contact, isPersonal: Contact.personal.contains(field)) ? value : nil
    }
    let isNamed = actor.reads("name", of: .contact, isPersonal: true)
    let reached = points?.filter { point in read(point.channel.rawValue, point) != nil }
    return Contact(
      id: id, firstName: isNamed ? read("firstName", firstName) ?? "" : "",
      lastName: isNamed ? read("lastName", lastName) ?? "" : Contact.numbered(id), title: read("title", title),
      job: read("job", job), email: read("email", email), phone: read("phone", phone), street: read("street", street),
      postalCode: read("postalCode", postalCode), city: read("city", city), country: read("country", country),
      language: read("language", language), birthday: read("birthday", birthday), note: read("note", note),
      owner: read("owner", owner), team: read("team", team), createdAt: createdAt, version: version, points: reached)
  }
}

/// What a contact is at a customer: the part in buying, the function, from when to when.
package struct ContactRole: Sendable, Equatable, Codable {
  /// The part somebody has in a decision to buy.
  package enum Part: String, Sendable, Codable, CaseIterable {
    case user, influencer, decider, buyer, gatekeeper, initiator, sponsor
  }

  package let id: ID<ContactRole>
  package let contact: ID<Contact>
  package let customer: ID<Customer>
  /// nil when it is not known.
  package let part: Part?
  package let function: String
  package let since: Day?
  package let until: Day?
  package let by: String
  package let at: Instant

  /// Whether it has not ended.
  package var isRunning: Bool { until == nil }
}

extension ContactRole.Part {
  package var word: String {
    switch self {
    case .user: "User"
    case .influencer: "Influencer"
    case .decider: "Decider"
    case .buyer: "Buyer"
    case .gatekeeper: "Gatekeeper"
    case .initiator: "Initiator"
    case .sponsor: "Sponsor"
    }
  }

  package var meaning: String {
    switch self {
    case .user: "Works with what was bought."
    case .influencer: "Is listened to before it is decided."
    case .decider: "Says yes or no."
    case .buyer: "Negotiates and orders."
    case .gatekeeper: "Decides who gets through."
    case .initiator: "Saw the need first."
    case .sponsor: "Wants it, and speaks for us inside."
    }
  }
}
