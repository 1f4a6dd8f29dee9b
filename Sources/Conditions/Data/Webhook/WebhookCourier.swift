import Foundation
import Kernel
import Logging
import Store
import Web

/// Tells webhooks what happened: at least once, in order for each, signed, again after growing waits, and nothing that
/// whoever made the webhook may not see at that moment.
package actor WebhookCourier {
  /// Whose rights a webhook has; nil when they sign in no longer.
  package typealias Owners = @Sendable (_ user: Int64?) async throws -> Actor?

  /// How long a delivery belongs to the courier that took it.
  private static let leaseSeconds: Int64 = 30
  /// How many days events and the log are kept.
  package static let keptDays: Int64 = 30
  private static let mostAtOnce = 16
  static let house = Actor(user: nil, name: "the house", grants: Actor.everything)

  private let database: Database
  private let clock: any Clock
  private let changes: Changes
  private let owners: Owners
  private let door: OutboundDoor
  private let log: Logger
  private var busy: Set<ID<Webhook>> = []

  package init(
    _ database: Database, clock: any Clock, changes: Changes, owners: @escaping Owners,
    door: @escaping OutboundDoor, log: Logger
  ) {
    self.database = database
    self.clock = clock
    self.changes = changes
    self.owners = owners
    self.door = door
    self.log = log
  }

  /// Works until the task is cancelled. A slow address holds up nobody but itself.
  package func run() async {
    await quietly { try await takeOver() }
    var tidied: ContinuousClock.Instant?
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        await quietly {
          try await queue()
          for webhook in try await ready() where busy.count < Self.mostAtOnce && busy.insert(webhook).inserted {
            group.addTask { await self.serve(webhook) }
          }
        }
        if tidied.map({ ContinuousClock.now - $0 > .seconds(3_600) }) ?? true {
          await quietly { try await tidy() }
          tidied = .now
        }
        try? await Task.sleep(for: .milliseconds(300))
      }
      group.cancelAll()
    }
  }

  /// One round without waiting: queues what is new and sends what is due.
  /// - Returns: how many deliveries came to an end.
  @discardableResult
  package func round() async throws -> Int {
    try await queue()
    var ended = 0
    for webhook in try await ready() {
      while try await deliverNext(of: webhook) { ended += 1 }
    }
    return ended
  }

  private func serve(_ webhook: ID<Webhook>) async {
    await quietly { while !Task.isCancelled, try await deliverNext(of: webhook) {} }
    busy.remove(webhook)
  }

  /// A delivery that was under way when its process ended counts as a try and is sent again at once.
  private func takeOver() async throws {
    guard database.dialect == .sqlite else { return }
    let now = clock.now
    try await database.write { tx in
      try tx.run(
        """
        UPDATE webhook_delivery SET next_at = \(now) WHERE state = 'waiting' AND next_at > \(now)
          AND tries > (SELECT count(*) FROM webhook_try t WHERE t.delivery_id = webhook_delivery.id)
        """)
    }
  }

  /// Puts what happened since the last time into the queue of every webhook that wants it.
  private func queue() async throws {
    try await changes.settle()
    let behind = try await database.read { tx in
      try tx.rows(
        "\(Webhooks.select) WHERE p.at IS NULL AND w.place < \(try tx.outboxEnds().newest) ORDER BY w.id",
        Webhook.init(row:))
    }
    let now = clock.now
    for webhook in behind {
      try await database.write { tx in
        let events = try tx.events(after: webhook.place, limit: 1_000)
        guard let last = events.last else { return }
        let moved = try tx.run(
          "UPDATE webhook SET place = \(last.place) WHERE id = \(webhook.id) AND place = \(webhook.place)")
        guard moved == 1 else { return }
        let wanted = events.filter { webhook.wants($0.kind) }.map { (place: $0.place, kind: $0.kind) }
        if !wanted.isEmpty { try WebhookDeliveries.queue(wanted, for: webhook.id, at: now, in: tx) }
      }
    }
  }

  /// The webhooks whose next delivery is due.
  private func ready() async throws -> [ID<Webhook>] {
    let now = clock.now
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT d.webhook_id FROM webhook_delivery d
        WHERE d.state = 'waiting' AND d.next_at <= \(now)
          AND NOT EXISTS (SELECT 1 FROM webhook_pause p WHERE p.webhook_id = d.webhook_id)
          AND NOT EXISTS (
            SELECT 1 FROM webhook_delivery o
            WHERE o.webhook_id = d.webhook_id AND o.state = 'waiting' AND o.id < d.id)
        """
      ) { try $0(0) }
    }
  }

  /// A message on its way.
  private struct Parcel: Sendable {
    let webhook: Webhook
    let delivery: WebhookDelivery
    let event: OutboxEvent?
    let secret: String
  }

  /// - Returns: whether there was one to send and the next may follow.
  private func deliverNext(of id: ID<Webhook>) async throws -> Bool {
    let now = clock.now
    let parcel = try await database.write { tx -> Parcel? in
      guard let found = try tx.first("\(Webhooks.select) WHERE w.id = \(id)", Webhook.init(row:)), found.isActive,
        let next = try WebhookDeliveries.due(id, at: now, in: tx)
      else { return nil }
      // Counted before it is sent: what takes the process down is not tried for ever.
      let claimed = try tx.run(
        """
        UPDATE webhook_delivery SET tries = tries + 1, next_at = \(now.adding(seconds: Self.leaseSeconds))
        WHERE id = \(next.id) AND state = 'waiting' AND next_at <= \(now) AND tries = \(next.tries)
        """)
      guard claimed == 1 else { return nil }
      let sealed: [UInt8]? = try tx.value("SELECT secret FROM webhook WHERE id = \(id)")
      let event = try next.place.flatMap { try tx.events(at: [$0]).first }
      return Parcel(
        webhook: found, delivery: next, event: event,
        secret: String(decoding: try tx.opened(sealed ?? [], purpose: "webhook"), as: UTF8.self))
    }
    guard let parcel else { return false }
    guard let owner = try await owners(parcel.webhook.user) else {
      try await stop(parcel, "Whoever made it signs in no longer.")
      return false
    }
    guard let body = try await body(of: parcel, for: owner.within(limitWords: parcel.webhook.limits)) else {
      try await end(parcel.delivery.id, .withheld)
      return true
    }
    return try await send(body, parcel)
  }

  /// The message, or nil when the owner may not know of it.
  private func body(of parcel: Parcel, for owner: Actor) async throws -> [UInt8]? {
    guard parcel.delivery.place != nil else {
      return try JSON.bytes(Ping(id: parcel.delivery.id.rawValue, at: parcel.delivery.createdAt))
    }
    guard let event = parcel.event else { return nil }
    let changes = changes
    let shown = try await database.read { try changes.show([event], to: owner, in: $0)[event.place] }
    return try shown.map { try JSON.bytes($0) }
  }

  private struct Ping: Encodable {
    let id: Int64
    let kind = "ping"
    let at: Instant
  }

  private func send(_ body: [UInt8], _ parcel: Parcel) async throws -> Bool {
    let began = ContinuousClock.now
    var outcome = WebhookTry.Outcome()
    do {
      let address = try OutboundAddress(parcel.webhook.address)
      let reply = try await door(
        OutboundPost(
          to: address,
          headers: [
            ("Content-Type", "application/json"), ("Valuechain-Event", parcel.delivery.kind),
            ("Valuechain-Delivery", "\(parcel.delivery.id)"),
            (WebhookSignature.header, WebhookSignature.of(body, secret: parcel.secret, at: clock.now)),
          ], body: body))
      outcome.status = reply.status
      outcome.answer = Self.readable(reply.body)
    } catch is CancellationError {
      // The server stops: not the fault of the address, and sent again at the next start.
      try await putBack(parcel.delivery)
      return false
    } catch let problem as Problem {
      outcome.problem = problem.message
    } catch {
      log.error("a webhook could not be sent", metadata: ["webhook": "\(parcel.webhook.id)", "error": "\(error)"])
      outcome.problem = "Something went wrong inside; see the log."
    }
    if Task.isCancelled, outcome.status == nil {
      try await putBack(parcel.delivery)
      return false
    }
    let elapsed = (ContinuousClock.now - began).components
    outcome.milliseconds = Int(elapsed.seconds * 1_000 + elapsed.attoseconds / 1_000_000_000_000_000)
    return try await record(outcome, parcel)
  }

  /// The first bytes of an answer as text that can be kept.
  private static func readable(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(400), as: UTF8.self)
    return String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }

  /// Writes down what a try came to, and what follows from it.
  private func record(_ outcome: WebhookTry.Outcome, _ parcel: Parcel) async throws -> Bool {
    let now = clock.now
    let delivery = parcel.delivery
    let number = delivery.tries + 1
    let next = WebhookPatience.next(after: number, from: now, delivery: delivery.id.rawValue)
    return try await database.write { tx in
      // The webhook may have been deleted meanwhile.
      guard try tx.first("SELECT 1 FROM webhook_delivery WHERE id = \(delivery.id)") != nil else { return false }
      try tx.run(
        """
        INSERT INTO webhook_try (delivery_id, number, at, milliseconds, status, answer, problem)
        VALUES (\(delivery.id), \(number), \(now), \(outcome.milliseconds), \(outcome.status), \(outcome.answer), \
        \(outcome.problem))
        """)
      if outcome.isTaken {
        try tx.run(
          "UPDATE webhook_delivery SET state = 'delivered', ended_at = \(now) WHERE id = \(delivery.id)")
        return true
      }
      if outcome.status == 410 {
        try tx.run("UPDATE webhook_delivery SET state = 'parked', ended_at = \(now) WHERE id = \(delivery.id)")
        let reason = "The address answered that it is gone (410)."
        try Webhooks.pause(delivery.webhook, reason: reason, by: Self.house, at: now, in: tx)
        return false
      }
      if let next {
        try tx.run("UPDATE webhook_delivery SET next_at = \(next) WHERE id = \(delivery.id)")
        return false
      }
      try tx.run("UPDATE webhook_delivery SET state = 'parked', ended_at = \(now) WHERE id = \(delivery.id)")
      try tx.announce(
        "webhook.parked", .webhook, delivery.webhook.rawValue, ["delivery": delivery.id.rawValue], at: now)
      return try !Self.pausedAfterMany(delivery.webhook, at: now, in: tx)
    }
  }

  /// Pauses a webhook of which the newest deliveries were all given up.
  private static func pausedAfterMany(_ id: ID<Webhook>, at now: Instant, in tx: Transaction) throws -> Bool {
    let newest = try tx.rows(
      """
      SELECT state FROM webhook_delivery WHERE webhook_id = \(id) AND state IN ('delivered', 'parked')
      ORDER BY ended_at DESC, id DESC LIMIT \(WebhookPatience.mostParked)
      """
    ) { try $0(0, as: WebhookDelivery.State.self) }
    guard newest.count == WebhookPatience.mostParked, newest.allSatisfy({ $0 == .parked }) else { return false }
    let reason = "\(WebhookPatience.mostParked) deliveries in a row were given up."
    try Webhooks.pause(id, reason: reason, by: house, at: now, in: tx)
    return true
  }

  private func end(_ id: ID<WebhookDelivery>, _ state: WebhookDelivery.State) async throws {
    let now = clock.now
    try await database.write {
      try $0.run("UPDATE webhook_delivery SET state = \(state), ended_at = \(now) WHERE id = \(id)")
    }
  }

  private func stop(_ parcel: Parcel, _ reason: String) async throws {
    try await putBack(parcel.delivery)
    let now = clock.now
    try await database.write { tx in
      try Webhooks.pause(parcel.webhook.id, reason: reason, by: Self.house, at: now, in: tx)
    }
  }

  private func putBack(_ delivery: WebhookDelivery) async throws {
    try await database.write {
      try $0.run(
        """
        UPDATE webhook_delivery SET tries = \(delivery.tries), next_at = \(delivery.nextAt)
        WHERE id = \(delivery.id) AND state = 'waiting'
        """)
    }
  }

  /// Forgets events that every webhook and rule has passed, and what the log says of them, when they are old.
  package func tidy() async throws {
    let before = clock.now.adding(seconds: -Self.keptDays * 86_400)
    try await database.write { tx in
      let newest = try tx.outboxEnds().newest
      let looked = try Rules.looked(in: tx)
      let sent = try tx.value("SELECT min(place) FROM webhook", as: Int64?.self).flatMap { $0 }
      let waiting = try tx.value(
        "SELECT min(place) FROM webhook_delivery WHERE state = 'waiting'", as: Int64?.self
      ).flatMap { $0 }
      let passed = min(looked ?? newest, sent ?? newest, waiting.map { $0 - 1 } ?? newest)
      try tx.forgetEvents(before: before, through: passed)
      let old: Statement = "state <> 'waiting' AND ended_at < \(before)"
      try tx.run("DELETE FROM webhook_try WHERE delivery_id IN (SELECT id FROM webhook_delivery WHERE \(old))")
      try tx.run("DELETE FROM webhook_delivery WHERE \(old)")
    }
  }

  private func quietly(_ work: () async throws -> Void) async {
    do {
      try await work()
    } catch is CancellationError {
      return
    } catch {
      log.error("webhooks could not be served", metadata: ["error": "\(error)"])
      try? await Task.sleep(for: .seconds(2))
    }
  }
}

extension WebhookTry {
  /// What a try came to.
  struct Outcome: Sendable {
    var status: Int?
    var answer = ""
    var problem: String?
    var milliseconds = 0

    var isTaken: Bool { status.map { (200..<300).contains($0) } ?? false }
  }
}
