import Conditions
import Customers
import Kernel
import Records
import Store

extension Modules {
  /// Tells people of things, in the transaction of the cause.
  static let notify: Notify = { notice, now, tx in try Notifications.post(notice, at: now, in: tx) }

  /// The nouns whose records tasks, tags, files and notifications can be about.
  static func records(_ database: Database, clock: any Clock) -> Catalogues {
    let tasks = Tasks(database, clock: clock, records: Catalogues([]), notify: notify)
    return Catalogues([customers, tasks.catalogue].map(Tags.tagged))
  }

  private static let customers = Catalogue(
    .customer, word: "customer", plural: "customers", path: "/customers", table: "customer c", id: "c.id",
    title: "c.name",
    fields: [RecordField("name", "Name", .text, value: "c.name", order: "c.folded", isPersonal: true)],
    columns: ["name"], sort: RecordSort("name"), scope: { try Customers.scope($0, $1) })
}
