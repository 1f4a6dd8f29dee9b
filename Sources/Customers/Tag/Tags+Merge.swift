import Kernel
import Records
import Store

extension Tags {
  /// The tags the one that stays had not. A tag that was taken off it since is not put back.
  package static func mergePart(of noun: Actor.Noun) -> MergePart {
    MergePart(
      "tag of a \(noun.rawValue)", of: noun, tables: ["tagging"],
      move: { from, to, tx in
        let ids: [Int64] = try tx.rows(
          """
          SELECT tag_id FROM tagging WHERE noun = \(noun.rawValue) AND record_id = \(from) AND tag_id NOT IN (
            SELECT tag_id FROM tagging WHERE noun = \(noun.rawValue) AND record_id = \(to)) ORDER BY tag_id
          """
        ) { try $0(0) }
        try shift(ids, noun, from: from, to: to, in: tx)
        return ids
      },
      undo: { (ids: [Int64], from: Int64, to: Int64, tx: Transaction) in
        try shift(ids, noun, from: to, to: from, in: tx)
      })
  }

  private static func shift(_ ids: [Int64], _ noun: Actor.Noun, from: Int64, to: Int64, in tx: Transaction) throws {
    try tx.run(
      """
      UPDATE tagging SET record_id = \(to)
      WHERE noun = \(noun.rawValue) AND record_id = \(from) AND tag_id IN (\(list: ids))
      """)
  }
}
