extension Migration {
  /// What was said or seen of customers that no order tells; taken back by a row of its own.
  static let observations = Migration(12, "observations", owner: "Customers") { d in
    [
      """
      CREATE TABLE observation (
        id \(d.int) PRIMARY KEY, customer_id \(d.int) NOT NULL REFERENCES customer, day \(d.int) NOT NULL,
        kind \(d.text) NOT NULL, other \(d.text) NOT NULL, other_id \(d.int), amount_minor \(d.int), score \(d.int),
        note \(d.text) NOT NULL, source_id \(d.int) REFERENCES source, external_id \(d.text), import_id \(d.int),
        actor_id \(d.int), actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE UNIQUE INDEX observation_by_key ON observation (source_id, external_id)",
      "CREATE INDEX observation_by_customer ON observation (customer_id, day, id)",
      "CREATE INDEX observation_by_day ON observation (day, id)",
      """
      CREATE TABLE observation_withdrawal (
        observation_id \(d.int) PRIMARY KEY, actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }
}
