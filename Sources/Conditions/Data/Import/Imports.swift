import Customers
import Foundation
import Kernel
import Records
import Store
import Tabular

/// The files that came in: every statement on the tables of imports, and the act of importing itself.
package struct Imports: Sendable {
  let database: Database
  let clock: any Clock
  let jobs: Jobs
  /// Where rows are set aside while a file is read.
  let folder: String

  package init(_ database: Database, clock: any Clock, jobs: Jobs, folder: String) {
    self.database = database
    self.clock = clock
    self.jobs = jobs
    self.folder = folder
  }

  // A run whose job ended without it stays as it was; nobody carries it on.
  private static let select: Statement = """
    SELECT r.*, s.name AS feed_name, u.at AS undone_at, coalesce(r.problem, j.problem) AS reason,
      CASE WHEN r.state = 'running' AND j.state IN ('failed', 'cancelled') THEN 'interrupted' ELSE r.state END AS standing
    FROM import_run r JOIN feed f ON f.id = r.feed_id JOIN source s ON s.id = f.source_id
    LEFT JOIN import_undo u ON u.import_id = r.id LEFT JOIN job j ON j.id = r.job_id
    """

  package func recent(_ limit: Int = 100, for actor: Actor) async throws -> [ImportRun] {
    try actor.require(.see, .importRun)
    return try await database.read { tx in
      try tx.rows("\(Imports.select) ORDER BY r.id DESC LIMIT \(limit)", ImportRun.init(row:))
    }
  }

  package func find(_ id: ID<ImportRun>, for actor: Actor) async throws -> ImportRun {
    try actor.require(.see, .importRun)
    return try await database.read { try Imports.find(id, in: $0) }
  }

  static func find(_ id: ID<ImportRun>, in tx: Transaction) throws -> ImportRun {
    guard let run = try tx.first("\(select) WHERE r.id = \(id)", ImportRun.init(row:)) else {
      throw Problem(.notFound, "There is no such import.")
    }
    return run
  }

  /// The rows that were refused, by line.
  package func rejects(of id: ID<ImportRun>, limit: Int = 200, for actor: Actor) async throws -> [ImportReject] {
    try actor.require(.see, .importRun)
    return try await database.read { tx in
      try tx.rows(
        "SELECT * FROM import_reject WHERE import_id = \(id) ORDER BY line, part LIMIT \(limit)"
      ) { row in
        try ImportReject(
          line: row("line"), part: row("part"), field: row("field"),
          reason: actor.seesPersonalData ? row("reason") : "It was refused.",
          original: actor.seesPersonalData ? row("original") : "", repairedBy: row("repaired_by"))
      }
    }
  }

  /// How a run's file was read, for mending its rows.
  package func order(of id: ID<ImportRun>, for actor: Actor) async throws -> ImportOrder {
    try actor.require(.see, .importRun)
    let text = try await database.read { tx in
      try tx.value("SELECT mapping FROM import_run WHERE id = \(id)", as: String.self)
    }
    return try JSONDecoder().decode(ImportOrder.self, from: Data((text ?? "").utf8))
  }

  // Beginning, carrying on, ending.

  /// Notes that a file is to be imported; with `queue` a job does it, and the file at `path` is kept until then.
  package func begin(
    _ order: ImportOrder, fileName: String, path: String?, queue: Bool, by actor: Actor, draft: ID<ImportDraft>? = nil,
    once: Once = .unchecked
  ) async throws -> ImportRun {
    try Imports.require(actor, order)
    let now = clock.now
    let name = (try? Text.line(fileName, field: "file")) ?? "upload"
    return try await database.write { tx in
      try once.check(in: tx)
      if tx.dialect == .sqlite { try Imports.noteBroken(at: now, in: tx) }
      let feed = try Feeds.kept(order, at: now, in: tx)
      let id: ID<ImportRun> = try tx.newID()
      let job =
        try queue
        ? jobs.enqueue(
          ImportJob.kind, title: "Import \(name)",
          arguments: ImportJob.Arguments(run: id.rawValue, path: path ?? "", actor: KeptActor(actor)), by: actor, in: tx
        ) : nil
      let mapping = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
      try tx.run(
        """
        INSERT INTO import_run (id, feed_id, job_id, file_name, mapping, state, actor_id, actor_name, started_at)
        VALUES (\(id), \(feed.id), \(job), \(name), \(mapping), 'running', \(actor.user), \(actor.name), \(now))
        """)
      if let draft { try ImportDrafts.close(draft, as: id, in: tx) }
      try tx.audit("begin", .importRun, id.rawValue, detail: ["file": name, "feed": order.feed], by: actor, at: now)
      let run = try Imports.find(id, in: tx)
      try once.keep(run, status: 202, location: "/api/v1/imports/\(id)", in: tx)
      return run
    }
  }

  /// Notes at the start of a server which imports were broken off with their process; jobs go on by themselves.
  package func noteBroken() async throws {
    let now = clock.now
    guard database.dialect == .sqlite else { return }
    try await database.write { try Imports.noteBroken(at: now, in: $0) }
  }

  // A file has one process at a time, so whoever carried out a run without a job is gone.
  private static func noteBroken(at now: Instant, in tx: Transaction) throws {
    try tx.run(
      """
      UPDATE import_run SET state = 'interrupted', ended_at = \(now),
        problem = 'It was broken off; what had come in until then stays. Import the file again, or take this back.'
      WHERE state = 'running' AND job_id IS NULL
      """)
  }

  /// Ends a run that could not be carried out; what it had committed stays and is counted.
  func fail(
    _ id: ID<ImportRun>, _ problem: String, as state: ImportRun.State = .failed, by actor: Actor
  ) async throws {
    let now = clock.now
    try await database.write { tx in
      try tx.run(
        "UPDATE import_run SET state = \(state), problem = \(problem), ended_at = \(now) WHERE id = \(id)")
      try tx.audit("fail", .importRun, id.rawValue, detail: ["problem": problem], by: actor, at: now)
    }
  }

  /// - Parameter read: the rows the file had; what became of them must add up to it.
  func finish(_ id: ID<ImportRun>, read: Int, by actor: Actor) async throws -> ImportRun {
    let now = clock.now
    return try await database.write { tx in
      let counted = try Imports.find(id, in: tx)
      guard counted.read == read, counted.addsUp else {
        throw Problem(
          .conflict, field: "file",
          "Of \(read) rows only \(counted.read) are accounted for; the import is not finished.",
          mend: "Take it back and import the file again.")
      }
      try tx.run("UPDATE import_run SET state = 'finished', problem = NULL, ended_at = \(now) WHERE id = \(id)")
      let run = try Imports.find(id, in: tx)
      let detail = [
        "read": run.read, "loaded": run.loaded, "merged": run.merged, "rejected": run.rejected, "skipped": run.skipped,
      ]
      try tx.audit("finish", .importRun, id.rawValue, detail: detail, by: actor, at: now)
      try tx.announce("import.finished", .importRun, id.rawValue, detail, at: now)
      if run.job != nil {
        try Judging.enqueue(jobs, by: actor, in: tx)
        try Imports.tell(run, by: actor, at: now, in: tx)
      }
      return run
    }
  }

  /// Tells whoever sent a file that it is in; who waited at a terminal knows.
  private static func tell(_ run: ImportRun, by actor: Actor, at now: Instant, in tx: Transaction) throws {
    guard let user = actor.user else { return }
    let notice = Notice(
      .importFinished, to: user, of: RecordKey(.importRun, run.id.rawValue), words: run.fileName,
      cause: "import \(run.id)", by: actor.name)
    try Notifications.post(notice, at: now, in: tx)
  }

  /// Says which rows another import brought in after they were mended.
  func markRepaired(_ lines: [(line: Int, part: Int)], of id: ID<ImportRun>, by repair: ID<ImportRun>) async throws {
    try await database.write { tx in
      for (line, part) in lines {
        try tx.run(
          "UPDATE import_reject SET repaired_by = \(repair) WHERE import_id = \(id) AND line = \(line) AND part = \(part)"
        )
      }
    }
  }

  /// Takes a whole import back. Only the newest of its feed can be: what came later may rest on it.
  package func undo(_ id: ID<ImportRun>, by actor: Actor) async throws -> ImportRun {
    try actor.require(.delete, .importRun)
    let now = clock.now
    return try await database.write { tx in
      let run = try Imports.find(id, in: tx)
      guard run.undoneAt == nil else { throw Problem(.conflict, "This import was taken back already.") }
      guard run.state != .running else {
        throw Problem(.conflict, "This import is still running.", mend: "Cancel its job first.")
      }
      let later = try tx.first(
        """
        SELECT r.file_name FROM import_run r LEFT JOIN import_undo u ON u.import_id = r.id
        WHERE r.feed_id = \(run.feed) AND r.id > \(id) AND u.at IS NULL AND r.loaded_rows + r.corrected_rows > 0 LIMIT 1
        """
      ) { try $0("file_name", as: String.self) }
      if let later {
        throw Problem(
          .conflict, "“\(later)” came later by the same feed and may rest on this import.",
          mend: "Take that one back first.")
      }
      try ImportUndoing(of: id, by: actor, at: now).takeBack(in: tx)
      try Sources().revise(in: tx)
      try tx.run("UPDATE import_reject SET repaired_by = NULL WHERE repaired_by = \(id)")
      try tx.run(
        """
        INSERT INTO import_undo (import_id, actor_id, actor_name, at)
        VALUES (\(id), \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit("undo", .importRun, id.rawValue, by: actor, at: now)
      try tx.announce("import.undone", .importRun, id.rawValue, ["file": run.fileName], at: now)
      try Judging.enqueue(jobs, by: actor, in: tx)
      return try Imports.find(id, in: tx)
    }
  }
}

extension ImportRun {
  init(row: Row) throws {
    let shape = try JSONDecoder().decode(Shape.self, from: Data(try row("report", as: String.self).utf8))
    try self.init(
      id: row("id"), feed: row("feed_id"), feedName: row("feed_name"), job: row("job_id"), fileName: row("file_name"),
      state: row("standing"), read: row("read_rows"), loaded: row("loaded_rows"), merged: row("merged_rows"),
      rejected: row("rejected_rows"), corrected: row("corrected_rows"), skipped: row("skipped_rows"),
      batches: row("batches"),
      firstDay: row("first_day"), lastDay: row("last_day"), shape: shape,
      problem: row("reason"),
      by: row("actor_name"), startedAt: row("started_at"), endedAt: row("ended_at"), undoneAt: row("undone_at"))
  }
}

extension ImportRun.State: Storable {}
