import Foundation
import Kernel
import Records
import Store

/// What people have to do: every statement on its tables.
package struct Tasks: Sendable {
  let database: Database
  let clock: any Clock
  /// The records a task can be about.
  package let records: Catalogues
  let notify: Notify

  package init(_ database: Database, clock: any Clock, records: Catalogues, notify: @escaping Notify = { _, _, _ in }) {
    self.database = database
    self.clock = clock
    self.records = records
    self.notify = notify
  }

  static let select: Statement = """
    SELECT t.*, u.name AS assignee_name, g.name AS team_name, d.outcome, d.next_id, d.actor_name AS done_by,
      d.at AS done_at, x.reason, x.actor_name AS cancelled_by, x.at AS cancelled_at
    FROM task t LEFT JOIN app_user u ON u.id = t.assignee_id LEFT JOIN team g ON g.id = t.team_id
    LEFT JOIN task_completion d ON d.task_id = t.id LEFT JOIN task_cancellation x ON x.task_id = t.id
    """

  /// The tasks an actor reaches with a verb, as a condition on `task t`: their own are those they are to do, alone or
  /// with a team, and those they made.
  package static func reach(_ actor: Actor, _ verb: Actor.Verb = .see) throws -> Statement {
    let own: Statement = """
      t.assignee_id = \(actor.user) OR t.actor_id = \(actor.user)
        OR (t.assignee_id IS NULL AND t.team_id IN (\(list: actor.teams)))
      """
    switch actor.reach(verb, .task) {
    case .all: return "TRUE"
    case .team:
      return """
        (\(own) OR t.team_id IN (\(list: actor.teams))
          OR t.assignee_id IN (\(members(of: actor.teams))))
        """
    case .own: return "(\(own))"
    case nil: throw Problem(.notAllowed, "You may not \(verb.rawValue) tasks.", mend: "Ask an administrator.")
    }
  }

  /// The people of some teams: those whose main team it is, and those who joined it.
  static func members(of teams: [Int64]) -> Statement {
    """
    SELECT m.id FROM app_user m WHERE m.disabled_at IS NULL AND (m.team_id IN (\(list: teams))
      OR m.id IN (SELECT j.user_id FROM team_member j WHERE j.team_id IN (\(list: teams))))
    """
  }

  static func scope(_ actor: Actor, _ verb: Actor.Verb = .see) throws -> Statement {
    "t.binned_at IS NULL AND \(try reach(actor, verb))"
  }

  /// One page of a list.
  package func list(_ question: TaskQuestion, for actor: Actor) async throws -> Page<WorkTask> {
    let conditions = [try Self.scope(actor)] + (try question.conditions(for: actor)) + [try question.place()]
    let filter = Statement.joined(conditions.compactMap { $0 }, separator: " AND ", or: "TRUE")
    return try await database.read { tx in
      let rows = try tx.rows(
        "\(Self.select) WHERE \(filter) ORDER BY \(question.ordering) LIMIT \(question.size + 1)"
      ) { (task: try WorkTask(row: $0), order: try $0("due_order", as: Int64.self)) }
      let page = Page(overfetched: rows, size: question.size) { question.cursor($0.task, order: $0.order) }
      return Page(rows: try titled(page.rows.map(\.task), for: actor, in: tx), next: page.next)
    }
  }

  /// How many tasks each of the everyday lists of an actor holds.
  package func counts(today: Day, for actor: Actor) async throws -> [TaskQuestion.View: Int] {
    let scope = try Self.scope(actor)
    let views: [TaskQuestion.View] = [.overdue, .today, .week, .mine]
    let columns = try views.map { view -> Statement in
      let question = TaskQuestion(view, today: today)
      let filter = Statement.joined(try question.conditions(for: actor), separator: " AND ", or: "TRUE")
      return "CAST(coalesce(sum(CASE WHEN \(filter) THEN 1 ELSE 0 END), 0) AS BIGINT)"
    }
    let sums = Statement.joined(columns, separator: ", ", or: "0")
    let mine = try TaskQuestion(.mine, today: today).conditions(for: actor)
    let filter = Statement.joined([scope] + mine, separator: " AND ", or: "TRUE")
    return try await database.read { tx in
      guard let row = try tx.first("SELECT \(sums) FROM task t WHERE \(filter)") else { return [:] }
      return try Dictionary(views.enumerated().map { ($1, try row($0)) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// - Parameter verb: what they are to be allowed to do with it.
  package func find(_ id: ID<WorkTask>, to verb: Actor.Verb = .see, for actor: Actor) async throws -> WorkTask {
    let reach = try Self.reach(actor)
    return try await database.read { tx in
      if verb != .see { try catalogue.require(verb, id.rawValue, for: actor, in: tx) }
      let found = try Self.find(id, reach, in: tx)
      return try titled([found], for: actor, in: tx).first ?? found
    }
  }

  /// The open tasks about a record, those due first at first; none when the actor may not see the record.
  package func open(about record: RecordKey, limit: Int = 20, for actor: Actor) async throws -> [WorkTask] {
    guard actor.may(.see, .task) else { return [] }
    return try await list(
      TaskQuestion(.open, about: record, size: limit, today: clock.now.day(in: .gmt)), for: actor
    ).rows
  }

  /// The people and teams a task can be given to.
  package func people(for actor: Actor) async throws -> (people: [(Int64, String)], teams: [(Int64, String)]) {
    try actor.require(.see, .task)
    return try await database.read { tx in
      let people = try tx.rows("SELECT id, name FROM app_user WHERE disabled_at IS NULL ORDER BY name, id LIMIT 500") {
        (try $0(0, as: Int64.self), try $0(1, as: String.self))
      }
      let teams = try tx.rows("SELECT id, name FROM team ORDER BY name, id LIMIT 200") {
        (try $0(0, as: Int64.self), try $0(1, as: String.self))
      }
      return (people, teams)
    }
  }

  /// The title of a record a task is to be about.
  package func title(of record: RecordKey, for actor: Actor) async throws -> String? {
    try await database.read { try records.titles(of: [record], for: actor, in: $0)[record] }
  }

  /// The tasks as the actor may read them, with the titles of their records.
  func titled(_ tasks: [WorkTask], for actor: Actor, in tx: Transaction) throws -> [WorkTask] {
    let titles = try records.titles(of: tasks.compactMap(\.about), for: actor, in: tx)
    return tasks.map { task in
      var shown = task.shown(to: actor)
      shown.aboutTitle = task.about.flatMap { titles[$0] }
      return shown
    }
  }

  static func find(_ id: ID<WorkTask>, _ condition: Statement, in tx: Transaction) throws -> WorkTask {
    guard let found = try tx.first("\(select) WHERE t.id = \(id) AND \(condition)", WorkTask.init(row:)) else {
      throw Problem(.notFound, "There is no such task.", mend: "Look for it in the list of tasks.")
    }
    return found
  }
}

extension WorkTask {
  init(row: Row) throws {
    let done: Instant? = try row("done_at")
    let cancelled: Instant? = try row("cancelled_at")
    let noun = try row("about_noun", as: String?.self).flatMap { Actor.Noun(rawValue: $0) }
    let record: Int64? = try row("about_id")
    try self.init(
      id: row("id"), subject: row("subject"), text: row("body"), due: row("due_day"),
      time: row("due_minute", as: Int?.self).flatMap { TimeOfDay(minute: $0) }, remindAt: row("remind_at"),
      kind: row("kind"), priority: row("priority"), assignee: row("assignee_id"), assigneeName: row("assignee_name"),
      team: row("team_id"), teamName: row("team_name"),
      about: noun.flatMap { noun in record.map { RecordKey(noun, $0) } }, aboutTitle: nil,
      recurrence: Recurrence(row: row), series: row("series_id"), number: row("series_number"),
      maker: row("actor_id"), makerName: row("actor_name"), createdAt: row("created_at"),
      completion: done.map { Ending(words: try row("outcome"), by: try row("done_by"), at: $0) },
      next: row("next_id"),
      cancellation: cancelled.map { Ending(words: try row("reason"), by: try row("cancelled_by"), at: $0) },
      binnedAt: row("binned_at"), version: row("version"))
  }
}

extension Recurrence {
  /// nil for a task that comes once.
  init?(row: Row) throws {
    guard let every = try row("repeat_every", as: Int?.self), let from = try row("repeat_from", as: Day?.self) else {
      return nil
    }
    let bits = try row("repeat_weekdays", as: Int?.self) ?? 0
    try self.init(
      every: every, row("repeat_unit"), on: (1...7).filter { bits & (1 << $0) != 0 }, from: from,
      until: row("repeat_until"), count: row("repeat_count"))
  }

  /// The weekdays as bits 1 to 7.
  var bits: Int { weekdays.reduce(0) { $0 | (1 << $1) } }
}

extension WorkTask.Kind: Storable {}
extension WorkTask.Priority: Storable {}
extension Recurrence.Unit: Storable {}
