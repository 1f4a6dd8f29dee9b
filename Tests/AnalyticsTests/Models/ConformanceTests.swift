import Analytics
import Foundation
import Kernel
import Testing

/// A sample made by a model whose parameters are known.
struct Simulated {
  let histories: PurchaseHistories

  /// `count` customers of a process, won evenly over `spread` periods, `age` the longest.
  init(
    _ process: some PurchaseProcess, count: Int, age: Double, spread: Double = 20, unit: TimeUnit = .week, seed: UInt64
  ) {
    var chance = Chance(seed: seed)
    var logIntervals = 0.0
    let rows = (0..<count).map { index -> PurchaseHistory in
      let own = age - (spread * Double(index) / Double(count)).rounded(.down)
      let times = process.drawPurchases(over: own, using: &chance)
      for (before, after) in zip([0] + times, times) { logIntervals += log(after - before) }
      return (try? PurchaseHistory(frequency: times.count, recency: times.last ?? 0, age: own)) ?? Self.never(own)
    }
    histories = PurchaseHistories(rows, unit: unit, logIntervals: logIntervals)
  }

  private static func never(_ age: Double) -> PurchaseHistory {
    var chance = Chance(seed: 0)
    return NegativeBinomialProcess(r: 1e-9, alpha: 1e9).drawHistory(over: age, using: &chance)
  }
}

/// What every estimator of purchases has to keep.
@Suite struct ConformanceTests {
  struct Case: Sendable, CustomStringConvertible {
    let name: ModelName
    let process: any PurchaseProcess
    var regularity: Int?
    var tolerances: [Double]
    var description: String { name.rawValue }

    func sample(_ count: Int = 6_000, seed: UInt64 = 11) -> PurchaseHistories {
      name == .bgBB
        ? Simulated(process, count: count, age: 8, spread: 3, unit: .year, seed: seed).histories
        : Simulated(process, count: count, age: 78, seed: seed).histories
    }

    func fit(_ histories: PurchaseHistories) throws -> FitReport {
      try name.fit(.histories(histories), regularity: regularity).report
    }
  }

  static let cases: [Case] = [
    Case(name: .nbd, process: NegativeBinomialProcess(r: 0.8, alpha: 9), tolerances: [0.1, 0.1]),
    Case(
      name: .bgNBD, process: BetaGeometricProcess(r: 0.6, alpha: 5, a: 0.8, b: 2.5), tolerances: [0.1, 0.1, 0.3, 0.3]),
    Case(
      name: .mbgNBD, process: BetaGeometricProcess(r: 0.8, alpha: 6, a: 0.7, b: 1.8, leavesAtOnce: true),
      tolerances: [0.2, 0.2, 0.3, 0.3]),
    Case(
      name: .bgCNBD, process: BetaGeometricProcess(r: 0.7, alpha: 3, a: 0.8, b: 2.5, regularity: 3), regularity: 3,
      tolerances: [0.1, 0.1, 0.3, 0.3]),
    Case(
      name: .mbgCNBD,
      process: BetaGeometricProcess(r: 1.2, alpha: 3, a: 0.6, b: 1.5, regularity: 2, leavesAtOnce: true), regularity: 2,
      tolerances: [0.15, 0.15, 0.25, 0.25]),
    Case(
      name: .paretoNBD, process: ParetoProcess(r: 0.6, alpha: 8, s: 0.7, beta: 12), tolerances: [0.1, 0.15, 0.4, 0.7]),
    Case(
      name: .bgBB, process: BetaBinomialProcess(alpha: 1.2, beta: 0.8, gamma: 0.7, delta: 2.8),
      tolerances: [0.2, 0.2, 0.4, 0.6]),
  ]

  @Test(arguments: cases)
  func `parameters are recovered from generated purchases`(model: Case) throws {
    let report = try model.fit(model.sample(20_000))
    for (index, name) in model.name.parameterNames.enumerated() {
      let value = try #require(report.parameters[name])
      let error = try #require(report.standardErrors[name])
      let truth = model.process.parameters[index]
      #expect(agrees(value, truth, within: model.tolerances[index]), "\(name): \(value), not \(truth)")
      #expect(abs(value - truth) < 4 * error, "\(name): \(value) ± \(error), not \(truth)")
    }
  }

  @Test(arguments: cases)
  func `refitting gives the same answer`(model: Case) throws {
    #expect(try model.fit(model.sample()) == model.fit(model.sample()))
  }

