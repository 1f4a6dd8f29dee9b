import Kernel
import Store

extension CustomFields {
  /// A row of `custom_value` that named the lost record.
  struct MovedReference: Codable, Sendable {
    let field: Int64
    let record: Int64
  }

  /// Own fields of other records that name the lost one name the one that stays. What the lost one held itself stays with
  /// it: which values are taken over is chosen field by field.
  package static func mergePart(of noun: Actor.Noun) -> MergePart {
    MergePart(
      "own field that names a \(noun.rawValue)", of: noun, tables: ["custom_value"],
      move: { from, to, tx in
        let found = try tx.rows(
          """
          SELECT w.field_id, w.record_id FROM custom_value w JOIN custom_field f ON f.id = w.field_id
          WHERE f.kind = 'reference' AND f.target = \(noun.rawValue) AND w.number = \(from)
          ORDER BY w.field_id, w.record_id
          """
        ) { MovedReference(field: try $0(0), record: try $0(1)) }
        try point(found, from: from, to: to, in: tx)
        return found
      },
      undo: { (found: [MovedReference], from: Int64, to: Int64, tx: Transaction) in
        try point(found, from: to, to: from, in: tx)
      })
  }

  private static func point(_ rows: [MovedReference], from: Int64, to: Int64, in tx: Transaction) throws {
    for row in rows {
      try tx.run(
        """
        UPDATE custom_value SET number = \(to)
        WHERE field_id = \(row.field) AND record_id = \(row.record) AND number = \(from)
        """)
    }
  }
}
