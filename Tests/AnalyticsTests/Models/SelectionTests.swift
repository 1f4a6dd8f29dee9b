import Analytics
import Foundation
import Kernel
import Testing

@Suite struct SelectionTests {
  /// A log made by a model: `count` customers won over the first 12 weeks.
  static func simulatedLog(_ process: some PurchaseProcess, count: Int, weeks: Double, seed: UInt64) throws
    -> PurchaseLog
  {
    var chance = Chance(seed: seed)
    let start = try Samples.day("2023-01-02")
    var (customers, days): ([Int32], [Day]) = ([], [])
    for customer in 0..<count {
      let first = customer * 84 / count
      let times = process.drawPurchases(over: weeks - Double(first) / 7, using: &chance)
      for time in [0] + times {
        customers.append(Int32(customer))
        days.append(start.adding(days: first + Int((time * 7).rounded(.up))))
      }
    }
    return try PurchaseLog(customers: customers, days: days, amounts: days.map { _ in 1_000 })
  }

  @Test func `the choice never sees what comes after`() throws {
    let log = try Samples.cdnowTenth()
    let until = try Samples.day("1997-09-30")
    #expect(try ModelComparison(log, until: until) == ModelComparison(log.through(until), until: until))
  }

  @Test func `the scorecard names a model and says why`() throws {
    let comparison = try ModelComparison(Samples.cdnowTenth(), until: Samples.day("1997-09-30"))
    guard case .model(let name) = comparison.choice.rung else {
      Issue.record("No model was chosen: \(comparison.choice.reason)")
      return
    }
    #expect(comparison.scores.first?.model == name)
    #expect(comparison.reason.contains(name.rawValue))
    for score in comparison.scores where score.refusal == nil {
      #expect(score.calibration.count == 10)
      #expect(score.calibration.reduce(0) { $0 + $1.customers } == 2_357)
      #expect(!score.tracking.isEmpty)
      #expect(score.origins.count >= 2)
      #expect(score.report != nil)
    }
    let bgnbd = try #require(comparison.scores.first { $0.model == .bgNBD })
    #expect(!bgnbd.cautions.isEmpty)
    let nbd = try #require(comparison.scores.first { $0.model == .nbd })
    let chosen = try #require(comparison.scores.first?.loss)
    #expect(try #require(nbd.loss) > chosen * 1.1)
    let coded = try JSONDecoder().decode(ModelComparison.self, from: JSONEncoder().encode(comparison))
    #expect(coded == comparison)
  }

  @Test func `a model that cannot be fitted stays on the scorecard with its reason`() throws {
    let log = try Samples.cdnowTenth()
    let comparison = try ModelComparison(log, until: Samples.day("1997-05-15"))
    let refused = comparison.scores.filter { $0.refusal != nil }
    for score in refused {
      #expect(score.loss == nil)
      #expect(score.origins.isEmpty)
      #expect(score.refusal?.isEmpty == false)
    }
    #expect(comparison.scores.count == 6)
  }

  @Test func `following the scorecard costs two per cent at most`() throws {
    var regrets: [String: [Double]] = [:]
    func add(_ name: String, _ log: PurchaseLog, _ origins: [String], _ days: Int) throws {
      for origin in origins {
        let regret = try ModelRegret(log, origin: Samples.day(origin), days: days)
        regrets[name, default: []].append(regret.regret)
      }
    }
    let halves = ["1997-06-30", "1997-09-30", "1997-12-31"]
    try add("CDNOW tenth", Samples.cdnowTenth(), halves, 180)
    try add("CDNOW full", Samples.cdnowFull(), halves, 180)
    try add("grocery", Samples.grocery(), ["2017-06-30", "2017-08-31", "2017-09-30"], 92)
    let simulated = try Self.simulatedLog(
      BetaGeometricProcess(r: 1.2, alpha: 3, a: 0.6, b: 1.5, regularity: 2, leavesAtOnce: true), count: 3_000,
      weeks: 80, seed: 6)
    try add("simulated", simulated, ["2023-07-31", "2023-10-31", "2024-01-15"], 91)
    let means = regrets.mapValues { $0.reduce(0, +) / Double($0.count) }
    #expect(means.count == 4)
    #expect(means.values.reduce(0, +) / 4 <= 0.02, "\(means)")
    #expect(means.values.allSatisfy { $0 <= 0.04 }, "\(means)")
  }

  @Test func `too little data goes down the ladder`() {
    let best = (model: ModelName.mbgNBD, totalError: Optional(0.1))
    #expect(ForecastLadder(customers: 29, repeaters: 20, best: best).rung == .pastOnly)
    #expect(ForecastLadder(customers: 199, repeaters: 150, best: best).rung == .cellAverages)
    #expect(ForecastLadder(customers: 500, repeaters: 99, best: best).rung == .cellAverages)
    #expect(ForecastLadder(customers: 500, repeaters: 100, best: nil).rung == .cellAverages)
    #expect(ForecastLadder(customers: 500, repeaters: 100, best: (.mbgNBD, -0.31)).rung == .cellAverages)
    #expect(ForecastLadder(customers: 500, repeaters: 100, best: best).rung == .model(.mbgNBD))
  }

  @Test func `cell averages forecast the total of the next span`() throws {
    let log = try Samples.cdnowTenth()
    let learnt = try CellAverages(log.base(until: Samples.day("1997-12-31"), holdout: Samples.day("1998-03-31")))
    let now = try log.base(until: Samples.day("1998-03-31"), holdout: Samples.day("1998-06-29"))
    let expected = try (0..<now.histories.rowCount).reduce(0.0) { sum, row in
      sum + learnt.expectedPurchases(of: try #require(now.histories[row]), in: now.holdoutPeriods)
    }
    let actual = Double(now.holdoutPurchases.reduce(0, +))
    // The cohort slows down, which averages of the past cannot know: a fall-back, not a model.
    #expect(agrees(expected, actual, within: 0.5), "\(expected), not \(actual)")
    let active = try PurchaseHistory(frequency: 8, recency: 60, age: 61)
    let silent = try PurchaseHistory(frequency: 0, recency: 0, age: 61)
    #expect(learnt.expectedPurchases(of: active, in: 13) > 10 * learnt.expectedPurchases(of: silent, in: 13))
  }

  @Test func `tracking counts the repeats of the CDNOW tenth`() throws {
    // BTYD's weekly cumulative series: week 39 2,457 and week 78 4,339.
    let log = try Samples.cdnowTenth()
    let base = try log.base(until: Samples.day("1997-09-30"))
    let fit = try BetaGeometricNBD().fit(base.histories)
    let points = try TrackingPoint.weekly(log, base: base, through: Samples.day("1998-06-30")) {
      fit.newCustomer.expectedPurchases(in: $0)
    }
    #expect(points.count == 78)
    #expect(points[38].actual == 2_457)
    #expect(points[77].actual == 4_339)
    #expect(agrees(points[38].expected, 2_457, within: 0.03))
    #expect(agrees(points[77].expected, 4_339, within: 0.08))
  }
}
