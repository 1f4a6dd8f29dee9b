import CPQ
import Kernel
import Synchronization

/// Opens sessions with one company's database: bounds every wait, and fixes the settings that reading values rests on.
final class PostgresDoor: Sendable {
  private let address: PostgresAddress
  /// The step of the schema every session makes sure of; 0 until the company is in use.
  private let step = Atomic<Int>(0)

  init(_ address: PostgresAddress) { self.address = address }

  /// From now on every session shares the lock that keeps the schema as it is, at this step.
  func keep(schema step: Int) { self.step.store(step, ordering: .sequentiallyConsistent) }

  /// - Throws: `PostgresFailure`, or `Problem` when the schema is no longer the one this program was started on.
  func open() throws -> PostgresSession {
    let session = try PostgresSession(try address.parameters())
    try session.script(
      """
      SET statement_timeout = '60s'; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '30s';
      SET bytea_output = hex; SET extra_float_digits = 1; SET synchronous_commit = on
      """)
    let step = step.load(ordering: .sequentiallyConsistent)
    if step > 0 { try PostgresDoor.share(session, step) }
    return session
  }

  /// Two servers may share a company; while they do, none may change its schema.
  private static func share(_ session: PostgresSession, _ step: Int) throws {
    let lock: Statement = "SELECT pg_advisory_lock_shared(\(SchemaLock.key))"
    try session.script(lock.rendered(for: .postgres).sql)
    let rows = try session.send(first: nil, "SELECT max(number) FROM schema_step", [], streaming: false)
    let found = try rows.next()?.first
    try rows.finish()
    guard found == .int(Int64(step)) else {
      throw Problem(
        .unavailable, field: "database",
        "Another version of this program has changed the schema of the store meanwhile.",
        mend: "Start this server again with that version.")
    }
  }

  /// Refuses a server that lacks what is relied on.
  static func verify(_ connection: PostgresConnection) throws {
    var found: Row?
    try connection.runAlone(
      "SELECT current_setting('server_version_num'), current_setting('server_encoding'), current_schema()"
    ) { found = $0 }
    guard let found else { throw Problem(.unavailable, "The database gave no answer.") }
    let (version, encoding, schema) = (
      try found(0, as: String.self), try found(1, as: String.self), try found(2, as: String?.self)
    )
    guard (Int(version) ?? 0) >= 140_000 else {
      throw Problem(
        .unavailable, field: "database", "The PostgreSQL server is older than version 14.", mend: "Upgrade it.")
    }
    guard encoding == "UTF8" else {
      throw Problem(
        .unavailable, field: "database", "The database is encoded in \(encoding).",
        mend: "Create it with ENCODING 'UTF8'.")
    }
    guard schema != nil else {
      throw Problem(
        .unavailable, field: "database", "The schema that the address names does not exist.",
        mend: "Run CREATE SCHEMA first.")
    }
  }
}

/// The advisory lock of a company's schema: shared by servers, exclusive to a migration.
enum SchemaLock {
  /// Its two numbers.
  static let key: Statement = "hashtext('valuechain'), hashtext(current_schema())"
}
