import Customers
import Kernel
import Web

/// Which of the customers of a comparison are asked for, and from where on.
struct ComparisonQuestion: Sendable, Equatable {
  struct Found: Sendable {
    let page: Page<VersionComparison.Move>
    let total: Int
  }

  /// A heading, or `new` and `gone`.
  var from: String?
  var to: String?
  var reason: VersionComparison.Reason?
  var after: String?
  var size = 50

  init() {}

  init(_ query: Fields) throws {
    from = try Self.place(query, "from", or: "new")
    to = try Self.place(query, "to", or: "gone")
    if let text = query["reason"], !text.isEmpty {
      guard let known = VersionComparison.Reason(rawValue: text) else {
        throw Problem(
          .invalid, field: "reason", "There is no such reason.",
          mend: "Use one of \(VersionComparison.Reason.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      reason = known
    }
    after = query["after"].flatMap { $0.isEmpty ? nil : $0 }
    size = Int(try query.integer("size", in: 1...1_000) ?? 50)
  }

  private static func place(_ query: Fields, _ name: String, or other: String) throws -> String? {
    guard let text = query[name], !text.isEmpty else { return nil }
    guard text == other || StrategyHeading(rawValue: text) != nil else {
      throw Problem(
        .invalid, field: name, "Nobody stands under “\(text.prefix(40))”.",
        mend: "Use \(other) or one of \(StrategyHeading.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return text
  }

  static func name(_ heading: StrategyHeading?, or other: String) -> String { heading?.rawValue ?? other }

  func matches(_ move: VersionComparison.Move) -> Bool {
    if let from, Self.name(move.before?.heading, or: "new") != from { return false }
    if let to, Self.name(move.after?.heading, or: "gone") != to { return false }
    return reason == nil || move.causes.first?.reason == reason
  }

  /// Movers, then new ones, then those who are gone; a filter says which.
  func find(in comparison: VersionComparison) throws -> Found {
    let all = VersionComparison.ordered((comparison.moves + comparison.new + comparison.gone).filter(matches))
    var rest = all[...]
    if let after {
      guard let id = ID<Customer>(text: after), let place = all.firstIndex(where: { $0.customer == id }) else {
        throw Problem(
          .malformed, field: "after", "This is not a place in the list.", mend: "Start from the first page.")
      }
      rest = all[(place + 1)...]
    }
    return Found(
      page: Page(overfetched: Array(rest.prefix(size + 1)), size: size) { "\($0.customer)" }, total: all.count)
  }

  var filters: [(String, String)] {
    [("from", from ?? ""), ("to", to ?? ""), ("reason", reason?.rawValue ?? "")]
  }

  static let inputs: [Route.Input] = [
    .init("with", "The other version, or now; the one before it when left out"),
    .init("from", "Only those who stood there", choices: ["new"] + StrategyHeading.allCases.map(\.rawValue)),
    .init("to", "Only those who stand there", choices: ["gone"] + StrategyHeading.allCases.map(\.rawValue)),
    .init("reason", "Only those moved by it", choices: VersionComparison.Reason.allCases.map(\.rawValue)),
    .init("after", "Where the page begins"), .init("size", "Rows of a page, 1 to 1000", .integer),
  ]
}

/// A comparison as programs get it. Keys are added, never changed.
package struct ComparisonAnswer: Encodable, Sendable {
  struct Side: Encodable, Sendable {
    let version: OrNull<ID<Version>>
    let asOf: Day
    let revision: Int64
    let customers: Int

    init(_ side: ComparisonSides.Side) {
      version = OrNull(side.version?.id)
      asOf = side.book.asOf
      revision = side.book.revision
      customers = side.book.rows.count
    }
  }

  package struct Stream: Encodable, Sendable {
    package let from: String
    package let to: String
    package let customers: Int
    package let contribution: Double
  }

  struct Numbers: Encodable, Sendable {
    let sales: OrNull<Double>
    let contribution: OrNull<Double>
    let clv: OrNull<Double>
    let valuePercentile: OrNull<Double>

    init(_ row: PortfolioAssignment?, _ scale: Double) {
      sales = OrNull(row.map { Double($0.sales) / scale })
      contribution = OrNull(row?.contribution.map { Double($0) / scale })
      clv = OrNull(row?.value)
      valuePercentile = OrNull(row?.percentile)
    }
  }

  struct Row: Encodable, Sendable {
    let customer: String
    let id: ID<Customer>
    let name: OrNull<String>
    let from: String
    let to: String
    let causes: [VersionComparison.Cause]
    let before: Numbers
    let after: Numbers
  }

  let before: Side
  let after: Side
  package let stayed: Int
  package let moved: Int
  package let new: Int
  package let gone: Int
  package let flows: [Stream]
  package let reasons: [String: Int]
  let total: Int
  let next: String?
  let rows: [Row]

  init(
    _ comparison: VersionComparison, _ sides: ComparisonSides, _ found: ComparisonQuestion.Found,
    names: [ID<Customer>: String]
  ) {
    let scale = Double(comparison.after.currency.minorPerMajor)
    before = Side(sides.before)
    after = Side(sides.after)
    (stayed, moved) = (comparison.stayed, comparison.moves.count)
    (new, gone) = (comparison.new.count, comparison.gone.count)
    flows = comparison.streams.map {
      Stream(
        from: ComparisonQuestion.name($0.from, or: "new"), to: ComparisonQuestion.name($0.to, or: "gone"),
        customers: $0.customers, contribution: Double($0.minor) / scale)
    }
    reasons = Dictionary(
      comparison.reasons.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })
    total = found.total
    next = found.page.next
    rows = found.page.rows.map { move in
      let row = move.after ?? move.before
      return Row(
        customer: row?.externalID ?? "", id: move.customer,
        name: OrNull(names[move.customer] ?? move.before?.name ?? move.after?.name),
        from: ComparisonQuestion.name(move.before?.heading, or: "new"),
        to: ComparisonQuestion.name(move.after?.heading, or: "gone"), causes: move.causes,
        before: Numbers(move.before, scale), after: Numbers(move.after, scale))
    }
  }
}
