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
  package let createdAt: Instant
  /// Grows with every change; an edit says which version it saw.
  package let version: Int64
  /// The names of fields that were taken out for who looks at it.
  package var hidden: Set<String> = []

  enum CodingKeys: String, CodingKey { case id, kind, name, email, parent, owner, team, createdAt, version }

  /// What a person or program may set.
  package struct Draft: Sendable, Equatable {
    package var kind: Kind
    package var name: String
    package var email: String?
    package var parent: ID<Customer>?

    /// - Throws: `Problem` naming the field that is wrong.
    package init(kind: String, name: String, email: String?, parent: String?) throws {
      guard let known = Kind(rawValue: kind) else {
        throw Problem(
          .invalid, field: "kind", "“\(kind)” is not a kind of customer.",
          mend: "Choose one of \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      self.kind = known
      self.name = try Text.line(name, field: "name")
      let address = try Text.line(email ?? "", field: "email", limit: 254, required: false)
      guard address.isEmpty || Draft.looksLikeAddress(address) else {
        throw Problem(.invalid, field: "email", "This is not an e-mail address.", mend: "Write it as name@example.com.")
      }
      self.email = address.isEmpty ? nil : address
      if let parent, !parent.isEmpty {
        guard let id = ID<Customer>(text: parent) else {
          throw Problem(.invalid, field: "parent", "This is not a customer's number.", mend: "Choose a customer.")
        }
        self.parent = id
      }
    }

    private static func looksLikeAddress(_ text: String) -> Bool {
      let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
      return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.utf8.contains(UInt8(ascii: " "))
        && parts[1].contains(UInt8(ascii: "."))
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
