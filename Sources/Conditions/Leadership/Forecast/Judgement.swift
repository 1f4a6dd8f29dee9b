import Kernel

/// What the data say came of a forecast, as of one revision of the facts. It is never changed: when the past is
/// corrected a new one is made beside it.
package struct Judgement: Sendable, Equatable, Codable {
  /// The forecast it judges.
  package let forecast: Double
  package let actual: Double
  /// Forecast less actual: negative when too little was expected. nil while the data do not reach the window's end.
  package let error: Double?
  /// The error as a share of the actual: −0.12 is 12 % too low. nil where nothing came.
  package let relativeError: Double?
  /// Whether the actual lies within the interval that was given with the forecast.
  package let isInside: Bool?
  /// The last day of the window that the data reach.
  package let dataUntil: Day
  package let isComplete: Bool
  package let factsRevision: Int64
  package let at: Instant
}

extension Judgement {
  /// - Parameter lastDay: the last day of the data; what lies after it is not known.
  init(of forecast: Forecast, actual: Double, lastDay: Day, revision: Int64, at now: Instant) {
    let isComplete = lastDay >= forecast.window.last
    // A sum of half the days says nothing of the whole yet.
    let error = isComplete ? forecast.value - actual : nil
    self.init(
      forecast: forecast.value, actual: actual, error: error,
      relativeError: error.flatMap { actual == 0 ? nil : $0 / abs(actual) },
      isInside: isComplete ? forecast.holds(actual) : nil, dataUntil: min(lastDay, forecast.window.last),
      isComplete: isComplete, factsRevision: revision, at: now)
  }

  /// Whether it says nothing that `other` does not.
  func repeats(_ other: Judgement) -> Bool {
    dataUntil == other.dataUntil && abs(actual - other.actual) <= 1e-9 * max(1, abs(actual))
  }
}

extension Forecast {
  /// Whether an actual lies within the interval; nil when none was given.
  func holds(_ actual: Double) -> Bool? {
    guard let low, let high else { return nil }
    return low <= actual && actual <= high
  }

  /// How a forecast stands on a day.
  package enum Standing: String, Sendable, Codable {
    /// The window is not over.
    case waiting
    /// It is to be judged, and the data do not reach into its window.
    case due
    /// It is to be judged, and the data reach a part of its window.
    case partly
    case judged
  }

  package func standing(isDue: Bool) -> Standing {
    if verdict != nil { return .judged }
    if latest != nil { return .partly }
    return isDue ? .due : .waiting
  }
}
