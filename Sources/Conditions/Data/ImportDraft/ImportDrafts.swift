import Crypto
import Customers
import Foundation
import Kernel
import Store
import Tabular

/// Files that wait for a decision, and how columns of the same headers were read before: every statement on their tables.
package struct ImportDrafts: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  private static let columns: Statement =
    "id, file_name, path, mapping, actor_id, actor_name, created_at, import_id, version"

  private static func scope(_ actor: Actor) throws -> Statement {
    try actor.require(.create, .importRun)
    return actor.reach(.create, .importRun) == .all ? "TRUE" : "actor_id = \(actor.user)"
  }

  /// Files that still wait, newest first.
  package func open(for actor: Actor) async throws -> [ImportDraft] {
    let scope = try ImportDrafts.scope(actor)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT \(ImportDrafts.columns) FROM import_draft WHERE import_id IS NULL AND \(scope) ORDER BY id DESC LIMIT 50
        """, ImportDraft.init(row:))
    }
  }

  package func find(_ id: ID<ImportDraft>, for actor: Actor) async throws -> ImportDraft {
    let scope = try ImportDrafts.scope(actor)
    return try await database.read { tx in
      let found = try tx.first(
        "SELECT \(ImportDrafts.columns) FROM import_draft WHERE id = \(id) AND \(scope)", ImportDraft.init(row:))
      guard let found else {
        throw Problem(.notFound, "There is no such file waiting.", mend: "Send the file again.")
      }
      return found
    }
  }

  /// Keeps a file, with the order that the same headers had before.
  package func create(
    _ order: ImportOrder, fileName: String, path: String, by actor: Actor, once: Once = .unchecked
  ) async throws -> ImportDraft {
    try actor.require(.create, .importRun)
    let now = clock.now
    let name = (try? Text.line(fileName, field: "file")) ?? "upload"
    let mapping = try ImportDrafts.text(order)
    return try await database.write { tx in
      try once.check(in: tx)
      let id: ID<ImportDraft> = try tx.newID()
      try tx.run(
        """
        INSERT INTO import_draft (id, file_name, path, mapping, actor_id, actor_name, created_at)
        VALUES (\(id), \(name), \(path), \(mapping), \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit("send", .importRun, id.rawValue, detail: ["file": name], by: actor, at: now)
      let made = ImportDraft(
        id: id, fileName: name, path: path, order: order, actor: actor.user, by: actor.name, createdAt: now, run: nil,
        version: 1)
      try once.keep(["id": id.rawValue], location: "/api/v1/imports/drafts/\(id)", in: tx)
      return made
    }
  }

  /// Keeps how a draft is to be read.
  package func save(_ order: ImportOrder, of draft: ImportDraft, by actor: Actor) async throws {
    guard order.patches?.count ?? 0 <= ImportDraft.mostPatches else {
      throw Problem(
        .tooLarge, field: "cell", "More than \(ImportDraft.mostPatches) cells are corrected.",
        mend: "Mend the file itself and send it again.")
    }
    let scope = try ImportDrafts.scope(actor)
    let mapping = try ImportDrafts.text(order)
    try await database.write { tx in
      let changed = try tx.run(
        """
        UPDATE import_draft SET mapping = \(mapping), version = version + 1
        WHERE id = \(draft.id) AND import_id IS NULL AND version = \(draft.version) AND \(scope)
        """)
      guard changed == 1 else { throw ImportDrafts.gone }
    }
  }

  /// Forgets a file that is not to come in. The caller removes the file itself.
  package func discard(_ id: ID<ImportDraft>, by actor: Actor) async throws {
    let scope = try ImportDrafts.scope(actor)
    let now = clock.now
    try await database.write { tx in
      guard try tx.run("DELETE FROM import_draft WHERE id = \(id) AND import_id IS NULL AND \(scope)") == 1 else {
        throw ImportDrafts.gone
      }
      try tx.audit("discard", .importRun, id.rawValue, by: actor, at: now)
    }
  }

  /// Every file that waits, whoever sent it, with how it is to be read as it is kept.
  func waiting() async throws -> [(id: ID<ImportDraft>, path: String, mapping: String)] {
    try await database.read { tx in
      try tx.rows("SELECT id, path, mapping FROM import_draft WHERE import_id IS NULL ORDER BY id") {
        (id: try $0(0), path: try $0(1), mapping: try $0(2))
      }
    }
  }

  /// Notes that a draft became an import, in the transaction that begins it.
  static func close(_ id: ID<ImportDraft>, as run: ID<ImportRun>, in tx: Transaction) throws {
    guard try tx.run("UPDATE import_draft SET import_id = \(run) WHERE id = \(id) AND import_id IS NULL") == 1 else {
      throw gone
    }
  }

  private static let gone = Problem(
    .conflict, "This file came in meanwhile, was changed or was taken away.", mend: "Look at the list of imports.")

  /// The files that wait; drafts that waited too long are forgotten.
  package func awaited() async throws -> Set<String> {
    let old = clock.now.adding(seconds: -Int64(ImportDraft.days) * 86_400)
    return try await database.write { tx in
      try tx.run("DELETE FROM import_draft WHERE import_id IS NULL AND created_at < \(old)")
      return Set(try tx.rows("SELECT path FROM import_draft WHERE import_id IS NULL") { try $0(0, as: String.self) })
    }
  }

  // What is remembered of headers.

  /// How a file of these headers was read last.
  package func remembered(_ headers: [String]) async throws -> ImportOrder? {
    let key = ImportDrafts.key(headers)
    return try await database.read { tx in
      let text = try tx.value("SELECT mapping FROM import_mapping WHERE header_key = \(key)", as: String.self)
      return text.flatMap { try? JSONDecoder().decode(ImportOrder.self, from: Data($0.utf8)) }
    }
  }

  /// Remembers how a file of these headers is read.
  package func remember(_ order: ImportOrder, headers: [String]) async throws {
    let key = ImportDrafts.key(headers)
    let mapping = try ImportDrafts.text(order.remembered)
    let now = clock.now
    try await database.write { tx in
      try tx.run(
        """
        INSERT INTO import_mapping (header_key, mapping, used_at) VALUES (\(key), \(mapping), \(now))
        ON CONFLICT (header_key) DO UPDATE SET mapping = excluded.mapping, used_at = excluded.used_at
        """)
    }
  }

  private static func key(_ headers: [String]) -> String {
    SHA256.hash(data: Data(headers.joined(separator: "\u{1F}").utf8)).map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0\(digits)" : digits
    }.joined()
  }

  private static func text(_ order: ImportOrder) throws -> String {
    String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
  }
}

extension ImportDraft {
  init(row: Row) throws {
    let mapping: String = try row("mapping")
    let order = try JSONDecoder().decode(ImportOrder.self, from: Data(mapping.utf8))
    try self.init(
      id: row("id"), fileName: row("file_name"), path: row("path"), order: order, actor: row("actor_id"),
      by: row("actor_name"), createdAt: row("created_at"), run: row("import_id"), version: row("version"))
  }
}
