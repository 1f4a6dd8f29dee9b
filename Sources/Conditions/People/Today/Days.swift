import Customers
import Foundation
import Kernel
import Records
import Store

/// Somebody's day: what is late, what is due, what waits, what others did with their customers since yesterday.
package struct DaySheet: Sendable, Encodable {
  package let day: Day
  package let overdue: [WorkTask]
  package let today: [WorkTask]
  /// The next of the week, when the day holds little.
  package let coming: [WorkTask]
  package let notifications: [Notification]
  package let decisions: [Decision]
  package let changes: [CustomerChange]
  /// How each customer of a task is reached, by number.
  package let phones: [String: String]
}

/// What somebody else did with a customer of the reader's.
package struct CustomerChange: Sendable, Equatable, Encodable {
  package let customer: Int64
  package let name: String
  /// “changed”, “added a task”.
  package let words: String
  package let by: String
  package let at: Instant
}

/// Where a day is put together from the collections that know its parts.
package struct Days: Sendable {
  let database: Database
  let tasks: Tasks
  let notifications: Notifications
  let decisions: Decisions
  /// How far back the audit chain is looked through.
  private static let mostEntries: Int64 = 5_000

  package init(_ database: Database, tasks: Tasks, notifications: Notifications, decisions: Decisions) {
    self.database = database
    self.tasks = tasks
    self.notifications = notifications
    self.decisions = decisions
  }

  package func sheet(today: Day, zone: TimeZone, for actor: Actor) async throws -> DaySheet {
    var due: [WorkTask] = []
    var coming: [WorkTask] = []
    if actor.may(.see, .task) {
      due = try await tasks.list(TaskQuestion(.today, size: 100, today: today), for: actor).rows
      if due.count < 5 {
        coming = try await tasks.list(TaskQuestion(.mine, size: 12, today: today), for: actor).rows.filter { task in
          !due.contains { $0.id == task.id }
        }
      }
    }
    let waiting =
      actor.user == nil ? [] : try await notifications.list(onlyUnread: true, size: 10, for: actor).rows
    let reviews =
      actor.may(.see, .decision)
      ? try await decisions.list(limit: 20, for: actor).filter { $0.isOpen && $0.reviewDay <= today.adding(days: 7) }
      : []
    let first = { (left: WorkTask, right: WorkTask) in
      (right.priority, left.due ?? today, left.time?.minute ?? 1_440, left.id)
        < (left.priority, right.due ?? today, right.time?.minute ?? 1_440, right.id)
    }
    return DaySheet(
      day: today, overdue: due.filter { $0.isOverdue(today) }.sorted(by: first),
      today: due.filter { !$0.isOverdue(today) }.sorted(by: first), coming: Array(coming.prefix(5)),
      notifications: waiting, decisions: reviews,
      changes: try await changes(since: Instant(today.adding(days: -1), .midnight, in: zone), for: actor), phones: [:])
  }

  /// What others did since a moment with customers somebody answers for.
  package func changes(since: Instant, for actor: Actor) async throws -> [CustomerChange] {
    guard let user = actor.user, actor.may(.see, .customer) else { return [] }
    let scope = try Customers.scope(actor)
    let showsNames = actor.reads("name", of: .customer, isPersonal: true)
    return try await database.read { tx in
      let last = try tx.value("SELECT sequence FROM audit_head", as: Int64.self) ?? 0
      return try tx.rows(
        """
        SELECT c.id, c.name, a.verb, a.noun, a.actor_name, a.at FROM audit_entry a
        LEFT JOIN task t ON a.noun = 'task' AND t.id = a.record_id AND t.about_noun = 'customer'
        JOIN customer c ON c.id = CASE WHEN a.noun = 'customer' THEN a.record_id ELSE t.about_id END
        WHERE a.sequence > \(last - Self.mostEntries) AND a.at >= \(since) AND a.noun IN ('customer', 'task')
          AND (a.actor_id IS NULL OR a.actor_id <> \(user)) AND c.owner_id = \(user) AND \(scope)
        ORDER BY a.sequence DESC LIMIT 20
        """
      ) { row in
        let id: Int64 = try row("id")
        return try CustomerChange(
          customer: id, name: showsNames ? row("name") : "Customer \(id)",
          words: Self.words(row("verb"), row("noun")), by: row("actor_name"), at: row("at"))
      }
    }
  }

  private static func words(_ verb: String, _ noun: String) -> String {
    let done =
      switch verb {
      case "create": "added"
      case "edit": "changed"
      case "bin": "put into the bin"
      case "complete": "completed"
      case "restore": "brought back"
      default: verb
      }
    return noun == "customer" ? "was \(done)" : "a task was \(done)"
  }
}
