/// The period in which a model counts time; rates and horizons are per such period.
public enum TimeUnit: String, Sendable, Codable, CaseIterable {
  case day, week, month, year

  /// Its length in days; a month is a twelfth of 365.25 days.
  public var days: Double {
    switch self {
    case .day: 1
    case .week: 7
    case .month: 30.4375
    case .year: 365.25
    }
  }

  /// How many make a year when an annual discount rate is turned into a rate per period: 365, 52, 12, 1, as the
  /// papers count them.
  public var perYear: Double {
    switch self {
    case .day: 365
    case .week: 52
    case .month: 12
    case .year: 1
    }
  }
}
