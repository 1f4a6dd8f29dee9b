import Analytics
import Foundation
import Kernel

/// What an answer rests on, told on standard error: settings that nobody gave, and what to know of the file.
struct Explanation {
  let defaults: [String: String]
  let notes: [String]

  init(_ defaults: [String: String], _ notes: [String]) {
    self.defaults = defaults
    self.notes = notes
  }

  func tell() {
    for (name, value) in defaults.sorted(by: { $0.key < $1.key }) { Terminal.complain("default \(name): \(value)") }
    for note in notes { Terminal.complain("note: \(note)") }
  }

  /// The settings of reading that were left as they are.
  static func defaults(_ file: CustomerFileOptions, model: ModelName?, input: RowKind = .log) -> [String: String] {
    var defaults: [String: String] = [:]
    if let model { defaults["model"] = model.rawValue }
    if file.givenUnit == nil, input != .survivors { defaults["unit"] = file.unit.rawValue }
    if file.givenCurrency == nil, input == .log { defaults["currency"] = file.currency }
    return defaults
  }
}

/// Numbers as a person reads them in a terminal.
enum Wording {
  /// A number for people: about six digits that count.
  static func rounded(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let digits = value == 0 ? 0 : Int(log10(abs(value)).rounded(.down)) + 1
    return String(format: "%.\(min(8, max(0, 6 - max(digits, -2))))f", value)
  }

  /// A count for people, with its thousands apart.
  static func count(_ value: Double) -> String {
    guard value == value.rounded(), let whole = Int(exactly: value) else { return rounded(value) }
    let digits = Array(String(whole))
    return digits.indices.map { place in
      (place > 0 && (digits.count - place) % 3 == 0 && digits[place - 1] != "-" ? "," : "") + String(digits[place])
    }.joined()
  }

  static func percent(_ share: Double?) -> String { share.map { String(format: "%+.1f %%", $0 * 100) } ?? "–" }
}

/// Whether spend and frequency go together, which the spend model assumes they do not.
struct IndependenceAnswer: Encodable {
  let correlation: Double
  let pValue: Double
  let customers: Double
  let allowsProduct: Bool

  init(_ test: SpendIndependence) {
    correlation = test.correlation
    pValue = test.pValue
    customers = test.customers
    allowsProduct = test.allowsProduct
  }

  var sentence: String {
    let found = String(format: "Spend and frequency have a correlation of %.3f (p %.3g).", correlation, pValue)
    return found + (allowsProduct ? "" : " At 0.3 and more the spend model should not be used: CLV will be off.")
  }
}

/// What a fit says.
struct FitAnswer: Encodable {
  let model: ModelName
  let customers: Double
  let repeatCustomers: Double
  let parameters: [String: Double]
  let standardErrors: [String: Double]
  let logLikelihood: Double
  let aic: Double
  let bic: Double
  let converged: Bool
  let iterations: Int
  /// The fit alone.
  let seconds: Double
  let secondsReading: Double
  let reading: ReadingReport
  let defaults: [String: String]
  let notes: [String]
  let spendFrequency: IndependenceAnswer?
  /// Mean spend of an order over the population; nil for other models than spend.
  let meanSpend: Double?

  init(
    _ fit: FittedModel, asked: ModelName, reading: ReadingReport, defaults: [String: String], seconds: Double,
    secondsReading: Double
  ) {
    let report = fit.report
    model = report.model
    customers = report.customers
    repeatCustomers = report.repeatCustomers
    parameters = report.parameters
    standardErrors = report.standardErrors
    logLikelihood = report.logLikelihood
    aic = report.aic
    bic = report.bic
    converged = report.converged
    iterations = report.iterations
    self.seconds = seconds
    self.secondsReading = secondsReading
    self.reading = reading
    self.defaults = defaults.merging(reading.defaults) { $1 }
    if case .gammaGamma(let spend) = fit {
      spendFrequency = IndependenceAnswer(spend.independence)
      meanSpend = spend.populationMean
    } else {
      spendFrequency = nil
      meanSpend = nil
    }
    notes = reading.notes + [spendFrequency?.sentence].compactMap { $0 } + FitAnswer.cautions(report, asked: asked)
  }

  /// What to know before a model is believed.
  static func cautions(_ report: FitReport, asked: ModelName) -> [String] {
    var cautions: [String] = []
    if report.parameters["k"] == 1 {
      let plain = asked == .bgCNBD ? ModelName.bgNBD : .mbgNBD
      cautions.append("With k = 1 timing is irregular, and \(asked.rawValue) is \(plain.rawValue).")
    }
    if report.model == .bgNBD || report.model == .bgCNBD {
      let silent = Wording.count(report.customers - report.repeatCustomers)
      cautions.append(
        "\(report.model.rawValue) gives P(alive) = 1 to all \(silent) customers without a repeat, and knows nothing of them."
      )
    }
    return cautions
  }

