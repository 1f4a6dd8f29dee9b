extension Migration {
  /// What people may see and do: roles with their rights, and who is in which team. The number of the revision grows with
  /// every change of these, so that whoever remembers them knows when to read again.
  static let rights = Migration(19, "rights", owner: "Conditions/People") { d in
    [
      """
      CREATE TABLE role (
        code \(d.text) PRIMARY KEY, name \(d.text) NOT NULL, folded \(d.text) NOT NULL UNIQUE,
        note \(d.text) NOT NULL DEFAULT '', is_ready_made \(d.int) NOT NULL, sees_personal \(d.int) NOT NULL,
        version \(d.int) NOT NULL DEFAULT 1, created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE role_grant (
        role_code \(d.text) NOT NULL REFERENCES role, noun \(d.text) NOT NULL, verb \(d.text) NOT NULL,
        reach \(d.text) NOT NULL CHECK (reach IN ('own', 'team', 'all')), PRIMARY KEY (role_code, noun, verb)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE role_field (
        role_code \(d.text) NOT NULL REFERENCES role, noun \(d.text) NOT NULL, field \(d.text) NOT NULL,
        access \(d.text) NOT NULL CHECK (access IN ('hidden', 'readOnly')), PRIMARY KEY (role_code, noun, field)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE team_member (
        team_id \(d.int) NOT NULL REFERENCES team, user_id \(d.int) NOT NULL REFERENCES app_user, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL, PRIMARY KEY (team_id, user_id)
      ) \(d.clustered)
      """,
      "CREATE INDEX team_member_by_user ON team_member (user_id)",
      "ALTER TABLE team ADD COLUMN note \(d.text) NOT NULL DEFAULT ''",
      "ALTER TABLE team ADD COLUMN version \(d.int) NOT NULL DEFAULT 1",
      "CREATE TABLE rights_revision (one \(d.int) PRIMARY KEY CHECK (one = 1), number \(d.int) NOT NULL) \(d.strict)",
      "INSERT INTO rights_revision (one, number) VALUES (1, 0)",
      """
      INSERT INTO team_member (team_id, user_id, actor_id, actor_name, at)
      SELECT team_id, id, NULL, 'operator', created_at FROM app_user WHERE team_id IS NOT NULL
      """,
    ] + ReadyMadeRole.all.flatMap(\.statements)
  }
}

/// A role every company starts with, as the step that made it wrote it.
private struct ReadyMadeRole {
  let code: String
  let name: String
  let note: String
  let seesPersonal: Bool
  /// A line each: the noun, then how far see, create, edit, delete and export reach: `a`ll, `t`eam, `o`wn, or `-`.
  let rights: String

  init(_ code: String, _ name: String, _ note: String, seesPersonal: Bool = true, _ rights: String = "") {
    self.code = code
    self.name = name
    self.note = note
    self.seesPersonal = seesPersonal
    self.rights = rights
  }

  var statements: [String] {
    let role = """
      INSERT INTO role (code, name, folded, note, is_ready_made, sees_personal, created_at)
      VALUES ('\(code)', '\(name)', '\(name.lowercased())', '\(note)', 1, \(seesPersonal ? 1 : 0), 0)
      """
    let grants = rights.split(separator: "\n").flatMap { line -> [String] in
      let words = line.split(separator: " ")
      guard words.count == 2 else { return [] }
      return zip(["see", "create", "edit", "delete", "export"], words[1]).compactMap { verb, letter in
        let reach = ["a": "all", "t": "team", "o": "own"][String(letter)]
        return reach.map { "('\(code)', '\(words[0])', '\(verb)', '\($0)')" }
      }
    }
    guard !grants.isEmpty else { return [role] }
    return [
      role,
      "INSERT INTO role_grant (role_code, noun, verb, reach) VALUES \(grants.joined(separator: ", "))",
    ]
  }

  static let all = [administrator, manager, sales, marketing, service, analyst, readOnly]

  // Its rights are not listed: it has every one there is, and those of later versions.
  private static let administrator = ReadyMadeRole(
    "administrator", "Administrator", "Everything, the rights of others included.")

  private static let manager = ReadyMadeRole(
    "manager", "Manager", "All records and analyses of the company; no accounts and no backups.",
    """
    customer aaaaa
    contact aaaaa
    interaction aaaaa
    task aaaaa
    tag aaaa-
    attachment aaaaa
    consent aaaaa
    observation aaaaa
    product aaa-a
    purchase aaa-a
    decision aaaaa
    analysis aaaaa
    assumption aaaaa
    segment aaaaa
    treatment aaaaa
    view aaaa-
    notification o-oo-
    field a----
    rule aaaa-
    form aaaa-
    import aaaa-
    export aaaaa
    job a-a--
    company a----
    user a----
    team aaaa-
    role a----
    key oooo-
    """)

  private static let sales = ReadyMadeRole(
    "sales", "Sales", "Customers of their own and of their teams, and all that belongs to them.",
    """
    customer tttoo
    contact tttoo
    interaction tttoo
    task tttoo
    tag aa---
    attachment tttoo
    consent ttt--
    observation tttot
    product a----
    purchase t----
    decision ooo--
    analysis t----
    assumption a----
    segment a----
    treatment a----
    view oooo-
    notification o-oo-
    field a----
    export oo-o-
    job o-o--
    company a----
    key oooo-
    """)

  private static let marketing = ReadyMadeRole(
    "marketing", "Marketing", "All customers, segments, forms and imports; deletes only what is their own.",
    """
    customer aaa-a
    contact aaa-a
    interaction aaooa
    task attoo
    tag aaaa-
    attachment aaoo-
    consent aaa-a
    observation aaooa
    product a---a
    purchase a---a
    decision aaoo-
    analysis aaa-a
    assumption a----
    segment aaaaa
    treatment aaaa-
    view oooo-
    notification o-oo-
    field a----
    form aaaa-
    import aaa--
    export oo-o-
    job o-o--
    company a----
    key oooo-
    """)

  private static let service = ReadyMadeRole(
    "service", "Service", "Every customer who calls, what was said and what is to be done.",
    """
    customer aaa--
    contact aaa--
    interaction aaoo-
    task aatoo
    tag aa---
    attachment aaoo-
    consent aaa--
    observation aaoo-
    product a----
    purchase a----
    decision ooo--
    analysis a----
    assumption a----
    segment a----
    treatment a----
    view oooo-
    notification o-oo-
    field a----
    export oo-o-
    job o-o--
    company a----
    key oooo-
    """)

  private static let analyst = ReadyMadeRole(
    "analyst", "Analyst", "All figures and nobody''s name: a customer is a number.", seesPersonal: false,
    """
    customer a---a
    contact a---a
    interaction a---a
    task a----
    tag a----
    consent a---a
    observation a---a
    product a---a
    purchase a---a
    decision aaoo-
    analysis aaa-a
    assumption aaa--
    segment aaaaa
    treatment a---a
    view oooo-
    notification o-oo-
    field a----
    export oo-o-
    job o-o--
    company a----
    key oooo-
    """)

  private static let readOnly = ReadyMadeRole(
    "read-only", "Read-only", "Sees all records and changes none.",
    """
    customer a----
    contact a----
    interaction a----
    task a----
    tag a----
    attachment a----
    consent a----
    observation a----
    product a----
    purchase a----
    decision a----
    analysis a----
    assumption a----
    segment a----
    treatment a----
    view oooo-
    notification o-oo-
    field a----
    import a----
    job o----
    company a----
    """)
}
