import Kernel

/// Who asked for background work, with the rights they had when they did: the work may do what they may, not more.
package struct KeptActor: Sendable, Equatable, Codable {
  private let user: Int64?
  private let name: String
  private let teams: [Int64]
  /// `verb noun reach`.
  private let grants: [String]
  /// `noun field access`.
  private let fields: [String]
  private let seesPersonalData: Bool

  package init(_ actor: Actor) {
    user = actor.user
    name = actor.name
    teams = actor.teams
    grants = actor.grants.map(\.words).sorted()
    fields = actor.fields.map { "\($0.key.noun.rawValue) \($0.key.field) \($0.value.rawValue)" }.sorted()
    seesPersonalData = actor.seesPersonalData
  }

  package var actor: Actor {
    var fields: [Actor.FieldName: Actor.FieldAccess] = [:]
    for text in self.fields {
      let parts = text.split(separator: " ").map(String.init)
      guard parts.count == 3, let noun = Actor.Noun(rawValue: parts[0]),
        let access = Actor.FieldAccess(rawValue: parts[2])
      else { continue }
      fields[Actor.FieldName(noun, parts[1])] = access
    }
    return Actor(
      user: user, name: name, teams: teams, grants: Set(grants.compactMap(Actor.Grant.init(words:))), fields: fields,
      seesPersonalData: seesPersonalData)
  }
}

extension Actor.Grant {
  /// As it is kept: `see customer team`.
  package var words: String { "\(verb.rawValue) \(noun.rawValue) \(reach.rawValue)" }

  package init?(words: String) {
    let parts = words.split(separator: " ").map(String.init)
    guard parts.count == 3, let verb = Actor.Verb(rawValue: parts[0]), let noun = Actor.Noun(rawValue: parts[1]),
      let reach = Actor.Reach(rawValue: parts[2])
    else { return nil }
    self.init(verb, noun, reach)
  }
}

extension Actor {
  /// The same, as far as some rights go: what a key was cut down to stays cut down in the work it asked for.
  package func within(_ limit: Set<Grant>) -> Actor {
    let asked = Actor(user: user, name: name, grants: limit)
    return Actor(
      user: user, name: name, teams: teams, grants: grants.filter { asked.may($0.verb, $0.noun) }, fields: fields,
      seesPersonalData: seesPersonalData, limits: limit)
  }

  /// What a key was cut down to, as what it sets up keeps it.
  package var limitWords: [String]? { limits.map { $0.map(\.words).sorted() } }

  /// The same within what a key had been cut down to when it set something up.
  /// - Parameter words: nil when a person did.
  package func within(limitWords words: [String]?) -> Actor {
    words.map { within(Set($0.compactMap(Grant.init(words:)))) } ?? self
  }
}
