import Kernel
import Records
import Store

// What lists, filters, views, files, rules and rights know of customers.

extension Customers {
  package var catalogue: Catalogue {
    Catalogue(
      .customer, word: "customer", plural: "customers", path: "/customers", table: "customer c", id: "c.id",
      title: "c.name",
      fields: Customers.fields + Customers.details + [Catalogue.number("c.id")],
      columns: ["name", "kind", "email", "owner", "createdAt"],
      sort: RecordSort("name"), scope: { try Customers.scope($0, $1) },
      binned: { "c.binned_at IS NOT NULL AND \(try Customers.reached($0, .delete))" },
      finds: { words, actor in Searches.condition(Customers.searchSource, words, for: actor, id: "c.id") },
      edit: { record, changes, actor, now, tx in
        try apply(changes, to: ID(record), by: actor, at: now, in: tx)
      },
      bin: { record, actor, now, tx in try setBinned(true, ID(record), by: actor, at: now, in: tx) },
      restore: { record, actor, now, tx in try setBinned(false, ID(record), by: actor, at: now, in: tx) },
      touch: Customers.touch
    ).merging
  }

  @Sendable static func touch(_ customer: Int64, in tx: Transaction) throws {
    try tx.run("UPDATE customer SET version = version + 1 WHERE id = \(customer)")
  }

  private static let fields: [RecordField] = [
    RecordField(
      "name", "Name", .text, value: "c.name", order: "c.folded", isFolded: true, isPersonal: true, isRequired: true),
    RecordField(
      "kind", "Kind", .choice(Customer.Kind.allCases.map { .init($0.rawValue, $0.word) }), value: "c.kind",
      order: "c.kind", isRequired: true),
    RecordField("email", "E-mail", .text, value: "c.email", order: "coalesce(c.email, '')", isPersonal: true),
    RecordField(
      "parent", "Stands under", .record(.customer), value: "c.parent_id",
      shown: { actor in
        let scope = try Customers.scope(actor)
        guard actor.reads("name", of: .customer, isPersonal: true) else { return "NULL" }
        return """
          (SELECT p.name FROM customer p WHERE p.id = c.parent_id AND EXISTS (
            SELECT 1 FROM (SELECT c.id FROM customer c WHERE \(scope)) s WHERE s.id = p.id))
          """
      }),
    RecordField(
      "owner", "Owner", .user, value: "c.owner_id", order: "coalesce(c.owner_id, 0)",
      shown: { _ in "(SELECT u.name FROM app_user u WHERE u.id = c.owner_id)" }),
    RecordField(
      "team", "Team", .team, value: "c.team_id", shown: { _ in "(SELECT t.name FROM team t WHERE t.id = c.team_id)" }),
    RecordField("createdAt", "Added", .instant, value: "c.created_at", order: "c.id", isEditable: false),
    RecordField("version", "Version", .integer, value: "c.version", isAdditive: false, isEditable: false),
    RecordField(
      "orders", "Orders", .integer, value: orders, order: orders, sources: [.purchase], isEditable: false,
      formula: "How many orders were placed and not cancelled."),
    RecordField(
      "value", "Bought so far", .money, value: value, order: value, sources: [.purchase], isEditable: false,
      formula: "What every purchase that was not cancelled came to, returns taken off."),
    RecordField(
      "lastOrder", "Last order", .day, value: lastOrder, order: "coalesce(\(lastOrder), -800000)", sources: [.purchase],
      isEditable: false,
      formula: "The day of the newest order that was not cancelled."),
    RecordField(
      "sites", "Under it", .integer, value: sites, order: sites, isEditable: false,
      formula: "How many sites and parties stand under it."),
    RecordField(
      "lastInteraction", "Last spoken with", .instant, value: lastInteraction,
      order: "coalesce(\(lastInteraction), -9000000000000000)", sources: [.interaction], sight: .following,
      isEditable: false, formula: "When somebody last spoke with it, or it was heard of."),
    RecordField(
      "openTasks", "Open tasks", .integer, value: openTasks, order: openTasks, sources: [.task], sight: .all,
      isEditable: false, formula: "How many tasks about it are still to be done."),
    RecordField(
      "nextTask", "Next task due", .day, value: nextTask, order: "coalesce(\(nextTask), 800000)", sources: [.task],
      sight: .all, isEditable: false, formula: "The day the first of its open tasks is due."),
  ]

