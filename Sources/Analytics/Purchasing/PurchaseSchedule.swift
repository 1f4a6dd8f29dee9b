import Kernel

/// What is expected of many customers together, step by step of a horizon, before discounting.
public struct PurchaseSchedule: Sendable, Equatable {
  /// Years from now to the end of each step.
  public let years: [Double]
  /// Weighted purchases expected within each step.
  public let amounts: [Double]

  public init(years: [Double], amounts: [Double]) {
    self.years = years
    self.amounts = amounts
  }
}

extension PurchaseProcess {
  func schedule(of histories: PurchaseHistories, weights: [Double], ends: [Double]) throws -> [Double] {
    guard weights.count == histories.rowCount else {
      throw Problem(
        .invalid, field: "weight", "There are \(weights.count) weights for \(histories.rowCount) customers.",
        mend: "Give one weight per customer.")
    }
    let alive = aliveColumn(histories)
    let stages = self.stages
    let times = histories.times.count
    // Customers of one count and age share their expectations: their weights are added up first.
    var cells: [Int: Int] = [:]
    var keys: [(count: Int, age: Double)] = []
    var sums: [Double] = []
    for row in 0..<histories.rowCount where weights[row] != 0 {
      let (count, age) = (Int(histories.frequency[row]), Int(histories.age[row]))
      let key = count * times + age
      let cell = cells[key] ?? keys.count
      if cell == keys.count {
        cells[key] = cell
        keys.append((count, histories.times[age]))
        sums += [Double](repeating: 0, count: stages)
      }
      for stage in 0..<stages { sums[cell * stages + stage] += weights[row] * alive[row * stages + stage] }
    }
    let (asked, weighted) = (keys, sums)
    let parts = Parallel.slices(of: asked.count, size: 256) { range -> [Double] in
      var total = [Double](repeating: 0, count: ends.count)
      for cell in range {
        let stagesOfCell = expectationsIfAlive(frequency: asked[cell].count, age: asked[cell].age, horizons: ends)
        for (stage, expected) in stagesOfCell.enumerated() {
          let weight = weighted[cell * stages + stage]
          for step in expected.indices { total[step] += weight * expected[step] }
        }
      }
      return total
    }
    let reached = ends.indices.map { step in parts.reduce(0) { $0 + $1[step] } }
    return reached.indices.map { $0 == 0 ? reached[0] : reached[$0] - reached[$0 - 1] }
  }
}

extension FittedPurchases {
  /// What is expected of all rows together in each step of a horizon, each row counted with its weight, such as the
  /// margin of one of its orders.
  public func schedule(
    of histories: PurchaseHistories, weights: [Double], settings: ScoreSettings
  ) throws -> PurchaseSchedule {
    let steps = try settings.steps(unit: unit)
    return PurchaseSchedule(
      years: steps.ends.map { $0 / unit.perYear },
      amounts: try process.schedule(of: histories, weights: weights, ends: steps.ends))
  }
}

extension FittedModel {
  /// What is expected of all rows together, step by step; nil for models that do not forecast purchases from a count
  /// and an age alone.
  public func schedule(
    of histories: PurchaseHistories, weights: [Double], settings: ScoreSettings
  ) throws -> PurchaseSchedule? {
    switch self {
    case .betaGeometric(let fit): try fit.schedule(of: histories, weights: weights, settings: settings)
    case .pareto(let fit): try fit.schedule(of: histories, weights: weights, settings: settings)
    case .negativeBinomial(let fit): try fit.schedule(of: histories, weights: weights, settings: settings)
    case .betaBinomial(let fit): try fit.schedule(of: histories, weights: weights, settings: settings)
    case .covariateBetaGeometric, .covariatePareto, .shiftedBetaGeometric, .gammaGamma: nil
    }
  }
}
