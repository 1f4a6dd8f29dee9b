import Analytics
import Customers
import Kernel

/// Segments worked out from the data, for a person to accept: by a trait, by size, by recency, frequency and money, or
/// by k-means (domain F9).
package struct SegmentProposal: Sendable {
  package struct Question: Sendable, Equatable {
    package let method: Segmentation.Method
    package let trait: String?
    package let measures: [SegmentMeasure]
    package let seed: UInt64

    /// - Throws: `Problem` naming the field that is wrong.
    package init(
      _ method: Segmentation.Method, trait: String? = nil, measures: [SegmentMeasure] = [], seed: UInt64 = 1
    ) throws {
      guard method != .rules else {
        throw Problem(.invalid, field: "method", "Rules are written, not proposed.", mend: "Make the segments by hand.")
      }
      guard method != .trait || !(trait ?? "").isEmpty else {
        throw Problem(.invalid, field: "trait", "The trait is missing.", mend: "Choose one of the list.")
      }
      guard method != .clusters || (2...8).contains(measures.count) else {
        throw Problem(.invalid, field: "measures", "k-means needs 2 to 8 measures.", mend: "Tick some of them.")
      }
      self.method = method
      self.trait = method == .trait ? trait : nil
      self.measures = method == .clusters ? measures : []
      self.seed = seed
    }

    var needs: SegmentBase.Needs {
      SegmentBase.Needs(measures: Set(measures), traits: Set(trait.map { [$0] } ?? []))
    }
  }

  struct Asked: Equatable, Sendable {
    let question: Question
    let assumptions: AssumptionSet
    let user: Viewpoint?
  }

  package struct Row: Sendable {
    package let segment: Segment
    /// What its customers are like, in words.
    package let profile: String
    package let customers: Int
    package let minor: Int64
  }

  package let question: Question
  package let rows: [Row]
  /// Customers whom no segment takes, or of whom it cannot be told.
  package let outside: Int
  package let base: Int
  package let asOf: Day
  package let currency: Currency
  /// What k-means tried, by number of groups.
  package let candidates: [ClusterChoice.Candidate]

  package var segments: [Segment] { rows.map(\.segment) }
  package var chosen: ClusterChoice.Candidate? {
    question.method == .clusters ? candidates.first { $0.clusters == rows.count } : nil
  }

  init(_ question: Question, _ base: SegmentBase) throws {
    self.question = question
    self.base = base.facts.count
    (asOf, currency) = (base.asOf, base.currency)
    let segments: [Segment]
    var profiles: [String: String] = [:]
    var tried: [ClusterChoice.Candidate] = []
    switch question.method {
    case .rules: segments = []
    case .trait: segments = try Self.byTrait(question.trait ?? "", base.facts)
    case .size: segments = try Self.bySize()
    case .scores: segments = try Self.byScores()
    case .clusters:
      let found = try ClusterSegments(
        base.facts, by: question.measures, seed: question.seed, isLogarithmic: true)
      let words = ClusterWords(found, base)
      tried = found.candidates
      segments = try found.clusters.map { cluster in
        guard let centres = found.centres else {
          throw Problem(.unavailable, "The centres of the groups are not known.")
        }
        return try Segment(name: words.name(of: cluster), rule: .nearest(cluster.number, of: centres))
      }
      profiles = Dictionary(
        zip(segments.map(\.name), found.clusters.map(words.profile)), uniquingKeysWith: { first, _ in first })
    }
    candidates = tried
    let split = try SegmentSplit(segments, of: base.facts, money: base.sales)
    rows = split.segments.map { segment, content in
      Row(
        segment: segment, profile: profiles[segment.name] ?? segment.rule.sentence(base.currency),
        customers: content.customers, minor: content.minor)
    }
    outside = split.rest.customers + split.unknown.customers
  }

  /// One for each value that many have, the rest together.
  private static func byTrait(_ name: String, _ facts: [SegmentFacts]) throws -> [Segment] {
    var counts: [String: Int] = [:]
    for fact in facts { if let value = fact.traits[name] { counts[value, default: 0] += 1 } }
    let order = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    let (own, others) = (order.prefix(12), order.dropFirst(12).prefix(50))
    var segments = try own.map { value in
      try Segment(name: String("\(name): \(value)".prefix(80)), rule: .trait(name, oneOf: [value]))
    }
    if !others.isEmpty { segments.append(try Segment(name: "Other \(name)", rule: .trait(name, oneOf: Array(others)))) }
    return segments
  }

  private static func bySize() throws -> [Segment] {
    [
      try Segment(name: "Large", rule: .measure(.monetaryScore, .atLeast, 5)),
      try Segment(name: "Medium", rule: .measure(.monetaryScore, .atLeast, 3)),
      try Segment(name: "Small", rule: .measure(.monetaryScore, .atMost, 2)),
    ]
  }

  private static func byScores() throws -> [Segment] {
    func scores(
      recency: (SegmentRule.Comparison, Double)? = nil, frequency: (SegmentRule.Comparison, Double)? = nil,
      money: (SegmentRule.Comparison, Double)? = nil
    ) -> SegmentRule {
      let parts: [(SegmentMeasure, (SegmentRule.Comparison, Double)?)] = [
        (.recencyScore, recency), (.frequencyScore, frequency), (.monetaryScore, money),
      ]
      return .all(parts.compactMap { measure, bound in bound.map { .measure(measure, $0.0, $0.1) } })
    }
    return [
      try Segment(name: "Best", rule: scores(recency: (.atLeast, 4), frequency: (.atLeast, 4), money: (.atLeast, 4))),
      try Segment(name: "Steady", rule: scores(recency: (.atLeast, 3), frequency: (.atLeast, 4))),
      try Segment(name: "Slipping", rule: scores(recency: (.atMost, 2), frequency: (.atLeast, 3))),
      try Segment(name: "Recent, seldom", rule: scores(recency: (.atLeast, 4))),
      try Segment(name: "Quiet", rule: scores(recency: (.atMost, 2))),
      try Segment(name: "In between", rule: scores(recency: (.equals, 3))),
    ]
  }
}

