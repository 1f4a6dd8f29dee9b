import CPQ
import Kernel

/// One open connection of libpq. Everything blocks, and only one thread may use it at a time.
final class PostgresSession {
  private let pg: OpaquePointer
  /// Names of the statements the server has parsed, by their text and the types of their values.
  private var prepared: [String: String] = [:]
  /// The result that is still coming in, if any.
  private var unread: PostgresRows?
  private var isCopying = false
  private var columnTypes: [String: [PostgresColumn]] = [:]

  /// More statements than this are not kept parsed; longer ones are not kept either.
  private static let keptStatements = 256
  private static let keptLength = 8_192

  /// - Throws: `PostgresFailure` when the server cannot be reached or refuses.
  init(_ parameters: [(keyword: String, value: String)]) throws {
    let opened = PostgresSession.connect(parameters)
    guard let opened else { throw PostgresFailure(state: "53200", message: "out of memory") }
    pg = opened
    guard PQstatus(pg) == CONNECTION_OK else {
      // From here on `deinit` closes it, also when this throws.
      throw PostgresFailure(state: PostgresFailure.unreached, message: PostgresFailure.message(of: pg))
    }
    PQsetNoticeProcessor(pg, { _, _ in }, nil)
  }

  deinit { PQfinish(pg) }

  private static func connect(_ parameters: [(keyword: String, value: String)]) -> OpaquePointer? {
    var bytes: [CChar] = []
    let offsets = parameters.map { parameter in
      let start = bytes.count
      bytes.append(contentsOf: parameter.keyword.utf8CString)
      let middle = bytes.count
      bytes.append(contentsOf: parameter.value.utf8CString)
      return (start, middle)
    }
    return bytes.withUnsafeBufferPointer { all in
      let keywords = offsets.map { all.baseAddress?.advanced(by: $0.0) } + [nil]
      let values = offsets.map { all.baseAddress?.advanced(by: $0.1) } + [nil]
      return PQconnectdbParams(keywords, values, 1)
    }
  }

  var isBroken: Bool { PQstatus(pg) != CONNECTION_OK }
  var serverVersion: Int { Int(PQserverVersion(pg)) }

  /// Runs statements without values by the simple protocol.
  /// - Returns: the command's tag, such as `COMMIT`.
  @discardableResult
  func script(_ sql: String) throws -> String {
    try settle()
    let result = PQexec(pg, sql)
    defer { PQclear(result) }
    guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY].contains(PQresultStatus(result)) else {
      throw PostgresFailure(result, of: pg)
    }
    return PQcmdStatus(result).map { String(cString: $0) } ?? ""
  }

  /// Forgets what was parsed, as the tables may have changed.
  func forgetStatements() throws {
    columnTypes = [:]
    guard !prepared.isEmpty else { return }
    try script("DEALLOCATE ALL")
    prepared = [:]
  }

  /// Sends a statement, and before it `first` (such as BEGIN) and its parsing, in one journey.
  /// - Parameter streaming: whether rows are handed over as they come, instead of being collected by libpq.
  func send(first: String?, _ sql: String, _ values: [Value], streaming: Bool) throws -> PostgresRows {
    let parameters = try PostgresParameters(values)
    try settle()
    let isKept = sql.utf8.count <= PostgresSession.keptLength
    let key = isKept ? parameters.signature + sql : ""
    let known = prepared[key]
    let name = isKept ? known ?? "s\(prepared.count)" : ""
    if isKept && known == nil && prepared.count >= PostgresSession.keptStatements {
      try forgetStatements()
      return try send(first: first, sql, values, streaming: streaming)
    }
    let isPipeline = first != nil || known == nil
    var sent = !isPipeline || PQenterPipelineMode(pg) == 1
    if let first { sent = sent && PQsendQueryParams(pg, first, 0, nil, nil, nil, nil, 0) == 1 }
    if known == nil { sent = sent && PQsendPrepare(pg, name, sql, parameters.count, parameters.types) == 1 }
    sent =
      sent
      && parameters.withPointers { PQsendQueryPrepared(pg, name, parameters.count, $0, $1, $2, 0) == 1 }
    if isPipeline { sent = sent && PQpipelineSync(pg) == 1 }
    guard sent else {
      let failure = PostgresFailure(nil, of: pg)
      leavePipeline()
      throw failure
    }
    do {
      if first != nil { try expectCompletion() }
      if known == nil {
        try expectCompletion()
        if isKept { prepared[key] = name }
      }
    } catch {
      leavePipeline()
      throw error
    }
    if streaming { PQsetSingleRowMode(pg) }
    let rows = PostgresRows(self)
    unread = rows
    return rows
  }

  /// The next result of the statement that was sent; nil at its end, where the connection is free again.
  fileprivate func nextResult() throws -> OpaquePointer? {
    guard let result = PQgetResult(pg) else {
      leavePipeline()
      unread = nil
      return nil
    }
    switch PQresultStatus(result) {
    case PGRES_SINGLE_TUPLE, PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return result
    default:
      let failure = PostgresFailure(result, of: pg)
      PQclear(result)
      unread = nil
      leavePipeline()
      throw failure
    }
  }

  /// Reads the answer to a command without rows inside a pipeline.
  private func expectCompletion() throws {
    let result = PQgetResult(pg)
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw PostgresFailure(result, of: pg) }
    while let extra = PQgetResult(pg) { PQclear(extra) }
  }

  /// Reads whatever is left, so that the connection can take the next statement.
  private func leavePipeline() {
    var empties = 0
    while empties < 2 && !isBroken {
      guard let result = PQgetResult(pg) else {
        empties += 1
        continue
      }
      empties = PQresultStatus(result) == PGRES_PIPELINE_SYNC ? 1 : 0
      PQclear(result)
    }
    if PQpipelineStatus(pg) != PQ_PIPELINE_OFF { PQexitPipelineMode(pg) }
  }

  /// Makes the connection free for another statement: rows not yet read are kept in memory, and the rows of a running
  /// COPY are confirmed.
  func settle() throws {
    if let unread {
      self.unread = nil
      try unread.collect()
    }
    try endCopy()
  }

  /// The types of the columns a query gives, asked once for each text.
  func types(of query: String) throws -> [PostgresColumn] {
    if let known = columnTypes[query] { return known }
    try settle()
    let result = PQexec(pg, query)
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_TUPLES_OK else { throw PostgresFailure(result, of: pg) }
    let types = (0..<PQnfields(result)).map { PostgresColumn(type: PQftype(result, $0)) }
    if columnTypes.count >= Self.keptStatements { columnTypes = [:] }
    columnTypes[query] = types
    return types
  }

  /// Starts a COPY of rows and sends them, without waiting for the server to have stored them.
  func copy(_ sql: String, _ rows: [UInt8]) throws {
    try settle()
    let result = PQexec(pg, sql)
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_COPY_IN else { throw PostgresFailure(result, of: pg) }
    isCopying = true
    let step = 1 << 20
    for start in stride(from: 0, to: rows.count, by: step) {
      let sent = rows[start..<min(start + step, rows.count)].withUnsafeBytes { piece in
        PQputCopyData(pg, piece.bindMemory(to: CChar.self).baseAddress, Int32(clamping: piece.count))
      }
      guard sent == 1 else { break }
    }
    PQputCopyEnd(pg, nil)
    PQflush(pg)
  }

  /// Waits until the server has stored the rows of the COPY in progress, if there is one.
  private func endCopy() throws {
    guard isCopying else { return }
    isCopying = false
    var failure: PostgresFailure?
    while let result = PQgetResult(pg) {
      if PQresultStatus(result) != PGRES_COMMAND_OK && failure == nil { failure = PostgresFailure(result, of: pg) }
      PQclear(result)
      if isBroken { break }
    }
    if let failure { throw failure }
  }
}

