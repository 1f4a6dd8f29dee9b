/// The differences between the two stores. Nothing outside `Store` asks which one it is.
package enum Dialect: String, Sendable, CaseIterable {
  case sqlite, postgres

  func placeholder(_ number: Int) -> String {
    self == .sqlite ? "?\(number)" : "$\(number)"
  }

  // Words for migrations.

  /// A 64-bit integer.
  var int: String { self == .sqlite ? "INTEGER" : "BIGINT" }
  var real: String { self == .sqlite ? "REAL" : "DOUBLE PRECISION" }
  var blob: String { self == .sqlite ? "BLOB" : "BYTEA" }
  /// Text that is compared and ordered by its bytes on both stores.
  var text: String { self == .sqlite ? "TEXT" : "TEXT COLLATE \"C\"" }
  /// Ends a CREATE TABLE.
  var strict: String { self == .sqlite ? "STRICT" : "" }
  /// Ends a CREATE TABLE whose rows lie in the order of its primary key.
  var clustered: String { self == .sqlite ? "STRICT, WITHOUT ROWID" : "" }
}

extension Statement {
  /// Locks the rows read until the transaction ends, where several writers exist.
  package static func lockingRows(in dialect: Dialect) -> Statement {
    dialect == .sqlite ? "" : "FOR UPDATE"
  }

  /// Skips rows that another runner has locked, where several writers exist.
  package static func skippingLockedRows(in dialect: Dialect) -> Statement {
    dialect == .sqlite ? "" : "FOR UPDATE SKIP LOCKED"
  }
}
