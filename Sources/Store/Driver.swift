import Kernel

/// One connection to a store, used only inside a transaction and only on the driver's thread.
package protocol Connection: AnyObject {
  var dialect: Dialect { get }

  /// Runs a query and hands over each row; an error thrown by `each` ends the query.
  func query(_ sql: String, _ values: [Value], each: (Row) throws -> Void) throws

  /// Runs a statement without rows.
  /// - Returns: the number of rows changed.
  func execute(_ sql: String, _ values: [Value]) throws -> Int

  /// Inserts many rows by the fastest way the store has (COPY, or one prepared statement).
  /// - Parameter rows: called until it returns nil; each row has one value per column.
  /// - Returns: the number of rows inserted.
  func insert(into table: String, _ columns: [String], _ rows: () throws -> [Value]?) throws -> Int

  /// Runs SQL without values that may hold several statements, such as the steps of a schema.
  func script(_ sql: String) throws
}

/// A store: where connections come from.
package protocol Driver: Sendable {
  var dialect: Dialect { get }

  /// Runs `body` on a consistent snapshot, on the driver's thread.
  func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T

  /// As `read`, for what takes no longer than a change of thread.
  func glance<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T

  /// Runs `body` in a transaction that is committed when it returns and rolled back when it throws.
  /// When this returns, the commit is on disk.
  ///
  /// A driver may run `body` again from its beginning after the store gave way to another transaction.
  /// - Parameter rolledBack: called on the driver's thread after each rollback, before the next transaction can start.
  func write<T: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> T, rolledBack: @escaping @Sendable () -> Void
  ) async throws -> T

  /// As `write`, for a few rows.
  func jot<T: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> T, rolledBack: @escaping @Sendable () -> Void
  ) async throws -> T

  /// Size of the store in bytes, as far as it can tell.
  func size() async throws -> Int64

  /// Version of the store's library or server, for `doctor`.
  func version() async throws -> String

  /// Rewrites the store so that nothing of what was deleted or overwritten is left in its files. PostgreSQL does this by
  /// itself in time.
  func scrub() async throws

  /// Closes every connection; pending work ends first.
  func close() async throws
}

extension Driver {
  package func glance<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
    try await read(body)
  }

  package func jot<T: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> T, rolledBack: @escaping @Sendable () -> Void
  ) async throws -> T {
    try await write(body, rolledBack: rolledBack)
  }
}
