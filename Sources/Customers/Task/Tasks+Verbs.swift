import Foundation
import Kernel
import Records
import Store

// Making and changing a task.
extension Tasks {
  /// A task without a day stands after all that have one.
  private static let lastOrder: Int64 = 1 << 50

  private static func order(_ draft: WorkTask.Draft) -> Int64 {
    draft.due.map { Int64($0.number) * 1_440 + Int64(draft.time?.minute ?? 1_439) } ?? lastOrder
  }

  package func create(
    _ draft: WorkTask.Draft, by actor: Actor, filling: OwnFieldFilling? = nil, once: Once = .unchecked
  ) async throws -> WorkTask {
    let now = clock.now
    return try await database.jot { tx in
      try once.check(in: tx)
      let made = try create(draft, by: actor, at: now, in: tx)
      try filling?.apply(to: made.id.rawValue, isNew: true, at: now, in: tx)
      let shown = try titled([made], for: actor, in: tx).first ?? made
      try once.keep(shown, location: "/api/v1/tasks/\(made.id)", in: tx)
      return shown
    }
  }

  /// Makes a task in the transaction of its cause: a rule, an import, the task before it.
  package func create(
    _ draft: WorkTask.Draft, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> WorkTask {
    try actor.require(.create, .task)
    try Self.require(writing: draft.changed(from: WorkTask.Draft()), actor)
    if let about = draft.about { try records.require(.see, about, for: actor, in: tx) }
    var draft = draft
    // A task nobody is named for is the maker's own.
    if draft.assignee == nil, draft.team == nil { draft.assignee = actor.user }
    try draft.check()
    try Self.requireAssignee(draft, in: tx)
    let made = try insert(draft, series: nil, number: nil, by: actor, at: now, in: tx)
    try tell(made, before: nil, by: actor, at: now, in: tx)
    return made
  }

  func insert(
    _ draft: WorkTask.Draft, series: Int64?, number: Int?, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> WorkTask {
    let id: ID<WorkTask> = try tx.newID()
    let rhythm = draft.recurrence
    try tx.run(
      """
      INSERT INTO task (id, subject, folded, body, due_day, due_minute, due_order, remind_at, kind, priority,
        assignee_id, team_id, about_noun, about_id, repeat_every, repeat_unit, repeat_weekdays, repeat_from,
        repeat_until, repeat_count, series_id, series_number, actor_id, actor_name, created_at)
      VALUES (\(id), \(draft.subject), \(Text.folded(draft.subject)), \(draft.text), \(draft.due),
        \(draft.time?.minute), \(Self.order(draft)), \(draft.remindAt), \(draft.kind), \(draft.priority),
        \(draft.assignee), \(draft.team), \(draft.about?.noun.rawValue), \(draft.about?.id), \(rhythm?.every),
        \(rhythm?.unit), \(rhythm?.bits), \(rhythm?.from), \(rhythm?.until), \(rhythm?.count),
        \(rhythm == nil ? nil : series ?? id.rawValue), \(rhythm == nil ? nil : number ?? 1), \(actor.user),
        \(actor.name), \(now))
      """)
    try Self.refreshSearch([id], in: tx)
    let made = try Self.find(id, "TRUE", in: tx)
    try tx.audit("create", .task, id.rawValue, detail: draft, by: actor, at: now)
    try tx.announce("task.created", .task, id.rawValue, made, at: now)
    return made
  }

  /// Changes a task that is still at `version`; fields that are not named stay.
  package func edit(
    _ id: ID<WorkTask>, _ changes: [String: String], version: Int64, zone: TimeZone, by actor: Actor,
    filling: OwnFieldFilling? = nil
  ) async throws -> WorkTask {
    let now = clock.now
    return try await database.write { tx in
      var after = try edit(id, changes, version: version, zone: zone, by: actor, at: now, in: tx)
      if try filling?.apply(to: id.rawValue, isNew: false, at: now, in: tx) == true {
        after = try Self.find(id, "TRUE", in: tx)
      }
      return try titled([after], for: actor, in: tx).first ?? after
    }
  }

  /// Changes a task at any version, or at the one named.
  @discardableResult
  package func edit(
    _ id: ID<WorkTask>, _ changes: [String: String], version: Int64?, zone: TimeZone, by actor: Actor,
    at now: Instant, in tx: Transaction
  ) throws -> WorkTask {
    let before = try Self.find(id, try Self.scope(actor, .edit), in: tx)
    let old = WorkTask.Draft(before)
    var draft = old
    try draft.apply(changes, zone: zone)
    try draft.check()
    let changed = draft.changed(from: old)
    guard !changed.isEmpty || version.map({ $0 != before.version }) ?? false else { return before }
    try Self.require(writing: changed, actor)
    try Self.requireAssignee(draft, in: tx)
    let rhythm = draft.recurrence
    // A reminder that is set anew is one that was not told yet.
    let isReminded: Statement = draft.remindAt == old.remindAt ? "reminded_at" : "NULL"
    let rows = try tx.run(
      """
      UPDATE task SET subject = \(draft.subject), folded = \(Text.folded(draft.subject)), body = \(draft.text),
        due_day = \(draft.due), due_minute = \(draft.time?.minute), due_order = \(Self.order(draft)),
        remind_at = \(draft.remindAt), reminded_at = \(isReminded), kind = \(draft.kind),
        priority = \(draft.priority), assignee_id = \(draft.assignee), team_id = \(draft.team),
        repeat_every = \(rhythm?.every), repeat_unit = \(rhythm?.unit), repeat_weekdays = \(rhythm?.bits),
        repeat_from = \(rhythm?.from), repeat_until = \(rhythm?.until), repeat_count = \(rhythm?.count),
        series_id = \(rhythm == nil ? nil : before.series ?? id.rawValue),
        series_number = \(rhythm == nil ? nil : before.number ?? 1), version = version + 1
      WHERE id = \(id) AND version = \(version ?? before.version)
      """)
    guard rows == 1 else {
      throw Problem(
        .conflict, field: "version", "Someone else changed this task meanwhile.",
        mend: "Look at their change, then make yours again.")
    }
    if (draft.subject, draft.text) != (before.subject, before.text) { try Self.refreshSearch([id], in: tx) }
    let after = try Self.find(id, "TRUE", in: tx)
    try tx.audit("edit", .task, id.rawValue, detail: ["before": old, "after": draft], by: actor, at: now)
    try tx.announce("task.changed", .task, id.rawValue, after, at: now)
    try tell(after, before: before, by: actor, at: now, in: tx)
    return after
  }

  /// Tells whoever has a task now that they had not before, and whom its text speaks to for the first time.
  private func tell(
    _ task: WorkTask, before: WorkTask?, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    let record = RecordKey(.task, task.id.rawValue)
    if let user = task.assignee, user != actor.user, user != before?.assignee {
      try notify(Notice(.taskAssigned, to: user, of: record, by: actor.name), now, tx)
    } else if task.assignee == nil, let team = task.team, team != before?.team {
      for user in try tx.rows(Self.members(of: [team]) + "ORDER BY m.id", { try $0(0, as: Int64.self) })
      where user != actor.user {
        try notify(Notice(.taskAssigned, to: user, of: record, by: actor.name), now, tx)
      }
    }
    guard task.text != before?.text else { return }
    let known = Set(try before.map { try Mentions.users(in: $0.text, tx) } ?? [])
    for user in try Mentions.users(in: task.text, tx) where user != actor.user && !known.contains(user) {
      try notify(Notice(.mention, to: user, of: record, by: actor.name), now, tx)
    }
  }

  static func require(writing names: [String], _ actor: Actor) throws {
    try actor.require(writing: names, personal: ["subject", "text"], of: .task)
  }

  private static func requireAssignee(_ draft: WorkTask.Draft, in tx: Transaction) throws {
    if let user = draft.assignee,
      try tx.first("SELECT 1 FROM app_user WHERE id = \(user) AND disabled_at IS NULL") == nil
    {
      throw Problem(
        .invalid, field: "assignee", "Nobody who signs in has this number.", mend: "Choose one of the list.")
    }
    if let team = draft.team, try tx.first("SELECT 1 FROM team WHERE id = \(team)") == nil {
      throw Problem(.invalid, field: "team", "There is no such team.", mend: "Choose one of the list.")
    }
  }
}
