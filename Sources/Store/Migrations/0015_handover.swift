extension Migration {
  /// What people decide about a customer's core strategy, and the portfolio as it was handed on. Nothing here points to
  /// a customer: an import may be taken back, a person's word waits for the customer to come again, and a version stays
  /// as it was.
  static let handover = Migration(15, "handover", owner: "Portfolio") { d in
    [
      """
      CREATE TABLE strategy_override (
        id \(d.int) PRIMARY KEY, customer_id \(d.int) NOT NULL, source_id \(d.int), external_id \(d.text),
        customer_name \(d.text) NOT NULL, strategy \(d.text) NOT NULL, ruled \(d.text), reason \(d.text) NOT NULL,
        checked_holds \(d.int) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE strategy_override_withdrawal (
        override_id \(d.int) PRIMARY KEY REFERENCES strategy_override, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE ending_verdict (
        id \(d.int) PRIMARY KEY, customer_id \(d.int) NOT NULL, source_id \(d.int), external_id \(d.text),
        customer_name \(d.text) NOT NULL, answer \(d.text) NOT NULL CHECK (answer IN ('approved', 'rejected')),
        reason \(d.text) NOT NULL, checked_holds \(d.int) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE ending_verdict_withdrawal (
        verdict_id \(d.int) PRIMARY KEY REFERENCES ending_verdict, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE portfolio_version (
        id \(d.int) PRIMARY KEY, month_day \(d.int) UNIQUE, as_of_day \(d.int) NOT NULL, first_day \(d.int) NOT NULL,
        last_day \(d.int) NOT NULL, facts_revision \(d.int) NOT NULL, currency \(d.text) NOT NULL, model \(d.text),
        parameters \(d.text) NOT NULL, question \(d.text) NOT NULL, tests \(d.text) NOT NULL,
        customers \(d.int) NOT NULL, counts \(d.text) NOT NULL, contribution_minor \(d.int), value \(d.real),
        note \(d.text) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE portfolio_version_row (
        version_id \(d.int) NOT NULL REFERENCES portfolio_version, customer_id \(d.int) NOT NULL,
        external_id \(d.text) NOT NULL, name \(d.text) NOT NULL, segment \(d.text), strategy \(d.text),
        proposed \(d.text), ruled \(d.text), heading \(d.text) NOT NULL, runner_up \(d.text), distance \(d.real),
        turns_on \(d.text), between_strategies \(d.text) NOT NULL, missing \(d.text) NOT NULL,
        not_known \(d.text) NOT NULL, worth_minor \(d.int), kinds \(d.text) NOT NULL, sales_minor \(d.int) NOT NULL,
        contribution_minor \(d.int), grade \(d.text) NOT NULL, value \(d.real), value_low \(d.real),
        value_high \(d.real), percentile \(d.real), basis \(d.text), ceiling \(d.real), overruled \(d.text),
        ending \(d.text), answers \(d.text) NOT NULL, PRIMARY KEY (version_id, customer_id)
      ) \(d.clustered)
      """,
    ]
  }
}
