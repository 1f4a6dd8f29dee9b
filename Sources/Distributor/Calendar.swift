import Kernel

/// The four years of the company, counted in days from the first.
enum Calendar {
  /// 2022-01-01.
  static let first = Day(18_993)
  /// 2025-12-31, a Wednesday: the as-of day.
  static let end = 1_460
  /// The trailing 365 days that end at `end`.
  static let year = 1_096...1_460
  static let asOf = day(end)

  static func day(_ offset: Int) -> Day { first.adding(days: offset) }

  /// 0 for 2022 to 3 for 2025 and what lies beyond.
  static func yearIndex(_ offset: Int) -> Int { min(3, max(0, day(offset).civil.year - 2022)) }

  /// The first working day from this one on; the one before when that would lie past the end.
  static func workingDay(_ offset: Int) -> Int {
    let late = offset > end
    var found = min(offset, end)
    while day(found).weekday > 5 { found += late || found >= end ? -1 : 1 }
    return found
  }
}
