import Customers
import Kernel

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
    let margin: Double?
    let marginFrom: CustomerMargins.Source?
    let isContractual: Bool
  }

  /// How many customers are valued at which margin.
  struct Margins: Encodable {
    let base: Double
    let isAssumed: Bool
    let halfWeightOrders: Double
    let customers: [CustomerMargins.Source: Int]
    let bounded: Int
  }

  struct Contracted: Encodable {
    let customers: Int
    let retention: Double?
    let low: Double?
    let high: Double?
    /// Contracts of a year ago that retention was taken from; none when it was entered.
    let observed: Int?
    let value: Double?
  }

  struct Outlook: Encodable {
    let retention: Double?
    let discounts: [Double]
    let rows: [ValueOutlook.Row]
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
  let margins: Margins?
  let contracts: Contracted?
  let outlook: Outlook?
  let highVolumeLowValueCustomers: [Row]

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
    margin = equity.margins?.base
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
    topCustomers = equity.entries.prefix(20).map { Row($0, scale: scale) }
    margins = equity.margins.map { Margins($0, equity.marginSources) }
    contracts = equity.contracts.running.isEmpty ? nil : Contracted(equity)
    outlook = equity.outlook.map { Outlook(retention: $0.retention, discounts: $0.discounts, rows: $0.table) }
    highVolumeLowValueCustomers = equity.highVolumeLowValue.map { Row($0, scale: scale) }
  }
}

extension CustomerEquityReport.Row {
  init(_ entry: CustomerEquity.Entry, scale: Double) {
    self.init(
      customer: entry.customer.rawValue, repeats: entry.repeats, lastOrder: entry.lastOrder,
      past: Double(entry.pastMinor) / scale, alive: entry.alive, expectedOrders: entry.expectedOrders,
      expectedLow: entry.expectedLow, expectedHigh: entry.expectedHigh, clv: entry.value, low: entry.low,
      high: entry.high, margin: entry.margin?.rate, marginFrom: entry.margin?.source,
      isContractual: entry.isContractual)
  }
}

extension CustomerEquityReport.Margins {
  init(_ margins: CustomerMargins, _ sources: MarginSources) {
    self.init(
      base: margins.base, isAssumed: margins.isAssumed, halfWeightOrders: CustomerMargins.halfWeight,
      customers: sources.counts, bounded: sources.bounded)
  }
}

extension CustomerEquityReport.Contracted {
  init(_ equity: CustomerEquity) {
    let (contracts, under) = (equity.contracts, equity.entries.filter(\.isContractual))
    self.init(
      customers: equity.entries.count { contracts.running[$0.customer] != nil }, retention: contracts.retention?.rate,
      low: contracts.retention?.observed == nil ? nil : contracts.retention?.low,
      high: contracts.retention?.observed == nil ? nil : contracts.retention?.high,
      observed: contracts.retention?.observed?.of,
      value: under.isEmpty ? nil : under.reduce(0) { $0 + ($1.value ?? 0) })
  }
}
