extension Migration {
  /// What people know of a customer that no till counts: references, ideas, changes, referrals, rivals, ratings.
  static let observations = Migration(10, "observations", owner: "Customers") { d in
    [
      """
      CREATE TABLE observation (
        customer_id \(d.int) NOT NULL REFERENCES customer, id \(d.int) NOT NULL, kind \(d.text) NOT NULL,
        day \(d.int) NOT NULL, item \(d.text), other_id \(d.int) REFERENCES customer, amount_minor \(d.int),
        score \(d.real), note \(d.text), source_id \(d.int), external_id \(d.text), import_id \(d.int),
        actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL, PRIMARY KEY (customer_id, id)
      ) \(d.clustered)
      """,
      "CREATE UNIQUE INDEX observation_by_key ON observation (source_id, external_id) WHERE external_id IS NOT NULL",
      "CREATE INDEX observation_by_kind ON observation (kind, day)",
    ]
  }
}
