import Kernel

/// Two bounds that hold the true value in a stated share of repetitions.
public struct ConfidenceInterval: Sendable, Equatable, Codable {
  public let low: Double
  public let high: Double
  /// The nominal coverage, such as 0.95.
  public let level: Double

  public init(low: Double, high: Double, level: Double) {
    self.low = low
    self.high = high
    self.level = level
  }

  public var width: Double { high - low }

  public func contains(_ value: Double) -> Bool { value >= low && value <= high }

  /// The estimate plus and minus the normal quantile times its standard error.
  /// - Throws: `Problem` when the level is not between 0 and 1 or an input is not finite.
  public static func normal(
    _ estimate: Double, standardError: Double, level: Double = 0.95
  ) throws -> ConfidenceInterval {
    try requireOpenShare("level", level)
    try [estimate, standardError].requireFinite("standardError")
    let half = StandardNormal.quantile(0.5 + level / 2) * standardError
    return ConfidenceInterval(low: estimate - half, high: estimate + half, level: level)
  }

  /// Wilson's score interval for a proportion: `successes` out of `trials`. Never leaves 0 to 1, and is still of use
  /// when none or all succeed.
  ///
  /// Source: E. B. Wilson, JASA 22 (1927), 209-212.
  /// - Throws: `Problem` when there are no trials, or successes are negative or more than the trials.
  public static func wilson(successes: Int, trials: Int, level: Double = 0.95) throws -> ConfidenceInterval {
    try requireOpenShare("level", level)
    guard trials > 0, successes >= 0, successes <= trials else {
      throw Problem(
        .invalid, field: "successes", "\(successes) out of \(trials) is not a proportion.",
        mend: "Give at least one trial, and no more successes than trials.")
    }
    let z = StandardNormal.quantile(0.5 + level / 2)
    let n = Double(trials)
    let share = Double(successes) / n
    let shrink = 1 + z * z / n
    let centre = (share + z * z / (2 * n)) / shrink
    let half = z / shrink * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return ConfidenceInterval(
      low: successes == 0 ? 0 : max(0, centre - half), high: successes == trials ? 1 : min(1, centre + half),
      level: level)
  }
}
