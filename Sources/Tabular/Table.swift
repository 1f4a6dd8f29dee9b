import Kernel

/// A delimited file understood as a table: its rows one after the other, its cells by what they mean.
///
/// Opening it finds out encoding, dialect, columns and formats, and refuses what cannot be understood as a whole. After
/// that each row, and each cell of it, is taken or refused on its own.
package final class Table {
  package let report: TableReport
  package let options: TableOptions
  private let reader: RecordReader
  private let text: TextBytes
  private let places: [RolePlace]
  private let ownDecimals: Int
  private let carried: CarriedCells?
  private let patched: PatchedCells?

  /// The line the current row begins on.
  package var line: Int { reader.line }
  /// The current row as it stands in the file.
  package var original: String { reader.original }
  /// The encoding, once enough has been read to be sure of it.
  package var encoding: TextEncoding { text.encoding ?? .utf8 }
  package var map: ColumnMap { report.map }

  /// Opens a file.
  /// - Throws: `Problem` when it is empty or has a header only, is no text, has two columns of one name, lacks a required
  ///   column, or has a column that can be read in two ways.
  package init(_ source: ByteSource, options: TableOptions) throws {
    self.options = options
    ownDecimals = options.currency.decimals
    let opening = try TableOpening(source, options: options)
    let survey = try opening.survey()
    report = TableReport(
      name: source.name, encoding: opening.encoding ?? .utf8, isCompressed: opening.isWrapped,
      sheet: opening.sheet, isCards: opening.isCards, dialect: opening.dialect, map: opening.map,
      formats: try survey.formats())
    (reader, text) = try opening.makeReader()
    if opening.dialect.hasHeader { _ = try reader.next() }
    reader.expectedCells = opening.map.headers.count
    let formats = report.formats
    places = ColumnRole.allCases.map { RolePlace($0, map: opening.map, formats: formats, options: options) }
    carried = opening.map.carriedDown.isEmpty ? nil : CarriedCells(opening.map)
    patched = options.patches.isEmpty ? nil : PatchedCells(options.patches)
  }

  /// Reads on to the next row.
  package func next() throws -> RecordReader.Step {
    let step = try reader.next()
    guard case .refused(let refusal) = step else {
      if step == .record {
        patched?.take(reader)
        carried?.take(reader)
      }
      return step
    }
    return .refused(named(refusal))
  }

  /// The cell of a role in the current row, without blanks at its ends; nil when the file has no such column.
  package func cell(_ role: ColumnRole) -> Cell? {
    let place = places[role.place]
    return place.column >= 0 ? cell(at: place.column) : nil
  }

  private func cell(at column: Int) -> Cell {
    if let patched, let mended = patched.cell(column) { return mended }
    let cell = reader.cell(column).trimmed
    guard cell.isEmpty, let carried else { return cell }
    return carried.cell(column) ?? cell
  }

  /// The text of a role, without the apostrophe of a safe export; nil when there is no such column or the cell is empty.
  package func text(_ role: ColumnRole) -> String? {
    guard let cell = cell(role), !cell.isEmpty else { return nil }
    return cell.plainText
  }

  /// The text of a column by its position from 0, whatever it means; nil when the cell is empty or not there.
  package func text(column: Int) -> String? {
    guard map.headers.indices.contains(column) else { return nil }
    let cell = patched?.cell(column) ?? reader.cell(column).trimmed
    return cell.isEmpty ? nil : cell.plainText
  }

  /// Whether a person corrected a cell of the current row.
  package func isPatched(column: Int) -> Bool { patched?.cell(column) != nil }

  /// The text of a role that must be there.
  package func requiredText(_ role: ColumnRole) throws(Refusal) -> String {
    guard let text = text(role) else { throw refusal(CellRefusal(.missing, "It is empty."), role) }
    return text
  }

  /// An amount in minor units; nil when there is no such column or the cell is empty.
  /// - Parameter currency: nil for the currency of the options.
  package func money(_ role: ColumnRole, in currency: Currency? = nil) throws(Refusal) -> Int64? {
    let place = places[role.place]
    guard place.column >= 0 else { return nil }
    let cell = cell(at: place.column)
    guard !cell.isEmpty else { return nil }
    let decimals = currency.map(\.decimals) ?? ownDecimals
    if let minor = place.numbers.plain(cell, places: decimals) { return minor }
    do { return try place.numbers.money(cell, currency ?? options.currency) } catch { throw refusal(error, role) }
  }

  /// A number times ten to the power of `places`; nil when there is no such column or the cell is empty.
  package func scaled(_ role: ColumnRole, places decimals: Int = 0) throws(Refusal) -> Int64? {
    let place = places[role.place]
    guard place.column >= 0 else { return nil }
    let cell = cell(at: place.column)
    guard !cell.isEmpty else { return nil }
    do { return try place.numbers.scaled(cell, places: decimals) } catch { throw refusal(error, role) }
  }

  /// A day, with its instant when a time is written; nil when there is no such column or the cell is empty.
  package func moment(_ role: ColumnRole) throws(Refusal) -> ReadMoment? {
    let place = places[role.place]
    guard place.column >= 0, let dates = place.dates else { return nil }
    let cell = cell(at: place.column)
    guard !cell.isEmpty else { return nil }
    do { return try dates.moment(cell) } catch { throw refusal(error, role) }
  }

  /// The currency the row names; that of the options when it names none.
  package func currency() throws(Refusal) -> Currency {
    guard let code = text(.currency) else { return options.currency }
    guard let currency = try? Currency(code) else {
      throw refusal(CellRefusal(.notAChoice, "“\(code)” is not a currency code."), .currency)
    }
    return currency
  }

  /// A refusal of the current row for something the caller found wrong with a cell.
  package func refusal(_ kind: Refusal.Kind, _ role: ColumnRole, _ reason: String) -> Refusal {
    refusal(CellRefusal(kind, reason), role)
  }

  /// - Parameter column: counted from 0.
  package func refusal(_ kind: Refusal.Kind, column: Int, _ reason: String) -> Refusal {
    let header = map.headers.indices.contains(column) ? map.headers[column] : nil
    return reader.refusal(kind, column: column, header: header, reason)
  }

  private func refusal(_ error: CellRefusal, _ role: ColumnRole) -> Refusal {
    reader.refusal(error.kind, column: map.columns[role], header: map.header(of: role) ?? role.rawValue, error.reason)
  }

  private func named(_ refusal: Refusal) -> Refusal {
    guard let column = refusal.column, map.headers.indices.contains(column - 1) else { return refusal }
    return Refusal(
      refusal.kind, line: refusal.line, lastLine: refusal.lastLine, column: column, header: map.headers[column - 1],
      reason: refusal.reason, original: refusal.original)
  }
}

