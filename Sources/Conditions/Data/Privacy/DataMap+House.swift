import Kernel
import Store

extension DataMap {
  /// What files brought in.
  static var intake: [Table] {
    [
      table("feed", .intake, technical: "id source_id subject mapping expected_days created_at version"),
      table(
        "import_run", .intake,
        technical: """
          id feed_id job_id file_name mapping state read_rows loaded_rows merged_rows rejected_rows corrected_rows skipped_rows batches \
          first_day last_day report problem started_at ended_at
          """.joinedLines, acts: true, mentions: [Mention(column: "report", act: .tell)]),
      table(
        "import_reject", .intake, technical: "import_id line part field reason repaired_by", personal: "original",
        mentions: [Mention(column: "original", act: .remove)], retention: .rejects),
      table(
        "import_change", .intake, technical: "import_id sequence noun", personal: "before",
        mentions: [Mention(column: "before", act: .remove)]),
      table("import_undo", .intake, technical: "import_id at", acts: true),
      table(
        "import_draft", .intake, technical: "id file_name path mapping created_at import_id version", acts: true,
        // Cells that were corrected by hand stand in it.
        mentions: [Mention(column: "mapping", act: .remove)]),
      table("import_mapping", .intake, technical: "header_key mapping used_at"),
      table(
        "export_run", .proof, technical: "id noun question words format settings is_personal job_id created_at",
        acts: true,
        mentions: [
          Mention(column: "question", act: .overwrite("question = '{}'")),
          Mention(column: "words", act: .overwrite("words = ''")),
        ]),
      table("export_file", .proof, technical: "export_id name row_count size at expires_at removed_at"),
      table("export_download", .proof, technical: "export_id at", acts: true),
    ]
  }

  /// What runs the house and proves what was done.
  static var house: [Table] {
    [
      table(
        "job", .working,
        technical: """
          id kind title arguments state done total note place result problem attempts created_at started_at ended_at \
          cancel_at runner lease_at
          """.joinedLines, acts: true,
        mentions: [
          Mention(column: "title", act: .overwrite("title = 'A job'")),
          Mention(column: "arguments", act: .overwrite("arguments = '{}'")),
          Mention(column: "result", act: .overwrite("result = NULL")),
        ]),
      table(
        "outbox_event", .working, technical: "id kind noun created_at place cause is_quiet", pseudonymous: "record_id",
        personal: "body",
        rules: [
          Rule(.customer, .overwrite("body = '{}'")) { "noun = 'customer' AND record_id = \($0)" },
          Rule(.contact, .overwrite("body = '{}'")) { "noun = 'contact' AND record_id = \($0)" },
          Rule(.user, .overwrite("body = '{}'")) { "noun = 'user' AND record_id = \($0)" },
        ],
        mentions: [Mention(column: "body", act: .overwrite("body = '{}'"))]),
      table(
        "idempotency_key", .working, technical: "method path key request status location created_at",
        pseudonymous: "principal", personal: "answer", mentions: [Mention(column: "answer", act: .remove)],
        retention: .answers),
      // Lines about somebody, and lines by somebody, keep their place in the chain and lose their words: see Erasures.
      table(
        "audit_entry", .proof, technical: "sequence at verb noun code masked_at mask_code",
        pseudonymous: "actor_id record_id", personal: "actor_name detail",
        rules: [
          Rule(.customer, .keep) { "noun = 'customer' AND record_id = \($0)" },
          Rule(.contact, .keep) { "noun = 'contact' AND record_id = \($0)" },
          Rule(.user, .keep) { "(noun = 'user' AND record_id = \($0)) OR actor_id = \($0)" },
        ],
        mentions: [Mention(column: "detail", act: .mask)]),
      table("audit_head", .proof, technical: "one sequence code"),
    ]
  }

  /// What keeping the data itself takes.
  static var privacy: [Table] {
    let request: @Sendable (PersonKind) -> Rule = { kind in
      Rule(kind, .overwrite("asked_by = \(erasedPerson), note = ''")) {
        "person_kind = \(kind.rawValue) AND person_id = \($0)"
      }
    }
    return [
      table(
        "backup_plan", .settings, technical: "one is_on hour folder keep_days keep_weeks keep_months at version",
        acts: true),
      table(
        "backup_run", .working, technical: "id file is_planned bytes problem started_at ended_at removed_at", acts: true
      ),
      table("backup_drill", .working, technical: "id run_id file report problem at", acts: true),
      table(
        "privacy_request", .privacy, technical: "id kind person_kind received_day due_day created_at",
        pseudonymous: "person_id", personal: "asked_by note", acts: true, rules: PersonKind.allCases.map(request)),
      table(
        "privacy_answer", .privacy, technical: "request_id outcome at", personal: "note", acts: true,
        rules: PersonKind.allCases.map { kind in
          Rule(kind, .overwrite("note = ''")) {
            """
            request_id IN (SELECT id FROM privacy_request WHERE person_kind = \(kind.rawValue) AND person_id = \($0))
            """
          }
        }),
      table(
        "erasure", .privacy, technical: "id person_kind report at scrubbed_at", pseudonymous: "digest", acts: true),
      table("retention_rule", .settings, technical: "class days at", acts: true),
      table("retention_run", .working, technical: "id class rows_touched at"),
    ]
  }
}