/// The rows of one statement as they come in.
///
/// When another statement is sent before the last row was read, the rest is collected in memory first: a query inside
/// the loop over another query works, as it does on SQLite.
final class PostgresRows {
  private var session: PostgresSession?
  private var collected: [[Value]] = []
  private var position = 0
  private var kinds: [PostgresColumn] = []
  private var result: OpaquePointer?
  private var resultRow: Int32 = 0
  private(set) var columns = Columns([])
  /// How many rows the statement changed, once it has ended.
  private(set) var changed = 0
  /// What went wrong while the rest was collected; told to whoever reads on.
  private var failure: (any Error)?

  fileprivate init(_ session: PostgresSession) { self.session = session }

  deinit { PQclear(result) }

  /// The next row; nil after the last.
  func next() throws -> [Value]? {
    if position < collected.count {
      defer { position += 1 }
      return collected[position]
    }
    if let failure { throw failure }
    return try receive()
  }

  /// Reads everything there is and throws it away, so that the statement has ended.
  func finish() throws {
    while try next() != nil {}
  }

  fileprivate func collect() throws {
    do {
      while let row = try receive() { collected.append(row) }
    } catch {
      failure = error
      throw error
    }
  }

  private func receive() throws -> [Value]? {
    while let session {
      if let result, resultRow < PQntuples(result) {
        defer { resultRow += 1 }
        return values(of: result, row: resultRow)
      }
      PQclear(result)
      result = nil
      do {
        result = try session.nextResult()
      } catch {
        self.session = nil
        throw error
      }
      guard let result else {
        self.session = nil
        return nil
      }
      resultRow = 0
      if kinds.isEmpty { describe(result) }
      if PQresultStatus(result) != PGRES_SINGLE_TUPLE {
        changed = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
      }
    }
    return nil
  }

  private func describe(_ result: OpaquePointer) {
    let width = PQnfields(result)
    kinds = (0..<width).map { PostgresColumn(type: PQftype(result, $0)) }
    columns = Columns((0..<width).map { PQfname(result, $0).map { String(cString: $0) } ?? "" })
  }

  private func values(of result: OpaquePointer, row: Int32) -> [Value] {
    var all: [Value] = []
    all.reserveCapacity(kinds.count)
    for (column, kind) in kinds.enumerated() {
      let column = Int32(truncatingIfNeeded: column)
      guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else {
        all.append(.null)
        continue
      }
      let count = Int(PQgetlength(result, row, column))
      let value = start.withMemoryRebound(to: UInt8.self, capacity: count) {
        kind.value(UnsafeBufferPointer(start: $0, count: count))
      }
      all.append(value)
    }
    return all
  }
}
