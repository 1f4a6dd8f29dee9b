import Foundation
import Kernel

/// How far ahead customers are scored, and what money is worth then.
public struct ScoreSettings: Sendable, Equatable {
  /// Periods ahead.
  public let horizon: Double
  /// Annual discount rate; 0.15 by default (domain formula F4).
  public let annualDiscount: Double
  /// Margin per unit of spend, from 0 to 1; 1 leaves revenue as it is.
  public let margin: Double
  /// Periods of one step of discounting; nil for a month.
  public let step: Double?
  /// Nominal cover of the intervals, such as 0.9; nil for none.
  public let cover: Double?

  public init(
    horizon: Double, annualDiscount: Double = 0.15, margin: Double = 1, step: Double? = nil, cover: Double? = 0.9
  ) throws {
    guard margin.isFinite, margin >= -10, margin <= 10 else {
      throw Problem(.invalid, field: "margin", "A margin is a share of spend.", mend: "Write 30 % as 0.3.")
    }
    if let cover, !(cover > 0 && cover < 1) {
      throw Problem(.invalid, field: "cover", "Cover lies between 0 and 1.", mend: "Write 90 % as 0.9.")
    }
    guard horizon.isFinite, horizon > 0 else {
      throw Problem(.invalid, field: "horizon", "A horizon is more than 0 periods.", mend: "Give the periods ahead.")
    }
    self.horizon = horizon
    self.annualDiscount = annualDiscount
    self.margin = margin
    self.step = step
    self.cover = cover
  }

  func steps(unit: TimeUnit) throws -> HorizonSteps {
    try HorizonSteps(horizon: horizon, step: step, discount: Discount(annualRate: annualDiscount, unit: unit))
  }
}

/// Scores of customers, in their order, as columns.
public struct CustomerScores: Sendable, Equatable {
  public var pAlive: [Double] = []
  /// Purchases to be expected within the horizon.
  public var expectedPurchases: [Double] = []
  /// Ends of the predictive interval of the purchases; empty without intervals.
  public var expectedLow: [Double] = []
  public var expectedHigh: [Double] = []
  /// Expected spend per order; empty without a spend model.
  public var expectedSpend: [Double] = []
  /// Discounted margin within the horizon; empty without a spend model.
  public var lifetimeValue: [Double] = []
  /// Ends of its predictive interval; empty without intervals.
  public var lifetimeValueLow: [Double] = []
  public var lifetimeValueHigh: [Double] = []
  /// Discounted purchases within the horizon: lifetime value without spend and margin.
  public var discountedPurchases: [Double] = []
}

/// Expectations for somebody who still buys, made once for each (count, age) that occurs.
///
/// What a model expects of a customer is P(alive in stage) times a function of count and age alone; ages repeat,
/// so the hypergeometric series are needed thousands of times and not a million times.
struct ExpectationTable: Sendable {
  private let cells: [Int32]
  private let timeCount: Int
  private let stages: Int
  /// Expected and discounted purchases by cell and stage.
  private let expected: [Double]
  private let discounted: [Double]

  init(_ histories: PurchaseHistories, _ process: some PurchaseProcess, _ steps: HorizonSteps) {
    timeCount = histories.times.count
    stages = process.stages
    let counts = Int(histories.frequency.max() ?? 0) + 1
    var numbering = [Int32](repeating: -1, count: counts * max(1, timeCount))
    var used: [(count: Int, age: Double)] = []
    for row in 0..<histories.rowCount {
      let cell = Int(histories.frequency[row]) * timeCount + Int(histories.age[row])
      if numbering[cell] < 0 {
        numbering[cell] = Int32(clamping: used.count)
        used.append((Int(histories.frequency[row]), histories.times[Int(histories.age[row])]))
      }
    }
    cells = numbering
    let wanted = used
    let results = Parallel.slices(of: wanted.count, size: 256) { range in
      range.map { index in
        process.expectationsIfAlive(frequency: wanted[index].count, age: wanted[index].age, horizons: steps.ends)
          .map { (expected: $0.last ?? 0, discounted: steps.discounted($0)) }
      }
    }
    let flat = results.joined().joined()
    expected = flat.map(\.expected)
    discounted = flat.map(\.discounted)
  }

  /// Whether the table of (count, age) would be too large to be worth making.
  static func fits(_ histories: PurchaseHistories) -> Bool {
    (Int(histories.frequency.max() ?? 0) + 1) * max(1, histories.times.count) <= 20_000_000
  }

  @inline(__always)
  func place(count: Int32, age: Int32) -> Int { Int(cells[Int(count) * timeCount + Int(age)]) * stages }

  @inline(__always)
  func values(at place: Int, stage: Int) -> (expected: Double, discounted: Double) {
    (expected[place + stage], discounted[place + stage])
  }
}

extension PurchaseProcess {
  func scores(of histories: PurchaseHistories, steps: HorizonSteps) throws -> CustomerScores {
    guard ExpectationTable.fits(histories) else {
      throw Problem(
        .tooLarge, field: "age", "There are too many distinct ages and counts.", mend: "Round times to days.")
    }
    let table = ExpectationTable(histories, self, steps)
    let alive = aliveColumn(histories)
    let stages = self.stages
    let rows = Parallel.fill(histories.rowCount, with: RowScore()) { range, slots in
      for row in range {
        let place = table.place(count: histories.frequency[row], age: histories.age[row])
        var score = RowScore()
        for stage in 0..<stages {
          let value = table.values(at: place, stage: stage)
          let chance = alive[row * stages + stage]
          score.alive += chance
          score.expected += chance * value.expected
          score.discounted += chance * value.discounted
        }
        slots[row] = score
      }
    }
    return CustomerScores(rows)
  }
}

