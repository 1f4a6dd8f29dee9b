import Kernel
import Store

extension PrivacyRequest.Kind: Storable {}
extension PrivacyRequest.Outcome: Storable {}

/// What people asked about their data: every statement on the tables of requests and answers.
package struct PrivacyRequests: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  private static let selected: Statement = """
    SELECT r.*, a.outcome, a.note AS answer, a.at AS answered_at
    FROM privacy_request r LEFT JOIN privacy_answer a ON a.request_id = r.id
    """

  /// Those that wait for an answer, the most urgent first, then the answered ones.
  package func all(limit: Int = 200, for actor: Actor) async throws -> [PrivacyRequest] {
    try Erasures.require(.see, actor)
    return try await database.read { tx in
      try tx.rows(
        """
        \(PrivacyRequests.selected)
        ORDER BY CASE WHEN a.at IS NULL THEN 0 ELSE 1 END, CASE WHEN a.at IS NULL THEN r.due_day ELSE -r.due_day END, r.id
        LIMIT \(limit)
        """, PrivacyRequest.init(row:))
    }
  }

  package func find(_ id: ID<PrivacyRequest>, for actor: Actor) async throws -> PrivacyRequest {
    try Erasures.require(.see, actor)
    let found = try await database.read { tx in
      try tx.first("\(PrivacyRequests.selected) WHERE r.id = \(id)", PrivacyRequest.init(row:))
    }
    guard let found else { throw Problem(.notFound, "There is no such request.", mend: "Choose one of the list.") }
    return found
  }

  /// Somebody whose data it is about.
  package func person(_ kind: PersonKind, _ id: Int64, for actor: Actor) async throws -> Person {
    try Erasures.require(.see, actor)
    return try await database.read { try Person.find(kind, id, in: $0) }
  }

  /// People whose name or address holds some words, or whose number that is.
  package func people(_ words: String, for actor: Actor) async throws -> [Person] {
    try Erasures.require(.see, actor)
    let words = try Text.line(words, field: "q", limit: 100)
    return try await database.read { try Person.named(words, in: $0) }
  }

  /// What is written down of a request.
  package struct Draft: Sendable {
    package var kind: PrivacyRequest.Kind
    package var person: (kind: PersonKind, id: Int64)?
    package var askedBy: String
    package var note = ""
    package var received: Day

    package init(_ kind: PrivacyRequest.Kind, askedBy: String, received: Day) {
      self.kind = kind
      self.askedBy = askedBy
      self.received = received
    }
  }

  package func create(_ draft: Draft, by actor: Actor, once: Once = .unchecked) async throws -> PrivacyRequest {
    try Erasures.require(.create, actor)
    let askedBy = try Text.line(draft.askedBy, field: "askedBy", limit: 200)
    let note = try Text.block(draft.note, field: "note", limit: 4_000)
    let now = clock.now
    let made = try await database.write { tx in
      try once.check(in: tx)
      if let person = draft.person { _ = try Person.find(person.kind, person.id, in: tx) }
      guard draft.received <= now.day(in: try Companies.current(in: tx)?.zone ?? .gmt) else {
        throw Problem(.invalid, field: "received", "This day has not come yet.", mend: "Enter the day it was asked.")
      }
      let id: ID<PrivacyRequest> = try tx.newID()
      let due = draft.received.adding(days: PrivacyRequest.daysToAnswer)
      try tx.run(
        """
        INSERT INTO privacy_request (id, kind, person_kind, person_id, asked_by, note, received_day, due_day, actor_id,
          actor_name, created_at)
        VALUES (\(id), \(draft.kind), \(draft.person?.kind), \(draft.person?.id), \(askedBy), \(note),
          \(draft.received), \(due), \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit(
        "receive", .privacy, id.rawValue, detail: ["kind": draft.kind.rawValue, "due": "\(due)"], by: actor, at: now)
      try tx.announce("privacy.asked", .privacy, id.rawValue, ["kind": draft.kind.rawValue, "due": "\(due)"], at: now)
      try once.keep(["id": id], location: "/api/v1/privacy/requests/\(id)", in: tx)
      return id
    }
    return try await find(made, for: actor)
  }

  /// Writes down how a request was answered.
  package func answer(
    _ id: ID<PrivacyRequest>, _ outcome: PrivacyRequest.Outcome, note: String, by actor: Actor
  ) async throws {
    try Erasures.require(.edit, actor)
    let note = try Text.block(note, field: "note", limit: 4_000)
    guard outcome == .done || !note.isEmpty else {
      throw Problem(.invalid, field: "note", "A refusal needs its reason.", mend: "Write down why.")
    }
    _ = try await find(id, for: actor)
    let now = clock.now
    try await database.write { tx in
      let added = try tx.run(
        """
        INSERT INTO privacy_answer (request_id, outcome, note, actor_id, actor_name, at)
        VALUES (\(id), \(outcome), \(note), \(actor.user), \(actor.name), \(now)) ON CONFLICT DO NOTHING
        """)
      guard added == 1 else {
        throw Problem(.conflict, "This was answered already.", mend: "Open it again first.")
      }
      try tx.audit("answer", .privacy, id.rawValue, detail: ["outcome": outcome.rawValue], by: actor, at: now)
      try tx.announce("privacy.answered", .privacy, id.rawValue, ["outcome": outcome.rawValue], at: now)
    }
  }

  /// Takes the answer back: the request waits again.
  package func reopen(_ id: ID<PrivacyRequest>, by actor: Actor) async throws {
    try Erasures.require(.edit, actor)
    let now = clock.now
    try await database.write { tx in
      guard try tx.run("DELETE FROM privacy_answer WHERE request_id = \(id)") == 1 else {
        throw Problem(.notFound, "There is no answer to take back.")
      }
      try tx.audit("reopen", .privacy, id.rawValue, by: actor, at: now)
      try tx.announce("privacy.reopened", .privacy, id.rawValue, ["id": id], at: now)
    }
  }
}

extension PrivacyRequest {
  init(row: Row) throws {
    try self.init(
      id: row("id"), kind: row("kind"), personKind: row("person_kind"), person: row("person_id"),
      askedBy: row("asked_by"), note: row("note"), received: row("received_day"), due: row("due_day"),
      by: row("actor_name"), createdAt: row("created_at"), outcome: row("outcome"), answer: row("answer"),
      answeredAt: row("answered_at"))
  }
}
