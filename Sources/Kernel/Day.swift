/// A calendar day in the proleptic Gregorian calendar, counted from 1970-01-01.
public struct Day: Hashable, Sendable, Comparable, Codable, CustomStringConvertible, LosslessStringConvertible {
  /// Days since 1970-01-01; between years 1 and 9999.
  public let number: Int32

  /// The day so many days after 1970-01-01; clamped to the years 1 to 9999.
  public init(_ number: Int32) { self.number = min(max(number, Day.first), Day.last) }

  /// The day of a civil date; nil when there is no such date.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Day.daysInMonth(year: year, month: month)
    else { return nil }
    // Days from civil: H. Hinnant, "chrono-compatible low-level date algorithms".
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    number = Int32(era * 146_097 + dayOfEra - 719_468)
  }

  /// Reads `YYYY-MM-DD`; nil for anything else.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
    func digits(_ range: Range<Int>) -> Int? {
      range.reduce(0) { sum, index in
        guard let sum, bytes[index] >= 48, bytes[index] <= 57 else { return nil }
        return sum * 10 + Int(bytes[index] - 48)
      }
    }
    guard let year = digits(0..<4), let month = digits(5..<7), let day = digits(8..<10) else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Year, month (1 to 12) and day of the month (1 to 31).
  public var civil: (year: Int, month: Int, day: Int) {
    let shifted = Int(number) + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// Monday 1 to Sunday 7, as in ISO 8601.
  public var weekday: Int { Int(((number % 7) + 7 + 3) % 7) + 1 }

  public func adding(days: Int) -> Day {
    let sum = Int(number).addingReportingOverflow(days)
    let bounded = sum.overflow ? (days < 0 ? Int(Day.first) : Int(Day.last)) : sum.partialValue
    return Day(Int32(clamping: bounded))
  }

  /// The same day of the month so many months later, or that month's last day when it is shorter.
  public func adding(months: Int) -> Day {
    let (year, month, day) = civil
    let bounded = min(max(months, -120_000), 120_000)
    let count = year * 12 + (month - 1) + bounded
    let newYear = Int((Double(count) / 12).rounded(.down))
    let newMonth = count - newYear * 12 + 1
    guard (1...9999).contains(newYear) else { return Day(newYear < 1 ? Day.first : Day.last) }
    let newDay = min(day, Day.daysInMonth(year: newYear, month: newMonth))
    return Day(year: newYear, month: newMonth, day: newDay) ?? self
  }

  /// The first day of the week this day is in. `firstWeekday` counts Monday as 1 and Sunday as 7.
  public func startOfWeek(firstWeekday: Int = 1) -> Day {
    adding(days: -((weekday - firstWeekday + 7) % 7))
  }

  public var startOfMonth: Day { adding(days: 1 - civil.day) }

  public static func < (left: Day, right: Day) -> Bool { left.number < right.number }

  /// Whole days from `other` to this one; negative when this one is earlier.
  public func days(since other: Day) -> Int { Int(number) - Int(other.number) }

  public static func daysInMonth(year: Int, month: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  static let first: Int32 = -719_162
  static let last: Int32 = 2_932_896

  /// `YYYY-MM-DD`.
  public var description: String {
    let (year, month, day) = civil
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let day = Day(text) else {
      throw Problem(.invalid, "“\(text)” is not a day.", mend: "Write it as YYYY-MM-DD.")
    }
    self = day
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
