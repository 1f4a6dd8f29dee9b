import Foundation

/// A forecast from what came after earlier days that were like today: their mean, with a prediction interval.
public struct AnalogueForecast: Sendable, Equatable {
  public let value: Double
  /// Ends of the interval; nil with fewer than three earlier days, which say too little of how they differ.
  public let low: Double?
  public let high: Double?
  public let cover: Double
  /// How many earlier days it rests on.
  public let origins: Int

  /// - Parameters:
  ///   - outcomes: what came after each earlier day.
  ///   - range: what the value can be; the interval is cut to it.
  /// - Returns: nil without outcomes, or when one is no number.
  public init?(_ outcomes: [Double], cover: Double = 0.9, in range: ClosedRange<Double>? = nil) {
    guard !outcomes.isEmpty, outcomes.allSatisfy(\.isFinite), cover > 0, cover < 1 else { return nil }
    let count = Double(outcomes.count)
    let mean = outcomes.reduce(0, +) / count
    value = mean
    origins = outcomes.count
    self.cover = cover
    guard outcomes.count >= 3 else {
      (low, high) = (nil, nil)
      return
    }
    // Student's prediction interval for one more of the same kind.
    let variance = outcomes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let width =
      Special.studentQuantile((1 + cover) / 2, freedom: count - 1) * (variance * (1 + 1 / count)).squareRoot()
    low = range.map { max($0.lowerBound, mean - width) } ?? mean - width
    high = range.map { min($0.upperBound, mean + width) } ?? mean + width
  }
}
