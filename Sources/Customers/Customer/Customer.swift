import Kernel

/// The party that buys: a person, a household, an organisation, or a site of one.
package struct Customer: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case person, household, organisation, site
  }

  package let id: ID<Customer>
  package let kind: Kind
  package let name: String
  package let email: String?
  /// The organisation a site belongs to, or the party above this one.
  package let parent: ID<Customer>?
  package let owner: Int64?
  package let team: Int64?
  package let phone: String?
  package let website: String?
  package let street: String?
  package let postalCode: String?
  package let city: String?
  package let country: String?
  package let language: String?
  package let note: String?
  package let createdAt: Instant
  /// Grows with every change; an edit says which version it saw.
  package let version: Int64
  /// Whether the kind was taken out for who looks at it.
  package var isKindHidden = false

  enum CodingKeys: String, CodingKey {
    case id, kind, name, email, parent, owner, team, phone, website, street, postalCode, city, country, language, note
    case createdAt, version
  }

  /// What a person or program may set.
  package struct Draft: Sendable, Equatable {
    package var kind: Kind
    package var name: String
    package var email: String?
    package var parent: ID<Customer>?
    package var details: Details
    package var owner: Holder
    package var team: Holder

    /// - Throws: `Problem` naming the field that is wrong.
    package init(
      kind: String, name: String, email: String?, parent: String?, details: Details = Details(),
      owner: Holder = .unchanged, team: Holder = .unchanged
    ) throws {
      self.details = details
      self.owner = owner
      self.team = team
      guard let known = Kind(rawValue: kind) else {
        throw Problem(
          .invalid, field: "kind", "“\(kind)” is not a kind of customer.",
          mend: "Choose one of \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      self.kind = known
      self.name = try Text.line(name, field: "name")
      self.email = try MailAddress.read(email ?? "")
      if let parent, !parent.isEmpty {
        guard let id = ID<Customer>(text: parent) else {
          throw Problem(.invalid, field: "parent", "This is not a customer's number.", mend: "Choose a customer.")
        }
        self.parent = id
      }
    }
  }
}

/// What is declared of a customer, with where it came from.
package struct Trait: Sendable, Equatable, Codable {
  package let name: String
  package let value: String
  package let source: String?
  package let at: Instant
}

extension Customer.Kind {
  /// The word on screen.
  package var word: String {
    switch self {
    case .person: "Person"
    case .household: "Household"
    case .organisation: "Organisation"
    case .site: "Site"
    }
  }
}
