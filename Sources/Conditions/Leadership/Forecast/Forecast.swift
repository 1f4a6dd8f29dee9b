import Kernel

/// What a decision expects of the facts: a measure of some customers over some days, kept as it was expected.
package struct Forecast: Sendable, Equatable, Codable {
  package let id: ID<Forecast>
  package let measure: Measure
  package let group: FrozenGroup
  package let value: Double
  package let low: Double?
  package let high: Double?
  /// How often such an interval is meant to hold what comes, such as 0.9.
  package let cover: Double?
  package let unit: Figure.Unit
  /// The days it is for.
  package let window: Period
  /// The last day of the data it was made from.
  package let asOf: Day
  package let factsRevision: Int64
  /// Who or what made it: the name of a model, or `declared`.
  package let method: String
  package let explanation: String
  package let grade: Figure.Grade
  package let settings: [String: String]
  package let by: String
  package let createdAt: Instant
  /// What came of it, the first judgement first.
  package var judgements: [Judgement]

  package var title: String { measure == .totalSales ? measure.title : "\(measure.title) of \(group.name)" }

  /// The method as people say it.
  package static func word(of method: String) -> String {
    switch method {
    case "naive": "the same as in the days before"
    case "analogue": "what earlier days like this brought"
    case "declared": "a person"
    default: method
    }
  }

  package var latest: Judgement? { judgements.last }

  /// The verdict once the data have reached the end of the window.
  package var verdict: Judgement? { judgements.last.flatMap { $0.isComplete ? $0 : nil } }

  /// A forecast before a decision keeps it: what an analysis offers, or what a person expects.
  package struct Offer: Sendable, Equatable {
    package let measure: Measure
    package let group: FrozenGroup.Draft
    package let value: Double
    package let low: Double?
    package let high: Double?
    package let cover: Double?
    package let window: Period
    package let asOf: Day
    package let method: String
    package let explanation: String
    package let grade: Figure.Grade
    package let settings: [String: String]

    /// - Parameter interval: both ends, or none.
    package init(
      _ measure: Measure, of group: FrozenGroup.Draft, value: Double, interval: (low: Double, high: Double)? = nil,
      cover: Double = 0.9, window: Period, asOf: Day, method: String, explanation: String,
      grade: Figure.Grade = .estimated, settings: [String: String] = [:]
    ) {
      self.measure = measure
      self.group = group
      self.value = value
      let usable = interval.flatMap { $0.low.isFinite && $0.high.isFinite && $0.low <= $0.high ? $0 : nil }
      low = usable?.low
      high = usable?.high
      self.cover = usable == nil ? nil : cover
      self.window = window
      self.asOf = asOf
      self.method = method
      self.explanation = explanation
      self.grade = grade
      self.settings = settings
    }

    /// The name programs choose it by, such as `repeatOrders.all` or `sales.strategy.protect`.
    package var key: String {
      let words = group.kind == .strategy || group.kind == .segment || group.kind == .top
      return "\(measure.rawValue).\(group.kind.rawValue)" + (words ? ".\(FrozenGroup.slug(group.name))" : "")
    }

    package var title: String { measure == .totalSales ? measure.title : "\(measure.title) of \(group.name)" }
  }
}

extension FrozenGroup {
  /// A name in letters and digits: `the top 20 %` is `the-top-20`.
  static func slug(_ name: String) -> String {
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      let isWord = (48...57).contains(byte) || (97...122).contains(byte) || (65...90).contains(byte)
      if isWord {
        bytes.append(byte | ((65...90).contains(byte) ? 32 : 0))
      } else if bytes.last != 45 {
        bytes.append(45)
      }
    }
    while bytes.last == 45 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
