import Foundation
import Kernel
import Store

/// Records that became one: every statement on their tables. What hangs on a record its owners move; see `MergePart`.
package struct Merges: Sendable {
  let changes: RecordChanges
  let catalogues: Catalogues
  let sources: [SearchSource]
  let parts: MergeParts

  private var database: Database { changes.database }
  private var clock: any Clock { changes.clock }

  package init(_ changes: RecordChanges, catalogues: Catalogues, sources: [SearchSource], parts: MergeParts) {
    self.changes = changes
    self.catalogues = catalogues
    self.sources = sources
    self.parts = parts
  }

  static let columns: Statement = """
    m.id, m.noun, m.kept_id, m.lost_id, m.actor_name, m.at, u.actor_name AS undone_by, u.at AS undone_at
    """

  /// The catalogue of a noun whose records can be merged.
  package func known(_ noun: String) throws -> Catalogue {
    let catalogue = try catalogues.named(noun)
    guard !parts.of(catalogue.noun).isEmpty, catalogue.edit != nil, catalogue.bin != nil, catalogue.restore != nil
    else {
      throw Problem(.invalid, field: "noun", "Records of “\(noun.prefix(60))” are not merged.", mend: "Name customers.")
    }
    return catalogue
  }

  package var nouns: [Actor.Noun] { Array(Set(parts.all.map(\.noun))).sorted { $0.rawValue < $1.rawValue } }

  /// The newest merges of a noun into records the actor may see.
  package func recent(_ noun: String, limit: Int = 50, for actor: Actor) async throws -> [Merge] {
    let catalogue = try known(noun)
    let scope = try catalogue.scope(actor, .see)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT \(Merges.columns) FROM merge m LEFT JOIN merge_undo u ON u.merge_id = m.id
        WHERE m.noun = \(catalogue.noun.rawValue)
          AND m.kept_id IN (SELECT \(catalogue.id) FROM \(catalogue.table) WHERE \(scope))
        ORDER BY m.id DESC LIMIT \(limit)
        """, Merge.init(row:))
    }
  }

  package func find(_ id: ID<Merge>, for actor: Actor) async throws -> Merge {
    try await database.read { tx in try find(id, .see, for: actor, in: tx).merge }
  }

  private func find(
    _ id: ID<Merge>, _ verb: Actor.Verb, for actor: Actor, in tx: Transaction
  ) throws -> (merge: Merge, catalogue: Catalogue) {
    let found = try tx.first(
      """
      SELECT \(Merges.columns) FROM merge m LEFT JOIN merge_undo u ON u.merge_id = m.id WHERE m.id = \(id)
      """, Merge.init(row:))
    guard let found else { throw Problem(.notFound, "There is no such merge.") }
    let catalogue = try catalogues.of(found.noun)
    try actor.require(verb, found.noun)
    try catalogue.require(verb, found.kept, for: actor, in: tx)
    return (found, catalogue)
  }

  /// Where a record went that is no longer there, when the actor may see that place.
  package func successor(of lost: Int64, _ noun: Actor.Noun, for actor: Actor) async throws -> Int64? {
    guard actor.may(.see, noun), let catalogue = try? catalogues.of(noun) else { return nil }
    return try await database.read { tx in
      var place = lost
      for _ in 0..<50 {
        guard let next = try Merges.successor(of: place, noun, in: tx) else { break }
        place = next
      }
      guard place != lost else { return nil }
      let scope = try catalogue.scope(actor, .see)
      let isThere = try tx.first("SELECT 1 FROM \(catalogue.table) WHERE \(catalogue.id) = \(place) AND \(scope)")
      return isThere == nil ? nil : place
    }
  }

  private static func successor(of record: Int64, _ noun: Actor.Noun, in tx: Transaction) throws -> Int64? {
    try tx.value(
      """
      SELECT m.kept_id FROM merge m WHERE m.noun = \(noun.rawValue) AND m.lost_id = \(record)
        AND NOT EXISTS (SELECT 1 FROM merge_undo u WHERE u.merge_id = m.id) ORDER BY m.id DESC LIMIT 1
      """, as: Int64.self)
  }

  /// What a merge of some records would do.
  package func preview(_ noun: String, _ ids: [Int64], for actor: Actor) async throws -> MergePreview {
    let catalogue = try known(noun)
    try actor.require(.edit, catalogue.noun)
    guard ids.count > 1, ids.count <= 20, Set(ids).count == ids.count else {
      throw Problem(.invalid, field: "ids", "A merge takes two to twenty records.", mend: "Tick two of the list.")
    }
    return try await database.read { tx in
      let fields = try changes.customFields.whole(catalogue, in: tx).fields(for: actor)
      for id in ids { try catalogue.require(.see, id, for: actor, in: tx) }
      let sides = try ids.map { id in
        let title = try Merges.title(id, catalogue, actor, in: tx)
        let holds = try parts.of(catalogue.noun).flatMap { try $0.count(id, tx) }
        return MergePreview.Side(id: id, title: title, path: "\(catalogue.path)/\(id)", holds: holds)
      }
      let values = try ids.map { try FieldTexts(catalogue, fields, $0, for: actor, in: tx).shown }
      let rows = fields.filter { $0.isEditable && $0.formula == nil }.map { field in
        MergePreview.Row(
          field: field.name, label: field.label, values: values.map { $0[field.name] },
          isOpen: field.isEditable && actor.writes(field.name, of: catalogue.noun, isPersonal: field.isPersonal))
      }
      let best = sides.max { left, right in
        let (one, other) = (left.holds.map(\.count).reduce(0, +), right.holds.map(\.count).reduce(0, +))
        return one == other ? left.id > right.id : one < other
      }
      return MergePreview(noun: catalogue.noun, sides: sides, rows: rows, proposed: best?.id ?? ids[0])
    }
  }

  static func title(_ id: Int64, _ catalogue: Catalogue, _ actor: Actor, in tx: Transaction) throws -> String {
    let mayRead = catalogue.fields.first.map { actor.reads($0.name, of: catalogue.noun, isPersonal: $0.isPersonal) }
    guard mayRead ?? false else { return "\(catalogue.word) \(id)" }
    return try tx.value("SELECT \(catalogue.title) FROM \(catalogue.table) WHERE \(catalogue.id) = \(id)") ?? "\(id)"
  }

  // Verbs.

  /// Makes one record of several, in one transaction: everything moves, the others go into the bin.
  package func create(_ order: Merge.Order, by actor: Actor, once: Once = .unchecked) async throws -> [Merge] {
    let catalogue = try known(order.noun)
    try actor.require(.delete, catalogue.noun)
    try actor.require(writing: order.choices.filter { $0.value != order.kept }.keys, of: catalogue.noun)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      try catalogue.require(.edit, order.kept, for: actor, in: tx)
      for lost in order.lost { try catalogue.require(.delete, lost, for: actor, in: tx) }
      let made = try order.lost.map { try merge($0, into: order, catalogue, by: actor, at: now, in: tx) }
      try refresh(catalogue.noun, [order.kept] + order.lost, in: tx)
      try once.keep(["rows": made], location: "/api/v1/merges", in: tx)
      return made
    }
  }

  private func merge(
    _ lost: Int64, into order: Merge.Order, _ catalogue: Catalogue, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> Merge {
    let (noun, kept) = (catalogue.noun, order.kept)
    let whole = try changes.customFields.whole(catalogue, in: tx)
    let chosen = try fields(order.choices.filter { $0.value == lost }.map(\.key), whole, actor)
    let theirs = try changes.values(of: chosen, lost, whole, in: tx)
    let before = try changes.values(of: chosen, kept, whole, in: tx)
    let taken = theirs.filter { before[$0.key] != $0.value }
    let id: ID<Merge> = try tx.newID()
    try tx.run(
      """
      INSERT INTO merge (id, noun, kept_id, lost_id, before, after, actor_id, actor_name, at)
      VALUES (\(id), \(noun.rawValue), \(kept), \(lost), \(try Merges.json(before.filter { taken[$0.key] != nil })), \
      \(try Merges.json(taken)), \(actor.user), \(actor.name), \(now))
      """)
    for part in parts.of(noun) {
      let moved = try part.move(lost, kept, MergeHand(actor: actor, at: now), tx)
      try tx.run("INSERT INTO merge_move (merge_id, part, moved) VALUES (\(id), \(part.name), \(moved))")
    }
    if !taken.isEmpty { try changes.apply(taken, to: kept, of: whole, by: actor, at: now, in: tx) }
    try catalogue.bin?(lost, actor, now, tx)
    try tx.audit("merge", noun, kept, detail: ["merge": id.rawValue, "lost": lost], by: actor, at: now)
    try tx.announce("\(noun.rawValue).merged", noun, kept, ["merge": id.rawValue, "lost": lost], at: now)
    return Merge(id: id, noun: noun, kept: kept, lost: lost, by: actor.name, at: now, undoneBy: nil, undoneAt: nil)
  }

  /// The fields of some names, each one that the actor may set.
  private func fields(_ names: [String], _ catalogue: Catalogue, _ actor: Actor) throws -> [RecordField] {
    try names.sorted().map { name in
      let field = try catalogue.field(name, for: actor)
      guard field.isEditable, field.formula == nil else {
        throw Problem(.invalid, field: name, "This field cannot be chosen.", mend: "Leave it out.")
      }
      return field
    }
  }

  /// Puts both records back as they were.
  package func undo(_ id: ID<Merge>, by actor: Actor) async throws -> Merge {
    let now = clock.now
    return try await database.write { tx in
      let (merge, plain) = try find(id, .edit, for: actor, in: tx)
      let catalogue = try changes.customFields.whole(plain, in: tx)
      try actor.require(.delete, merge.noun)
      try requireUndoable(merge, in: tx)
      let (before, after) = try taken(by: id, in: tx)
      try requireUnchanged(merge, after, catalogue, in: tx)
      try catalogue.restore?(merge.lost, actor, now, tx)
      for part in parts.of(merge.noun).reversed() {
        let moved = try tx.value(
          "SELECT moved FROM merge_move WHERE merge_id = \(id) AND part = \(part.name)", as: String.self)
        if let moved { try part.undo(moved, merge.lost, merge.kept, tx) }
      }
      if !before.isEmpty { try changes.apply(before, to: merge.kept, of: catalogue, by: actor, at: now, in: tx) }
      try tx.run(
        """
        INSERT INTO merge_undo (merge_id, actor_id, actor_name, at)
        VALUES (\(id), \(actor.user), \(actor.name), \(now))
        """)
      try refresh(merge.noun, [merge.kept, merge.lost], in: tx)
      try tx.audit(
        "undo merge", merge.noun, merge.kept, detail: ["merge": id.rawValue, "lost": merge.lost], by: actor, at: now)
      try tx.announce(
        "\(merge.noun.rawValue).unmerged", merge.noun, merge.kept, ["merge": id.rawValue, "lost": merge.lost], at: now)
      return try find(id, .see, for: actor, in: tx).merge
    }
  }

  private func requireUndoable(_ merge: Merge, in tx: Transaction) throws {
    guard !merge.isUndone else {
      throw Problem(.conflict, "This merge was undone already.", mend: "There is nothing left to undo.")
    }
    let later = try tx.first(
      """
      SELECT m.id FROM merge m WHERE m.noun = \(merge.noun.rawValue) AND m.id > \(merge.id)
        AND (m.kept_id = \(merge.kept) OR m.lost_id = \(merge.kept))
        AND NOT EXISTS (SELECT 1 FROM merge_undo u WHERE u.merge_id = m.id) ORDER BY m.id DESC LIMIT 1
      """
    ) { try $0(0, as: Int64.self) }
    if let later {
      throw Problem(
        .conflict, "The record that stayed was merged again since.", mend: "Undo merge \(later) first.",
        facts: [.init("merge", "\(later)")])
    }
  }

  private func taken(by id: ID<Merge>, in tx: Transaction) throws -> ([String: String], [String: String]) {
    let found = try tx.first("SELECT before, after FROM merge WHERE id = \(id)") {
      (try $0(0, as: String.self), try $0(1, as: String.self))
    }
    let decoder = JSONDecoder()
    return (
      try decoder.decode([String: String].self, from: Data((found?.0 ?? "{}").utf8)),
      try decoder.decode([String: String].self, from: Data((found?.1 ?? "{}").utf8))
    )
  }

  /// A value that was taken over and changed since is not written over.
  private func requireUnchanged(
    _ merge: Merge, _ after: [String: String], _ catalogue: Catalogue, in tx: Transaction
  ) throws {
    let fields = catalogue.fields.filter { after[$0.name] != nil }
    let now = try changes.values(of: fields, merge.kept, catalogue, in: tx)
    let changed = fields.filter { now[$0.name] != after[$0.name] }
    guard let first = changed.first else { return }
    throw Problem(
      .conflict, field: first.name, "\(first.label) was changed since the merge.",
      mend: "Set it back to what the merge made of it, then undo.")
  }

  private func refresh(_ noun: Actor.Noun, _ ids: [Int64], in tx: Transaction) throws {
    guard let source = sources.first(where: { $0.noun == noun }) else { return }
    try SearchIndex.refresh(source, ids, in: tx)
  }

  private static func json(_ values: [String: String]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(values), as: UTF8.self)
  }
}

extension Merge {
  init(row: Row) throws {
    guard let noun = Actor.Noun(rawValue: try row("noun")) else {
      throw Problem(.unavailable, "The store names a kind of record this program does not know.")
    }
    try self.init(
      id: row("id"), noun: noun, kept: row("kept_id"), lost: row("lost_id"), by: row("actor_name"), at: row("at"),
      undoneBy: row("undone_by"), undoneAt: row("undone_at"))
  }
}
