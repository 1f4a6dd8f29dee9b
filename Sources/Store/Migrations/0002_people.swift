extension Migration {
  /// The company, who works in it, and their sessions.
  static let people = Migration(2, "people", owner: "Conditions/People") { d in
    [
      """
      CREATE TABLE company (
        one \(d.int) PRIMARY KEY CHECK (one = 1), name \(d.text) NOT NULL, currency \(d.text) NOT NULL,
        time_zone \(d.text) NOT NULL, first_weekday \(d.int) NOT NULL CHECK (first_weekday BETWEEN 1 AND 7),
        language \(d.text) NOT NULL, decimal_mark \(d.text) NOT NULL, date_order \(d.text) NOT NULL,
        note \(d.text) NOT NULL DEFAULT '', version \(d.int) NOT NULL DEFAULT 1, created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE TABLE team (id \(d.int) PRIMARY KEY, name \(d.text) NOT NULL UNIQUE, created_at \(d.int) NOT NULL) \(d.strict)",
      """
      CREATE TABLE app_user (
        id \(d.int) PRIMARY KEY, email \(d.text) NOT NULL UNIQUE, name \(d.text) NOT NULL, password \(d.text) NOT NULL,
        role \(d.text) NOT NULL, team_id \(d.int) REFERENCES team, created_at \(d.int) NOT NULL, disabled_at \(d.int),
        version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      """
      CREATE TABLE session (
        token_hash \(d.blob) PRIMARY KEY, user_id \(d.int) NOT NULL REFERENCES app_user, created_at \(d.int) NOT NULL,
        seen_at \(d.int) NOT NULL, address \(d.text) NOT NULL, agent \(d.text) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX session_by_user ON session (user_id)",
    ]
  }
}
