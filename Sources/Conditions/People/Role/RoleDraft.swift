import Kernel
import Web

extension Role {
  /// What a person or program says of a role.
  package struct Draft: Sendable, Equatable {
    package var name: String
    package var note: String
    package var seesPersonalData: Bool
    package var grants: Set<Actor.Grant>
    package var fields: [Actor.FieldName: Actor.FieldAccess]

    /// The same as a role.
    package init(_ role: Role) {
      (name, note, seesPersonalData) = (role.name, role.note, role.seesPersonalData)
      (grants, fields) = (role.grants, role.fields)
    }

    /// What was sent, over what stands: a map of grants or of fields that is sent replaces the whole map.
    package init(_ sent: Fields, over role: Role) throws {
      self.init(role)
      if let name = sent["name"] { self.name = name }
      if let note = sent["note"] { self.note = note }
      if let sees = sent["seesPersonalData"] { seesPersonalData = sees == "1" }
      let reaches = sent.members(of: "grants")
      if !reaches.isEmpty { grants = Set(try reaches.sorted { $0.key < $1.key }.compactMap(Draft.grant)) }
      let rules = sent.members(of: "fields")
      if !rules.isEmpty {
        fields = [:]
        for (name, access) in rules where !access.isEmpty {
          fields[try Actor.FieldName(text: name)] = try Draft.access(access)
        }
      }
    }

    /// Sets how far a verb reaches, nil taking it away.
    package mutating func set(_ verb: Actor.Verb, _ noun: Actor.Noun, _ reach: Actor.Reach?) {
      grants = grants.filter { $0.verb != verb || $0.noun != noun }
      if let reach { grants.insert(Actor.Grant(verb, noun, reach)) }
    }

    /// `customer.see` and how far; nil when it reaches nothing.
    private static func grant(_ right: String, _ reach: String) throws -> Actor.Grant? {
      let parts = right.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else {
        throw Problem(
          .invalid, field: "grants", "“\(right.prefix(60))” is no right.", mend: "Write it as customer.see.")
      }
      let (noun, verb) = (try Draft.noun(parts[0]), try Draft.verb(parts[1]))
      return reach.isEmpty ? nil : Actor.Grant(verb, noun, try Draft.reach(reach))
    }

    package static func noun(_ text: String) throws -> Actor.Noun { try choice(text, "noun", "a kind of record") }
    package static func verb(_ text: String) throws -> Actor.Verb { try choice(text, "verb", "a right") }
    package static func reach(_ text: String) throws -> Actor.Reach { try choice(text, "reach", "a reach") }
    package static func access(_ text: String) throws -> Actor.FieldAccess { try choice(text, "access", "an access") }

    private static func choice<Choice: RawRepresentable & CaseIterable>(
      _ text: String, _ field: String, _ what: String
    ) throws -> Choice where Choice.RawValue == String {
      guard let found = Choice(rawValue: text) else {
        throw Problem(
          .invalid, field: field, "“\(text.prefix(60))” is not \(what).",
          mend: "Use one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return found
    }
  }
}