/// Where a role is in the rows and how its cells are read.
private struct RolePlace {
  /// -1 when the file has no such column.
  let column: Int
  let numbers: NumberReader
  let dates: DateReader?

  init(_ role: ColumnRole, map: ColumnMap, formats: ColumnFormats, options: TableOptions) {
    column = map.columns[role] ?? -1
    numbers = formats.numbers[column] ?? NumberReader()
    dates = formats.dates[column].map {
      DateReader(order: $0, zone: options.zone, latest: role == .dueDay ? nil : options.latest)
    }
  }
}

/// Remembers the cells that later rows of the same order leave blank.
private final class CarriedCells {
  private let orderColumn: Int
  private let columns: [Int]
  private var order: [UInt8] = []
  private var held: [Int: [UInt8]] = [:]
  private var isContinuation = false
  /// The bytes a cell is handed out from; they stay put until the next row.
  private var loans: [UnsafeMutablePointer<UInt8>] = []

  init?(_ map: ColumnMap) {
    guard let orderColumn = map.columns[.order] else { return nil }
    self.orderColumn = orderColumn
    columns = Set(map.carriedDown.compactMap { map.columns[$0] }).sorted()
  }

  deinit { release() }

  func take(_ reader: RecordReader) {
    release()
    let current = reader.cell(orderColumn).trimmed
    isContinuation = !current.isEmpty && current.bytes == order
    guard !isContinuation else { return }
    order = current.bytes
    held.removeAll(keepingCapacity: true)
    for column in columns { held[column] = reader.cell(column).trimmed.bytes }
  }

  /// The cell of an earlier row of the order; nil when this row begins one or the column is not carried.
  func cell(_ column: Int) -> Cell? {
    guard isContinuation, let bytes = held[column] else { return nil }
    let loan = UnsafeMutablePointer<UInt8>.allocate(capacity: max(8, bytes.count))
    bytes.withUnsafeBufferPointer { if let base = $0.baseAddress { loan.update(from: base, count: bytes.count) } }
    loans.append(loan)
    return Cell(start: loan, count: bytes.count)
  }

  private func release() {
    for loan in loans { loan.deallocate() }
    loans.removeAll(keepingCapacity: true)
  }
}
