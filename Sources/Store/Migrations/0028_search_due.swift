extension Migration {
  /// Stretches of records that came in by an import and are still to be found by their words.
  static let searchDue = Migration(28, "search due", owner: "Records") { d in
    [
      """
      CREATE TABLE search_due (
        noun \(d.text) NOT NULL, first_id \(d.int) NOT NULL, last_id \(d.int) NOT NULL, PRIMARY KEY (noun, first_id)
      ) \(d.clustered)
      """
    ]
  }
}
