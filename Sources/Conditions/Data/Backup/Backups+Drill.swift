import Foundation
import Kernel
import Store

extension Backups {
  /// Brings a backup back in a scratch place and looks whether a company can be run from it: whole and sealed, every
  /// reference leading somewhere, the audit chain unbroken, and somebody able to sign in.
  /// - Throws: `Problem` that says what is wrong with it.
  package func drill(file: String) async throws -> BackupDrill.Report {
    let began = ContinuousClock.now
    let (rows, lines) = try await database.rehearse(file) { restored in
      let counts = try await restored.counts()
      guard counts["company"] == 1 else {
        throw Problem(.invalid, field: "from", "There is no company in it.", mend: "Use another backup.")
      }
      if let broken = try await restored.read({ try $0.firstBrokenAuditEntry() }) {
        throw Problem(
          .conflict, field: "audit", "Line \(broken) of its audit chain is not as it was written.",
          mend: "Use another backup, or the key it was made with.")
      }
      try await Backups.signIn(restored, clock: clock)
      return (counts.filter { $0.value > 0 }, counts["audit_entry"] ?? 0)
    }
    let missing = AttachmentCopies.missing(beside: file)
    guard missing == 0 else {
      throw Problem(
        .conflict, field: "attachments", "\(missing) attachments of the backup are not there.", mend: "Back up again.")
    }
    let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? NSNumber
    let taken = (ContinuousClock.now - began).components
    return BackupDrill.Report(
      seconds: Double(taken.seconds) + Double(taken.attoseconds) / 1e18, bytes: size?.int64Value ?? 0,
      auditLines: lines, rows: rows, attachments: AttachmentCopies.count(beside: file))
  }

  /// Drills a backup of the list and writes down what came of it.
  /// - Throws: what is wrong with the backup, after it was written down.
  func drill(_ id: ID<Backup>, by actor: Actor) async throws -> BackupDrill.Report {
    let backup = try await find(id, for: actor)
    do {
      let report = try await drill(file: backup.file)
      try await note(report, nil, of: backup, by: actor)
      return report
    } catch {
      try await note(nil, (error as? Problem)?.description ?? "\(error)", of: backup, by: actor)
      throw error
    }
  }

  private func note(_ report: BackupDrill.Report?, _ problem: String?, of backup: Backup, by actor: Actor) async throws
  {
    let now = clock.now
    let json = try report.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
    try await database.write { tx in
      let id: ID<BackupDrill> = try tx.newID()
      try tx.run(
        """
        INSERT INTO backup_drill (id, run_id, file, report, problem, at, actor_id, actor_name)
        VALUES (\(id), \(backup.id), \(backup.file), \(json), \(problem), \(now), \(actor.user), \(actor.name))
        """)
      try tx.audit(
        problem == nil ? "prove" : "disprove", .backup, backup.id.rawValue,
        detail: problem.map { ["problem": $0] } ?? [:],
        by: actor, at: now)
      if problem != nil {
        try tx.announce("backup.disproved", .backup, backup.id.rawValue, ["id": backup.id], at: now)
      }
    }
  }

  /// Adds somebody to the restored store and signs them in, the way people do.
  private static func signIn(_ restored: Database, clock: any Clock) async throws {
    let (address, password) = ("drill-\(UUID().uuidString.lowercased())@drill.invalid", UUID().uuidString)
    _ = try await Users(restored, clock: clock).create(
      email: address, name: "Drill", password: password, by: .operator)
    let sessions = Sessions(restored, clock: clock)
    let came = try await sessions.begin(email: address, password: password, address: "local", agent: "drill")
    guard case .done(let token) = came, try await sessions.current(token)?.user.email == address else {
      throw Problem(.unavailable, field: "from", "Nobody can sign in to the restored store.", mend: "Back up again.")
    }
  }
}

extension Backups {
  /// Copies the store to a file of the operator's choice.
  package func take(to file: String, by actor: Actor) async throws {
    try actor.require(.create, .backup, reach: .all)
    try await copy(to: file)
    let now = clock.now
    try await database.write { try $0.audit("copy", .backup, nil, detail: ["file": file], by: actor, at: now) }
  }
}
