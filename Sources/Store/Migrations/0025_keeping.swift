extension Migration {
  /// What keeping a company's data takes: backups and their drills, what people ask about their data, who was erased,
  /// and how long things are kept.
  static let keeping = Migration(25, "keeping", owner: "Conditions/Data") { d in
    backups(d) + privacy(d) + [
      // A line of the audit chain whose words were taken away, and the code that covers what is left of it.
      "ALTER TABLE audit_entry ADD COLUMN masked_at \(d.int)",
      "ALTER TABLE audit_entry ADD COLUMN mask_code \(d.blob)",
      "CREATE INDEX audit_by_time ON audit_entry (at, sequence)",
    ]
  }

  private static func backups(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE backup_plan (
        one \(d.int) PRIMARY KEY CHECK (one = 1), is_on \(d.int) NOT NULL, hour \(d.int) NOT NULL,
        folder \(d.text), keep_days \(d.int) NOT NULL, keep_weeks \(d.int) NOT NULL,
        keep_months \(d.int) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL,
        version \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE backup_run (
        id \(d.int) PRIMARY KEY, file \(d.text) NOT NULL, is_planned \(d.int) NOT NULL, bytes \(d.int),
        problem \(d.text), started_at \(d.int) NOT NULL, ended_at \(d.int),
        removed_at \(d.int), actor_id \(d.int), actor_name \(d.text) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX backup_run_kept ON backup_run (id) WHERE removed_at IS NULL",
      """
      CREATE TABLE backup_drill (
        id \(d.int) PRIMARY KEY, run_id \(d.int) REFERENCES backup_run, file \(d.text) NOT NULL, report \(d.text),
        problem \(d.text), at \(d.int) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX backup_drill_by_run ON backup_drill (run_id, id)",
    ]
  }

  private static func privacy(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE privacy_request (
        id \(d.int) PRIMARY KEY,
        kind \(d.text) NOT NULL CHECK (kind IN ('access', 'correction', 'export', 'deletion', 'objection')),
        person_kind \(d.text), person_id \(d.int), asked_by \(d.text) NOT NULL, note \(d.text) NOT NULL,
        received_day \(d.int) NOT NULL, due_day \(d.int) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX privacy_request_by_due ON privacy_request (due_day, id)",
      """
      CREATE TABLE privacy_answer (
        request_id \(d.int) PRIMARY KEY REFERENCES privacy_request,
        outcome \(d.text) NOT NULL CHECK (outcome IN ('done', 'refused')), note \(d.text) NOT NULL,
        actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE erasure (
        id \(d.int) PRIMARY KEY, person_kind \(d.text) NOT NULL, digest \(d.blob) NOT NULL, report \(d.text) NOT NULL,
        actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL, scrubbed_at \(d.int)
      ) \(d.strict)
      """,
      "CREATE UNIQUE INDEX erasure_by_digest ON erasure (digest)",
      """
      CREATE TABLE retention_rule (
        class \(d.text) PRIMARY KEY, days \(d.int) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE retention_run (
        id \(d.int) PRIMARY KEY, class \(d.text) NOT NULL, rows_touched \(d.int) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX retention_run_by_class ON retention_run (class, id)",
    ]
  }
}
