import Kernel
import Records
import Store

extension Interactions {
  /// What was said with the lost one was said with the one that stays.
  package static let mergeParts = [
    MergePart(
      "interaction", of: .customer, tables: ["interaction"],
      count: { record, tx in
        let count = try tx.value("SELECT count(*) FROM interaction WHERE customer_id = \(record)", as: Int.self) ?? 0
        return [(count == 1 ? "interaction" : "interactions", count)]
      },
      move: { from, to, tx in try move(customer: ID(from), to: ID(to), in: tx) },
      undo: { moved, from, _, tx in try undo(moved, customer: ID(from), in: tx) }),
    MergePart(
      "interaction of a contact", of: .contact, tables: ["interaction", "interaction_participant"],
      count: { record, tx in
        let count = try tx.value("SELECT count(*) FROM interaction WHERE contact_id = \(record)", as: Int.self) ?? 0
        return [(count == 1 ? "interaction" : "interactions", count)]
      },
      move: { from, to, tx in try move(contact: ID(from), to: ID(to), in: tx) },
      undo: { moved, from, to, tx in try undo(moved, contact: ID(from), to: ID(to), in: tx) }),
  ]
}
