extension Migration {
  /// What was bought, keyed by customer and day so that it can be partitioned by month and distributed by customer.
  static let purchases = Migration(5, "purchases", owner: "Customers") { d in
    [
      // No foreign key to the source: every row of a file would ask for the same one, which the same transaction has
      // just named; a source is never deleted.
      """
      CREATE TABLE purchase (
        customer_id \(d.int) NOT NULL REFERENCES customer, day \(d.int) NOT NULL, id \(d.int) NOT NULL, at \(d.int),
        kind \(d.text) NOT NULL CHECK (kind IN ('order', 'return')), source_id \(d.int) NOT NULL,
        external_id \(d.text), of_purchase_id \(d.int), value_minor \(d.int) NOT NULL, lines \(d.int) NOT NULL,
        cancelled_at \(d.int), import_id \(d.int), PRIMARY KEY (customer_id, day, id)
      ) \(d.clustered)
      """,
      "CREATE UNIQUE INDEX purchase_by_key ON purchase (source_id, external_id, kind) WHERE external_id IS NOT NULL",
      // No foreign keys: lines are written with their purchase and products in one transaction by one function, and
      // checking millions of rows again takes PostgreSQL longer than writing them.
      """
      CREATE TABLE purchase_line (
        customer_id \(d.int) NOT NULL, day \(d.int) NOT NULL, purchase_id \(d.int) NOT NULL, line \(d.int) NOT NULL,
        product_id \(d.int), quantity \(d.real), amount_minor \(d.int) NOT NULL,
        list_minor \(d.int), discount_minor \(d.int), coupon_minor \(d.int), match_minor \(d.int), external_line \(d.text),
        content \(d.int) NOT NULL, import_id \(d.int), PRIMARY KEY (customer_id, day, purchase_id, line)
      ) \(d.clustered)
      """,
    ]
  }
}
