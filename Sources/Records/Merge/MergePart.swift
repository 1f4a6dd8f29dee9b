import Foundation
import Kernel
import Store

/// Who makes a merge, and when.
package struct MergeHand: Sendable {
  package let actor: Actor
  package let at: Instant
}

/// What one owner of tables does when two records of a noun become one: everything of the lost one moves to the kept one,
/// and can move back.
package struct MergePart: Sendable {
  /// So many things of a kind hang on a record.
  package struct Count: Sendable, Equatable, Encodable {
    package let word: String
    package let count: Int
  }

  let name: String
  let noun: Actor.Noun
  /// The tables it answers for.
  package let tables: [String]
  /// How much hangs on a record, by the words for it.
  let count: @Sendable (_ record: Int64, _ tx: Transaction) throws -> [Count]
  let move: @Sendable (_ from: Int64, _ to: Int64, _ who: MergeHand, _ tx: Transaction) throws -> String
  let undo: @Sendable (_ moved: String, _ from: Int64, _ to: Int64, _ tx: Transaction) throws -> Void

  /// - Parameters:
  ///   - name: stable; what was moved is kept under it.
  ///   - count: nil for what nobody counts.
  ///   - move: what it answers is handed to `undo`.
  package init<Moved: Codable & Sendable>(
    _ name: String, of noun: Actor.Noun, tables: [String],
    count: @escaping @Sendable (_ record: Int64, _ tx: Transaction) throws -> [(word: String, count: Int)] = { _, _ in
      []
    },
    move: @escaping @Sendable (_ from: Int64, _ to: Int64, _ tx: Transaction) throws -> Moved,
    undo: @escaping @Sendable (_ moved: Moved, _ from: Int64, _ to: Int64, _ tx: Transaction) throws -> Void
  ) {
    self.init(
      name, of: noun, tables: tables, count: count, moveBy: { from, to, _, tx in try move(from, to, tx) }, undo: undo)
  }

  /// As above, where what moves is written down with who did it.
  package init<Moved: Codable & Sendable>(
    _ name: String, of noun: Actor.Noun, tables: [String],
    count: @escaping @Sendable (_ record: Int64, _ tx: Transaction) throws -> [(word: String, count: Int)],
    moveBy move: @escaping @Sendable (_ from: Int64, _ to: Int64, _ who: MergeHand, _ tx: Transaction) throws -> Moved,
    undo: @escaping @Sendable (_ moved: Moved, _ from: Int64, _ to: Int64, _ tx: Transaction) throws -> Void
  ) {
    self.name = name
    self.noun = noun
    self.tables = tables
    self.count = { record, tx in
      try count(record, tx).map { Count(word: $0.word, count: $0.count) }.filter { $0.count > 0 }
    }
    self.move = { from, to, who, tx in
      String(decoding: try JSONEncoder().encode(try move(from, to, who, tx)), as: UTF8.self)
    }
    self.undo = { text, from, to, tx in
      try undo(try JSONDecoder().decode(Moved.self, from: Data(text.utf8)), from, to, tx)
    }
  }

  private struct Nothing: Codable, Sendable {}

  /// Tables whose rows stay where they are: what was frozen on a day, and what belongs to the record itself.
  package static func staying(_ name: String, of noun: Actor.Noun, tables: [String]) -> MergePart {
    MergePart(name, of: noun, tables: tables, move: { _, _, _ in Nothing() }, undo: { _, _, _, _ in })
  }

  /// A table whose rows have an `id` of their own and name the record in one column.
  ///
  /// - Parameter nouns: the column that tells which noun a row's record is of, where rows of several lie together.
  package static func rows(
    _ name: String, of noun: Actor.Noun, table: StaticString, column: StaticString, among nouns: StaticString? = nil,
    one: String, many: String
  ) -> MergePart {
    @Sendable func names(_ record: Int64) -> Statement {
      guard let nouns else { return "\(name: column) = \(record)" }
      return "\(name: column) = \(record) AND \(name: nouns) = \(noun.rawValue)"
    }
    return MergePart(
      name, of: noun, tables: [table.description],
      count: { record, tx in
        let count = try tx.value("SELECT count(*) FROM \(name: table) WHERE \(names(record))", as: Int.self) ?? 0
        return [(count == 1 ? one : many, count)]
      },
      move: { from, to, tx in
        let ids: [Int64] = try tx.rows("SELECT id FROM \(name: table) WHERE \(names(from)) ORDER BY id") { try $0(0) }
        try tx.run("UPDATE \(name: table) SET \(name: column) = \(to) WHERE \(names(from))")
        return ids
      },
      undo: { (ids: [Int64], from: Int64, to: Int64, tx: Transaction) in
        var back = 0
        for start in stride(from: 0, to: ids.count, by: 400) {
          let some = ids[start..<min(start + 400, ids.count)]
          back += try tx.run(
            "UPDATE \(name: table) SET \(name: column) = \(from) WHERE \(names(to)) AND id IN (\(list: some))")
        }
        guard back == ids.count else { throw MergePart.gone(ids.count - back, many) }
      })
  }

  /// What was moved is no longer where it was moved to.
  package static func gone(_ count: Int, _ words: String) -> Problem {
    Problem(
      .conflict, "\(count) of the \(words) that moved were removed or moved on since.",
      mend: "Put them back first, or leave the merge as it is.")
  }
}

/// All parts there are.
package struct MergeParts: Sendable {
  package let all: [MergePart]

  package init(_ all: [MergePart]) { self.all = all }

  func of(_ noun: Actor.Noun) -> [MergePart] { all.filter { $0.noun == noun } }

  /// The tables that are answered for when two records of a noun become one.
  package func tables(of noun: Actor.Noun) -> Set<String> { Set(of(noun).flatMap(\.tables)) }
}
