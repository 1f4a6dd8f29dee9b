import Customers
import Foundation
import Kernel
import Store
import Tabular

/// One import being carried out: first the whole file is read and judged, then it goes into the store batch by batch.
///
/// Until the file has been read to its end nothing is written. A batch is committed as a whole; a run that was
/// interrupted goes on after its last batch.
struct Importing {
  let imports: Imports
  let run: ImportRun
  let order: ImportOrder
  let company: Company
  let actor: Actor
  let progress: JobProgress

  /// A file with more bad rows than this was read in a wrong way.
  static let mostRejects = 100_000
  /// Up to so many rows go in by one batch, all or nothing.
  static let smallFile = 20_000

  func carryOut(_ source: ByteSource) async throws -> ImportRun {
    let (spool, rows, rejects) = try await read(source)
    if run.batches == 0 { try await note(rejects) }
    let groups = Array(0..<Spool.groups)
    // Customers have few columns, so eight groups of them go in together.
    let most = order.subject == .customers ? 8 : 1
    let batches = spool.rows <= Importing.smallFile ? [groups] : groups.chunks(of: most).map(Array.init)
    if order.subject == .purchases { try await purchases(spool, batches) } else { try await others(spool, batches) }
    try await quote(source)
    return try await imports.finish(run.id, read: rows + rejects.count, by: actor)
  }

  private func others(_ spool: Spool, _ batches: [[Int]]) async throws {
    var done = 0
    for (index, batch) in batches.enumerated() {
      // A batch that was committed before an interruption is read only for what later ones need of it.
      let isDone = index + 1 < run.batches
      switch order.subject {
      case .customers: done += try await customers(spool, batch, index, isDone)
      case .products: done += try await products(spool, batch, index, isDone)
      case .observations: done += try await observations(spool, batch, index, isDone)
      case .contacts: done += try await contacts(spool, batch, index, isDone)
      case .interactions: done += try await interactions(spool, batch, index, isDone)
      case .drivers, .purchases: done += try await drivers(spool, batch, index, isDone)
      }
      try await report(done, spool)
    }
  }

  func report(_ done: Int, _ spool: Spool) async throws {
    try await progress.report(Int64(done), of: Int64(spool.rows), "\(done) of \(spool.rows) rows in the store")
  }

  /// Rows that were refused only beside what the store has are kept as they stand in the file, so that they can be
  /// mended like the others: the file is read once more for them.
  private func quote(_ source: ByteSource) async throws {
    let id = run.id
    var wanted = try await imports.database.read { tx in
      Set(
        try tx.rows("SELECT line FROM import_reject WHERE import_id = \(id) AND part > 0 AND original = ''") {
          try $0("line", as: Int.self)
        })
    }
    guard !wanted.isEmpty else { return }
    let today = run.startedAt.day(in: company.zone)
    let table = try Table(
      source, options: try order.options(currency: company.currency, zone: company.zone, today: today))
    var originals: [(line: Int, text: String)] = []
    while !wanted.isEmpty {
      let step = try table.next()
      if case .end = step { break }
      guard wanted.remove(table.line) != nil else { continue }
      originals.append((table.line, Importing.storable(table.original)))
    }
    let found = originals
    try await imports.database.write { tx in
      for (line, text) in found {
        try tx.run(
          "UPDATE import_reject SET original = \(text) WHERE import_id = \(id) AND line = \(line) AND part > 0")
      }
    }
  }

  // Reading.

  private func read(_ source: ByteSource) async throws -> (Spool, rows: Int, rejects: [Refusal]) {
    var spool = Spool(folder: imports.folder)
    // The day the run began, also when it goes on after midnight: what was refused then is refused now.
    let today = run.startedAt.day(in: company.zone)
    let table = try Table(
      source, options: try order.options(currency: company.currency, zone: company.zone, today: today))
    try order.require(table.map, without: order.subject.closed(to: actor))
    let fields = try await order.fillable(by: actor, in: imports.database)
    let reading = try RowReading(order, company: company, map: table.map, fields: fields)
    var rejects: [Refusal] = []
    var rows = 0
    reading: while true {
      var refusal: Refusal?
      switch try table.next() {
      case .end: break reading
      case .refused(let found): refusal = found
      case .record: refusal = try take(table, reading, &spool)
      }
      if let refusal { rejects.append(refusal) } else { rows += 1 }
      if rejects.count > Importing.mostRejects, let first = rejects.first {
        throw Problem(
          .invalid, field: "file",
          "More than \(Importing.mostRejects) rows cannot be read; the first is \(first.sentence)",
          mend: "Check which column means what, and how numbers and dates are written.")
      }
      if (rows + rejects.count) % 20_000 == 0 {
        try await progress.report(Int64(rows), of: nil as Int64?, "\(rows) rows read")
      }
    }
    if run.batches == 0 { try await describe(table) }
    return (spool, rows, rejects)
  }

  private func take(_ table: Table, _ reading: RowReading, _ spool: inout Spool) throws -> Refusal? {
    switch order.subject {
    case .purchases: try add(&spool, key: \.customer) { () throws(Refusal) in try reading.purchases(table) }
    case .customers: try add(&spool, key: \.key) { () throws(Refusal) in try reading.customers(table) }
    case .products: try add(&spool, key: \.key) { () throws(Refusal) in try reading.products(table) }
    case .drivers: try add(&spool, key: \.customer) { () throws(Refusal) in try reading.drivers(table) }
    case .observations:
      try add(&spool, key: \.customer) { () throws(Refusal) in try reading.observations(table) }
    case .contacts: try add(&spool, key: \.customer) { () throws(Refusal) in try reading.contacts(table) }
    case .interactions:
      try add(&spool, key: \.customer) { () throws(Refusal) in try reading.interactions(table) }
    }
  }

  private func add<Row: Spoolable>(
    _ spool: inout Spool, key: (Row) -> String, _ read: () throws(Refusal) -> [Row]
  ) throws -> Refusal? {
    let rows: [Row]
    do { rows = try read() } catch { return error }
    for row in rows { try spool.add(row, key: key(row)) }
    return nil
  }

  /// Keeps what was found out about the file.
  private func describe(_ table: Table) async throws {
    let shape = ImportRun.Shape(
      sentences: table.report.sentences, headers: table.map.headers,
      separator: table.report.dialect.separator.rawValue, hasHeader: table.report.dialect.hasHeader)
    let text = String(decoding: try JSONEncoder().encode(shape), as: UTF8.self)
    let id = run.id
    try await imports.database.write { try $0.run("UPDATE import_run SET report = \(text) WHERE id = \(id)") }
  }

  /// Keeps the rows that were refused; from now on the run has begun.
  private func note(_ rejects: [Refusal]) async throws {
    let id = run.id
    try await imports.database.write { tx in
      var next = rejects.makeIterator()
      try tx.insert(into: "import_reject", ["import_id", "line", "part", "field", "reason", "original"]) {
        next.next().map {
          [
            id.stored, .int(Int64($0.line)), .int(0), .text($0.header ?? ""), .text($0.reason),
            .text(Importing.storable($0.original)),
          ]
        }
      }
      try tx.run(
        "UPDATE import_run SET read_rows = \(rejects.count), rejected_rows = \(rejects.count), batches = 1 WHERE id = \(id)"
      )
    }
  }

  /// Text without the one character that a store cannot keep.
  static func storable(_ text: String) -> String {
    text.utf8.contains(0) ? text.replacing("\0", with: "\u{2400}") : text
  }
}
