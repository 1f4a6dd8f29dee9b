import Foundation
import Kernel

/// Everything that the documentation shows of the models, made again from a seed: plots, and what each one says.
public struct StudyReport: Sendable, Equatable, Codable {
  /// One plot.
  public struct Finding: Sendable, Equatable, Codable {
    /// The name of its file, without an ending.
    public let name: String
    public let plot: StudyPlot
    /// What the plot shows, in words with its figures.
    public let finding: String
  }

  public let seed: UInt64
  /// Customers of the log behind calibration, coverage and regret.
  public let customers: Int
  public let findings: [Finding]

  /// Draws and fits; half a minute or so on one core.
  ///
  /// - Parameters:
  ///   - log: real purchases for calibration, coverage and regret, at least a year of them; generated ones when nil.
  ///   - sizes: customers of the generated samples whose parameters are to be recovered.
  public init(
    _ log: PurchaseLog? = nil, seed: UInt64, sizes: [Int] = [300, 1_000, 3_000, 10_000, 30_000, 100_000]
  ) throws {
    let log = try log ?? ModelStudy.purchases(of: StudyReport.truth, customers: 4_000, days: 540, seed: seed)
    guard let span = log.span, span.upperBound.days(since: span.lowerBound) >= 365 else {
      throw Problem(
        .invalid, field: "log", "The log is shorter than a year.",
        mend: "Give a longer log, or none for generated customers."
      )
    }
    let modified = BetaGeometricProcess(r: 0.5, alpha: 6, a: 0.9, b: 1.6, leavesAtOnce: true)
    let pareto = ParetoProcess(r: 0.55, alpha: 10.6, s: 0.6, beta: 11.7)
    let length = span.upperBound.days(since: span.lowerBound)
    func day(_ share: Double) -> Day { span.lowerBound.adding(days: Int(share * Double(length))) }
    self.seed = seed
    customers = log.customerCount
    findings = [
      StudyReport.recovery(of: modified, sizes, seed), StudyReport.recovery(of: pareto, sizes, seed &+ 1),
      try StudyReport.calibration(log, until: day(0.75)), try StudyReport.coverage(log, from: span.lowerBound, length),
      try StudyReport.regret(log, choices: [0.33, 0.5, 0.67].map(day), days: length / 3),
    ]
  }

  /// Whom the generated log is drawn from: regular buyers, so that models differ.
  private static let truth = BetaGeometricProcess(r: 1.2, alpha: 3, a: 0.6, b: 1.5, regularity: 2, leavesAtOnce: true)

  private static func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }

  private static func recovery(of process: some PurchaseProcess, _ sizes: [Int], _ seed: UInt64) -> Finding {
    let plot = ModelStudy.recovery(of: process, sizes: sizes, age: 78, seed: seed)
    let names = Set(process.name.parameterNames)
    let last = plot.series.filter { names.contains($0.name) }.compactMap(\.y.last)
    let worst = last.map { abs($0 - 1) }.max()
    let most = plot.series.first?.x.last.map { Special.whole(pow(10, $0).rounded(), most: .max) }
    let finding =
      worst.flatMap { worst in
        most.map { "at \($0) customers every parameter is within \(percent(worst)) of the truth" }
      }
    return Finding(name: "recovery-\(process.name.rawValue)", plot: plot, finding: finding ?? "no size could be fitted")
  }

  private static func calibration(_ log: PurchaseLog, until: Day) throws -> Finding {
    let comparison = try ModelComparison(log, until: until)
    let best = comparison.scores.first
    let gap = best.map { score in
      score.calibration.reduce(0) { $0 + abs($1.meanExpected - $1.meanActual) }
        / max(1e-12, score.calibration.reduce(0) { $0 + $1.meanActual })
    }
    return Finding(
      name: "calibration", plot: ModelStudy.calibration(of: comparison),
      finding:
        "\(best?.model.rawValue ?? "no model") does best; its tenths are off by \(percent(gap ?? .nan)) of all purchases"
    )
  }

  private static func coverage(_ log: PurchaseLog, from first: Day, _ length: Int) throws -> Finding {
    let days = min(91, length / 5)
    let origins = stride(from: length / 4, through: length - days, by: 7).map { first.adding(days: $0) }
    let history = try ForecastHistory(.paretoNBD, log: log, origins: origins, days: days)
    let coverage = history.coverage(0.9)
    return Finding(
      name: "coverage-pareto-nbd", plot: ModelStudy.coverage(of: history),
      finding: "\(coverage.inside) of \(coverage.tried) totals of \(days) days lie in their 90 % interval, "
        + "\(coverage.insideTrustingModel) if the model is trusted")
  }

  private static func regret(_ log: PurchaseLog, choices: [Day], days: Int) throws -> Finding {
    let regrets = try choices.map { try ModelRegret(log, origin: $0, days: days) }
    let worst = regrets.map(\.regret).max() ?? 0
    return Finding(
      name: "regret", plot: ModelStudy.regret([("this log", regrets)]),
      finding:
        "following the scorecard cost at most \(percent(worst)) more than the best model, over \(regrets.count) choices"
    )
  }
}

extension ModelStudy {
  /// Purchases of generated customers, won evenly over the first third of `days`, from 2020-01-01 in weeks; each of the
  /// same amount.
  public static func purchases(
    of process: some PurchaseProcess, customers: Int, days: Int, seed: UInt64
  ) throws -> PurchaseLog {
    guard customers > 0, customers <= 10_000_000, days > 0, days <= 36_525,
      let first = Day(year: 2020, month: 1, day: 1)
    else {
      throw Problem(.invalid, field: "days", "There is nobody or no time to generate.", mend: "Give more of both.")
    }
    var chance = Chance(seed: seed)
    var (who, when): ([Int32], [Day]) = ([], [])
    for customer in 0..<customers {
      let start = Double(customer) / Double(customers) * Double(days) / 3
      let age = (Double(days) - start.rounded(.down)) / 7
      for time in [0] + process.drawPurchases(over: age, using: &chance) {
        who.append(Int32(clamping: customer))
        when.append(first.adding(days: Special.whole(start + 7 * time, most: days)))
      }
    }
    return try PurchaseLog(customers: who, days: when, amounts: [Int64](repeating: 1_000, count: who.count))
  }
}
