import Kernel

/// A copy of the whole company in one file: when it was made, how it ended, and whether it can be brought back.
package struct Backup: Sendable, Equatable, Encodable {
  package let id: ID<Backup>
  package let file: String
  /// Made by the plan, so that the plan may remove it again.
  package let isPlanned: Bool
  package let bytes: Int64?
  package let problem: String?
  package let startedAt: Instant
  package let endedAt: Instant?
  package let removedAt: Instant?
  package let by: String
  /// The newest drill; nil while there was none.
  package var drill: BackupDrill?

  package init(
    id: ID<Backup>, file: String, isPlanned: Bool, bytes: Int64?, problem: String?, startedAt: Instant,
    endedAt: Instant?,
    removedAt: Instant?, by: String, drill: BackupDrill?
  ) {
    self.id = id
    self.file = file
    self.isPlanned = isPlanned
    self.bytes = bytes
    self.problem = problem
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.removedAt = removedAt
    self.by = by
    self.drill = drill
  }

  package var isWhole: Bool { endedAt != nil && problem == nil }
  /// The name without its folder.
  package var name: String {
    file.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? file
  }
}

/// A backup brought back in a scratch place and looked through, then thrown away.
package struct BackupDrill: Sendable, Equatable, Encodable {
  package let at: Instant
  package let problem: String?
  package let report: Report?

  package var isGood: Bool { problem == nil && report != nil }

  /// What was found in the restored store.
  package struct Report: Sendable, Equatable, Codable {
    package let seconds: Double
    package let bytes: Int64
    package let auditLines: Int
    /// Rows by table, the empty ones left out.
    package let rows: [String: Int]
    package let attachments: Int

    package var total: Int { rows.values.reduce(0, +) }
  }
}

/// How well the company is kept: what the page Keeping shows first.
package struct BackupStanding: Sendable, Encodable {
  package let plan: BackupPlan
  package let folder: String
  /// The newest whole backup; nil while there is none.
  package let last: Backup?
  package let nextAt: Instant?
  package let storeBytes: Int64
  /// nil where the disk does not say.
  package let freeBytes: Int64?
  package let warnings: [Warning]

  /// Something that somebody has to see to.
  package struct Warning: Sendable, Equatable, Encodable {
    package let isSerious: Bool
    package let words: String
    package let mend: String
  }

  package var isInOrder: Bool { warnings.isEmpty }

  static func warnings(
    plan: BackupPlan, newest: Backup?, last: Backup?, since: Instant, now: Instant, storeBytes: Int64, freeBytes: Int64?
  ) -> [Warning] {
    var all: [Warning] = []
    func warn(_ isSerious: Bool, _ words: String, _ mend: String) {
      all.append(Warning(isSerious: isSerious, words: words, mend: mend))
    }
    let promised = Double(BackupPlan.promisedHours) * 3_600
    if !plan.isOn {
      warn(false, "The plan is switched off: nothing is backed up by itself.", "Switch it on below.")
    }
    if let newest, let problem = newest.problem {
      warn(true, "The newest backup failed: \(problem)", "Mend the cause, then press Back up now.")
    } else if let last, now.seconds(since: last.startedAt) > promised {
      warn(
        plan.isOn, "The newest backup is older than \(BackupPlan.promisedHours) hours.",
        "Press Back up now, and keep the server running at the hour of the plan.")
    } else if last == nil, now.seconds(since: since) > promised {
      warn(true, "This company was never backed up.", "Press Back up now.")
    }
    if let drill = last?.drill, let problem = drill.problem {
      warn(true, "The newest backup could not be brought back: \(problem)", "Check the disk, then press Back up now.")
    }
    if let freeBytes, freeBytes < max(200 << 20, storeBytes * 2) {
      warn(true, "The disk has little room left for backups and their drills.", "Free some space, or keep fewer.")
    }
    return all
  }
}
