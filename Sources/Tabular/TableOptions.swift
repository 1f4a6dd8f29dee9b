import Foundation
import Kernel

/// What a person says about a file, and what the company's settings add.
package struct TableOptions: Sendable {
  /// nil to find out.
  package var encoding: TextEncoding?
  package var dialect = DialectChoice()
  /// A ready map by choice; nil to use the one the headers fit, or to guess.
  package var readyMap: ReadyMap?
  /// Roles given to columns by a person; they stand above every map.
  package var choices: [ColumnMap.Choice] = []
  /// Roles without which the file is refused.
  package var required: [ColumnRole] = []
  /// nil to find out from the rows.
  package var dateOrder: DateOrder?
  /// nil to find out from the rows.
  package var decimalMark: DecimalMark?
  /// Whether amounts with too many decimals are rounded; nil to do as the map says.
  package var roundsAmounts: Bool?
  /// The currency of amounts that do not name another.
  package var currency: Currency
  /// The time zone of the company: of times without an offset, and of business days.
  package var zone: TimeZone
  /// The last day that is not in the future; nil to take any.
  package var latest: Day?
  package var limits = RecordReader.Limits()
  /// What a person corrected in cells of the file.
  package var patches = CellPatches()

  package init(currency: Currency, zone: TimeZone = .gmt, latest: Day? = nil) {
    self.currency = currency
    self.zone = zone
    self.latest = latest
  }
}

/// How a file was understood, to be shown before anything is loaded.
package struct TableReport: Sendable, Equatable {
  package let name: String
  package let encoding: TextEncoding
  /// Whether its text had to be unpacked: it was compressed, or is a workbook.
  package let isCompressed: Bool
  /// The sheet that is read, where the file is a workbook.
  package let sheet: String?
  /// Whether the file holds address cards.
  package let isCards: Bool
  package let dialect: Dialect
  package let map: ColumnMap
  package let formats: ColumnFormats

  private var opening: [String] {
    let header = "the first line \(dialect.hasHeader ? "is a" : "is no") header."
    if let sheet { return ["The file is a workbook; its sheet “\(sheet)” is read, \(header)"] }
    if isCards { return ["The file holds address cards; each is a row."] }
    let separator =
      dialect.separator == .tab ? "tabs" : dialect.separator == .blanks ? "blanks" : "“\(dialect.separator.rawValue)”"
    let name = encoding.rawValue.uppercased()
    return [
      isCompressed ? "The file is \(name), compressed." : "The file is \(name).",
      "Cells are separated by \(separator); \(header)",
    ]
  }

  /// The report in sentences, one for each thing that was found out.
  package var sentences: [String] {
    var lines = opening
    if let ready = map.readyMap { lines.append("The columns are those of \(ready).") }
    for role in ColumnRole.allCases {
      guard let column = map.columns[role] else { continue }
      var line = "The column “\(map.headers[column])” holds the \(role.title)"
      if let order = formats.dates[column] { line += ", written like \(order.example)" }
      if let reader = formats.numbers[column], role.content == .money { line += ", with a decimal \(reader.mark)" }
      lines.append(line + ".")
    }
    if !formats.currencies.isEmpty {
      lines.append("Amounts carry \(formats.currencies.map(\.text).joined(separator: ", ")).")
    }
    if !map.unused.isEmpty {
      lines.append("Left out are the columns \(map.unused.map { "“\($0)”" }.joined(separator: ", ")).")
    }
    return lines
  }
}
