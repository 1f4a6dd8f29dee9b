import Foundation
import Kernel
import Records
import Store

// What the parts that serve every noun know of tasks.
extension Tasks {
  package var catalogue: Catalogue {
    Catalogue(
      .task, word: "task", plural: "tasks", path: "/tasks", table: "task t", id: "t.id", title: "t.subject",
      fields: Self.fields + [Catalogue.number("t.id")],
      columns: ["subject", "due", "priority", "kind", "assignee", "customer"],
      sort: RecordSort("due"), scope: { try Self.scope($0, $1) },
      binned: { actor in "t.binned_at IS NOT NULL AND \(try Self.reach(actor, .delete))" },
      finds: { words, actor in
        Statement.joined(try TaskQuestion.finding(words, for: actor), separator: " AND ", or: "TRUE")
      },
      edit: { record, changes, actor, now, tx in
        try self.change(ID(record), changes, by: actor, at: now, in: tx)
      }, bin: { try self.bin(ID($0), by: $1, at: $2, in: $3) },
      restore: { try self.restore(ID($0), by: $1, at: $2, in: $3) },
      touch: { try $1.run("UPDATE task SET version = version + 1 WHERE id = \($0)") })
  }

  private static let fields: [RecordField] = [
    RecordField(
      "subject", "Task", .text, value: "t.subject", order: "t.folded", isFolded: true, isPersonal: true,
      isRequired: true),
    RecordField("due", "Due", .day, value: "t.due_day", order: "t.due_order"),
    RecordField(
      "priority", "Priority", .choice(WorkTask.Priority.allCases.map { .init($0.rawValue, $0.word) }),
      value: "t.priority",
      order: "CASE t.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END",
      isRequired: true),
    RecordField(
      "kind", "Kind", .choice(WorkTask.Kind.allCases.map { .init($0.rawValue, $0.word) }), value: "t.kind",
      order: "t.kind", isRequired: true),
    RecordField(
      "state", "State", .choice(WorkTask.State.allCases.map { .init($0.rawValue, $0.rawValue.capitalized) }),
      value: state, order: state, isRequired: true),
    RecordField(
      "assignee", "Given to", .user, value: "t.assignee_id", order: "coalesce(t.assignee_id, 0)",
      shown: { _ in "(SELECT u.name FROM app_user u WHERE u.id = t.assignee_id)" }),
    RecordField(
      "team", "Team", .team, value: "t.team_id", order: "coalesce(t.team_id, 0)",
      shown: { _ in "(SELECT g.name FROM team g WHERE g.id = t.team_id)" }),
    RecordField(
      "customer", "Customer", .record(.customer),
      value: "CASE WHEN t.about_noun = 'customer' THEN t.about_id END",
      shown: { actor in
        let scope = try Customers.scope(actor)
        guard actor.reads("name", of: .customer, isPersonal: true) else { return "NULL" }
        return "(SELECT c.name FROM customer c WHERE t.about_noun = 'customer' AND c.id = t.about_id AND \(scope))"
      }, isEditable: false),
    RecordField("text", "Text", .lines, value: "t.body", isPersonal: true),
    RecordField("maker", "Made by", .user, value: "t.actor_id", shown: { _ in "t.actor_name" }, isEditable: false),
    RecordField("created", "Made", .instant, value: "t.created_at", order: "t.created_at", isEditable: false),
    RecordField("closed", "Closed", .instant, value: "t.closed_at", isEditable: false),
  ]

  private static let state: Statement = """
    CASE WHEN t.closed_at IS NULL THEN 'open'
      WHEN EXISTS (SELECT 1 FROM task_completion d WHERE d.task_id = t.id) THEN 'done' ELSE 'cancelled' END
    """

