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
  /// When the words of this line were taken away, because somebody they told of was erased.
  package let maskedAt: Instant?
}

/// What a line of the audit chain is to say.
package struct AuditDraft: Sendable {
  package let verb: String
  package let noun: Actor.Noun
  package let record: Int64?
  let detail: String

  package init(_ verb: String, _ noun: Actor.Noun, _ record: Int64?, _ detail: some Encodable) throws {
    (self.verb, self.noun, self.record) = (verb, noun, record)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.detail = String(decoding: try encoder.encode(detail), as: UTF8.self)
  }
}

/// Which lines of the audit chain are wanted.
package struct AuditQuestion: Sendable, Equatable {
  package var noun: String?
  package var record: Int64?
  /// Somebody's number; 0 for the operator and the house itself.
  package var actor: Int64?
  package var from: Instant?
  package var until: Instant?
  /// Lines before this number.
  package var before: Int64?

  package init() {}

  var condition: Statement {
    var all: [Statement] = ["sequence < \(before ?? Int64.max)"]
    if let noun { all.append("noun = \(noun)") }
    if let record { all.append("record_id = \(record)") }
    if let actor { all.append(actor == 0 ? "actor_id IS NULL" : "actor_id = \(actor)") }
    if let from { all.append("at >= \(from)") }
    if let until { all.append("at < \(until)") }
    return Statement.joined(all, separator: " AND ", or: "TRUE")
  }
}

extension Transaction {
  /// Adds a line to the audit chain, in the transaction of what it tells of.
  package func audit(
    _ verb: String, _ noun: Actor.Noun, _ record: Int64?, detail: some Encodable = [String: String](),
    by actor: Actor, at now: Instant
  ) throws {
    let head = try auditHead()
    let draft = try AuditDraft(verb, noun, record, detail)
    let (sequence, code) = (head.sequence + 1, secret.code(for: draft, after: head, by: actor, at: now))
    try run(
      """
      INSERT INTO audit_entry (sequence, at, actor_id, actor_name, verb, noun, record_id, detail, code)
      VALUES (\(sequence), \(now), \(actor.user), \(actor.name), \(verb), \(noun.rawValue), \(record), \
      \(draft.detail), \(code))
      """)
    try run("UPDATE audit_head SET sequence = \(sequence), code = \(code) WHERE one = 1")
  }

  /// Adds many lines to the audit chain, in the transaction of what they tell of.
  package func audit(_ drafts: [AuditDraft], by actor: Actor, at now: Instant) throws {
    guard !drafts.isEmpty else { return }
    var head = try auditHead()
    var next = drafts.makeIterator()
    try insert(
      into: "audit_entry",
      ["sequence", "at", "actor_id", "actor_name", "verb", "noun", "record_id", "detail", "code"]
    ) {
      next.next().map { draft in
        head = (head.sequence + 1, secret.code(for: draft, after: head, by: actor, at: now))
        return [
          .int(head.sequence), now.stored, actor.user.stored, .text(actor.name), .text(draft.verb),
          .text(draft.noun.rawValue), draft.record.stored, .text(draft.detail), .blob(head.code),
        ]
      }
    }
    try run("UPDATE audit_head SET sequence = \(head.sequence), code = \(head.code) WHERE one = 1")
  }

  /// Lines of the chain, newest first.
  package func auditEntries(_ question: AuditQuestion = AuditQuestion(), limit: Int = 50) throws -> [AuditEntry] {
    try rows(
      """
      SELECT \(AuditEntry.columns) FROM audit_entry WHERE \(question.condition) ORDER BY sequence DESC LIMIT \(limit)
      """, AuditEntry.init)
  }

  /// Walks the whole chain. A line whose words were taken away is checked by the code it got then; the line after it is
  /// still checked by the code it had before.
  /// - Returns: the sequence number of the first line that was changed, removed or reordered; nil when all is whole.
  package func firstBrokenAuditEntry() throws -> Int64? {
    var previous: [UInt8] = []
    var expected: Int64 = 1
    var broken: Int64?
    try each("SELECT \(AuditEntry.columns), code, mask_code FROM audit_entry ORDER BY sequence") { row in
      guard broken == nil else { return }
      let entry = try AuditEntry(row: row)
      let code: [UInt8] = try row("code")
      let mask: [UInt8]? = try row("mask_code")
      if entry.sequence != expected || !isSound(entry, code: code, mask: mask, after: previous) { broken = expected }
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

  private func isSound(_ entry: AuditEntry, code: [UInt8], mask: [UInt8]?, after previous: [UInt8]) -> Bool {
    guard let mask else {
      return entry.maskedAt == nil && secret.isValid(code, for: entry.chained(after: previous), purpose: "audit")
    }
    return secret.isValid(mask, for: entry.masked(after: previous, code), purpose: "audit mask")
  }

  /// The last line and its code: kept elsewhere, they tell whether the end of the chain was cut off.
  package func auditEnd() throws -> (sequence: Int64, code: [UInt8]) {
    try first("SELECT sequence, code FROM audit_head WHERE one = 1") {
      (sequence: try $0("sequence", as: Int64.self), code: try $0("code", as: [UInt8].self))
    } ?? (0, [])
  }

  private func auditHead() throws -> (sequence: Int64, code: [UInt8]) {
    if let head = try lockedHead() { return head }
    try run("INSERT INTO audit_head (one, sequence, code) VALUES (1, 0, \([UInt8]())) ON CONFLICT DO NOTHING")
    return try lockedHead() ?? (0, [])
  }

  private func lockedHead() throws -> (sequence: Int64, code: [UInt8])? {
    let found: Statement = "SELECT sequence, code FROM audit_head WHERE one = 1"
    return try first(found + .lockingRows(in: dialect)) {
      (sequence: try $0("sequence", as: Int64.self), code: try $0("code", as: [UInt8].self))
    }
  }
}

extension Secret {
  /// The code of the line after the last one.
  fileprivate func code(
    for draft: AuditDraft, after head: (sequence: Int64, code: [UInt8]), by actor: Actor, at now: Instant
  ) -> [UInt8] {
    let entry = AuditEntry(
      sequence: head.sequence + 1, at: now, actor: actor.user, actorName: actor.name, verb: draft.verb,
      noun: draft.noun.rawValue, record: draft.record, detail: draft.detail, maskedAt: nil)
    return code(for: entry.chained(after: head.code), purpose: "audit")
  }
}

extension AuditEntry {
  package static let columns: Statement =
    "sequence, at, actor_id, actor_name, verb, noun, record_id, detail, masked_at"

  package init(row: Row) throws {
    try self.init(
      sequence: row("sequence"), at: row("at"), actor: row("actor_id"), actorName: row("actor_name"),
      verb: row("verb"), noun: row("noun"), record: row("record_id"), detail: row("detail"),
      maskedAt: row("masked_at"))
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
