extension Migration {
  /// What people said of customers that the detectors propose as significant; the newest word counts.
  static let verdicts = Migration(11, "verdicts", owner: "Portfolio") { d in
    [
      """
      CREATE TABLE significance_verdict (
        customer_id \(d.int) NOT NULL, kind \(d.text) NOT NULL, id \(d.int) NOT NULL,
        answer \(d.text) NOT NULL, reason \(d.text) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL, PRIMARY KEY (customer_id, kind, id)
      ) \(d.clustered)
      """
    ]
  }
}
