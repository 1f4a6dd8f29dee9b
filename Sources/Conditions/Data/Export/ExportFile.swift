import Customers
import Foundation
import Kernel
import Records
import Tabular

/// A file that takes records one after the other; memory does not grow with it.
protocol ExportFile: AnyObject {
  func take(_ row: RecordRow) throws
  func finish() throws
}

/// What every form of file needs to know.
struct ExportShape {
  let catalogue: Catalogue
  let columns: [RecordField]
  let currency: Currency
  let zone: TimeZone
  let settings: Export.Settings

  func file(_ format: Export.Format, to sink: @escaping SafeCSVWriter.Sink) throws -> any ExportFile {
    switch format {
    case .csv: try CSVFile(self, to: sink)
    case .xlsx: try WorkbookFile(self, to: sink)
    case .json: JSONFile(self, to: sink)
    case .vcf: CardFile(self, to: sink)
    }
  }

  /// The header of a column: its word, with the currency of amounts.
  func header(_ field: RecordField) -> String {
    field.kind == .money ? "\(field.label) (\(currency.code))" : field.label
  }

  /// The words for a choice, or the texts of several, as people read them.
  func words(_ value: FieldValue, _ field: RecordField) -> String? {
    switch (field.kind, value) {
    case (.choice(let all), .text(let text)): all.first { $0.value == text }?.word ?? text
    case (.choices(let all), .texts(let texts)):
      texts.map { text in all.first { $0.value == text }?.word ?? text }.joined(separator: ", ")
    case (_, .texts(let texts)): texts.joined(separator: ", ")
    case (_, .text(let text)): text
    default: nil
    }
  }
}

private final class CSVFile: ExportFile {
  private let shape: ExportShape
  private var writer: SafeCSVWriter

  init(_ shape: ExportShape, to sink: @escaping SafeCSVWriter.Sink) throws {
    self.shape = shape
    writer = SafeCSVWriter(
      byteOrderMark: shape.settings.hasMark, mark: shape.settings.hasComma ? .comma : .point, to: sink)
    try writer.record(shape.columns.map(shape.header))
  }

  func take(_ row: RecordRow) throws {
    for (place, field) in shape.columns.enumerated() {
      if let shown = row.shown[place] {
        writer.text(shown)
        continue
      }
      switch row.values[place] {
      case .missing: writer.empty()
      case .integer(let minor) where field.kind == .money: writer.money(Money(minor: minor, shape.currency))
      case .integer(let value): writer.integer(value)
      case .number(let value): writer.number(value)
      case .day(let day): writer.day(day)
      case .instant(let instant): writer.instant(instant)
      case .flag(let flag): writer.text(flag ? "yes" : "no")
      case .text, .texts: writer.text(shape.words(row.values[place], field))
      }
    }
    try writer.endRecord()
  }

  func finish() throws { try writer.finish() }
}

private final class WorkbookFile: ExportFile {
  private let shape: ExportShape
  private let writer: WorkbookWriter
  private var offsets: [Int64: Int] = [:]

  init(_ shape: ExportShape, to sink: @escaping SafeCSVWriter.Sink) throws {
    self.shape = shape
    let columns = shape.columns.map { WorkbookWriter.Column(shape.header($0), WorkbookFile.style($0, shape.currency)) }
    writer = try WorkbookWriter(sheet: shape.catalogue.plural, columns: columns, to: sink)
  }

  private static func style(_ field: RecordField, _ currency: Currency) -> WorkbookWriter.Style {
    switch field.kind {
    case .day: .day
    case .instant: .instant
    case .money: currency.decimals == 0 ? .moneyWhole : currency.decimals == 3 ? .moneyThree : .money
    default: .plain
    }
  }

