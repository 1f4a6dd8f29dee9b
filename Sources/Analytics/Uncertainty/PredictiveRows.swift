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

/// Predictive distributions of all rows of some histories.
///
/// Somebody who still buys has a distribution that depends on count and age alone, and P(alive) does the rest, so
/// rows are taken together by (covariates, count, age).
struct PredictiveRows<Process: PurchaseProcess> {
  private let histories: PurchaseHistories
  /// The models at the points of the parameters' distribution, for each vector of covariates.
  private let processes: [[Process]]
  private let periods: Double
  private let low: Double
  private let high: Double

  /// By point: the chance of each stage for every row; nil with covariates, where rows are looked at one by one.
  private let alive: [[Double]]?
  private let stages: Int
  private let points: Int
  /// Rows by cell, and where each cell's rows begin.
  private let order: [Int32]
  private let starts: [Int]

  init(_ histories: PurchaseHistories, processes: [Process], periods: Double, cover: Double) {
    self.init(
      histories, byCovariates: [processes], alive: processes.map { $0.aliveColumn(histories) }, periods: periods,
      cover: cover)
  }

  /// - Parameter byCovariates: the models of each distinct vector of covariates, in the order of the histories' index.
  init(
    _ histories: PurchaseHistories, byCovariates: [[Process]], alive: [[Double]]? = nil, periods: Double, cover: Double
  ) {
    self.histories = histories
    self.processes = byCovariates
    self.periods = periods
    self.alive = alive
    stages = byCovariates.first?.first?.stages ?? 1
    points = byCovariates.first?.count ?? 0
    low = (1 - cover) / 2
    high = 1 - low
    let isGrouped = alive == nil
    let (times, counts) = (UInt64(max(1, histories.times.count)), UInt64(histories.frequency.max() ?? 0) + 1)
    var keys = (0..<histories.rowCount).map { row in
      let group = isGrouped ? UInt64(histories.covariates?.row[row] ?? 0) : 0
      return (group * counts + UInt64(histories.frequency[row])) * times + UInt64(histories.age[row])
    }
    var places = (0..<keys.count).map(Double.init)
    RadixSort.sort(&keys, carrying: &places, bits: max(1, 64 - (keys.max() ?? 0).leadingZeroBitCount))
    order = places.map { Int32($0) }
    starts = keys.indices.filter { $0 == 0 || keys[$0] != keys[$0 - 1] } + [keys.count]
  }

  /// One result per row, in the order of the histories.
  func rows() -> [PredictiveRow] {
    let cells = Parallel.slices(of: max(0, starts.count - 1), size: 32) { range -> [PredictiveRow] in
      var result: [PredictiveRow] = []
      var weights = [Double](repeating: 0, count: points * stages)
      for cell in range where starts[cell] < starts[cell + 1] {
        var mixture = CountMixture(forms(cell), stages: stages, enough: 1 - high)
        let moments = mixture.moments()
        for place in starts[cell]..<starts[cell + 1] {
          fill(&weights, row: Int(order[place]), share: 1 / Double(points))
          result.append(row(weights, moments, &mixture))
        }
      }
      return result
    }
    var result = [PredictiveRow](repeating: PredictiveRow(), count: histories.rowCount)
    for (place, row) in cells.joined().enumerated() { result[Int(order[place])] = row }
    return result
  }

  /// Sums over the rows that `weights` counts, by point.
  func totals(weights: [Double]) -> PredictiveTotals {
    let parts = Parallel.slices(of: max(0, starts.count - 1), size: 32) { range -> PredictiveTotals in
      var result = PredictiveTotals(points: points)
      var chances = [Double](repeating: 0, count: points * stages)
      for cell in range {
        let rows = (starts[cell]..<starts[cell + 1]).map { Int(order[$0]) }.filter { weights[$0] > 0 }
        guard !rows.isEmpty else { continue }
        let moments = forms(cell).flatMap { $0.moments() }
        for row in rows {
          fill(&chances, row: row, share: 1)
          sum(weights[row], chances, moments, &result)
        }
      }
      return result
    }
    return parts.reduce(into: PredictiveTotals(points: points)) { $0.add($1) }
  }

  private func group(_ row: Int) -> Int { alive == nil ? Int(histories.covariates?.row[row] ?? 0) : 0 }

  private func forms(_ cell: Int) -> [any CountForm] {
    let row = Int(order[starts[cell]])
    let history = histories.history(row)
    return processes[group(row)].map {
      $0.countsIfAlive(frequency: history.frequency, age: history.age, periods: periods).form
    }
  }

  /// The chances of every point and stage for one row.
  private func fill(_ weights: inout [Double], row: Int, share: Double) {
    for point in 0..<points {
      if let alive {
        for stage in 0..<stages { weights[point * stages + stage] = share * alive[point][row * stages + stage] }
      } else {
        let chances = processes[group(row)][point].aliveByStage(histories.history(row))
        for stage in 0..<stages { weights[point * stages + stage] = share * chances[stage] }
      }
    }
  }

  private func row(_ weights: [Double], _ moments: [CountMoments], _ mixture: inout CountMixture) -> PredictiveRow {
    var result = PredictiveRow()
    for place in weights.indices {
      result.mean += weights[place] * moments[place].mean
      result.square += weights[place] * moments[place].square
    }
    result.none = min(1, max(0, 1 - mixture.reach(1, weights)))
    result.low = Double(mixture.quantile(low, weights))
    result.high = Double(mixture.quantile(high, weights))
    return result
  }

  private func sum(
    _ weight: Double, _ chances: [Double], _ moments: [CountMoments], _ totals: inout PredictiveTotals
  ) {
    for point in 0..<points {
      var (mean, square) = (0.0, 0.0)
      for place in point * stages..<(point + 1) * stages {
        mean += chances[place] * moments[place].mean
        square += chances[place] * moments[place].square
      }
      totals.means[point] += weight * mean
      totals.variances[point] += weight * max(0, square - mean * mean)
    }
  }
}
