extension Migration {
  /// How customers stand to each other; the end of one is a row of its own.
  static let relationships = Migration(30, "relationships", owner: "Customers") { d in
    [
      """
      CREATE TABLE relationship (
        id \(d.int) PRIMARY KEY, customer_id \(d.int) NOT NULL REFERENCES customer,
        other_id \(d.int) NOT NULL REFERENCES customer, kind \(d.text) NOT NULL, since_day \(d.int),
        note \(d.text) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX relationship_by_customer ON relationship (customer_id)",
      "CREATE INDEX relationship_by_other ON relationship (other_id)",
      """
      CREATE TABLE relationship_end (
        relationship_id \(d.int) PRIMARY KEY REFERENCES relationship, day \(d.int) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }
}
