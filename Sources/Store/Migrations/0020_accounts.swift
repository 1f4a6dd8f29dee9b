extension Migration {
  /// How people come in and stay: invitations, new passwords, second factors, sessions by number, keys, lock-outs.
  static let accounts = Migration(20, "accounts", owner: "Conditions") { d in
    invitations(d) + passwords(d) + secondFactors(d) + stays(d) + keys(d)
  }

  private static func invitations(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE invitation (
        id \(d.int) PRIMARY KEY, token_hash \(d.blob) NOT NULL UNIQUE, email \(d.text) NOT NULL, name \(d.text) NOT NULL,
        role \(d.text) NOT NULL, team_id \(d.int) REFERENCES team, created_at \(d.int) NOT NULL,
        expires_at \(d.int) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX invitation_by_email ON invitation (email, id)",
      """
      CREATE TABLE invitation_end (
        invitation_id \(d.int) PRIMARY KEY REFERENCES invitation,
        kind \(d.text) NOT NULL CHECK (kind IN ('accepted', 'withdrawn')), user_id \(d.int) REFERENCES app_user,
        actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }

  private static func passwords(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE password_reset (
        user_id \(d.int) PRIMARY KEY REFERENCES app_user, token_hash \(d.blob) NOT NULL UNIQUE,
        created_at \(d.int) NOT NULL, expires_at \(d.int) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE password_request (
        user_id \(d.int) PRIMARY KEY REFERENCES app_user, at \(d.int) NOT NULL, address \(d.text) NOT NULL
      ) \(d.strict)
      """,
    ]
  }

  private static func secondFactors(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE second_factor (
        user_id \(d.int) PRIMARY KEY REFERENCES app_user, key_id \(d.text) NOT NULL, sealed \(d.blob) NOT NULL,
        last_step \(d.int) NOT NULL, created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE second_factor_start (
        user_id \(d.int) PRIMARY KEY REFERENCES app_user, key_id \(d.text) NOT NULL, sealed \(d.blob) NOT NULL,
        at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE recovery_code (
        user_id \(d.int) NOT NULL REFERENCES app_user, code_hash \(d.blob) NOT NULL, used_at \(d.int),
        PRIMARY KEY (user_id, code_hash)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE second_factor_rule (
        role \(d.text) PRIMARY KEY, actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }

  // Sessions get a number to be ended by; those of before have none, so everybody signs in once more.
  private static func stays(_ d: Dialect) -> [String] {
    [
      "DELETE FROM session",
      "ALTER TABLE session ADD COLUMN id \(d.int) NOT NULL DEFAULT 0",
      "ALTER TABLE session ADD COLUMN second_factor_at \(d.int)",
      "CREATE UNIQUE INDEX session_by_id ON session (id)",
      """
      CREATE TABLE half_session (
        token_hash \(d.blob) PRIMARY KEY, user_id \(d.int) NOT NULL REFERENCES app_user, created_at \(d.int) NOT NULL,
        tries \(d.int) NOT NULL DEFAULT 0
      ) \(d.strict)
      """,
      """
      CREATE TABLE lock_out (
        subject \(d.text) PRIMARY KEY, email \(d.text), address \(d.text), at \(d.int) NOT NULL, until_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }

  private static func keys(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE api_key (
        id \(d.int) PRIMARY KEY, user_id \(d.int) NOT NULL REFERENCES app_user, name \(d.text) NOT NULL,
        token_hash \(d.blob) NOT NULL UNIQUE, scopes \(d.text) NOT NULL, created_at \(d.int) NOT NULL,
        expires_at \(d.int) NOT NULL, used_at \(d.int), used_from \(d.text)
      ) \(d.strict)
      """,
      "CREATE INDEX api_key_by_user ON api_key (user_id, id)",
      """
      CREATE TABLE api_key_revocation (
        key_id \(d.int) PRIMARY KEY REFERENCES api_key, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE guide_dismissal (
        one \(d.int) PRIMARY KEY CHECK (one = 1), actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }
}
