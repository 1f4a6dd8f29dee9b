import Foundation
import Kernel

/// The places on an axis where a line can stand when it is dragged: round numbers close together, and where the lines are.
struct MatrixStops: Sendable {
  struct Stop: Sendable, Equatable {
    /// What customers are compared with.
    let figure: Double
    /// The same on the axis, where a share stands as per cent.
    let place: Double
    /// As it is typed, with a point; empty where the line stands by itself.
    let text: String
  }

  /// Ascending. The first is the low end of the drawing.
  let stops: [Stop]

  /// - Parameters:
  ///   - lines: where lines stand now, and whether somebody put them there.
  ///   - most: about how many places there are.
  init(_ axis: MatrixAxis, lines: [(figure: Double, isPut: Bool)], most: Int) {
    let unit = axis.scale.unit
    let known = axis.values.compactMap { $0 }.filter(\.isFinite).map { $0 * unit }.sorted()
    let drawn = lines.map { $0.figure * unit }
    var (low, high) = (0.0, 100.0)
    if axis.scale.isShare, let first = known.first, let last = known.last {
      // The farthest hundredth stands at the edge, so that one customer does not press all others together.
      low = known.count < 100 ? first : known[known.count / 100]
      high = known.count < 100 ? last : known[known.count - 1 - known.count / 60]
    }
    (low, high) = (min(low, drawn.min() ?? low), max(high, drawn.max() ?? high))
    let step = Self.step((high - low) / Double(max(2, most)))
    var bottom = Int((low / step).rounded(.down))
    if let lowest = drawn.min(), Double(bottom) * step >= lowest { bottom -= 1 }
    let top = max(Int((high / step).rounded(.up)), bottom + 2)
    let decimals = step >= 1 && step == step.rounded() ? 0 : step >= 0.1 && step != 0.25 ? 1 : 2
    var found = (bottom...top).compactMap { index -> Stop? in
      let text = String(format: "%.\(decimals)f", Double(index) * step)
      return Double(text).map { Stop(figure: $0 / unit, place: $0, text: text) }
    }
    for line in lines {
      let place = line.figure * unit
      found.removeAll { $0.figure == line.figure }
      let text = line.isPut ? MatrixQuestion.text((place * 1e9).rounded() / 1e9) : ""
      found.append(Stop(figure: line.figure, place: place, text: text))
    }
    stops = found.sorted { $0.figure < $1.figure }
  }

  /// The stop at or below a figure; -1 where it is missing.
  func bin(_ figure: Double?) -> Int {
    guard let figure else { return -1 }
    var (low, high) = (1, stops.count)
    while low < high {
      let middle = low + (high - low) / 2
      if stops[middle].figure <= figure { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }

  func index(of figure: Double) -> Int { stops.firstIndex { $0.figure == figure } ?? 1 }

  // 1, 2, 2.5 or 5 times a power of ten, not below a tenth.
  private static func step(_ raw: Double) -> Double {
    guard raw.isFinite, raw > 0.1 else { return 0.1 }
    let power = pow(10, log10(raw).rounded(.down))
    return ([1, 2, 2.5, 5].first { $0 * power >= raw } ?? 10) * power
  }
}
