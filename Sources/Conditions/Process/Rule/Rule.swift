import Kernel
import Records

/// What the house does by itself: when something happens to a record that fits, some acts, with the rights of whoever
/// made the rule.
package struct Rule: Sendable, Equatable, Codable {
  /// What a rule waits for.
  package enum Occasion: String, Sendable, Codable, CaseIterable {
    case created
    case changed
    /// A day that a field of the record names.
    case day
  }

  package let id: ID<Rule>
  package let name: String
  package let noun: Actor.Noun
  package let occasion: Occasion
  /// For a change: the fields that count; all when empty.
  package let fields: [String]
  /// For a day: the field that names it.
  package let dayField: String
  /// For a day: how many days after it; before it when negative.
  package let days: Int
  /// The conditions as the text of a filter; none when empty.
  package let filter: String
  package let acts: [RuleAct]
  /// Whose rights it acts with; nil for the operator of the machine.
  package let user: Int64?
  package let by: String
  /// What the key was cut down to that made it, `edit customer all`: it does no more. nil when a person did.
  package let limits: [String]?
  package let createdAt: Instant
  package let version: Int64
  package let pause: Pause?
  /// The last place of the feed that was looked at for it.
  package let place: Int64
  /// The last day whose records were looked at for it.
  package let lastDay: Day

  package var isActive: Bool { pause == nil }

  /// At most so many rules lead from one to the next.
  static let longestChain = 5
  /// So many refusals in a row pause a rule.
  static let mostRefused = 10
  /// How many days its log is kept.
  package static let keptDays: Int64 = 90
  /// How many days are made up for when the house was closed.
  static let mostDaysLate = 31

  /// What it does, as it was written down.
  func draft() throws -> Draft {
    try Draft(
      name: name, noun: noun, occasion: occasion, fields: fields, dayField: dayField, days: days, filter: filter,
      acts: acts)
  }

  /// Somebody as this rule acts for them.
  package func actor(of person: Actor) -> Actor {
    let person = person.within(limitWords: limits)
    return Actor(
      user: person.user, name: "\(person.name) (rule \(name))", teams: person.teams, grants: person.grants,
      fields: person.fields, seesPersonalData: person.seesPersonalData, limits: person.limits)
  }
}

/// One thing a rule does to or because of a record.
package struct RuleAct: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// Sets a field.
    case set
    case tag
    case untag
    /// Makes a task about the record.
    case task
    /// Tells somebody.
    case tell
    /// Posts the record to another program.
    case webhook
  }

  /// Whom a task is given to, or who is told.
  package enum Recipient: Sendable, Equatable {
    /// Whoever the record belongs to.
    case owner
    /// Whoever made the rule.
    case maker
    case user(Int64)

    package init?(_ text: String) {
      switch text {
      case "owner": self = .owner
      case "maker": self = .maker
      default:
        guard let id = ID<Recipient>(text: text) else { return nil }
        self = .user(id.rawValue)
      }
    }
  }

  package let kind: Kind
  /// The name of a tag, what is to be done, what is said.
  package let text: String
  /// The field that is set.
  package let field: String
  /// What it is set to, as programs write it; `today`, `today+14` for a day.
  package let value: String
  /// In how many days a task is due.
  package let days: Int
  /// `owner`, `maker` or the number of a user.
  package let to: String
  package let webhook: ID<Webhook>?

  package init(
    _ kind: Kind, text: String = "", field: String = "", value: String = "", days: Int = 0, to: String = "",
    webhook: ID<Webhook>? = nil
  ) {
    (self.kind, self.text, self.field, self.value) = (kind, text, field, value)
    (self.days, self.to, self.webhook) = (days, to, webhook)
  }

  package var recipient: Recipient { Recipient(to) ?? .owner }

  /// What the field is set to on a day.
  func value(on today: Day, _ kind: RecordField.Kind) -> String {
    guard kind == .day || kind == .instant, value.hasPrefix("today") else { return value }
    let rest = value.dropFirst(5)
    guard !rest.isEmpty else { return "\(today)" }
    guard let days = Int32(rest), (-36_500...36_500).contains(days) else { return value }
    return "\(today.adding(days: Int(days)))"
  }
}

/// One record a rule was woken for.
package struct RuleRun: Sendable, Equatable, Codable {
  package enum State: String, Sendable, Codable, CaseIterable {
    case done
    /// One of its acts was refused, so none was done.
    case refused
    /// It would have led to itself, or through too many rules.
    case stopped

    package var word: String {
      switch self {
      case .done: "Done"
      case .refused: "Refused"
      case .stopped: "Stopped"
      }
    }
  }

  package let id: ID<RuleRun>
  package let record: Int64
  package let state: State
  package let problem: String
  /// The version of the rule.
  package let version: Int64
  package let at: Instant

  /// The same for somebody who may not know what a refusal quotes.
  var withoutWords: RuleRun {
    RuleRun(id: id, record: record, state: state, problem: "", version: version, at: at)
  }
}
