import Customers
import Foundation
import Kernel
import Store

/// The standing sources of files: every statement on their table.
package struct Feeds: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  static let select: Statement = """
    SELECT f.id, f.source_id, s.name, f.subject, f.mapping, f.created_at,
      (SELECT max(r.ended_at) FROM import_run r WHERE r.feed_id = f.id AND r.state = 'finished') AS last_import
    FROM feed f JOIN source s ON s.id = f.source_id
    """

  package func all(for actor: Actor) async throws -> [Feed] {
    try actor.require(.see, .importRun)
    return try await database.read { tx in
      try tx.rows("\(Feeds.select) ORDER BY s.name", Feed.init(row:))
    }
  }

  /// What is remembered of a feed's columns; nil for a name that is new.
  package func order(named name: String, for actor: Actor) async throws -> ImportOrder? {
    try actor.require(.see, .importRun)
    return try await database.read { tx in
      try tx.first("\(Feeds.select) WHERE s.name = \(name)", Feed.init(row:))?.order
    }
  }

  /// The feed of an order, made when it is new; remembers how its columns are read.
  static func kept(_ order: ImportOrder, at now: Instant, in tx: Transaction) throws -> Feed {
    let source = try Sources().named(order.feed, at: now, in: tx)
    let mapping = String(decoding: try JSONEncoder().encode(order.remembered), as: UTF8.self)
    let known: Statement = "\(select) WHERE f.source_id = \(source.id)"
    if let feed = try tx.first(known, Feed.init(row:)) {
      guard feed.subject == order.subject else {
        throw Problem(
          .conflict, field: "feed", "The feed “\(order.feed)” brings \(feed.subject.word.lowercased()).",
          mend: "Give this file another feed name.")
      }
      try tx.run("UPDATE feed SET mapping = \(mapping), version = version + 1 WHERE id = \(feed.id)")
    } else {
      let id: ID<Feed> = try tx.newID()
      try tx.run(
        """
        INSERT INTO feed (id, source_id, subject, mapping, created_at)
        VALUES (\(id), \(source.id), \(order.subject.rawValue), \(mapping), \(now))
        """)
    }
    guard let feed = try tx.first(known, Feed.init(row:)) else {
      throw Problem(.unavailable, "The feed could not be kept.")
    }
    return feed
  }

  /// How complete a feed of purchases is: the days it covers, and the runs of days without any that look like gaps.
  package func coverage(of feed: Feed, for actor: Actor) async throws -> FeedCoverage {
    try actor.require(.see, .importRun)
    let names = feed.order.sourceName ?? feed.name
    let days = try await database.read { tx in
      guard let source = try Sources().known(names, in: tx) else { return [(day: Day, purchases: Int)]() }
      return try Purchases.days(of: source.id, in: tx)
    }
    return FeedCoverage(days)
  }
}

/// The days a feed brought purchases for.
package struct FeedCoverage: Sendable {
  package let days: [(day: Day, purchases: Int)]
  /// Runs of days without a purchase that are longer than what is usual for this feed.
  package let gaps: [Period]

  init(_ days: [(day: Day, purchases: Int)]) {
    self.days = days
    let pauses = zip(days.dropFirst(), days).map { Period(from: $1.day.adding(days: 1), until: $0.day) }
    let usual = pauses.map(\.days).sorted()
    // Longer than nine in ten pauses, and than a long week-end.
    let longest = usual.isEmpty ? 0 : max(3, usual[usual.count * 9 / 10] * 2)
    gaps = pauses.filter { $0.days > longest }
  }
}

extension Feed {
  init(row: Row) throws {
    let mapping: String = try row("mapping")
    let order = try JSONDecoder().decode(ImportOrder.self, from: Data(mapping.utf8))
    try self.init(
      id: row("id"), source: row("source_id"), name: row("name"), subject: order.subject, order: order,
      lastImport: row("last_import"), createdAt: row("created_at"))
  }
}
