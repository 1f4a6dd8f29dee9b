import Foundation
import Kernel
import Store

/// The company's backups, their plan and their drills: every statement on their tables.
package struct Backups: Sendable {
  let database: Database
  let clock: any Clock
  let jobs: Jobs
  let companies: Companies
  let users: Users

  /// The house itself, when the plan has it make a backup.
  static let house = Actor(user: nil, name: "backup plan", grants: Actor.everything)

  package init(_ database: Database, clock: any Clock, jobs: Jobs, companies: Companies, users: Users) {
    self.database = database
    self.clock = clock
    self.jobs = jobs
    self.companies = companies
    self.users = users
  }

  // Looking.

  /// The newest first, those that were removed left out unless they are asked for.
  package func all(withRemoved: Bool = false, limit: Int = 100, for actor: Actor) async throws -> [Backup] {
    try actor.require(.see, .backup)
    return try await database.read { try Backups.all(withRemoved: withRemoved, limit: limit, in: $0) }
  }

  package func find(_ id: ID<Backup>, for actor: Actor) async throws -> Backup {
    try actor.require(.see, .backup)
    let found = try await database.read { tx in
      try tx.first("\(Backups.selected) WHERE b.id = \(id)", Backup.init(row:))
    }
    guard let found else { throw Problem(.notFound, "There is no such backup.", mend: "Choose one of the list.") }
    return found
  }

  private static func all(withRemoved: Bool, limit: Int, in tx: Transaction) throws -> [Backup] {
    let kept: Statement = withRemoved ? "TRUE" : "b.removed_at IS NULL"
    return try tx.rows("\(selected) WHERE \(kept) ORDER BY b.id DESC LIMIT \(limit)", Backup.init(row:))
  }

  private static let selected: Statement = """
    SELECT b.id, b.file, b.is_planned, b.bytes, b.problem, b.started_at, b.ended_at, b.removed_at, b.actor_name,
      d.at AS drill_at, d.report AS drill_report, d.problem AS drill_problem
    FROM backup_run b LEFT JOIN backup_drill d
      ON d.id = (SELECT max(x.id) FROM backup_drill x WHERE x.run_id = b.id)
    """

  package func plan() async throws -> BackupPlan { try await database.read { try Backups.plan(in: $0) } }

  private static func plan(in tx: Transaction) throws -> BackupPlan {
    try tx.first("SELECT * FROM backup_plan WHERE one = 1", BackupPlan.init(row:)) ?? BackupPlan()
  }

  package func standing(for actor: Actor) async throws -> BackupStanding {
    try actor.require(.see, .backup)
    let (plan, all, since, zone) = try await database.read { tx in
      (
        try Backups.plan(in: tx), try Backups.all(withRemoved: false, limit: 400, in: tx), try Backups.since(in: tx),
        try Companies.current(in: tx)?.zone ?? .gmt
      )
    }
    let (folder, now, size) = (folder(plan), clock.now, try await database.size())
    let free = Backups.free(in: folder) ?? Backups.free(in: database.place.folder)
    let last = all.first(where: \.isWhole)
    return BackupStanding(
      plan: plan, folder: folder, last: last, nextAt: plan.next(after: now, in: zone), storeBytes: size,
      freeBytes: free,
      warnings: BackupStanding.warnings(
        plan: plan, newest: all.first { $0.endedAt != nil }, last: last, since: since ?? now, now: now,
        storeBytes: size, freeBytes: free))
  }

  /// When the newest whole backup was begun; nil while there is none.
  package func newest() async throws -> Instant? {
    let found: Instant?? = try await database.read {
      try $0.value(
        "SELECT max(started_at) FROM backup_run WHERE ended_at IS NOT NULL AND problem IS NULL", as: Instant?.self)
    }
    return found.flatMap { $0 }
  }

  private func folder(_ plan: BackupPlan) -> String { plan.folder ?? database.place.backupFolder }

  /// From when on a backup can be missed.
  private static func since(in tx: Transaction) throws -> Instant? {
    try tx.value("SELECT max(at) FROM (SELECT created_at AS at FROM company UNION ALL SELECT at FROM backup_plan) AS t")
  }

  package static func free(in folder: String) -> Int64? {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
    return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
  }

  // Planning.

  /// - Parameter version: the version the change was made from; nil takes whatever there is.
  package func setPlan(_ plan: BackupPlan, version: Int64? = nil, by actor: Actor) async throws -> BackupPlan {
    try actor.require(.edit, .backup, reach: .all)
    let plan = try plan.checked()
    let now = clock.now
    return try await database.write { tx in
      let before = try Backups.plan(in: tx)
      guard version == nil || version == before.version else {
        throw Problem(.conflict, field: "version", "Someone else changed this meanwhile.", mend: "Look again.")
      }
      // A path of the machine is for who is on it.
      guard plan.folder == before.folder || actor.user == nil else {
        throw Problem(
          .notAllowed, field: "folder", "The folder is chosen on the machine itself.",
          mend: "Run: valuechain backup plan --folder FOLDER")
      }
      var changed = plan
      changed.version = before.version + 1
      try tx.run("DELETE FROM backup_plan")
      try tx.run(
        """
        INSERT INTO backup_plan (one, is_on, hour, folder, keep_days, keep_weeks, keep_months, actor_id, actor_name, at,
          version)
        VALUES (1, \(changed.isOn), \(changed.hour), \(changed.folder), \(changed.keepDays), \(changed.keepWeeks),
          \(changed.keepMonths), \(actor.user), \(actor.name), \(now), \(changed.version))
        """)
      try tx.audit("plan", .backup, nil, detail: ["before": before, "after": changed], by: actor, at: now)
      try tx.announce("backup.planned", .backup, nil, changed, at: now)
      return changed
    }
  }

  /// Queues the backup of the plan when its hour has come.
  @discardableResult
  package func queueDue() async throws -> Bool {
    let now = clock.now
    let isDue = try await database.read { tx in
      guard let since = try Backups.since(in: tx) else { return false }
      let newest = try tx.first(
        "\(Backups.selected) WHERE b.is_planned = 1 ORDER BY b.id DESC LIMIT 1", Backup.init(row:))
      return try Backups.plan(in: tx).isDue(
        now, in: try Companies.current(in: tx)?.zone ?? .gmt, newest: newest, since: since)
    }
    guard isDue else { return false }
    _ = try await queue(isPlanned: true, by: Backups.house)
    return true
  }

  /// Notes a backup and has the runner make it.
  package func queue(
    isPlanned: Bool = false, by actor: Actor, once: Once = .unchecked
  ) async throws -> (backup: ID<Backup>, job: ID<Job>) {
    try actor.require(.create, .backup, reach: .all)
    let (now, jobs, place) = (clock.now, jobs, database.place)
    let zone = try await companies.current()?.zone ?? .gmt
    return try await database.write { tx in
      try once.check(in: tx)
      let open: Statement = "kind = \(BackupJob.kind) AND state IN ('queued', 'running')"
      guard try tx.first("SELECT 1 FROM job WHERE \(open)") == nil else {
        throw Problem(.conflict, "A backup is being made already.", mend: "Wait until it is done.")
      }
      let plan = try Backups.plan(in: tx)
      let id: ID<Backup> = try tx.newID()
      let file = "\(plan.folder ?? place.backupFolder)/\(place.name)-\(now.day(in: zone))-\(id).sqlite"
      try tx.run(
        """
        INSERT INTO backup_run (id, file, is_planned, started_at, actor_id, actor_name)
        VALUES (\(id), \(file), \(isPlanned), \(now), \(actor.user), \(actor.name))
        """)
      let job = try jobs.enqueue(
        BackupJob.kind, title: "Back up the company", arguments: BackupJob.Arguments(backup: id), by: actor, in: tx)
      try tx.audit("begin", .backup, id.rawValue, by: actor, at: now)
      try once.keep(["backup": id.rawValue, "job": job.rawValue], status: 202, location: "/api/v1/jobs/\(job)", in: tx)
      return (id, job)
    }
  }

  /// Queues a drill of a backup.
  package func queueDrill(_ id: ID<Backup>, by actor: Actor) async throws -> ID<Job> {
    try actor.require(.create, .backup, reach: .all)
    let (backup, jobs) = (try await find(id, for: actor), jobs)
    guard backup.isWhole, backup.removedAt == nil else {
      throw Problem(.conflict, "This backup is not there any more, or was never whole.", mend: "Choose another.")
    }
    return try await database.write { tx in
      try jobs.enqueue(
        BackupJob.drillKind, title: "Drill \(backup.name)", arguments: BackupJob.Arguments(backup: id), by: actor,
        in: tx)
    }
  }

  // Making.

  /// Makes the file of a backup that was noted.
  func make(_ id: ID<Backup>, by actor: Actor) async throws -> Backup {
    let noted = try await find(id, for: actor)
    guard noted.endedAt == nil else { return noted }
    do {
      // What is left of an interrupted attempt.
      try? FileManager.default.removeItem(atPath: noted.file)
      let bytes = try await copy(to: noted.file)
      try await end(id, bytes: bytes, problem: nil, by: actor)
    } catch {
      try await end(id, bytes: nil, problem: (error as? Problem)?.description ?? "\(error)", by: actor)
      throw error
    }
    return try await find(id, for: actor)
  }

  private func end(_ id: ID<Backup>, bytes: Int64?, problem: String?, by actor: Actor) async throws {
    let now = clock.now
    try await database.write { tx in
      try tx.run("UPDATE backup_run SET bytes = \(bytes), problem = \(problem), ended_at = \(now) WHERE id = \(id)")
      try tx.audit(
        problem == nil ? "make" : "fail", .backup, id.rawValue, detail: problem.map { ["problem": $0] } ?? [:],
        by: actor, at: now)
      try tx.announce(problem == nil ? "backup.made" : "backup.failed", .backup, id.rawValue, ["id": id], at: now)
    }
  }

  /// Copies the store, and the attachments beside it, to a file of the machine.
  /// - Returns: the bytes of the copy.
  @discardableResult
  package func copy(to file: String) async throws -> Int64 {
    try await database.backup(to: file)
    try AttachmentCopies(of: database.place).keep(beside: file)
    try ErasedList(of: database.place).copy(beside: file)
    let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? NSNumber
    return size?.int64Value ?? 0
  }

  /// Removes the backups that are old enough.
  /// - Returns: how many went.
  @discardableResult
  package func sweep(by actor: Actor) async throws -> Int {
    let zone = try await companies.current()?.zone ?? .gmt
    let (plan, all) = try await database.read { tx in
      (try Backups.plan(in: tx), try Backups.all(withRemoved: false, limit: 2_000, in: tx))
    }
    let now = clock.now
    database.place.removeFormer(before: now.adding(seconds: -Place.formerDays * 86_400))
    let gone =
      plan.expired(all, in: zone) + all.filter { $0.isWhole && !FileManager.default.fileExists(atPath: $0.file) }
    for backup in gone {
      try? FileManager.default.removeItem(atPath: backup.file)
      AttachmentCopies.remove(beside: backup.file)
    }
    let ids = Set(gone.map(\.id))
    guard !ids.isEmpty else { return 0 }
    try await database.write { tx in
      try tx.run("UPDATE backup_run SET removed_at = \(now) WHERE id IN (\(list: ids.sorted()))")
      try tx.audit("remove", .backup, nil, detail: ["files": gone.map(\.name).sorted()], by: actor, at: now)
    }
    return ids.count
  }
}

extension BackupPlan {
  init(row: Row) throws {
    self.init()
    (isOn, hour, folder) = (try row("is_on"), try row("hour"), try row("folder"))
    (keepDays, keepWeeks, keepMonths) = (try row("keep_days"), try row("keep_weeks"), try row("keep_months"))
    version = try row("version")
  }
}

extension Backup {
  init(row: Row) throws {
    try self.init(
      id: row("id"), file: row("file"), isPlanned: row("is_planned"), bytes: row("bytes"), problem: row("problem"),
      startedAt: row("started_at"), endedAt: row("ended_at"), removedAt: row("removed_at"), by: row("actor_name"),
      drill: nil)
    guard let at: Instant = try row("drill_at") else { return }
    let report: String? = try row("drill_report")
    drill = BackupDrill(
      at: at, problem: try row("drill_problem"),
      report: try report.map { try JSONDecoder().decode(BackupDrill.Report.self, from: Data($0.utf8)) })
  }
}
