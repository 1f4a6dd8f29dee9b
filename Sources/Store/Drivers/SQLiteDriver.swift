import Foundation
import GRDB
import GRDBSQLite
import Kernel
import Logging
import Synchronization

/// SQLite through GRDB: WAL, one writer, readers on snapshots, and the start-up contract read back.
final class SQLiteDriver: Driver {
  let dialect = Dialect.sqlite
  private let pool: DatabasePool
  private let path: String
  /// What the file was when it was opened: another file under the same name must not be written.
  private let identity: (device: UInt64, inode: UInt64)
  /// How many write, or wait for the one writer.
  private let writers = Atomic<Int>(0)
  private let isClosed = Atomic(false)
  /// Whether others are served while a thread waits for the disk.
  private let hasThreadsToSpare = ProcessInfo.processInfo.activeProcessorCount > 1

  init(path: String) throws {
    self.path = path
    do {
      pool = try DatabasePool(path: path, configuration: SQLiteDriver.configuration())
      // GRDB sets NORMAL when it turns WAL on, which can lose acknowledged commits when the power fails.
      // A log of 16 MB instead of 4 moves a page that is written again and again to the file a quarter as often.
      try pool.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000")
      }
    } catch {
      throw SQLiteDriver.problem(error)
    }
    identity = try SQLiteDriver.identity(of: path)
    try verifyContract()
  }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
          PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;
          PRAGMA secure_delete = ON;
          """)
      sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_SQL_LENGTH, 1_000_000)
      sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_EXPR_DEPTH, 200)
      sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200)
      sqlite3_limit(db.sqliteConnection, SQLITE_LIMIT_ATTACHED, 1)
    }
    return configuration
  }

  /// Refuses to work on a connection that did not take the settings durability rests on.
  private func verifyContract() throws {
    let found = try pool.writeWithoutTransaction { db in
      try ["journal_mode", "synchronous", "foreign_keys", "trusted_schema", "cell_size_check"].map {
        try DatabaseValue.fetchOne(db, sql: "PRAGMA \($0)")?.description ?? "none"
      }
    }
    guard found == ["\"wal\"", "2", "1", "0", "1"] else {
      throw Problem(
        .unavailable, field: path, "The store did not take its safety settings (\(found.joined(separator: ", "))).",
        mend: "Keep it on a local disk that supports write-ahead logging.")
    }
  }

  private static func identity(of path: String) throws -> (device: UInt64, inode: UInt64) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw Problem(.unavailable, field: path, "The store's file is gone.", mend: "Put it back, or restore a backup.")
    }
    return (UInt64(status.st_dev), UInt64(status.st_ino))
  }

  /// Refuses writes when the file under the name is no longer the one that was opened.
  private func verifyIdentity() throws {
    guard try SQLiteDriver.identity(of: path) == identity else {
      throw Problem(
        .unavailable, field: path, "The store's file was replaced while it was in use.",
        mend: "Stop the server, put the right file there and start again.")
    }
  }

  func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
    do {
      return try await pool.read { try body(SQLiteConnection($0)) }
    } catch {
      throw SQLiteDriver.problem(error)
    }
  }

  func glance<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
    do {
      return try readHere(body)
    } catch {
      throw SQLiteDriver.problem(error)
    }
  }

  /// Reads on this thread: GRDB's queue runs a reader in place when nobody else holds it.
  private func readHere<T>(_ body: (any Connection) throws -> T) throws -> T {
    try pool.read { try body(SQLiteConnection($0)) }
  }

  func write<T: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> T, rolledBack: @escaping @Sendable () -> Void
  ) async throws -> T {
    writers.add(1, ordering: .relaxed)
    defer { writers.subtract(1, ordering: .relaxed) }
    try verifyIdentity()
    do {
      return try await pool.writeWithoutTransaction { try SQLiteDriver.transaction($0, body, rolledBack) }
    } catch {
      throw SQLiteDriver.problem(error)
    }
  }

  func jot<T: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> T, rolledBack: @escaping @Sendable () -> Void
  ) async throws -> T {
    // Whoever would have to wait for another writer waits without a thread.
    guard hasThreadsToSpare, writers.compareExchange(expected: 0, desired: 1, ordering: .relaxed).exchanged else {
      return try await write(body, rolledBack: rolledBack)
    }
    defer { writers.subtract(1, ordering: .relaxed) }
    try verifyIdentity()
    do {
      return try writeHere(body, rolledBack)
    } catch {
      throw SQLiteDriver.problem(error)
    }
  }

  /// Writes on this thread, as `readHere` reads.
  private func writeHere<T>(_ body: (any Connection) throws -> T, _ rolledBack: () -> Void) throws -> T {
    try pool.writeWithoutTransaction { try SQLiteDriver.transaction($0, body, rolledBack) }
  }

  private static func transaction<T>(
    _ db: GRDB.Database, _ body: (any Connection) throws -> T, _ rolledBack: () -> Void
  ) throws -> T {
    var result: T?
    do {
      try db.inTransaction(.immediate) {
        result = try body(SQLiteConnection(db))
        return .commit
      }
    } catch {
      rolledBack()
      throw error
    }
    guard let result else { throw Problem(.unavailable, "The transaction gave no result.") }
    return result
  }

  func size() async throws -> Int64 {
    try await read { connection in
      var bytes: Int64 = 0
      try connection.query("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()", []) {
        bytes = try $0(0)
      }
      return bytes
    }
  }

  func scrub() async throws {
    writers.add(1, ordering: .relaxed)
    defer { writers.subtract(1, ordering: .relaxed) }
    do {
      // In a file, because a whole company may not fit into memory.
      try await pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA temp_store = FILE")
        defer { try? db.execute(sql: "PRAGMA temp_store = MEMORY") }
        try db.execute(sql: "VACUUM")
      }
      // The log can be emptied once nobody reads from it any more.
      for attempt in 1...20 {
        do {
          return try await pool.writeWithoutTransaction { try SQLiteDriver.emptyLog($0) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && attempt < 20 {
          try await Task.sleep(for: .milliseconds(250))
        }
      }
    } catch {
      throw SQLiteDriver.problem(error)
    }
  }

  func version() async throws -> String { "SQLite " + String(cString: sqlite3_libversion()) }

  func close() async throws {
    // The log of a connection that is closed cannot be emptied.
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    do {
      try await pool.writeWithoutTransaction { try SQLiteDriver.emptyLog($0) }
      try pool.close()
    } catch {
      // So that it can be tried again.
      isClosed.store(false, ordering: .releasing)
      throw SQLiteDriver.problem(error)
    }
  }

  /// As `close`, on the caller's thread.
  func closeNow() throws {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    do {
      try pool.writeWithoutTransaction { try SQLiteDriver.emptyLog($0) }
      try pool.close()
    } catch {
      isClosed.store(false, ordering: .releasing)
      throw SQLiteDriver.problem(error)
    }
  }

  /// A short file for whoever copies it, and no leftover log.
  private static func emptyLog(_ db: GRDB.Database) throws { _ = try db.checkpoint(.truncate) }

  /// Copies the store into `target` while it is in use.
  func backup(to target: String) throws {
    do {
      let copy = try DatabaseQueue(path: target)
      try pool.backup(to: copy)
      try copy.close()
    } catch {
      throw SQLiteDriver.problem(error)
    }
  }

  /// What a store's error means to the person who asked.
  static func problem(_ error: any Error) -> any Error {
    guard let error = error as? DatabaseError else { return error }
    return problem(code: error.extendedResultCode.rawValue, message: error.message ?? "")
  }

  static func problem(code: Int32, message: String) -> Problem {
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED:
      Problem(.unavailable, "Another process holds the store.", mend: "Try again in a moment.")
    case SQLITE_FULL:
      Problem(.unavailable, "The disk is full; nothing was changed.", mend: "Free some space and try again.")
    case SQLITE_IOERR, SQLITE_CANTOPEN:
      Problem(.unavailable, "The disk did not take it (\(message)).", mend: "Check the disk, then restart.")
    case SQLITE_READONLY, SQLITE_PERM:
      Problem(.unavailable, "The store may only be read.", mend: "Check the rights of the file and its folder.")
    case SQLITE_CORRUPT, SQLITE_NOTADB:
      Problem(.unavailable, "The store's file is damaged.", mend: "Stop the server and restore a backup.")
    case SQLITE_CONSTRAINT where code == 787:  // FOREIGN KEY
      Problem(
        .conflict, "What it belongs to is gone, or something still belongs to it.", mend: "Reload and look again.",
        facts: [.init("constraint", message)])
    case SQLITE_CONSTRAINT where code == 2067 || code == 1555:  // UNIQUE, PRIMARY KEY
      Problem(.conflict, "It exists already.", mend: "Open the one that exists.", facts: [.init("constraint", message)])
    default:
      Problem(.unavailable, "The store refused: \(message).", facts: [.init("code", String(code))])
    }
  }
}
