import Analytics
import Kernel

extension CustomerEquity {
  /// The figures of the analysis, each with its evidence. Programs know them by these names; they never change.
  package var figures: [Figure] { [equity, meanValue, topValueShare, ceilingFigure, expectedOrders] }

  package func figure(_ id: String) -> Figure? { figures.first { $0.id == id } }

  /// Value rests on a model, and on an entered margin where there is one.
  private var grade: Figure.Grade { question.margin == nil ? .estimated : .assumed }

  private var noun: String { question.margin == nil ? "sales" : "margin" }

  private var gaps: [Figure.Gap] {
    let noMargin = question.margin == nil ? [Figure.Gap("a gross margin", customers: entries.count)] : []
    return noMargin + (obstacle.map { [Figure.Gap($0, customers: entries.count)] } ?? [])
  }

  private func make(
    _ id: String, _ title: String, _ value: Double?, _ unit: Figure.Unit, method: String = "F5",
    _ explanation: String, low: Double? = nil, high: Double? = nil
  ) -> Figure {
    Figure(
      id: id, title: title, value: value, unit: unit, asOf: asOf, window: nil, method: method,
      explanation: explanation, n: entries.count, low: low, high: high, grade: grade, missing: gaps)
  }

  private var horizon: String { "the next \(question.months) months" }

  private var equity: Figure {
    make(
      "customerEquity", question.margin == nil ? "Expected sales, discounted" : "Customer equity", total,
      .money(currency), method: "F6",
      "The \(noun) to be expected from today's customers in \(horizon), discounted at \(Int((question.annualDiscount * 100).rounded())) % a year, summed over all."
    )
  }

  private var meanValue: Figure {
    make(
      "meanLifetimeValue", "Lifetime value of a customer", mean, .money(currency),
      "The mean; half of the customers are worth less than \(median.map { "\(($0 * 100).rounded() / 100)" } ?? "this")."
    )
  }

  private var topValueShare: Figure {
    let best = best().reduce(0) { $0 + ($1.value ?? 0) }
    return make(
      "topValueShare.20", "Equity in the top 20 %", total.map { $0 > 0 ? best / $0 : 0 }, .share,
      "What the \(self.best().count) customers with the highest expected value hold of all of it.")
  }

  private var ceilingFigure: Figure {
    make(
      "spendCeiling", "Ceiling for keeping one of them", ceiling()?.each, .money(currency),
      "\(Int((question.ceiling * 100).rounded())) % of the mean lifetime value of the top 20 %: more than that is not to be spent on keeping one of them. All together \(ceiling().map { "\(Int($0.total.rounded()))" } ?? "unknown")."
    )
  }

  private var expectedOrders: Figure {
    let all = entries.reduce(0) { $0 + $1.expectedOrders }
    return make(
      "expectedOrders", "Orders to be expected", entries.isEmpty ? nil : all, .count,
      "Orders of today's customers in \(horizon), undiscounted.")
  }
}

/// The analysis as programs get it. Keys are added, never changed.
package struct CustomerEquityReport: Encodable, Sendable {
  struct Row: Encodable {
    let customer: Int64
    let repeats: Int
    let lastOrder: Day
    let past: Double
    let alive: Double?
    let expectedOrders: Double
    let expectedLow: Double
    let expectedHigh: Double
    let clv: Double?
    let low: Double?
    let high: Double?
  }

  let asOf: Day
  let currency: String
  let model: String?
  let rung: String
  let reason: String
  let months: Int
  let annualDiscount: Double
  let margin: Double?
  let customers: Int
  let parameters: [String: Double]
  let spend: [String: Double]
  let totalValue: Double?
  let meanValue: Double?
  let medianValue: Double?
  let top: Int
  let topThreshold: Double?
  let topShare: Double?
  let topMean: Double?
  let ceilingEach: Double?
  let ceilingTotal: Double?
  let highVolumeLowValue: Int
  let check: CustomerEquity.Check?
  let figures: [String: ConcentrationReport.Number]
  let topCustomers: [Row]

  package init(_ equity: CustomerEquity) {
    let scale = Double(equity.currency.minorPerMajor)
    let best = equity.best()
    asOf = equity.asOf
    currency = equity.currency.code
    model = equity.fit?.model.rawValue
    switch equity.ladder.rung {
    case .model: rung = "model"
    case .cellAverages: rung = "cellAverages"
    case .pastOnly: rung = "pastOnly"
    }
    reason = equity.comparison?.reason ?? equity.ladder.reason
    months = equity.question.months
    annualDiscount = equity.question.annualDiscount
    margin = equity.question.margin
    customers = equity.entries.count
    parameters = equity.fit?.parameters ?? [:]
    spend = equity.spend?.report.parameters ?? [:]
    totalValue = equity.total
    meanValue = equity.mean
    medianValue = equity.median
    top = best.count
    topThreshold = best.last?.value
    topShare = equity.figure("topValueShare.20")?.value
    topMean = equity.hasValue ? best.reduce(0) { $0 + ($1.value ?? 0) } / Double(max(1, best.count)) : nil
    ceilingEach = equity.ceiling()?.each
    ceilingTotal = equity.ceiling()?.total
    highVolumeLowValue = equity.highVolumeLowValue.count
    check = equity.check()
    figures = Dictionary(
      equity.figures.map { ($0.id, .init($0)) }, uniquingKeysWith: { first, _ in first })
    topCustomers = equity.entries.prefix(20).map {
      Row(
        customer: $0.customer.rawValue, repeats: $0.repeats, lastOrder: $0.lastOrder,
        past: Double($0.pastMinor) / scale, alive: $0.alive, expectedOrders: $0.expectedOrders,
        expectedLow: $0.expectedLow, expectedHigh: $0.expectedHigh, clv: $0.value, low: $0.low, high: $0.high)
    }
  }
}
