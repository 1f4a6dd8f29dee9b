import Kernel

/// How the dates of a column are written.
package enum DateOrder: String, Sendable, Codable, CaseIterable {
  /// `2017-01-31`, also with slashes or points; ISO 8601.
  case yearMonthDay = "ymd"
  /// `31/1/2017`, `31.1.2017`, `31-1-17`.
  case dayMonthYear = "dmy"
  /// `1/31/2017`, `1-31-17`; never with points.
  case monthDayYear = "mdy"
  /// `31 January 2017`, `Jan 31, 2017`, `31. März 2017`, `31-Jan-17`.
  case named = "name"
  /// `20170131`.
  case compact = "yyyymmdd"
  /// Seconds since 1970-01-01T00:00:00Z, nine or ten digits.
  case epochSeconds = "epoch"
  /// Milliseconds since 1970-01-01T00:00:00Z, twelve or thirteen digits.
  case epochMilliseconds = "epoch-ms"

  /// The order a person names.
  package init?(named text: String) {
    guard let order = DateOrder(rawValue: text.lowercased()) ?? (text.lowercased() == "iso" ? .yearMonthDay : nil)
    else { return nil }
    self = order
  }

  /// An example of it.
  package var example: String {
    switch self {
    case .yearMonthDay: "2017-01-31"
    case .dayMonthYear: "31/01/2017"
    case .monthDayYear: "01/31/2017"
    case .named: "31 January 2017"
    case .compact: "20170131"
    case .epochSeconds: "1485820800"
    case .epochMilliseconds: "1485820800000"
    }
  }
}

/// A moment as a cell states it, before any time zone is applied.
struct WrittenMoment: Equatable {
  var day: Day
  /// Microseconds since midnight; nil when only a day is written.
  var microseconds: Int64?
  /// Seconds east of UTC; nil when the cell does not say.
  var offset: Int32?
}

/// What one cell says about how its column writes dates; nil when it is no date.
enum DateShape: Hashable {
  /// Only one order can be meant.
  case certain(DateOrder)
  /// Numbers with slashes or dashes, the year last, and day and month are different numbers up to 12.
  case dayOrMonthFirst
  /// As above, but day and month are the same number.
  case eitherWay
  /// As above, but only the one reading is a day of the calendar.
  case dayFirst
  case monthFirst

  init?(_ cell: Cell) {
    let cell = cell.trimmed
    guard cell.count >= 6, cell.count <= 64 else { return nil }
    let dayFirst = DateReader.moment(cell, .dayMonthYear)
    let monthFirst = DateReader.moment(cell, .monthDayYear)
    switch (dayFirst, monthFirst) {
    case (let first?, let second?): self = first == second ? .eitherWay : .dayOrMonthFirst
    case (_?, nil): self = DateReader.hasPoints(cell) ? .certain(.dayMonthYear) : .dayFirst
    case (nil, _?): self = .monthFirst
    case (nil, nil):
      let others: [DateOrder] = [.yearMonthDay, .compact, .named, .epochSeconds, .epochMilliseconds]
      guard let order = others.first(where: { DateReader.moment(cell, $0) != nil }) else { return nil }
      self = .certain(order)
    }
  }
}
