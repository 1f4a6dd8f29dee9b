import Dispatch
import Kernel

/// One place in the pool: a session with the server that is opened when it is needed and opened anew when it broke.
///
/// Everything but `queue` is used on `queue` alone, which is what makes it safe to share: libpq blocks there, and the
/// cooperative threads of Swift stay free.
final class PostgresConnection: Connection, @unchecked Sendable {
  let dialect = Dialect.postgres
  let queue: DispatchQueue
  private let open: @Sendable () throws -> PostgresSession
  private var session: PostgresSession?
  /// The BEGIN that goes out with the first statement; nil outside a transaction.
  private var beginning: String?
  /// Whether the server has heard of the transaction.
  private var isBegun = false
  /// Why the transaction can no longer be committed.
  private(set) var failure: PostgresFailure?

  init(number: Int, open: @escaping @Sendable () throws -> PostgresSession) {
    queue = DispatchQueue(label: "postgres.\(number)")
    self.open = open
  }

  // A transaction.

  /// Starts a transaction; the server hears of it with the first statement.
  func begin(_ sql: String) {
    beginning = sql
    isBegun = false
    failure = nil
  }

  /// Commits.
  /// - Throws: the reason when it did not happen, `Problem.unknownOutcome` when that cannot be told.
  func commit() throws {
    guard isBegun, let session else { return }
    do {
      try session.settle()
    } catch {
      throw noted(error)
    }
    let tag: String
    do {
      tag = try session.script("COMMIT")
    } catch {
      guard !session.isBroken else { throw Problem.unknownOutcome }
      throw noted(error)
    }
    guard tag == "COMMIT" else {
      throw failure?.problem ?? Problem(.unavailable, "The transaction was rolled back; nothing was changed.")
    }
    isBegun = false
  }

  /// Rolls back, whatever state the transaction is in.
  func rollback() {
    guard isBegun, let session else { return }
    isBegun = false
    try? session.settle()
    if session.isBroken || (try? session.script("ROLLBACK")) == nil { disconnect() }
  }

  /// Ends the session; the next statement opens another.
  func disconnect() {
    session = nil
    isBegun = false
  }

  // Statements.

  func query(_ sql: String, _ values: [Value], each: (Row) throws -> Void) throws {
    try noting {
      let rows = try send(sql, values, streaming: true)
      while let row = try rows.next() {
        do {
          try each(Row(columns: rows.columns, values: row))
        } catch {
          try? rows.finish()
          throw error
        }
      }
    }
  }

  func execute(_ sql: String, _ values: [Value]) throws -> Int {
    try noting {
      let rows = try send(sql, values, streaming: false)
      try rows.finish()
      return rows.changed
    }
  }

  func insert(into table: String, _ columns: [String], _ rows: () throws -> [Value]?) throws -> Int {
    let names = columns.joined(separator: ", ")
    let sql = "COPY \(table) (\(names)) FROM STDIN (FORMAT binary)"
    var pending = PostgresCopyRows(
      into: table, types: try noting { try begun().types(of: "SELECT \(names) FROM \(table) LIMIT 0") })
    var count = 0
    while true {
      // Rows are collected before COPY begins: what makes a row may itself ask the store, for identities for instance.
      var isLast = false
      while !isLast && pending.bytes.count < 1 << 19 {
        guard let row = try rows() else {
          isLast = true
          break
        }
        try pending.append(row)
        count += 1
      }
      // The server stores these rows while the next are made; what it refuses comes out at the next statement.
      if !pending.isEmpty { try noting { try begun().copy(sql, pending.taken()) } }
      if isLast { break }
    }
    return count
  }

  func script(_ sql: String) throws {
    try noting {
      let session = try begun()
      try session.script(sql)
      try session.forgetStatements()
    }
  }

  // The session under it.

  /// Runs one statement outside a transaction.
  func runAlone(_ sql: String, each: (Row) throws -> Void) throws {
    beginning = nil
    isBegun = false
    failure = nil
    try query(sql, [], each: each)
  }

  private func send(_ sql: String, _ values: [Value], streaming: Bool) throws -> PostgresRows {
    try onLiveSession { session in
      let rows = try session.send(first: isBegun ? nil : beginning, sql, values, streaming: streaming)
      isBegun = beginning != nil
      return rows
    }
  }

  private func begun() throws -> PostgresSession {
    try onLiveSession { session in
      if !isBegun, let beginning { try session.script(beginning) }
      isBegun = beginning != nil
      return session
    }
  }

  /// Runs `body` on the session, once more on a new one when the server had gone away since the last transaction.
  /// Nothing is lost by that, as the transaction has not begun.
  private func onLiveSession<T>(_ body: (PostgresSession) throws -> T) throws -> T {
    if let session, !session.isBroken {
      do {
        return try body(session)
      } catch {
        // When writing fails, libpq tells it before it has seen that the connection is gone.
        let isLost = session.isBroken || (error as? PostgresFailure)?.isLoss == true
        guard isLost, !isBegun else { throw error }
      }
    }
    guard !isBegun else { throw PostgresFailure(state: nil, message: "the connection is closed") }
    session = nil
    let opened = try open()
    session = opened
    return try body(opened)
  }

  /// Keeps what PostgreSQL refused, as the transaction is void from then on, and tells it in the house's words.
  private func noting<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch {
      throw noted(error)
    }
  }

  private func noted(_ error: any Error) -> any Error {
    guard let refusal = error as? PostgresFailure else { return error }
    // The first is the reason; later ones only say that the transaction is void.
    if failure == nil { failure = refusal }
    return (refusal.state == "25P02" ? failure ?? refusal : refusal).problem
  }
}
