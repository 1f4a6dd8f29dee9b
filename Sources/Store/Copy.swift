import Crypto
import Foundation
import Kernel

/// What a copy of one table came to.
package struct CopiedTable: Sendable, Codable, Equatable {
  package let table: String
  package let rows: Int
  /// SHA-256 of all values in the order of the primary key; the same on both stores.
  package let hash: String
}

extension Database {
  /// Moves a whole company into an empty store, whichever kind either is.
  ///
  /// Everything is read on one snapshot and written in one transaction, which also reads back what it wrote: when a
  /// table does not come out the same, or anything else goes wrong, the target stays empty. The target takes over the
  /// company's key, so it has to be opened anew afterwards.
  /// - Parameter progress: called with the table in hand and the rows of it written so far.
  /// - Returns: the tables in the order they were copied.
  /// - Throws: `Problem` when the target holds something, or the two are not on this program's schema.
  @discardableResult
  package static func copy(
    from source: Database, to target: Database, progress: @escaping @Sendable (String, Int) -> Void = { _, _ in }
  ) async throws -> [CopiedTable] {
    let schema = try Schema()
    try await verifySchema(source, field: "from")
    try await verifySchema(target, field: "to")
    let channel = RowChannel()
    async let reading: Void = send(source, schema, through: channel)
    do {
      let copied = try await target.write { tx in
        try tx.receive(schema, through: channel, progress: progress) {
          if source.secret != target.secret { try source.secret.keep(at: target.place.secretPath) }
        }
      }
      try await reading
      target.ids.drop()
      try? await target.analyse(schema)
      return copied
    } catch {
      channel.end(error)
      _ = try? await reading
      throw error
    }
  }

  private static func send(_ source: Database, _ schema: Schema, through channel: RowChannel) async throws {
    do {
      try await source.read { try $0.send(schema, through: channel) }
    } catch {
      channel.end(error)
      throw error
    }
  }

  private static func verifySchema(_ database: Database, field: String) async throws {
    let (reached, newest) = (try await Migrator().applied(database), Migrator().newest)
    guard reached == newest else {
      throw Problem(
        .invalid, field: field, "This store is on step \(reached) of the schema, and \(newest) is needed.",
        mend: "Start the program on it once, which brings it there.")
    }
  }

  /// Lets PostgreSQL count the new rows at once, so that its first plans are good ones.
  private func analyse(_ schema: Schema) async throws {
    guard dialect == .postgres else { return }
    try await write { tx in
      try tx.connection.script("ANALYZE " + schema.tables.map(\.name).joined(separator: ", "))
    }
  }
}

extension Transaction {
  /// Reads every table in the order of its key and hands the rows over, with their hash at the end.
  fileprivate func send(_ schema: Schema, through channel: RowChannel) throws {
    try liftTimeLimits()
    for table in schema.tables {
      var digest = TableDigest()
      var batch: [[Value]] = []
      try scan(table) { row in
        digest.add(row)
        batch.append(row)
        if batch.count >= 500 {
          try channel.send(.rows(batch))
          batch.removeAll(keepingCapacity: true)
        }
      }
      if !batch.isEmpty { try channel.send(.rows(batch)) }
      try channel.send(.end(digest.result(table.name)))
    }
    try channel.send(.identities(try nextIdentity()))
  }

  /// Writes every table, reads it back, and refuses when it is not what was sent.
  fileprivate func receive(
    _ schema: Schema, through channel: RowChannel, progress: (String, Int) -> Void, beforeCommit: () throws -> Void
  ) throws -> [CopiedTable] {
    try liftTimeLimits()
    // What points goes before what it points to.
    for table in schema.tables.reversed() { try empty(table) }
    let sent = try deferringOwnReferences(schema) {
      try schema.tables.map { try receive($0, through: channel, progress: progress) }
    }
    for (table, expected) in zip(schema.tables, sent) {
      var digest = TableDigest()
      try scan(table) { digest.add($0) }
      guard digest.result(table.name) == expected else {
        throw Problem(
          .unavailable, field: "to", "The table \(table.name) did not come out as it went in; nothing was copied.",
          mend: "Check the memory and disks of both machines, then try again.", facts: [.init("table", table.name)])
      }
    }
    guard case .identities(let next) = try channel.next() else { throw RowChannel.disorder }
    try setNextIdentity(next)
    try beforeCommit()
    return sent
  }

  private func receive(
    _ table: Schema.Table, through channel: RowChannel, progress: (String, Int) -> Void
  ) throws -> CopiedTable {
    var batch = [[Value]]().makeIterator()
    var written = 0
    var result: CopiedTable?
    _ = try connection.insert(into: table.name, table.quotedColumns) {
      if let row = batch.next() { return row }
      switch try channel.next() {
      case .rows(let rows):
        progress(table.name, written)
        written += rows.count
        batch = rows.makeIterator()
        return batch.next()
      case .end(let copied):
        result = copied
        return nil
      case .identities: throw RowChannel.disorder
      }
    }
    guard let result else { throw RowChannel.disorder }
    progress(table.name, written)
    return result
  }

  private func scan(_ table: Schema.Table, _ body: ([Value]) throws -> Void) throws {
    let (columns, key) = (table.quotedColumns.joined(separator: ", "), table.quotedKey.joined(separator: ", "))
    try connection.query("SELECT \(columns) FROM \(table.name) ORDER BY \(key)", []) { try body($0.values) }
  }

