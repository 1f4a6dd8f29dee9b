import Kernel

/// What a program signs in with for a person: their rights, cut down to some scopes, for a time.
package struct APIKey: Sendable, Equatable, Encodable {
  package let id: ID<APIKey>
  package let user: ID<User>
  package let userName: String
  package let name: String
  /// nil for everything the person may do.
  package let scopes: [KeyScope]?
  package let createdAt: Instant
  package let expiresAt: Instant
  package let usedAt: Instant?
  package let usedFrom: String?
  package let revokedAt: Instant?
  package let revokedBy: String?

  package init(
    id: ID<APIKey>, user: ID<User>, userName: String, name: String, scopes: [KeyScope]?, createdAt: Instant,
    expiresAt: Instant, usedAt: Instant? = nil, usedFrom: String? = nil, revokedAt: Instant? = nil,
    revokedBy: String? = nil
  ) {
    self.id = id
    self.user = user
    self.userName = userName
    self.name = name
    self.scopes = scopes
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.usedAt = usedAt
    self.usedFrom = usedFrom
    self.revokedAt = revokedAt
    self.revokedBy = revokedBy
  }

  package func isOver(at now: Instant) -> Bool { revokedAt != nil || now >= expiresAt }

  /// Who acts by this key: the person, as far as the scopes go.
  package func actor(of person: Actor) -> Actor {
    let limits = scopes.map { KeyScope.cut(person.grants, to: $0) }
    return Actor(
      user: person.user, name: "\(person.name) (key \(name))", teams: person.teams, grants: limits ?? person.grants,
      fields: person.fields, seesPersonalData: person.seesPersonalData, limits: limits)
  }
}

/// A noun, and whether a key may only see it or change it too.
package struct KeyScope: Sendable, Hashable, Encodable {
  package enum Access: String, Sendable, CaseIterable {
    case see, write

    var verbs: Set<Actor.Verb> { self == .see ? [.see, .export] : [.create, .edit, .delete] }
  }

  package let noun: Actor.Noun
  package let access: Access

  package init(_ noun: Actor.Noun, _ access: Access) {
    self.noun = noun
    self.access = access
  }

  /// Reads `customer:see`.
  package init(text: String) throws {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard parts.count == 2, let noun = Actor.Noun(rawValue: parts[0]), let access = Access(rawValue: parts[1]) else {
      throw Problem(
        .invalid, field: "scopes", "“\(text.prefix(60))” is not a scope.",
        mend: "Write a noun and see or write, such as customer:see.")
    }
    self.init(noun, access)
  }

  package var text: String { "\(noun.rawValue):\(access.rawValue)" }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  static func cut(_ grants: Set<Actor.Grant>, to scopes: [KeyScope]) -> Set<Actor.Grant> {
    grants.filter { grant in scopes.contains { $0.noun == grant.noun && $0.access.verbs.contains(grant.verb) } }
  }
}

/// What a new key is to be.
package struct KeyDraft: Sendable, Equatable {
  package let name: String
  package let scopes: [KeyScope]?
  package let days: Int64

  package static let standardDays: Int64 = 90
  package static let mostDays: Int64 = 365

  /// - Parameter scopes: nil for everything the person may do.
  package init(name: String, scopes: [String]?, days: Int64?) throws {
    self.name = try Text.line(name, field: "name", limit: 80)
    let read = try scopes?.filter { !$0.isEmpty }.map(KeyScope.init(text:))
    guard read?.isEmpty != true else {
      throw Problem(
        .invalid, field: "scopes", "The key could do nothing.", mend: "Tick what it is for, or all that you may do.")
    }
    self.scopes = read.map { Set($0).sorted { $0.text < $1.text } }
    self.days = days ?? KeyDraft.standardDays
    guard (1...KeyDraft.mostDays).contains(self.days) else {
      throw Problem(
        .invalid, field: "days", "A key lasts from 1 to \(KeyDraft.mostDays) days.", mend: "Enter such a number.")
    }
  }
}