  @Test(arguments: cases)
  func `the order of customers does not matter`(model: Case) throws {
    let sample = model.sample()
    let rows = try (0..<sample.rowCount).map { try #require(sample[$0]) }
    var chance = Chance(seed: 5)
    let other = PurchaseHistories(
      rows.shuffled(using: &chance), unit: sample.unit, logIntervals: sample.logIntervals)
    #expect(try model.fit(other) == model.fit(sample))
  }

  @Test(arguments: cases)
  func `a weight of three is three copies`(model: Case) throws {
    let sample = model.sample(2_000)
    let rows = try (0..<sample.rowCount).map { try #require(sample[$0]) }
    let intervals = try #require(sample.logIntervals)
    let copies = PurchaseHistories(rows + rows + rows, unit: sample.unit, logIntervals: 3 * intervals)
    let weighted = try PurchaseHistories(
      frequency: rows.map { Double($0.frequency) }, recency: rows.map(\.recency), age: rows.map(\.age),
      weight: rows.map { _ in 3 }, unit: sample.unit, logIntervals: 3 * intervals)
    #expect(try model.fit(weighted) == model.fit(copies))
    #expect(try model.fit(weighted).customers == 6_000)
  }

  @Test(arguments: cases)
  func `equal seeds draw equal customers`(model: Case) {
    #expect(model.sample(500, seed: 3) == model.sample(500, seed: 3))
    #expect(model.sample(500, seed: 3) != model.sample(500, seed: 4))
  }

  @Test(arguments: cases)
  func `nobody who bought again is refused`(model: Case) throws {
    let none = try PurchaseHistories(frequency: [0, 0, 0], recency: [0, 0, 0], age: [5, 6, 7], unit: .year)
    #expect(throws: Problem.self) { try model.fit(none) }
    let nobody = try PurchaseHistories(frequency: [], recency: [], age: [])
    #expect(throws: Problem.self) { try model.fit(nobody) }
  }

  @Test(arguments: cases)
  func `customers who are all the same are refused with the reason`(model: Case) throws {
    let same = try PurchaseHistories(
      frequency: [3], recency: [6], age: [8], weight: [500], unit: .year, logIntervals: 0)
    let problem = #expect(throws: Problem.self) { try model.fit(same) }
    #expect(problem?.message.isEmpty == false)
  }

  @Test(arguments: cases)
  func `the chances of a forecast add up to one and to its mean`(model: Case) throws {
    for history in [(0, 0.0, 6.0), (3, 4.0, 6.0), (5, 6.0, 6.0)] {
      let outlook: any Outlook = model.process.outlook(
        for: try PurchaseHistory(frequency: history.0, recency: history.1, age: history.2))
      let chances = outlook.distribution(in: 10, limit: 5_000)
      #expect(abs(chances.reduce(0, +) - 1) < 1e-8)
      let mean = chances.enumerated().reduce(0.0) { $0 + Double($1.offset) * $1.element }
      #expect(agrees(mean, outlook.expectedPurchases(in: 10), within: 1e-5))
      #expect(agrees(outlook.probabilityOfNone(in: 10), chances[0], within: 1e-12))
    }
  }

  @Test(arguments: cases)
  func `discounted purchases for ever are the sum of ever later ones`(model: Case) throws {
    let outlook: any Outlook = model.process.outlook(for: try PurchaseHistory(frequency: 3, recency: 4, age: 6))
    let rate = 0.05
    // δ ∫ e^(-δt) E[X(t)] dt by fine steps, each valued in its middle; BG/BB's purchases come at whole times.
    var sum = 0.0
    var before = 0.0
    let step = model.name == .bgBB ? 1.0 : 0.05
    for index in 1...Int(500 / step) {
      let value = outlook.expectedPurchases(in: Double(index) * step)
      let middle = model.name == .bgBB ? Double(index) : (Double(index) - 0.5) * step
      sum += (value - before) * exp(-rate * middle)
      before = value
    }
    let value = outlook.discountedPurchases(rate: rate)
    #expect(agrees(value, sum, within: 2e-5), "\(value), not \(sum)")
  }

  @Test(arguments: cases)
  func `customers drawn by chance buy as often as expected`(model: Case) throws {
    var chance = Chance(seed: 21)
    let count = 40_000
    let counts = (0..<count).map { _ in Double(model.process.drawPurchases(over: 30, using: &chance).count) }
    let mean = counts.reduce(0, +) / Double(count)
    let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    let expected = (model.process.newCustomer as any Outlook).expectedPurchases(in: 30)
    #expect(abs(mean - expected) < 4 * (variance / Double(count)).squareRoot(), "\(mean), not \(expected)")
  }
}
