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
    case .conversations: RetentionClass.conversations(cutoff)
    case .binned, .strangers: []
    }
  }

  private static func conversations(_ cutoff: Instant) -> [RetentionSweep] {
    let old: Statement = "IN (SELECT id FROM interaction WHERE at < \(cutoff))"
    return [
      RetentionSweep("interaction_correction", .remove, "interaction_id \(old)"),
      RetentionSweep(
        "audit_entry", .mask, "noun = 'interaction' AND masked_at IS NULL AND detail <> '{}' AND record_id \(old)"),
      RetentionSweep(
        "outbox_event", .overwrite("body = '{}'"), "noun = 'interaction' AND body <> '{}' AND record_id \(old)"),
      RetentionSweep("search_word", .remove, "noun = 'interaction' AND record_id \(old)"),
      RetentionSweep("search_entry", .remove, "noun = 'interaction' AND record_id \(old)"),
      RetentionSweep(
        "import_change", .remove,
        "noun = 'interaction' AND import_id IN (SELECT id FROM import_run WHERE started_at < \(cutoff))"),
      RetentionSweep(
        "interaction",
        .overwrite("subject = '', text = '', outcome_note = '', folded = '', party = '', version = version + 1"),
        "at < \(cutoff) AND (subject <> '' OR text <> '' OR outcome_note <> '' OR party <> '')"),
    ]
  }

  /// Whose time is over before a moment: the numbers of people to erase, by kind.
  func people(_ cutoff: Instant) -> [(kind: PersonKind, ids: Statement)] {
    let isPrivate: Statement = "c.kind IN ('person', 'household') AND c.folded <> 'erased person'"
    switch self {
    case .binned:
      return [
        (.contact, "SELECT t.id FROM contact t WHERE t.binned_at < \(cutoff) AND t.folded <> 'erased person'"),
        (.customer, "SELECT c.id FROM customer c WHERE c.binned_at < \(cutoff) AND \(isPrivate)"),
      ]
    case .strangers:
      return [
        (.contact, "SELECT t.id FROM contact t WHERE \(RetentionClass.strangeContact(cutoff))"),
        (.customer, "SELECT c.id FROM customer c WHERE \(isPrivate) AND \(RetentionClass.strangeCustomer(cutoff))"),
      ]
    default: return []
    }
  }

  /// A contact who is nobody's main contact and with whom nothing happened since a moment.
  private static func strangeContact(_ cutoff: Instant) -> Statement {
    """
    t.created_at < \(cutoff) AND t.binned_at IS NULL AND t.folded <> 'erased person'
      AND NOT EXISTS (SELECT 1 FROM interaction i WHERE i.contact_id = t.id AND i.at >= \(cutoff))
      AND NOT EXISTS (SELECT 1 FROM interaction_participant p JOIN interaction i ON i.id = p.interaction_id
        WHERE p.contact_id = t.id AND i.at >= \(cutoff))
      AND NOT EXISTS (SELECT 1 FROM task k WHERE k.about_noun = 'contact' AND k.about_id = t.id
        AND (k.closed_at IS NULL OR k.closed_at >= \(cutoff)))
      AND NOT EXISTS (SELECT 1 FROM consent n WHERE n.contact_id = t.id AND n.at >= \(cutoff))
      AND NOT EXISTS (SELECT 1 FROM contact_role r JOIN purchase b ON b.customer_id = r.customer_id
        WHERE r.contact_id = t.id AND b.day >= \(cutoff.day(in: .gmt)))
    """
  }

  /// A private customer who never bought and with whom nothing happened since a moment.
  private static func strangeCustomer(_ cutoff: Instant) -> Statement {
    """
    c.created_at < \(cutoff) AND c.binned_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM purchase b WHERE b.customer_id = c.id)
      AND NOT EXISTS (SELECT 1 FROM interaction i WHERE i.customer_id = c.id AND i.at >= \(cutoff))
      AND NOT EXISTS (SELECT 1 FROM task k WHERE k.about_noun = 'customer' AND k.about_id = c.id
        AND (k.closed_at IS NULL OR k.closed_at >= \(cutoff)))
      AND NOT EXISTS (SELECT 1 FROM consent n WHERE n.customer_id = c.id AND n.at >= \(cutoff))
      AND NOT EXISTS (SELECT 1 FROM customer s WHERE s.parent_id = c.id)
    """
  }
}
