import Kernel
import Records
import Store

/// The company's tags and the records that bear them: every statement on their tables.
package struct Tags: Sendable {
  let database: Database
  let clock: any Clock
  package let records: Catalogues
  /// Nobody reads more on one record.
  static let mostOfRecord = 30

  package init(_ database: Database, clock: any Clock, records: Catalogues) {
    self.database = database
    self.clock = clock
    self.records = records
  }

  static let columns: Statement = """
    t.id, t.name, t.tone, t.actor_name, t.created_at, t.merged_into, t.binned_at, t.version
    """

  /// Every tag by name, with how often it is used.
  package func all(for actor: Actor) async throws -> [TagUse] {
    try actor.require(.see, .tag)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT \(Self.columns), (SELECT count(*) FROM tagging l WHERE l.tag_id = t.id) AS uses
        FROM tag t WHERE t.binned_at IS NULL ORDER BY t.folded, t.id LIMIT 2000
        """
      ) { TagUse(tag: try Tag(row: $0), uses: try $0("uses")) }
    }
  }

  /// The tags whose name begins with some words, else those that hold them.
  package func suggestions(_ words: String, for actor: Actor) async throws -> [Tag] {
    try actor.require(.see, .tag)
    let folded = Text.folded(try Text.line(words, field: "q", limit: Tag.longest, required: false))
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT \(Self.columns) FROM tag t
        WHERE t.binned_at IS NULL AND t.folded LIKE \("%\(Self.escaped(folded))%") ESCAPE '!'
        ORDER BY CASE WHEN t.folded LIKE \("\(Self.escaped(folded))%") ESCAPE '!' THEN 0 ELSE 1 END, t.folded, t.id LIMIT 10
        """, Tag.init(row:))
    }
  }

  private static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "%" || scalar == "_" || scalar == "!" { escaped.append("!") }
      escaped.append(scalar)
    }
    return String(escaped)
  }

  package func find(_ id: ID<Tag>, for actor: Actor) async throws -> Tag {
    try actor.require(.see, .tag)
    return try await database.read { try Self.find(id, in: $0) }
  }

  static func find(_ id: ID<Tag>, isBinned: Bool = false, in tx: Transaction) throws -> Tag {
    let place: Statement = isBinned ? "t.binned_at IS NOT NULL" : "t.binned_at IS NULL"
    guard let found = try tx.first("SELECT \(columns) FROM tag t WHERE t.id = \(id) AND \(place)", Tag.init(row:))
    else {
      throw Problem(.notFound, "There is no such tag.", mend: "Look for it in the list of tags.")
    }
    return found
  }

  static func find(named name: String, in tx: Transaction) throws -> Tag? {
    try tx.first(
      "SELECT \(columns) FROM tag t WHERE t.folded = \(Text.folded(name)) AND t.binned_at IS NULL", Tag.init(row:))
  }

  // Making and changing tags.

  package func create(_ name: String, tone: Tag.Tone, by actor: Actor, once: Once = .unchecked) async throws -> Tag {
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      let name = try Tag.name(name)
      if let known = try Self.find(named: name, in: tx) { throw Self.taken(known) }
      let made = try Self.make(name, tone: tone, by: actor, at: now, in: tx)
      try once.keep(made, location: "/api/v1/tags/\(made.id)", in: tx)
      return made
    }
  }

  private static func taken(_ tag: Tag) -> Problem {
    Problem(
      .conflict, field: "name", "There is a tag “\(tag.name)” already.", mend: "Use it, or merge the two.",
      facts: [.init("tag", "\(tag.id)")])
  }

  static func make(
    _ name: String, tone: Tag.Tone?, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> Tag {
    try actor.require(.create, .tag)
    let id: ID<Tag> = try tx.newID()
    // A tag nobody chose a colour for gets the next of the row.
    let count = try tx.value("SELECT count(*) FROM tag", as: Int.self) ?? 0
    let tones = Tag.Tone.allCases
    let tone = tone ?? tones[count % tones.count]
    try tx.run(
      """
      INSERT INTO tag (id, name, folded, tone, actor_id, actor_name, created_at)
      VALUES (\(id), \(name), \(Text.folded(name)), \(tone), \(actor.user), \(actor.name), \(now))
      """)
    try refreshSearch(id, in: tx)
    try tx.audit("create", .tag, id.rawValue, detail: ["name": name], by: actor, at: now)
    try tx.announce("tag.created", .tag, id.rawValue, ["name": name], at: now)
    return try find(id, in: tx)
  }

  package func edit(
    _ id: ID<Tag>, name: String?, tone: Tag.Tone?, version: Int64, by actor: Actor
  ) async throws -> Tag {
    try actor.require(.edit, .tag)
    let now = clock.now
    return try await database.write { tx in
      let before = try Self.find(id, in: tx)
      let name = try name.map { try Tag.name($0) } ?? before.name
      if let known = try Self.find(named: name, in: tx), known.id != id { throw Self.taken(known) }
      let rows = try tx.run(
        """
        UPDATE tag SET name = \(name), folded = \(Text.folded(name)), tone = \(tone ?? before.tone), version = version + 1
        WHERE id = \(id) AND version = \(version)
        """)
      guard rows == 1 else {
        throw Problem(
          .conflict, field: "version", "Someone else changed this tag meanwhile.",
          mend: "Look at their change, then make yours again.")
      }
      try Self.refreshSearch(id, in: tx)
      let after = try Self.find(id, in: tx)
      try tx.audit("edit", .tag, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
      try tx.announce("tag.changed", .tag, id.rawValue, after, at: now)
      return after
    }
  }

  /// Puts a tag into the bin: no record shows it until it is taken out.
  package func bin(_ id: ID<Tag>, by actor: Actor) async throws {
    try actor.require(.delete, .tag)
    let now = clock.now
    try await database.write { tx in
      let before = try Self.find(id, in: tx)
      try tx.run("UPDATE tag SET binned_at = \(now), version = version + 1 WHERE id = \(id)")
      try tx.audit("bin", .tag, id.rawValue, detail: before, by: actor, at: now)
      try tx.announce("tag.binned", .tag, id.rawValue, before, at: now)
    }
  }

  /// Tags in the bin; those that became another come back when that is undone.
  package var binKind: BinKind {
    BinKind("tag", "Tags", restoring: "/tags/{id}/binning", mayRestore: { $0.may(.delete, .tag) }) { _ in
      .init(table: "tag t", id: "t.id", title: "t.name", condition: "t.binned_at IS NOT NULL AND t.merged_into IS NULL")
    }
  }

  package func restore(_ id: ID<Tag>, by actor: Actor) async throws -> Tag {
    try actor.require(.delete, .tag)
    let now = clock.now
    return try await database.write { tx in
      let binned = try Self.find(id, isBinned: true, in: tx)
      guard binned.mergedInto == nil else {
        throw Problem(.conflict, "This tag was merged into another.", mend: "Take the merge back.")
      }
      return try Self.bringBack(binned, by: actor, at: now, in: tx)
    }
  }

  private static func bringBack(_ tag: Tag, by actor: Actor, at now: Instant, in tx: Transaction) throws -> Tag {
    if let known = try find(named: tag.name, in: tx) { throw taken(known) }
    try tx.run("UPDATE tag SET binned_at = NULL, merged_into = NULL, version = version + 1 WHERE id = \(tag.id)")
    let back = try find(tag.id, in: tx)
    try tx.audit("restore", .tag, tag.id.rawValue, by: actor, at: now)
    try tx.announce("tag.restored", .tag, tag.id.rawValue, back, at: now)
    return back
  }

  /// Makes one tag of two: every record of the first bears the second. Its own marks stay for the way back.
  package func merge(_ id: ID<Tag>, into target: ID<Tag>, by actor: Actor) async throws -> Tag {
    try actor.require(.edit, .tag)
    guard id != target else {
      throw Problem(.invalid, field: "into", "A tag is not merged into itself.", mend: "Choose another tag.")
    }
    let now = clock.now
    return try await database.write { tx in
      let before = try Self.find(id, in: tx)
      let after = try Self.find(target, in: tx)
      try tx.run(
        """
        INSERT INTO tagging (noun, record_id, tag_id, merged_from, actor_id, actor_name, at)
        SELECT noun, record_id, CAST(\(target) AS BIGINT), CAST(\(id) AS BIGINT), actor_id, actor_name, at FROM tagging
        WHERE tag_id = \(id) ON CONFLICT DO NOTHING
        """)
      try tx.run(
        "UPDATE tag SET binned_at = \(now), merged_into = \(target), version = version + 1 WHERE id = \(id)")
      try tx.audit(
        "merge", .tag, id.rawValue, detail: ["from": before.name, "into": after.name], by: actor, at: now)
      try tx.announce("tag.merged", .tag, id.rawValue, ["into": "\(target)"], at: now)
      return after
    }
  }

  /// Takes a merge back: the marks that came with it go, and the tag stands on its own again.
  package func unmerge(_ id: ID<Tag>, by actor: Actor) async throws -> Tag {
    try actor.require(.edit, .tag)
    let now = clock.now
    return try await database.write { tx in
      let merged = try Self.find(id, isBinned: true, in: tx)
      guard let target = merged.mergedInto else {
        throw Problem(.conflict, "This tag was not merged.", mend: "Take it out of the bin.")
      }
      try tx.run("DELETE FROM tagging WHERE tag_id = \(target) AND merged_from = \(id)")
      return try Self.bringBack(merged, by: actor, at: now, in: tx)
    }
  }
}

extension Tag {
  init(row: Row) throws {
    try self.init(
      id: row("id"), name: row("name"), tone: row("tone"), by: row("actor_name"), createdAt: row("created_at"),
      mergedInto: row("merged_into"), binnedAt: row("binned_at"), version: row("version"))
  }
}

extension Tag.Tone: Storable {}
