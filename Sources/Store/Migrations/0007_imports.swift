extension Migration {
  /// Feeds, what came in by them, and what was refused.
  static let imports = Migration(7, "imports", owner: "Conditions/Data") { d in
    [
      """
      CREATE TABLE feed (
        id \(d.int) PRIMARY KEY, source_id \(d.int) NOT NULL UNIQUE REFERENCES source, subject \(d.text) NOT NULL,
        mapping \(d.text) NOT NULL, expected_days \(d.int), created_at \(d.int) NOT NULL,
        version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      """
      CREATE TABLE import_run (
        id \(d.int) PRIMARY KEY, feed_id \(d.int) NOT NULL REFERENCES feed, job_id \(d.int) REFERENCES job,
        file_name \(d.text) NOT NULL, mapping \(d.text) NOT NULL,
        state \(d.text) NOT NULL CHECK (state IN ('running', 'finished', 'failed', 'interrupted')),
        read_rows \(d.int) NOT NULL DEFAULT 0, loaded_rows \(d.int) NOT NULL DEFAULT 0,
        merged_rows \(d.int) NOT NULL DEFAULT 0, rejected_rows \(d.int) NOT NULL DEFAULT 0,
        corrected_rows \(d.int) NOT NULL DEFAULT 0, batches \(d.int) NOT NULL DEFAULT 0,
        first_day \(d.int), last_day \(d.int), report \(d.text) NOT NULL DEFAULT '{}', problem \(d.text),
        actor_id \(d.int), actor_name \(d.text) NOT NULL, started_at \(d.int) NOT NULL, ended_at \(d.int)
      ) \(d.strict)
      """,
      "CREATE INDEX import_run_by_feed ON import_run (feed_id, id)",
      """
      CREATE TABLE import_reject (
        import_id \(d.int) NOT NULL REFERENCES import_run, line \(d.int) NOT NULL, part \(d.int) NOT NULL,
        field \(d.text) NOT NULL, reason \(d.text) NOT NULL, original \(d.text) NOT NULL,
        repaired_by \(d.int) REFERENCES import_run, PRIMARY KEY (import_id, line, part)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE import_change (
        import_id \(d.int) NOT NULL REFERENCES import_run, sequence \(d.int) NOT NULL, noun \(d.text) NOT NULL,
        before \(d.text) NOT NULL, PRIMARY KEY (import_id, sequence)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE import_undo (
        import_id \(d.int) PRIMARY KEY REFERENCES import_run, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }
}
