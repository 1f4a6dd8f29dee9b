extension Migration {
  /// What other programs are told and what they bring: the order of events, webhooks, forms on the company's site.
  static let programs = Migration(24, "programs", owner: "Conditions") { d in
    events(d) + webhooks(d) + forms(d)
  }

  /// Identities are made before a commit and so do not tell the order of commits; a place is given after it.
  private static func events(_ d: Dialect) -> [String] {
    [
      "DROP INDEX outbox_unsent",
      "ALTER TABLE outbox_event DROP COLUMN sent_at",
      "ALTER TABLE outbox_event ADD COLUMN place \(d.int)",
      "CREATE INDEX outbox_unplaced ON outbox_event (id) WHERE place IS NULL",
      "CREATE UNIQUE INDEX outbox_by_place ON outbox_event (place) WHERE place IS NOT NULL",
    ]
  }

  private static func webhooks(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE webhook (
        id \(d.int) PRIMARY KEY, name \(d.text) NOT NULL, address \(d.text) NOT NULL, kinds \(d.text) NOT NULL,
        secret \(d.blob) NOT NULL, place \(d.int) NOT NULL, user_id \(d.int) REFERENCES app_user (id),
        actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL, version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      """
      CREATE TABLE webhook_pause (
        webhook_id \(d.int) PRIMARY KEY REFERENCES webhook (id), reason \(d.text) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE webhook_delivery (
        id \(d.int) PRIMARY KEY, webhook_id \(d.int) NOT NULL REFERENCES webhook (id), place \(d.int),
        kind \(d.text) NOT NULL, is_replay \(d.int) NOT NULL DEFAULT 0,
        state \(d.text) NOT NULL CHECK (state IN ('waiting', 'delivered', 'parked', 'withheld')),
        tries \(d.int) NOT NULL DEFAULT 0, next_at \(d.int) NOT NULL, created_at \(d.int) NOT NULL, ended_at \(d.int)
      ) \(d.strict)
      """,
      "CREATE INDEX webhook_delivery_order ON webhook_delivery (webhook_id, id)",
      "CREATE INDEX webhook_delivery_open ON webhook_delivery (webhook_id, id) WHERE state = 'waiting'",
      """
      CREATE TABLE webhook_try (
        delivery_id \(d.int) NOT NULL REFERENCES webhook_delivery (id), number \(d.int) NOT NULL, at \(d.int) NOT NULL,
        milliseconds \(d.int) NOT NULL, status \(d.int), answer \(d.text) NOT NULL, problem \(d.text),
        PRIMARY KEY (delivery_id, number)
      ) \(d.clustered)
      """,
    ]
  }

  private static func forms(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE web_form (
        id \(d.int) PRIMARY KEY, token \(d.text) NOT NULL UNIQUE, name \(d.text) NOT NULL, title \(d.text) NOT NULL,
        intro \(d.text) NOT NULL, fields \(d.text) NOT NULL, kind \(d.text) NOT NULL, owners \(d.text) NOT NULL,
        turn \(d.int) NOT NULL DEFAULT 0, team_id \(d.int), tag \(d.text) NOT NULL, thanks \(d.text) NOT NULL,
        thanks_path \(d.text) NOT NULL, origins \(d.text) NOT NULL, purpose \(d.text) NOT NULL,
        consent \(d.text) NOT NULL, consent_version \(d.int) NOT NULL, user_id \(d.int) REFERENCES app_user (id),
        actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL, version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      """
      CREATE TABLE web_form_closure (
        form_id \(d.int) PRIMARY KEY REFERENCES web_form (id), actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE web_form_submission (
        id \(d.int) PRIMARY KEY, form_id \(d.int) NOT NULL REFERENCES web_form (id), at \(d.int) NOT NULL,
        state \(d.text) NOT NULL CHECK (state IN ('made', 'known', 'suspected')),
        customer_id \(d.int), contact_id \(d.int), company \(d.text) NOT NULL,
        person \(d.text) NOT NULL, email \(d.text) NOT NULL, phone \(d.text) NOT NULL, message \(d.text) NOT NULL,
        consent_version \(d.int), consent \(d.text) NOT NULL, origin \(d.text) NOT NULL, address \(d.text) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX web_form_submission_order ON web_form_submission (form_id, id)",
      "CREATE INDEX web_form_submission_customer ON web_form_submission (customer_id)",
      "CREATE INDEX web_form_submission_day ON web_form_submission (form_id, at)",
    ]
  }
}
