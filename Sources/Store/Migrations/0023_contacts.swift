extension Migration {
  /// The people a company speaks with, what was said, and what they agreed to; and what is known of a customer beside
  /// its name.
  static let contacts = Migration(23, "contacts", owner: "Customers") { d in
    [
      "phone", "website", "street", "postal_code", "city", "country", "language", "note",
    ].map { "ALTER TABLE customer ADD COLUMN \($0) \(d.text)" } + contactTables(d) + interactionTables(d)
      + consentTables(d)
  }

  /// The first e-mail address and number of a contact stand in its row too, for lists; `contact_point` has all.
  private static func contactTables(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE contact (
        id \(d.int) PRIMARY KEY, first_name \(d.text) NOT NULL, last_name \(d.text) NOT NULL, folded \(d.text) NOT NULL,
        title \(d.text), job \(d.text), email \(d.text), phone \(d.text), street \(d.text), postal_code \(d.text),
        city \(d.text), country \(d.text), language \(d.text), birthday \(d.int), note \(d.text),
        owner_id \(d.int) REFERENCES app_user, team_id \(d.int) REFERENCES team, import_id \(d.int),
        created_at \(d.int) NOT NULL, binned_at \(d.int), version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      "CREATE INDEX contact_by_name ON contact (folded, id)",
      "CREATE INDEX contact_by_owner ON contact (owner_id) WHERE owner_id IS NOT NULL",
      """
      CREATE TABLE contact_point (
        contact_id \(d.int) NOT NULL REFERENCES contact, channel \(d.text) NOT NULL, folded \(d.text) NOT NULL,
        place \(d.int) NOT NULL, kind \(d.text) NOT NULL, value \(d.text) NOT NULL,
        PRIMARY KEY (contact_id, channel, folded)
      ) \(d.clustered)
      """,
      "CREATE INDEX contact_point_by_value ON contact_point (channel, folded, contact_id)",
      """
      CREATE TABLE contact_key (
        source_id \(d.int) NOT NULL REFERENCES source, external_id \(d.text) NOT NULL,
        contact_id \(d.int) NOT NULL REFERENCES contact, import_id \(d.int), PRIMARY KEY (source_id, external_id)
      ) \(d.clustered)
      """,
      "CREATE INDEX contact_key_by_contact ON contact_key (contact_id)",
      """
      CREATE TABLE contact_role (
        id \(d.int) PRIMARY KEY, customer_id \(d.int) NOT NULL REFERENCES customer,
        contact_id \(d.int) NOT NULL REFERENCES contact, role \(d.text) NOT NULL, function \(d.text) NOT NULL,
        since_day \(d.int), import_id \(d.int), actor_id \(d.int), actor_name \(d.text) NOT NULL,
        created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX contact_role_by_customer ON contact_role (customer_id, id)",
      "CREATE INDEX contact_role_by_contact ON contact_role (contact_id, customer_id)",
      """
      CREATE TABLE contact_role_end (
        role_id \(d.int) PRIMARY KEY, day \(d.int) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE main_contact (
        customer_id \(d.int) NOT NULL REFERENCES customer, id \(d.int) NOT NULL,
        contact_id \(d.int) REFERENCES contact, import_id \(d.int), actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL, PRIMARY KEY (customer_id, id)
      ) \(d.clustered)
      """,
    ]
  }

  /// An interaction keeps its number when it is corrected; what stood there before is a row of `interaction_correction`.
  private static func interactionTables(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE interaction (
        id \(d.int) PRIMARY KEY, customer_id \(d.int) REFERENCES customer, contact_id \(d.int) REFERENCES contact,
        kind \(d.text) NOT NULL, direction \(d.text) NOT NULL, channel \(d.text), day \(d.int) NOT NULL,
        at \(d.int) NOT NULL, is_timed \(d.int) NOT NULL, minutes \(d.int), outcome \(d.text),
        outcome_note \(d.text) NOT NULL, subject \(d.text) NOT NULL, text \(d.text) NOT NULL, folded \(d.text) NOT NULL,
        party \(d.text) NOT NULL, product_id \(d.int), decision_id \(d.int), source_id \(d.int) REFERENCES source,
        external_id \(d.text), import_id \(d.int), actor_id \(d.int), team_id \(d.int), actor_name \(d.text) NOT NULL,
        created_at \(d.int) NOT NULL, version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      "CREATE INDEX interaction_by_customer ON interaction (customer_id, at, id)",
      "CREATE INDEX interaction_by_contact ON interaction (contact_id, at, id) WHERE contact_id IS NOT NULL",
      "CREATE INDEX interaction_by_time ON interaction (at, id)",
      "CREATE INDEX interaction_by_actor ON interaction (actor_id, at, id) WHERE actor_id IS NOT NULL",
      "CREATE UNIQUE INDEX interaction_by_key ON interaction (source_id, external_id)",
      """
      CREATE TABLE interaction_participant (
        interaction_id \(d.int) NOT NULL REFERENCES interaction, place \(d.int) NOT NULL,
        contact_id \(d.int) REFERENCES contact, user_id \(d.int) REFERENCES app_user,
        PRIMARY KEY (interaction_id, place)
      ) \(d.clustered)
      """,
      """
      CREATE INDEX interaction_participant_by_contact ON interaction_participant (contact_id, interaction_id)
      WHERE contact_id IS NOT NULL
      """,
      """
      CREATE TABLE interaction_correction (
        id \(d.int) PRIMARY KEY, interaction_id \(d.int) NOT NULL REFERENCES interaction, before \(d.text) NOT NULL,
        reason \(d.text) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX interaction_correction_of ON interaction_correction (interaction_id, id)",
      """
      CREATE TABLE interaction_withdrawal (
        interaction_id \(d.int) PRIMARY KEY, actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }

  private static func consentTables(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE consent_purpose (
        id \(d.int) PRIMARY KEY, name \(d.text) NOT NULL, folded \(d.text) NOT NULL UNIQUE, note \(d.text) NOT NULL,
        basis \(d.text) NOT NULL, months \(d.int), actor_id \(d.int), actor_name \(d.text) NOT NULL,
        created_at \(d.int) NOT NULL, version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      """
      CREATE TABLE consent_text (
        id \(d.int) PRIMARY KEY, purpose_id \(d.int) NOT NULL REFERENCES consent_purpose, number \(d.int) NOT NULL,
        text \(d.text) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL,
        UNIQUE (purpose_id, number)
      ) \(d.strict)
      """,
      """
      CREATE TABLE consent (
        id \(d.int) PRIMARY KEY, contact_id \(d.int) REFERENCES contact, customer_id \(d.int) REFERENCES customer,
        purpose_id \(d.int) NOT NULL REFERENCES consent_purpose, channel \(d.text) NOT NULL, state \(d.text) NOT NULL,
        basis \(d.text) NOT NULL, at \(d.int) NOT NULL, expires_day \(d.int), source \(d.text) NOT NULL,
        text_id \(d.int) REFERENCES consent_text, note \(d.text) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL,
        CHECK ((contact_id IS NULL) <> (customer_id IS NULL))
      ) \(d.strict)
      """,
      "CREATE INDEX consent_by_contact ON consent (contact_id, purpose_id, at, id) WHERE contact_id IS NOT NULL",
      "CREATE INDEX consent_by_customer ON consent (customer_id, purpose_id, at, id) WHERE customer_id IS NOT NULL",
      "CREATE INDEX consent_by_purpose ON consent (purpose_id, channel, at, id)",
    ]
  }
}