  /// Changes fields of a task at any version; the state is changed by the act that leads there.
  private func change(
    _ id: ID<WorkTask>, _ changes: [String: String], by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    let rest = changes.filter { $0.key != "state" }
    let zone = try Self.zone(in: tx)
    if !rest.isEmpty { try edit(id, rest, version: nil, zone: zone, by: actor, at: now, in: tx) }
    guard let text = changes["state"] else { return }
    guard let state = WorkTask.State(rawValue: text) else {
      throw Problem(
        .invalid, field: "state", "“\(text.prefix(40))” is no state of a task.",
        mend: "Use one of \(WorkTask.State.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    try Self.require(writing: ["state"], actor)
    let before = try Self.find(id, try Self.scope(actor, .edit), in: tx).state
    guard before != state else { return }
    if before == .done { _ = try reopen(id, by: actor, at: now, in: tx) }
    if before == .cancelled { _ = try uncancel(id, by: actor, at: now, in: tx) }
    if state == .done {
      _ = try complete(id, outcome: "", today: now.day(in: zone), zone: zone, by: actor, at: now, in: tx)
    }
    if state == .cancelled { _ = try cancel(id, words: "", by: actor, at: now, in: tx) }
  }

  /// Where the company's days begin.
  private static func zone(in tx: Transaction) throws -> TimeZone {
    let name = try tx.value("SELECT time_zone FROM company WHERE one = 1", as: String.self)
    return name.flatMap { TimeZone(identifier: $0) } ?? .gmt
  }

  package func bin(_ id: ID<WorkTask>, by actor: Actor) async throws {
    let now = clock.now
    try await database.write { try bin(id, by: actor, at: now, in: $0) }
  }

  func bin(_ id: ID<WorkTask>, by actor: Actor, at now: Instant, in tx: Transaction) throws {
    let before = try Self.find(id, try Self.scope(actor, .delete), in: tx)
    try tx.run("UPDATE task SET binned_at = \(now), version = version + 1 WHERE id = \(id)")
    try tx.audit("bin", .task, id.rawValue, detail: WorkTask.Draft(before), by: actor, at: now)
    try tx.announce("task.binned", .task, id.rawValue, before, at: now)
  }

  package func restore(_ id: ID<WorkTask>, by actor: Actor) async throws -> WorkTask {
    let now = clock.now
    return try await database.write { tx in
      try restore(id, by: actor, at: now, in: tx)
      let back = try Self.find(id, "TRUE", in: tx)
      return try titled([back], for: actor, in: tx).first ?? back
    }
  }

  func restore(_ id: ID<WorkTask>, by actor: Actor, at now: Instant, in tx: Transaction) throws {
    let reach = try Self.reach(actor, .delete)
    let binned = try Self.find(id, "t.binned_at IS NOT NULL AND \(reach)", in: tx)
    try tx.run("UPDATE task SET binned_at = NULL, version = version + 1 WHERE id = \(id)")
    try tx.audit("restore", .task, id.rawValue, by: actor, at: now)
    try tx.announce("task.restored", .task, id.rawValue, binned, at: now)
  }
}

// Reminders.
extension Tasks {
  /// Tells people of the tasks whose reminder has come, each once: the mark and the notification are one transaction.
  /// - Returns: how many were told.
  @discardableResult
  package func remind() async throws -> Int {
    let now = clock.now
    let due: Statement = "remind_at <= \(now) AND reminded_at IS NULL"
    guard try await database.read({ try $0.first("SELECT 1 FROM task WHERE \(due) LIMIT 1") }) != nil else { return 0 }
    return try await database.write { tx in
      let some: Statement = "SELECT id FROM task WHERE \(due) ORDER BY remind_at, id LIMIT 500"
      let ids = try tx.rows(some + .skippingLockedRows(in: tx.dialect)) { try $0(0, as: ID<WorkTask>.self) }
      var told = 0
      for id in ids {
        try tx.run("UPDATE task SET reminded_at = \(now) WHERE id = \(id)")
        let task = try Self.find(id, "TRUE", in: tx)
        guard task.isOpen, task.binnedAt == nil, let moment = task.remindAt else { continue }
        for user in try Self.concerned(task, in: tx) {
          let cause = "reminder \(id) \(moment.microseconds)"
          try notify(
            Notice(.reminder, to: user, of: RecordKey(.task, id.rawValue), cause: cause, by: task.makerName), now, tx)
          told += 1
        }
      }
      return told
    }
  }

  /// Whoever is to do a task: its assignee, else the members of its team, else its maker.
  private static func concerned(_ task: WorkTask, in tx: Transaction) throws -> [Int64] {
    if let user = task.assignee { return [user] }
    guard let team = task.team else { return [task.maker].compactMap { $0 } }
    return try tx.rows(members(of: [team]) + "ORDER BY m.id") { try $0(0, as: Int64.self) }
  }
}
