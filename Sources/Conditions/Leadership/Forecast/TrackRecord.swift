import Kernel

/// How forecasts turned out, over decisions: how far off, which way, and whether the intervals held.
package struct TrackRecord: Sendable, Equatable, Encodable {
  /// A forecast whose window the data have passed.
  package struct Entry: Sendable, Equatable, Encodable {
    package let decision: ID<Decision>
    package let title: String
    package let analysis: String
    package let forecast: Forecast
    package let judgement: Judgement
  }

  /// The newest verdict first.
  package let entries: [Entry]
  /// Mean of the errors without their sign, as shares of the actuals; nil when there is none to take.
  package let meanAbsoluteError: Double?
  /// Mean of the errors with their sign: below zero too little is expected.
  package let bias: Double?
  /// Forecasts that were given with an interval, and how many of these held.
  package let withInterval: Int
  package let inside: Int

  package init(_ decisions: [Decision]) {
    entries = decisions.filter { $0.withdrawal == nil }.flatMap { decision in
      decision.forecasts.compactMap { forecast in
        forecast.verdict.map {
          Entry(
            decision: decision.id, title: decision.title, analysis: decision.analysis, forecast: forecast,
            judgement: $0)
        }
      }
    }.sorted { ($1.judgement.at, $0.forecast.id) < ($0.judgement.at, $1.forecast.id) }
    let errors = entries.compactMap(\.judgement.relativeError)
    meanAbsoluteError = errors.isEmpty ? nil : errors.reduce(0) { $0 + abs($1) } / Double(errors.count)
    bias = errors.isEmpty ? nil : errors.reduce(0, +) / Double(errors.count)
    let held = entries.compactMap(\.judgement.isInside)
    withInterval = held.count
    inside = held.count { $0 }
  }

  package var insideShare: Double? { withInterval > 0 ? Double(inside) / Double(withInterval) : nil }

  /// The figures of the record. Programs know them by these names; they never change.
  package var figures: [Figure] {
    func figure(_ id: String, _ title: String, _ value: Double?, _ explanation: String, n: Int) -> Figure {
      Figure(
        id: "track.\(id)", title: title, value: value, unit: .share, asOf: entries.first?.judgement.dataUntil,
        window: nil, method: "decisions", explanation: explanation, n: n,
        missing: value == nil ? [.init("a forecast whose window is over", customers: 0)] : [])
    }
    let judged = entries.compactMap(\.judgement.relativeError).count
    return [
      figure(
        "error", "Mean error", meanAbsoluteError,
        "How far forecasts were from what came, without the sign, as a share of what came.", n: judged),
      figure(
        "bias", "Bias", bias,
        "The mean of the errors with their sign. Below zero less was expected than came.", n: judged),
      figure(
        "inside", "Inside the interval", insideShare,
        "Of the forecasts given with an interval, those whose actual lay in it. It should be as many as the intervals "
          + "were meant to hold.", n: withInterval),
    ]
  }
}