/// What tells a cluster from the others, in words a person would use.
private struct ClusterWords {
  private let found: ClusterSegments
  private let facts: [ID<Customer>: SegmentFacts]
  private let usual: [SegmentMeasure: Double]
  private let currency: Currency
  private let names: [Int: String]

  init(_ found: ClusterSegments, _ base: SegmentBase) {
    self.found = found
    currency = base.currency
    facts = Dictionary(base.facts.map { ($0.customer, $0) }, uniquingKeysWith: { first, _ in first })
    usual = Dictionary(
      found.measures.compactMap { measure in
        base.facts.compactMap { $0.measures[measure] }.median.map { (measure, $0) }
      }, uniquingKeysWith: { first, _ in first })
    var names: [Int: String] = [:]
    var taken: [String: Int] = [:]
    for cluster in found.clusters {
      let stem = Self.stem(cluster.number, found)
      taken[stem, default: 0] += 1
      names[cluster.number] = taken[stem] == 1 ? stem : "\(stem) (\(taken[stem] ?? 0))"
    }
    self.names = names
  }

  func name(of cluster: ClusterSegments.Cluster) -> String { names[cluster.number] ?? "Group \(cluster.number + 1)" }

  /// By the two measures in which it stands farthest from the middle.
  private static func stem(_ number: Int, _ found: ClusterSegments) -> String {
    guard let centres = found.centres, centres.centres.indices.contains(number) else { return "Group \(number + 1)" }
    let traits = zip(found.measures, centres.centres[number]).filter { abs($0.1) >= 0.3 }
      .sorted { abs($0.1) > abs($1.1) }.prefix(2)
      .map { $0.1 > 0 ? $0.0.extremes.high : $0.0.extremes.low }
    let text = traits.isEmpty ? "in the middle" : traits.joined(separator: ", ")
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  func profile(_ cluster: ClusterSegments.Cluster) -> String {
    let rows = cluster.customers.compactMap { facts[$0] }
    let parts = found.measures.compactMap { measure -> String? in
      guard let middle = rows.compactMap({ $0.measures[measure] }).median else { return nil }
      return "\(measure.word) \(shown(middle, measure))\(compared(middle, usual[measure]))"
    }
    return "Half of them: " + parts.joined(separator: "; ")
  }

  private func shown(_ value: Double, _ measure: SegmentMeasure) -> String {
    switch measure.unit {
    case .money:
      abs(value) >= 1_000 * Double(currency.minorPerMajor)
        ? "\(Int64((value / Double(currency.minorPerMajor)).rounded())) \(currency.code)"
        : (try? Int64(nearestMinor: value)).map { Money(minor: $0, currency).description } ?? ""
    case .days: "\(Int64(value.rounded())) days"
    case .share: "\((value * 1_000).rounded() / 10) %"
    case .count, .percentile, .score: Int64(exactly: value).map { "\($0)" } ?? "\((value * 10).rounded() / 10)"
    }
  }

  private func compared(_ value: Double, _ usual: Double?) -> String {
    guard let usual, usual > 0, value >= 0 else { return "" }
    let ratio = value / usual
    return switch ratio {
    case 1.25...: ", \((ratio * 10).rounded() / 10) times the usual"
    case ..<0.8: ratio < 0.05 ? ", far below the usual" : ", \(Int((ratio * 100).rounded())) % of the usual"
    default: ", as usual"
    }
  }
}

extension SegmentMeasure {
  /// What somebody is called who has much or little of it.
  var extremes: (high: String, low: String) {
    switch self {
    case .sales, .openWallet: ("large", "small")
    case .contribution: ("high contribution", "low contribution")
    case .grossMargin: ("high margin", "low margin")
    case .costToServe: ("costly to serve", "cheap to serve")
    case .lifetimeValue: ("high lifetime value", "low lifetime value")
    case .orders, .frequencyScore: ("frequent", "infrequent")
    case .daysSinceLast: ("long away", "recent")
    case .recencyScore: ("recent", "long away")
    case .tenureDays: ("long-standing", "new")
    case .contacts: ("much contact", "little contact")
    case .products: ("broad range", "narrow range")
    case .valuePercentile, .monetaryScore: ("high value", "low value")
    case .shareOfWallet: ("ours mostly", "others' mostly")
    case .risk: ("at risk", "safe")
    case .netPrice: ("full price", "discounted")
    case .returnShare: ("many returns", "few returns")
    }
  }
}
