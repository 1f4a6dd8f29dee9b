import Kernel

extension Transaction {
  /// Takes the words of some lines of the audit chain away, for the sake of somebody they tell of.
  ///
  /// What was done, to which record, by which user's number and when stays. The line keeps its first code, on which the
  /// next one rests, and gets a second that covers what is left of it: only who has the company's key can make one.
  /// - Parameters:
  ///   - condition: on the columns of `audit_entry`.
  ///   - name: put in the place of the name of who acted; nil leaves it.
  ///   - keepsDetail: whether what changed stays and only the name goes.
  /// - Returns: the number of lines.
  @discardableResult
  package func maskAudit(
    _ condition: Statement, name: String? = nil, keepsDetail: Bool = false, at now: Instant
  ) throws -> Int {
    let found = try rows(
      """
      SELECT \(AuditEntry.columns), code,
        (SELECT p.code FROM audit_entry p WHERE p.sequence = audit_entry.sequence - 1) AS previous
      FROM audit_entry WHERE \(condition) ORDER BY sequence
      """
    ) { row in
      (
        entry: try AuditEntry(row: row), code: try row("code", as: [UInt8].self),
        previous: try row("previous", as: [UInt8]?.self) ?? []
      )
    }
    for (entry, code, previous) in found {
      let left = entry.masked(name: name, keepsDetail: keepsDetail, at: now)
      let mask = secret.code(for: left.masked(after: previous, code), purpose: "audit mask")
      try run(
        """
        UPDATE audit_entry SET actor_name = \(left.actorName), detail = \(left.detail), masked_at = \(now),
          mask_code = \(mask) WHERE sequence = \(entry.sequence)
        """)
    }
    return found.count
  }
}

extension AuditEntry {
  /// What stands where the words of a line were taken away.
  static let masked = "{\"masked\":true}"

  func masked(name: String?, keepsDetail: Bool, at now: Instant) -> AuditEntry {
    AuditEntry(
      sequence: sequence, at: at, actor: actor, actorName: name ?? actorName, verb: verb, noun: noun, record: record,
      detail: keepsDetail ? detail : AuditEntry.masked, maskedAt: now)
  }

  /// What the second code of this line covers: the first one, what is left of the line, and when that was done.
  func masked(after previous: [UInt8], _ code: [UInt8]) -> [UInt8] {
    chained(after: previous + code) + Array("masked \(maskedAt?.microseconds ?? 0)".utf8)
  }
}
