import Foundation
import Kernel
import Records
import Store

/// The webhooks of the company: every statement on their own table.
package struct Webhooks: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  static let select: Statement = """
    SELECT w.id, w.name, w.address, w.kinds, w.user_id, w.actor_name, w.limits, w.created_at, w.version, w.place,
      p.reason, p.actor_name AS paused_by, p.at AS paused_at
    FROM webhook w LEFT JOIN webhook_pause p ON p.webhook_id = w.id
    """

  /// A webhook says what others may see, so everybody sees only their own unless they see all.
  static func scope(_ actor: Actor, _ verb: Actor.Verb) throws -> Statement {
    switch actor.reach(verb, .webhook) {
    case .all: "TRUE"
    case .own, .team: "w.user_id = \(actor.user)"
    case nil: throw Problem(.notAllowed, "You may not \(verb.rawValue) webhooks.", mend: "Ask an administrator.")
    }
  }

  package func all(for actor: Actor) async throws -> [Webhook] {
    let scope = try Self.scope(actor, .see)
    return try await database.read { tx in
      try tx.rows("\(Self.select) WHERE \(scope) ORDER BY w.name, w.id LIMIT 500", Webhook.init(row:))
    }
  }

  package func find(_ id: ID<Webhook>, _ verb: Actor.Verb = .see, for actor: Actor) async throws -> Webhook {
    let scope = try Self.scope(actor, verb)
    return try await database.read { try Self.find(id, scope, in: $0) }
  }

  static func find(_ id: ID<Webhook>, _ scope: Statement, in tx: Transaction) throws -> Webhook {
    guard let found = try tx.first("\(select) WHERE w.id = \(id) AND \(scope)", Webhook.init(row:)) else {
      throw Problem(.notFound, "There is no such webhook.", mend: "Look for it in the list.")
    }
    return found
  }

  // Verbs.

  /// Makes a webhook that is told of everything from now on.
  /// - Returns: the secret its messages are signed with, which is never shown again.
  package func create(
    _ draft: Webhook.Draft, by actor: Actor, once: Once = .unchecked
  ) async throws -> (webhook: Webhook, secret: String) {
    try actor.require(.create, .webhook)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      try tx.placeEvents()
      let id: ID<Webhook> = try tx.newID()
      let secret = Self.newSecret()
      try tx.run(
        """
        INSERT INTO webhook (id, name, address, kinds, secret, place, user_id, actor_name, limits, created_at)
        VALUES (\(id), \(draft.name), \(draft.address), \(Self.joined(draft.kinds)), \
        \(try tx.sealed(Array(secret.utf8), purpose: "webhook")), \(try tx.outboxEnds().newest), \(actor.user), \(actor.name), \
        \(actor.limitWords.map(FieldValue.joined)), \(now))
        """)
      let made = try Self.find(id, "TRUE", in: tx)
      try tx.audit("create", .webhook, id.rawValue, detail: made, by: actor, at: now)
      try tx.announce("webhook.created", .webhook, id.rawValue, ["name": draft.name], at: now)
      // Without the secret: what is kept to answer a repeated request could be read.
      try once.keep(["webhook": made], location: "/api/v1/webhooks/\(id)", in: tx)
      return (made, secret)
    }
  }

  package func edit(
    _ id: ID<Webhook>, _ draft: Webhook.Draft, version: Int64, by actor: Actor
  ) async throws -> Webhook {
    let scope = try Self.scope(actor, .edit)
    let now = clock.now
    return try await database.write { tx in
      let before = try Self.find(id, scope, in: tx)
      // It tells what its maker may see, so nobody has it tell that to an address of theirs.
      guard before.user == actor.user || actor.user == nil else {
        throw Problem(
          .notAllowed, "This webhook tells what \(before.by) may see.",
          mend: "Make one of your own, and pause or remove this one.")
      }
      let changed = try tx.run(
        """
        UPDATE webhook SET name = \(draft.name), address = \(draft.address), kinds = \(Self.joined(draft.kinds)),
          limits = \((before.user == actor.user ? actor.limitWords : before.limits).map(FieldValue.joined)), version = version + 1
        WHERE id = \(id) AND version = \(version)
        """)
      guard changed == 1 else {
        throw Problem(
          .conflict, field: "version", "Someone else changed this webhook meanwhile.",
          mend: "Look at their change, then make yours again.")
      }
      let after = try Self.find(id, "TRUE", in: tx)
      try tx.audit("edit", .webhook, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
      try tx.announce("webhook.changed", .webhook, id.rawValue, ["name": draft.name], at: now)
      return after
    }
  }

  /// Makes a new secret; messages are signed with it from now on.
  package func renewSecret(of id: ID<Webhook>, by actor: Actor) async throws -> String {
    let scope = try Self.scope(actor, .edit)
    let now = clock.now
    return try await database.write { tx in
      _ = try Self.find(id, scope, in: tx)
      let secret = Self.newSecret()
      try tx.run(
        """
        UPDATE webhook SET secret = \(try tx.sealed(Array(secret.utf8), purpose: "webhook")), version = version + 1
        WHERE id = \(id)
        """)
      try tx.audit("renew secret", .webhook, id.rawValue, by: actor, at: now)
      return secret
    }
  }

  /// Removes a webhook and its log.
  package func delete(_ id: ID<Webhook>, by actor: Actor) async throws -> Webhook {
    let scope = try Self.scope(actor, .delete)
    let now = clock.now
    return try await database.write { tx in
      let before = try Self.find(id, scope, in: tx)
      try tx.run(
        """
        DELETE FROM webhook_try WHERE delivery_id IN (SELECT id FROM webhook_delivery WHERE webhook_id = \(id))
        """)
      try tx.run("DELETE FROM webhook_delivery WHERE webhook_id = \(id)")
      try tx.run("DELETE FROM webhook_pause WHERE webhook_id = \(id)")
      try tx.run("DELETE FROM webhook WHERE id = \(id)")
      try tx.audit("delete", .webhook, id.rawValue, detail: before, by: actor, at: now)
      try tx.announce("webhook.deleted", .webhook, id.rawValue, ["name": before.name], at: now)
      return before
    }
  }

  /// Stops sending; what happens meanwhile waits.
  package func pause(_ id: ID<Webhook>, reason: String, by actor: Actor) async throws -> Webhook {
    let scope = try Self.scope(actor, .edit)
    let reason = try Text.line(reason, field: "reason", required: false)
    let now = clock.now
    return try await database.write { tx in
      let before = try Self.find(id, scope, in: tx)
      guard before.isActive else { return before }
      try Self.pause(id, reason: reason.isEmpty ? "Paused by hand." : reason, by: actor, at: now, in: tx)
      return try Self.find(id, "TRUE", in: tx)
    }
  }

  static func pause(_ id: ID<Webhook>, reason: String, by actor: Actor, at now: Instant, in tx: Transaction) throws {
    let paused = try tx.run(
      """
      INSERT INTO webhook_pause (webhook_id, reason, actor_id, actor_name, at)
      VALUES (\(id), \(reason), \(actor.user), \(actor.name), \(now)) ON CONFLICT DO NOTHING
      """)
    guard paused == 1 else { return }
    try tx.audit("pause", .webhook, id.rawValue, detail: ["reason": reason], by: actor, at: now)
    try tx.announce("webhook.paused", .webhook, id.rawValue, ["reason": reason], at: now)
  }

  /// Sends again, beginning with what waited.
  package func resume(_ id: ID<Webhook>, by actor: Actor) async throws -> Webhook {
    let scope = try Self.scope(actor, .edit)
    let now = clock.now
    return try await database.write { tx in
      _ = try Self.find(id, scope, in: tx)
      if try tx.run("DELETE FROM webhook_pause WHERE webhook_id = \(id)") == 1 {
        try tx.run("UPDATE webhook_delivery SET next_at = \(now) WHERE webhook_id = \(id) AND state = 'waiting'")
        try tx.audit("resume", .webhook, id.rawValue, by: actor, at: now)
        try tx.announce("webhook.resumed", .webhook, id.rawValue, [String: String](), at: now)
      }
      return try Self.find(id, "TRUE", in: tx)
    }
  }

  private static func newSecret() -> String {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let text = Data(bytes).base64EncodedString().utf8.compactMap { byte -> UInt8? in
      switch byte {
      case UInt8(ascii: "+"): UInt8(ascii: "-")
      case UInt8(ascii: "/"): UInt8(ascii: "_")
      case UInt8(ascii: "="): nil
      default: byte
      }
    }
    return "vc_webhook_" + String(decoding: text, as: UTF8.self)
  }

  static func joined(_ texts: [String]) -> String { texts.joined(separator: "\n") }
}

extension Webhook {
  init(row: Row) throws {
    try self.init(
      id: row("id"), name: row("name"), address: row("address"),
      kinds: row("kinds", as: String.self).utf8.split(separator: 10).map { String(decoding: $0, as: UTF8.self) },
      user: row("user_id"), by: row("actor_name"),
      limits: row("limits", as: String?.self).map(FieldValue.split), createdAt: row("created_at"),
      version: row("version"),
      pause: Pause.of(row), place: row("place"))
  }
}
