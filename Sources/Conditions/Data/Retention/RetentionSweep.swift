import Kernel
import Store

/// What goes from one table when its time is over.
struct RetentionSweep {
  enum Act {
    case remove
    case overwrite(Statement)
    /// The words of lines of the audit chain.
    case mask
  }

  let table: StaticString
  let act: Act
  let condition: Statement

  init(_ table: StaticString, _ act: Act, _ condition: Statement) {
    self.table = table
    self.act = act
    self.condition = condition
  }

  func count(in tx: Transaction) throws -> Int {
    try tx.value("SELECT count(*) FROM \(name: table) WHERE \(condition)") ?? 0
  }

  func carryOut(at now: Instant, in tx: Transaction) throws -> Int {
    switch act {
    case .remove: try tx.run("DELETE FROM \(name: table) WHERE \(condition)")
    case .overwrite(let set): try tx.run("UPDATE \(name: table) SET \(set) WHERE \(condition)")
    case .mask: try tx.maskAudit(condition, at: now)
    }
  }
}

extension RetentionClass {
  /// What is over of this class before a moment.
  func sweeps(_ cutoff: Instant) -> [RetentionSweep] {
    switch self {
    case .sessions: [RetentionSweep("session", .remove, "seen_at < \(cutoff)")]
    case .addresses:
      [
        RetentionSweep("session", .overwrite("address = '', agent = ''"), "created_at < \(cutoff) AND address <> ''"),
        RetentionSweep("password_request", .remove, "at < \(cutoff)"),
        RetentionSweep("lock_out", .remove, "until_at < \(cutoff)"),
        RetentionSweep("api_key", .overwrite("used_from = NULL"), "used_at < \(cutoff) AND used_from IS NOT NULL"),
        RetentionSweep(
          "audit_entry", .mask,
          "at < \(cutoff) AND masked_at IS NULL AND verb IN ('sign in', 'refused sign-in', 'lock out') AND noun = 'user'"
        ),
      ]
    case .rejects:
      [
        RetentionSweep(
          "import_reject", .overwrite("original = ''"),
          "original <> '' AND import_id IN (SELECT id FROM import_run WHERE started_at < \(cutoff))")
      ]
    case .forms:
      [
        RetentionSweep("web_form_submission", .overwrite("address = ''"), "at < \(cutoff) AND address <> ''")
      ]
    case .answers: [RetentionSweep("idempotency_key", .remove, "created_at < \(cutoff)")]
    case .requests:
      [
        RetentionSweep(
          "privacy_request", .overwrite("asked_by = 'Somebody', note = ''"),
          """
          (asked_by <> 'Somebody' OR note <> '')
            AND id IN (SELECT request_id FROM privacy_answer WHERE at < \(cutoff))
          """)
      ]
    }
  }
}
