import Kernel

/// Methods tried on the past, and the one that would have erred least (domain F13): each of the last periods is
/// forecast from those before it alone.
public struct BackTest: Sendable {
  /// How one method did.
  public struct Trial: Sendable {
    public let name: String
    /// Mean of |forecast − actual| ÷ |actual| over the periods with an actual other than zero; nil when the method could
    /// not be used in every period.
    public let error: Double?
    /// Mean of (forecast − actual) ÷ |actual| over the same periods: above zero, the method promises too much.
    public let bias: Double?
    /// Forecasts of the periods tried, oldest first; empty when the method could not be used.
    public let forecasts: [Double]
    /// Why it could not be used.
    public let problem: Problem?
  }

  /// In the order the methods were given.
  public let trials: [Trial]
  /// The method with the least error, of equals the first; nil when none could be used.
  public let best: Int?
  /// Actual values of the periods tried.
  public let actuals: [Double]
  private let methods: [any ForecastMethod]
  private let history: [Double]

  /// - Parameters:
  ///   - history: totals of complete periods, oldest first.
  ///   - methods: what to try.
  ///   - periods: how many of the last periods to forecast.
  /// - Throws: `Problem` when there are no periods before those, a total is not finite, or all those tried are zero.
  public init(_ history: [Double], methods: [any ForecastMethod], periods: Int = 13) throws {
    try requireRows("periods", periods)
    try requireHistory(history, atLeast: periods == .max ? .max : periods + 1, 0)
    actuals = Array(history.suffix(periods))
    guard actuals.contains(where: { $0 != 0 }) else {
      throw Problem(
        .invalid, field: "history", "Nothing was sold in the periods tried, so no error can be told.",
        mend: "Take longer periods.")
    }
    let trials = methods.map { BackTest.trial($0, history, periods) }
    self.trials = trials
    best = trials.indices.filter { trials[$0].error != nil }
      .min { (trials[$0].error ?? .infinity) < (trials[$1].error ?? .infinity) }
    self.methods = methods
    self.history = history
  }

  /// The next periods by the best method.
  /// - Throws: `Problem` when no method could be used, or the best cannot look so far ahead.
  public func forecast(horizon: Int) throws -> [Double] {
    guard let best else {
      throw trials.lazy.compactMap(\.problem).first
        ?? Problem(.invalid, field: "methods", "No method was given.", mend: "Try the naive method at least.")
    }
    return try methods[best].forecast(history, horizon: horizon)
  }

  /// The total of the next periods by the best method, and bounds from how its totals over as many periods came out at
  /// every earlier point with as many periods before it as ahead: the quantiles of actual ÷ forecast, times the forecast.
  ///
  /// The earlier spans overlap, so the bounds are a guide, not a promise; with fewer than ten there are none.
  /// - Throws: `Problem` when no method could be used, it cannot look so far ahead, or the level is not between 0 and 1.
  public func total(horizon: Int, level: Double = 0.9) throws -> (value: Double, interval: ConfidenceInterval?) {
    try requireOpenShare("level", level)
    let total = try forecast(horizon: horizon).reduce(0, +)
    guard let best, horizon >= 1, history.count / 2 >= horizon else { return (total, nil) }
    let ratios = (horizon...(history.count - horizon)).compactMap { known -> Double? in
      guard let ahead = try? methods[best].forecast(Array(history[..<known]), horizon: horizon) else { return nil }
      let promised = ahead.reduce(0, +)
      return promised > 0 ? history[known..<(known + horizon)].reduce(0, +) / promised : nil
    }
    .sorted()
    guard ratios.count >= 10, total > 0 else { return (total, nil) }
    let tail = (1 - level) / 2
    return (
      total,
      ConfidenceInterval(
        low: total * ratios.quantile(tail), high: total * ratios.quantile(1 - tail), level: level)
    )
  }

  /// The forecast of one period ahead, with bounds.
  public struct Spread: Sendable, Equatable {
    public let value: Double
    /// Half of the earlier forecasts of as many periods ahead came out within it; nil with fewer than ten of them.
    public let half: ConfidenceInterval?
    /// Nine tenths did.
    public let most: ConfidenceInterval?
  }

  /// The next periods by the best method, each with bounds from how its forecasts of as many periods ahead came out at
  /// every earlier point: the quantiles of actual ÷ forecast, times the forecast. A guide, not a promise, as `total` is.
  /// - Throws: `Problem` when no method could be used, or it cannot look so far ahead.
  public func fan(horizon: Int) throws -> [Spread] {
    let ahead = try forecast(horizon: horizon)
    guard let best, horizon >= 1 else { return [] }
    var ratios = [[Double]](repeating: [], count: ahead.count)
    for known in min(horizon, history.count)..<history.count {
      guard let promised = try? methods[best].forecast(Array(history[..<known]), horizon: horizon) else { continue }
      for (step, value) in promised.enumerated() where known + step < history.count && value > 0 {
        ratios[step].append(history[known + step] / value)
      }
    }
    return zip(ahead, ratios).map { value, ratios in
      guard ratios.count >= 10, value > 0 else { return Spread(value: value, half: nil, most: nil) }
      let sorted = ratios.sorted()
      func interval(_ level: Double) -> ConfidenceInterval {
        let tail = (1 - level) / 2
        return ConfidenceInterval(
          low: value * sorted.quantile(tail), high: value * sorted.quantile(1 - tail), level: level)
      }
      return Spread(value: value, half: interval(0.5), most: interval(0.9))
    }
  }

  private static func trial(_ method: any ForecastMethod, _ history: [Double], _ periods: Int) -> Trial {
    do {
      let forecasts = try ((history.count - periods)..<history.count).map { period in
        try method.forecast(Array(history[..<period]), horizon: 1).prefix(1)
      }
      .flatMap(\.self)
      try requireSameCount("forecasts", forecasts.count, as: periods)
      try forecasts.requireFinite("forecasts")
      let pairs = zip(forecasts, history.suffix(periods)).filter { $0.1 != 0 }
      let relative = pairs.map { ($0.0 - $0.1) / abs($0.1) }
      let count = Double(relative.count)
      return Trial(
        name: method.name, error: relative.reduce(0) { $0 + abs($1) } / count, bias: relative.reduce(0, +) / count,
        forecasts: forecasts, problem: nil)
    } catch {
      let problem = error as? Problem ?? Problem(.invalid, field: "methods", "\(error)")
      return Trial(name: method.name, error: nil, bias: nil, forecasts: [], problem: problem)
    }
  }
}
