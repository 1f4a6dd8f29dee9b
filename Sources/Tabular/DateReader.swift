import Foundation
import Kernel

/// A moment read from a cell: the business day, and the instant when a time of day was written.
package struct ReadMoment: Sendable, Equatable {
  package let day: Day
  package let instant: Instant?
}

/// Reads the dates of one column, all of them written the same way, in the time zone of the company.
package final class DateReader {
  package let order: DateOrder
  /// The last day that is not in the future; nil to take any.
  package let latest: Day?
  private let calendar: ZoneCalendar
  private let last: Int32
  private let form: PlainForm

  /// The two forms of a day that nearly every file uses.
  enum PlainForm {
    case dashes, digits, other
    init(_ order: DateOrder) { self = order == .yearMonthDay ? .dashes : order == .compact ? .digits : .other }
  }

  package init(order: DateOrder, zone: TimeZone = .gmt, latest: Day? = nil) {
    self.order = order
    self.latest = latest
    last = latest?.number ?? Int32.max
    form = PlainForm(order)
    calendar = ZoneCalendar(zone)
  }

  /// The moment in a cell. A time without an offset is one of the company's time zone.
  func moment(_ cell: Cell) throws(CellRefusal) -> ReadMoment {
    let cell = cell.trimmed
    guard !cell.isEmpty else { throw CellRefusal(.missing, "It is empty.") }
    let written: WrittenMoment
    if let plain = DateReader.plainDay(cell, form) {
      guard plain.number > last else { return ReadMoment(day: plain, instant: nil) }
      written = WrittenMoment(day: plain, microseconds: nil, offset: nil)
    } else {
      written = try DateReader.written(cell, order)
    }
    let moment = try resolve(written, cell)
    if let latest, moment.day > latest {
      throw CellRefusal(.inFuture, "“\(quoted(cell))” is after \(latest).")
    }
    return moment
  }

  private func resolve(_ written: WrittenMoment, _ cell: Cell) throws(CellRefusal) -> ReadMoment {
    guard let microseconds = written.microseconds else { return ReadMoment(day: written.day, instant: nil) }
    let local = Int64(written.day.number) * 86_400 + microseconds / 1_000_000
    let fraction = microseconds % 1_000_000
    guard let offset = written.offset else {
      let seconds = calendar.utc(local: local)
      return ReadMoment(day: written.day, instant: Instant(microseconds: seconds * 1_000_000 + fraction))
    }
    let seconds = local - Int64(offset)
    let day = ZoneCalendar.day(seconds + Int64(calendar.offset(at: seconds)))
    return ReadMoment(day: Day(day), instant: Instant(microseconds: seconds * 1_000_000 + fraction))
  }

  /// A day without a time, in one of the plain forms; nil for anything else.
  @inline(__always) static func plainDay(_ cell: Cell, _ form: PlainForm) -> Day? {
    let bytes = cell.start
    let gap: Int
    switch form {
    case .dashes:
      guard cell.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D else { return nil }
      gap = 1
    case .digits:
      guard cell.count == 8 else { return nil }
      gap = 0
    case .other: return nil
    }
    guard let century = pair(bytes, 0), let rest = pair(bytes, 2), let month = pair(bytes, 4 &+ gap),
      let day = pair(bytes, 6 &+ gap &+ gap)
    else { return nil }
    return Day(year: century &* 100 &+ rest, month: month, day: day)
  }

  /// The value of two digits.
  @inline(__always) private static func pair(_ bytes: UnsafePointer<UInt8>, _ index: Int) -> Int? {
    let (tens, ones) = (bytes[index] &- 48, bytes[index &+ 1] &- 48)
    return tens <= 9 && ones <= 9 ? Int(tens) &* 10 &+ Int(ones) : nil
  }

  /// Reads a cell in one order.
  static func written(_ cell: Cell, _ order: DateOrder) throws(CellRefusal) -> WrittenMoment {
    switch parse(cell, order) {
    case .moment(let moment): return moment
    case .notADate:
      throw CellRefusal(.notADate, "“\(quoted(cell))” is not a date written like \(order.example).")
    case .noSuchDay:
      throw CellRefusal(.noSuchDay, "“\(quoted(cell))” is no day of the calendar when read like \(order.example).")
    case .badTime: throw CellRefusal(.notADate, "“\(quoted(cell))” has a time that cannot be read.")
    }
  }

  /// What reading a cell in one order gives.
  enum Parsed {
    case moment(WrittenMoment)
    case notADate, noSuchDay, badTime
  }

  static func parse(_ cell: Cell, _ order: DateOrder) -> Parsed {
    var lexer = DateLexer(cell.trimmed)
    let parts: (year: Int, month: Int, day: Int)?
    switch order {
    case .epochSeconds, .epochMilliseconds: return epoch(lexer, order)
    case .compact: parts = lexer.compactDate()
    case .named: parts = lexer.namedDate()
    case .yearMonthDay: parts = lexer.numericDate(yearFirst: true).map { ($0.first, $0.second, $0.third) }
    case .dayMonthYear: parts = lexer.numericDate(yearFirst: false).map { ($0.third, $0.second, $0.first) }
    case .monthDayYear:
      let numbers = lexer.numericDate(yearFirst: false)
      parts = numbers.flatMap { $0.separator == 0x2E ? nil : ($0.third, $0.first, $0.second) }
    }
    guard let parts, lexer.isAtTime else { return .notADate }
    guard let day = Day(year: parts.year, month: parts.month, day: parts.day) else { return .noSuchDay }
    guard !lexer.isAtEnd else { return .moment(WrittenMoment(day: day, microseconds: nil, offset: nil)) }
    guard let time = lexer.time() else { return .badTime }
    return .moment(WrittenMoment(day: day, microseconds: time.microseconds, offset: time.offset))
  }

  /// The moment a cell means in one order; nil when it means none.
  static func moment(_ cell: Cell, _ order: DateOrder) -> WrittenMoment? {
    if case .moment(let moment) = parse(cell, order) { moment } else { nil }
  }

  private static func epoch(_ lexer: DateLexer, _ order: DateOrder) -> Parsed {
    var lexer = lexer
    let allowed = order == .epochSeconds ? 9...10 : 12...13
    guard let number = lexer.number(), allowed.contains(number.digits), lexer.isAtEnd else { return .notADate }
    let value = Int64(number.value)
    let seconds = order == .epochSeconds ? value : value / 1_000
    let rest = order == .epochSeconds ? 0 : value % 1_000 * 1_000
    let day = ZoneCalendar.day(seconds)
    let inDay = seconds - Int64(day) * 86_400
    return .moment(WrittenMoment(day: Day(day), microseconds: inDay * 1_000_000 + rest, offset: 0))
  }

  static func hasPoints(_ cell: Cell) -> Bool {
    var lexer = DateLexer(cell)
    return lexer.numericDate(yearFirst: false)?.separator == 0x2E
  }
}

