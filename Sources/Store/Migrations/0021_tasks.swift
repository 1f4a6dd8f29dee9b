extension Migration {
  /// What people have to do, what they are told of, how they mark records, and the files they hang on them.
  static let tasks = Migration(21, "tasks", owner: "Customers, Conditions/People") { d in
    work(d) + tags(d) + attachments(d) + notifications(d)
  }

  // No key points from a task, a mark or a file to its record: it may be of any noun.
  private static func work(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE task (
        id \(d.int) PRIMARY KEY, subject \(d.text) NOT NULL, folded \(d.text) NOT NULL, body \(d.text) NOT NULL,
        due_day \(d.int), due_minute \(d.int), due_order \(d.int) NOT NULL, remind_at \(d.int), reminded_at \(d.int),
        kind \(d.text) NOT NULL, priority \(d.text) NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
        assignee_id \(d.int) REFERENCES app_user, team_id \(d.int) REFERENCES team, about_noun \(d.text),
        about_id \(d.int), repeat_every \(d.int), repeat_unit \(d.text), repeat_weekdays \(d.int), repeat_from \(d.int),
        repeat_until \(d.int), repeat_count \(d.int), series_id \(d.int), series_number \(d.int),
        actor_id \(d.int), actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL, closed_at \(d.int),
        binned_at \(d.int), version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      """
      CREATE INDEX task_open_of_assignee ON task (assignee_id, due_order, id)
      WHERE closed_at IS NULL AND binned_at IS NULL
      """,
      "CREATE INDEX task_open ON task (due_order, id) WHERE closed_at IS NULL AND binned_at IS NULL",
      "CREATE INDEX task_by_record ON task (about_noun, about_id, due_order, id)",
      "CREATE INDEX task_by_team ON task (team_id, due_order, id)", "CREATE INDEX task_by_maker ON task (actor_id, id)",
      "CREATE INDEX task_by_subject ON task (folded, id)",
      "CREATE UNIQUE INDEX task_of_series ON task (series_id, series_number)",
      "CREATE INDEX task_to_remind_of ON task (remind_at) WHERE remind_at IS NOT NULL AND reminded_at IS NULL",
      """
      CREATE TABLE task_completion (
        task_id \(d.int) PRIMARY KEY REFERENCES task, outcome \(d.text) NOT NULL, next_id \(d.int), actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX task_completion_newest ON task_completion (at, task_id)",
      """
      CREATE TABLE task_cancellation (
        task_id \(d.int) PRIMARY KEY REFERENCES task, reason \(d.text) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }

  private static func tags(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE tag (
        id \(d.int) PRIMARY KEY, name \(d.text) NOT NULL, folded \(d.text) NOT NULL, tone \(d.text) NOT NULL,
        merged_into \(d.int) REFERENCES tag, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        created_at \(d.int) NOT NULL, binned_at \(d.int), version \(d.int) NOT NULL DEFAULT 1
      ) \(d.strict)
      """,
      "CREATE UNIQUE INDEX tag_by_name ON tag (folded) WHERE binned_at IS NULL",
      """
      CREATE TABLE tagging (
        noun \(d.text) NOT NULL, record_id \(d.int) NOT NULL, tag_id \(d.int) NOT NULL REFERENCES tag,
        merged_from \(d.int), actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL,
        PRIMARY KEY (noun, record_id, tag_id)
      ) \(d.clustered)
      """,
      "CREATE INDEX tagging_by_tag ON tagging (tag_id, noun, record_id)",
    ]
  }

  private static func attachments(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE attachment_file (
        hash \(d.text) PRIMARY KEY, bytes \(d.int) NOT NULL, type \(d.text) NOT NULL, created_at \(d.int) NOT NULL
      ) \(d.clustered)
      """,
      """
      CREATE TABLE attachment (
        id \(d.int) PRIMARY KEY, noun \(d.text) NOT NULL, record_id \(d.int) NOT NULL, name \(d.text) NOT NULL,
        hash \(d.text) NOT NULL REFERENCES attachment_file, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX attachment_by_record ON attachment (noun, record_id, id)",
      "CREATE INDEX attachment_by_file ON attachment (hash)",
      """
      CREATE TABLE attachment_removal (
        attachment_id \(d.int) PRIMARY KEY REFERENCES attachment, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE attachment_limit (
        one \(d.int) PRIMARY KEY CHECK (one = 1), bytes \(d.int) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }

  private static func notifications(_ d: Dialect) -> [String] {
    [
      """
      CREATE TABLE notification (
        id \(d.int) PRIMARY KEY, user_id \(d.int) NOT NULL REFERENCES app_user, kind \(d.text) NOT NULL,
        noun \(d.text) NOT NULL, record_id \(d.int), words \(d.text) NOT NULL, cause \(d.text),
        actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL, read_at \(d.int)
      ) \(d.strict)
      """,
      "CREATE INDEX notification_of_user ON notification (user_id, id)",
      "CREATE INDEX notification_unread ON notification (user_id) WHERE read_at IS NULL",
      "CREATE UNIQUE INDEX notification_once ON notification (user_id, cause) WHERE cause IS NOT NULL",
      """
      CREATE TABLE notification_preference (
        user_id \(d.int) NOT NULL REFERENCES app_user, kind \(d.text) NOT NULL, wanted \(d.int) NOT NULL,
        at \(d.int) NOT NULL, PRIMARY KEY (user_id, kind)
      ) \(d.clustered)
      """,
    ]
  }
}
