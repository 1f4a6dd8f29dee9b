import Foundation
import Kernel

/// One line of the audit chain: who did what to which record, and a code that covers it and everything before it.
package struct AuditEntry: Sendable, Equatable, Codable {
  package let sequence: Int64
  package let at: Instant
  package let actor: Int64?
  package let actorName: String
  package let verb: String
  package let noun: String
  package let record: Int64?
  /// JSON: what changed, or why it was refused.
  package let detail: String
}

extension AuditEntry {
  /// Without what was changed, which is full of names and of fields that may be hidden.
  package var withoutDetail: AuditEntry {
    AuditEntry(
      sequence: sequence, at: at, actor: actor, actorName: actorName, verb: verb, noun: noun, record: record,
      detail: "{}")
  }
}

extension Transaction {
  /// Adds a line to the audit chain, in the transaction of what it tells of.
  package func audit(
    _ verb: String, _ noun: Actor.Noun, _ record: Int64?, detail: some Encodable = [String: String](),
    by actor: Actor, at now: Instant
  ) throws {
    let head = try auditHead()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let entry = AuditEntry(
      sequence: head.sequence + 1, at: now, actor: actor.user, actorName: actor.name, verb: verb,
      noun: noun.rawValue, record: record, detail: String(decoding: try encoder.encode(detail), as: UTF8.self))
    let code = secret.code(for: entry.chained(after: head.code), purpose: "audit")
    try run(
      """
      INSERT INTO audit_entry (sequence, at, actor_id, actor_name, verb, noun, record_id, detail, code)
      VALUES (\(entry.sequence), \(now), \(actor.user), \(actor.name), \(verb), \(noun.rawValue), \(record), \
      \(entry.detail), \(code))
      """)
    try run("UPDATE audit_head SET sequence = \(entry.sequence), code = \(code) WHERE one = 1")
  }

  /// The newest lines, or those of one record, newest first.
  package func auditEntries(before: Int64? = nil, limit: Int = 50) throws -> [AuditEntry] {
    try rows(
      """
      SELECT sequence, at, actor_id, actor_name, verb, noun, record_id, detail FROM audit_entry
      WHERE sequence < \(before ?? Int64.max) ORDER BY sequence DESC LIMIT \(limit)
      """, AuditEntry.init)
  }

  /// Walks the whole chain.
  /// - Returns: the sequence number of the first line that was changed, removed or reordered; nil when all is whole.
  package func firstBrokenAuditEntry() throws -> Int64? {
    var previous: [UInt8] = []
    var expected: Int64 = 1
    var broken: Int64?
    try each(
      """
      SELECT sequence, at, actor_id, actor_name, verb, noun, record_id, detail, code FROM audit_entry ORDER BY sequence
      """
    ) { row in
      guard broken == nil else { return }
      let entry = try AuditEntry(row: row)
      let code: [UInt8] = try row("code")
      let sound = secret.isValid(code, for: entry.chained(after: previous), purpose: "audit")
      if entry.sequence != expected || !sound { broken = expected }
      expected += 1
      previous = code
    }
    if broken != nil { return broken }
    let head = try first("SELECT sequence, code FROM audit_head WHERE one = 1") {
      (try $0("sequence", as: Int64.self), try $0("code", as: [UInt8].self))
    }
    let whole = head.map { $0.0 == expected - 1 && $0.1 == previous } ?? (expected == 1)
    return whole ? nil : expected
  }

  private func auditHead() throws -> (sequence: Int64, code: [UInt8]) {
    try run("INSERT INTO audit_head (one, sequence, code) VALUES (1, 0, \([UInt8]())) ON CONFLICT DO NOTHING")
    let found: Statement = "SELECT sequence, code FROM audit_head WHERE one = 1"
    let head = try first(found + .lockingRows(in: dialect)) {
      (sequence: try $0("sequence", as: Int64.self), code: try $0("code", as: [UInt8].self))
    }
    return head ?? (0, [])
  }
}

extension AuditEntry {
  package init(row: Row) throws {
    try self.init(
      sequence: row("sequence"), at: row("at"), actor: row("actor_id"), actorName: row("actor_name"),
      verb: row("verb"), noun: row("noun"), record: row("record_id"), detail: row("detail"))
  }

  /// What the code of this line covers: the code before it, and every field with its length.
  func chained(after previous: [UInt8]) -> [UInt8] {
    var bytes = previous
    for field in [
      String(sequence), String(at.microseconds), actor.map(String.init) ?? "", actorName, verb, noun,
      record.map(String.init) ?? "", detail,
    ] {
      bytes += Array("\(field.utf8.count):".utf8)
      bytes += Array(field.utf8)
    }
    return bytes
  }
}
