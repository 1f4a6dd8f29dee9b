import Conditions
import Kernel
import Store
import Web

/// The audit chain: who did what, and whether the chain is whole.
struct AuditRoutes: Sendable {
  let database: Database
  let users: Users

  init(_ database: Database, users: Users) {
    self.database = database
    self.users = users
  }

  var routes: [Route] {
    [
      Route(
        .get, "/audit", .may(.see, .audit), "The audit chain, newest first.", answer: .of([String: [AuditLine]].self),
        inputs: [
          .init("noun", "Lines about this kind of record", choices: Actor.Noun.allCases.map(\.rawValue)),
          .init("record", "Lines about this record of that kind", .integer),
          .init("person", "What somebody did, by number; 0 for the operator and the house", .integer),
          .init("from", "From this day on", .day), .init("to", "To this day", .day),
          .init("before", "Lines before this number", .integer),
        ], action: list),
      Route(
        .get, "/audit/verification", .may(.see, .audit), "Walks the whole chain and says whether it is whole.",
        answer: .of(Verification.self)
      ) { visit in
        let broken = try await database.read { try $0.firstBrokenAuditEntry() }
        return .both(visit, json: Verification(firstBroken: broken)) {
          AuditVerdictPage(broken: broken, visit: visit).html
        }
      },
    ]
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let question = try AuditRoutes.question(visit)
    let entries = try await database.read { try $0.auditEntries(question) }
    let lines = entries.map { AuditLine($0, for: visit.actor) }
    guard visit.face == .html else { return .json(["rows": lines]) }
    let people = visit.actor.seesPersonalData ? try await users.active() : []
    return .page(AuditPage(lines: lines, question: question, people: people, visit: visit).html)
  }

  private static func question(_ visit: Visit) throws -> AuditQuestion {
    let query = visit.query
    var question = AuditQuestion()
    question.noun = query["noun"].flatMap { $0.isEmpty ? nil : $0 }
    if let noun = question.noun, Actor.Noun(rawValue: noun) == nil {
      throw Problem(.invalid, field: "noun", "“\(noun.prefix(40))” is no kind of record.", mend: "Choose one.")
    }
    question.record = try query.integer("record", in: 0...Int64.max)
    question.actor = try query.integer("person", in: 0...Int64.max)
    let zone = visit.viewer.format.zone
    question.from = try query.day("from").map { AuditRoutes.start(of: $0, in: zone) }
    question.until = try query.day("to").map { AuditRoutes.start(of: $0.adding(days: 1), in: zone) }
    question.before = try query.integer("before", in: 1...Int64.max) ?? query.integer("after", in: 1...Int64.max)
    return question
  }

  struct Verification: Encodable, Sendable {
    let isWhole: Bool
    let firstBroken: Int64?
    init(firstBroken: Int64?) {
      isWhole = firstBroken == nil
      self.firstBroken = firstBroken
    }
  }
}

/// A line of the chain as far as somebody may read it.
struct AuditLine: Encodable, Sendable {
  let sequence: Int64
  let at: Instant
  let actor: Int64?
  let actorName: String
  let verb: String
  let noun: String
  let record: Int64?
  let detail: String
  let isMasked: Bool
  let changes: [AuditChange.Field]

  init(_ entry: AuditEntry, for reader: Actor) {
    (sequence, at, actor, verb) = (entry.sequence, entry.at, entry.actor, entry.verb)
    (noun, record, isMasked) = (entry.noun, entry.record, entry.maskedAt != nil)
    // What a line tells may name anybody.
    let isOpen = reader.seesPersonalData
    actorName = isOpen || entry.actor == nil ? entry.actorName : "user \(entry.actor ?? 0)"
    let known = Actor.Noun(rawValue: entry.noun)
    let reads: (String) -> Bool = { field in known.map { reader.reads(field, of: $0) } ?? true }
    let hidesSome = known.map { noun in reader.fields.contains { $0.key.noun == noun && $0.value == .hidden } } ?? false
    detail = isOpen && !hidesSome ? entry.detail : "{}"
    changes = isOpen && entry.maskedAt == nil ? AuditChange(entry.detail, reads: reads).fields : []
  }
}
