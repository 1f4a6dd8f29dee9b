import Customers
import Foundation
import Kernel
import Records
import Store

/// The rules of the company: every statement on their own tables.
package struct Rules: Sendable {
  let changes: RecordChanges
  package let catalogues: Catalogues
  let tasks: Tasks
  let notify: Notify

  var database: Database { changes.database }
  var clock: any Clock { changes.clock }

  package init(_ changes: RecordChanges, catalogues: Catalogues, tasks: Tasks, notify: @escaping Notify) {
    self.changes = changes
    self.catalogues = catalogues
    self.tasks = tasks
    self.notify = notify
  }

  static let select: Statement = """
    SELECT r.*, p.reason, p.actor_name AS paused_by, p.at AS paused_at
    FROM rule r LEFT JOIN rule_pause p ON p.rule_id = r.id
    """

  /// The rules an actor reaches: with less than all, their own.
  static func scope(_ actor: Actor, _ verb: Actor.Verb) throws -> Statement {
    switch actor.reach(verb, .rule) {
    case .all: "TRUE"
    case .own, .team: "r.user_id = \(actor.user)"
    case nil: throw Problem(.notAllowed, "You may not \(verb.rawValue) rules.", mend: "Ask an administrator.")
    }
  }

  package func all(for actor: Actor) async throws -> [Rule] {
    let scope = try Self.scope(actor, .see)
    return try await database.read { tx in
      try tx.rows("\(Self.select) WHERE \(scope) ORDER BY r.name, r.id LIMIT 500", Rule.init(row:))
    }
  }

  package func find(_ id: ID<Rule>, _ verb: Actor.Verb = .see, for actor: Actor) async throws -> Rule {
    let scope = try Self.scope(actor, verb)
    return try await database.read { try Self.find(id, scope, in: $0) }
  }

  static func find(_ id: ID<Rule>, _ scope: Statement, in tx: Transaction) throws -> Rule {
    guard let found = try tx.first("\(select) WHERE r.id = \(id) AND \(scope)", Rule.init(row:)) else {
      throw Problem(.notFound, "There is no such rule.", mend: "Look for it in the list.")
    }
    return found
  }

  // Verbs.

  /// Makes a rule that looks at what happens from now on, and at the records of today.
  package func create(_ draft: Rule.Draft, by actor: Actor, once: Once = .unchecked) async throws -> Rule {
    try actor.require(.create, .rule)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      try check(draft, for: actor, in: tx)
      try tx.placeEvents()
      let id: ID<Rule> = try tx.newID()
      let parts = try Parts(draft)
      let yesterday = try today(in: tx).adding(days: -1)
      try tx.run(
        """
        INSERT INTO rule (id, name, noun, occasion, fields, day_field, days, filter, acts, place, last_day, user_id,
          actor_name, limits, created_at)
        VALUES (\(id), \(draft.name), \(draft.noun.rawValue), \(draft.occasion), \(parts.fields), \(draft.dayField),
          \(draft.days), \(parts.filter), \(parts.acts), \(try tx.outboxEnds().newest), \(yesterday), \(actor.user),
          \(actor.name), \(actor.limitWords.map(FieldValue.joined)), \(now))
        """)
      let made = try Self.find(id, "TRUE", in: tx)
      try tx.audit("create", .rule, id.rawValue, detail: made, by: actor, at: now)
      try tx.announce("rule.created", .rule, id.rawValue, ["name": draft.name], at: now)
      try once.keep(made, location: "/api/v1/rules/\(id)", in: tx)
      return made
    }
  }

  package func edit(_ id: ID<Rule>, _ draft: Rule.Draft, version: Int64, by actor: Actor) async throws -> Rule {
    let scope = try Self.scope(actor, .edit)
    let now = clock.now
    return try await database.write { tx in
      let before = try Self.find(id, scope, in: tx)
      // It acts with the rights of its maker, so nobody makes it do what its maker chose not to.
      guard before.user == actor.user || actor.user == nil else {
        throw Problem(
          .notAllowed, "This rule acts with the rights of \(before.by).",
          mend: "Make one of your own, and pause or remove this one.")
      }
      try check(draft, for: actor, in: tx)
      let parts = try Parts(draft)
      let changed = try tx.run(
        """
        UPDATE rule SET name = \(draft.name), noun = \(draft.noun.rawValue), occasion = \(draft.occasion),
          fields = \(parts.fields), day_field = \(draft.dayField), days = \(draft.days), filter = \(parts.filter),
          acts = \(parts.acts), limits = \((before.user == actor.user ? actor.limitWords : before.limits).map(FieldValue.joined)),
          version = version + 1
        WHERE id = \(id) AND version = \(version)
        """)
      guard changed == 1 else {
        throw Problem(
          .conflict, field: "version", "Someone else changed this rule meanwhile.",
          mend: "Look at their change, then make yours again.")
      }
      let after = try Self.find(id, "TRUE", in: tx)
      try tx.audit("edit", .rule, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
      try tx.announce("rule.changed", .rule, id.rawValue, ["name": draft.name], at: now)
      return after
    }
  }

  /// Removes a rule and its log; what it did stays.
  package func delete(_ id: ID<Rule>, by actor: Actor) async throws -> Rule {
    let scope = try Self.scope(actor, .delete)
    let now = clock.now
    return try await database.write { tx in
      let before = try Self.find(id, scope, in: tx)
      try tx.run("DELETE FROM rule_run WHERE rule_id = \(id)")
      try tx.run("DELETE FROM rule_pause WHERE rule_id = \(id)")
      try tx.run("DELETE FROM rule WHERE id = \(id)")
      try tx.audit("delete", .rule, id.rawValue, detail: before, by: actor, at: now)
      try tx.announce("rule.deleted", .rule, id.rawValue, ["name": before.name], at: now)
      return before
    }
  }

  /// Lets a rule rest; what happens meanwhile is not made up for.
  package func pause(_ id: ID<Rule>, reason: String, by actor: Actor) async throws -> Rule {
    let scope = try Self.scope(actor, .edit)
    let reason = try Text.line(reason, field: "reason", required: false)
    let now = clock.now
    return try await database.write { tx in
      _ = try Self.find(id, scope, in: tx)
      try Self.pause(id, reason: reason.isEmpty ? "Paused by hand." : reason, by: actor, at: now, in: tx)
      return try Self.find(id, "TRUE", in: tx)
    }
  }

  /// - Returns: whether it was active.
  @discardableResult
  static func pause(_ id: ID<Rule>, reason: String, by actor: Actor, at now: Instant, in tx: Transaction) throws -> Bool
  {
    let paused = try tx.run(
      """
      INSERT INTO rule_pause (rule_id, reason, actor_id, actor_name, at)
      VALUES (\(id), \(reason), \(actor.user), \(actor.name), \(now)) ON CONFLICT DO NOTHING
      """)
    guard paused == 1 else { return false }
    try tx.audit("pause", .rule, id.rawValue, detail: ["reason": reason], by: actor, at: now)
    try tx.announce("rule.paused", .rule, id.rawValue, ["reason": reason], at: now)
    return true
  }

  /// Looks again at what happens, from now on.
  package func resume(_ id: ID<Rule>, by actor: Actor) async throws -> Rule {
    let scope = try Self.scope(actor, .edit)
    let now = clock.now
    return try await database.write { tx in
      _ = try Self.find(id, scope, in: tx)
      if try tx.run("DELETE FROM rule_pause WHERE rule_id = \(id)") == 1 {
        try tx.placeEvents()
        let yesterday = try today(in: tx).adding(days: -1)
        try tx.run(
          """
          UPDATE rule SET place = \(try tx.outboxEnds().newest),
            last_day = CASE WHEN last_day < \(yesterday) THEN \(yesterday) ELSE last_day END
          WHERE id = \(id)
          """)
        try tx.audit("resume", .rule, id.rawValue, by: actor, at: now)
        try tx.announce("rule.resumed", .rule, id.rawValue, [String: String](), at: now)
      }
      return try Self.find(id, "TRUE", in: tx)
    }
  }

  // Helpers.

  /// The columns of a draft that are kept as text.
  private struct Parts {
    let fields: String
    let filter: String
    let acts: String

    init(_ draft: Rule.Draft) throws {
      fields = draft.fields.joined(separator: "\n")
      filter = draft.filter?.text ?? ""
      acts = String(decoding: try JSONEncoder().encode(draft.acts), as: UTF8.self)
    }
  }

  /// The last place of the feed that every rule has looked at; nil without rules that look at it.
  static func looked(in tx: Transaction) throws -> Int64? {
    try tx.value(
      """
      SELECT min(place) FROM rule WHERE occasion <> 'day' AND id NOT IN (SELECT rule_id FROM rule_pause)
      """, as: Int64?.self
    ).flatMap { $0 }
  }

  func today(in tx: Transaction) throws -> Day {
    clock.now.day(in: try Companies.current(in: tx)?.zone ?? .gmt)
  }

  /// Refuses what its maker could not do themselves.
  func check(_ draft: Rule.Draft, for actor: Actor, in tx: Transaction) throws {
    try actor.require(.see, draft.noun)
    let catalogue = try catalogues.named(draft.noun.rawValue)
    let whole = try changes.customFields.whole(catalogue, in: tx)
    for name in draft.fields { _ = try whole.field(name, for: actor) }
    if draft.occasion == .day {
      let field = try whole.field(draft.dayField, for: actor)
      guard field.kind == .day || field.kind == .instant else {
        throw Problem(.invalid, field: "dayField", "“\(field.label)” is no day.", mend: "Choose a field with a day.")
      }
    }
    let reading = try RuleReading(whole, for: actor, in: tx, clock: clock)
    _ = try reading.condition(draft.filter)
    for (number, act) in draft.acts.enumerated() {
      do {
        try check(act, whole, for: actor, in: tx)
      } catch let problem as Problem where problem.field == nil || act.kind == .set {
        throw Problem(problem.kind, field: "acts[\(number)]", problem.message, mend: problem.mend)
      }
    }
  }

  private func check(_ act: RuleAct, _ whole: Catalogue, for actor: Actor, in tx: Transaction) throws {
    switch act.kind {
    case .set:
      try actor.require(.edit, whole.noun)
      let field = try whole.field(act.field, for: actor)
      guard field.isEditable, field.formula == nil, whole.edit != nil || RecordChanges.isOwn(field.name) else {
        throw Problem(.invalid, "“\(field.label)” is not set by hand.", mend: "Choose another field.")
      }
      try actor.require(writing: [field.name], of: whole.noun)
    case .tag, .untag:
      try actor.require(.see, .tag)
      try actor.require(.edit, whole.noun)
      try actor.require(writing: ["tags"], of: whole.noun)
      _ = try Tag.name(act.text, field: "tag")
    case .task, .tell:
      if act.kind == .task { try actor.require(.create, .task) }
      guard case .user(let user) = act.recipient else { return }
      guard try tx.first("SELECT 1 FROM app_user WHERE id = \(user) AND disabled_at IS NULL") != nil else {
        throw Problem(.invalid, "Nobody who signs in has the number \(user).", mend: "Choose one of the list.")
      }
    case .webhook:
      guard let webhook = act.webhook else { return }
      _ = try Webhooks.find(webhook, try Webhooks.scope(actor, .see), in: tx)
    }
  }
}

extension Rule {
  init(row: Row) throws {
    let noun: String = try row("noun")
    try self.init(
      id: row("id"), name: row("name"), noun: Actor.Noun(rawValue: noun) ?? .customer, occasion: row("occasion"),
      fields: FieldValue.split(row("fields")), dayField: row("day_field"), days: row("days"), filter: row("filter"),
      acts: JSONDecoder().decode([RuleAct].self, from: Data(row("acts", as: String.self).utf8)), user: row("user_id"),
      by: row("actor_name"), limits: row("limits", as: String?.self).map(FieldValue.split),
      createdAt: row("created_at"), version: row("version"),
      pause: Pause.of(row), place: row("place"),
      lastDay: row("last_day"))
  }
}

extension Rule.Occasion: Storable {}
extension RuleRun.State: Storable {}
