import Kernel
import Records
import Store

/// What people are told: every statement on its tables. Everybody reads only their own.
package struct Notifications: Sendable {
  let database: Database
  let clock: any Clock
  let records: Catalogues
  /// What is counted in the bell at most.
  package static let mostCounted = 100

  package init(_ database: Database, clock: any Clock, records: Catalogues) {
    self.database = database
    self.clock = clock
    self.records = records
  }

  /// Tells a person, in the transaction of the cause: once for each cause, and not what they do not want to hear.
  package static func post(_ notice: Notice, at now: Instant, in tx: Transaction) throws {
    let id: ID<Notification> = try tx.newID()
    try tx.run(
      """
      INSERT INTO notification (id, user_id, kind, noun, record_id, words, cause, actor_name, created_at)
      SELECT CAST(\(id) AS BIGINT), u.id, CAST(\(notice.kind) AS TEXT), CAST(\(notice.record?.noun.rawValue ?? "") AS TEXT), CAST(\(notice.record?.id) AS BIGINT),
        CAST(\(notice.words) AS TEXT), CAST(\(notice.cause) AS TEXT), CAST(\(notice.by) AS TEXT), CAST(\(now) AS BIGINT)
      FROM app_user u WHERE u.id = \(notice.user) AND u.disabled_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM notification_preference p WHERE p.user_id = u.id AND p.kind = \(notice.kind) AND p.wanted = 0)
      ON CONFLICT DO NOTHING
      """)
  }

  /// How many a person has not read, as far as they are counted.
  package func unread(_ user: Int64) async throws -> Int {
    try await database.glance { tx in
      try tx.value(
        """
        SELECT count(*) FROM (SELECT 1 FROM notification WHERE user_id = \(user) AND read_at IS NULL
          LIMIT \(Self.mostCounted)) n
        """, as: Int.self) ?? 0
    }
  }

  /// One page, the newest first.
  package func list(
    onlyUnread: Bool = false, after place: ID<Notification>? = nil, size: Int = 50, for actor: Actor
  ) async throws -> Page<Notification> {
    let size = min(max(size, 1), 200)
    let unread: Statement = onlyUnread ? "read_at IS NULL" : "TRUE"
    return try await database.read { tx in
      let rows = try tx.rows(
        """
        SELECT * FROM notification WHERE user_id = \(actor.user) AND \(unread)
          AND id < \(place?.rawValue ?? Int64.max) ORDER BY id DESC LIMIT \(size + 1)
        """
      ) { try told($0) }
      let page = Page(overfetched: rows, size: size) { "\($0.notification.id)" }
      let titles = try records.titles(of: page.rows.compactMap(\.key), for: actor, in: tx)
      return page.map { row in row.notification(titled: row.key.flatMap { titles[$0] }, records) }
    }
  }

  /// Whoever reads: the actor, or for the operator of the machine somebody by their address, or the first who signs in.
  package func reader(_ address: String?, for actor: Actor) async throws -> Actor {
    guard let address, actor.user == nil else { return actor }
    let whom: Statement =
      address == "first" ? "TRUE" : "email = \(try User.address(address))"
    let found = try await database.read { tx in
      try tx.first("SELECT id, name FROM app_user WHERE \(whom) ORDER BY id LIMIT 1") {
        (try $0("id", as: Int64.self), try $0("name", as: String.self))
      }
    }
    guard let (id, name) = found else {
      throw Problem(.notFound, field: "user", "Nobody signs in with this address.", mend: "See: valuechain user list")
    }
    return Actor(user: id, name: name, grants: actor.grants)
  }

  package func find(_ id: ID<Notification>, for actor: Actor) async throws -> Notification {
    try await database.read { tx in
      guard
        let row = try tx.first(
          "SELECT * FROM notification WHERE id = \(id) AND user_id = \(actor.user)", { try told($0) })
      else { throw Problem(.notFound, "There is no such notification.") }
      let titles = try records.titles(of: [row.key].compactMap { $0 }, for: actor, in: tx)
      return row.notification(titled: row.key.flatMap { titles[$0] }, records)
    }
  }

  /// Says that one was read, or all of them.
  /// - Returns: how many were unread before.
  @discardableResult
  package func read(_ id: ID<Notification>? = nil, by actor: Actor) async throws -> Int {
    let now = clock.now
    let which: Statement = id.map { "id = \($0)" } ?? "TRUE"
    return try await database.write { tx in
      if let id, try tx.first("SELECT 1 FROM notification WHERE id = \(id) AND user_id = \(actor.user)") == nil {
        throw Problem(.notFound, "There is no such notification.")
      }
      return try tx.run(
        "UPDATE notification SET read_at = \(now) WHERE user_id = \(actor.user) AND read_at IS NULL AND \(which)")
    }
  }

  /// Takes back that one was read.
  package func unread(_ id: ID<Notification>, by actor: Actor) async throws {
    try await database.write { tx in
      guard try tx.run("UPDATE notification SET read_at = NULL WHERE id = \(id) AND user_id = \(actor.user)") == 1
      else {
        throw Problem(.notFound, "There is no such notification.")
      }
    }
  }

  /// What a person wants to hear of: everything, until they say otherwise.
  package func preferences(of actor: Actor) async throws -> [Notice.Kind: Bool] {
    let chosen = try await database.read { tx in
      try tx.rows("SELECT kind, wanted FROM notification_preference WHERE user_id = \(actor.user)") {
        (Notice.Kind(rawValue: try $0("kind")), try $0("wanted", as: Bool.self))
      }
    }
    var all = Dictionary(Notice.Kind.allCases.map { ($0, true) }, uniquingKeysWith: { first, _ in first })
    for (kind, wanted) in chosen {
      if let kind { all[kind] = wanted }
    }
    return all
  }

  package func prefer(_ wanted: [Notice.Kind: Bool], by actor: Actor) async throws {
    guard let user = actor.user else {
      throw Problem(.invalid, "Only somebody who signs in is told of anything.", mend: "Sign in.")
    }
    let now = clock.now
    try await database.write { tx in
      for (kind, isWanted) in wanted.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        try tx.run(
          """
          INSERT INTO notification_preference (user_id, kind, wanted, at) VALUES (\(user), \(kind), \(isWanted), \(now))
          ON CONFLICT (user_id, kind) DO UPDATE SET wanted = excluded.wanted, at = excluded.at
          """)
      }
    }
  }

  /// Tells the owners of the decisions whose review has come; each decision once for each day it is set to.
  package func tellOfDecisions(today: Day) async throws {
    let now = clock.now
    let due: Statement = """
      SELECT d.id, d.title, d.owner_id, d.review_day, d.actor_name FROM decision d
      WHERE d.review_day <= \(today) AND d.owner_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM decision_review r WHERE r.decision_id = d.id)
        AND NOT EXISTS (SELECT 1 FROM decision_withdrawal w WHERE w.decision_id = d.id)
      ORDER BY d.id LIMIT 1000
      """
    let found = try await database.read { tx in
      try tx.rows(due) { row in
        let (id, day): (Int64, Day) = (try row("id"), try row("review_day"))
        return try Notice(
          .decisionDue, to: row("owner_id"), of: RecordKey(.decision, id), words: row("title"),
          cause: "decision \(id) \(day)", by: row("actor_name"))
      }
    }
    guard !found.isEmpty else { return }
    try await database.write { tx in for notice in found { try Self.post(notice, at: now, in: tx) } }
  }

  /// What people read long ago goes.
  package func sweep() async throws {
    let before = clock.now.adding(seconds: -180 * 86_400)
    try await database.write { try $0.run("DELETE FROM notification WHERE read_at < \(before)") }
  }

  /// A row before its text is made.
  private struct Told: Sendable {
    let notification: Notification
    let key: RecordKey?
    let words: String

    func notification(titled title: String?, _ records: Catalogues) -> Notification {
      var shown = notification
      let isOfCatalogue = key.map { key in records.all.contains { $0.noun == key.noun } } ?? false
      let hidden = "something you cannot see any more"
      shown.text = shown.kind.sentence(
        title ?? (isOfCatalogue ? hidden : nil), words: isOfCatalogue && title == nil ? "" : words, by: shown.by)
      if let key {
        shown.path =
          isOfCatalogue ? title.flatMap { _ in records.path(of: key) } : Self.pages[key.noun].map { "\($0)/\(key.id)" }
      }
      return shown
    }

    /// Nouns without lists that have pages.
    private static let pages: [Actor.Noun: String] = [
      .decision: "/decisions", .importRun: "/imports", .exportRun: "/exports",
    ]
  }

  private func told(_ row: Row) throws -> Told {
    let noun: String = try row("noun")
    let record: Int64? = try row("record_id")
    let kind = Notice.Kind(rawValue: try row("kind")) ?? .rule
    return try Told(
      notification: Notification(
        id: row("id"), kind: kind, noun: noun, record: record, text: "", path: nil, by: row("actor_name"),
        createdAt: row("created_at"), readAt: row("read_at")),
      key: Actor.Noun(rawValue: noun).flatMap { noun in record.map { RecordKey(noun, $0) } }, words: row("words"))
  }
}

extension Notice.Kind: Storable {}
