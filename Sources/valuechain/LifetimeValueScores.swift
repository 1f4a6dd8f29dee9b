import Analytics
import ArgumentParser
import Foundation
import Kernel
import Tabular

/// What value is made of, and where scores go.
struct ValueOptions: ParsableArguments {
  @Option(help: "Periods ahead. The default is three years.") var horizon: Double?
  @Option(help: "The discount rate of a year; the default is 0.15 for 15 %.") var discount: Double?
  @Option(help: "Margin per unit of spend; the default is 1, which values revenue.") var margin: Double?
  @Option(help: "How likely intervals hold the truth; the default is 0.9.") var cover: Double?
  @Flag(help: "Score purchases alone, and leave value empty.") var withoutSpend = false
  @Flag(help: "Leave the intervals empty; they take most of the time.") var withoutIntervals = false
  @Option(help: "The file to write; standard output by default.") var output: String?

  func settings(unit: TimeUnit) throws -> ScoreSettings {
    try ScoreSettings(
      horizon: horizon ?? 3 * unit.perYear, annualDiscount: discount ?? 0.15, margin: margin ?? 1,
      cover: withoutIntervals ? nil : cover ?? 0.9)
  }

  func defaults(unit: TimeUnit) -> [String: String] {
    var defaults: [String: String] = [:]
    if horizon == nil { defaults["horizon"] = "\(Wording.count(3 * unit.perYear)) \(unit.rawValue)s" }
    if discount == nil { defaults["discount"] = "0.15 a year" }
    if margin == nil { defaults["margin"] = "1" }
    if cover == nil, !withoutIntervals { defaults["cover"] = "0.9" }
    return defaults
  }
}

/// Fits, then scores every customer.
struct Scoring {
  let asked: ModelName
  let purchases: FittedModel
  let spend: FittedGammaGamma?
  let scores: CustomerScores
  let seconds: Double
  let secondsSpend: Double
  let secondsScoring: Double

  init(_ customers: CustomerSample, _ options: ModelOptions, _ settings: ScoreSettings, withoutSpend: Bool) throws {
    let fitting = try timed {
      try announced("Fitting \(options.chosen.rawValue)") {
        try customers.inWordsOfFile {
          try options.chosen.fit(.histories(customers.histories), regularity: options.regularity)
        }
      }
    }
    let spending = try timed {
      try withoutSpend ? nil : announced("Fitting gamma-gamma") { try Scoring.spend(customers) }
    }
    let scoring = try timed {
      try announced("Scoring") {
        try fitting.result.scores(
          of: customers.histories,
          spend: spending.result.map {
            SpendInput(model: $0, orders: customers.spendOrders, mean: customers.meanSpend)
          },
          settings: settings)
      }
    }
    asked = options.chosen
    purchases = fitting.result
    spend = spending.result
    scores = scoring.result
    (seconds, secondsSpend, secondsScoring) = (fitting.seconds, spending.seconds, scoring.seconds)
    try requireFinite(options.chosen)
  }

  private static func spend(_ customers: CustomerSample) throws -> FittedGammaGamma {
    do {
      return try customers.inWordsOfFile { try GammaGamma().fit(try customers.requiredSpending()) }
    } catch let problem as Problem {
      let mend = [problem.mend, "Or score purchases alone with --without-spend."].compactMap { $0 }
      throw Problem(
        problem.kind, field: problem.field, problem.message, mend: mend.joined(separator: " "), facts: problem.facts)
    }
  }

  /// A score that is no number must never reach a file.
  private func requireFinite(_ model: ModelName) throws {
    let columns = [
      scores.pAlive, scores.expectedPurchases, scores.expectedLow, scores.expectedHigh, scores.lifetimeValue,
      scores.lifetimeValueLow, scores.lifetimeValueHigh,
    ]
    guard columns.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw Problem(
        .invalid, field: "model", "\(model.rawValue) gives some customers no finite score at these parameters.",
        mend: "Choose another model or a shorter horizon.")
    }
  }
}

/// The file of scores: written beside its place and then moved there, so that nobody ever sees half of one.
struct ScoreFile {
  let path: String?
  private static let header = [
    "customer", "frequency", "recency", "age", "monetary", "p_alive", "expected_purchases", "expected_low",
    "expected_high", "clv", "clv_low", "clv_high",
  ]

  init(_ path: String?) { self.path = path }

