import Analytics
import Foundation
import Kernel
import Testing

/// The same laws for the models of spend and of contracts, and laws about money and numbers in general.
@Suite struct OtherConformanceTests {
  private func spending(_ count: Int, seed: UInt64) -> (orders: [Double], mean: [Double]) {
    let truth = (p: 6.0, q: 4.0, gamma: 15.0)
    var chance = Chance(seed: seed)
    var (orders, means): ([Double], [Double]) = ([], [])
    for index in 0..<count {
      let rate = chance.gamma(shape: truth.q, rate: truth.gamma)
      let size = 1 + index % 5
      orders.append(Double(size))
      means.append(chance.gamma(shape: truth.p * Double(size), rate: rate * Double(size)))
    }
    return (orders, means)
  }

  @Test func `spend parameters are recovered`() throws {
    let sample = spending(20_000, seed: 4)
    let fit = try GammaGamma().fit(SpendHistories(orders: sample.orders, mean: sample.mean))
    for (name, truth) in [("p", 6.0), ("q", 4.0), ("gamma", 15.0)] {
      let value = try #require(fit.report.parameters[name])
      #expect(abs(value - truth) < 4 * (try #require(fit.report.standardErrors[name])), "\(name) is \(value)")
    }
    #expect(agrees(fit.populationMean, 30, within: 0.03))
  }

  @Test func `spend does not depend on the order of rows, and a weight of two is two copies`() throws {
    let sample = spending(1_000, seed: 5)
    let once = try GammaGamma().fit(SpendHistories(orders: sample.orders, mean: sample.mean))
    let turned = try GammaGamma().fit(
      SpendHistories(orders: sample.orders.reversed(), mean: sample.mean.reversed()))
    #expect(once.report == turned.report)
    let double = try GammaGamma().fit(
      SpendHistories(orders: sample.orders, mean: sample.mean, weight: sample.orders.map { _ in 2 }))
    let copies = try GammaGamma().fit(
      SpendHistories(orders: sample.orders + sample.orders, mean: sample.mean + sample.mean))
    #expect(double.report == copies.report)
  }

  @Test func `a change of currency scales gamma and nothing else`() throws {
    let sample = spending(2_000, seed: 6)
    let dollars = try GammaGamma().fit(SpendHistories(orders: sample.orders, mean: sample.mean))
    let cents = try GammaGamma().fit(SpendHistories(orders: sample.orders, mean: sample.mean.map { $0 * 100 }))
    #expect(agrees(cents.p, dollars.p, within: 1e-6))
    #expect(agrees(cents.q, dollars.q, within: 1e-6))
    #expect(agrees(cents.gamma, 100 * dollars.gamma, within: 1e-6))
  }

