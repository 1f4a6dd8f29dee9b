import Foundation
import Kernel
import Store
import Tabular
import Web

/// Everything the company holds about one person, as data and to be read.
package struct PersonFile: Sendable, Encodable {
  package struct Table: Sendable, Encodable {
    package let table: String
    package let purpose: String
    package let rows: [[String: Cell]]
    /// Whether there are more than are shown.
    package let isCut: Bool
  }

  package enum Cell: Sendable, Equatable, Encodable {
    case nothing
    case number(Double)
    case integer(Int64)
    case text(String)

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .nothing: try container.encodeNil()
      case .number(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      }
    }

    var words: String {
      switch self {
      case .nothing: ""
      case .number(let value): "\(value)"
      case .integer(let value): "\(value)"
      case .text(let value): value
      }
    }
  }

  package let company: String
  package let person: Person
  package let madeAt: String
  package let tables: [Table]

  /// The most rows of a table that one file holds.
  static let most = 20_000

  init(_ person: Person, map: DataMap, at now: Instant, in tx: Transaction) throws {
    self.person = person
    company = try Companies.current(in: tx)?.name ?? ""
    madeAt = now.description
    tables = try map.tables.compactMap { table in
      let rules = table.rules.filter { $0.person == person.kind }
      guard !rules.isEmpty else { return nil }
      let about = Statement.joined(rules.map { "(\($0.rows(person.id)))" }, separator: " OR ", or: "FALSE")
      let rows = try tx.rows("SELECT * FROM \(name: table.name) WHERE \(about) LIMIT \(PersonFile.most + 1)")
      guard !rows.isEmpty else { return nil }
      return Table(
        table: table.name.description, purpose: table.purpose.rawValue,
        rows: rows.prefix(PersonFile.most).map { PersonFile.cells($0, table) }, isCut: rows.count > PersonFile.most)
    }
  }

  /// Days and moments are written as people write them; what opens a door is left out.
  private static func cells(_ row: Row, _ table: DataMap.Table) -> [String: Cell] {
    var cells: [String: Cell] = [:]
    for (name, value) in zip(row.names, row.values) where table.columns[name] != .secret {
      switch value {
      case .null: cells[name] = .nothing
      case .int(let number) where name == "at" || name.hasSuffix("_at"):
        cells[name] = .text(Instant(microseconds: number).description)
      case .int(let number) where name == "day" || name.hasSuffix("_day"):
        cells[name] = .text(Day(Int32(clamping: number)).description)
      case .int(let number): cells[name] = .integer(number)
      case .double(let number): cells[name] = .number(number)
      case .text(let text): cells[name] = .text(text)
      case .blob(let bytes): cells[name] = .text(Data(bytes).base64EncodedString())
      }
    }
    return cells
  }

  /// `data.json` and `data.html` in one archive.
  func archive() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var bytes: [UInt8] = []
    let zip = ZipWriter { bytes.append(contentsOf: $0) }
    try zip.entry("data.json", String(decoding: try encoder.encode(self), as: UTF8.self))
    try zip.entry("data.html", html.text)
    try zip.finish()
    return bytes
  }

  /// The file as it is read.
  package var html: HTML {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\
    <title>What \(company) holds about \(person.name)</title></head><body>
    <h1>What \(company) holds about \(person.name)</h1>
    <p>Made \(madeAt). Everything with a number that leads to this person; the same as data is in data.json.</p>
    \(tables.html(section))
    </body></html>
    """
  }

  private func section(_ table: Table) -> HTML {
    """
    <h2>\(table.table)</h2><p>\(words: table.purpose)\(when: table.isCut, " Only the first rows are shown.")</p>
    \(table.rows.html { row in
      """
      <dl>\(row.sorted { $0.key < $1.key }.filter { $0.value != .nothing }.html { name, cell in
        "<dt>\(name)</dt><dd>\(words: cell.words)</dd>"
      })</dl><hr>

      """
    })
    """
  }
}
