import Analytics
import Foundation
import Kernel
import Testing

/// Intervals cost the same however many purchases are expected, and are still those of the exact sums.
@Suite struct BoundedCostTests {
  struct Case: Sendable, CustomStringConvertible {
    let name: ModelName
    let process: any PurchaseProcess
    var regularity: Int?
    var periods = [0.4, 30, 900]
    var description: String { regularity.map { "\(name.rawValue) k = \($0)" } ?? name.rawValue }

    func fitted() throws -> FittedModel {
      let sample =
        name == .bgBB
        ? Simulated(process, count: 4_000, age: 8, spread: 3, unit: .year, seed: 5).histories
        : Simulated(process, count: 4_000, age: 78, seed: 5).histories
      return try name.fit(.histories(sample), regularity: regularity)
    }
  }

  static let cases: [Case] = [
    Case(name: .nbd, process: NegativeBinomialProcess(r: 0.8, alpha: 9)),
    Case(name: .bgNBD, process: BetaGeometricProcess(r: 0.6, alpha: 5, a: 0.8, b: 2.5)),
    Case(name: .mbgNBD, process: BetaGeometricProcess(r: 0.8, alpha: 6, a: 1.4, b: 8, leavesAtOnce: true)),
    Case(
      name: .bgCNBD, process: BetaGeometricProcess(r: 0.7, alpha: 3, a: 0.8, b: 2.5, regularity: 3), regularity: 3),
    Case(
      name: .mbgCNBD,
      process: BetaGeometricProcess(r: 0.9, alpha: 0.6, a: 0.6, b: 4, regularity: 12, leavesAtOnce: true),
      regularity: 12),
    Case(name: .paretoNBD, process: ParetoProcess(r: 0.6, alpha: 8, s: 0.7, beta: 12), periods: [0.4, 30, 400]),
    Case(
      name: .bgBB, process: BetaBinomialProcess(alpha: 1.2, beta: 0.8, gamma: 0.7, delta: 2.8), periods: [1, 40, 600]),
  ]

  /// Odd customers: brand new, silent, busy, and busier than a table of counts is long.
  static let continuous: [[Double]] = [
    [0, 0, 0.15], [0, 0, 70], [1, 0.3, 0.6], [3, 20, 78], [9, 60, 61], [40, 50, 50.5], [700, 51, 52],
  ]
  static let discrete: [[Double]] = [[0, 0, 1], [0, 0, 8], [1, 1, 8], [4, 5, 6], [8, 8, 8], [180, 210, 220]]

  private func prediction(_ fit: FittedModel, _ row: [Double], _ periods: Double) throws -> PredictiveDistribution {
    let history = try PurchaseHistory(frequency: Int(row[0]), recency: row[1], age: row[2])
    switch fit {
    case .betaGeometric(let fit): return fit.prediction(for: history, periods: periods)
    case .pareto(let fit): return fit.prediction(for: history, periods: periods)
    case .negativeBinomial(let fit): return fit.prediction(for: history, periods: periods)
    case .betaBinomial(let fit): return fit.prediction(for: history, periods: periods)
    default: throw Samples.Missing(description: "no model of purchases")
    }
  }

  private func histories(_ rows: [[Double]], _ unit: TimeUnit = .week) throws -> PurchaseHistories {
    try PurchaseHistories(
      frequency: rows.map { $0[0] }, recency: rows.map { $0[1] }, age: rows.map { $0[2] }, unit: unit)
  }

