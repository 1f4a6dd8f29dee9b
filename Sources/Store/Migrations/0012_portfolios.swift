extension Migration {
  /// The portfolio as it was judged at a time: frozen, compared with the next, handed to the stages after it.
  static let portfolios = Migration(12, "portfolios", owner: "Portfolio") { d in
    [
      """
      CREATE TABLE portfolio_version (
        id \(d.int) PRIMARY KEY, as_of_day \(d.int) NOT NULL, facts_revision \(d.int) NOT NULL,
        question \(d.text) NOT NULL, report \(d.text) NOT NULL, customers \(d.int) NOT NULL,
        frozen_month \(d.int), actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE UNIQUE INDEX portfolio_by_month ON portfolio_version (frozen_month)",
      """
      CREATE TABLE portfolio_assignment (
        version_id \(d.int) NOT NULL REFERENCES portfolio_version, customer_id \(d.int) NOT NULL,
        revenue_minor \(d.int) NOT NULL, contribution_minor \(d.int), contribution_grade \(d.text),
        clv_minor \(d.int), clv_low_minor \(d.int), clv_high_minor \(d.int), expected_orders \(d.real),
        percentile \(d.real) NOT NULL, strategy \(d.text) NOT NULL, runner_up \(d.text), undecided_between \(d.text),
        missing \(d.text), kinds \(d.text), ceiling_minor \(d.int), last_order_day \(d.int),
        PRIMARY KEY (version_id, customer_id)
      ) \(d.clustered)
      """,
      "CREATE INDEX assignment_by_strategy ON portfolio_assignment (version_id, strategy, percentile, customer_id)",
      """
      CREATE TABLE strategy_override (
        customer_id \(d.int) NOT NULL REFERENCES customer, id \(d.int) NOT NULL, strategy \(d.text) NOT NULL,
        reason \(d.text) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL,
        PRIMARY KEY (customer_id, id)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE significance_verdict (
        customer_id \(d.int) NOT NULL REFERENCES customer, kind \(d.text) NOT NULL, id \(d.int) NOT NULL,
        verdict \(d.text) NOT NULL, reason \(d.text) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL, PRIMARY KEY (customer_id, kind, id)
      ) \(d.clustered)
      """,
    ]
  }
}