  /// Takes away the rows a migration put in.
  /// - Throws: `Problem` when there are others.
  private func empty(_ table: Schema.Table) throws {
    var found = 0
    try connection.query(
      "SELECT count(*) FROM (SELECT 1 FROM \(table.name) LIMIT \(table.seeds + 1)) AS first_rows", []
    ) {
      found = try $0(0)
    }
    guard found == table.seeds else {
      throw Problem(
        .conflict, field: "to", "The target holds a company already (there is something in \(table.name)).",
        mend: "Choose an empty file or schema.")
    }
    if found > 0 { _ = try connection.execute("DELETE FROM \(table.name)", []) }
  }

  /// Lets rows come before the rows of the same table they point to, until all are there.
  private func deferringOwnReferences<T>(_ schema: Schema, _ body: () throws -> T) throws -> T {
    guard dialect == .postgres else {
      try connection.script("PRAGMA defer_foreign_keys = ON")
      return try body()
    }
    var references: [(table: String, constraint: String)] = []
    for table in schema.tables where table.parents.contains(table.name) {
      let sql = "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = confrelid AND conrelid = "
      try connection.query(sql + "CAST('\(table.name)' AS regclass)", []) { references.append((table.name, try $0(0))) }
    }
    func alter(_ word: String) throws {
      for (table, constraint) in references {
        try connection.script("ALTER TABLE \(table) ALTER CONSTRAINT \"\(constraint)\" \(word)")
      }
    }
    try alter("DEFERRABLE INITIALLY DEFERRED")
    let result = try body()
    try connection.script("SET CONSTRAINTS ALL IMMEDIATE")
    try alter("NOT DEFERRABLE")
    return result
  }

  private func liftTimeLimits() throws {
    guard dialect == .postgres else { return }
    try connection.script("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
  }

  private func nextIdentity() throws -> Int64 {
    let sql: Statement =
      dialect == .sqlite
      ? "SELECT next FROM id_block" : "SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM id_block"
    guard let next = try value(sql, as: Int64.self) else {
      throw Problem(.unavailable, field: "from", "The store has no counter of identities.", mend: "Restore a backup.")
    }
    return next
  }

  private func setNextIdentity(_ next: Int64) throws {
    let beyond = max(next, try nextIdentity())
    switch dialect {
    case .sqlite: try run("UPDATE id_block SET next = \(beyond)")
    case .postgres: try run("SELECT setval('id_block', \(beyond), false)")
    }
  }
}

extension Schema.Table {
  fileprivate var quotedColumns: [String] { columns.map { "\"\($0)\"" } }
  fileprivate var quotedKey: [String] { key.map { "\"\($0)\"" } }
}

/// The running hash of a table: every value with its kind and length, so that no two contents look alike.
private struct TableDigest {
  private var hasher = SHA256()
  private var bytes: [UInt8] = []
  private var rows = 0

  mutating func add(_ row: [Value]) {
    rows += 1
    for value in row { add(value) }
    if bytes.count > 1 << 16 { flush() }
  }

  private mutating func add(_ value: Value) {
    switch value {
    case .null: bytes.append(0)
    case .int(let value): add(1, UInt64(bitPattern: value))
    // SQLite does not keep the sign of zero.
    case .double(let value): add(2, (value == 0 ? 0 : value).bitPattern)
    case .text(let value):
      add(3, UInt64(value.utf8.count))
      bytes.append(contentsOf: value.utf8)
    case .blob(let value):
      add(4, UInt64(value.count))
      bytes.append(contentsOf: value)
    }
  }

  private mutating func add(_ kind: UInt8, _ number: UInt64) {
    bytes.append(kind)
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func flush() {
    hasher.update(data: bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func result(_ table: String) -> CopiedTable {
    flush()
    let hash = hasher.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    return CopiedTable(table: table, rows: rows, hash: hash)
  }
}

/// Carries rows from the thread that reads one store to the thread that writes the other, a few batches ahead at most.
private final class RowChannel: @unchecked Sendable {
  enum Parcel: Sendable {
    case rows([[Value]])
    case end(CopiedTable)
    case identities(Int64)
  }

  static let disorder = Problem(.unavailable, "The copy got out of step; nothing was copied.", mend: "Try again.")

  /// Guards the rest, which is why the class may be shared.
  private let condition = NSCondition()
  private var parcels: [Parcel] = []
  private var ending: (any Error)?

  func send(_ parcel: Parcel) throws {
    condition.lock()
    defer { condition.unlock() }
    while parcels.count >= 8 && ending == nil { condition.wait() }
    if let ending { throw ending }
    parcels.append(parcel)
    condition.broadcast()
  }

  func next() throws -> Parcel {
    condition.lock()
    defer { condition.unlock() }
    while parcels.isEmpty && ending == nil { condition.wait() }
    if let ending { throw ending }
    condition.broadcast()
    return parcels.removeFirst()
  }

  /// Lets both sides stop with this error; the first one counts.
  func end(_ error: any Error) {
    condition.lock()
    defer { condition.unlock() }
    if ending == nil { ending = error }
    condition.broadcast()
  }
}