  @Test func `a change of the unit of time scales rates and keeps forecasts`() throws {
    let tenth = try Samples.cdnowTenth()
    let until = try Samples.day("1997-09-30")
    let weeks = try ParetoNBD().fit(tenth.base(until: until, unit: .week).histories)
    let days = try ParetoNBD().fit(tenth.base(until: until, unit: .day).histories)
    #expect(agrees(days.process.alpha, 7 * weeks.process.alpha, within: 1e-5))
    #expect(agrees(days.process.beta, 7 * weeks.process.beta, within: 1e-4))
    #expect(agrees(days.process.r, weeks.process.r, within: 1e-5))
    #expect(
      agrees(
        days.newCustomer.expectedPurchases(in: 273), weeks.newCustomer.expectedPurchases(in: 39), within: 1e-6))
    let regular = try BetaGeometricNBD(regularity: .fixed(2)).fit(tenth.base(until: until, unit: .day).histories)
    let weekly = try BetaGeometricNBD(regularity: .fixed(2)).fit(tenth.base(until: until, unit: .week).histories)
    // Densities of times change by a factor of 7 for each repeat purchase.
    #expect(abs(regular.report.logLikelihood - (weekly.report.logLikelihood - 2_457 * log(7))) < 1e-3)
  }

  @Test func `spend that cannot be fitted is refused`() throws {
    for (orders, mean) in [([0.0], [0.0]), ([1, 1], [5, 6]), ([2, 2, 2], [5, 5, 5])] {
      #expect(throws: Problem.self) { try GammaGamma().fit(SpendHistories(orders: orders, mean: mean)) }
    }
    #expect(throws: Problem.self) { try SpendHistories(orders: [1], mean: [-1]) }
    #expect(throws: Problem.self) { try SpendHistories(orders: [1.5], mean: [1]) }
    #expect(throws: Problem.self) { try SpendHistories(orders: [1, 2], mean: [1]) }
  }

  @Test func `contract parameters are recovered`() throws {
    var chance = Chance(seed: 15)
    let known = try ShiftedBetaGeometric().fit(SurvivorCounts([1000, 631, 468, 382, 326, 289, 262, 241]))
    let cohort = known.drawCohort(size: 200_000, periods: 8, using: &chance)
    let fit = try ShiftedBetaGeometric().fit(SurvivorCounts(cohort))
    #expect(agrees(fit.alpha, known.alpha, within: 0.05))
    #expect(agrees(fit.beta, known.beta, within: 0.05))
    #expect(try ShiftedBetaGeometric().fit(SurvivorCounts(cohort)).report == fit.report)
  }

  @Test func `cohorts that cannot be are refused`() throws {
    for counts in [[], [10], [10, 9], [10, 11, 9], [10, 10, 10], [0, 0, 0], [10, .nan, 5], [10, -1, -2]] {
      #expect(throws: Problem.self) { try SurvivorCounts(counts) }
    }
    // The same chance of leaving for everybody has no maximum inside.
    #expect(throws: Problem.self) { try ShiftedBetaGeometric().fit(SurvivorCounts([1024, 512, 256, 128, 64, 32])) }
  }

  @Test func `discount rates are annual`() throws {
    let weeks = try Discount(annualRate: 0.15, unit: .week)
    #expect(agrees(weeks.continuousRate, log(1.15) / 52, within: 1e-12))
    #expect(agrees(weeks.factor(after: 52), 1 / 1.15, within: 1e-12))
    #expect(throws: Problem.self) { try Discount(annualRate: 15, unit: .week) }
    #expect(throws: Problem.self) { try Discount(annualRate: .nan, unit: .week) }
    let steps = try HorizonSteps(horizon: 39, discount: weeks)
    #expect(steps.ends.count == 9)
    #expect(agrees(try #require(steps.ends.last), 39, within: 1e-12))
    #expect(throws: Problem.self) { try HorizonSteps(horizon: 0, discount: weeks) }
  }

  @Test func `a table of scores is what single outlooks say`() throws {
    let base = try Samples.cdnowTenthBase()
    for name in [ModelName.nbd, .bgNBD, .mbgCNBD, .paretoNBD] {
      let fit = try name.fit(.histories(base.histories), regularity: 2)
      let scores = try fit.scores(of: base.histories, settings: ScoreSettings(horizon: 39, cover: nil))
      for row in stride(from: 0, to: 2_357, by: 43) {
        let history = try #require(base.histories[row])
        let outlook: any Outlook =
          switch fit {
          case .betaGeometric(let fit): fit.outlook(for: history)
          case .pareto(let fit): fit.outlook(for: history)
          case .negativeBinomial(let fit): fit.outlook(for: history)
          default: throw Samples.Missing(description: "unexpected model")
          }
        #expect(agrees(scores.pAlive[row], outlook.pAlive, within: 1e-9))
        #expect(agrees(scores.expectedPurchases[row], outlook.expectedPurchases(in: 39), within: 1e-9))
      }
    }
  }

  @Test func `reports survive being written and read`() throws {
    let report = try ModelName.mbgCNBD.fit(
      .log(Samples.cdnowTenth(), until: Samples.day("1997-09-30"), unit: .week, currency: Currency("USD")),
      regularity: 2
    ).report
    #expect(report.parameters["k"] == 2)
    #expect(report.standardErrors["k"] == nil)
    let read = try JSONDecoder().decode(FitReport.self, from: JSONEncoder().encode(report))
    #expect(read == report)
    #expect(
      ModelName.allCases.map(\.rawValue) == [
        "nbd", "bg-nbd", "mbg-nbd", "bg-cnbd-k", "mbg-cnbd-k", "pareto-nbd", "bg-bb", "sbg", "gamma-gamma",
      ])
  }

  @Test func `fits and scores do not depend on how busy the cores are`() async throws {
    let histories = try Samples.cdnowFull().base(until: Samples.day("1997-09-30")).histories
    let settings = try ScoreSettings(horizon: 39)
    let alone = try ModelName.paretoNBD.fit(.histories(histories))
    let scores = try alone.scores(of: histories, settings: settings)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let fit = try ModelName.paretoNBD.fit(.histories(histories))
          return try fit.report == alone.report && fit.scores(of: histories, settings: settings) == scores
        }
      }
      for try await isEqual in group { #expect(isEqual) }
    }
  }

  @Test(arguments: [0, -1, .nan, .infinity])
  func `senseless parameters and horizons stop nobody`(value: Double) throws {
    let history = try PurchaseHistory(frequency: 3, recency: 4, age: 6)
    var chance = Chance(seed: 1)
    for place in 0..<4 {
      var numbers = [0.8, 5, 0.7, 2]
      numbers[place] = value
      let processes: [any PurchaseProcess] = [
        BetaGeometricProcess(r: numbers[0], alpha: numbers[1], a: numbers[2], b: numbers[3], regularity: 2),
        ParetoProcess(r: numbers[0], alpha: numbers[1], s: numbers[2], beta: numbers[3]),
        NegativeBinomialProcess(r: numbers[0], alpha: numbers[1]),
        BetaBinomialProcess(alpha: numbers[0], beta: numbers[1], gamma: numbers[2], delta: numbers[3]),
      ]
      for process in processes {
        let outlook: any Outlook = process.outlook(for: history)
        _ = outlook.expectedPurchases(in: 10)
        _ = outlook.discountedPurchases(rate: 0.01)
        #expect(outlook.distribution(in: 10, limit: 50).count <= 51)
        _ = process.drawHistory(over: 6, using: &chance)
      }
    }
    for process: any PurchaseProcess in [
      BetaGeometricProcess(r: 0.8, alpha: 5, a: 0.7, b: 2), ParetoProcess(r: 0.8, alpha: 5, s: 0.7, beta: 2),
      BetaBinomialProcess(alpha: 0.8, beta: 5, gamma: 0.7, delta: 2),
    ] {
      let outlook: any Outlook = process.outlook(for: history)
      #expect(!outlook.expectedPurchases(in: value).isNaN)
      #expect(!outlook.distribution(in: value, limit: 5).contains { $0.isNaN })
      #expect(!outlook.discountedPurchases(rate: value).isNaN)
    }
  }

  @Test func `a stored history that contradicts itself is refused`() {
    let text = #"{"frequency": -5, "recency": 1, "age": 2}"#
    #expect(throws: Problem.self) { try JSONDecoder().decode(PurchaseHistory.self, from: Data(text.utf8)) }
  }
}
