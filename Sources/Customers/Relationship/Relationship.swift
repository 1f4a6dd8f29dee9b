import Kernel

/// How two customers stand to each other, beside one standing under the other: who supplies whom, who brought whom.
package struct Relationship: Sendable, Equatable, Codable {
  /// What one is to another, said from either side; each has its counterpart.
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case supplies, suppliedBy, advises, advisedBy, introduced, introducedBy, owns, ownedBy, employs, worksFor
    case worksWith, familyOf, competesWith

    /// The same seen from the other side.
    package var counterpart: Kind {
      switch self {
      case .supplies: .suppliedBy
      case .suppliedBy: .supplies
      case .advises: .advisedBy
      case .advisedBy: .advises
      case .introduced: .introducedBy
      case .introducedBy: .introduced
      case .owns: .ownedBy
      case .ownedBy: .owns
      case .employs: .worksFor
      case .worksFor: .employs
      case .worksWith, .familyOf, .competesWith: self
      }
    }

    package var word: String {
      switch self {
      case .supplies: "supplies"
      case .suppliedBy: "is supplied by"
      case .advises: "advises"
      case .advisedBy: "is advised by"
      case .introduced: "brought to us"
      case .introducedBy: "was brought to us by"
      case .owns: "owns a part of"
      case .ownedBy: "is partly owned by"
      case .employs: "employs"
      case .worksFor: "works for"
      case .worksWith: "works together with"
      case .familyOf: "is family of"
      case .competesWith: "competes with"
      }
    }

    /// - Throws: `Problem` naming `kind`.
    package static func read(_ text: String) throws -> Kind {
      guard let kind = Kind(rawValue: text) else {
        throw Problem(
          .invalid, field: "kind", "“\(text.prefix(40))” is no kind of relationship.",
          mend: "Use one of \(allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return kind
    }
  }

  package let id: ID<Relationship>
  /// From whose side it is told.
  package let customer: ID<Customer>
  package let kind: Kind
  package let other: ID<Customer>
  package let otherName: String
  package let since: Day?
  /// The last day of one that is over.
  package let until: Day?
  package let note: String
  package let by: String
  package let at: Instant

  package var isRunning: Bool { until == nil }

  /// What a person or program may set.
  package struct Draft: Sendable, Equatable {
    package let kind: Kind
    package let other: ID<Customer>
    package let since: Day?
    package let note: String

    /// - Throws: `Problem` naming the field that is wrong.
    package init(_ kind: Kind, to other: ID<Customer>, since: Day? = nil, note: String = "") throws {
      self.kind = kind
      self.other = other
      self.since = since
      self.note = try Text.line(note, field: "note", limit: 500, required: false)
    }
  }
}
