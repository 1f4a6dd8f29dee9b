import Kernel
import Records
import Store

/// What people did about a customer or a contact: tasks that ended, files, consents.
extension TimelineSource {
  private static func pattern(_ words: String) -> String { "%" + LikePattern.escaped(Text.folded(words)) + "%" }

  static let tasks = TimelineSource("tasks", "Tasks", isOfContacts: true) { key, question, actor, tx in
    guard actor.may(.see, .task) else { return [] }
    let reads = actor.reads("subject", of: .task, isPersonal: true)
    guard reads || question.words.isEmpty else { return [] }
    let (at, id) = question.place(in: "tasks")
    let words: Statement =
      question.words.isEmpty ? "TRUE" : "t.folded LIKE \(pattern(question.words)) ESCAPE '!'"
    let zone = try Interactions.zone(in: tx)
    return try tx.rows(
      """
      SELECT t.id, t.subject, t.closed_at, t.kind, d.outcome, d.actor_name AS done_by, n.reason,
        n.actor_name AS cancelled_by
      FROM task t LEFT JOIN task_completion d ON d.task_id = t.id LEFT JOIN task_cancellation n ON n.task_id = t.id
      WHERE t.about_noun = \(key.noun.rawValue) AND t.about_id = \(key.id) AND t.closed_at IS NOT NULL
        AND (t.closed_at, t.id) < (\(at), \(id)) AND \(try Tasks.scope(actor)) AND \(words)
      ORDER BY t.closed_at DESC, t.id DESC LIMIT \(question.size)
      """
    ) { row in
      let (at, number): (Instant, Int64) = (try row("closed_at"), try row("id"))
      let by: String? = try row("done_by")
      let said = try row("outcome", as: String?.self) ?? row("reason", as: String?.self) ?? ""
      let who = try by ?? row("cancelled_by", as: String?.self) ?? ""
      let subject = reads ? try row("subject", as: String.self) : "Task \(number)".translated
      return TimelineItem(
        at: at, day: at.day(in: zone), isTimed: true, source: "tasks", id: number,
        icon: by == nil ? "square-x" : "checkbox", title: subject,
        text: actor.reads("outcome", of: .task, isPersonal: true) ? said : "",
        note: (by == nil ? "Task cancelled by \(who)" : "Task done by \(who)").translated, path: "/tasks/\(number)")
    }
  }

  static let files = TimelineSource("files", "Files", isOfContacts: true) { key, question, actor, tx in
    guard actor.may(.see, .attachment), actor.seesPersonalData else { return [] }
    let (at, id) = question.place(in: "files")
    let words: Statement =
      question.words.isEmpty
      ? "TRUE" : "lower(a.name) LIKE \("%" + LikePattern.escaped(question.words.lowercased()) + "%") ESCAPE '!'"
    let zone = try Interactions.zone(in: tx)
    return try tx.rows(
      """
      SELECT a.id, a.name, a.actor_name, a.created_at FROM attachment a
      WHERE a.noun = \(key.noun.rawValue) AND a.record_id = \(key.id) AND (a.created_at, a.id) < (\(at), \(id))
        AND NOT EXISTS (SELECT 1 FROM attachment_removal r WHERE r.attachment_id = a.id) AND \(words)
      ORDER BY a.created_at DESC, a.id DESC LIMIT \(question.size)
      """
    ) { row in
      let (at, number): (Instant, Int64) = (try row("created_at"), try row("id"))
      return TimelineItem(
        at: at, day: at.day(in: zone), isTimed: true, source: "files", id: number, icon: "paperclip",
        title: try row("name"), note: "File added by \(try row("actor_name", as: String.self))".translated,
        path: "/attachments/\(number)/content")
    }
  }

  static let consents = TimelineSource("consents", "Consents", isOfContacts: true) { key, question, actor, tx in
    guard actor.may(.see, .consent) else { return [] }
    let (at, id) = question.place(in: "consents")
    let person: Statement = key.noun == .contact ? "k.contact_id = \(key.id)" : "k.customer_id = \(key.id)"
    let words: Statement =
      question.words.isEmpty
      ? "TRUE" : "lower(p.name) LIKE \("%" + LikePattern.escaped(question.words.lowercased()) + "%") ESCAPE '!'"
    let zone = try Interactions.zone(in: tx)
    return try tx.rows(
      """
      SELECT k.id, k.state, k.channel, k.at, k.actor_name, p.name FROM consent k
      JOIN consent_purpose p ON p.id = k.purpose_id
      WHERE \(person) AND (k.at, k.id) < (\(at), \(id)) AND \(words) ORDER BY k.at DESC, k.id DESC
      LIMIT \(question.size)
      """
    ) { row in
      let at: Instant = try row("at")
      let (state, channel): (Consent.State, Consent.Channel) = (try row("state"), try row("channel"))
      return TimelineItem(
        at: at, day: at.day(in: zone), isTimed: true, source: "consents", id: try row("id"),
        icon: state == .given ? "circle-check" : "circle-x",
        title: "\(try row("name", as: String.self)), \(channel.word.translated): \(state.word.translated)",
        note: "Consent noted by \(try row("actor_name", as: String.self))".translated)
    }
  }
}
