import Foundation
import GRDB
import GRDBSQLite
import Kernel

/// One SQLite connection inside a transaction. Statements are prepared and kept by GRDB; values are bound with their
/// length and read by their stored type, so neither a NUL nor a foreign file can mislead it.
final class SQLiteConnection: Connection {
  let dialect = Dialect.sqlite
  private let db: GRDB.Database
  /// Keeps second copies of statements alive until the transaction ends.
  private var extra: [GRDB.Statement] = []

  init(_ db: GRDB.Database) { self.db = db }

  func query(_ sql: String, _ values: [Value], each: (Row) throws -> Void) throws {
    let statement = try free(sql)
    defer { reset(statement) }
    try bind(values, to: statement)
    let width = sqlite3_column_count(statement)
    let columns = Columns((0..<width).map { String(cString: sqlite3_column_name(statement, $0)) })
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW:
        var row: [Value] = []
        row.reserveCapacity(Int(width))
        for column in 0..<width { row.append(value(statement, column)) }
        try each(Row(columns: columns, values: row))
      case SQLITE_DONE: return
      default: throw failure()
      }
    }
  }

  func execute(_ sql: String, _ values: [Value]) throws -> Int {
    let statement = try free(sql)
    defer { reset(statement) }
    try bind(values, to: statement)
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: continue
      case SQLITE_DONE: return Int(sqlite3_changes(db.sqliteConnection))
      default: throw failure()
      }
    }
  }

  func insert(into table: String, _ columns: [String], _ rows: () throws -> [Value]?) throws -> Int {
    let places = columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    let sql = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))"
    let statement = try free(sql)
    defer { reset(statement) }
    var count = 0
    while let row = try rows() {
      sqlite3_reset(statement)
      try bind(row, to: statement)
      guard sqlite3_step(statement) == SQLITE_DONE else { throw failure() }
      count += 1
    }
    return count
  }

  func script(_ sql: String) throws { try db.execute(sql: sql) }

  /// The prepared statement for a text; another one when it is in the middle of its rows, as in a recursion.
  private func free(_ sql: String) throws -> OpaquePointer {
    let kept = try db.cachedStatement(sql: sql)
    guard sqlite3_stmt_busy(kept.sqliteStatement) != 0 else { return kept.sqliteStatement }
    let another = try db.makeStatement(sql: sql)
    extra.append(another)
    return another.sqliteStatement
  }

  private func bind(_ values: [Value], to statement: OpaquePointer) throws {
    guard Int(sqlite3_bind_parameter_count(statement)) <= values.count else {
      throw Problem(.unavailable, "A statement got too few values.")
    }
    for (offset, value) in values.enumerated() {
      try value.refuseUnstorable()
      let position = Int32(offset + 1)
      let code =
        switch value {
        case .null: sqlite3_bind_null(statement, position)
        case .int(let value): sqlite3_bind_int64(statement, position, value)
        case .double(let value): sqlite3_bind_double(statement, position, value)
        case .text(var value):
          value.isEmpty
            ? sqlite3_bind_text(statement, position, "", 0, transient)
            : value.withUTF8 { bytes in
              bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(statement, position, $0.baseAddress, Int32(clamping: $0.count), transient)
              }
            }
        case .blob(let value):
          value.isEmpty
            ? sqlite3_bind_zeroblob(statement, position, 0)
            : sqlite3_bind_blob(statement, position, value, Int32(clamping: value.count), transient)
        }
      guard code == SQLITE_OK else { throw failure() }
    }
  }

  private func value(_ statement: OpaquePointer, _ column: Int32) -> Value {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: return .int(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: return .double(sqlite3_column_double(statement, column))
    case SQLITE_TEXT:
      guard let text = sqlite3_column_text(statement, column) else { return .null }
      let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, column)))
      return .text(String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      guard let blob = sqlite3_column_blob(statement, column) else { return .blob([]) }
      return .blob(Array(UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(statement, column)))))
    default: return .null
    }
  }

  private func reset(_ statement: OpaquePointer) {
    sqlite3_reset(statement)
    sqlite3_clear_bindings(statement)
  }

  private func failure() -> Problem {
    SQLiteDriver.problem(
      code: sqlite3_extended_errcode(db.sqliteConnection), message: String(cString: sqlite3_errmsg(db.sqliteConnection))
    )
  }
}

/// Tells SQLite to copy what is bound.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
