import Kernel

/// A way to continue a series of totals by equal periods (domain F13). A method sees only the history it is given.
public protocol ForecastMethod: Sendable {
  /// The name it is shown under, with its setting, such as "moving average (4)".
  var name: String { get }

  /// The next periods.
  /// - Parameters:
  ///   - history: totals of complete periods, oldest first.
  ///   - horizon: how many periods to continue.
  /// - Throws: `Problem` when the history is too short or not finite.
  func forecast(_ history: [Double], horizon: Int) throws -> [Double]
}

/// The last period repeats.
public struct NaiveForecast: ForecastMethod {
  public init() {}
  public var name: String { "naive" }

  public func forecast(_ history: [Double], horizon: Int) throws -> [Double] {
    try requireHistory(history, atLeast: 1, horizon)
    return Array(repeating: history[history.count - 1], count: horizon)
  }
}

/// The mean of the last few periods repeats.
public struct MovingAverageForecast: ForecastMethod {
  public let window: Int

  /// - Throws: `Problem` when the window is not 1 to 1,000 periods.
  public init(window: Int = 4) throws {
    guard (1...1_000).contains(window) else {
      throw Problem(.invalid, field: "window", "A window of \(window) periods is not 1 to 1,000.", mend: "Use 4.")
    }
    self.window = window
  }

  public var name: String { "moving average (\(window))" }

  public func forecast(_ history: [Double], horizon: Int) throws -> [Double] {
    try requireHistory(history, atLeast: window, horizon)
    return Array(repeating: history.suffix(window).reduce(0, +) / Double(window), count: horizon)
  }
}

/// A level that moves a share of the way to each new period, started at the first one, repeats.
public struct SmoothedForecast: ForecastMethod {
  /// The share, above 0 up to 1.
  public let share: Double

  /// - Throws: `Problem` when the share is out of range.
  public init(share: Double = 0.3) throws {
    guard share > 0, share <= 1 else {
      throw Problem(.invalid, field: "share", "The share must lie above 0 and up to 1.", mend: "Use 0.3.")
    }
    self.share = share
  }

  public var name: String { "exponential smoothing (\(share))" }

  public func forecast(_ history: [Double], horizon: Int) throws -> [Double] {
    try requireHistory(history, atLeast: 1, horizon)
    let level = history.dropFirst().reduce(history[0]) { $0 + share * ($1 - $0) }
    return Array(repeating: level, count: horizon)
  }
}

/// A regression on indicators that are known before the period they explain.
public struct IndicatorForecast: ForecastMethod {
  private let indicators: FeatureMatrix

  /// - Parameter indicators: one row for each period, from the first of the history to the last to be forecast. A value
  ///   must be known before its period begins: lag it when it is not.
  public init(indicators: FeatureMatrix) { self.indicators = indicators }

  public var name: String { "regression on \(indicators.columns) indicators" }

  public func forecast(_ history: [Double], horizon: Int) throws -> [Double] {
    try requireHistory(history, atLeast: indicators.columns + 2, horizon)
    guard horizon <= indicators.rows - history.count else {
      throw Problem(
        .invalid, field: "indicators", "The indicators end before the last period to be forecast.",
        mend: "Shorten the horizon or lag the indicators further.")
    }
    let known = try FeatureMatrix((0..<history.count).map { Array(indicators.row($0)) })
    let model = try LinearRegression().fit(.init(features: known, targets: history))
    return try (0..<horizon).map { try model.mean(indicators.row(history.count + $0)) }
  }
}

func requireHistory(_ history: [Double], atLeast least: Int, _ horizon: Int) throws {
  try requireRows("history", history.count, atLeast: least)
  try history.requireFinite("history")
  guard (0...10_000).contains(horizon) else {
    throw Problem(.invalid, field: "horizon", "A horizon of \(horizon) periods is not 0 to 10,000.", mend: "Use 13.")
  }
}
