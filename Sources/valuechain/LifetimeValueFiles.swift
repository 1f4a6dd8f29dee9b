import Analytics
import Foundation
import Kernel
import Tabular

/// A table whose cells are plain numbers in full precision, such as times in weeks.
struct NumberTable {
  private let table: Table
  private let mark: UInt8
  var headers: [String] { table.map.headers }
  var line: Int { table.line }
  /// The column of the customer, from 0.
  var customerColumn: Int? { table.map.columns[.customer] }

  init(_ source: ByteSource, _ options: TableOptions) throws {
    table = try Table(source, options: options)
    mark = options.decimalMark == .comma ? UInt8(ascii: ",") : UInt8(ascii: ".")
  }

  /// Reads on; false at the end. A row that cannot be read refuses the file.
  func next() throws -> Bool {
    switch try table.next() {
    case .end: return false
    case .refused(let refusal): throw refusal.problem()
    case .record: return true
    }
  }

  /// The first column of one of these names, without regard to case and punctuation.
  func column(_ names: [String]) -> Int? {
    let folded = headers.map { $0.lowercased().filter { $0.isLetter || $0.isNumber } }
    return names.lazy.compactMap { folded.firstIndex(of: $0) }.first
  }

  func text(_ column: Int) -> String? { table.text(column: column) }

  func number(_ column: Int) throws -> Double {
    guard let text = table.text(column: column) else { throw refusal(column, "It is empty.", "Fill the cell.") }
    guard NumberTable.isPlain(text.utf8, mark: mark), let number = Double(withPoint(text)) else {
      throw refusal(
        column, "“\(text.prefix(40))” is not a number.",
        mark == UInt8(ascii: ".") ? "Write it like 1.5, or give --decimal , for 1,5." : "Write it like 1,5.")
    }
    guard number.isFinite else {
      throw refusal(column, "“\(text.prefix(40))” is larger than can be counted.", "Correct the cell.")
    }
    return number
  }

  private func withPoint(_ text: String) -> String {
    guard mark != UInt8(ascii: ".") else { return text }
    return String(decoding: text.utf8.map { $0 == mark ? UInt8(ascii: ".") : $0 }, as: UTF8.self)
  }

  /// A refusal of a cell of the current row.
  func refusal(_ column: Int, _ message: String, _ mend: String) -> Problem {
    Problem(
      .invalid, field: headers[column], "Line \(line), column \(column + 1): \(message)", mend: mend,
      facts: [.init("line", String(line)), .init("column", String(column + 1))])
  }

  /// Refuses a file that lacks a column.
  func missing(_ field: String, _ mend: String) -> Problem {
    let found = headers.prefix(40).map { "“\($0)”" }.joined(separator: ", ")
    return Problem(.invalid, field: field, "There is no column “\(field)”. Found: \(found).", mend: mend)
  }

  /// A sign, digits with at most one mark among them, and at most one exponent.
  private static func isPlain(_ text: String.UTF8View, mark: UInt8) -> Bool {
    var (digits, marks, exponents) = (0, 0, 0)
    var before: UInt8 = 0
    for byte in text {
      switch byte {
      case 48...57: digits += 1
      case mark where marks == 0 && exponents == 0: marks = 1
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        guard exponents == 0, digits > 0 else { return false }
        (exponents, digits) = (1, 0)
      case UInt8(ascii: "-"), UInt8(ascii: "+"):
        guard before == 0 || before | 0x20 == UInt8(ascii: "e") else { return false }
      default: return false
      }
      before = byte
    }
    return digits > 0
  }
}

/// A file of histories: how often, how recently and since when each customer bought, and for how much.
struct HistoryFile {
  private var frequency: [Double] = []
  private var recency: [Double] = []
  private var age: [Double] = []
  private var monetary: [Double]?
  private var weight: [Double]?
  private var names: [String]?
  private var lines: [Int32] = []
  private var columns: [String: String] = [:]

  private static let headings = [
    "frequency": ["frequency", "x", "repeats", "repeatpurchases"],
    "recency": ["recency", "tx", "lastpurchase"],
    "age": ["age", "periods", "t", "tcal", "n", "ncal"],
    "monetary": ["monetary", "monetaryvalue", "meanspend", "mx"],
    "weight": ["weight", "weights"],
  ]

