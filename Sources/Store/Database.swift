import Kernel
import Logging

/// The one door to the company's store, on SQLite or PostgreSQL.
///
/// `read` and `write` take a synchronous closure, which runs on the driver's thread: no transaction is held while
/// something else is awaited.
package final class Database: Sendable {
  let driver: any Driver
  let ids = IDBlocks()
  let secret: Secret
  package let place: Place
  /// Released when the database is closed.
  let lock: FileLock?

  package var dialect: Dialect { driver.dialect }

  init(driver: any Driver, place: Place, secret: Secret, lock: FileLock?) {
    self.driver = driver
    self.place = place
    self.secret = secret
    self.lock = lock
  }

  /// Reads on a consistent snapshot.
  package func read<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    let (ids, secret) = (ids, secret)
    return try await driver.read { try body(Transaction(connection: $0, ids: ids, secret: secret)) }
  }

  /// As `read`, for what an index answers within a millisecond. SQLite answers on the thread of whoever asks, which saves
  /// two changes of thread; so this is no place for anything longer.
  package func glance<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    let (ids, secret) = (ids, secret)
    return try await driver.glance { try body(Transaction(connection: $0, ids: ids, secret: secret)) }
  }

  /// Reads and writes in one transaction. When this returns, the commit is on disk; when it throws, nothing happened,
  /// unless the `Problem` carries the fact `outcome` `unknown`.
  ///
  /// PostgreSQL may end a transaction for the sake of another; `body` then runs again from its beginning. So it must
  /// take nothing away outside, such as lines from a reader.
  @discardableResult
  package func write<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try await driver.write(inside(body), rolledBack: rolledBack)
  }

  /// As `write`, for a change of a few rows that somebody waits for. While nobody else writes, SQLite writes on the
  /// thread of whoever asks, which saves two changes of thread; so this is no place for anything longer.
  @discardableResult
  package func jot<T: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> T) async throws -> T {
    try await driver.jot(inside(body), rolledBack: rolledBack)
  }

  private func inside<T>(
    _ body: @escaping @Sendable (Transaction) throws -> T
  ) -> @Sendable (any Connection) throws -> T {
    let (ids, secret) = (ids, secret)
    return { try body(Transaction(connection: $0, ids: ids, secret: secret)) }
  }

  private var rolledBack: @Sendable () -> Void {
    let (ids, losesBlocks) = (ids, dialect == .sqlite)
    // The next writer would otherwise use identities whose reservation was rolled back.
    return { if losesBlocks { ids.drop() } }
  }

  /// Leaves nothing in the store's files of what was deleted or overwritten.
  package func scrub() async throws { try await driver.scrub() }

  /// How many rows each table holds, by name.
  package func counts() async throws -> [String: Int] {
    let tables = try Schema().tables.map(\.name)
    return try await read { tx in
      var counts: [String: Int] = [:]
      for table in tables {
        try tx.connection.query("SELECT count(*) FROM \(table)", []) { counts[table] = try $0(0) }
      }
      return counts
    }
  }

  /// The HMAC of a text for one purpose, made with the company's key.
  package func code(for text: String, purpose: StaticString) -> [UInt8] {
    secret.code(for: Array(text.utf8), purpose: purpose)
  }

  package func size() async throws -> Int64 { try await driver.size() }
  package func version() async throws -> String { try await driver.version() }

  package func close() async throws {
    try await driver.close()
    lock?.release()
  }
}
