import Foundation
import Kernel

extension Format {
  /// A date in full: `21 Nov 2026`, `Nov 21, 2026` or `2026-11-21`, as the company orders it.
  package func day(_ day: Day) -> String { written(day, withYear: true) }

  /// A date near to now in words (`yesterday`, `in 3 days`), one of this year without the year, else in full.
  package func day(_ day: Day, today: Day) -> String {
    switch day.days(since: today) {
    case 0: "today".translated
    case 1: "tomorrow".translated
    case -1: "yesterday".translated
    case 2...6: "in \(day.days(since: today)) days".translated
    case -6 ... -2: "\(-day.days(since: today)) days ago".translated
    default: written(day, withYear: day.civil.year != today.civil.year)
    }
  }

  /// The weekday and the date with nothing shortened, for titles: `Saturday 21 November 2026`.
  package func longDay(_ day: Day) -> String {
    let (year, month, date) = day.civil
    let name = Format.name(ofMonth: month)
    let weekday = Format.weekdays[day.weekday - 1].translated
    return switch dateOrder {
    case .dayMonthYear: "\(weekday) \(Format.ordinal(date)) \(name) \(year)"
    case .monthDayYear: "\(weekday), \(name) \(date), \(year)"
    case .yearMonthDay: "\(weekday) \(day)"
    }
  }

  /// A month: `Nov 2026`.
  package func month(_ day: Day) -> String {
    let (year, month, _) = day.civil
    return dateOrder == .yearMonthDay
      ? String(day.description.prefix(7)) : "\(Format.name(ofMonth: month).prefix(3)) \(year)"
  }

  /// A run of days: `1 Jan to 31 Dec 2026`.
  package func period(_ period: Period) -> String {
    guard !period.isEmpty else { return "no days".translated }
    guard period.days > 1 else { return day(period.from) }
    let sameYear = period.from.civil.year == period.last.civil.year
    return "\(written(period.from, withYear: !sameYear)) \("to".translated) \(day(period.last))"
  }

  /// A moment on the company's clock: `21 Nov 2026, 14:05`.
  package func moment(_ instant: Instant) -> String { "\(day(instant.day(in: zone))), \(clock(instant))" }

  /// A moment near to now in words: `5 minutes ago`, `yesterday at 14:05`.
  package func moment(_ instant: Instant, now: Instant) -> String {
    let seconds = now.seconds(since: instant)
    switch seconds {
    case -45..<45: return "just now".translated
    case 45..<90: return "a minute ago".translated
    case 90..<3_570: return "\(Int((seconds / 60).rounded())) minutes ago".translated
    case 3_570..<5_400: return "an hour ago".translated
    case 5_400..<43_200: return "\(Int((seconds / 3_600).rounded())) hours ago".translated
    default: return "\(day(instant.day(in: zone), today: now.day(in: zone))) \("at".translated) \(clock(instant))"
    }
  }

  /// How long something takes: `45 seconds`, `3 minutes`, `2 hours 5 minutes`.
  package func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return Format.missing }
    let whole = Int(max(0, seconds).rounded())
    if whole < 60 { return count(whole, "second", "seconds") }
    let minutes = (whole + 30) / 60
    if minutes < 60 { return count(minutes, "minute", "minutes") }
    let hours = count(minutes / 60, "hour", "hours")
    return minutes % 60 == 0 ? hours : "\(hours) \(count(minutes % 60, "minute", "minutes"))"
  }

  /// A date as people say it, exact on hover.
  package func time(_ day: Day, today: Day) -> HTML {
    "<time datetime=\"\(day)\" title=\"\(longDay(day))\">\(self.day(day, today: today))</time>"
  }

  /// A moment as people say it, exact on hover.
  package func time(_ instant: Instant, now: Instant) -> HTML {
    let exact = "\(longDay(instant.day(in: zone))), \(clock(instant))"
    return "<time datetime=\"\(instant.description)\" title=\"\(exact)\">\(moment(instant, now: now))</time>"
  }

  /// The number of a day before the name of its month, with what the language of the page puts after it: `21.`.
  private static func ordinal(_ date: Int) -> String {
    Language.current.map { $0.words("\(date) (the day before a month)") } ?? "\(date)"
  }

  /// As “May” is a word of its own, the catalogues know months by more than their names.
  private static func name(ofMonth month: Int) -> String {
    let name = months.indices.contains(month - 1) ? months[month - 1] : ""
    return Language.current.map { $0.words("\(name) (the month)") } ?? name
  }

  private func written(_ day: Day, withYear: Bool) -> String {
    let (year, month, date) = day.civil
    let name = Format.name(ofMonth: month).prefix(3)
    return switch dateOrder {
    case .dayMonthYear: withYear ? "\(Format.ordinal(date)) \(name) \(year)" : "\(Format.ordinal(date)) \(name)"
    case .monthDayYear: withYear ? "\(name) \(date), \(year)" : "\(name) \(date)"
    case .yearMonthDay: day.description
    }
  }

  private func clock(_ instant: Instant) -> String {
    let seconds = Int64((Double(instant.microseconds) / 1e6).rounded(.down))
    let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    let local = seconds.addingReportingOverflow(offset).partialValue
    let minutes = Int(((local % 86_400) + 86_400) % 86_400) / 60
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
    return "\(two(minutes / 60)):\(two(minutes % 60))"
  }

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
}
