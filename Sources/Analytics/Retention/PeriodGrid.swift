import Kernel

/// The company's calendar cut into weeks, months or quarters, each starting where the company says.
public struct PeriodGrid: Sendable, Hashable, Codable {
  public enum Step: String, Sendable, Hashable, Codable, CaseIterable {
    case week, month, quarter
  }

  public let step: Step
  /// Monday 1 to Sunday 7.
  public let firstWeekday: Int
  /// The day of the month on which a month begins, 1 to 28.
  public let firstDayOfMonth: Int
  /// The month in which the business year, and so a quarter, begins, 1 to 12.
  public let firstMonthOfYear: Int

  /// - Throws: `Problem` when a start lies outside its range.
  public init(
    _ step: Step, firstWeekday: Int = 1, firstDayOfMonth: Int = 1, firstMonthOfYear: Int = 1
  ) throws {
    func require(_ field: String, _ value: Int, _ range: ClosedRange<Int>) throws {
      guard range.contains(value) else {
        throw Problem(
          .invalid, field: field, "\(value) is outside \(range.lowerBound) to \(range.upperBound).",
          mend: "Choose a start inside that range.")
      }
    }
    try require("firstWeekday", firstWeekday, 1...7)
    try require("firstDayOfMonth", firstDayOfMonth, 1...28)
    try require("firstMonthOfYear", firstMonthOfYear, 1...12)
    self.step = step
    self.firstWeekday = firstWeekday
    self.firstDayOfMonth = firstDayOfMonth
    self.firstMonthOfYear = firstMonthOfYear
  }

  /// The first day of the period a day is in.
  public func start(of day: Day) -> Day {
    switch step {
    case .week:
      return day.startOfWeek(firstWeekday: firstWeekday)
    case .month:
      return startOfMonth(day)
    case .quarter:
      let month = startOfMonth(day)
      return month.adding(months: -((month.civil.month - firstMonthOfYear + 12) % 3))
    }
  }

  /// The first day of the period after the one that begins on `start`.
  public func next(after start: Day) -> Day {
    switch step {
    case .week: start.adding(days: 7)
    case .month: start.adding(months: 1)
    case .quarter: start.adding(months: 3)
    }
  }

  /// The period a day is in.
  public func period(containing day: Day) -> Period {
    let start = start(of: day)
    return Period(from: start, until: next(after: start))
  }

  private func startOfMonth(_ day: Day) -> Day {
    let start = day.startOfMonth.adding(days: firstDayOfMonth - 1)
    return start <= day ? start : start.adding(months: -1)
  }
}
