import Kernel

/// A straight trend times (or plus) a repeating season, by classical decomposition: a centred moving average over one
/// season gives the trend, the mean departure from it in each place of the season gives the season, and a least squares
/// line through the rest continues.
///
/// Source: S. Makridakis, S. Wheelwright, R. Hyndman, "Forecasting: Methods and Applications" (1998), chapter 3.
public struct SeasonalForecast: ForecastMethod {
  /// How season and trend go together.
  public enum Form: String, Sendable, Codable, CaseIterable {
    /// Departures are amounts.
    case additive
    /// Departures are factors; needs every period above zero.
    case multiplicative
  }

  /// Periods in a season.
  public let season: Int
  public let form: Form

  /// - Throws: `Problem` when a season is not 2 to 1,000 periods.
  public init(season: Int, form: Form = .multiplicative) throws {
    guard (2...1_000).contains(season) else {
      throw Problem(
        .invalid, field: "season", "A season of \(season) periods is not 2 to 1,000.",
        mend: "Use 52 weeks or 12 months.")
    }
    self.season = season
    self.form = form
  }

  public var name: String { "\(form.rawValue) season (\(season))" }

  public func forecast(_ history: [Double], horizon: Int) throws -> [Double] {
    let pattern = try pattern(history)
    try requireHistory(history, atLeast: 2 * season, horizon)
    let plain = history.enumerated().map { without(pattern[$0.offset % season], $0.element) }
    let times = try FeatureMatrix(history.indices.map { [Double($0)] })
    let line = try LinearRegression().fit(.init(features: times, targets: plain))
    return try (0..<horizon).map { step in
      let time = history.count + step
      let trend = try line.mean([Double(time)])
      return form == .additive ? trend + pattern[time % season] : trend * pattern[time % season]
    }
  }

  /// The season: for each place, from the first period on, what it adds (mean 0) or multiplies by (mean 1).
  /// - Throws: `Problem` when there are fewer than two seasons, or a period is not above zero for factors.
  public func pattern(_ history: [Double]) throws -> [Double] {
    try requireHistory(history, atLeast: 2 * season, 0)
    guard form == .additive || history.allSatisfy({ $0 > 0 }) else {
      throw Problem(
        .invalid, field: "history", "A period without sales has no seasonal factor.", mend: "Use the additive form.")
    }
    var sums = [Double](repeating: 0, count: season)
    var counts = [Double](repeating: 0, count: season)
    let half = season / 2
    for centre in half..<(history.count - half) {
      sums[centre % season] += without(trend(history, centre), history[centre])
      counts[centre % season] += 1
    }
    let means = zip(sums, counts).map { $0 / max($1, 1) }
    let mean = means.reduce(0, +) / Double(season)
    return means.map { form == .additive ? $0 - mean : $0 / mean }
  }

  /// The mean over one season around a period; the two ends count half when the season is even.
  private func trend(_ history: [Double], _ centre: Int) -> Double {
    let half = season / 2
    let span = history[(centre - half)...(centre + half)]
    guard season % 2 == 0 else { return span.reduce(0, +) / Double(season) }
    let ends = 0.5 * (history[centre - half] + history[centre + half])
    return (span.dropFirst().dropLast().reduce(0, +) + ends) / Double(season)
  }

  private func without(_ part: Double, _ value: Double) -> Double {
    form == .additive ? value - part : value / part
  }
}
