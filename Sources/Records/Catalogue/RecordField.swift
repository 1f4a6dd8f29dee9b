import Kernel
import Store

/// One field of a noun as lists, filters, views, files, rules and rights know it.
package final class RecordField: Sendable {
  /// One of the values a field can have, and the word for it on screen.
  package struct Choice: Sendable, Equatable, Codable {
    package let value: String
    package let word: String

    package init(_ value: String, _ word: String) {
      self.value = value
      self.word = word
    }
  }

  /// How much of what a field is computed from one must see to read it, or it would tell of records one may not see.
  package enum Sight: Int, Sendable, Comparable {
    /// Some: those of a record one sees are seen with it.
    case some
    /// As far as one sees the records of the noun itself: own, team or all.
    case following
    case all

    package static func < (left: Sight, right: Sight) -> Bool { left.rawValue < right.rawValue }
  }

  /// What a field holds; decides how it is compared, written and typed in.
  package enum Kind: Sendable, Equatable {
    case text
    /// Text of several lines.
    case lines
    case integer, number, money, day, instant, flag
    case choice([Choice])
    case choices([Choice])
    /// Another record, by its number.
    case record(Actor.Noun)
    /// Somebody who signs in, or one of their teams, by number.
    case user, team
  }

  /// The name programs use; stable.
  package let name: String
  /// The word on screen.
  package let label: String
  package let kind: Kind
  /// The value in SQL over the alias of the noun's table; may be NULL.
  package let value: Statement
  /// What the list is ordered by through this field, never NULL; nil when it cannot be.
  package let order: Statement?
  /// The name that stands on screen instead of the value, in SQL, as far as somebody may see it; nil when the value is
  /// shown as it is.
  package let shown: (@Sendable (Actor) throws -> Statement)?
  /// Whether `order` holds the text as names are compared: without accents and case.
  package let isFolded: Bool
  /// Limits records by a condition on the value, where an index serves it better than `value` would:
  /// made with the condition on the column `v.value`.
  package let membership: (@Sendable (_ condition: Statement) -> Statement)?
  package let isPersonal: Bool
  /// The nouns whose records it adds up; who may not see those does not see it.
  package let sources: Set<Actor.Noun>
  /// How many of them one must see.
  package let sight: Sight
  /// Whether the values of several records can be added up.
  package let isAdditive: Bool
  /// The fields of its own noun it is computed from; who may not read one of them does not see it.
  package let restsOn: Set<String>
  /// Whether the noun's `edit` takes it.
  package let isEditable: Bool
  package let isRequired: Bool
  /// The formula or the roll-up it is computed by, in words; nil for what is kept.
  package let formula: String?

  package init(
    _ name: String, _ label: String, _ kind: Kind, value: Statement, order: Statement? = nil,
    isFolded: Bool = false, shown: (@Sendable (Actor) throws -> Statement)? = nil,
    membership: (@Sendable (Statement) -> Statement)? = nil, isPersonal: Bool = false, sources: Set<Actor.Noun> = [],
    sight: Sight = .some, isAdditive: Bool = true, restsOn: Set<String> = [], isEditable: Bool = true,
    isRequired: Bool = false, formula: String? = nil
  ) {
    self.name = name
    self.label = label
    self.kind = kind
    self.value = value
    self.order = order
    self.isFolded = isFolded
    self.shown = shown
    self.membership = membership
    self.isPersonal = isPersonal
    self.sources = sources
    self.sight = sight
    self.isAdditive = isAdditive
    self.restsOn = restsOn
    self.isEditable = isEditable
    self.isRequired = isRequired
    self.formula = formula
  }

  /// Whether an actor may read it in records of a noun.
  package func isReadable(by actor: Actor, of noun: Actor.Noun) -> Bool {
    actor.reads(name, of: noun, isPersonal: isPersonal) && sources.allSatisfy { sees($0, actor, noun) }
      && restsOn.allSatisfy { actor.reads($0, of: noun) }
  }

  private func sees(_ source: Actor.Noun, _ actor: Actor, _ noun: Actor.Noun) -> Bool {
    guard let reach = actor.reach(.see, source) else { return false }
    switch sight {
    case .some: return true
    case .following: return actor.reach(.see, noun).map { reach >= $0 } ?? false
    case .all: return reach == .all
    }
  }

  /// Whether a list adds it up.
  package var isSummed: Bool { isNumeric && isAdditive }

  package var choices: [Choice] {
    switch kind {
    case .choice(let all), .choices(let all): all
    default: []
    }
  }

  /// Whether it stands right in a table, with digits of one width.
  package var isNumeric: Bool {
    switch kind {
    case .integer, .number, .money: true
    default: false
    }
  }
}
