import Customers
import Foundation
import Kernel
import Records
import Store
import Tabular
import Web

/// A file as it would come in: its columns with what they mean, its first rows as they would be kept, and the cells that
/// cannot be read.
package struct ImportLook: Sendable, Encodable {
  package struct Column: Sendable, Encodable {
    package let header: String
    /// The first values that are not empty.
    package let samples: [String]
    package let role: String?
    /// The field of the company's own that it fills.
    package let own: String?
    /// The trait it is kept as; nil when it has a role or is left out.
    package let trait: String?
  }

  /// What a cell is kept as.
  package enum Kept: Sendable {
    case text(String)
    case day(Day)
    case instant(Instant)
    case money(Money)
    case number(Double)
  }

  package struct Cell: Sendable, Encodable {
    package let column: Int
    package let text: String
    /// What is wrong with it.
    package var reason: String?
    package let isMended: Bool
    package var kept: Kept?

    enum CodingKeys: String, CodingKey { case column, text, reason, isMended }
  }

  package struct Row: Sendable, Encodable {
    package let line: Int
    package var cells: [Cell]
    /// What is wrong with the row as a whole.
    package var reason: String?
    /// Whether its customer is there already.
    package var isKnown = false
    /// Who is there already under another name or number and may be the same.
    package var perhaps: DuplicateHint?
    package var isBad: Bool { reason != nil || cells.contains { $0.reason != nil } }

    enum CodingKeys: String, CodingKey { case line, cells, reason, isKnown, perhaps }
  }

  /// A value that cannot be read and stands in several rows.
  package struct Repeated: Sendable, Encodable {
    package let column: Int
    package let header: String
    package let text: String
    package let count: Int
  }

  package let columns: [Column]
  package let sentences: [String]
  /// Why the file as a whole cannot be read this way.
  package let problem: Problem?
  package private(set) var rows: [Row]
  /// Rows behind the first ones that cannot be taken.
  package let badRows: [Row]
  package let repeated: [Repeated]
  package let read: Int
  package let good: Int
  package let rejected: Int
  /// Whether the whole file was looked at.
  package let isWhole: Bool
  package let dialect: Tabular.Dialect
  package let formats: ColumnFormats?
  /// The company's own fields that such a file can fill.
  package let fields: [CustomField]

  enum CodingKeys: String, CodingKey {
    case columns, sentences, problem, rows, badRows, repeated, read, good, rejected, isWhole
  }

  static let shownRows = 50
  static let mostRows = 100_000

  /// - Throws: `Problem` when the file is no table at all.
  /// - Parameters:
  ///   - fields: the company's own fields that whoever imports may fill.
  ///   - closed: what columns can mean that they may not set.
  package init(
    _ source: ByteSource, order: ImportOrder, company: Company, fields: [CustomField] = [],
    closed: Set<ColumnRole> = [], today: Day
  ) throws {
    let options = try order.options(currency: company.currency, zone: company.zone, today: today)
    let sample: TableSample
    do {
      sample = try TableSample(source, options: options)
    } catch let problem as Problem where !options.choices.isEmpty && problem.kind == .invalid {
      var plain = options
      plain.choices = []
      sample = try TableSample(source, options: plain)
    }
    var scan = LookScan(order)
    var problem: Problem?
    var report: TableReport?
    var own: [Int: CustomField] = [:]
    do {
      let table = try Table(source, options: options)
      report = table.report
      try order.require(table.map, without: closed)
      let reading = try RowReading(order, company: company, map: table.map, fields: fields)
      own = Dictionary(reading.own.all.map { ($0.column, $0.field) }, uniquingKeysWith: { first, _ in first })
      try scan.read(table, reading)
    } catch let found as Problem where [.invalid, .tooLarge].contains(found.kind) {
      problem = found
    }
    let map = report?.map ?? sample.map
    let roles = Dictionary(map.columns.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    columns = sample.map.headers.enumerated().map { place, header in
      let role = roles[place].flatMap { order.subject.roles.contains($0) ? $0 : nil }
      let isTrait = order.subject == .customers && role == nil && own[place] == nil
      let name = isTrait ? order.traits?[header] ?? header : ""
      let values = sample.rows.lazy.map { $0[place] }.filter { !$0.isEmpty }
      return Column(
        header: header, samples: Array(values.prefix(3)), role: role?.rawValue, own: own[place]?.name,
        trait: name.isEmpty ? nil : name)
    }
    self.fields = fields
    self.problem = problem
    sentences = report?.sentences ?? []
    rows = scan.rows
    badRows = scan.badRows
    repeated = scan.repeated(map.headers)
    (read, good, rejected, isWhole) = (scan.good + scan.rejected, scan.good, scan.rejected, scan.isWhole)
    dialect = sample.dialect
    formats = report?.formats
  }

  /// Notes which of the first rows bring customers who are there already.
  mutating func mark(known keys: Set<String>, emails: Set<String>) {
    func places(_ role: ColumnRole) -> Int? { columns.firstIndex { $0.role == role.rawValue } }
    let email = places(.email)
    guard let key = places(.customer) ?? email ?? places(.customerName) else { return }
    for index in rows.indices where !rows[index].cells.isEmpty {
      let cells = rows[index].cells
      rows[index].isKnown =
        keys.contains(cells[key].text) || email.map { emails.contains(cells[$0].text.lowercased()) } ?? false
    }
  }

  /// Asks of each of the first rows that would be new whether somebody is there already who is very like it.
  mutating func compare(_ hints: ([(field: String, text: String)]) async throws -> DuplicateHint?) async throws {
    let places = columns.indices.compactMap { place in
      columns[place].role.flatMap(ColumnRole.init(rawValue:)).map { (place: place, role: $0) }
    }
    for index in rows.indices where !rows[index].isKnown && !rows[index].isBad {
      let cells = rows[index].cells
      func text(_ role: ColumnRole) -> String {
        places.first { $0.role == role && cells.indices.contains($0.place) }.map { cells[$0.place].text } ?? ""
      }
      let parts = [text(.firstName), text(.lastName)].filter { !$0.isEmpty }
      let name = text(.customerName).isEmpty ? parts.joined(separator: " ") : text(.customerName)
      let texts = [
        ("name", name), ("email", text(.email)), ("phone", text(.phone)), ("website", text(.website)),
        ("postalCode", text(.postalCode)), ("city", text(.city)), ("street", text(.street)),
      ]
      rows[index].perhaps = try await hints(texts.filter { !$0.1.isEmpty }.map { (field: $0.0, text: $0.1) })
    }
  }

  /// The names and addresses of customers in the first rows.
  var people: (keys: [String], emails: [String]) {
    func texts(_ role: ColumnRole) -> [String] {
      guard let place = columns.firstIndex(where: { $0.role == role.rawValue }) else { return [] }
      return rows.compactMap { $0.cells.indices.contains(place) ? $0.cells[place].text : nil }.filter { !$0.isEmpty }
    }
    let emails = texts(.email)
    let keys = texts(.customer)
    return (keys.isEmpty ? emails + texts(.customerName) : keys, emails.map { $0.lowercased() })
  }
}

/// Goes through the rows of a file and notes what cannot be read.
private struct LookScan {
  private struct Place: Hashable {
    let column: Int
    let text: String
  }

  let order: ImportOrder
  private(set) var rows: [ImportLook.Row] = []
  private(set) var badRows: [ImportLook.Row] = []
  private(set) var good = 0
  private(set) var rejected = 0
  private(set) var isWhole = false
  private var bad: [Place: Int] = [:]

  init(_ order: ImportOrder) { self.order = order }

  mutating func read(_ table: Table, _ reading: RowReading) throws {
    while good + rejected < ImportLook.mostRows {
      let row: ImportLook.Row?
      switch try table.next() {
      case .end:
        isWhole = true
        return
      case .refused(let refusal):
        rejected += 1
        row = ImportLook.Row(
          line: refusal.line,
          cells: [ImportLook.Cell(column: 0, text: refusal.original, reason: nil, isMended: false, kept: nil)],
          reason: refusal.reason)
      case .record:
        let refusal = reading.refusal(of: table)
        if refusal == nil { good += 1 } else { rejected += 1 }
        let isShown = rows.count < ImportLook.shownRows
        row = isShown || refusal != nil ? self.row(table, refusal) : nil
      }
      guard let row else { continue }
      for cell in row.cells where cell.reason != nil && bad.count < 10_000 {
        bad[Place(column: cell.column, text: cell.text), default: 0] += 1
      }
      if rows.count < ImportLook.shownRows {
        rows.append(row)
      } else if row.isBad, badRows.count < ImportLook.shownRows {
        badRows.append(row)
      }
    }
  }

  func repeated(_ headers: [String]) -> [ImportLook.Repeated] {
    let often = bad.filter { $0.value > 1 && headers.indices.contains($0.key.column) && !$0.key.text.isEmpty }
    return often.sorted { ($1.value, $0.key.text) < ($0.value, $1.key.text) }.prefix(8).map { place, count in
      ImportLook.Repeated(column: place.column, header: headers[place.column], text: place.text, count: count)
    }
  }

  private func row(_ table: Table, _ refusal: Refusal?) -> ImportLook.Row {
    let roles = Dictionary(table.map.columns.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var cells = table.map.headers.indices.map { column in
      let role = roles[column].flatMap { order.subject.roles.contains($0) ? $0 : nil }
      let text = table.text(column: column) ?? ""
      var cell = ImportLook.Cell(
        column: column, text: text, reason: nil, isMended: table.isPatched(column: column), kept: .text(text))
      guard let role else { return cell }
      do throws(Refusal) { cell.kept = try kept(role, table) } catch {
        cell.reason = error.reason
        cell.kept = nil
      }
      return cell
    }
    var reason: String?
    if let refusal {
      if let column = refusal.column, cells.indices.contains(column - 1) {
        if cells[column - 1].reason == nil { cells[column - 1].reason = refusal.reason }
      } else if !cells.contains(where: { $0.reason != nil }) {
        reason = refusal.reason
      }
    }
    return ImportLook.Row(line: table.line, cells: cells, reason: reason)
  }

  private func kept(_ role: ColumnRole, _ table: Table) throws(Refusal) -> ImportLook.Kept? {
    switch role.content {
    case .date:
      guard let moment = try table.moment(role) else { return nil }
      return moment.instant.map { .instant($0) } ?? .day(moment.day)
    case .money:
      let currency = try table.currency()
      return try table.money(role, in: currency).map { .money(Money(minor: $0, currency)) }
    case .number: return try table.scaled(role, places: 3).map { .number(Double($0) / 1_000) }
    case .text: return table.text(role).map { .text($0) }
    }
  }
}

// How it is written for programs.

extension ImportLook: APIPartial {
  package static let unwritten: Set<String> = ["dialect", "formats", "fields"]
  package static let withheld: Set<String> = []
}

extension ImportLook.Cell: APIPartial {
  package static let unwritten: Set<String> = ["kept"]
  package static let withheld: Set<String> = []
}
