import Foundation

/// A smooth function known at Chebyshev's points of an interval, read off anywhere in it by the barycentric formula.
struct ChebyshevTable {
  private let points: [Double]
  private let weights: [Double]

  init(from low: Double, to high: Double, count: Int) {
    let size = max(2, count)
    points = (0..<size).map { index in
      (low + high) / 2 - (high - low) / 2 * cos(Double.pi * Double(index) / Double(size - 1))
    }
    weights = (0..<size).map { index in
      (index % 2 == 0 ? 1 : -1) * (index == 0 || index == size - 1 ? 0.5 : 1)
    }
  }

  func values(of function: (Double) -> Double) -> [Double] { points.map(function) }

  /// The value at `x` from the values at the points.
  func value(at x: Double, _ values: [Double]) -> Double {
    var (top, bottom) = (0.0, 0.0)
    for index in points.indices {
      let gap = x - points[index]
      if gap == 0 { return values[index] }
      let share = weights[index] / gap
      top += share * values[index]
      bottom += share
    }
    return top / bottom
  }
}

extension BetaGeometricOutlook {
  /// Expected purchases if the customer still buys, by stage, at each horizon.
  func expectations(in horizons: [Double], stages: Int) -> [[Double]] {
    let reach = log1p((horizons.last ?? 0) / rate)
    // Chebyshev's error falls by the factor e^(-2π/reach) or so for each further point.
    let points = 16 + Special.whole(4 * reach, most: 200)
    guard horizons.count > points else {
      let columns = horizons.map { expectationsByStage(in: $0) }
      return (0..<stages).map { stage in columns.map { $0[stage] } }
    }
    let table = ChebyshevTable(from: 0, to: reach, count: points)
    var columns: [[Double]] = []
    _ = table.values { u in
      columns.append(expectationsByStage(in: rate * expm1(u)))
      return 0
    }
    return (0..<stages).map { stage in
      let known = columns.map { $0[stage] }
      return horizons.map { max(0, table.value(at: log1p($0 / rate), known)) }
    }
  }
}
