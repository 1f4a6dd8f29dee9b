extension Migration {
  /// Numbers people enter where the data have none: margins, rates of activities, horizons. The newest in force counts;
  /// the older ones stay for what was computed with them.
  static let assumptions = Migration(10, "assumptions", owner: "Portfolio") { d in
    [
      """
      CREATE TABLE assumption (
        name \(d.text) NOT NULL, since_day \(d.int) NOT NULL, id \(d.int) NOT NULL, value \(d.real),
        actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL, PRIMARY KEY (name, since_day, id)
      ) \(d.clustered)
      """
    ]
  }
}
