import CPQ
import Dispatch
import Foundation
import Kernel

/// PostgreSQL through libpq: a pool of connections, each on a thread of its own while it works.
///
/// Reads see one snapshot (REPEATABLE READ, READ ONLY). Writes are READ COMMITTED, and run again from their beginning, at
/// most three times, when PostgreSQL ends them for the sake of another. A commit whose fate is unknown is never repeated.
final class PostgresDriver: Driver {
  let dialect = Dialect.postgres
  private let pool: PostgresPool
  private let door: PostgresDoor

  /// Reaches the server once, so that a wrong address is told at the start.
  /// - Throws: `Problem` when it cannot be reached, or lacks what is relied on.
  init(address: String, limits: PostgresPool.Limits = .init()) async throws {
    let door = PostgresDoor(try PostgresAddress(address))
    self.door = door
    pool = PostgresPool(limits) { try door.open() }
    try await lent { connection, answer in
      answer.resume(with: Result { try PostgresDoor.verify(connection) })
    }
  }

  /// Keeps the schema at its step while this process uses the company: see `PostgresDoor`.
  /// - Throws: `Problem` when another process is changing it.
  func keep(schema step: Int) async throws {
    door.keep(schema: step)
    await pool.disconnect()
    _ = try await version()
  }

  func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
    try await lent { connection, answer in
      connection.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
      answer.resume(with: Result { try body(connection) })
      connection.rollback()
    }
  }

  func write<T: Sendable>(
    _ body: @escaping @Sendable (any Connection) throws -> T, rolledBack: @escaping @Sendable () -> Void
  ) async throws -> T {
    try await lent { connection, answer in
      answer.resume(with: Result { try PostgresDriver.write(connection, body, rolledBack) })
    }
  }

  private static func write<T>(
    _ connection: PostgresConnection, _ body: (any Connection) throws -> T, _ rolledBack: () -> Void
  ) throws -> T {
    var repetitions = 0
    while true {
      connection.begin("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
      do {
        let result = try body(connection)
        try connection.commit()
        return result
      } catch {
        connection.rollback()
        rolledBack()
        guard connection.failure?.isPassing == true, repetitions < 3 else { throw error }
        repetitions += 1
        Thread.sleep(forTimeInterval: Double(repetitions) * Double.random(in: 0.01...0.05))
      }
    }
  }

  /// Lends a connection to `body`, on the connection's thread; `body` answers, and may tidy up after that.
  private func lent<T: Sendable>(
    _ body: @escaping @Sendable (PostgresConnection, CheckedContinuation<T, any Error>) -> Void
  ) async throws -> T {
    let connection = try await pool.take()
    return try await withCheckedThrowingContinuation { answer in
      connection.queue.async { [pool] in
        body(connection, answer)
        pool.giveBack(connection)
      }
    }
  }

  func size() async throws -> Int64 {
    try await read { connection in
      var bytes: Int64 = 0
      try connection.query(
        """
        SELECT CAST(coalesce(sum(pg_total_relation_size(oid)), 0) AS BIGINT) FROM pg_class
        WHERE relkind IN ('r', 'm') AND relnamespace = CAST(current_schema() AS regnamespace)
        """, []
      ) { bytes = try $0(0) }
      return bytes
    }
  }

  func version() async throws -> String {
    try await read { connection in
      var server = ""
      try connection.query("SELECT current_setting('server_version')", []) { server = try $0(0) }
      let library = Int(PQlibVersion())
      return "PostgreSQL \(server), libpq \(library / 10_000).\(library % 10_000)"
    }
  }

  func scrub() async throws {}

  func close() async throws { await pool.close() }
}
