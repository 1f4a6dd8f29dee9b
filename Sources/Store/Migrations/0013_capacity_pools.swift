extension Migration {
  /// People or machines that serve customers, what they cost in a month and how long they are paid for. The newest in
  /// force of each name counts; one without numbers takes it back.
  static let capacityPools = Migration(13, "capacity_pools", owner: "Portfolio") { d in
    [
      """
      CREATE TABLE capacity_pool (
        id \(d.int) PRIMARY KEY, name \(d.text) NOT NULL, since_day \(d.int) NOT NULL, activities \(d.text) NOT NULL,
        paid_minutes \(d.real), practical_share \(d.real) NOT NULL, cost_minor \(d.int), actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """
    ]
  }
}
