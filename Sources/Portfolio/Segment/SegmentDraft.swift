import Kernel
import Web

/// What a form or a program says of a segment: its name, its rule, its rank.
struct SegmentDraft {
  static let groups = 3
  static let rows = 4

  let segment: Segment
  /// From 1; nil leaves it where it is.
  let rank: Int?

  /// - Parameter kept: a rule that no form can show, which stays unless conditions are sent.
  init(_ visit: Visit, currency: Currency, kept: SegmentRule? = nil) throws {
    rank = try visit.fields.integer("rank", in: 1...Int64(Segmentation.mostSegments)).map(Int.init)
    let alternatives = try SegmentDraft.alternatives(visit)
    let isForm = visit.face == .html
    let format = isForm ? visit.viewer.format : .standard
    if alternatives.allSatisfy(\.isEmpty), let kept {
      segment = try Segment(name: visit.fields["name"] ?? "", rule: kept)
      return
    }
    let rules = try alternatives.map { group in
      try group.map { condition in
        try condition.rule(
          minorPerMajor: currency.minorPerMajor, number: { try format.readNumber($0, field: $1) },
          sharesArePercent: isForm)
      }
    }
    segment = try Segment(name: visit.fields["name"] ?? "", rule: try SegmentRule(alternatives: rules))
  }

  private static func alternatives(_ visit: Visit) throws -> [[SegmentCondition]] {
    guard visit.face == .json else {
      return fieldNames.map { group in group.map { condition($0, visit.fields) }.filter { !$0.isEmpty } }
    }
    let texts = visit.fields.values(of: "conditions")
    guard texts.count <= 60 else {
      throw SegmentCondition.problem("There are more than 60 conditions.", "Split the rule into several segments.")
    }
    return try texts.split(separator: "or", omittingEmptySubsequences: true).map { group in
      try group.map { try SegmentCondition(text: $0) }
    }
  }

  private static func condition(_ place: String, _ fields: Fields) -> SegmentCondition {
    SegmentCondition(
      what: fields["what-\(place)"] ?? "", how: fields["how-\(place)"] ?? "", value: fields["value-\(place)"] ?? "")
  }

  /// The endings of the names of the fields, by alternative.
  static let fieldNames: [[String]] = (1...groups).map { group in (1...rows).map { "\(group)-\($0)" } }
}

extension SegmentProposal.Question {
  /// What an address or a form asks to be proposed.
  init(_ fields: Fields) throws {
    let text = fields["method"].flatMap { $0.isEmpty ? nil : $0 } ?? Segmentation.Method.size.rawValue
    guard let method = Segmentation.Method(rawValue: text) else {
      throw Problem(
        .invalid, field: "method", "There is no such way to make segments.", mend: "Choose one of the list.")
    }
    let asked = fields.values(of: "measures").filter { !$0.isEmpty }
    let measures = try asked.map { name in
      guard let measure = SegmentMeasure(rawValue: name), SegmentMeasure.offered.contains(measure) else {
        throw Problem(
          .invalid, field: "measures", "“\(name.prefix(40))” is no measure of customers.",
          mend: "Choose some of the list.")
      }
      return measure
    }
    try self.init(
      method, trait: fields["trait"], measures: asked.isEmpty ? [.sales, .orders, .daysSinceLast] : measures,
      seed: UInt64(try fields.integer("seed", in: 1...1_000_000) ?? 1))
  }

  /// As the address of the page says it.
  var parameters: [(String, String)] {
    [("method", method.rawValue)] + (trait.map { [("trait", $0)] } ?? [])
      + measures.map { ("measures", $0.rawValue) } + (seed == 1 ? [] : [("seed", "\(seed)")])
  }
}