  /// How the customers behind the figures were counted.
  private var sample: String {
    guard reading.input != .survivors else { return "after one period" }
    return "with repeats, time in \(reading.unit.rawValue)s" + (reading.until.map { ", through \($0)" } ?? "")
  }

  var text: String {
    let order = model.parameterNames.filter { parameters[$0] != nil }
    let names = order + parameters.keys.filter { !order.contains($0) }.sorted()
    let rows = names.map { name in
      [name, Wording.rounded(parameters[name] ?? 0), standardErrors[name].map(Wording.rounded) ?? ""]
    }
    return """
      \(model.rawValue): \(Wording.count(customers)) customers, \(Wording.count(repeatCustomers)) \(sample)

      \(Terminal.table(["parameter", "estimate", "standard error"], rows, numbers: [1, 2]))

      log-likelihood \(Wording.rounded(logLikelihood)), AIC \(Wording.rounded(aic)), BIC \(Wording.rounded(bic))
      converged in \(iterations) iterations, \(String(format: "%.3f", seconds)) s
      """
  }
}

/// The scorecard.
struct ComparisonAnswer: Encodable {
  struct Row: Encodable {
    let model: ModelName
    let loss: Double?
    let totalError: Double?
    let meanAbsoluteError: Double?
    let rootMeanSquareError: Double?
    let fit: FitReport?
    let refusal: String?
    let cautions: [String]
    let origins: [OriginScore]
    let calibration: [CalibrationBand]
    let tracking: [TrackingPoint]

    init(_ score: ModelScore) {
      func mean(_ error: KeyPath<OriginScore, Double>) -> Double? {
        guard !score.origins.isEmpty else { return nil }
        return score.origins.reduce(0) { $0 + $1[keyPath: error] } / Double(score.origins.count)
      }
      model = score.model
      loss = score.loss
      totalError = score.totalError
      meanAbsoluteError = mean(\.meanAbsoluteError)
      rootMeanSquareError = mean(\.rootMeanSquareError)
      fit = score.report
      refusal = score.refusal
      cautions = score.cautions
      origins = score.origins
      calibration = score.calibration
      tracking = score.tracking
    }
  }

  /// The model to use; nil when none should be.
  let proposed: ModelName?
  /// `model`, `cell-averages` or `past-only`.
  let use: String
  let reason: String
  let until: Day
  /// Days of each forecast.
  let days: Int
  let scores: [Row]
  let seconds: Double
  let secondsReading: Double
  let reading: ReadingReport
  let defaults: [String: String]
  let notes: [String]

  init(
    _ comparison: ModelComparison, reading: ReadingReport, defaults: [String: String], seconds: Double,
    secondsReading: Double
  ) {
    switch comparison.choice.rung {
    case .model(let name): (proposed, use) = (name, "model")
    case .cellAverages: (proposed, use) = (nil, "cell-averages")
    case .pastOnly: (proposed, use) = (nil, "past-only")
    }
    reason = comparison.reason
    until = comparison.until
    days = comparison.days
    scores = comparison.scores.map(Row.init)
    self.seconds = seconds
    self.secondsReading = secondsReading
    self.reading = reading
    self.defaults = defaults.merging(reading.defaults) { $1 }
    notes = reading.notes + scores.flatMap { row in row.cautions.map { "\(row.model.rawValue): \($0)" } }
  }

  var text: String {
    let rows = scores.map { row in
      [
        row.model.rawValue, row.loss.map(Wording.rounded) ?? "–", Wording.percent(row.totalError),
        row.meanAbsoluteError.map(Wording.rounded) ?? "–", row.rootMeanSquareError.map(Wording.rounded) ?? "–",
        row.fit.map { Wording.rounded($0.logLikelihood) } ?? "–", row.fit.map { Wording.rounded($0.bic) } ?? "–",
      ]
    }
    let header = ["model", "loss", "total error", "MAE", "RMSE", "log-likelihood", "BIC"]
    let refusals = scores.compactMap { row in row.refusal.map { "\(row.model.rawValue): \($0)" } }
    let origins = scores.first?.origins.map(\.origin.description).joined(separator: ", ") ?? ""
    let choice = proposed?.rawValue ?? (use == "past-only" ? "no forecast, only what was" : "averages of cells")
    let head = "Forecasts of \(days) days, made on \(origins)\n"
    let lines = [head, Terminal.table(header, rows, numbers: Set(1...6)), "", "Use \(choice). \(reason)"] + refusals
    return lines.joined(separator: "\n")
  }
}
