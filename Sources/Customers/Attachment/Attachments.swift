import Foundation
import Kernel
import Records
import Store

/// The files that hang on records: every statement on their tables.
package struct Attachments: Sendable {
  let database: Database
  let clock: any Clock
  package let records: Catalogues
  package let folder: AttachmentFolder

  /// - Parameter folder: where files lie; nil for the folder beside the store.
  package init(_ database: Database, clock: any Clock, records: Catalogues, folder: String? = nil) {
    self.database = database
    self.clock = clock
    self.records = records
    self.folder = folder.map { AttachmentFolder($0) } ?? AttachmentFolder(of: database.place)
  }

  private static let select: Statement = """
    SELECT a.id, a.noun, a.record_id, a.name, a.hash, a.actor_name, a.created_at, f.type, f.bytes, r.at AS removed_at
    FROM attachment a JOIN attachment_file f ON f.hash = a.hash
    LEFT JOIN attachment_removal r ON r.attachment_id = a.id
    """

  // What a file says is of a person as often as not.
  private func require(_ verb: Actor.Verb, _ actor: Actor) throws {
    try actor.require(verb, .attachment)
    guard actor.seesPersonalData else {
      throw Problem(.notFound, "There is no such file.", mend: "Ask somebody who sees personal data.")
    }
  }

  /// The files on a record the actor may see, the newest first.
  package func list(of record: RecordKey, for actor: Actor) async throws -> [Attachment] {
    try require(.see, actor)
    return try await database.read { tx in
      try records.require(.see, record, for: actor, in: tx)
      return try tx.rows(
        """
        \(Self.select) WHERE a.noun = \(record.noun.rawValue) AND a.record_id = \(record.id) AND r.at IS NULL
        ORDER BY a.id DESC LIMIT 500
        """, Attachment.init(row:))
    }
  }

  package func find(_ id: ID<Attachment>, for actor: Actor) async throws -> Attachment {
    try require(.see, actor)
    return try await database.read { tx in
      let found = try Self.find(id, "r.at IS NULL", in: tx)
      try records.require(.see, found.record, for: actor, in: tx)
      return found
    }
  }

  private static func find(_ id: ID<Attachment>, _ condition: Statement, in tx: Transaction) throws -> Attachment {
    guard let found = try tx.first("\(select) WHERE a.id = \(id) AND \(condition)", Attachment.init(row:)) else {
      throw Problem(.notFound, "There is no such file.", mend: "Look at the page of the record.")
    }
    return found
  }

  /// Hangs a file on a record. The file at `path` stays where it is; its content is kept under its code.
  package func add(
    _ path: String, named name: String, to record: RecordKey, by actor: Actor, once: Once = .unchecked
  ) async throws -> Attachment {
    try require(.create, actor)
    let now = clock.now
    let limit = try await limit()
    let digest = try FileDigest(of: path)
    guard digest.bytes <= limit else {
      throw Problem(
        .tooLarge, field: "file", "The file has more than \(limit >> 20) MB.",
        mend: "Send a smaller one, or ask an administrator to allow more.")
    }
    guard digest.bytes > 0 else {
      throw Problem(.invalid, field: "file", "The file is empty.", mend: "Choose another one.")
    }
    let name = Attachment.name(name)
    let type = ContentType.of(digest.head, name: name)
    return try await database.write { tx in
      try once.check(in: tx)
      try records.require(.edit, record, for: actor, in: tx)
      try tx.run(
        """
        INSERT INTO attachment_file (hash, bytes, type, created_at)
        VALUES (\(digest.hash), \(digest.bytes), \(type), \(now)) ON CONFLICT DO NOTHING
        """)
      // The row of the file is locked, so nobody removes what is put in its place here.
      try folder.keep(path, as: digest.hash)
      let id: ID<Attachment> = try tx.newID()
      try tx.run(
        """
        INSERT INTO attachment (id, noun, record_id, name, hash, actor_id, actor_name, created_at)
        VALUES (\(id), \(record.noun.rawValue), \(record.id), \(name), \(digest.hash), \(actor.user), \(actor.name), \(now))
        """)
      try Self.refreshSearch([id.rawValue], in: tx)
      let made = try Self.find(id, "TRUE", in: tx)
      try tx.audit("attach", record.noun, record.id, detail: made, by: actor, at: now)
      try tx.announce("attachment.created", .attachment, id.rawValue, made, at: now)
      try once.keep(made, location: "/api/v1/attachments/\(id)", in: tx)
      return made
    }
  }

  /// Who may take away only their own may take off what they hung on.
  private static func own(_ actor: Actor) -> Statement {
    actor.reach(.delete, .attachment) == .own ? "a.actor_id = \(actor.user)" : "TRUE"
  }

  /// Takes a file off its record; it can be brought back for 30 days.
  package func remove(_ id: ID<Attachment>, by actor: Actor) async throws -> Attachment {
    try require(.delete, actor)
    let now = clock.now
    return try await database.write { tx in
      let found = try Self.find(id, "r.at IS NULL AND \(Self.own(actor))", in: tx)
      try records.require(.edit, found.record, for: actor, in: tx)
      try tx.run(
        """
        INSERT INTO attachment_removal (attachment_id, actor_id, actor_name, at)
        VALUES (\(id), \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit("detach", found.record.noun, found.record.id, detail: found, by: actor, at: now)
      try tx.announce("attachment.removed", .attachment, id.rawValue, found, at: now)
      return found
    }
  }

  /// Files that were taken off records the actor may change.
  package var binKind: BinKind {
    let nouns = records.all
    return BinKind(
      "attachment", "Files", restoring: "/attachments/{id}/removal",
      mayRestore: { $0.may(.delete, .attachment) && $0.seesPersonalData }
    ) { actor in
      let reached = try nouns.filter { actor.may(.edit, $0.noun) }.map { noun -> Statement in
        """
        (a.noun = \(noun.noun.rawValue) AND a.record_id IN (
          SELECT \(noun.id) FROM \(noun.table) WHERE \(try noun.scope(actor, .edit))))
        """
      }
      return .init(
        table: "attachment a JOIN attachment_removal r ON r.attachment_id = a.id", id: "a.id", title: "a.name",
        condition: "\(Self.own(actor)) AND (\(Statement.joined(reached, separator: " OR ", or: "FALSE")))")
    }
  }

  package func restore(_ id: ID<Attachment>, by actor: Actor) async throws -> Attachment {
    try require(.delete, actor)
    let now = clock.now
    return try await database.write { tx in
      let found = try Self.find(id, "r.at IS NOT NULL AND \(Self.own(actor))", in: tx)
      try records.require(.edit, found.record, for: actor, in: tx)
      try tx.run("DELETE FROM attachment_removal WHERE attachment_id = \(id)")
      try tx.audit("attach again", found.record.noun, found.record.id, detail: found, by: actor, at: now)
      try tx.announce("attachment.restored", .attachment, id.rawValue, found, at: now)
      return try Self.find(id, "TRUE", in: tx)
    }
  }

  /// How many bytes a file may have.
  package func limit() async throws -> Int64 {
    try await database.read { try $0.value("SELECT bytes FROM attachment_limit WHERE one = 1", as: Int64.self) }
      ?? Attachment.usualLimit
  }

  package func setLimit(_ bytes: Int64, by actor: Actor) async throws {
    try actor.require(.edit, .company, reach: .all)
    guard Attachment.limits.contains(bytes) else {
      throw Problem(
        .invalid, field: "megabytes", "A file may have 1 to \(Attachment.limits.upperBound >> 20) MB.",
        mend: "Enter such a number.")
    }
    let now = clock.now
    try await database.write { tx in
      try tx.run(
        """
        INSERT INTO attachment_limit (one, bytes, actor_id, actor_name, at)
        VALUES (1, \(bytes), \(actor.user), \(actor.name), \(now))
        ON CONFLICT (one) DO UPDATE SET bytes = excluded.bytes, actor_id = excluded.actor_id,
          actor_name = excluded.actor_name, at = excluded.at
        """)
      try tx.audit("limit files", .company, nil, detail: ["bytes": bytes], by: actor, at: now)
    }
  }

  // Keeping the folder.

  /// The files a backup has to hold beside the store, below `AttachmentFolder`.
  package static func files(in tx: Transaction) throws -> [String] {
    try tx.rows("SELECT hash FROM attachment_file ORDER BY hash") { try $0(0) }
  }

  /// Forgets what was removed long ago, and the files nobody refers to any more.
  /// - Returns: how many files are gone.
  @discardableResult
  package func sweep() async throws -> Int {
    let before = clock.now.adding(seconds: -Attachment.keptSeconds)
    return try await database.write { tx in
      let old = try tx.rows(
        "SELECT attachment_id FROM attachment_removal WHERE at < \(before) ORDER BY attachment_id LIMIT 1000"
      ) {
        try $0(0, as: Int64.self)
      }
      try Self.delete(old, in: tx)
      return try removeUnused(in: tx)
    }
  }

  private static func delete(_ ids: [Int64], in tx: Transaction) throws {
    for chunk in ids.chunks(of: 400) {
      try tx.run("DELETE FROM attachment_removal WHERE attachment_id IN (\(list: chunk))")
      try tx.run("DELETE FROM attachment WHERE id IN (\(list: chunk))")
    }
    try refreshSearch(ids, in: tx)
  }

  // Gone before the commit, while the row is locked: whoever brings the same content meanwhile waits, then puts it back.
  private func removeUnused(in tx: Transaction) throws -> Int {
    let unused = try tx.rows(
      """
      SELECT f.hash FROM attachment_file f
      WHERE NOT EXISTS (SELECT 1 FROM attachment a WHERE a.hash = f.hash) ORDER BY f.hash LIMIT 1000
      """
    ) { try $0(0, as: String.self) }
    for hash in unused {
      try tx.run("DELETE FROM attachment_file WHERE hash = \(hash)")
      folder.remove(hash)
    }
    return unused.count
  }

  /// Removes files without a row, once when the server starts.
  package func sweepOrphans() async throws {
    let known = try await database.read { Set(try Self.files(in: $0)) }
    let hourAgo = Date(timeIntervalSince1970: Double(clock.now.microseconds) / 1e6 - 3_600)
    _ = folder.sweep(known: known, before: hourAgo)
  }

  /// Takes away the files of a record at once, for an erasure.
  package func forget(_ record: RecordKey, in tx: Transaction) throws {
    let ids = try tx.rows(
      "SELECT id FROM attachment WHERE noun = \(record.noun.rawValue) AND record_id = \(record.id) ORDER BY id"
    ) { try $0(0, as: Int64.self) }
    try Self.delete(ids, in: tx)
    _ = try removeUnused(in: tx)
  }
}

extension Attachment {
  init(row: Row) throws {
    guard let noun = Actor.Noun(rawValue: try row("noun")) else {
      throw Problem(.unavailable, "A file hangs on a record of a kind this program does not know.", mend: "Update it.")
    }
    try self.init(
      id: row("id"), record: RecordKey(noun, row("record_id")), name: row("name"), type: row("type"),
      bytes: row("bytes"), hash: row("hash"), by: row("actor_name"), createdAt: row("created_at"),
      removedAt: row("removed_at"))
  }
}
