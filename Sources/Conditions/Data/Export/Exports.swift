import Foundation
import Kernel
import Records
import Store

/// Lists that go out as files: every statement on their tables, and the files themselves.
package struct Exports: Sendable {
  let database: Database
  let clock: any Clock
  let jobs: Jobs
  package let catalogues: Catalogues
  let lists: RecordLists
  let companies: Companies
  /// Where files lie until they expire.
  package let folder: String

  package init(
    _ database: Database, clock: any Clock, jobs: Jobs, catalogues: Catalogues, lists: RecordLists,
    companies: Companies, folder: String
  ) {
    self.database = database
    self.clock = clock
    self.jobs = jobs
    self.catalogues = catalogues
    self.lists = lists
    self.companies = companies
    self.folder = folder
  }

  private static let select: Statement = """
    SELECT e.*, f.name AS file_name, f.row_count, f.size, f.at, f.expires_at, f.removed_at, j.state AS job_state,
      j.problem, (SELECT count(*) FROM export_download d WHERE d.export_id = e.id) AS downloads,
      (SELECT max(d.at) FROM export_download d WHERE d.export_id = e.id) AS last_download
    FROM export_run e LEFT JOIN export_file f ON f.export_id = e.id LEFT JOIN job j ON j.id = e.job_id
    """

  private static func scope(_ actor: Actor) throws -> Statement {
    try actor.require(.see, .exportRun)
    return actor.reach(.see, .exportRun) == .all ? "TRUE" : "e.actor_id = \(actor.user)"
  }

  package func recent(_ limit: Int = 100, for actor: Actor) async throws -> [Export] {
    let scope = try Exports.scope(actor)
    let now = clock.now
    return try await database.read { tx in
      try tx.rows("\(Exports.select) WHERE \(scope) ORDER BY e.id DESC LIMIT \(limit)") { try Export($0, now: now) }
    }
  }

  package func find(_ id: ID<Export>, for actor: Actor) async throws -> Export {
    let scope = try Exports.scope(actor)
    let now = clock.now
    let found = try await database.read { tx in
      try tx.first("\(Exports.select) WHERE e.id = \(id) AND \(scope)") { try Export($0, now: now) }
    }
    guard let found else { throw Problem(.notFound, "There is no such export.") }
    return found
  }

  // Asking for one.

  func setting() async throws -> ListSetting {
    guard let company = try await companies.current() else {
      throw Problem(.unavailable, "There is no company in this store yet.", mend: "Make one first.")
    }
    return ListSetting(today: clock.now.day(in: company.zone), zone: company.zone, currency: company.currency)
  }

  /// Notes that a list is to go out; with `queue` a job does it.
  package func begin(
    _ noun: Actor.Noun, _ question: RecordQuestion, as format: Export.Format, _ settings: Export.Settings,
    queue: Bool = true, by actor: Actor, once: Once = .unchecked
  ) async throws -> Export {
    try actor.require(.create, .exportRun)
    let catalogue = try catalogues.of(noun)
    try actor.require(.export, noun)
    let setting = try await setting()
    let text = question.text
    let words = question.filter.map { "\(catalogue.plural) where \($0.text)" } ?? catalogue.plural
    let now = clock.now
    let kept = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    let id = try await database.write { tx in
      try once.check(in: tx)
      try Exports.limit(actor, now, tx)
      let reading = try reading(catalogue, text, format, for: actor, in: tx, setting)
      let isPersonal = reading.columns.contains(where: \.isPersonal)
      let id: ID<Export> = try tx.newID()
      let job =
        try queue
        ? jobs.enqueue(
          ExportJob.kind, title: "Export \(catalogue.plural)",
          arguments: ExportJob.Arguments(export: id.rawValue, actor: KeptActor(actor)), by: actor, in: tx) : nil
      try tx.run(
        """
        INSERT INTO export_run (id, noun, question, words, format, settings, is_personal, job_id, actor_id, actor_name,
          created_at)
        VALUES (\(id), \(noun.rawValue), \(text), \(words), \(format.rawValue), \(kept), \(isPersonal ? 1 : 0), \(job),
          \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit(
        "begin", .exportRun, id.rawValue, detail: ["noun": noun.rawValue, "list": text, "format": format.rawValue],
        by: actor, at: now)
      try once.keep(["id": id.rawValue], status: 202, location: "/api/v1/exports/\(id)", in: tx)
      return id
    }
    return try await own(id)
  }

  /// So many an hour and no more: a list that goes out is how a company loses its customers.
  private static func limit(_ actor: Actor, _ now: Instant, _ tx: Transaction) throws {
    guard let user = actor.user else { return }
    let since = now.adding(seconds: -3_600)
    let count =
      try tx.value(
        "SELECT count(*) FROM export_run WHERE actor_id = \(user) AND created_at > \(since)", as: Int.self) ?? 0
    guard count < Export.mostAnHour else {
      throw Problem(
        .tooMany, "You asked for \(Export.mostAnHour) files within the hour.", mend: "Wait a while, then ask again.")
    }
  }

  func own(_ id: ID<Export>) async throws -> Export {
    let now = clock.now
    let found = try await database.read { tx in
      try tx.first("\(Exports.select) WHERE e.id = \(id)") { try Export($0, now: now) }
    }
    guard let found else { throw Problem(.notFound, "There is no such export.") }
    return found
  }

  // The file.

  package func path(_ name: String) -> String { "\(folder)/\(name)" }

  func partPath(_ export: Export) -> String { path("export-\(export.id).part") }

  func fileName(_ export: Export) -> String { "export-\(export.id).\(export.format.rawValue)" }

  /// Offers a file that is whole.
  func offer(_ export: Export, rows: Int, size: Int64, by actor: Actor) async throws {
    let now = clock.now
    let name = fileName(export)
    try await database.write { tx in
      try tx.run(
        """
        INSERT INTO export_file (export_id, name, row_count, size, at, expires_at)
        VALUES (\(export.id), \(name), \(rows), \(size), \(now), \(now.adding(seconds: Int64(Export.days) * 86_400)))
        """)
      try tx.audit("finish", .exportRun, export.id.rawValue, detail: ["rows": rows], by: actor, at: now)
      try tx.announce("export.finished", .exportRun, export.id.rawValue, ["rows": rows], at: now)
      if let user = actor.user {
        let what = (try? catalogues.of(export.noun).plural) ?? "records"
        let notice = Notice(
          .exportFinished, to: user, of: RecordKey(.exportRun, export.id.rawValue),
          words: "\(what), \(export.format.rawValue.uppercased())",
          cause: "export \(export.id)", by: actor.name)
        try Notifications.post(notice, at: now, in: tx)
      }
    }
  }

  /// The file of an export, for who asked for it and still may: its path and the name it goes out under.
  package func take(_ id: ID<Export>, for actor: Actor) async throws -> (path: String, export: Export) {
    let export = try await find(id, for: actor)
    try actor.require(.export, export.noun)
    guard export.actor == actor.user, actor.seesPersonalData || !export.isPersonal else {
      throw Problem(.notAllowed, "Only who asked for a file may take it.", mend: "Ask for one of your own.")
    }
    guard let file = export.file, export.state == .ready, FileManager.default.fileExists(atPath: path(file.name)) else {
      throw Problem(.notFound, "There is no file of this export.", mend: "Ask for it again.")
    }
    let now = clock.now
    try await database.write { tx in
      try tx.run(
        """
        INSERT INTO export_download (export_id, at, actor_id, actor_name)
        VALUES (\(id), \(now), \(actor.user), \(actor.name)) ON CONFLICT (export_id, at) DO NOTHING
        """)
      try tx.audit("download", .exportRun, id.rawValue, by: actor, at: now)
    }
    return (path(file.name), export)
  }

  /// Takes a file away before its time.
  package func remove(_ id: ID<Export>, by actor: Actor) async throws {
    try actor.require(.delete, .exportRun)
    let export = try await find(id, for: actor)
    guard export.actor == actor.user || actor.reach(.delete, .exportRun) == .all else {
      throw Problem(.notAllowed, "Only who asked for a file may take it away.")
    }
    guard let file = export.file, export.state == .ready else {
      throw Problem(.conflict, "There is no file to take away.", mend: "Cancel the export while it runs.")
    }
    let now = clock.now
    try await database.write { tx in
      try tx.run("UPDATE export_file SET removed_at = \(now) WHERE export_id = \(id) AND removed_at IS NULL")
      try tx.audit("delete", .exportRun, id.rawValue, by: actor, at: now)
    }
    unlink(path(file.name))
  }

  /// Removes files whose time is over, and what was left by work that was broken off.
  package func sweep() async throws {
    let now = clock.now
    let kept = try await database.write { tx in
      try tx.run("UPDATE export_file SET removed_at = \(now) WHERE removed_at IS NULL AND expires_at <= \(now)")
      var kept = Set(
        try tx.rows("SELECT name FROM export_file WHERE removed_at IS NULL") { try $0(0, as: String.self) })
      try tx.each(
        """
        SELECT e.id, e.format FROM export_run e JOIN job j ON j.id = e.job_id
        WHERE j.state IN ('queued', 'running')
        """
      ) { row in
        let id: Int64 = try row(0)
        kept.insert("export-\(id).part")
        kept.insert("export-\(id).\(try row(1, as: String.self))")
      }
      return kept
    }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      if name.hasPrefix("export-"), !kept.contains(name) { unlink(path(name)) }
    }
  }
}

extension Export {
  init(_ row: Row, now: Instant) throws {
    let file: File? = try row("file_name", as: String?.self).map { name in
      try File(name: name, rows: row("row_count"), size: row("size"), at: row("at"), expiresAt: row("expires_at"))
    }
    let removed: Instant? = try row("removed_at")
    let job: String? = try row("job_state")
    let settings: String = try row("settings")
    let isOver = removed != nil || file.map { $0.expiresAt <= now } ?? false
    let state: State =
      file != nil
      ? (isOver ? .expired : .ready)
      : job == "running" ? .running : job == "queued" ? .waiting : job == "cancelled" ? .cancelled : .failed
    try self.init(
      id: row("id"), noun: Actor.Noun(rawValue: row("noun")) ?? .customer, question: row("question"),
      words: row("words"), format: Format(rawValue: row("format")) ?? .csv,
      settings: JSONDecoder().decode(Settings.self, from: Data(settings.utf8)),
      isPersonal: row("is_personal", as: Int.self) == 1, job: row("job_id"), actor: row("actor_id"),
      by: row("actor_name"), createdAt: row("created_at"), file: file, state: state, problem: row("problem"),
      downloads: row("downloads"), lastDownload: row("last_download"))
  }
}
