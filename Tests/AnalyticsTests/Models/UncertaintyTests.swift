import Analytics
import Foundation
import Kernel
import Testing

@Suite struct UncertaintyTests {
  /// Generated customers, split into the past that is fitted and the future that is forecast.
  struct World {
    var histories: [PurchaseHistory] = []
    var future: [Int] = []
    var logIntervals = 0.0

    init(_ process: some PurchaseProcess, count: Int, age: Double, ahead: Double, seed: UInt64) throws {
      var chance = Chance(seed: seed)
      for index in 0..<count {
        let own = age - Double(index % 12)
        let times = process.drawPurchases(over: own + ahead, using: &chance)
        let past = times.filter { $0 <= own }
        for (before, after) in zip([0] + past, past) { logIntervals += log(after - before) }
        histories.append(try PurchaseHistory(frequency: past.count, recency: past.last ?? 0, age: own))
        future.append(times.count - past.count)
      }
    }

    var sample: PurchaseHistories { PurchaseHistories(histories, logIntervals: logIntervals) }
  }

  /// The largest gap between the placements and the uniform distribution, times √n: about 1.63 at one in a hundred.
  static func kolmogorov(_ placements: [Double]) -> Double {
    let sorted = placements.sorted()
    let count = Double(sorted.count)
    let gaps = sorted.enumerated().map { index, value in
      max(abs(value - Double(index) / count), abs(Double(index + 1) / count - value))
    }
    return (gaps.max() ?? 0) * count.squareRoot()
  }

  static func placements<Process: PurchaseProcess>(
    _ fit: FittedPurchases<Process>, _ histories: [PurchaseHistory], _ future: [Int], periods: Double
  ) -> [Double] {
    var chance = Chance(seed: 99)
    return zip(histories, future).map { history, count in
      fit.prediction(for: history, periods: periods).placement(of: count, using: &chance)
    }
  }

  @Test func `generated customers fall evenly over their predictive distributions`() throws {
    let bg = try World(
      BetaGeometricProcess(r: 0.6, alpha: 5, a: 0.8, b: 2.5), count: 4_000, age: 50, ahead: 26, seed: 1)
    let bgPlaces = Self.placements(try BetaGeometricNBD().fit(bg.sample), bg.histories, bg.future, periods: 26)
    #expect(Self.kolmogorov(bgPlaces) < 1.63)

    let pareto = try World(
      ParetoProcess(r: 0.7, alpha: 6, s: 0.6, beta: 10), count: 4_000, age: 50, ahead: 26, seed: 2)
    let paretoPlaces = Self.placements(
      try ParetoNBD().fit(pareto.sample), pareto.histories, pareto.future, periods: 26)
    #expect(Self.kolmogorov(paretoPlaces) < 1.63)

    let regular = try World(
      BetaGeometricProcess(r: 1.2, alpha: 3, a: 0.6, b: 1.5, regularity: 2, leavesAtOnce: true), count: 4_000, age: 50,
      ahead: 26, seed: 3)
    let regularFit = try BetaGeometricNBD(regularity: .chosen(most: 4), leavesAtOnce: true).fit(regular.sample)
    #expect(regularFit.process.regularity == 2)
    let regularPlaces = Self.placements(regularFit, regular.histories, regular.future, periods: 26)
    #expect(Self.kolmogorov(regularPlaces) < 1.63)
    // The test can fail: the same customers under a model that knows no regular timing.
    let wrong = try BetaGeometricNBD(leavesAtOnce: true).fit(regular.sample)
    let wrongPlaces = Self.placements(wrong, regular.histories, regular.future, periods: 26)
    #expect(Self.kolmogorov(wrongPlaces) > 1.63)
  }

