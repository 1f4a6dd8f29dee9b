import Foundation
import Kernel

/// Purchases to be expected from the cell a customer stands in: the fall-back when no model can be trusted.
///
/// Cells cross five groups of frequency with five of time since the last order (quintiles with ties together). What a
/// cell did over the last span of the data, seen from its start, is what it is expected to do over the next; small
/// cells lean on the mean of their frequency group.
public struct CellAverages: Sendable, Equatable {
  /// Periods of the span that was learnt from.
  public let periods: Double
  private let frequencyCuts: [Double]
  private let idleCuts: [Double]
  private let means: [Double]

  /// How many customers of the group's mean a cell is mixed with.
  private static let leaning = 20.0

  /// Learns from a base with a hold-out.
  public init(_ base: CustomerBase) throws {
    guard base.holdoutPeriods > 0 else {
      throw Problem(.invalid, field: "until", "Cell averages need a span to learn from.", mend: "Give a hold-out.")
    }
    let rows = base.histories
    let frequencies = (0..<rows.rowCount).map { Double(rows.frequency[$0]) }
    let idle = (0..<rows.rowCount).map { rows.times[Int(rows.age[$0])] - rows.times[Int(rows.recency[$0])] }
    frequencyCuts = CellAverages.cuts(frequencies)
    idleCuts = CellAverages.cuts(idle)
    periods = base.holdoutPeriods
    var (sums, counts) = ([Double](repeating: 0, count: 25), [Double](repeating: 0, count: 25))
    for row in 0..<rows.rowCount {
      let cell = 5 * CellAverages.group(frequencies[row], frequencyCuts) + CellAverages.group(idle[row], idleCuts)
      sums[cell] += Double(base.holdoutPurchases[row])
      counts[cell] += 1
    }
    let overall = sums.reduce(0, +) / max(1, counts.reduce(0, +))
    means = (0..<25).map { cell in
      let group = (cell / 5 * 5)..<(cell / 5 * 5 + 5)
      let size = group.reduce(0) { $0 + counts[$1] }
      let mean = (group.reduce(0) { $0 + sums[$1] } + Self.leaning * overall) / (size + Self.leaning)
      return (sums[cell] + Self.leaning * mean) / (counts[cell] + Self.leaning)
    }
  }

  /// Expected purchases of a customer in the next `periods`, in proportion to the span that was learnt from.
  public func expectedPurchases(of history: PurchaseHistory, in periods: Double) -> Double {
    let frequency = CellAverages.group(Double(history.frequency), frequencyCuts)
    let idle = CellAverages.group(history.age - history.recency, idleCuts)
    return means[5 * frequency + idle] * max(0, periods) / self.periods
  }

  private static func cuts(_ values: [Double]) -> [Double] {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return [] }
    return (1...4).map { sorted[min(sorted.count - 1, sorted.count * $0 / 5)] }
  }

  /// Values equal to a cut stay together, above it.
  private static func group(_ value: Double, _ cuts: [Double]) -> Int { cuts.count { value >= $0 } }
}
