extension Migration {
  /// What a decision expects, of which customers, and what came of it as the data tell.
  static let forecasts = Migration(14, "forecasts", owner: "Conditions/Leadership") { d in
    [
      """
      CREATE TABLE frozen_group (
        id \(d.int) PRIMARY KEY, kind \(d.text) NOT NULL, name \(d.text) NOT NULL, customers \(d.int) NOT NULL,
        digest \(d.text) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX frozen_group_by_digest ON frozen_group (digest)",
      """
      CREATE TABLE frozen_member (
        group_id \(d.int) NOT NULL REFERENCES frozen_group, customer_id \(d.int) NOT NULL,
        PRIMARY KEY (group_id, customer_id)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE forecast (
        id \(d.int) PRIMARY KEY, decision_id \(d.int) NOT NULL REFERENCES decision, measure \(d.text) NOT NULL,
        group_id \(d.int) NOT NULL REFERENCES frozen_group, value \(d.real) NOT NULL, low \(d.real), high \(d.real),
        cover \(d.real), unit \(d.text) NOT NULL, first_day \(d.int) NOT NULL, last_day \(d.int) NOT NULL,
        as_of_day \(d.int) NOT NULL, facts_revision \(d.int) NOT NULL, method \(d.text) NOT NULL,
        explanation \(d.text) NOT NULL, grade \(d.text) NOT NULL, settings \(d.text) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX forecast_by_decision ON forecast (decision_id, id)",
      """
      CREATE TABLE judgement (
        id \(d.int) PRIMARY KEY, forecast_id \(d.int) NOT NULL REFERENCES forecast, forecast \(d.real) NOT NULL,
        actual \(d.real) NOT NULL, error \(d.real), relative_error \(d.real), is_inside \(d.int),
        data_until_day \(d.int) NOT NULL, is_complete \(d.int) NOT NULL, facts_revision \(d.int) NOT NULL,
        at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE UNIQUE INDEX judgement_by_forecast ON judgement (forecast_id, facts_revision)",
    ]
  }
}
