import Analytics
import ArgumentParser
import Foundation
import Kernel

/// `valuechain lifetime-value`: the models of customer value on a file, without any store.
struct LifetimeValueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lifetime-value", abstract: "Fits models of customer value, scores customers, compares models.",
    discussion: """
      No database is needed. Models: nbd bg-nbd mbg-nbd bg-cnbd-k mbg-cnbd-k pareto-nbd bg-bb sbg gamma-gamma.
      Example:
        valuechain lifetime-value compare .cache/data/CDNOW_master.txt \\
          --until 1998-03-31
      """,
    subcommands: [Fit.self, Score.self, Compare.self, Study.self])

  static var today: Day { SystemClock().now.day(in: .gmt) }

  struct Fit: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fits one model and says its parameters, how certain they are, and how well it fits.",
      discussion: """
        Example:
          valuechain lifetime-value fit .cache/data/CDNOW_sample.txt \\
            --model bg-nbd --until 1997-09-30 --json
          valuechain lifetime-value fit .cache/data/donations.csv \\
            --input histories --model bg-bb --unit year
        """)

    @OptionGroup var file: CustomerFileOptions
    @OptionGroup var options: ModelOptions

    func validate() throws { try options.check(with: file) }

    func run() throws {
      let reading = try timed { try announced("Reading \(file.file)") { try sample() } }
      let fitting = try timed {
        try announced("Fitting \(options.chosen.rawValue)") {
          try reading.result.report.inWordsOfFile(lines: reading.result.lines) {
            try options.chosen.fit(reading.result.sample, regularity: options.regularity)
          }
        }
      }
      let answer = FitAnswer(
        fitting.result, asked: options.chosen, reading: reading.result.report, defaults: defaults,
        seconds: fitting.seconds, secondsReading: reading.seconds)
      if file.json { return try Terminal.json(answer) }
      Explanation(answer.defaults, answer.notes).tell()
      print(answer.text)
    }

    private var defaults: [String: String] {
      Explanation.defaults(file, model: options.model == nil ? options.chosen : nil, input: options.input)
    }

    /// What the chosen model is fitted to.
    private func sample() throws -> (sample: ModelSample, report: ReadingReport, lines: [Int32]) {
      let today = LifetimeValueCommand.today
      if options.input == .survivors {
        let cohort = try SurvivorFile(file, today: today)
        return (.survivors(cohort.counts), cohort.report, [])
      }
      let customers = try CustomerSample(file, options, today: today)
      guard options.chosen == .gammaGamma else {
        return (.histories(customers.histories), customers.report, customers.lines)
      }
      return (.spending(try customers.requiredSpending()), customers.report, customers.lines)
    }
  }

  struct Score: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Scores every customer: alive, expected purchases and value, with their intervals.",
      discussion: """
        Writes customer,frequency,recency,age,monetary,p_alive,expected_purchases,expected_low,expected_high,clv,clv_low,\
        clv_high as CSV; times are counted in the unit. The spend of an order comes from the Gamma-Gamma model.
        Example:
          valuechain lifetime-value score .cache/data/CDNOW_master.txt \\
            --until 1997-09-30 --horizon 39 --output scores.csv
        """)

    @OptionGroup var file: CustomerFileOptions
    @OptionGroup var options: ModelOptions
    @OptionGroup var value: ValueOptions

    func validate() throws {
      try options.check(with: file)
      guard !file.json || value.output != nil else {
        throw ValidationError("--json needs --output FILE for the scores.")
      }
      guard value.cover == nil || !value.withoutIntervals else {
        throw ValidationError("--cover belongs to intervals, and --without-intervals leaves them out.")
      }
      guard options.chosen != .gammaGamma, options.chosen != .shiftedBetaGeometric else {
        throw ValidationError("\(options.chosen.rawValue) does not forecast the purchases of a customer.")
      }
    }

    func run() throws {
      let settings = try value.settings(unit: file.unit)
      let customers = try timed {
        try announced("Reading \(file.file)") { try CustomerSample(file, options, today: LifetimeValueCommand.today) }
      }
      let scoring = try Scoring(
        customers.result, options, settings, withoutSpend: value.withoutSpend)
      let writing = try timed {
        try announced("Writing") { try ScoreFile(value.output).write(customers.result, scoring.scores) }
      }
      let defaults = Explanation.defaults(
        file, model: options.model == nil ? options.chosen : nil, input: options.input
      )
      .merging(value.defaults(unit: file.unit)) { $1 }
      let answer = ScoreAnswer(
        scoring, customers.result, settings, defaults: defaults, output: value.output,
        secondsReading: customers.seconds, secondsWriting: writing.seconds)
      if file.json { return try Terminal.json(answer) }
      Explanation(answer.defaults, answer.notes).tell()
      Terminal.complain(answer.text)
    }
  }

  struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets models forecast spans they have not seen, and proposes the one that loses least.",
      discussion: """
        Every model is fitted at earlier days and judged by what came after them; nothing after --until is looked at.
        Example:
          valuechain lifetime-value compare .cache/data/CDNOW_sample.txt \\
            --until 1998-03-31 --json
        """)

    @OptionGroup var file: CustomerFileOptions
    @Option(help: "A model to compare; may be repeated. The default is every purchase model but bg-bb.")
    var model: [ModelName] = []
    @Option(help: "Periods of each forecast. The default is a third of the log, at most half a year.") var horizon:
      Double?
    @Option(help: "How many days forecasts are made from, 1 to 50.") var origins = 3
    @Option(help: "k of bg-cnbd-k and mbg-cnbd-k, 1 to 20. Chosen by likelihood by default.") var regularity: Int?

    func validate() throws {
      guard (1...50).contains(origins) else { throw ValidationError("--origins is a whole number from 1 to 50.") }
      if let horizon, !(horizon.isFinite && horizon * file.unit.days >= 1 && horizon * file.unit.days <= 36_525) {
        throw ValidationError("--horizon is from a day to a hundred years.")
      }
      if let regularity, !(1...20).contains(regularity) {
        throw ValidationError("--regularity is a whole number from 1 to 20.")
      }
      let refused: [ModelName] = [.bgBB, .shiftedBetaGeometric, .gammaGamma]
      if let name = model.first(where: refused.contains) {
        throw ValidationError("\(name.rawValue) is not one of the models of purchases that are compared on a log.")
      }
    }

    func run() throws {
      let reading = try timed {
        try announced("Reading \(file.file)") { try PurchaseFile(file, today: LifetimeValueCommand.today) }
      }
      let log = reading.result
      let days = horizon.map { Int(($0 * file.unit.days).rounded()) }
      let standard = ComparisonSettings()
      let settings = ComparisonSettings(
        candidates: model.isEmpty ? standard.candidates : model, days: days, origins: origins, unit: file.unit,
        regularity: regularity)
      guard try log.base().histories.repeatCustomers > 0 else {
        throw Problem(
          .invalid, field: log.report.columns["date"] ?? "date",
          "No customer bought on a second day, so nothing can be learnt about repeat purchases.",
          mend: "Give a longer history.")
      }
      let comparing = try timed {
        try announced("Comparing \(settings.candidates.count) models") {
          try log.report.inWordsOfFile { try ModelComparison(log.log, until: log.until, settings: settings) }
        }
      }
      let answer = ComparisonAnswer(
        comparing.result, reading: log.report, defaults: Explanation.defaults(file, model: nil),
        seconds: comparing.seconds, secondsReading: reading.seconds)
      if file.json { return try Terminal.json(answer) }
      Explanation(answer.defaults, answer.notes).tell()
      print(answer.text)
    }
  }
}

extension CustomerSample {
  /// Reads the file, and the covariates when there are any.
  init(_ file: CustomerFileOptions, _ options: ModelOptions, today: Day) throws {
    try self.init(file, input: options.input, model: options.chosen, today: today)
    if let path = options.covariates { try join(CovariateFile(path, file, today: today)) }
  }

  func requiredSpending() throws -> SpendHistories {
    if let spending { return spending }
    throw Problem(
      .invalid, field: "monetary", "There is no column “monetary”, so nothing is known of spend.",
      mend: "Add the mean amount of each customer's repeat orders.")
  }
}
