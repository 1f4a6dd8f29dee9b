extension Migration {
  /// What every noun of records shares: a bin, fields the company makes itself, views that are kept.
  static let records = Migration(18, "records", owner: "Records") { d in
    [
      "ALTER TABLE customer ADD COLUMN binned_at \(d.int)",
      "CREATE INDEX customer_binned ON customer (id) WHERE binned_at IS NOT NULL",
      "CREATE INDEX customer_by_kind ON customer (kind, id)",
      "CREATE INDEX customer_by_email ON customer (coalesce(email, ''), id)",
      "CREATE INDEX customer_by_anybody ON customer (coalesce(owner_id, 0), id)",
      """
      CREATE TABLE custom_field (
        id \(d.int) PRIMARY KEY, noun \(d.text) NOT NULL, name \(d.text) NOT NULL, label \(d.text) NOT NULL,
        kind \(d.text) NOT NULL, choices \(d.text) NOT NULL, target \(d.text) NOT NULL, formula \(d.text) NOT NULL,
        is_personal \(d.int) NOT NULL, is_required \(d.int) NOT NULL, place \(d.int) NOT NULL,
        created_at \(d.int) NOT NULL, version \(d.int) NOT NULL DEFAULT 1, removed_at \(d.int),
        UNIQUE (noun, name)
      ) \(d.strict)
      """,
      """
      CREATE TABLE custom_value (
        field_id \(d.int) NOT NULL REFERENCES custom_field, record_id \(d.int) NOT NULL, text \(d.text),
        number \(d.real), PRIMARY KEY (field_id, record_id)
      ) \(d.clustered)
      """,
      "CREATE INDEX custom_value_by_text ON custom_value (field_id, text, record_id) WHERE text IS NOT NULL",
      "CREATE INDEX custom_value_by_number ON custom_value (field_id, number, record_id) WHERE number IS NOT NULL",
      "CREATE INDEX custom_value_by_record ON custom_value (record_id, field_id)",
      """
      CREATE TABLE saved_view (
        id \(d.int) PRIMARY KEY, noun \(d.text) NOT NULL, name \(d.text) NOT NULL, folded \(d.text) NOT NULL,
        question \(d.text) NOT NULL, layout \(d.text) NOT NULL, owner_id \(d.int), is_shared \(d.int) NOT NULL,
        actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL, version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      "CREATE INDEX saved_view_by_noun ON saved_view (noun, folded, id)",
      """
      CREATE TABLE bulk_change (
        run_id \(d.int) NOT NULL, record_id \(d.int) NOT NULL, before \(d.text) NOT NULL,
        PRIMARY KEY (run_id, record_id)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE bulk_run (
        id \(d.int) PRIMARY KEY, noun \(d.text) NOT NULL, act \(d.text) NOT NULL, question \(d.text) NOT NULL,
        job_id \(d.int), records \(d.int) NOT NULL, refused \(d.int) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL, ended_at \(d.int), undone_at \(d.int)
      ) \(d.strict)
      """,
    ]
  }
}
