import Analytics
import Foundation
import Kernel
import Tabular

/// How a file was understood, told with every answer.
struct ReadingReport: Encodable {
  let input: RowKind
  let unit: TimeUnit
  var until: Day?
  /// The columns that were read, by what they mean.
  var columns: [String: String] = [:]
  /// Settings that nobody gave.
  var defaults: [String: String] = [:]
  var purchases: Int?
  var sameDayRowsMerged: Int?
  var returnsLeftOut: Int?
  /// Customers whose first purchase was on the last day.
  var customersOfLastDay: Int?
  /// Customers who bought again, but never for more than nothing.
  var zeroSpendCustomers: Int?
  /// Customers without a whole period behind them, for models that count periods.
  var tooYoungCustomers: Int?

  /// What a reader of the figures should know, in sentences.
  var notes: [String] {
    func note(_ count: Int?, _ text: (Int) -> String) -> String? { count.flatMap { $0 > 0 ? text($0) : nil } }
    let said = [
      sameDayRowsMerged.map { "What a customer buys on one day is one order: \($0) rows were merged into others." },
      note(returnsLeftOut) { "\($0) rows with an amount below zero are returns, and were left out." },
      note(customersOfLastDay) { "\($0) customers came on the last day; they have an age of zero." },
      note(zeroSpendCustomers) { "\($0) customers bought again without spending; the spend model leaves them out." },
      note(tooYoungCustomers) { "\($0) customers have no whole \(unit.rawValue) behind them, and were left out." },
    ]
    return said.compactMap { $0 }
  }
}

/// Customers as a file tells of them, one row each or one row for several by weight.
struct CustomerSample {
  var histories: PurchaseHistories
  /// What a model of spend is fitted to; nil when the file says nothing of money.
  let spending: SpendHistories?
  /// Repeat orders with spend and their mean, one for each row; empty when the file says nothing of money.
  let spendOrders: [Int32]
  let meanSpend: [Double]
  /// The name of the customer of a row.
  let name: (Int) -> String
  let report: ReadingReport
  /// The line of the file each row stands on; empty when rows are made of several lines.
  var lines: [Int32] = []

  /// Does something with the customers, and says refusals in the words of the file: its header, its line.
  func inWordsOfFile<Result>(_ work: () throws -> Result) throws -> Result {
    try report.inWordsOfFile(lines: lines, work)
  }
}

extension ReadingReport {
  /// What a log calls what the models are fitted to.
  private static let causes = ["frequency": "date", "recency": "date", "age": "date", "monetary": "amount"]

  func inWordsOfFile<Result>(lines: [Int32] = [], _ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let problem as Problem {
      let cause = problem.field.map { input == .log ? ReadingReport.causes[$0] ?? $0 : $0 }
      let field = cause.map { columns[$0] ?? $0 }
      let row = problem.facts.first { $0.name == "row" }.flatMap { Int($0.value) }
      let line = row.flatMap { lines.indices.contains($0 - 1) ? Problem.Fact("line", String(lines[$0 - 1])) : nil }
      throw Problem(
        problem.kind, field: field, problem.message, mend: problem.mend, facts: problem.facts + [line].compactMap { $0 }
      )
    }
  }
}

extension CustomerSample {
  /// Reads what the options name, for a model.
  init(_ options: CustomerFileOptions, input: RowKind, model: ModelName, today: Day) throws {
    self =
      input == .log
      ? try CustomerSample(log: PurchaseFile(options, today: today), model: model)
      : try HistoryFile(options, today: today).sample(unit: options.unit)
  }

  init(log file: PurchaseFile, model: ModelName) throws {
    let base = try file.base()
    var report = file.report
    let rows = 0..<base.histories.rowCount
    report.customersOfLastDay = base.firstDay.count { $0 == base.until.number }
    report.zeroSpendCustomers = rows.count { (base.histories[$0]?.frequency ?? 0) > 0 && base.spendOrders[$0] == 0 }
    var kept = Array(rows)
    var histories = base.histories
    if model == .bgBB {
      histories = try report.inWordsOfFile { try file.log.opportunities(until: base.until, unit: file.unit) }
      // The same customers as above: those with at least one whole period behind them.
      kept = rows.filter { Double(base.until.number - base.firstDay[$0]) >= file.unit.days }
      report.tooYoungCustomers = rows.count - kept.count
    }
    let places = kept.map { Int(base.customers[$0]) }
    self.init(
      histories: histories, spending: base.spending, spendOrders: kept.map { base.spendOrders[$0] },
      meanSpend: kept.map { base.meanSpend[$0] }, name: { file.rows.name(of: places[$0]) }, report: report)
  }

  /// Adds the numbers that another file has for every customer.
  mutating func join(_ covariates: CovariateFile) throws {
    let vectors = try (0..<histories.rowCount).map { try covariates.numbers(of: name($0)) }
    histories = try histories.with(covariates: vectors, names: covariates.names)
  }
}

/// A file of purchases, read and merged to orders.
struct PurchaseFile {
  let rows: Tabular.PurchaseLog
  let log: Analytics.PurchaseLog
  let until: Day
  let unit: TimeUnit
  let report: ReadingReport

  init(_ options: CustomerFileOptions, today: Day) throws {
    let source = try options.source()
    let table = try options.table(today: today)
    let threads = ProcessInfo.processInfo.activeProcessorCount
    rows = try Tabular.PurchaseLog.read(source, options: PurchaseLogOptions(table, threads: threads))
    log = try Analytics.PurchaseLog(customers: rows.customers, days: rows.days.map(Day.init), amounts: rows.minor)
    var report = ReadingReport(input: .log, unit: options.unit)
    report.columns = ["customer": options.customer, "date": options.date, "amount": options.amount]
      .merging(PurchaseFile.headers(of: source, table)) { $0 ?? $1 }.compactMapValues { $0 }
    guard let last = options.until ?? log.span?.upperBound else {
      throw Problem(
        .invalid, field: report.columns["amount"] ?? "amount", "There is no purchase in the file, only returns.",
        mend: "Give purchases with amounts from zero.")
    }
    guard last <= today else {
      throw Problem(.invalid, field: "until", "\(last) is in the future.", mend: "Give a day up to \(today).")
    }
    until = last
    unit = options.unit
    report.until = last
    report.purchases = rows.purchaseCount
    report.sameDayRowsMerged = log.sameDayRowsMerged
    report.returnsLeftOut = log.returnsLeftOut
    if options.until == nil { report.defaults["until"] = "\(last), the day of the last purchase" }
    for (name, given) in [("customer", options.customer), ("date", options.date), ("amount", options.amount)]
    where given == nil {
      report.defaults[name] = "the column “\(report.columns[name] ?? name)”"
    }
    self.report = report
  }

  func base() throws -> CustomerBase {
    try report.inWordsOfFile {
      try log.base(until: until, unit: unit, minorUnits: Double(rows.currency.minorPerMajor))
    }
  }

  /// The headers of the columns that were read, from the file's first lines; none when they cannot be had that cheaply.
  private static func headers(of source: ByteSource, _ options: TableOptions) -> [String: String?] {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = bytes.withUnsafeMutableBytes { (try? source.makeReader().read(into: $0)) ?? 0 }
    guard let end = bytes[..<count].lastIndex(of: 0x0A),
      let table = try? Table(ByteSource(bytes: Array(bytes[...end])), options: options)
    else { return [:] }
    return [
      "customer": table.map.header(of: .customer), "date": table.map.header(of: .time),
      "amount": table.map.header(of: .amount),
    ]
  }
}
