import Kernel
import Records
import Store

extension Contacts {
  /// Contacts as lists, views, files, rules and search know them.
  package static let catalogue = Catalogue(
    .contact, word: "contact", plural: "contacts", path: "/contacts", table: "contact t", id: "t.id",
    title: "trim(t.first_name || ' ' || t.last_name)",
    fields: names + reached + places + held + [Catalogue.number("t.id")],
    columns: ["name", "customer", "role", "job", "email", "phone"], sort: RecordSort("name"),
    scope: { try Contacts.scope($0, $1) }, binned: { try Contacts.binned($0) },
    finds: { words, actor in Searches.condition(Contacts.searchSource, words, for: actor, id: "t.id") },
    edit: { record, changes, actor, now, tx in
      try Contacts.edit(ID(record), version: nil, by: actor, at: now, in: tx) { before in
        try Contact.Draft { changes[$0] ?? before.text($0) }
      }
    },
    bin: { try Contacts.setBinned(true, ID($0), by: $1, at: $2, in: $3) },
    restore: { try Contacts.setBinned(false, ID($0), by: $1, at: $2, in: $3) },
    touch: { try $1.run("UPDATE contact SET version = version + 1 WHERE id = \($0)") }
  ).merging

  private static func text(
    _ name: String, _ label: String, _ column: Statement, isPersonal: Bool = true,
    _ kind: RecordField.Kind = .text
  ) -> RecordField {
    RecordField(
      name, label, kind, value: column, order: "lower(coalesce(\(column), ''))", isPersonal: isPersonal)
  }

  private static var names: [RecordField] {
    [
      RecordField(
        "name", "Name", .text, value: "trim(t.first_name || ' ' || t.last_name)", order: "t.folded", isFolded: true,
        isPersonal: true,
        isEditable: false),
      text("firstName", "First name", "t.first_name"), text("lastName", "Last name", "t.last_name"),
      text("title", "Title", "t.title"), text("job", "Job", "t.job", isPersonal: false),
    ]
  }

  private static var reached: [RecordField] {
    [
      text("email", "E-mail", "t.email"), text("phone", "Telephone", "t.phone"),
      RecordField(
        "customer", "Customer", .record(.customer),
        value: "(SELECT min(r.customer_id) FROM contact_role r WHERE r.contact_id = t.id)",
        shown: { actor in
          guard actor.may(.see, .customer), actor.reads("name", of: .customer, isPersonal: true) else { return "NULL" }
          return """
            (SELECT c.name FROM contact_role r JOIN customer c ON c.id = r.customer_id
              WHERE r.contact_id = t.id AND \(try Customers.scope(actor)) ORDER BY r.customer_id LIMIT 1)
            """
        },
        membership: { condition in
          """
          t.id IN (SELECT v.contact_id FROM (SELECT r.contact_id, r.customer_id AS value FROM contact_role r) v
            WHERE \(condition))
          """
        }, isEditable: false),
      RecordField(
        "role", "Role in buying", .choice(ContactRole.Part.allCases.map { .init($0.rawValue, $0.word) }),
        value: "(SELECT min(r.role) FROM contact_role r WHERE r.contact_id = t.id AND r.role <> '')",
        membership: { condition in
          """
          t.id IN (SELECT v.contact_id FROM (SELECT r.contact_id, r.role AS value FROM contact_role r) v
            WHERE \(condition))
          """
        }, isEditable: false),
      RecordField(
        "lastInteraction", "Last spoken with", .instant,
        value: """
          (SELECT max(i.at) FROM interaction i WHERE i.contact_id = t.id
            AND NOT EXISTS (SELECT 1 FROM interaction_withdrawal w WHERE w.interaction_id = i.id))
          """, sources: [.interaction], sight: .following, isEditable: false),
    ]
  }

  private static var places: [RecordField] {
    [
      text("street", "Street", "t.street"), text("postalCode", "Postal code", "t.postal_code"),
      text("city", "City", "t.city"), text("country", "Country", "t.country", isPersonal: false),
      text("language", "Language", "t.language"),
      RecordField(
        "birthday", "Birthday", .day, value: "t.birthday", order: "coalesce(t.birthday, -10000000)", isPersonal: true),
      text("note", "Note", "t.note", .lines),
    ]
  }

  private static var held: [RecordField] {
    [
      RecordField(
        "owner", "Owner", .user, value: "t.owner_id", order: "coalesce(t.owner_id, 0)",
        shown: { _ in "(SELECT u.name FROM app_user u WHERE u.id = t.owner_id)" }),
      RecordField(
        "team", "Team", .team, value: "t.team_id", order: "coalesce(t.team_id, 0)",
        shown: { _ in "(SELECT g.name FROM team g WHERE g.id = t.team_id)" }),
      RecordField("createdAt", "Added", .instant, value: "t.created_at", order: "t.created_at", isEditable: false),
    ]
  }
}
