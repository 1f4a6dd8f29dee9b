import Kernel
import Store

/// The views that were kept: every statement on their table.
package struct SavedViews: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  static let columns: Statement = "id, noun, name, question, layout, owner_id, is_shared, actor_name, version"

  private static func reached(by actor: Actor) -> Statement { "(is_shared = 1 OR owner_id = \(actor.user ?? 0))" }

  /// Whether somebody may change a view: their own, or any shared one with the right over those of all.
  static func mayChange(_ view: SavedView, _ verb: Actor.Verb, _ actor: Actor) -> Bool {
    view.owner == actor.user && actor.user != nil || actor.reach(verb, .view) == .all
  }

  /// One's own views of a noun and those that are shared.
  package func all(of noun: Actor.Noun, for actor: Actor) async throws -> [SavedView] {
    try await database.read { try SavedViews.all(of: noun, for: actor, in: $0) }
  }

  static func all(of noun: Actor.Noun, for actor: Actor, in tx: Transaction) throws -> [SavedView] {
    try actor.require(.see, noun)
    return try tx.rows(
      """
      SELECT \(columns) FROM saved_view WHERE noun = \(noun.rawValue) AND removed_at IS NULL AND \(reached(by: actor))
      ORDER BY folded, id LIMIT 200
      """, SavedView.init(row:))
  }

  package func find(_ id: ID<SavedView>, for actor: Actor) async throws -> SavedView {
    try await database.read { try SavedViews.find(id, for: actor, in: $0) }
  }

  private static func find(
    _ id: ID<SavedView>, isRemoved: Bool = false, for actor: Actor, in tx: Transaction
  ) throws -> SavedView {
    let found = try tx.first(
      """
      SELECT \(columns) FROM saved_view
      WHERE id = \(id) AND \(reached(by: actor)) AND (removed_at IS NOT NULL) = \(isRemoved ? "TRUE" : "FALSE" as Statement)
      """, SavedView.init(row:))
    guard let found else { throw Problem(.notFound, "There is no such view.") }
    return found
  }

  private static func requireFree(
    _ name: String, of noun: String, but id: ID<SavedView>? = nil, for actor: Actor, in tx: Transaction
  ) throws {
    let taken = try tx.first(
      """
      SELECT 1 FROM saved_view WHERE noun = \(noun) AND folded = \(Text.folded(name)) AND removed_at IS NULL
        AND id <> \(id?.rawValue ?? 0) AND \(reached(by: actor))
      """)
    guard taken == nil else {
      throw Problem(.conflict, field: "name", "There is a view “\(name)” already.", mend: "Choose another name.")
    }
  }

  /// Keeps a list under a name; for everybody only with the right to make views for all.
  package func create(
    _ draft: SavedView.Draft, of catalogue: Catalogue, by actor: Actor, once: Once = .unchecked
  ) async throws -> SavedView {
    try actor.require(.see, catalogue.noun)
    // The machine's operator has no views of their own.
    let isShared = draft.isShared || actor.user == nil
    if isShared { try actor.require(.create, .view, reach: .all) }
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      try SavedViews.requireFree(draft.name, of: catalogue.noun.rawValue, for: actor, in: tx)
      let view = SavedView(
        id: try tx.newID(), noun: catalogue.noun.rawValue, name: draft.name, question: draft.question,
        layout: draft.layout, owner: actor.user, isShared: isShared, by: actor.name, version: 1)
      try tx.run(
        """
        INSERT INTO saved_view (id, noun, name, folded, question, layout, owner_id, is_shared, actor_name, created_at)
        VALUES (\(view.id), \(view.noun), \(view.name), \(Text.folded(view.name)), \(view.question), \(view.layout),
          \(actor.user), \(view.isShared), \(actor.name), \(now))
        """)
      try tx.audit("create", .view, view.id.rawValue, detail: view, by: actor, at: now)
      try once.keep(view, location: "/api/v1/views/\(view.id)", in: tx)
      return view
    }
  }

  /// Gives a view another name, another list, or to others.
  package func edit(
    _ id: ID<SavedView>, version: Int64, by actor: Actor,
    _ draft: @escaping @Sendable (SavedView) throws -> SavedView.Draft
  ) async throws -> SavedView {
    let now = clock.now
    return try await database.write { tx in
      let before = try SavedViews.find(id, for: actor, in: tx)
      if before.owner != actor.user || actor.user == nil { try actor.require(.edit, .view, reach: .all) }
      let draft = try draft(before)
      if draft.isShared && !before.isShared { try actor.require(.create, .view, reach: .all) }
      try SavedViews.requireFree(draft.name, of: before.noun, but: id, for: actor, in: tx)
      let changed = try tx.run(
        """
        UPDATE saved_view SET name = \(draft.name), folded = \(Text.folded(draft.name)), question = \(draft.question),
          layout = \(draft.layout), is_shared = \(draft.isShared), version = version + 1
        WHERE id = \(id) AND version = \(version)
        """)
      guard changed == 1 else {
        throw Problem(
          .conflict, field: "version", "Someone else changed this view meanwhile.", mend: "Look at it again.")
      }
      let after = try SavedViews.find(id, for: actor, in: tx)
      try tx.audit("edit", .view, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
      return after
    }
  }

  /// Takes a view away, or brings it back: one's own, or any shared one with the right to delete views of all.
  @discardableResult
  package func setRemoved(_ removed: Bool, _ id: ID<SavedView>, by actor: Actor) async throws -> SavedView {
    let now = clock.now
    return try await database.write { tx in
      let view = try SavedViews.find(id, isRemoved: !removed, for: actor, in: tx)
      if view.owner != actor.user || actor.user == nil { try actor.require(.delete, .view, reach: .all) }
      if !removed { try SavedViews.requireFree(view.name, of: view.noun, but: id, for: actor, in: tx) }
      let moment: Instant? = removed ? now : nil
      try tx.run("UPDATE saved_view SET removed_at = \(moment) WHERE id = \(id)")
      try tx.audit(removed ? "delete" : "bring back", .view, id.rawValue, detail: view, by: actor, at: now)
      return view
    }
  }

  /// What was taken away and can be brought back.
  package var binKind: BinKind {
    BinKind(
      "view", "Views", restoring: "/views/{id}/removal",
      mayRestore: { $0.user != nil || $0.reach(.delete, .view) == .all }
    ) { actor in
      let mine: Statement =
        actor.reach(.delete, .view) == .all ? SavedViews.reached(by: actor) : "owner_id = \(actor.user ?? 0)"
      return .init(table: "saved_view", id: "id", title: "name", condition: "removed_at IS NOT NULL AND \(mine)")
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