  func write(_ customers: CustomerSample, _ scores: CustomerScores) throws {
    guard let path else { return try write(customers, scores, to: STDOUT_FILENO) }
    var status = stat()
    let isReplaced = stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    let target = isReplaced ? path + ".partial" : path
    let descriptor = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw refusal(path) }
    do {
      try write(customers, scores, to: descriptor)
      guard close(descriptor) == 0 else { throw refusal(path) }
    } catch {
      if isReplaced { unlink(target) }
      throw error
    }
    if isReplaced, rename(target, path) != 0 { throw refusal(path) }
  }

  private func refusal(_ path: String) -> Problem {
    Problem(
      .unavailable, field: "output", "“\(path)” cannot be written: \(String(cString: strerror(errno))).",
      mend: "Name another file.")
  }

  private func write(_ customers: CustomerSample, _ scores: CustomerScores, to descriptor: Int32) throws {
    var writer = SafeCSVWriter(to: SafeCSVWriter.file(descriptor))
    try writer.record(ScoreFile.header)
    for row in 0..<customers.histories.rowCount {
      guard let history = customers.histories[row] else { continue }
      writer.text(customers.name(row))
      writer.integer(history.frequency)
      writer.number(history.recency)
      writer.number(history.age)
      ScoreFile.cell(customers.meanSpend, row, &writer)
      ScoreFile.cell(scores.pAlive, row, &writer)
      ScoreFile.cell(scores.expectedPurchases, row, &writer)
      ScoreFile.cell(scores.expectedLow, row, &writer)
      ScoreFile.cell(scores.expectedHigh, row, &writer)
      ScoreFile.cell(scores.lifetimeValue, row, &writer)
      ScoreFile.cell(scores.lifetimeValueLow, row, &writer)
      ScoreFile.cell(scores.lifetimeValueHigh, row, &writer)
      try writer.endRecord()
    }
    try writer.finish()
  }

  private static func cell(_ column: [Double], _ row: Int, _ writer: inout SafeCSVWriter) {
    if column.indices.contains(row) { writer.number(column[row]) } else { writer.empty() }
  }
}

/// What scoring says besides the file.
struct ScoreAnswer: Encodable {
  /// Sums over customers, each counted with its weight.
  struct Totals: Encodable {
    let alive: Double
    let expectedPurchases: Double
    let lifetimeValue: Double?
  }

  let model: ModelName
  let customers: Double
  let repeatCustomers: Double
  let rows: Int
  let horizon: Double
  let discount: Double
  let margin: Double
  let cover: Double?
  let totals: Totals
  let fit: FitReport
  let spend: FitReport?
  let spendFrequency: IndependenceAnswer?
  let output: String?
  let reading: ReadingReport
  let defaults: [String: String]
  let notes: [String]
  /// The fit of the purchase model alone.
  let seconds: Double
  let secondsSpend: Double
  let secondsScoring: Double
  let secondsReading: Double
  let secondsWriting: Double

  init(
    _ scoring: Scoring, _ sample: CustomerSample, _ settings: ScoreSettings, defaults: [String: String],
    output: String?, secondsReading: Double, secondsWriting: Double
  ) {
    func total(_ column: [Double]) -> Double {
      column.indices.reduce(0) { $0 + column[$1] * sample.histories.weight(of: $1) }
    }
    fit = scoring.purchases.report
    model = fit.model
    customers = fit.customers
    repeatCustomers = fit.repeatCustomers
    rows = sample.histories.rowCount
    horizon = settings.horizon
    discount = settings.annualDiscount
    margin = settings.margin
    cover = settings.cover
    totals = Totals(
      alive: total(scoring.scores.pAlive), expectedPurchases: total(scoring.scores.expectedPurchases),
      lifetimeValue: scoring.spend.map { _ in total(scoring.scores.lifetimeValue) })
    spend = scoring.spend?.report
    spendFrequency = scoring.spend.map { IndependenceAnswer($0.independence) }
    self.output = output
    reading = sample.report
    self.defaults = defaults.merging(reading.defaults) { $1 }
    notes = reading.notes + [spendFrequency?.sentence].compactMap { $0 } + FitAnswer.cautions(fit, asked: scoring.asked)
    (seconds, secondsSpend, secondsScoring) = (scoring.seconds, scoring.secondsSpend, scoring.secondsScoring)
    self.secondsReading = secondsReading
    self.secondsWriting = secondsWriting
  }

  var text: String {
    let value = totals.lifetimeValue.map { ", worth \(Wording.rounded($0))" } ?? ""
    return """
      \(model.rawValue): \(Wording.count(customers)) customers, \(Wording.rounded(totals.expectedPurchases)) \
      purchases expected in \(Wording.count(horizon)) \(reading.unit.rawValue)s\(value)
      """
  }
}
