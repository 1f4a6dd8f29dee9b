import Foundation
import Kernel

/// Something that happened and that the world outside may be told of, written in the transaction that made it happen.
package struct OutboxEvent: Sendable, Equatable {
  package let id: Int64
  /// Where it stands among all events, in the order in which they were committed.
  package let place: Int64
  /// `import.finished`, `decision.taken` …
  package let kind: String
  package let noun: String
  package let record: Int64?
  /// JSON.
  package let body: String
  package let at: Instant
  /// The rules that led to it, separated by commas; empty when a person or program did.
  package let cause: String
  /// Whether rules pass it over; whoever else follows hears of it.
  package let isQuiet: Bool
}

extension Transaction {
  /// Announces what this transaction does; nobody hears of it unless it is committed.
  /// - Returns: the number of the event.
  @discardableResult
  package func announce(
    _ kind: String, _ noun: Actor.Noun, _ record: Int64?, _ body: some Encodable, at now: Instant
  ) throws -> Int64 {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let id: ID<OutboxEvent> = try newID()
    try run(
      """
      INSERT INTO outbox_event (id, kind, noun, record_id, body, created_at, cause)
      VALUES (\(id), \(kind), \(noun.rawValue), \(record), \(String(decoding: try encoder.encode(body), as: UTF8.self)), \
      \(now), \(cause))
      """)
    return id.rawValue
  }

  /// Announces that the same happened to many records.
  package func announce(
    _ kind: String, _ noun: Actor.Noun, of records: [Int64], _ body: [String: Int64], isQuiet: Bool, at now: Instant
  ) throws {
    guard !records.isEmpty else { return }
    let text = String(decoding: try JSONEncoder().encode(body), as: UTF8.self)
    var next = zip(records, try newIDs(records.count)).makeIterator()
    try insert(
      into: "outbox_event", ["id", "kind", "noun", "record_id", "body", "created_at", "cause", "is_quiet"]
    ) {
      next.next().map { record, id in
        [
          .int(id), .text(kind), .text(noun.rawValue), .int(record), .text(text), now.stored, .text(cause),
          isQuiet.stored,
        ]
      }
    }
  }

  /// Whether there are events that have no place yet.
  package func hasUnplacedEvents() throws -> Bool {
    try first("SELECT 1 FROM outbox_event WHERE place IS NULL LIMIT 1") != nil
  }

  /// Gives the events committed since the last time their places, after all others.
  ///
  /// On PostgreSQL a transaction may commit after a later one, so neither identity nor time tells what a follower has
  /// seen. Places are given to committed events only, by one transaction at a time, so a follower who has seen a place
  /// has seen all before it.
  /// - Parameter limit: how many at most; one transaction that places very many keeps others waiting.
  /// - Returns: how many were placed.
  @discardableResult
  package func placeEvents(limit: Int = .max) throws -> Int {
    if dialect == .postgres {
      let lock: Statement = "CAST(pg_advisory_xact_lock(hashtext(current_schema() || '.outbox')) AS TEXT)"
      _ = try first("SELECT \(lock)")
    }
    let newest = try outboxEnds().newest
    return try run(
      """
      UPDATE outbox_event SET place = \(newest) + n.number
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM outbox_event WHERE place IS NULL
        ORDER BY id LIMIT \(limit)) n
      WHERE outbox_event.id = n.id
      """)
  }

  /// Events after a place, oldest first: how webhooks, rules and programs follow what happens here.
  /// - Parameter nouns: only those of these nouns; nil: all.
  package func events(after place: Int64, nouns: [Actor.Noun]? = nil, limit: Int) throws -> [OutboxEvent] {
    let filter: Statement = nouns.map { "AND noun IN (\(list: $0.map(\.rawValue)))" } ?? ""
    return try rows(
      """
      SELECT id, place, kind, noun, record_id, body, created_at, cause, is_quiet FROM outbox_event
      WHERE place > \(place) \(filter) ORDER BY place LIMIT \(limit)
      """, OutboxEvent.init(row:))
  }

  /// The events at some places.
  package func events(at places: [Int64]) throws -> [OutboxEvent] {
    try rows(
      """
      SELECT id, place, kind, noun, record_id, body, created_at, cause, is_quiet FROM outbox_event
      WHERE place IN (\(list: places)) ORDER BY place
      """, OutboxEvent.init(row:))
  }

  /// The place of the newest event, and the last place that is no longer kept.
  package func outboxEnds() throws -> (newest: Int64, forgotten: Int64) {
    // Each end by itself is one step in the index; asked for together they are a walk through it.
    let ends = try first(
      """
      SELECT (SELECT max(place) FROM outbox_event WHERE place IS NOT NULL),
        (SELECT min(place) FROM outbox_event WHERE place IS NOT NULL)
      """
    ) {
      (newest: try $0(0, as: Int64?.self) ?? 0, oldest: try $0(1, as: Int64?.self) ?? 1)
    }
    return (ends?.newest ?? 0, (ends?.oldest ?? 1) - 1)
  }

  /// Removes events that are older than a moment and that every follower has passed. The newest stays, because the
  /// next place is counted from it.
  /// - Parameter passed: the last place that every follower has passed.
  @discardableResult
  package func forgetEvents(before moment: Instant, through passed: Int64) throws -> Int {
    let last = min(passed, try outboxEnds().newest - 1)
    // In order, so that what is kept has no gaps.
    let young: Int64? = try value(
      "SELECT min(place) FROM outbox_event WHERE created_at >= \(moment)", as: Int64?.self
    ).flatMap { $0 }
    return try run("DELETE FROM outbox_event WHERE place <= \(min(last, young.map { $0 - 1 } ?? last))")
  }
}

extension OutboxEvent {
  init(row: Row) throws {
    try self.init(
      id: row("id"), place: row("place"), kind: row("kind"), noun: row("noun"), record: row("record_id"),
      body: row("body"), at: row("created_at"), cause: row("cause"), isQuiet: row("is_quiet"))
  }
}

extension Database {
  /// Gives places to all that was committed, some thousands at a time, so that nobody waits long for the store.
  package func placeEvents() async throws {
    while try await read({ try $0.hasUnplacedEvents() }) {
      try await write { try $0.placeEvents(limit: 10_000) }
    }
  }
}