  init(_ options: CustomerFileOptions, today: Day) throws {
    let table = try NumberTable(options.source(), options.table(today: today))
    var places: [String: Int] = [:]
    for (name, headings) in HistoryFile.headings {
      places[name] = table.column(headings)
      columns[name] = places[name].map { table.headers[$0] }
    }
    let mend = "A history has the columns frequency, recency and age; monetary, weight and customer if you like."
    guard let frequencyAt = places["frequency"] else { throw table.missing("frequency", mend) }
    guard let recencyAt = places["recency"] else { throw table.missing("recency", mend) }
    guard let ageAt = places["age"] else { throw table.missing("age", mend) }
    let nameAt = table.customerColumn
    columns["customer"] = nameAt.map { table.headers[$0] }
    if places["monetary"] != nil { monetary = [] }
    if places["weight"] != nil { weight = [] }
    if nameAt != nil { names = [] }
    while try table.next() {
      frequency.append(try table.number(frequencyAt))
      recency.append(try table.number(recencyAt))
      age.append(try table.number(ageAt))
      if let place = places["monetary"] { monetary?.append(try table.number(place)) }
      if let place = places["weight"] { weight?.append(try table.number(place)) }
      if let nameAt {
        guard let name = table.text(nameAt) else { throw table.refusal(nameAt, "It is empty.", "Fill the cell.") }
        names?.append(name)
      }
      lines.append(Int32(clamping: table.line))
    }
  }

  /// The customers, in the order of the file; rows of weight 0 are left out.
  func sample(unit: TimeUnit) throws -> CustomerSample {
    var report = ReadingReport(input: .histories, unit: unit)
    report.columns = columns
    let (histories, spending) = try report.inWordsOfFile(lines: lines) {
      (
        try PurchaseHistories(frequency: frequency, recency: recency, age: age, weight: weight, unit: unit),
        try monetary.map { try SpendHistories(orders: frequency, mean: $0, weight: weight) }
      )
    }
    let kept = frequency.indices.filter { (weight?[$0] ?? 1) > 0 }
    let names = names
    if let monetary { report.zeroSpendCustomers = kept.count { frequency[$0] > 0 && monetary[$0] == 0 } }
    return CustomerSample(
      histories: histories, spending: spending,
      spendOrders: monetary.map { spend in kept.map { spend[$0] > 0 ? Int32(clamping: Int(frequency[$0])) : 0 } } ?? [],
      meanSpend: monetary.map { spend in kept.map { spend[$0] } } ?? [],
      name: { names?[kept[$0]] ?? String(kept[$0] + 1) }, report: report, lines: kept.map { lines[$0] })
  }
}

/// A file of numbers for each customer.
struct CovariateFile {
  let names: [String]
  private var vectors: [String: [Double]] = [:]
  private let source: String

  init(_ path: String, _ options: CustomerFileOptions, today: Day) throws {
    var settings = try options.table(today: today)
    settings.choices = []
    let table = try NumberTable(ByteSource(path: path), settings)
    let named = options.customer.flatMap { header in table.headers.firstIndex(of: header) }
    guard let customer = named ?? table.customerColumn else {
      throw table.missing("customer", "Name the column of the customer as in the other file.")
    }
    let columns = table.headers.indices.filter { $0 != customer }
    guard !columns.isEmpty else { throw table.missing("covariate", "Give at least one column of numbers.") }
    source = path
    names = columns.map { table.headers[$0] }
    while try table.next() {
      guard let name = table.text(customer) else { throw table.refusal(customer, "It is empty.", "Fill the cell.") }
      let numbers = try columns.map { try table.number($0) }
      guard vectors.updateValue(numbers, forKey: name) == nil else {
        throw table.refusal(customer, "“\(name.prefix(40))” is there twice.", "Give one row for each customer.")
      }
    }
  }

  func numbers(of customer: String) throws -> [Double] {
    if let numbers = vectors[customer] { return numbers }
    throw Problem(
      .invalid, field: "covariates", "“\(customer.prefix(40))” is not in \(source).",
      mend: "Give a row for every customer.")
  }
}

/// A file that counts how many of a cohort are left after each period, in the order of its rows.
struct SurvivorFile {
  let counts: SurvivorCounts
  let report: ReadingReport

  init(_ options: CustomerFileOptions, today: Day) throws {
    let table = try NumberTable(options.source(), options.table(today: today))
    let only = table.headers.count == 1 ? 0 : nil
    let headings = ["survivors", "survived", "alive", "active", "remaining", "customers"]
    guard let place = table.column(headings) ?? only else {
      throw table.missing("survivors", "Name the column of the counts survivors.")
    }
    let periodAt = table.column(["period", "year", "month", "week", "t"]).flatMap { $0 == place ? nil : $0 }
    var (survivors, lines, last): ([Double], [Int32], Double?) = ([], [], nil)
    while try table.next() {
      survivors.append(try table.number(place))
      lines.append(Int32(clamping: table.line))
      guard let periodAt else { continue }
      let period = try table.number(periodAt)
      guard last.map({ period == $0 + 1 }) ?? true else {
        throw table.refusal(periodAt, "Periods do not follow one another.", "Give each period once, in their order.")
      }
      last = period
    }
    var report = ReadingReport(input: .survivors, unit: options.unit)
    report.columns = ["survivors": table.headers[place]]
    self.report = report
    counts = try report.inWordsOfFile(lines: lines) { try SurvivorCounts(survivors) }
  }
}
