import Kernel

/// One condition as a person or a program writes it: `orders atLeast 3`, `trait income is Low|Middle`.
package struct SegmentCondition: Sendable, Equatable {
  /// A measure's name, or `trait ` and the trait's.
  package var what: String
  package var how: String
  package var value: String

  package init(what: String, how: String, value: String) { (self.what, self.how, self.value) = (what, how, value) }

  static let traitPrefix = "trait "
  static let isOneOf = "is"
  static let isNoneOf = "isNot"

  package var isEmpty: Bool { what.isEmpty && value.isEmpty }

  /// - Parameters:
  ///   - minorPerMajor: money is written in major units.
  ///   - number: reads a number as the writer writes it; shares of a person are percent.
  func rule(minorPerMajor: Int64, number: (String, String) throws -> Double, sharesArePercent: Bool) throws
    -> SegmentRule
  {
    if what.hasPrefix(Self.traitPrefix) {
      let name = String(what.dropFirst(Self.traitPrefix.count))
      let values = value.split(separator: "|").map { Self.trimmed($0) }.filter { !$0.isEmpty }
      guard !values.isEmpty, values.count <= 50 else {
        throw Self.problem("“\(name)” has no value to be compared with.", "Write one value, or several with | between.")
      }
      switch how {
      case Self.isOneOf: return .trait(name, oneOf: values)
      case Self.isNoneOf: return .not(.trait(name, oneOf: values))
      default:
        throw Self.problem("A trait cannot be “\(SegmentCondition.word(how))” something.", "Choose “is” or “is not”.")
      }
    }
    guard let measure = SegmentMeasure(rawValue: what), SegmentMeasure.offered.contains(measure) else {
      throw Self.problem(
        "“\(what.prefix(40))” is nothing that segments can be told apart by.", "Choose one of the list.")
    }
    guard let comparison = SegmentRule.Comparison(rawValue: how) else {
      throw Self.problem(
        "“\(measure.word)” cannot be compared by “\(Self.word(how))”.",
        "Choose “at least”, “at most”, “above”, “below” or “exactly”.")
    }
    var bound = try number(value, "rule")
    switch measure.unit {
    case .money: bound = (bound * Double(minorPerMajor)).rounded()
    case .share: if sharesArePercent { bound /= 100 }
    case .count, .days, .percentile, .score: break
    }
    return .measure(measure, comparison, bound)
  }

  /// The condition as it is written; nil for what no single condition can say.
  init?(_ rule: SegmentRule, minorPerMajor: Int64, number: (Double) -> String, sharesArePercent: Bool) {
    switch rule {
    case .trait(let name, let values):
      self.init(what: Self.traitPrefix + name, how: Self.isOneOf, value: values.joined(separator: "|"))
    case .not(.trait(let name, let values)):
      self.init(what: Self.traitPrefix + name, how: Self.isNoneOf, value: values.joined(separator: "|"))
    case .measure(let measure, let comparison, let bound):
      let shown =
        switch measure.unit {
        case .money: bound / Double(minorPerMajor)
        case .share: sharesArePercent ? (bound * 1e8).rounded() / 1e6 : bound
        case .count, .days, .percentile, .score: bound
        }
      self.init(what: measure.rawValue, how: comparison.rawValue, value: number(shown))
    case .all, .any, .not, .nearest: return nil
    }
  }

  package static func word(_ how: String) -> String {
    switch how {
    case isOneOf: "is"
    case isNoneOf: "is not"
    default: SegmentRule.Comparison(rawValue: how)?.word ?? how
    }
  }

  /// Reads `sales atLeast 100` or `trait income is Low|Middle`.
  package init(text: String) throws {
    let words = text.split(separator: " ", omittingEmptySubsequences: true)
    if words.first == "trait" {
      guard let verb = words.firstIndex(where: { $0 == Self.isOneOf || $0 == Self.isNoneOf }), verb > 1 else {
        throw Self.problem("“\(text.prefix(80))” does not say what the trait is.", "Write: trait NAME is VALUE|VALUE")
      }
      self.init(
        what: words[..<verb].joined(separator: " "), how: String(words[verb]),
        value: words[(verb + 1)...].joined(separator: " "))
    } else {
      guard words.count == 3 else {
        throw Self.problem("“\(text.prefix(80))” is no condition.", "Write: MEASURE atLeast NUMBER")
      }
      self.init(what: String(words[0]), how: String(words[1]), value: String(words[2]))
    }
  }

  package var text: String { "\(what) \(how) \(value)" }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  static func problem(_ message: String, _ mend: String) -> Problem {
    Problem(.invalid, field: "rule", message, mend: mend)
  }
}

extension SegmentMeasure {
  /// What the facts tell today.
  package static let offered: [SegmentMeasure] = [
    .sales, .orders, .daysSinceLast, .tenureDays, .contribution, .grossMargin, .costToServe, .lifetimeValue,
    .valuePercentile, .netPrice, .returnShare, .contacts, .recencyScore, .frequencyScore, .monetaryScore,
  ]
}

extension SegmentRule {
  /// Alternatives, each of conditions that hold together; nil for a rule of another shape.
  package func alternatives(
    minorPerMajor: Int64, number: (Double) -> String, sharesArePercent: Bool
  ) -> [[SegmentCondition]]? {
    func one(_ rule: SegmentRule) -> SegmentCondition? {
      SegmentCondition(rule, minorPerMajor: minorPerMajor, number: number, sharesArePercent: sharesArePercent)
    }
    func together(_ rule: SegmentRule) -> [SegmentCondition]? {
      if case .all(let rules) = rule {
        let conditions = rules.compactMap(one)
        return conditions.count == rules.count ? conditions : nil
      }
      return one(rule).map { [$0] }
    }
    if case .any(let rules) = self {
      let groups = rules.compactMap(together)
      return groups.count == rules.count ? groups : nil
    }
    return together(self).map { [$0] }
  }

  /// A rule of alternatives; the wrappers that say nothing are left out.
  package init(alternatives: [[SegmentRule]]) throws {
    let groups = alternatives.filter { !$0.isEmpty }.map { $0.count == 1 ? $0[0] : SegmentRule.all($0) }
    guard let first = groups.first else {
      throw SegmentCondition.problem("The rule has no condition.", "Say at least one thing the customers share.")
    }
    self = groups.count == 1 ? first : .any(groups)
  }
}
