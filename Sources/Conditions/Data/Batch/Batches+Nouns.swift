import Customers
import Foundation
import Kernel
import Records
import Store

extension Batches.Noun {
  package static func customers(_ catalogue: Catalogue) -> Batches.Noun {
    Batches.Noun(catalogue) { fields, actor, now, tx in
      let draft = try Customer.Draft(
        kind: fields["kind"] ?? "", name: fields["name"] ?? "", email: fields["email"], parent: fields["parent"],
        details: try Customer.Details { fields[$0] }, owner: try Customer.Holder(fields["owner"], field: "owner"),
        team: try Customer.Holder(fields["team"], field: "team"))
      return try Customers.create(
        draft, holders: (actor.user, actor.teams.first), by: actor, at: now, in: tx
      ).id.rawValue
    }
  }

  package static func tasks(_ catalogue: Catalogue, _ tasks: Tasks) -> Batches.Noun {
    Batches.Noun(catalogue) { fields, actor, now, tx in
      var draft = WorkTask.Draft()
      if let noun = fields["noun"], !noun.isEmpty {
        draft.about = try tasks.records.key(noun: noun, record: fields["record"] ?? "")
      }
      let set = fields.filter { WorkTask.Draft.names.contains($0.key) }
      try draft.apply(set, zone: try Companies.current(in: tx)?.zone ?? .gmt)
      return try tasks.create(draft, by: actor, at: now, in: tx).id.rawValue
    }
  }

  /// A contact may name a customer and what they are there.
  package static func contacts(_ catalogue: Catalogue) -> Batches.Noun {
    Batches.Noun(catalogue) { fields, actor, now, tx in
      let role = try number(fields["customer"], "customer").map { customer in
        try ContactRole.Draft(ID(customer)) { fields[$0] }
      }
      return try Contacts.create(
        try Contact.Draft { fields[$0] }, at: role, holders: (actor.user, actor.teams.first), by: actor, at: now, in: tx
      ).id.rawValue
    }
  }

  package static func interactions(_ catalogue: Catalogue) -> Batches.Noun {
    Batches.Noun(catalogue) { fields, actor, now, tx in
      let zone = try Companies.current(in: tx)?.zone ?? .gmt
      let draft = try Interaction.Draft(given: { fields[$0] }, zone: zone, now: now)
      return try Interactions.create(draft, by: actor, at: now, in: tx).id.rawValue
    }
  }

  private static func number(_ text: String?, _ field: String) throws -> Int64? {
    guard let text, !text.isEmpty else { return nil }
    guard let id = ID<BatchOperation>(text: text) else {
      throw Problem(.invalid, field: field, "This is not a number.", mend: "Send it as it was read.")
    }
    return id.rawValue
  }
}