  /// How to reach it and where it is.
  private static let details: [RecordField] = [
    RecordField("phone", "Telephone", .text, value: "c.phone", order: "coalesce(c.phone, '')", isPersonal: true),
    RecordField("website", "Website", .text, value: "c.website", order: "coalesce(c.website, '')", isPersonal: true),
    RecordField("street", "Street", .text, value: "c.street", order: "coalesce(c.street, '')", isPersonal: true),
    RecordField(
      "postalCode", "Postal code", .text, value: "c.postal_code", order: "coalesce(c.postal_code, '')", isPersonal: true
    ),
    RecordField("city", "City", .text, value: "c.city", order: "coalesce(c.city, '')", isPersonal: true),
    RecordField("country", "Country", .text, value: "c.country", order: "coalesce(c.country, '')"),
    RecordField(
      "language", "Language", .text, value: "c.language", order: "coalesce(c.language, '')", isPersonal: true),
    RecordField("note", "Note", .lines, value: "c.note", isPersonal: true),
  ]

  private static let orders: Statement = """
    (SELECT count(*) FROM purchase p WHERE p.customer_id = c.id AND p.kind = 'order' AND p.cancelled_at IS NULL)
    """
  private static let value: Statement = """
    (SELECT coalesce(CAST(sum(p.value_minor) AS BIGINT), 0) FROM purchase p
      WHERE p.customer_id = c.id AND p.cancelled_at IS NULL)
    """
  private static let lastOrder: Statement = """
    (SELECT max(p.day) FROM purchase p WHERE p.customer_id = c.id AND p.kind = 'order' AND p.cancelled_at IS NULL)
    """
  private static let lastInteraction: Statement = """
    (SELECT max(i.at) FROM interaction i WHERE i.customer_id = c.id AND \(Interactions.standing))
    """
  private static let openTasks: Statement = "(SELECT count(*) FROM task k WHERE \(isOpenTask))"
  private static let nextTask: Statement = "(SELECT min(k.due_day) FROM task k WHERE \(isOpenTask))"
  private static let isOpenTask: Statement = """
    k.about_noun = 'customer' AND k.about_id = c.id AND k.closed_at IS NULL AND k.binned_at IS NULL
    """
  private static let sites: Statement =
    "(SELECT count(*) FROM customer s WHERE s.parent_id = c.id AND s.binned_at IS NULL)"

  /// Changes some fields of a customer at whatever version it is.
  private func apply(
    _ changes: [String: String], to id: ID<Customer>, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    let before = try Customers.find(id, try Customers.scope(actor, .edit), in: tx)
    try actor.require(writing: changes.keys, personal: Customer.personal, of: .customer)
    func given(_ field: String) -> String? { changes[field] ?? before.text(field) }
    let draft = try Customer.Draft(
      kind: given("kind") ?? "", name: given("name") ?? "", email: given("email"), parent: given("parent"),
      details: try Customer.Details(given), owner: try Customer.Holder(changes["owner"], field: "owner"),
      team: try Customer.Holder(changes["team"], field: "team"))
    _ = try change(before, to: draft, by: actor, at: now, in: tx)
  }

  /// Puts a customer into the bin, or takes it out. What was bought stays, and counts again when it comes back.
  private func setBinned(
    _ binned: Bool, _ id: ID<Customer>, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    let scope = try Customers.reached(actor, .delete)
    let other: Statement = binned ? "c.binned_at IS NULL" : "c.binned_at IS NOT NULL"
    let before = try Customers.find(id, "(\(scope) AND \(other))", in: tx)
    try tx.run(
      """
      UPDATE customer SET binned_at = \(binned ? now : nil as Instant?), version = version + 1 WHERE id = \(id)
      """)
    try Sources().revise(in: tx)
    try tx.audit(binned ? "bin" : "restore", .customer, id.rawValue, detail: ["name": before.name], by: actor, at: now)
    try tx.announce(binned ? "customer.binned" : "customer.restored", .customer, id.rawValue, before, at: now)
  }
}
