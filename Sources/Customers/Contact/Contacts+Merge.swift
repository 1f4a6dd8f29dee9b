import Kernel
import Records
import Store

// What happens to the people when two customers, or two of them, become one.

extension Contacts {
  package static let mergeParts = [
    MergePart(
      "contact of a customer", of: .customer, tables: ["contact_role", "main_contact"],
      count: { record, tx in
        let count = try tx.value(
          "SELECT count(DISTINCT contact_id) FROM contact_role WHERE customer_id = \(record)", as: Int.self)
        return [(count == 1 ? "contact" : "contacts", count ?? 0)]
      },
      move: { from, to, tx in try move(customer: ID(from), to: ID(to), in: tx) },
      undo: { moved, from, _, tx in try undo(moved, customer: ID(from), in: tx) }),
    MergePart(
      "contact", of: .contact, tables: ["contact", "contact_role", "main_contact", "contact_key", "contact_point"],
      count: { record, tx in
        let roles = try tx.value("SELECT count(*) FROM contact_role WHERE contact_id = \(record)", as: Int.self) ?? 0
        let points = try tx.value("SELECT count(*) FROM contact_point WHERE contact_id = \(record)", as: Int.self) ?? 0
        return [
          (roles == 1 ? "role at a customer" : "roles at customers", roles),
          (points == 1 ? "address or number" : "addresses and numbers", points),
        ]
      },
      move: { from, to, tx in
        let moved = try move(contact: ID(from), to: ID(to), in: tx)
        try tellFirstPoints(of: [from, to], in: tx)
        return moved
      },
      undo: { moved, from, to, tx in
        try undo(moved, contact: ID(from), to: ID(to), in: tx)
        try tellFirstPoints(of: [from, to], in: tx)
      }),
  ]

  /// The first address and the first number of a contact stand in its row too.
  private static func tellFirstPoints(of ids: [Int64], in tx: Transaction) throws {
    try tx.run(
      """
      UPDATE contact SET version = version + 1,
        email = (SELECT p.value FROM contact_point p WHERE p.contact_id = contact.id AND p.channel = 'email'
          ORDER BY p.place, p.folded LIMIT 1),
        phone = (SELECT p.value FROM contact_point p WHERE p.contact_id = contact.id AND p.channel = 'phone'
          ORDER BY p.place, p.folded LIMIT 1)
      WHERE id IN (\(list: ids))
      """)
  }
}
