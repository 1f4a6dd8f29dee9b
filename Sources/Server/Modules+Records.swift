import Conditions
import Customers
import Kernel
import Records
import Store

extension Modules {
  /// How customers stand to each other.
  package var relationships: Relationships { Relationships(database, clock: clock) }
  package var tags: Tags { Tags(database, clock: clock, records: catalogues) }
  package var attachments: Attachments { Attachments(database, clock: clock, records: catalogues) }
  /// The own fields that a file may fill, for the operator.
  package func fillable(_ order: ImportOrder) async throws -> [CustomField] {
    try await order.fillable(by: .operator, in: database)
  }
  /// What every record's page has.
  package var recordParts: RecordParts {
    RecordParts(tags: tags, tasks: tasks, attachments: attachments, desk: desk)
  }
  package var notifications: Notifications { Notifications(database, clock: clock, records: catalogues) }
  /// What the house does by itself.
  package var rules: Rules { Rules(desk.changes, catalogues: catalogues, tasks: tasks, notify: Modules.notify) }
  package var days: Days { Days(database, tasks: tasks, notifications: notifications, decisions: decisions) }

  /// Tells people of things, in the transaction of the cause.
  static let notify: Notify = { notice, now, tx in try Notifications.post(notice, at: now, in: tx) }

  /// The nouns with lists. Their records bear tags, and tasks, files and notifications are about them.
  static func catalogues(_ customers: Customers, _ database: Database, clock: any Clock) -> Catalogues {
    // A catalogue of tasks asks nothing of the others.
    let tasks = Tasks(database, clock: clock, records: Catalogues([]), notify: notify)
    return Catalogues(
      [customers.catalogue, Contacts.catalogue, Interactions.catalogue, tasks.catalogue].map(Tags.tagged))
  }
}
