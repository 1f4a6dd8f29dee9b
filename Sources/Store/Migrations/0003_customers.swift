extension Migration {
  /// Customers, the names other systems know them under, and what is declared of them.
  static let customers = Migration(3, "customers", owner: "Customers") { d in
    [
      "CREATE TABLE source (id \(d.int) PRIMARY KEY, name \(d.text) NOT NULL UNIQUE, created_at \(d.int) NOT NULL) \(d.strict)",
      "CREATE TABLE facts_revision (one \(d.int) PRIMARY KEY CHECK (one = 1), number \(d.int) NOT NULL) \(d.strict)",
      "INSERT INTO facts_revision (one, number) VALUES (1, 0)",
      """
      CREATE TABLE customer (
        id \(d.int) PRIMARY KEY,
        kind \(d.text) NOT NULL CHECK (kind IN ('person', 'household', 'organisation', 'site')),
        name \(d.text) NOT NULL, folded \(d.text) NOT NULL, email \(d.text), parent_id \(d.int) REFERENCES customer,
        owner_id \(d.int) REFERENCES app_user, team_id \(d.int) REFERENCES team, import_id \(d.int),
        created_at \(d.int) NOT NULL, version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      "CREATE INDEX customer_by_name ON customer (folded, id)",
      "CREATE INDEX customer_by_parent ON customer (parent_id) WHERE parent_id IS NOT NULL",
      "CREATE INDEX customer_by_owner ON customer (owner_id) WHERE owner_id IS NOT NULL",
      """
      CREATE TABLE customer_key (
        source_id \(d.int) NOT NULL REFERENCES source, external_id \(d.text) NOT NULL,
        customer_id \(d.int) NOT NULL REFERENCES customer, PRIMARY KEY (source_id, external_id)
      ) \(d.clustered)
      """,
      "CREATE INDEX customer_key_by_customer ON customer_key (customer_id)",
      """
      CREATE TABLE customer_trait (
        customer_id \(d.int) NOT NULL REFERENCES customer, name \(d.text) NOT NULL, value \(d.text) NOT NULL,
        source_id \(d.int) REFERENCES source, import_id \(d.int), at \(d.int) NOT NULL, PRIMARY KEY (customer_id, name)
      ) \(d.clustered)
      """,
    ]
  }
}
