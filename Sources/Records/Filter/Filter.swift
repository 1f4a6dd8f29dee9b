import Kernel

/// Which records are meant: conditions on fields, joined by “and”, “or” and “not”. One value that is built by clicking,
/// kept in an address, typed on the command line, saved in a view, asked by a rule and read as a sentence.
package indirect enum Filter: Sendable, Equatable {
  case all([Filter])
  case any([Filter])
  case not(Filter)
  case condition(Condition)

  /// How deep “and”, “or” and “not” may stand in one another.
  package static let deepest = 5
  /// How many conditions one filter may have.
  package static let longest = 50

  /// One field compared with values.
  package struct Condition: Sendable, Equatable {
    package let field: String
    package let comparison: Comparison
    package let values: [String]

    package init(_ field: String, _ comparison: Comparison, _ values: [String] = []) {
      self.field = field
      self.comparison = comparison
      self.values = values
    }
  }

  /// How a field is compared; the raw value is the word in a filter's text.
  package enum Comparison: String, Sendable, CaseIterable, Codable {
    case `is`
    case isNot = "isnot"
    case contains
    case lacks
    case starts
    case above
    case below
    case between
    case before
    case after
    /// Within so many days up to today.
    case last
    /// Within so many days from today.
    case next
    case empty
    case filled
    /// The person who looks.
    case mine

    /// How many values it takes.
    package var values: ClosedRange<Int> {
      switch self {
      case .empty, .filled, .mine: 0...0
      case .between: 2...2
      case .is, .isNot, .contains, .lacks: 1...20
      default: 1...1
      }
    }

    /// The words between field and value in a sentence.
    package var words: String {
      switch self {
      case .is: "is"
      case .isNot: "is not"
      case .contains: "contains"
      case .lacks: "does not contain"
      case .starts: "starts with"
      case .above: "is above"
      case .below: "is below"
      case .between: "is between"
      case .before: "is before"
      case .after: "is after"
      case .last: "is within the last days:"
      case .next: "is within the next days:"
      case .empty: "is missing"
      case .filled: "is filled in"
      case .mine: "is me"
      }
    }
  }

  /// The conditions, in their order.
  package var conditions: [Condition] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.conditions)
    case .not(let part): part.conditions
    case .condition(let condition): [condition]
    }
  }

  var depth: Int {
    switch self {
    case .all(let parts), .any(let parts): 1 + (parts.map(\.depth).max() ?? 0)
    case .not(let part): 1 + part.depth
    case .condition: 0
    }
  }

  /// With another filter that must hold too.
  package func and(_ other: Filter?) -> Filter {
    guard let other else { return self }
    switch (self, other) {
    case (.all(let left), .all(let right)): return .all(left + right)
    case (.all(let left), _): return .all(left + [other])
    default: return .all([self, other])
    }
  }
}

extension RecordField {
  /// The comparisons that make sense of what it holds, the usual one first.
  package var comparisons: [Filter.Comparison] {
    switch kind {
    case .text, .lines: [.contains, .is, .isNot, .starts, .lacks, .empty, .filled]
    case .integer, .number, .money: [.above, .below, .between, .is, .isNot, .empty, .filled]
    case .day, .instant: [.last, .next, .before, .after, .between, .is, .empty, .filled]
    case .flag: [.is]
    case .choice: [.is, .isNot, .empty, .filled]
    case .choices: [.contains, .lacks, .empty, .filled]
    case .record, .team: [.is, .isNot, .empty, .filled]
    case .user: [.mine, .is, .isNot, .empty, .filled]
    }
  }
}
