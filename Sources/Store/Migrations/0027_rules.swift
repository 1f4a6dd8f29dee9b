extension Migration {
  /// What the house does by itself when something happens to a record, and what it did.
  static let rules = Migration(27, "rules", owner: "Conditions") { d in
    [
      "ALTER TABLE outbox_event ADD COLUMN cause \(d.text) NOT NULL DEFAULT ''",
      """
      CREATE TABLE rule (
        id \(d.int) PRIMARY KEY, name \(d.text) NOT NULL, noun \(d.text) NOT NULL,
        occasion \(d.text) NOT NULL CHECK (occasion IN ('created', 'changed', 'day')), fields \(d.text) NOT NULL,
        day_field \(d.text) NOT NULL, days \(d.int) NOT NULL, filter \(d.text) NOT NULL, acts \(d.text) NOT NULL,
        place \(d.int) NOT NULL, last_day \(d.int) NOT NULL, user_id \(d.int) REFERENCES app_user (id),
        actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL, version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      """
      CREATE TABLE rule_pause (
        rule_id \(d.int) PRIMARY KEY REFERENCES rule (id), reason \(d.text) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE rule_run (
        id \(d.int) PRIMARY KEY, rule_id \(d.int) NOT NULL REFERENCES rule (id), record_id \(d.int) NOT NULL,
        cause \(d.text) NOT NULL, state \(d.text) NOT NULL CHECK (state IN ('done', 'refused', 'stopped')),
        problem \(d.text) NOT NULL, version \(d.int) NOT NULL, at \(d.int) NOT NULL,
        UNIQUE (rule_id, record_id, cause)
      ) \(d.strict)
      """,
      "CREATE INDEX rule_run_order ON rule_run (rule_id, id)",
    ]
  }
}
