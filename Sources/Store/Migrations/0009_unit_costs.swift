extension Migration {
  /// What one piece of a line costs the company, where a feed tells it.
  static let unitCosts = Migration(9, "unit costs", owner: "Customers") { d in
    ["ALTER TABLE purchase_line ADD COLUMN unit_cost_minor \(d.int)"]
  }
}
