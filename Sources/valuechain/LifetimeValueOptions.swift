import Analytics
import ArgumentParser
import Foundation
import Kernel
import Tabular

extension ModelName: ExpressibleByArgument {}
extension TimeUnit: ExpressibleByArgument {}

/// What the rows of a file are.
enum RowKind: String, Codable, CaseIterable, ExpressibleByArgument {
  case log, histories, survivors
}

/// How a file of customers is read: what every lifetime-value command takes.
struct CustomerFileOptions: ParsableArguments {
  @Argument(help: "The file, also .gz; - reads standard input.") var file: String
  @Option(help: "The column of the customer, by header or as #1. Guessed by default.") var customer: String?
  @Option(help: "The column of the date. Guessed by default.") var date: String?
  @Option(help: "The column of the amount. Guessed by default.") var amount: String?
  @Option(help: "The last day of observation, YYYY-MM-DD; by default that of the last purchase.", transform: Self.day)
  var until: Day?
  @Option(name: .customLong("unit"), help: "The period models count time in; the default is the week.")
  var givenUnit: TimeUnit?
  @Option(name: .customLong("currency"), help: "The currency of the amounts; the default is USD.")
  var givenCurrency: String?
  @Option(
    help: "How dates are written: ymd, dmy, mdy, name, yyyymmdd, epoch. Guessed by default.", transform: Self.order)
  var dateOrder: DateOrder?
  @Option(help: "The decimal mark: . or , – found out by default.", transform: Self.mark) var decimal: DecimalMark?
  @Flag(help: "Answer with JSON on standard output.") var json = false

  var unit: TimeUnit { givenUnit ?? .week }
  var currency: String { givenCurrency ?? "USD" }

  private static func day(_ text: String) throws -> Day {
    guard let day = Day(text) else { throw ValidationError("“\(text)” is not a day. Write it as YYYY-MM-DD.") }
    return day
  }

  private static func order(_ text: String) throws -> DateOrder {
    guard let order = DateOrder(named: text) else {
      let orders = DateOrder.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("“\(text)” is no order of dates: \(orders).")
    }
    return order
  }

  private static func mark(_ text: String) throws -> DecimalMark {
    guard let mark = DecimalMark(named: text) else { throw ValidationError("“\(text)” is no decimal mark: . or ,") }
    return mark
  }

  func source() throws -> ByteSource { try file == "-" ? .standardInput() : ByteSource(path: file) }

  /// How the table is read, with the columns that a person named.
  func table(today: Day) throws -> TableOptions {
    var options = TableOptions(currency: try Currency(currency), latest: today)
    options.dateOrder = dateOrder
    options.decimalMark = decimal
    for (role, column) in [(ColumnRole.customer, customer), (.time, date), (.amount, amount)] {
      if let column { options.choices.append(ColumnMap.Choice(role, column)) }
    }
    return options
  }
}

/// What a model is fitted to: the part that fit and score share.
struct ModelOptions: ParsableArguments {
  @Option(help: "The model; mbg-nbd by default, and sbg for survivors.") var model: ModelName?
  @Option(
    help: """
      What the rows are: log (customer, date, amount), histories (customer, frequency, recency, age, monetary, weight) or \
      survivors (how many of a cohort are left after each period).
      """)
  var input: RowKind = .log
  @Option(help: "A file with the customer and numbers, for bg-nbd, mbg-nbd and pareto-nbd.") var covariates: String?
  @Option(help: "k of bg-cnbd-k and mbg-cnbd-k, 1 to 20. Chosen by likelihood by default.") var regularity: Int?

  var chosen: ModelName { model ?? (input == .survivors ? .shiftedBetaGeometric : .mbgNBD) }

  /// Refuses options that contradict one another, as wrong usage.
  func check(with file: CustomerFileOptions) throws {
    if input != .log {
      let given = [("--until", file.until != nil), ("--date", file.date != nil), ("--amount", file.amount != nil)]
      if let option = given.first(where: \.1)?.0 { throw ValidationError("\(option) belongs to --input log.") }
    }
    if regularity != nil, chosen != .bgCNBD, chosen != .mbgCNBD {
      throw ValidationError("--regularity belongs to bg-cnbd-k and mbg-cnbd-k.")
    }
    if let regularity, !(1...20).contains(regularity) {
      throw ValidationError("--regularity is a whole number from 1 to 20.")
    }
    if covariates != nil, ![.bgNBD, .mbgNBD, .paretoNBD].contains(chosen) {
      throw ValidationError("--covariates belongs to bg-nbd, mbg-nbd and pareto-nbd.")
    }
    if (chosen == .shiftedBetaGeometric) != (input == .survivors) {
      throw ValidationError("sbg goes with --input survivors, and survivors go with sbg.")
    }
  }
}

/// The time a piece of work took, by a clock that only goes forward.
func timed<Result>(_ work: () throws -> Result) rethrows -> (result: Result, seconds: Double) {
  let clock = ContinuousClock()
  let start = clock.now
  let result = try work()
  let taken = clock.now - start
  return (result, Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18)
}

/// What is being done, on a terminal only: one line that is gone when the work is.
func announced<Result>(_ title: String, _ work: () throws -> Result) rethrows -> Result {
  guard Terminal.isInteractive else { return try work() }
  FileHandle.standardError.write(Data("\r\u{1B}[K\(title) …".utf8))
  defer { Terminal.endProgress() }
  return try work()
}
