extension Migration {
  /// The counts that cost to serve rests on, in pieces, minutes or money.
  static let costDrivers = Migration(6, "cost drivers", owner: "Customers") { d in
    [
      """
      CREATE TABLE cost_driver (
        customer_id \(d.int) NOT NULL REFERENCES customer, day \(d.int) NOT NULL, id \(d.int) NOT NULL,
        kind \(d.text) NOT NULL, pieces \(d.real), minutes \(d.real), amount_minor \(d.int), due_day \(d.int),
        source_id \(d.int) NOT NULL REFERENCES source, external_id \(d.text) NOT NULL,
        import_id \(d.int), PRIMARY KEY (customer_id, day, id)
      ) \(d.clustered)
      """,
      "CREATE UNIQUE INDEX cost_driver_by_key ON cost_driver (source_id, kind, external_id)",
    ]
  }
}
