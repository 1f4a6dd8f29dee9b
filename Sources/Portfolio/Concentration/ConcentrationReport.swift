import Analytics
import Kernel
import Web

/// The analysis as programs get it. Keys are added, never changed.
package struct ConcentrationReport: Encodable, Sendable {
  struct Number: Encodable {
    let value: Double?
    let unit: String
    let grade: String
    let n: Int
    let low: Double?
    let high: Double?
    let method: String
    let missing: [Figure.Gap]

    init(_ figure: Figure) {
      value = figure.value
      unit = figure.unit.name
      grade = figure.grade.rawValue
      n = figure.n
      low = figure.low
      high = figure.high
      method = figure.method
      missing = figure.missing
    }

    enum Key: String, CodingKey { case value, unit, grade, n, low, high, method, missing }

    // Absent values are written as null: a program need not ask whether the key is there.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(value, forKey: .value)
      try container.encode(unit, forKey: .unit)
      try container.encode(grade, forKey: .grade)
      try container.encode(n, forKey: .n)
      try container.encode(low, forKey: .low)
      try container.encode(high, forKey: .high)
      try container.encode(method, forKey: .method)
      try container.encode(missing, forKey: .missing)
    }
  }

  struct Point: Encodable {
    let customers: Double
    let value: Double
  }

  struct Span: Encodable {
    let first: Day
    let last: Day
    init(_ period: Period) {
      first = period.from
      last = period.last
    }
  }

  struct Cell: Encodable {
    let score: String
    let customers: Int
    let share: Double
    let purchases: Int
    let money: Double
  }

  struct CohortRow: Encodable {
    let from: Day
    let customers: Int
    let shares: [Double]
    let complete: [Bool]
  }

  struct Top: Encodable {
    let customer: ID<Concentration.Entry>
    let value: Double
    let orderDays: Int
    let lastOrder: Day
    let score: String
  }

  let scenario: String?
  let version: Int64
  let asOf: Day?
  let window: Span?
  let currency: String
  let customers: Int
  let figures: [String: Number]
  let shareCurve: [Point]
  let rfm: [Cell]
  let cohorts: [CohortRow]
  let topCustomers: [Top]

  package init(_ concentration: Concentration) {
    let scale = Double(concentration.currency.minorPerMajor)
    scenario = concentration.question.scenario
    version = concentration.revision
    asOf = concentration.asOf
    window = Span(concentration.window)
    currency = concentration.currency.code
    customers = concentration.entries.count
    figures = Dictionary(
      concentration.figures.map { ($0.id, Number($0)) }, uniquingKeysWith: { first, _ in first })
    shareCurve = concentration.curve.points(101).map { Point(customers: $0.customers, value: $0.value) }
    rfm = concentration.rfm.cells.map {
      Cell(
        score: $0.score.description, customers: $0.customers, share: $0.share, purchases: $0.frequency,
        money: $0.monetary / scale)
    }
    cohorts = (concentration.cohorts?.cohorts ?? []).map {
      CohortRow(
        from: $0.period.from, customers: $0.customers, shares: $0.cells.map(\.share),
        complete: $0.cells.map(\.isComplete))
    }
    topCustomers = concentration.entries.prefix(20).map {
      Top(
        customer: ID($0.customer.rawValue), value: Double($0.minor) / scale, orderDays: $0.orderDays,
        lastOrder: $0.lastOrder, score: $0.score.description)
    }
  }

  /// The report of a company in which nothing was bought yet.
  package init(emptyFor question: ConcentrationQuestion, currency: Currency, revision: Int64) {
    scenario = question.scenario
    version = revision
    (asOf, window) = (nil, nil)
    self.currency = currency.code
    customers = 0
    figures = [:]
    (shareCurve, rfm, cohorts, topCustomers) = ([], [], [], [])
  }
}

extension ConcentrationReport.Number: APIShaped {
  static func schema(in shapes: APIShapes) -> APISchema { shapes.withNulls(of: Self.self) }
}
