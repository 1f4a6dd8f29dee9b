import Kernel

/// How a task comes again: when it is done, the next one is made.
package struct Recurrence: Sendable, Equatable, Codable {
  package enum Unit: String, Sendable, Codable, CaseIterable {
    case day, week, month, year
  }

  /// Every so many units.
  package let every: Int
  package let unit: Unit
  /// Monday 1 to Sunday 7, for weeks; empty means the weekday of the first.
  package let weekdays: [Int]
  /// The first day of the series: months and years count from it, so that the 31st comes back after a February.
  package let from: Day
  package let until: Day?
  /// How many there are in all, the first one counted.
  package let count: Int?

  static let mostEvery = 99
  static let mostCount = 999

  package init(
    every: Int, _ unit: Unit, on weekdays: [Int] = [], from: Day, until: Day? = nil, count: Int? = nil
  ) throws {
    guard (1...Self.mostEvery).contains(every) else {
      throw Problem(
        .invalid, field: "repeatEvery", "A task comes every 1 to \(Self.mostEvery) \(unit.rawValue)s.",
        mend: "Enter such a number.")
    }
    guard weekdays.allSatisfy((1...7).contains) else {
      throw Problem(
        .invalid, field: "repeatWeekdays", "Weekdays are 1 for Monday to 7 for Sunday.", mend: "Use those numbers.")
    }
    if let until, until < from {
      throw Problem(
        .invalid, field: "repeatUntil", "The series would end before it begins.", mend: "Choose a later day.")
    }
    if let count, !(1...Self.mostCount).contains(count) {
      throw Problem(
        .invalid, field: "repeatCount", "A series has 1 to \(Self.mostCount) tasks.", mend: "Enter such a number.")
    }
    self.every = every
    self.unit = unit
    self.weekdays = unit == .week ? Set(weekdays).sorted() : []
    self.from = from
    self.until = until
    self.count = count
  }

  /// The day after `due`, and not before `today`: what was missed meanwhile is not made up for. nil when the series ends.
  package func next(after due: Day, today: Day) -> Day? {
    let earliest = max(due.adding(days: 1), today)
    let found = first(notBefore: max(earliest, from.adding(days: 1)))
    guard let found, found > due, until.map({ found <= $0 }) ?? true else { return nil }
    return found
  }

  private func first(notBefore earliest: Day) -> Day? {
    switch unit {
    case .day:
      let steps = (max(0, earliest.days(since: from)) + every - 1) / every
      return from.adding(days: steps * every)
    case .week: return firstOfWeeks(notBefore: earliest)
    case .month: return firstOfMonths(notBefore: earliest, months: every)
    case .year: return firstOfMonths(notBefore: earliest, months: 12 * every)
    }
  }

  private func firstOfWeeks(notBefore earliest: Day) -> Day? {
    let chosen = weekdays.isEmpty ? [from.weekday] : weekdays
    let monday = from.startOfWeek()
    for step in 0...(7 * (every + 1)) {
      let day = earliest.adding(days: step)
      let week = day.startOfWeek().days(since: monday) / 7
      if week >= 0, week % every == 0, chosen.contains(day.weekday) { return day }
    }
    return nil
  }

  private func firstOfMonths(notBefore earliest: Day, months: Int) -> Day? {
    let (start, end) = (from.civil, earliest.civil)
    let between = (end.year - start.year) * 12 + end.month - start.month
    var step = max(0, between / months)
    while step * months <= between + months {
      let day = from.adding(months: step * months)
      if day >= earliest { return day }
      step += 1
    }
    return nil
  }

  /// “every 2 weeks on Monday and Thursday, until 31 December 2026”, with the days as the caller writes them.
  package func words(_ written: (Day) -> String) -> String {
    let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    let days = weekdays.map { names[$0 - 1] }
    let on = days == Array(names.prefix(5)) ? " on weekdays" : days.isEmpty ? "" : " on \(Self.list(days))"
    let rhythm = every == 1 ? "every \(unit.rawValue)" : "every \(every) \(unit.rawValue)s"
    return rhythm + on + (until.map { ", until \(written($0))" } ?? "") + (count.map { ", \($0) times in all" } ?? "")
  }

  private static func list(_ words: [String]) -> String {
    words.count < 2
      ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
  }
}
