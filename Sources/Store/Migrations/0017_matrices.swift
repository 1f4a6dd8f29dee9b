extension Migration {
  /// What people rate accounts, the newest of each item counting and NULL taking it back; and settings of matrices and
  /// removals kept under a name.
  static let matrices = Migration(17, "matrices", owner: "Portfolio") { d in
    [
      """
      CREATE TABLE rating (
        customer_id \(d.int) NOT NULL, item \(d.text) NOT NULL, id \(d.int) NOT NULL, value \(d.int),
        actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL, PRIMARY KEY (customer_id, item, id)
      ) \(d.clustered)
      """,
      "CREATE INDEX rating_newest ON rating (id)",
      """
      CREATE TABLE saved_scenario (
        id \(d.int) PRIMARY KEY, subject \(d.text) NOT NULL, name \(d.text) NOT NULL, folded \(d.text) NOT NULL,
        settings \(d.text) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL,
        UNIQUE (subject, folded)
      ) \(d.strict)
      """,
    ]
  }
}