  @Test(arguments: cases)
  func `intervals and moments are those of the exact sums`(model: Case) throws {
    let fit = try model.fitted()
    let rows = model.name == .bgBB ? Self.discrete : Self.continuous
    for periods in model.periods {
      let scores = try fit.scores(of: histories(rows), settings: ScoreSettings(horizon: periods, step: periods))
      for (index, row) in rows.enumerated() {
        let exact = try prediction(fit, row, periods)
        for (value, probability) in [(scores.expectedLow[index], 0.05), (scores.expectedHigh[index], 0.95)] {
          // The quantile of the exact sum but for a tie: chances left out of that sum are under 1e-8.
          let count = Int(value)
          #expect(exact.chance(ofAtMost: count) >= probability - 1e-8, "\(row) \(periods): \(count)")
          #expect(exact.chance(ofAtMost: count - 1) < probability + 1e-8, "\(row) \(periods): \(count)")
        }
        let total = try fit.total(of: histories([row]), periods: periods)
        // The exact sum leaves out its last 1e-10, which is all there is of customers who have surely left.
        guard exact.mean > 1e-6 else { continue }
        let rest = 2e-10 * Double(exact.chances.count)
        #expect(
          abs(total.expected - exact.mean) < 1e-7 * exact.mean + rest,
          "\(row) \(periods): \(total.expected), \(exact.mean)")
        #expect(
          abs(total.modelVariance - exact.variance) < 1e-6 * exact.variance + rest * Double(exact.chances.count),
          "\(row) \(periods): \(total.modelVariance), \(exact.variance)")
      }
    }
  }

  @Test(arguments: cases)
  func `intervals are finite, ordered and grow with the horizon`(model: Case) throws {
    let fit = try model.fitted()
    let rows = model.name == .bgBB ? Self.discrete : Self.continuous
    let sample = try histories(rows)
    var before = [Double](repeating: 0, count: rows.count)
    for periods in [0.01, 1, 10, 100, 1_000, 5_000] {
      let scores = try fit.scores(of: sample, settings: ScoreSettings(horizon: periods, step: periods / 12))
      for row in rows.indices {
        let (low, mean, high) = (scores.expectedLow[row], scores.expectedPurchases[row], scores.expectedHigh[row])
        #expect(low.isFinite && mean.isFinite && high.isFinite)
        #expect(low >= 0 && low <= high)
        #expect(high >= before[row], "\(rows[row]) in \(periods): \(high) after \(before[row])")
        before[row] = high
      }
    }
  }

  @Test(.timeLimit(.minutes(5)), arguments: [ModelName.nbd, .bgNBD, .mbgNBD, .paretoNBD, .mbgCNBD, .bgBB])
  func `a thousand odd customers two hundred years ahead are scored in no time`(model: ModelName) throws {
    var chance = Chance(seed: 7)
    let truth: any PurchaseProcess
    switch model {
    case .bgBB: truth = BetaBinomialProcess(alpha: 0.8, beta: 6, gamma: 0.5, delta: 30)
    case .mbgCNBD:
      truth = BetaGeometricProcess(r: 0.9, alpha: 0.02, a: 0.6, b: 4, regularity: 20, leavesAtOnce: true)
    default: truth = ParetoProcess(r: 1, alpha: 0.1, s: 0.8, beta: 2)
    }
    let rows = (0..<1_000).map { index -> PurchaseHistory in
      let age = model == .bgBB ? Double(20 + index % 300) : 0.5 + Double(index) / 200
      return truth.drawHistory(over: age, using: &chance)
    }
    let sample = PurchaseHistories(rows, unit: model == .bgBB ? .day : .year)
    let fit = try model.fit(.histories(sample), regularity: model == .mbgCNBD ? 20 : nil)
    let scores = try fit.scores(of: sample, settings: ScoreSettings(horizon: model == .bgBB ? 10_000 : 200))
    let isOrdered = zip(scores.expectedLow, scores.expectedHigh).allSatisfy { $0 <= $1 && $1.isFinite }
    let isWorth = scores.discountedPurchases.allSatisfy { $0.isFinite && $0 >= 0 }
    #expect(isOrdered)
    #expect(isWorth)
    let total = try fit.total(of: sample, periods: 200)
    #expect(total.low.isFinite && total.high.isFinite && total.low <= total.expected)
  }

  @Test(arguments: [(ModelName.mbgNBD, Int?.none), (.mbgCNBD, 4)])
  func `many steps of discounting are the sum of single expectations`(model: ModelName, regularity: Int?) throws {
    let truth = BetaGeometricProcess(
      r: 0.9, alpha: 0.3, a: 0.6, b: 4, regularity: regularity ?? 1, leavesAtOnce: true)
    let fit = try model.fit(
      .histories(Simulated(truth, count: 2_000, age: 8, spread: 6, unit: .year, seed: 3).histories),
      regularity: regularity)
    guard case .betaGeometric(let fitted) = fit else {
      Issue.record("\(model.rawValue) is another model")
      return
    }
    let rows = [[0, 0, 0.1], [2, 1, 3], [60, 7, 8]]
    let scores = try fit.scores(of: histories(rows, .year), settings: ScoreSettings(horizon: 150, cover: nil))
    for (index, row) in rows.enumerated() {
      let outlook = fitted.outlook(for: try PurchaseHistory(frequency: Int(row[0]), recency: row[1], age: row[2]))
      var (sum, before) = (0.0, 0.0)
      for month in 1...1_800 {
        let now = outlook.expectedPurchases(in: Double(month) / 12)
        sum += (now - before) * pow(1.15, -Double(month) / 12)
        before = now
      }
      #expect(
        abs(scores.discountedPurchases[index] - sum) < 1e-9 * (1 + sum), "\(scores.discountedPurchases[index]), \(sum)")
      #expect(agrees(scores.expectedPurchases[index], before, within: 1e-8))
    }
  }
}
