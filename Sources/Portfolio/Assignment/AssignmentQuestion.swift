import Customers
import Kernel
import Web

/// What a list of assignments is asked for: who, in which order, from where on.
package struct AssignmentQuestion: Sendable, Equatable {
  package enum Order: String, Sendable, CaseIterable {
    case customer, strategy, sales, contribution, value, percentile, distance
  }

  /// The rows of one page, and how many there are in all.
  package struct Found: Sendable {
    package let page: Page<PortfolioAssignment>
    package let total: Int
  }

  package var heading: StrategyHeading?
  package var kind: SignificanceKind?
  package var segment: String?
  package var isUndecided = false
  /// Only those whose strategy would change first.
  package var isWeak = false
  package var isOverruled = false
  package var order = Order.contribution
  package var isDescending = true
  package var after: String?
  package var size = 50

  package init() {}

  /// A figure nearer to its line than this makes a weak call.
  package static let weakDistance = 0.05

  /// What a query asks for.
  /// - Throws: `Problem` naming the parameter that is wrong.
  init(_ query: Fields, most: Int64 = 1_000) throws {
    heading = try Self.choice(query, "strategy")
    kind = try Self.choice(query, "kind")
    let segment = try Text.line(query["segment"] ?? "", field: "segment", required: false)
    self.segment = segment.isEmpty ? nil : segment
    isUndecided = query["undecided"] == "1"
    isWeak = query["weak"] == "1"
    isOverruled = query["overruled"] == "1"
    if let sort = query["sort"], !sort.isEmpty {
      isDescending = sort.utf8.first == UInt8(ascii: "-")
      guard let order = Order(rawValue: isDescending ? String(sort.dropFirst()) : sort) else {
        throw Problem(
          .invalid, field: "sort", "Assignments are not sorted by “\(sort.prefix(40))”.",
          mend: "Use \(Format.list(Order.allCases.map(\.rawValue), or: true)), with - in front for the largest first.")
      }
      self.order = order
    }
    after = query["after"].flatMap { $0.isEmpty ? nil : $0 }
    size = Int(try query.integer("size", in: 1...most) ?? 50)
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ query: Fields, _ name: String
  ) throws -> Choice? where Choice.RawValue == String {
    guard let text = query[name], !text.isEmpty else { return nil }
    guard let choice = Choice(rawValue: text) else {
      throw Problem(
        .invalid, field: name, "There is no “\(text.prefix(40))”.",
        mend: "Use one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return choice
  }

  func matches(_ row: PortfolioAssignment) -> Bool {
    if let heading, row.heading != heading { return false }
    if let kind, !row.standingKinds.contains(where: { $0.kind == kind }) { return false }
    if let segment, row.segment != segment { return false }
    if isUndecided, !row.isUndecided { return false }
    if isWeak, row.override != nil || (row.distance ?? 1) >= Self.weakDistance { return false }
    return !isOverruled || row.override != nil
  }

  /// All that match, in order.
  func select(_ rows: [PortfolioAssignment]) -> [PortfolioAssignment] {
    rows.filter(matches).map { (key: key($0), row: $0) }
      .sorted { isBefore($0.key, $0.row.customer, $1.key, $1.row.customer) }
      .map(\.row)
  }

  /// One page of those that match.
  /// - Throws: `Problem` when the place to go on from is none.
  package func find(in rows: [PortfolioAssignment]) throws -> Found {
    let all = select(rows)
    guard let after else {
      return Found(
        page: Page(overfetched: Array(all.prefix(size + 1)), size: size, cursor: cursor), total: all.count)
    }
    let parts = after.split(separator: "~", omittingEmptySubsequences: false)
    guard parts.count == 2, let place = Double(String(parts[0])), let id = ID<Customer>(text: parts[1]) else {
      throw Problem(.malformed, field: "after", "This is not a place in the list.", mend: "Start from the first page.")
    }
    let rest = all.drop { !isBefore(place, id, key($0), $0.customer) }
    return Found(page: Page(overfetched: Array(rest.prefix(size + 1)), size: size, cursor: cursor), total: all.count)
  }

  private func cursor(_ row: PortfolioAssignment) -> String { "\(key(row))~\(row.customer)" }

  private func isBefore(_ left: Double, _ first: ID<Customer>, _ right: Double, _ second: ID<Customer>) -> Bool {
    left == right ? first < second : isDescending ? left > right : left < right
  }

  // What is missing comes last, whichever way the list goes.
  private func key(_ row: PortfolioAssignment) -> Double {
    let key: Double? =
      switch order {
      case .customer: Double(row.customer.rawValue)
      case .strategy: Double(StrategyHeading.allCases.firstIndex(of: row.heading) ?? 0)
      case .sales: Double(row.sales)
      case .contribution: row.contribution.map(Double.init)
      case .value: row.value
      case .percentile: row.percentile
      case .distance: row.distance
      }
    return key ?? (isDescending ? -.infinity : .infinity)
  }

  /// The filters and the order as parameters of an address.
  var filters: [(String, String)] {
    [
      ("strategy", heading?.rawValue ?? ""), ("kind", kind?.rawValue ?? ""), ("segment", segment ?? ""),
      ("undecided", isUndecided ? "1" : ""), ("weak", isWeak ? "1" : ""), ("overruled", isOverruled ? "1" : ""),
    ]
  }

  static let inputs: [Route.Input] = [
    .init("strategy", "Only those who stand there", choices: StrategyHeading.allCases.map(\.rawValue)),
    .init("kind", "Only those who matter in this way", choices: SignificanceKind.allCases.map(\.rawValue)),
    .init("segment", "Only this segment"), .init("undecided", "1: only those the rules cannot settle", .flag),
    .init("weak", "1: only those whose strategy would change first", .flag),
    .init("overruled", "1: only those whom a person gave another strategy", .flag),
    .init(
      "sort", "The order; with - in front, the largest first",
      choices: Order.allCases.flatMap { [$0.rawValue, "-\($0.rawValue)"] }),
    .init("after", "Where the page begins"), .init("size", "Rows of a page, 1 to 1000", .integer),
  ]
}
