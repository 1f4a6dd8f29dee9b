extension Migration {
  /// What was decided from which figure, and what came of it.
  static let decisions = Migration(8, "decisions", owner: "Conditions/Leadership") { d in
    [
      """
      CREATE TABLE decision (
        id \(d.int) PRIMARY KEY, analysis \(d.text) NOT NULL, figure_id \(d.text) NOT NULL, figure \(d.text) NOT NULL,
        facts_revision \(d.int) NOT NULL, title \(d.text) NOT NULL, options \(d.text) NOT NULL, choice \(d.text) NOT NULL,
        reason \(d.text) NOT NULL, owner_id \(d.int) REFERENCES app_user, owner_name \(d.text) NOT NULL,
        due_day \(d.int), review_day \(d.int) NOT NULL, expected \(d.real), unit \(d.text) NOT NULL,
        cost_minor \(d.int), actor_id \(d.int), actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL,
        version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      "CREATE INDEX decision_by_review ON decision (review_day, id)",
      """
      CREATE TABLE decision_review (
        decision_id \(d.int) PRIMARY KEY REFERENCES decision, actual \(d.real), note \(d.text) NOT NULL,
        figure \(d.text), actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE decision_withdrawal (
        decision_id \(d.int) PRIMARY KEY REFERENCES decision, reason \(d.text) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }
}
