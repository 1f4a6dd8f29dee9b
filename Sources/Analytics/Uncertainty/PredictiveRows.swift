import Foundation

/// What the predictive distribution of one customer comes to.
struct PredictiveRow: Sendable {
  /// Ends of the interval of purchases.
  var low = 0.0
  var high = 0.0
  /// The chance of no purchase.
  var none = 1.0
  var mean = 0.0
  var square = 0.0

  init() {}

  init(_ distribution: PredictiveDistribution, cover: Double) {
    low = Double(distribution.quantile((1 - cover) / 2))
    high = Double(distribution.quantile((1 + cover) / 2))
    none = distribution.chances.first ?? 1
    mean = distribution.mean
    square = distribution.variance + distribution.mean * distribution.mean
  }
}

/// Sums over a group of customers at each point of the parameters' distribution.
struct PredictiveTotals: Sendable {
  /// Σ of means and of variances by point.
  var means: [Double]
  var variances: [Double]

  init(points: Int) {
    means = [Double](repeating: 0, count: points)
    variances = means
  }

  mutating func add(_ other: PredictiveTotals) {
    for index in means.indices {
      means[index] += other.means[index]
      variances[index] += other.variances[index]
    }
  }
}

/// The distribution of purchases of somebody who still buys, by stage, at one point of the parameters.
private struct AliveDistribution {
  let chances: [[Double]]
  let means: [Double]
  let squares: [Double]

  init(_ process: some PurchaseProcess, frequency: Int, age: Double, periods: Double) {
    chances = (0..<process.stages).map { stage in
      process.outlookIfAlive(frequency: frequency, age: age, stage: stage).distribution(in: periods, limit: 100_000)
    }
    means = chances.map { $0.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } }
    squares = chances.map { $0.enumerated().reduce(0) { $0 + Double($1.offset * $1.offset) * $1.element } }
  }
}

/// Predictive distributions of all rows of some histories.
///
/// Somebody who still buys has a distribution that depends on count and age alone, and P(alive) does the rest, so
/// rows are taken together by (count, age).
struct PredictiveRows<Process: PurchaseProcess> {
  let histories: PurchaseHistories
  let processes: [Process]
  let periods: Double
  let low: Double
  let high: Double

  /// By point: the chance of each stage for every row.
  private let alive: [[Double]]
  private let stages: Int
  /// Rows by (count, age), and where each cell's rows begin.
  private let order: [Int32]
  private let starts: [Int]

  init(_ histories: PurchaseHistories, processes: [Process], periods: Double, cover: Double) {
    self.histories = histories
    self.processes = processes
    self.periods = periods
    alive = processes.map { $0.aliveColumn(histories) }
    stages = processes.first?.stages ?? 1
    low = (1 - cover) / 2
    high = 1 - low
    let rows = (0..<histories.rowCount).map { row in
      UInt64(UInt32(bitPattern: histories.frequency[row])) << 32 | UInt64(UInt32(bitPattern: histories.age[row]))
    }
    var keys = rows
    var places = (0..<rows.count).map(Double.init)
    RadixSort.sort(&keys, carrying: &places, bits: 64)
    order = places.map { Int32($0) }
    starts = keys.indices.filter { $0 == 0 || keys[$0] != keys[$0 - 1] } + [keys.count]
  }

  /// One result per row, in the order of the histories.
  func rows() -> [PredictiveRow] {
    let cells = Parallel.slices(of: max(0, starts.count - 1), size: 32) { range -> [PredictiveRow] in
      var result: [PredictiveRow] = []
      for cell in range { visit(cell) { result.append(row($0, $1)) } }
      return result
    }
    var result = [PredictiveRow](repeating: PredictiveRow(), count: histories.rowCount)
    for (place, row) in cells.joined().enumerated() { result[Int(order[place])] = row }
    return result
  }

  /// Sums over the rows that `weights` counts, by point.
  func totals(weights: [Double]) -> PredictiveTotals {
    let parts = Parallel.slices(of: max(0, starts.count - 1), size: 32) { range -> PredictiveTotals in
      var result = PredictiveTotals(points: processes.count)
      for cell in range {
        let wanted = (starts[cell]..<starts[cell + 1]).contains { weights[Int(order[$0])] > 0 }
        if wanted { visit(cell) { sum($0, $1, weights, &result) } }
      }
      return result
    }
    return parts.reduce(into: PredictiveTotals(points: processes.count)) { $0.add($1) }
  }

  private func visit(_ cell: Int, _ body: (Int, [AliveDistribution]) -> Void) {
    guard starts[cell] < starts[cell + 1] else { return }
    let first = histories.history(Int(order[starts[cell]]))
    let distributions = processes.map {
      AliveDistribution($0, frequency: first.frequency, age: first.age, periods: periods)
    }
    for place in starts[cell]..<starts[cell + 1] { body(Int(order[place]), distributions) }
  }

  private func row(_ row: Int, _ distributions: [AliveDistribution]) -> PredictiveRow {
    let share = 1 / Double(processes.count)
    var result = PredictiveRow()
    var gone = 1.0
    var parts: [(weight: Double, chances: [Double])] = []
    for (point, distribution) in distributions.enumerated() {
      for stage in 0..<stages {
        let chance = alive[point][row * stages + stage] * share
        gone -= chance
        result.mean += chance * distribution.means[stage]
        result.square += chance * distribution.squares[stage]
        parts.append((chance, distribution.chances[stage]))
      }
    }
    var (count, sum, isLow) = (0, max(0, gone), true)
    while true {
      var chance = 0.0
      var isOver = true
      for part in parts where count < part.chances.count {
        chance += part.weight * part.chances[count]
        isOver = false
      }
      sum += chance
      if count == 0 { result.none = min(1, sum) }
      if isLow, sum >= low {
        result.low = Double(count)
        isLow = false
      }
      if sum >= high || isOver {
        result.high = Double(count)
        return result
      }
      count += 1
    }
  }

  private func sum(
    _ row: Int, _ distributions: [AliveDistribution], _ weights: [Double], _ totals: inout PredictiveTotals
  ) {
    let weight = weights[row]
    guard weight > 0 else { return }
    for (point, distribution) in distributions.enumerated() {
      var (mean, square) = (0.0, 0.0)
      for stage in 0..<stages {
        let chance = alive[point][row * stages + stage]
        mean += chance * distribution.means[stage]
        square += chance * distribution.squares[stage]
      }
      totals.means[point] += weight * mean
      totals.variances[point] += weight * max(0, square - mean * mean)
    }
  }
}
