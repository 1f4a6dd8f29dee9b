extension Migration {
  /// What every module's work rests on: identities, background jobs, outgoing events, the audit chain.
  static let work = Migration(1, "work", owner: "Store") { d in
    identities(d) + [
      """
      CREATE TABLE job (
        id \(d.int) PRIMARY KEY, kind \(d.text) NOT NULL, title \(d.text) NOT NULL, arguments \(d.text) NOT NULL,
        state \(d.text) NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
        done \(d.int) NOT NULL DEFAULT 0, total \(d.int), note \(d.text) NOT NULL DEFAULT '', place \(d.text),
        result \(d.text), problem \(d.text), actor_id \(d.int), actor_name \(d.text) NOT NULL,
        attempts \(d.int) NOT NULL DEFAULT 0, created_at \(d.int) NOT NULL, started_at \(d.int), ended_at \(d.int),
        cancel_at \(d.int), runner \(d.text), lease_at \(d.int)
      ) \(d.strict)
      """,
      "CREATE INDEX job_open ON job (state, id) WHERE state IN ('queued', 'running')",
      """
      CREATE TABLE outbox_event (
        id \(d.int) PRIMARY KEY, kind \(d.text) NOT NULL, noun \(d.text) NOT NULL, record_id \(d.int),
        body \(d.text) NOT NULL, created_at \(d.int) NOT NULL, sent_at \(d.int)
      ) \(d.strict)
      """,
      "CREATE INDEX outbox_unsent ON outbox_event (id) WHERE sent_at IS NULL",
      """
      CREATE TABLE audit_entry (
        sequence \(d.int) PRIMARY KEY, at \(d.int) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        verb \(d.text) NOT NULL, noun \(d.text) NOT NULL, record_id \(d.int), detail \(d.text) NOT NULL,
        code \(d.blob) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX audit_by_record ON audit_entry (noun, record_id, sequence)",
      "CREATE TABLE audit_head (one \(d.int) PRIMARY KEY CHECK (one = 1), sequence \(d.int) NOT NULL, "
        + "code \(d.blob) NOT NULL) \(d.strict)",
      """
      CREATE TABLE idempotency_key (
        principal \(d.text) NOT NULL, method \(d.text) NOT NULL, path \(d.text) NOT NULL, key \(d.text) NOT NULL,
        request \(d.blob) NOT NULL, status \(d.int) NOT NULL, answer \(d.text) NOT NULL, location \(d.text),
        created_at \(d.int) NOT NULL, PRIMARY KEY (principal, method, path, key)
      ) \(d.clustered)
      """,
    ]
  }

  private static func identities(_ d: Dialect) -> [String] {
    switch d {
    case .sqlite:
      ["CREATE TABLE id_block (next INTEGER NOT NULL) STRICT", "INSERT INTO id_block (next) VALUES (1)"]
    case .postgres:
      [
        "CREATE SEQUENCE id_block",
        """
        CREATE FUNCTION reserve_ids(wanted BIGINT) RETURNS BIGINT LANGUAGE plpgsql AS $$
        DECLARE start BIGINT;
        BEGIN
          PERFORM pg_advisory_lock(hashtext(current_schema() || '.id_block'));
          start := nextval('id_block');
          PERFORM setval('id_block', start + wanted - 1);
          PERFORM pg_advisory_unlock(hashtext(current_schema() || '.id_block'));
          RETURN start;
        END $$
        """,
      ]
    }
  }
}
