extension Migration {
  /// Files before they come in, how columns of a header were read, and files that went out.
  static let files = Migration(22, "files", owner: "Conditions") { d in
    [
      "ALTER TABLE import_run ADD COLUMN skipped_rows \(d.int) NOT NULL DEFAULT 0",
      """
      CREATE TABLE import_draft (
        id \(d.int) PRIMARY KEY, file_name \(d.text) NOT NULL, path \(d.text) NOT NULL, mapping \(d.text) NOT NULL,
        actor_id \(d.int), actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL,
        import_id \(d.int) REFERENCES import_run, version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      """
      CREATE TABLE import_mapping (
        header_key \(d.text) PRIMARY KEY, mapping \(d.text) NOT NULL, used_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE export_run (
        id \(d.int) PRIMARY KEY, noun \(d.text) NOT NULL, question \(d.text) NOT NULL, words \(d.text) NOT NULL,
        format \(d.text) NOT NULL, settings \(d.text) NOT NULL, is_personal \(d.int) NOT NULL, job_id \(d.int) REFERENCES job,
        actor_id \(d.int), actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX export_run_by_actor ON export_run (actor_id, created_at)",
      """
      CREATE TABLE export_file (
        export_id \(d.int) PRIMARY KEY REFERENCES export_run, name \(d.text) NOT NULL, row_count \(d.int) NOT NULL,
        size \(d.int) NOT NULL, at \(d.int) NOT NULL, expires_at \(d.int) NOT NULL, removed_at \(d.int)
      ) \(d.strict)
      """,
      """
      CREATE TABLE export_download (
        export_id \(d.int) NOT NULL REFERENCES export_run, at \(d.int) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, PRIMARY KEY (export_id, at)
      ) \(d.strict)
      """,
      "CREATE INDEX customer_by_address ON customer (lower(email)) WHERE email IS NOT NULL",
    ]
  }
}
