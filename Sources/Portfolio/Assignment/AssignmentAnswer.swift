import Customers
import Kernel
import Web

/// A value that programs find under its key even when it is missing.
struct OrNull<Value: Encodable & Sendable>: Encodable, Sendable {
  let value: Value?

  init(_ value: Value?) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value { try container.encode(value) } else { try container.encodeNil() }
  }
}

/// An assignment as programs get it. Keys are added, never changed; what is missing is null.
package struct AssignmentAnswer: Encodable, Sendable {
  struct LifetimeValue: Encodable, Sendable {
    let value: OrNull<Double>
    let low: OrNull<Double>
    let high: OrNull<Double>
    let method: OrNull<String>
  }

  struct Gap: Encodable, Sendable {
    let fact: String
    /// Whether knowing it would change what the strategy can be.
    let decides: Bool
  }

  let customer: String
  let id: Int64
  let name: OrNull<String>
  let version: OrNull<Int64>
  let asOf: Day
  let segment: OrNull<String>
  let strategy: OrNull<CoreStrategy>
  let proposed: OrNull<CoreStrategy>
  let ruled: OrNull<CoreStrategy>
  let heading: StrategyHeading
  let runnerUp: OrNull<CoreStrategy>
  let distance: OrNull<Double>
  let turnsOn: OrNull<StrategyTest>
  let between: [CoreStrategy]
  let gaps: [Gap]
  let worthOfKnowing: OrNull<Double>
  let significance: [PortfolioAssignment.Kind]
  let sales: Double
  let contribution: OrNull<Double>
  let grade: Figure.Grade
  let clv: LifetimeValue
  let valuePercentile: OrNull<Double>
  let valueBasis: OrNull<ValueRanking.Basis>
  let spendCeiling: OrNull<Double>
  let override: OrNull<StrategyAssignment.Override>
  let ending: OrNull<Ending.State>

  package init(_ row: PortfolioAssignment, of book: AssignmentBook, version: Int64? = nil, name: String? = nil) {
    let scale = Double(book.currency.minorPerMajor)
    func major(_ minor: Int64?) -> OrNull<Double> { OrNull(minor.map { Double($0) / scale }) }
    customer = row.externalID
    id = row.customer.rawValue
    self.name = OrNull(row.name ?? name)
    self.version = OrNull(version)
    asOf = book.asOf
    segment = OrNull(row.segment)
    strategy = OrNull(row.strategy)
    proposed = OrNull(row.proposed)
    ruled = OrNull(row.ruled)
    heading = row.heading
    runnerUp = OrNull(row.runnerUp)
    distance = OrNull(row.distance)
    turnsOn = OrNull(row.turnsOn)
    between = row.between
    gaps =
      row.missing.map { Gap(fact: $0.rawValue, decides: true) }
      + row.unknown.map { Gap(fact: $0.rawValue, decides: false) }
    worthOfKnowing = major(row.worth)
    significance = row.kinds
    sales = Double(row.sales) / scale
    contribution = major(row.contribution)
    grade = row.grade
    clv = LifetimeValue(
      value: OrNull(row.value), low: OrNull(row.low), high: OrNull(row.high),
      method: OrNull(row.value == nil ? nil : book.model))
    valuePercentile = OrNull(row.percentile)
    valueBasis = OrNull(row.basis)
    spendCeiling = OrNull(row.ceiling)
    override = OrNull(row.override)
    ending = OrNull(row.ending)
  }
}

/// A page of assignments as programs get it.
struct AssignmentListAnswer: Encodable, Sendable {
  let asOf: OrNull<Day>
  let currency: OrNull<String>
  let model: OrNull<String>
  let revision: OrNull<Int64>
  let version: OrNull<Int64>
  let total: Int
  let next: String?
  let rows: [AssignmentAnswer]

  init(_ book: AssignmentBook?, _ found: AssignmentQuestion.Found, names: [ID<Customer>: String], version: Int64? = nil)
  {
    asOf = OrNull(book?.asOf)
    currency = OrNull(book?.currency.code)
    model = OrNull(book?.model)
    revision = OrNull(book?.revision)
    self.version = OrNull(version)
    total = found.total
    next = found.page.next
    rows =
      book.map { book in
        found.page.rows.map { AssignmentAnswer($0, of: book, version: version, name: names[$0.customer]) }
      } ?? []
  }
}

extension VersionRow {
  /// The row as programs get it.
  var answer: AssignmentAnswer? {
    guard let currency = try? Currency(version.currency) else { return nil }
    let head = AssignmentBook(
      asOf: version.asOf, window: Period(first: version.first, last: version.last), currency: currency,
      revision: version.revision, model: version.model, rows: [])
    return AssignmentAnswer(row, of: head, version: version.id.rawValue)
  }
}

extension OrNull: APIShaped {
  static func schema(in shapes: APIShapes) -> APISchema { .orNothing(shapes.schema(of: Value.self)) }
}
