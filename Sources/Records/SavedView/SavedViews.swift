import Kernel
import Store
import Web

/// A list somebody wants again: its filter, columns and order under a name, for them or for everybody.
package struct SavedView: Sendable, Equatable, Codable {
  package let id: ID<SavedView>
  package let noun: String
  package let name: String
  /// The question as a query.
  package let question: String
  /// `table`, or `board:` and the field its columns are made by.
  package let layout: String
  package let owner: Int64?
  package let isShared: Bool
  package let by: String
  package let version: Int64
}

/// The views that were kept: every statement on their table.
package struct SavedViews: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  static let columns: Statement = "id, noun, name, question, layout, owner_id, is_shared, actor_name, version"

  /// One's own views of a noun and those that are shared.
  package func all(of noun: Actor.Noun, for actor: Actor) async throws -> [SavedView] {
    try await database.read { try SavedViews.all(of: noun, for: actor, in: $0) }
  }

  static func all(of noun: Actor.Noun, for actor: Actor, in tx: Transaction) throws -> [SavedView] {
    try actor.require(.see, noun)
    return try tx.rows(
      """
      SELECT \(columns) FROM saved_view
      WHERE noun = \(noun.rawValue) AND (is_shared = 1 OR owner_id = \(actor.user ?? 0)) ORDER BY folded, id LIMIT 200
      """, SavedView.init(row:))
  }

  package func find(_ id: ID<SavedView>, for actor: Actor) async throws -> SavedView {
    try await database.read { try SavedViews.find(id, for: actor, in: $0) }
  }

  private static func find(_ id: ID<SavedView>, for actor: Actor, in tx: Transaction) throws -> SavedView {
    let found = try tx.first(
      """
      SELECT \(columns) FROM saved_view WHERE id = \(id) AND (is_shared = 1 OR owner_id = \(actor.user ?? 0))
      """, SavedView.init(row:))
    guard let found else { throw Problem(.notFound, "There is no such view.") }
    return found
  }

  /// Keeps a list under a name; for everybody only with the right to make views for all.
  package func create(
    _ name: String, of catalogue: Catalogue, _ question: RecordQuestion, layout: String = "table", isShared: Bool,
    by actor: Actor, once: Once = .unchecked
  ) async throws -> SavedView {
    try actor.require(.see, catalogue.noun)
    if isShared { try actor.require(.create, .view, reach: .all) }
    let name = try Text.line(name, field: "name", limit: 80)
    let layout = try Text.line(layout, field: "layout", limit: 80)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      let taken = try tx.first(
        """
        SELECT 1 FROM saved_view WHERE noun = \(catalogue.noun.rawValue) AND folded = \(Text.folded(name))
          AND (is_shared = 1 OR owner_id = \(actor.user ?? 0))
        """)
      guard taken == nil else {
        throw Problem(.conflict, field: "name", "There is a view “\(name)” already.", mend: "Choose another name.")
      }
      let view = SavedView(
        id: try tx.newID(), noun: catalogue.noun.rawValue, name: name, question: question.text, layout: layout,
        owner: actor.user, isShared: isShared, by: actor.name, version: 1)
      try tx.run(
        """
        INSERT INTO saved_view (id, noun, name, folded, question, layout, owner_id, is_shared, actor_name, created_at)
        VALUES (\(view.id), \(view.noun), \(name), \(Text.folded(name)), \(view.question), \(layout), \(actor.user),
          \(isShared), \(actor.name), \(now))
        """)
      try tx.audit("create", .view, view.id.rawValue, detail: view, by: actor, at: now)
      try once.keep(view, location: "/api/v1/views/\(view.id)", in: tx)
      return view
    }
  }

  /// Takes a view away: one's own, or any shared one with the right to delete views of all.
  package func delete(_ id: ID<SavedView>, by actor: Actor) async throws {
    let now = clock.now
    try await database.write { tx in
      let view = try SavedViews.find(id, for: actor, in: tx)
      if view.owner != actor.user || actor.user == nil { try actor.require(.delete, .view, reach: .all) }
      try tx.run("DELETE FROM saved_view WHERE id = \(id)")
      try tx.audit("delete", .view, id.rawValue, detail: view, by: actor, at: now)
    }
  }
}

extension SavedView {
  init(row: Row) throws {
    try self.init(
      id: row("id"), noun: row("noun"), name: row("name"), question: row("question"), layout: row("layout"),
      owner: row("owner_id"), isShared: row("is_shared"), by: row("actor_name"), version: row("version"))
  }
}