private struct RowScore: Sendable {
  var alive = 0.0
  var expected = 0.0
  var discounted = 0.0
}

extension CustomerScores {
  fileprivate init(_ rows: [RowScore]) {
    pAlive = rows.map(\.alive)
    expectedPurchases = rows.map(\.expected)
    discountedPurchases = rows.map(\.discounted)
  }

  /// Adds the ends of predictive intervals, of purchases and, with a spend model, of lifetime value.
  mutating func addIntervals(_ rows: [PredictiveRow], spend: SpendInput?, margin: Double, cover: Double) {
    expectedLow = rows.map(\.low)
    expectedHigh = rows.map(\.high)
    guard let spend else { return }
    let interval = ValueInterval(spend.model)
    let (discounted, expected) = (discountedPurchases, expectedPurchases)
    let ends = Parallel.fill(rows.count, with: (low: 0.0, high: 0.0), size: 1_024) { range, slots in
      for row in range where expected[row] > 0 {
        slots[row] = interval.ends(
          rows[row], orders: Int(spend.orders[row]), mean: spend.mean[row],
          unitValue: margin * discounted[row] / expected[row], low: (1 - cover) / 2, high: (1 + cover) / 2)
      }
    }
    lifetimeValueLow = ends.map(\.low)
    lifetimeValueHigh = ends.map(\.high)
  }

  /// Multiplies discounted purchases by expected spend and margin; one row per customer of both.
  mutating func addSpend(_ input: SpendInput, margin: Double) throws {
    let (spend, orders, mean) = (input.model, input.orders, input.mean)
    guard orders.count == pAlive.count, mean.count == pAlive.count else {
      throw Problem(
        .invalid, field: "monetary", "There are \(mean.count) spends for \(pAlive.count) customers.",
        mend: "Give one mean spend per customer.")
    }
    let discounted = discountedPurchases
    expectedSpend = Parallel.fill(orders.count, with: 0) { range, slots in
      for row in range { slots[row] = spend.expectedSpend(orders: Int(orders[row]), mean: mean[row]) }
    }
    let each = expectedSpend
    lifetimeValue = Parallel.fill(orders.count, with: 0) { range, slots in
      for row in range { slots[row] = discounted[row] * each[row] * margin }
    }
  }
}

/// A spend model with what is known of each customer's spending, one row for each row of the histories.
public struct SpendInput: Sendable {
  public let model: FittedGammaGamma
  /// Repeat orders with spend.
  public let orders: [Int32]
  /// Their mean amount, 0 when there are none.
  public let mean: [Double]

  public init(model: FittedGammaGamma, orders: [Int32], mean: [Double]) {
    self.model = model
    self.orders = orders
    self.mean = mean
  }

  /// From the customers of a base.
  public init(model: FittedGammaGamma, base: CustomerBase) {
    self.init(model: model, orders: base.spendOrders, mean: base.meanSpend)
  }
}

extension FittedPurchases {
  /// Scores every row of some histories, which need not be those of the fit; weights play no part.
  public func scores(
    of histories: PurchaseHistories, spend: SpendInput? = nil, settings: ScoreSettings
  ) throws -> CustomerScores {
    var scores = try process.scores(of: histories, steps: settings.steps(unit: unit))
    if let spend { try scores.addSpend(spend, margin: settings.margin) }
    if let cover = settings.cover {
      let rows = PredictiveRows(
        histories, processes: possibleProcesses, periods: settings.horizon, cover: cover)
      scores.addIntervals(rows.rows(), spend: spend, margin: settings.margin, cover: cover)
    }
    return scores
  }
}

extension FittedCovariatePurchases {
  /// Scores every row of some histories, each with the parameters that its covariates give.
  public func scores(
    of histories: PurchaseHistories, spend: SpendInput? = nil, settings: ScoreSettings
  ) throws -> CustomerScores {
    let index = try index(of: histories)
    let steps = try settings.steps(unit: unit)
    let processes = try index.vectors.map(process(for:))
    let rows = Parallel.fill(histories.rowCount, with: RowScore(), size: 512) { range, slots in
      for row in range {
        let process = processes[Int(index.row[row])]
        let history = histories.history(row)
        let values = process.expectationsIfAlive(
          frequency: history.frequency, age: history.age, horizons: steps.ends)[0]
        let alive = process.aliveProbability(history)
        slots[row] = RowScore(
          alive: alive, expected: alive * (values.last ?? 0), discounted: alive * steps.discounted(values))
      }
    }
    var scores = CustomerScores(rows)
    if let spend { try scores.addSpend(spend, margin: settings.margin) }
    if let cover = settings.cover {
      let rows = PredictiveRows(
        histories, byCovariates: index.vectors.map(possibleProcesses), periods: settings.horizon, cover: cover)
      scores.addIntervals(rows.rows(), spend: spend, margin: settings.margin, cover: cover)
    }
    return scores
  }
}
