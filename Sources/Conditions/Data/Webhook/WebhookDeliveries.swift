import Kernel
import Store

/// What webhooks are told: every statement on the queue and its log.
package struct WebhookDeliveries: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  private static let select: Statement = """
    SELECT d.id, d.webhook_id, d.place, d.kind, d.is_replay, d.state, d.tries, d.next_at, d.created_at, d.ended_at,
      t.status, t.milliseconds, t.answer, t.problem
    FROM webhook_delivery d LEFT JOIN webhook_try t ON t.delivery_id = d.id
      AND t.number = (SELECT max(l.number) FROM webhook_try l WHERE l.delivery_id = d.id)
    """

  /// The newest deliveries of a webhook, page by page.
  package func list(
    of webhook: ID<Webhook>, state: WebhookDelivery.State? = nil, before: Int64? = nil, size: Int = 50, for actor: Actor
  ) async throws -> Page<WebhookDelivery> {
    let scope = try Webhooks.scope(actor, .see)
    let filter: Statement = state.map { "AND d.state = \($0)" } ?? ""
    return try await database.read { tx in
      _ = try Webhooks.find(webhook, scope, in: tx)
      let rows = try tx.rows(
        """
        \(Self.select) WHERE d.webhook_id = \(webhook) AND d.id < \(before ?? Int64.max) \(filter)
        ORDER BY d.id DESC LIMIT \(size + 1)
        """, WebhookDelivery.init(row:))
      return Page(overfetched: rows, size: size) { "\($0.id)" }
    }
  }

  package func find(
    _ id: ID<WebhookDelivery>, of webhook: ID<Webhook>, for actor: Actor
  ) async throws -> (delivery: WebhookDelivery, tries: [WebhookTry]) {
    let scope = try Webhooks.scope(actor, .see)
    return try await database.read { tx in
      _ = try Webhooks.find(webhook, scope, in: tx)
      let found = try tx.first(
        "\(Self.select) WHERE d.id = \(id) AND d.webhook_id = \(webhook)", WebhookDelivery.init(row:))
      guard let found else { throw Problem(.notFound, "There is no such delivery.") }
      let tries = try tx.rows(
        """
        SELECT number, at, milliseconds, status, answer, problem FROM webhook_try WHERE delivery_id = \(id)
        ORDER BY number
        """, WebhookTry.init(row:))
      return (found, tries)
    }
  }

  /// Queues a message that says nothing but that it is a test.
  package func ping(_ webhook: ID<Webhook>, by actor: Actor, once: Once = .unchecked) async throws -> WebhookDelivery {
    let scope = try Webhooks.scope(actor, .edit)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      let found = try Webhooks.find(webhook, scope, in: tx)
      guard found.isActive else {
        throw Problem(.conflict, "This webhook is paused.", mend: "Let it send again first.")
      }
      let id: ID<WebhookDelivery> = try tx.newID()
      try tx.run(
        """
        INSERT INTO webhook_delivery (id, webhook_id, kind, state, next_at, created_at)
        VALUES (\(id), \(webhook), 'ping', 'waiting', \(now), \(now))
        """)
      try tx.audit("ping", .webhook, webhook.rawValue, by: actor, at: now)
      let made = try Self.find(id, in: tx)
      try once.keep(made, location: "/api/v1/webhooks/\(webhook)/deliveries/\(id)", in: tx)
      return made
    }
  }

  /// Queues again what was delivered, given up or withheld, in the order in which it happened.
  /// - Parameters:
  ///   - from: the first place; with `through`, a range of the feed.
  ///   - onlyParked: only what was given up.
  /// - Returns: how many.
  package func replay(
    _ webhook: ID<Webhook>, from: Int64, through: Int64, onlyParked: Bool, by actor: Actor, once: Once = .unchecked
  ) async throws -> WebhookReplay {
    let scope = try Webhooks.scope(actor, .edit)
    let now = clock.now
    guard from <= through else {
      throw Problem(.invalid, field: "through", "The range ends before it begins.", mend: "Swap the two numbers.")
    }
    return try await database.write { tx in
      try once.check(in: tx)
      _ = try Webhooks.find(webhook, scope, in: tx)
      let kept = try tx.outboxEnds().forgotten
      let state: Statement = onlyParked ? "state = 'parked'" : "state <> 'waiting'"
      let places = try tx.rows(
        """
        SELECT place, min(kind) AS kind FROM webhook_delivery
        WHERE webhook_id = \(webhook) AND place BETWEEN \(max(from, kept + 1)) AND \(through) AND \(state)
          AND place NOT IN (
            SELECT o.place FROM webhook_delivery o
            WHERE o.webhook_id = \(webhook) AND o.state = 'waiting' AND o.place IS NOT NULL)
        GROUP BY place ORDER BY place LIMIT 10000
        """
      ) { (place: try $0("place", as: Int64.self), kind: try $0("kind", as: String.self)) }
      guard !places.isEmpty else {
        throw Problem(
          .notFound, field: "from", "Nothing in this range was sent before, or it is no longer kept.",
          mend: "Look at the log for the places.")
      }
      try Self.queue(places, for: webhook, isReplay: true, at: now, in: tx)
      let made = WebhookReplay(queued: places.count)
      try tx.audit(
        "replay", .webhook, webhook.rawValue, detail: ["from": from, "through": through], by: actor, at: now)
      try once.keep(made, location: "/api/v1/webhooks/\(webhook)", in: tx)
      return made
    }
  }

  static func queue(
    _ places: [(place: Int64, kind: String)], for webhook: ID<Webhook>, isReplay: Bool = false, at now: Instant,
    in tx: Transaction
  ) throws {
    var next = zip(places, try tx.newIDs(places.count)).makeIterator()
    try tx.insert(
      into: "webhook_delivery",
      ["id", "webhook_id", "place", "kind", "is_replay", "state", "next_at", "created_at"]
    ) {
      next.next().map { event, id in
        [
          .int(id), webhook.stored, .int(event.place), .text(event.kind), isReplay.stored, .text("waiting"), now.stored,
          now.stored,
        ]
      }
    }
  }

  static func find(_ id: ID<WebhookDelivery>, in tx: Transaction) throws -> WebhookDelivery {
    guard let found = try tx.first("\(select) WHERE d.id = \(id)", WebhookDelivery.init(row:)) else {
      throw Problem(.notFound, "There is no such delivery.")
    }
    return found
  }

  /// What a webhook has to be told next, when it is due.
  static func due(_ webhook: ID<Webhook>, at now: Instant, in tx: Transaction) throws -> WebhookDelivery? {
    let head = try tx.first(
      "\(select) WHERE d.webhook_id = \(webhook) AND d.state = 'waiting' ORDER BY d.id LIMIT 1",
      WebhookDelivery.init(row:))
    return head.flatMap { $0.nextAt <= now ? $0 : nil }
  }
}

/// What a replay came to.
package struct WebhookReplay: Sendable, Codable, Equatable {
  package let queued: Int
}

extension WebhookDelivery {
  init(row: Row) throws {
    try self.init(
      id: row("id"), webhook: row("webhook_id"), place: row("place"), kind: row("kind"), isReplay: row("is_replay"),
      state: row("state"), tries: row("tries"), nextAt: row("next_at"), createdAt: row("created_at"),
      endedAt: row("ended_at"), status: row("status"), milliseconds: row("milliseconds"), answer: row("answer"),
      problem: row("problem"))
  }
}

extension WebhookTry {
  init(row: Row) throws {
    try self.init(
      number: row("number"), at: row("at"), milliseconds: row("milliseconds"), status: row("status"),
      answer: row("answer"), problem: row("problem"))
  }
}

extension WebhookDelivery.State: Storable {}
