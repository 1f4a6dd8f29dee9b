import Foundation
import Kernel

/// The company whose records these are, and how it writes numbers and days.
package struct Company: Sendable, Equatable, Codable {
  package var name: String
  package var currency: Currency
  /// IANA name, such as `Europe/Berlin`: where the company's days begin.
  package var timeZone: String
  /// Monday 1 to Sunday 7.
  package var firstWeekday: Int
  package var language: String
  /// `.` or `,`.
  package var decimalMark: String
  /// `dayMonthYear`, `monthDayYear` or `yearMonthDay`.
  package var dateOrder: String
  /// What a visitor of a demo company must know about its data.
  package var note: String
  package var version: Int64

  package init(
    name: String, currency: Currency = .euro, timeZone: String = "UTC", firstWeekday: Int = 1, language: String = "en",
    decimalMark: String = ".", dateOrder: String = "dayMonthYear", note: String = "", version: Int64 = 1
  ) {
    self.name = name
    self.currency = currency
    self.timeZone = timeZone
    self.firstWeekday = firstWeekday
    self.language = language
    self.decimalMark = decimalMark
    self.dateOrder = dateOrder
    self.note = note
    self.version = version
  }

  package var zone: TimeZone { TimeZone(identifier: timeZone) ?? .gmt }
}
