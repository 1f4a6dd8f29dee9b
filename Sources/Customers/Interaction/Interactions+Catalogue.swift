import Foundation
import Kernel
import Records
import Store

extension Interactions {
  /// Interactions as lists, views, files, rules and search know them.
  package static let catalogue = Catalogue(
    .interaction, word: "interaction", plural: "interactions", path: "/interactions", table: "interaction i",
    id: "i.id",
    title: "coalesce(nullif(i.subject, ''), nullif(substr(i.text, 1, 60), ''), i.kind)",
    fields: told + about + [Catalogue.number("i.id")],
    columns: ["subject", "at", "kind", "customer", "contact", "outcome", "by"],
    sort: RecordSort("at", isDescending: true), scope: { try Interactions.scope($0, $1) },
    binned: { try Interactions.withdrawn($0) },
    finds: { words, actor in try Interactions.finding(words, for: actor) },
    edit: { record, changes, actor, now, tx in
      let zone = try Interactions.zone(in: tx)
      try Interactions.correct(ID(record), version: nil, reason: "", by: actor, at: now, in: tx) { before in
        var draft = try Interaction.Draft(
          given: { changes[$0] ?? before.text($0, zone: zone) }, zone: zone, now: now)
        draft.participants = before.participants ?? []
        if changes["at"] == nil { (draft.day, draft.at, draft.isTimed) = (before.day, before.at, before.isTimed) }
        return draft
      }
    },
    bin: { try Interactions.setWithdrawn(true, ID($0), by: $1, at: $2, in: $3) },
    restore: { try Interactions.setWithdrawn(false, ID($0), by: $1, at: $2, in: $3) },
    touch: { try $1.run("UPDATE interaction SET version = version + 1 WHERE id = \($0)") })

  /// The company's time zone.
  static func zone(in tx: Transaction) throws -> TimeZone {
    let name = try tx.value("SELECT time_zone FROM company WHERE one = 1", as: String.self)
    return name.flatMap { TimeZone(identifier: $0) } ?? TimeZone(secondsFromGMT: 0) ?? .current
  }

  private static var told: [RecordField] {
    [
      RecordField("subject", "Subject", .text, value: "i.subject", order: "lower(i.subject)", isPersonal: true),
      RecordField("at", "When", .instant, value: "i.at", order: "i.at"),
      RecordField("day", "Day", .day, value: "i.day", order: "i.day", isEditable: false),
      RecordField(
        "kind", "Kind", .choice(Interaction.Kind.allCases.map { .init($0.rawValue, $0.word) }), value: "i.kind",
        order: "i.kind"),
      RecordField(
        "direction", "Direction", .choice(Interaction.Direction.allCases.map { .init($0.rawValue, $0.word) }),
        value: "i.direction", order: "i.direction"),
      RecordField(
        "channel", "Channel", .choice(Interaction.Channel.allCases.map { .init($0.rawValue, $0.word) }),
        value: "i.channel", order: "coalesce(i.channel, '')"),
      RecordField("minutes", "Minutes", .integer, value: "i.minutes", order: "coalesce(i.minutes, 0)"),
      RecordField(
        "outcome", "Outcome", .choice(Interaction.Outcome.allCases.map { .init($0.rawValue, $0.word) }),
        value: "i.outcome", order: "coalesce(i.outcome, '')"),
      RecordField("outcomeNote", "Outcome in words", .text, value: "i.outcome_note", isPersonal: true),
      RecordField("text", "Text", .lines, value: "i.text", isPersonal: true),
      RecordField("party", "Other side", .text, value: "i.party", isPersonal: true, isEditable: false),
    ]
  }

  private static var about: [RecordField] {
    [
      RecordField(
        "customer", "Customer", .record(.customer), value: "i.customer_id", order: "coalesce(i.customer_id, 0)",
        shown: { actor in
          guard actor.may(.see, .customer), actor.reads("name", of: .customer, isPersonal: true) else { return "NULL" }
          return "(SELECT c.name FROM customer c WHERE c.id = i.customer_id AND \(try Customers.scope(actor)))"
        }),
      RecordField(
        "contact", "Contact", .record(.contact), value: "i.contact_id", order: "coalesce(i.contact_id, 0)",
        shown: { actor in
          guard actor.may(.see, .contact), actor.reads("name", of: .contact, isPersonal: true) else { return "NULL" }
          return """
            (SELECT trim(t.first_name || ' ' || t.last_name) FROM contact t
              WHERE t.id = i.contact_id AND \(try Contacts.scope(actor)))
            """
        }),
      RecordField("product", "Product", .record(.product), value: "i.product_id"),
      RecordField("decision", "Decision", .record(.decision), value: "i.decision_id"),
      RecordField(
        "by", "Entered by", .user, value: "i.actor_id", order: "coalesce(i.actor_id, 0)",
        shown: { _ in "i.actor_name" },
        isEditable: false),
      RecordField("createdAt", "Entered", .instant, value: "i.created_at", order: "i.created_at", isEditable: false),
    ]
  }

  /// Words of what was said; a number of ours for one who may not read it.
  private static func finding(_ words: String, for actor: Actor) throws -> Statement {
    let number: Statement = "i.id = \(Int64(words) ?? 0)"
    guard ["subject", "text", "outcomeNote"].allSatisfy({ actor.reads($0, of: .interaction, isPersonal: true) }) else {
      return number
    }
    let found = InteractionQuestion.conditions(words)
    return "(\(number) OR (\(Statement.joined(found, separator: " AND ", or: "TRUE"))))"
  }
}
