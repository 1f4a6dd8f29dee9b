import Foundation
import Kernel

/// Something that happened and that the world outside may be told of, written in the transaction that made it happen.
package struct OutboxEvent: Sendable, Equatable {
  package let id: Int64
  /// `import.finished`, `decision.taken` …
  package let kind: String
  package let noun: String
  package let record: Int64?
  /// JSON.
  package let body: String
  package let at: Instant
}

extension Transaction {
  /// Announces what this transaction does; nobody hears of it unless it is committed.
  package func announce(
    _ kind: String, _ noun: Actor.Noun, _ record: Int64?, _ body: some Encodable, at now: Instant
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let id: ID<OutboxEvent> = try newID()
    try run(
      """
      INSERT INTO outbox_event (id, kind, noun, record_id, body, created_at)
      VALUES (\(id), \(kind), \(noun.rawValue), \(record), \(String(decoding: try encoder.encode(body), as: UTF8.self)), \
      \(now))
      """)
  }

  /// Events after a place in the feed, oldest first: how a program follows what happens here.
  package func events(after place: Int64, limit: Int) throws -> [OutboxEvent] {
    try rows(
      """
      SELECT id, kind, noun, record_id, body, created_at FROM outbox_event WHERE id > \(place) ORDER BY id LIMIT \(limit)
      """
    ) { row in
      try OutboxEvent(
        id: row("id"), kind: row("kind"), noun: row("noun"), record: row("record_id"), body: row("body"),
        at: row("created_at"))
    }
  }
}
