import Kernel

/// What the people who have it may see and do.
package struct Role: Sendable, Equatable {
  /// The name programs, commands and users know a role under; it never changes.
  package struct Code: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }

    package static let administrator = Code(rawValue: "administrator")
    package static let manager = Code(rawValue: "manager")
    package static let sales = Code(rawValue: "sales")
    package static let marketing = Code(rawValue: "marketing")
    package static let service = Code(rawValue: "service")
    package static let analyst = Code(rawValue: "analyst")
    package static let readOnly = Code(rawValue: "read-only")
  }

  package let code: Code
  package let name: String
  package let note: String
  /// Whether every company has it; such a role stays as it is, and is copied to make another.
  package let isReadyMade: Bool
  package let seesPersonalData: Bool
  package let grants: Set<Actor.Grant>
  package let fields: [Actor.FieldName: Actor.FieldAccess]
  package let version: Int64
  package let createdAt: Instant

  /// How far a verb reaches; nil when the role does not have it.
  package func reach(_ verb: Actor.Verb, _ noun: Actor.Noun) -> Actor.Reach? {
    Actor.Reach.allCases.last { grants.contains(Actor.Grant(verb, noun, $0)) }
  }

  /// The rules on fields, by noun and name.
  package var rules: [(field: Actor.FieldName, access: Actor.FieldAccess)] {
    fields.map { (field: $0.key, access: $0.value) }.sorted { $0.field.text < $1.field.text }
  }

  /// Refuses to change what every company has.
  func requireOwn() throws {
    guard isReadyMade else { return }
    throw Problem(
      .conflict, field: "role", "“\(name)” comes with the program and stays as it is.",
      mend: "Copy it and change the copy.")
  }
}

extension Actor {
  /// Whether nothing of a role goes beyond their own rights: only then they may give it, or touch who has it.
  package func covers(_ role: Role) -> Bool {
    role.grants.allSatisfy { covers($0) } && (seesPersonalData || !role.seesPersonalData)
      && fields.allSatisfy { field, access in role.fields[field] == .hidden || role.fields[field] == access }
  }

  func covers(_ grant: Grant) -> Bool { (reach(grant.verb, grant.noun)).map { $0 >= grant.reach } ?? false }

  func require(covering role: Role) throws {
    guard covers(role) else {
      throw Problem(
        .notAllowed, field: "role", "The role “\(role.name)” may do more than you.",
        mend: "Ask somebody who has its rights.")
    }
  }
}

extension Actor.FieldName {
  /// `customer.email`.
  package var text: String { "\(noun.rawValue).\(field)" }

  /// - Throws: `Problem` when the noun is none, or there is no name of a field.
  package init(text: String) throws {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let noun = Actor.Noun(rawValue: String(parts[0])) else {
      throw Problem(
        .invalid, field: "fields", "“\(text.prefix(60))” is no field of a kind of record.",
        mend: "Write it as customer.email.")
    }
    self.init(noun, try Text.line(String(parts[1]), field: "field", limit: 120))
  }
}

extension Role: Encodable {
  private enum Key: CodingKey { case code, name, note, readyMade, seesPersonalData, grants, fields, version, createdAt }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(code, forKey: .code)
    try container.encode(name, forKey: .name)
    try container.encode(note, forKey: .note)
    try container.encode(isReadyMade, forKey: .readyMade)
    try container.encode(seesPersonalData, forKey: .seesPersonalData)
    let reaches = grants.map { ("\($0.noun.rawValue).\($0.verb.rawValue)", $0.reach.rawValue) }
    try container.encode(Dictionary(reaches, uniquingKeysWith: { first, _ in first }), forKey: .grants)
    let rules = fields.map { ($0.key.text, $0.value.rawValue) }
    try container.encode(Dictionary(rules, uniquingKeysWith: { first, _ in first }), forKey: .fields)
    try container.encode(version, forKey: .version)
    try container.encode(createdAt, forKey: .createdAt)
  }
}