  func take(_ row: RecordRow) throws {
    for (place, field) in shape.columns.enumerated() {
      if let shown = row.shown[place] {
        writer.text(shown)
        continue
      }
      switch row.values[place] {
      case .missing: writer.empty()
      case .integer(let minor) where field.kind == .money: writer.money(minor, shape.currency)
      case .integer(let value): writer.integer(value)
      case .number(let value): writer.number(value)
      case .day(let day): writer.day(day)
      case .instant(let instant): writer.instant(instant, offset: offset(instant))
      case .flag(let flag): writer.flag(flag)
      case .text, .texts: writer.text(shape.words(row.values[place], field))
      }
    }
    try writer.endRow()
  }

  /// Seconds before UTC; asked for once an hour of the data.
  private func offset(_ instant: Instant) -> Int {
    let hour = instant.microseconds / 3_600_000_000
    if let known = offsets[hour] { return known }
    let found = shape.zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(hour * 3_600)))
    if offsets.count > 10_000 { offsets.removeAll() }
    offsets[hour] = found
    return found
  }

  func finish() throws { try writer.finish() }
}

private final class JSONFile: ExportFile {
  private let shape: ExportShape
  private var writer: JSONRowsWriter

  init(_ shape: ExportShape, to sink: @escaping SafeCSVWriter.Sink) {
    self.shape = shape
    writer = JSONRowsWriter(["id"] + shape.columns.map(\.name), to: sink)
  }

  func take(_ row: RecordRow) throws {
    writer.integer(row.id)
    for (place, field) in shape.columns.enumerated() {
      switch row.values[place] {
      case .missing: writer.empty()
      case .integer(let minor) where field.kind == .money: writer.money(minor, shape.currency)
      case .integer(let value): writer.integer(value)
      case .number(let value): writer.number(value)
      case .day(let day): writer.text(day.description)
      case .instant(let instant): writer.text(instant.description)
      case .flag(let flag): writer.flag(flag)
      case .text(let text): writer.text(text)
      case .texts(let texts): writer.texts(texts)
      }
    }
    try writer.endRow()
  }

  func finish() throws { try writer.finish() }
}

/// Which fields of a noun an address card has.
enum CardFields {
  static let names = [
    "name", "firstName", "lastName", "givenName", "familyName", "kind", "email", "phone", "mobile", "customer",
    "organisation", "role", "title", "jobTitle", "street", "postalCode", "city", "country",
  ]

  /// Nouns that are people, or that people are reached at.
  static let nouns: Set<Actor.Noun> = [.customer, .contact]
}

private final class CardFile: ExportFile {
  private let shape: ExportShape
  private var writer: CardWriter

  init(_ shape: ExportShape, to sink: @escaping SafeCSVWriter.Sink) {
    self.shape = shape
    writer = CardWriter(to: sink)
  }

  func take(_ row: RecordRow) throws {
    var texts: [String: String] = [:]
    for (place, field) in shape.columns.enumerated() {
      if let shown = row.shown[place] {
        texts[field.name] = shown
      } else if case .text(let text) = row.values[place] {
        texts[field.name] = text
      } else if case .texts(let all) = row.values[place] {
        texts[field.name] = all.joined(separator: "\n")
      }
    }
    func first(_ names: String...) -> String { names.lazy.compactMap { texts[$0] }.first { !$0.isEmpty } ?? "" }
    func all(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
    var card = CardWriter.Card()
    card.identity = "\(shape.catalogue.noun.rawValue):\(row.id)"
    card.name = texts["name"] ?? row.title
    card.given = first("firstName", "givenName")
    card.family = first("lastName", "familyName")
    card.isOrganisation = ["organisation", "site"].contains(texts["kind"] ?? "")
    card.organisation = first("organisation", "customer")
    card.title = first("jobTitle", "title", "role")
    card.emails = all(first("email"))
    card.phones = all(first("phone")) + all(first("mobile"))
    card.street = first("street")
    card.postalCode = first("postalCode")
    card.city = first("city")
    card.country = first("country")
    try writer.card(card)
  }

  func finish() throws { try writer.finish() }
}
