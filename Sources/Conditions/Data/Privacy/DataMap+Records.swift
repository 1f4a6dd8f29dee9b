import Kernel
import Store

extension DataMap {
  /// What every noun of records shares: fields of the company's own, views, many changed at once. Numbers are given once
  /// in the whole company, so a record's number says whose it is.
  static var records: [Table] { tasks + files + shared }

  private static let kinds: [(PersonKind, String)] = [(.customer, "customer"), (.contact, "contact")]

  /// Rows that belong to a task about somebody.
  private static func ofTasks(_ erasing: Erasing) -> [Rule] {
    kinds.map { kind, noun in
      Rule(kind, erasing) { "task_id IN (SELECT id FROM task WHERE about_noun = \(noun) AND about_id = \($0))" }
    }
  }

  private static var tasks: [Table] {
    [
      table(
        "task_completion", .dealings, technical: "task_id next_id at", personal: "outcome", acts: true,
        rules: ofTasks(.overwrite("outcome = ''"))),
      table(
        "task_cancellation", .dealings, technical: "task_id at", personal: "reason", acts: true,
        rules: ofTasks(.overwrite("reason = ''"))),
      table(
        "task", .dealings,
        technical: """
          id due_day due_minute due_order remind_at reminded_at kind priority team_id about_noun repeat_every repeat_unit \
          repeat_weekdays repeat_from repeat_until repeat_count series_id series_number created_at closed_at binned_at \
          version
          """.joinedLines,
        pseudonymous: "assignee_id about_id", personal: "subject folded body", acts: true,
        rules: kinds.map { kind, noun in
          Rule(kind, .overwrite("subject = 'Erased', folded = 'erased', body = ''")) {
            "about_noun = \(noun) AND about_id = \($0)"
          }
        },
        mentions: [Mention(column: "subject", act: .tell), Mention(column: "body", act: .tell)]),
      table(
        "notification", .access, technical: "id kind noun cause created_at read_at", pseudonymous: "user_id record_id",
        personal: "words actor_name",
        rules: [Rule(.user, .remove) { "user_id = \($0)" }]
          + kinds.map { kind, noun in Rule(kind, .remove) { "noun = \(noun) AND record_id = \($0)" } },
        mentions: [Mention(column: "words", act: .remove)]),
      table(
        "notification_preference", .settings, technical: "kind wanted at", pseudonymous: "user_id",
        rules: [Rule(.user, .remove) { "user_id = \($0)" }]),
    ]
  }

  private static var files: [Table] {
    [
      table(
        "tag", .settings, technical: "id name folded tone merged_into created_at binned_at version", acts: true),
      table(
        "tagging", .dealings, technical: "noun tag_id merged_from at", pseudonymous: "record_id", acts: true,
        rules: kinds.map { kind, noun in Rule(kind, .remove) { "noun = \(noun) AND record_id = \($0)" } }),
      table(
        "attachment_removal", .dealings, technical: "attachment_id at", acts: true,
        rules: kinds.map { kind, noun in
          Rule(kind, .remove) {
            "attachment_id IN (SELECT id FROM attachment WHERE noun = \(noun) AND record_id = \($0))"
          }
        }),
      table(
        "attachment", .dealings, technical: "id noun hash created_at", pseudonymous: "record_id", personal: "name",
        acts: true,
        rules: kinds.map { kind, noun in Rule(kind, .remove) { "noun = \(noun) AND record_id = \($0)" } },
        mentions: [Mention(column: "name", act: .tell)]),
      table("attachment_file", .working, technical: "hash bytes type created_at"),
      table("attachment_limit", .settings, technical: "one bytes at", acts: true),
    ]
  }

  private static var shared: [Table] {
    let about: @Sendable (Int64) -> Statement = { "record_id = \($0)" }
    return [
      table(
        "custom_field", .settings,
        technical: """
          id noun name label kind choices target formula is_personal is_required place created_at version removed_at
          """.joinedLines),
      table(
        "custom_value", .dealings, technical: "field_id", pseudonymous: "record_id", personal: "text number",
        rules: [Rule(.customer, .remove, about), Rule(.contact, .remove, about)]),
      table(
        "saved_view", .settings,
        technical: "id noun name folded question layout is_shared created_at version removed_at",
        pseudonymous: "owner_id", personal: "actor_name",
        rules: [Rule(.user, .overwrite("actor_name = \(formerUser)")) { "owner_id = \($0)" }],
        mentions: [Mention(column: "question", act: .tell), Mention(column: "name", act: .tell)]),
      table(
        "bulk_change", .intake, technical: "run_id", pseudonymous: "record_id", personal: "before after",
        rules: [Rule(.customer, .remove, about), Rule(.contact, .remove, about)]),
      table(
        "bulk_run", .proof,
        technical:
          "id noun act question job_id records refused created_at ended_at undone_at undo_job_id restored outdated",
        acts: true, mentions: [Mention(column: "question", act: .tell)]),
    ]
  }
}
