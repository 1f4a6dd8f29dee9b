import Analytics
import Foundation
import Kernel
import Testing

@Suite struct CovariateTests {
  /// Customers of whom half carry a mark that changes how they buy and leave; `income` is in thousands.
  private func sample(
    count: Int = 12_000, _ process: (_ marked: Double, _ income: Double) -> any PurchaseProcess
  ) throws -> (histories: PurchaseHistories, vectors: [[Double]]) {
    var chance = Chance(seed: 77)
    var rows: [PurchaseHistory] = []
    var vectors: [[Double]] = []
    for index in 0..<count {
      let vector = [Double(index % 2), 30 + 5 * Double(index % 7)]
      rows.append(process(vector[0], vector[1]).drawHistory(over: 78 - Double(index % 20), using: &chance))
      vectors.append(vector)
    }
    return (try PurchaseHistories(rows).with(covariates: vectors, names: ["marked", "income"]), vectors)
  }

  private func check(_ report: FitReport, _ expected: [String: Double]) throws {
    for (name, truth) in expected {
      let value = try #require(report.parameters[name])
      let error = try #require(report.standardErrors[name])
      #expect(abs(value - truth) < 4 * error, "\(name): \(value) ± \(error), not \(truth)")
      #expect(error < 0.5 + abs(truth), "\(name) is vague: \(error)")
    }
  }

  @Test func `Pareto/NBD finds what covariates do`() throws {
    let made = try sample { marked, income in
      ParetoProcess(
        r: 0.8, alpha: 12 * exp(-0.5 * marked - 0.02 * income), s: 0.8, beta: 15 * exp(0.4 * marked))
    }
    let fit = try CovariateParetoNBD().fit(made.histories)
    try check(
      fit.report,
      ["alpha:marked": 0.5, "alpha:income": 0.02, "beta:marked": -0.4, "beta:income": 0, "r": 0.8, "s": 0.8])
    let plain = try ParetoNBD().fit(made.histories)
    #expect(fit.report.bic < plain.report.bic)
    #expect(try fit.process(for: [1, 40]).alpha < fit.process(for: [0, 40]).alpha)
  }

  @Test(arguments: [false, true])
  func `BG/NBD finds what covariates do`(leavesAtOnce: Bool) throws {
    let made = try sample { marked, income in
      BetaGeometricProcess(
        r: 0.8, alpha: 10 * exp(-0.5 * marked - 0.02 * income), a: 0.8 * exp(0.5 * marked), b: 2.5,
        leavesAtOnce: leavesAtOnce)
    }
    let fit = try CovariateBetaGeometricNBD(leavesAtOnce: leavesAtOnce).fit(made.histories)
    try check(fit.report, ["alpha:marked": 0.5, "alpha:income": 0.02, "r": 0.8])
    let ratio = try fit.process(for: [1, 45]).a / fit.process(for: [1, 45]).b
    #expect(agrees(ratio, 0.8 * exp(0.5) / 2.5, within: 0.15), "\(ratio)")
    #expect(fit.report.bic < (try BetaGeometricNBD(leavesAtOnce: leavesAtOnce).fit(made.histories)).report.bic)
  }

  @Test func `covariates score each customer by their own parameters`() throws {
    let made = try sample(count: 2_000) { marked, _ in
      ParetoProcess(r: 0.8, alpha: 12 * exp(-0.7 * marked), s: 0.8, beta: 15)
    }
    let fit = try ModelName.paretoNBD.fit(.histories(made.histories))
    let scores = try fit.scores(of: made.histories, settings: ScoreSettings(horizon: 39, cover: nil))
    guard case .covariatePareto(let model) = fit else {
      Issue.record("The covariates were not used.")
      return
    }
    for row in stride(from: 0, to: 2_000, by: 97) {
      let outlook = try model.process(for: made.vectors[row]).outlook(for: #require(made.histories[row]))
      #expect(agrees(scores.expectedPurchases[row], outlook.expectedPurchases(in: 39), within: 1e-10))
    }
  }

  @Test func `totals and intervals with covariates are those of single customers`() throws {
    let made = try sample(count: 2_000) { marked, _ in
      ParetoProcess(r: 0.8, alpha: 12 * exp(-0.7 * marked), s: 0.8, beta: 15)
    }
    let fitted = try ModelName.paretoNBD.fit(.histories(made.histories))
    guard case .covariatePareto(let model) = fitted else {
      Issue.record("The covariates were not used.")
      return
    }
    let scores = try fitted.scores(of: made.histories, settings: ScoreSettings(horizon: 39))
    var mean = 0.0
    for row in 0..<40 {
      let history = try #require(made.histories[row])
      let prediction = try model.prediction(for: history, covariates: made.vectors[row], periods: 39)
      #expect(scores.expectedLow[row] == Double(prediction.quantile(0.05)))
      #expect(scores.expectedHigh[row] == Double(prediction.quantile(0.95)))
      mean += prediction.mean
    }
    let part = try fitted.total(of: made.histories, periods: 39) { $0 < 40 }
    #expect(part.customers == 40)
    #expect(agrees(part.expected, mean, within: 1e-6), "\(part.expected), \(mean)")
    let marked = try fitted.total(of: made.histories, periods: 39) { made.vectors[$0][0] == 1 }
    let all = try fitted.total(of: made.histories, periods: 39)
    #expect(marked.expected > 0.5 * all.expected)
    #expect(all.parameterShare > 0.05 && all.low < all.expected && all.expected < all.high)
    #expect(throws: Problem.self) { try fitted.total(of: made.histories.withoutCovariates, periods: 39) }
  }

  @Test func `covariates that say nothing or do not fit are refused`() throws {
    let rows = try PurchaseHistories(frequency: [1, 2], recency: [1, 2], age: [4, 5])
    #expect(throws: Problem.self) { try rows.with(covariates: [[1], [1]], names: ["same"]) }
    #expect(throws: Problem.self) { try rows.with(covariates: [[1]], names: ["short"]) }
    #expect(throws: Problem.self) { try rows.with(covariates: [[1], [.nan]], names: ["holes"]) }
    let fine = try rows.with(covariates: [[1], [2]], names: ["fine"])
    #expect(throws: Problem.self) { try ModelName.nbd.fit(.histories(fine)) }
  }
}
