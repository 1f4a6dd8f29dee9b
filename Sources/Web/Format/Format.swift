import Foundation
import Kernel

/// How this company writes numbers, money, dates and times. Made once from its settings and passed to every page.
package struct Format: Sendable, Equatable {
  /// The order in which a date is written.
  package enum DateOrder: String, Sendable, Codable, CaseIterable {
    case dayMonthYear, monthDayYear, yearMonthDay
  }

  package let decimal: String
  package let grouping: String
  package let dateOrder: DateOrder
  package let currency: Currency
  package let zone: TimeZone
  /// The language of the pages as in the `lang` attribute.
  package let language: String

  /// - Throws: `Problem` when the two separators are the same or not ones that people use.
  package init(
    decimal: String, grouping: String, dateOrder: DateOrder, currency: Currency, zone: TimeZone, language: String = "en"
  ) throws {
    guard decimal == "." || decimal == "," else {
      throw Problem(
        .invalid, field: "decimal", "The decimal separator is neither a point nor a comma.", mend: "Use one.")
    }
    guard Format.groupings.contains(grouping), grouping != decimal else {
      throw Problem(
        .invalid, field: "grouping", "The grouping separator cannot be used with this decimal separator.",
        mend: "Use a comma, a point, an apostrophe, a space or nothing.")
    }
    self.init(unchecked: decimal, grouping, dateOrder, currency, zone, language)
  }

  private init(
    unchecked decimal: String, _ grouping: String, _ order: DateOrder, _ currency: Currency, _ zone: TimeZone,
    _ language: String
  ) {
    self.decimal = decimal
    self.grouping = grouping
    dateOrder = order
    self.currency = currency
    self.zone = zone
    self.language = language
  }

  /// Point, comma, day before month, euro, UTC: until a company has said otherwise.
  package static let standard = Format(unchecked: ".", ",", .dayMonthYear, .euro, .gmt, "en")

  /// The same format for another currency.
  package func with(_ currency: Currency) -> Format {
    Format(unchecked: decimal, grouping, dateOrder, currency, zone, language)
  }

  /// The same format for pages in another language.
  package func with(language: String) -> Format {
    Format(unchecked: decimal, grouping, dateOrder, currency, zone, language)
  }

  static let groupings: Set<String> = [",", ".", "'", "’", " ", "\u{A0}", "\u{202F}", ""]
  static let space = "\u{A0}"
  static let minus = "\u{2212}"

  /// A noun with its number: `1 customer`, `2,469 customers`.
  package func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(count(number)) \((number == 1 ? one : many).translated)"
  }

  /// Words as a sentence lists them: `a, b and c`.
  package static func list(_ words: [String], or: Bool = false) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return "\(words.dropLast().joined(separator: ", ")) \((or ? "or" : "and").translated) \(last)"
  }
}
