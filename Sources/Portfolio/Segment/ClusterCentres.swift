import Foundation
import Kernel

/// The centres a split by k-means found, with the scale they were found on: whoever is nearest to one belongs to it,
/// also customers who come later and figures that change.
package struct ClusterCentres: Sendable, Equatable, Codable {
  package let measures: [SegmentMeasure]
  /// Whether money, counts and days went in by their logarithm, so that a few giants are not the only groups.
  package let isLogarithmic: Bool
  package let seed: UInt64
  let means: [Double]
  let deviations: [Double]
  /// One row for each group, the largest first, on the standardised scale.
  package let centres: [[Double]]

  /// The number of the nearest centre; nil where a measure is missing.
  package func nearest(to facts: SegmentFacts) -> Int? {
    guard let place = place(of: facts) else { return nil }
    let distances = centres.map { centre in
      zip(centre, place).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    return distances.indices.min { distances[$0] < distances[$1] }
  }

  private func place(of facts: SegmentFacts) -> [Double]? {
    var place: [Double] = []
    for (column, measure) in measures.enumerated() {
      guard let value = facts.measures[measure], means.indices.contains(column), deviations.indices.contains(column)
      else { return nil }
      let difference = measure.scaled(value, isLogarithmic: isLogarithmic) - means[column]
      let isSpread = deviations[column] > 1e-12 * abs(means[column])
      place.append(isSpread ? difference / deviations[column] : 0)
    }
    return place
  }

  var isUsable: Bool {
    let width = measures.count
    return width > 0 && means.count == width && deviations.count == width && !centres.isEmpty
      && centres.allSatisfy { $0.count == width }
  }
}

extension SegmentMeasure {
  /// A figure as k-means takes it.
  func scaled(_ value: Double, isLogarithmic: Bool) -> Double {
    guard isLogarithmic else { return value }
    return switch unit {
    case .money, .count, .days:
      value < 0 ? -log1p(-value) : log1p(value)
    case .share, .percentile, .score: value
    }
  }
}
