import Kernel
import Records
import Store

extension Consents {
  /// What either agreed to holds for the one that stays; where they said different things, the stricter.
  package static let mergeParts = [
    part(of: .customer, column: "customer_id") { .customer(ID($0)) },
    part(of: .contact, column: "contact_id") { .contact(ID($0)) },
  ]

  private static func part(
    of noun: Actor.Noun, column: StaticString, _ person: @escaping @Sendable (Int64) -> Consent.Person
  ) -> MergePart {
    MergePart(
      "consent of a \(noun.rawValue)", of: noun, tables: ["consent"],
      count: { record, tx in
        let count =
          try tx.value("SELECT count(*) FROM consent WHERE \(name: column) = \(record)", as: Int.self) ?? 0
        return [(count == 1 ? "consent" : "consents", count)]
      },
      moveBy: { from, to, who, tx in
        try move(from: person(from), to: person(to), by: who.actor, at: who.at, in: tx)
      },
      undo: { moved, from, to, tx in try undo(moved, from: person(from), to: person(to), in: tx) })
  }
}
