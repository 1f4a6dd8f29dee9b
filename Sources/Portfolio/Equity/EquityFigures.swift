import Kernel

extension EquityHistory {
  /// The figures of the analysis, each with its evidence. Programs know them by these names; they never change.
  package var figures: [Figure] { [equityNow, returned, returnedByNew, yearly] }

  package func figure(_ id: String) -> Figure? { figures.first { $0.id == id } }

  private func make(
    _ id: String, _ title: String, _ value: Double?, _ unit: Figure.Unit, _ explanation: String, missing: String? = nil
  ) -> Figure {
    let last = quarters.last
    return Figure(
      id: id, title: title, value: value, unit: unit, asOf: last?.period.last, window: last?.period, method: "F6",
      explanation: explanation, n: last?.all.customers ?? 0, grade: isAssumed ? .assumed : .estimated,
      missing: missing.map { [Figure.Gap($0, customers: last?.all.customers ?? 0)] } ?? [])
  }

  private var equityNow: Figure {
    make(
      "equityAtQuarterEnd", "Customer equity at the end of \(quarters.last?.period.quarterName ?? "the quarter")",
      quarters.last?.all.equity, .money(currency),
      "The lifetime values of everybody who had bought by then, by a model fitted to what was known then.",
      missing: quarters.last?.obstacle)
  }

  private var returned: Figure {
    make(
      "returnOnCustomer", "Return on customer in that quarter", quarters.last?.all.returned, .share,
      "Profit of the quarter and what equity gained or lost in it, over the equity at its start.",
      missing: quarters.last?.all.missing)
  }

  private var returnedByNew: Figure {
    make(
      "returnOnCustomer.new", "Of it by new customers", quarters.last?.new.returned, .share,
      "Profit and equity of those who first bought in the quarter, over the equity at its start.",
      missing: quarters.last?.new.missing)
  }

  /// The quarters of a year one after the other.
  private var yearly: Figure {
    let last = quarters.suffix(4).compactMap(\.all.returned)
    return make(
      "returnOnCustomer.year", "Return of the last four quarters",
      last.count == 4 ? last.reduce(1) { $0 * (1 + $1) } - 1 : nil, .share,
      "The returns of four quarters, one after the other.",
      missing: last.count == 4 ? nil : "four quarters with a return")
  }
}

/// The analysis as programs get it. Keys are added, never changed.
package struct EquityHistoryReport: Encodable, Sendable {
  struct Part: Encodable {
    let customers: Int
    let equity: Double?
    let profit: Double?
    let returnOnCustomer: Double?
    let missing: String?

    init(_ part: EquityHistory.Part) {
      (customers, equity, profit) = (part.customers, part.equity, part.profit)
      (returnOnCustomer, missing) = (part.returned, part.missing)
    }
  }

  struct Quarter: Encodable {
    let quarter: String
    let first: Day
    let last: Day
    let all: Part
    let old: Part
    let new: Part
    let segments: [String: Part]
    let obstacle: String?
  }

  let currency: String
  let model: String?
  let months: Int
  let annualDiscount: Double
  let segments: [String]
  let quarters: [Quarter]
  let figures: [String: ConcentrationReport.Number]

  package init(_ history: EquityHistory) {
    currency = history.currency.code
    model = history.model?.rawValue
    (months, annualDiscount) = (history.months, history.annualDiscount)
    segments = history.segments
    quarters = history.quarters.map {
      Quarter(
        quarter: $0.period.quarterName, first: $0.period.from, last: $0.period.last, all: Part($0.all),
        old: Part($0.old), new: Part($0.new), segments: $0.segments.mapValues { Part($0) }, obstacle: $0.obstacle)
    }
    figures = Dictionary(history.figures.map { ($0.id, .init($0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// As a table for the terminal, a line for each quarter.
  package var lines: [[String]] {
    func money(_ value: Double?) -> String { value.map { "\(Int($0.rounded()))" } ?? "missing" }
    func share(_ value: Double?) -> String { value.map { "\((($0 * 1_000).rounded()) / 10) %" } ?? "missing" }
    return quarters.map {
      [
        $0.quarter, "\($0.all.customers)", "\($0.new.customers)", money($0.all.equity), money($0.all.profit),
        share($0.all.returnOnCustomer), share($0.new.returnOnCustomer),
      ]
    }
  }

  package static let header = ["quarter", "customers", "new", "equity", "profit", "return", "of it new"]
}