  @Test func `CDNOW customers fall nearly evenly over their predictive distributions`() throws {
    let base = try Samples.cdnowTenthBase()
    let histories = try (0..<base.histories.rowCount).map { try #require(base.histories[$0]) }
    let future = base.holdoutPurchases.map { Int($0) }
    let root = Double(future.count).squareRoot()
    let pareto = Self.placements(try ParetoNBD().fit(base.histories), histories, future, periods: 39)
    let modified = Self.placements(
      try BetaGeometricNBD(leavesAtOnce: true).fit(base.histories), histories, future, periods: 39)
    let never = Self.placements(try NegativeBinomialModel().fit(base.histories), histories, future, periods: 39)
    // The models forecast some 12 % too little here (Christmas is in the hold-out), and the test sees it: 0.05 of the
    // customers lie too high, where an exact model would leave 0.03.
    #expect(Self.kolmogorov(pareto) / root < 0.055)
    #expect(Self.kolmogorov(modified) / root < 0.055)
    // NBD, which knows no leaving, is off by far more.
    #expect(Self.kolmogorov(never) / root > 0.1)
  }

  @Test func `intervals in a table of scores are those of single predictions`() throws {
    let base = try Samples.cdnowTenthBase()
    let fit = try BetaGeometricNBD(regularity: .fixed(2), leavesAtOnce: true).fit(base.histories)
    let scores = try fit.scores(of: base.histories, settings: ScoreSettings(horizon: 39))
    for row in stride(from: 0, to: 2_357, by: 31) {
      let prediction = fit.prediction(for: try #require(base.histories[row]), periods: 39)
      #expect(scores.expectedLow[row] == Double(prediction.quantile(0.05)))
      #expect(scores.expectedHigh[row] == Double(prediction.quantile(0.95)))
      #expect(scores.expectedLow[row] <= scores.expectedPurchases[row])
    }
  }

  @Test func `nine in ten generated lifetime values lie in their intervals`() throws {
    let world = try World(
      BetaGeometricProcess(r: 1.5, alpha: 6, a: 0.6, b: 2.5), count: 6_000, age: 50, ahead: 52, seed: 8)
    var chance = Chance(seed: 4)
    let (p, q, gamma) = (4.0, 5.0, 60.0)
    let settings = try ScoreSettings(horizon: 52, annualDiscount: 0, margin: 0.3)
    var (orders, means, came): ([Int32], [Double], [Double]) = ([], [], [])
    for (history, future) in zip(world.histories, world.future) {
      let rate = chance.gamma(shape: q, rate: gamma)
      let past = (0..<history.frequency).map { _ in chance.gamma(shape: p, rate: rate) }
      orders.append(Int32(past.count))
      means.append(past.isEmpty ? 0 : past.reduce(0, +) / Double(past.count))
      came.append((0..<future).reduce(0.0) { sum, _ in sum + 0.3 * chance.gamma(shape: p, rate: rate) })
    }
    let spend = try GammaGamma().fit(SpendHistories(orders: orders.map(Double.init), mean: means))
    let scores = try BetaGeometricNBD().fit(world.sample).scores(
      of: world.sample, spend: SpendInput(model: spend, orders: orders, mean: means), settings: settings)
    var (inside, above, below) = (0, 0, 0)
    for row in came.indices {
      if came[row] > scores.lifetimeValueHigh[row] + 1e-9 {
        above += 1
      } else if came[row] < scores.lifetimeValueLow[row] - 1e-9 {
        below += 1
      } else {
        inside += 1
      }
    }
    #expect(Double(inside) / Double(came.count) > 0.88)
    #expect(Double(above) / Double(came.count) < 0.065)
    #expect(Double(below) / Double(came.count) < 0.06)
    let total = scores.lifetimeValue.reduce(0, +)
    #expect(agrees(total, came.reduce(0, +), within: 0.05))
  }

  @Test func `the total of generated customers lies in its interval nine times in ten`() throws {
    var inside = 0
    let truth = BetaGeometricProcess(r: 0.6, alpha: 5, a: 0.8, b: 2.5, leavesAtOnce: true)
    for seed in 0..<60 {
      let world = try World(truth, count: 800, age: 40, ahead: 26, seed: UInt64(100 + seed))
      let total = try BetaGeometricNBD(leavesAtOnce: true).fit(world.sample).total(of: world.sample, periods: 26)
      let actual = Double(world.future.reduce(0, +))
      #expect(total.parameterShare > 0.05)
      if actual >= total.low, actual <= total.high { inside += 1 }
    }
    // Binomial: 60 trials at 0.9 give 46 or fewer less than once in a hundred times.
    #expect(inside >= 47)
  }

  @Test(arguments: [ModelName.mbgNBD, .paretoNBD])
  func `the total of CDNOW lies in its interval over rolling origins`(model: ModelName) throws {
    let log = try Samples.cdnowFull()
    let start = try Samples.day("1997-01-01")
    // Thirteen weeks ahead, from every week.
    let origins = (16...65).map { start.adding(days: $0 * 7 - 1) }
    let history = try ForecastHistory(model, log: log, origins: origins, days: 91)
    let coverage = history.coverage(0.9)
    #expect(coverage.tried >= 20)
    #expect(Double(coverage.inside) >= 0.85 * Double(coverage.tried), "\(coverage)")
    // The model alone is far too sure of itself, which is why earlier errors must widen it.
    #expect(Double(coverage.insideTrustingModel) < 0.5 * Double(coverage.tried), "\(coverage)")
    #expect(coverage.meanRelativeWidth < 0.65, "\(coverage)")
    let last = try #require(history.entries.last)
    #expect(history.interval(at: last).isWidened)
    #expect(history.dispersion(asOf: origins[0]) == nil)
  }
}
