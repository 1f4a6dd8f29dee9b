import Kernel

/// Who belongs to a segment: conditions on measures and traits, joined by and, or, not (domain F9a).
package indirect enum SegmentRule: Sendable, Equatable, Codable {
  case measure(SegmentMeasure, Comparison, Double)
  /// A trait is one of some values.
  case trait(String, oneOf: [String])
  case all([SegmentRule])
  case any([SegmentRule])
  case not(SegmentRule)
  /// Nearest to one of the centres that k-means found.
  case nearest(Int, of: ClusterCentres)

  package enum Comparison: String, Sendable, Codable, CaseIterable {
    case atLeast, atMost, above, below, equals

    package var word: String {
      switch self {
      case .atLeast: "at least"
      case .atMost: "at most"
      case .above: "above"
      case .below: "below"
      case .equals: "exactly"
      }
    }

    func holds(_ value: Double, _ bound: Double) -> Bool {
      switch self {
      case .atLeast: value >= bound
      case .atMost: value <= bound
      case .above: value > bound
      case .below: value < bound
      case .equals: value == bound
      }
    }
  }

  /// Whether the facts match; nil when a missing fact decides.
  package func matches(_ facts: SegmentFacts) -> Bool? {
    switch self {
    case .measure(let measure, let comparison, let bound):
      facts.measures[measure].map { comparison.holds($0, bound) }
    case .trait(let name, let values): facts.traits[name].map { values.contains($0) }
    case .not(let rule): rule.matches(facts).map { !$0 }
    case .nearest(let number, let centres): centres.nearest(to: facts).map { $0 == number }
    case .all(let rules): Self.joined(rules.map { $0.matches(facts) }, decisive: false)
    case .any(let rules): Self.joined(rules.map { $0.matches(facts) }, decisive: true)
    }
  }

  // One decisive answer settles it whatever else is missing.
  private static func joined(_ answers: [Bool?], decisive: Bool) -> Bool? {
    if answers.contains(decisive) { return decisive }
    return answers.contains(nil) ? nil : !decisive
  }

  /// The measures and traits that are asked for.
  package var measures: Set<SegmentMeasure> {
    switch self {
    case .measure(let measure, _, _): [measure]
    case .trait: []
    case .not(let rule): rule.measures
    case .nearest(_, let centres): Set(centres.measures)
    case .all(let rules), .any(let rules): rules.reduce(into: []) { $0.formUnion($1.measures) }
    }
  }

  package var traits: Set<String> {
    switch self {
    case .measure, .nearest: []
    case .trait(let name, _): [name]
    case .not(let rule): rule.traits
    case .all(let rules), .any(let rules): rules.reduce(into: []) { $0.formUnion($1.traits) }
    }
  }

  /// - Throws: `Problem` when a bound is not a number, a list is empty, or rules are nested more than ten deep.
  package func requireUsable(depth: Int = 0) throws {
    guard depth <= 10 else { throw Self.problem("The rule is nested too deep.", "Split it into two segments.") }
    switch self {
    case .measure(let measure, _, let bound):
      guard abs(bound) <= 1e15 else { throw Self.problem("The bound of “\(measure.word)” is no number.", "Enter one.") }
    case .trait(let name, let values):
      guard !name.isEmpty, !values.isEmpty else {
        throw Self.problem("A trait has no name or no value.", "Choose a trait and at least one value.")
      }
    case .not(let rule): try rule.requireUsable(depth: depth + 1)
    case .nearest(let number, let centres):
      guard centres.isUsable, centres.centres.indices.contains(number) else {
        throw Self.problem("The group of clusters is not known.", "Make the proposal anew.")
      }
    case .all(let rules), .any(let rules):
      guard !rules.isEmpty else { throw Self.problem("A group of conditions is empty.", "Add a condition.") }
      for rule in rules { try rule.requireUsable(depth: depth + 1) }
    }
  }

  private static func problem(_ message: String, _ mend: String) -> Problem {
    Problem(.invalid, field: "rule", message, mend: mend)
  }
}

extension SegmentRule {
  /// The rule as a person reads it, such as “sales are at least 100.00 EUR and orders are above 2”.
  package func sentence(_ currency: Currency) -> String { sentence(currency, isInner: false) }

  private func sentence(_ currency: Currency, isInner: Bool) -> String {
    switch self {
    case .measure(let measure, let comparison, let bound):
      return "\(measure.word) \(measure.verb) \(comparison.word) \(Self.text(bound, measure.unit, currency))"
    case .trait(let name, let values):
      return values.count == 1
        ? "\(name) is \(values.joined())" : "\(name) is one of \(values.joined(separator: ", "))"
    case .not(let rule): return "not (\(rule.sentence(currency, isInner: false)))"
    case .nearest(let number, let centres):
      return "nearest to group \(number + 1) of \(centres.centres.count) by "
        + centres.measures.map(\.word).joined(separator: ", ")
    case .all(let rules): return Self.joined(rules, " and ", currency, isInner)
    case .any(let rules): return Self.joined(rules, " or ", currency, isInner)
    }
  }

  private static func joined(
    _ rules: [SegmentRule], _ word: String, _ currency: Currency, _ isInner: Bool
  ) -> String {
    let text = rules.map { $0.sentence(currency, isInner: true) }.joined(separator: word)
    return isInner && rules.count > 1 ? "(\(text))" : text
  }

  private static func text(_ bound: Double, _ unit: SegmentMeasure.Unit, _ currency: Currency) -> String {
    switch unit {
    case .money: (try? Int64(nearestMinor: bound)).map { Money(minor: $0, currency).description } ?? plain(bound)
    case .days: plain(bound) + (bound == 1 ? " day" : " days")
    case .share: plain((bound * 1e8).rounded() / 1e6) + " %"
    case .count, .percentile, .score: plain(bound)
    }
  }

  private static func plain(_ number: Double) -> String {
    Int64(exactly: number).map(String.init) ?? String(number)
  }
}

extension SegmentMeasure {
  fileprivate var verb: String {
    switch self {
    case .sales, .orders, .contacts, .products: "are"
    default: "is"
    }
  }
}