/// The offsets of a time zone from UTC, remembered day by day, so that a row costs no look-up in the zone's tables.
final class ZoneCalendar {
  private let zone: TimeZone
  /// For each day from 1970-01-01: the offset that holds all day, `unknown`, or `varies`.
  private var offsets = [Int32](repeating: Int32.min, count: 50_000)
  private static let unknown = Int32.min
  private static let varies = Int32.max

  init(_ zone: TimeZone) { self.zone = zone }

  /// Seconds east of UTC at a moment, in seconds since 1970-01-01T00:00:00Z.
  func offset(at seconds: Int64) -> Int32 {
    let day = Int(ZoneCalendar.day(seconds))
    guard offsets.indices.contains(day) else { return look(seconds) }
    if offsets[day] == ZoneCalendar.unknown {
      let start = Int64(day) * 86_400
      let (first, last) = (look(start), look(start + 86_399))
      offsets[day] = first == last ? first : ZoneCalendar.varies
    }
    return offsets[day] == ZoneCalendar.varies ? look(seconds) : offsets[day]
  }

  /// The moment a clock on the wall shows. In the hour that a clock skips it is the moment as if it had not; in the hour
  /// that happens twice it is the first.
  func utc(local: Int64) -> Int64 {
    let before = Int64(offset(at: local - 86_400))
    let after = Int64(offset(at: local + 86_400))
    let early = local - before
    if before == after || Int64(offset(at: early)) == before { return early }
    let late = local - after
    return Int64(offset(at: late)) == after ? late : early
  }

  /// The day, since 1970-01-01, that a count of seconds is in.
  static func day(_ seconds: Int64) -> Int32 {
    Int32(clamping: seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
  }

  private func look(_ seconds: Int64) -> Int32 {
    Int32(clamping: zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
  }
}
