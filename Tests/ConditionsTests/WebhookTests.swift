import Conditions
import Customers
import Foundation
import Kernel
import Logging
import Records
import Store
import StoreTesting
import Synchronization
import Testing
import Web

/// A receiver that answers as it is told to, and remembers what came.
final class Receiver: Sendable {
  private let state = Mutex<(answers: [Int?], posts: [OutboundPost])>(([], []))

  func answer(_ statuses: [Int?]) { state.withLock { $0.answers = statuses } }

  var posts: [OutboundPost] { state.withLock { $0.posts } }

  func take(_ post: OutboundPost) throws -> OutboundReply {
    let status = state.withLock { state in
      state.posts.append(post)
      return state.answers.isEmpty ? 200 : state.answers.removeFirst()
    }
    guard let status else { throw Problem(.unavailable, "The machine does not answer.") }
    return OutboundReply(status: status, body: Array("said \(status)".utf8))
  }
}

@Suite struct WebhookTests {
  private static let now = Stores.clock.now

  private func draft(_ kinds: [String] = ["*"]) throws -> Webhook.Draft {
    try Webhook.Draft(
      name: "Books", address: "https://books.example/in", kinds: kinds, outlets: .publicOnly)
  }

  private func courier(
    _ store: Database, _ receiver: Receiver, at now: Instant = WebhookTests.now, owner: Actor? = .operator
  ) -> WebhookCourier {
    WebhookCourier(
      store, clock: FixedClock(now),
      changes: Changes(store, customFields: CustomFields(store, clock: Stores.clock) { _ in .euro }) { Catalogues([]) },
      owners: { _ in owner },
      door: { try receiver.take($0) }, log: Logger(label: "test"))
  }

  private func happen(_ count: Int = 1, _ kind: String = "decision.taken", in store: Database) async throws {
    for number in 1...count {
      try await store.write {
        try $0.announce(kind, .decision, Int64(number), ["title": "Number \(number)"], at: WebhookTests.now)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `what happens after a webhook is made is told in order, once, signed`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let webhooks = Webhooks(store, clock: Stores.clock)
      try await happen(in: store)
      let (webhook, secret) = try await webhooks.create(try draft(), by: .operator)
      try await happen(3, in: store)
      let receiver = Receiver()
      let courier = courier(store, receiver)
      #expect(try await courier.round() == 3)
      #expect(try await courier.round() == 0)
      let bodies = receiver.posts.map { String(decoding: $0.body, as: UTF8.self) }
      #expect(bodies.count == 3)
      for (number, body) in bodies.enumerated() { #expect(body.contains("\"title\":\"Number \(number + 1)\"")) }
      let first = try #require(receiver.posts.first)
      let header = first.headers.first { $0.name == WebhookSignature.header }?.value
      #expect(header == WebhookSignature.of(first.body, secret: secret, at: WebhookTests.now))
      let log = try await WebhookDeliveries(store, clock: Stores.clock).list(of: webhook.id, for: .operator)
      #expect(log.rows.map(\.state) == [.delivered, .delivered, .delivered])
      #expect(log.rows.first?.answer == "said 200")
    }
  }

  @Test func `the signature is the HMAC of time and body that any receiver can compute`() {
    // python3: hmac.new(b"key", b"1768478400.{}", hashlib.sha256).hexdigest()
    let made = WebhookSignature.of(Array("{}".utf8), secret: "key", at: WebhookTests.now)
    #expect(made == "t=1768478400,v1=f8749c3b1c93ce2eff1df22e9d44444b30cc97cd85274bf4361fec04cefd24a3")
  }

  @Test(arguments: Stores.underTest)
  func `a delivery is tried ten times with growing waits, then given up`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let webhooks = Webhooks(store, clock: Stores.clock)
      let (webhook, _) = try await webhooks.create(try draft(), by: .operator)
      try await happen(in: store)
      let receiver = Receiver()
      receiver.answer(Array(repeating: 500, count: 5) + Array(repeating: nil, count: 5))
      var now = WebhookTests.now
      var waits: [Double] = []
      let log = WebhookDeliveries(store, clock: Stores.clock)
      for number in 1...WebhookPatience.mostTries {
        // Giving up makes room for the next.
        let isLast = number == WebhookPatience.mostTries
        #expect(try await courier(store, receiver, at: now).round() == (isLast ? 1 : 0))
        #expect(receiver.posts.count == number)
        // Not again before its time.
        #expect(try await courier(store, receiver, at: now.adding(seconds: 50)).round() == 0)
        #expect(receiver.posts.count == number)
        let delivery = try #require(try await log.list(of: webhook.id, for: .operator).rows.first)
        #expect(delivery.tries == number)
        if delivery.state == .waiting { waits.append(delivery.nextAt.seconds(since: now)) }
        now = delivery.nextAt
      }
      #expect(waits.count == 9 && zip(waits, waits.dropFirst()).allSatisfy { $0 < $1 })
      let first = try #require(waits.first)
      let last = try #require(waits.last)
      #expect(first >= 54 && first <= 66)
      #expect(last >= 0.9 * 43_200 && last <= 1.1 * 43_200)
      let parked = try #require(try await log.list(of: webhook.id, for: .operator).rows.first)
      #expect(parked.state == .parked && parked.problem == "The machine does not answer.")
      let tries = try await log.find(parked.id, of: webhook.id, for: .operator).tries
      #expect(tries.map(\.status) == [500, 500, 500, 500, 500, nil, nil, nil, nil, nil])
      // The next one has its turn, and what was given up can be sent again.
      let place = try #require(parked.place)
      _ = try await log.replay(webhook.id, from: place, through: place, onlyParked: true, by: .operator)
      #expect(try await courier(store, receiver, at: now.adding(seconds: 90_000)).round() == 1)
      #expect(try await log.list(of: webhook.id, for: .operator).rows.first?.isReplay == true)
    }
  }

  @Test(arguments: Stores.underTest)
  func `the second waits for the first, and a webhook that fails three in a row is paused`(
    _ dialect: Dialect
  ) async throws {
    try await withStore(dialect) { store in
      let webhooks = Webhooks(store, clock: Stores.clock)
      let (webhook, _) = try await webhooks.create(try draft(), by: .operator)
      try await happen(4, in: store)
      let receiver = Receiver()
      receiver.answer([503])
      _ = try await courier(store, receiver).round()
      #expect(receiver.posts.count == 1)
      receiver.answer(Array(repeating: 500, count: 40))
      var now = WebhookTests.now
      for _ in 0..<40 {
        now = now.adding(seconds: 48_000)
        _ = try await courier(store, receiver, at: now).round()
      }
      let paused = try await webhooks.find(webhook.id, for: .operator)
      #expect(paused.pause?.reason.contains("in a row") == true)
      let log = WebhookDeliveries(store, clock: Stores.clock)
      #expect(
        try await log.list(of: webhook.id, for: .operator).rows.map(\.state) == [.waiting, .parked, .parked, .parked])
      _ = try await webhooks.resume(webhook.id, by: .operator)
      receiver.answer([])
      #expect(try await courier(store, receiver, at: now).round() == 1)
    }
  }

  @Test(arguments: Stores.underTest)
  func `an address that is gone pauses its webhook, and so does an owner who left`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let webhooks = Webhooks(store, clock: Stores.clock)
      let (webhook, _) = try await webhooks.create(try draft(), by: .operator)
      try await happen(2, in: store)
      let receiver = Receiver()
      receiver.answer([410])
      _ = try await courier(store, receiver).round()
      #expect(try await webhooks.find(webhook.id, for: .operator).pause?.reason.contains("410") == true)
      _ = try await webhooks.resume(webhook.id, by: .operator)
      _ = try await courier(store, receiver, owner: nil).round()
      #expect(try await webhooks.find(webhook.id, for: .operator).isActive == false)
      #expect(receiver.posts.count == 1)
    }
  }

  @Test(arguments: Stores.underTest)
  func `nothing is told that the owner may not see, nor what somebody without personal data may not read`(
    _ dialect: Dialect
  ) async throws {
    try await withStore(dialect) { store in
      let webhooks = Webhooks(store, clock: Stores.clock)
      let (webhook, _) = try await webhooks.create(try draft(), by: .operator)
      try await happen(in: store)
      let receiver = Receiver()
      let blind = Actor(user: nil, name: "blind", grants: [])
      _ = try await courier(store, receiver, owner: blind).round()
      #expect(receiver.posts.isEmpty)
      let log = WebhookDeliveries(store, clock: Stores.clock)
      #expect(try await log.list(of: webhook.id, for: .operator).rows.map(\.state) == [.withheld])
      try await happen(in: store)
      let analyst = Actor(user: nil, name: "analyst", grants: Actor.everything, seesPersonalData: false)
      _ = try await courier(store, receiver, owner: analyst).round()
      let body = try #require(receiver.posts.first.map { String(decoding: $0.body, as: UTF8.self) })
      #expect(body.contains("decision.taken") && !body.contains("Number"))
    }
  }

  @Test(arguments: Stores.underTest)
  func `a webhook that a key made tells no more than the key could see`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let webhooks = Webhooks(store, clock: Stores.clock)
      let scopes: Set<Actor.Grant> = [
        .init(.create, .webhook, .all), .init(.edit, .webhook, .all), .init(.see, .task, .all),
      ]
      let key = Actor(user: nil, name: "operator (key Tasks)", grants: scopes, limits: scopes)
      let (webhook, _) = try await webhooks.create(try draft(), by: key)
      #expect(webhook.limits == ["create webhook all", "edit webhook all", "see task all"])
      try await happen(in: store)
      let receiver = Receiver()
      _ = try await courier(store, receiver).round()
      #expect(receiver.posts.isEmpty)
      // A person who changes it answers for it.
      let own = try await webhooks.edit(webhook.id, try draft(), version: webhook.version, by: .operator)
      #expect(own.limits == nil)
      try await happen(in: store)
      _ = try await courier(store, receiver).round()
      #expect(receiver.posts.count == 1)
    }
  }

  @Test(arguments: Stores.underTest)
  func `nobody has the webhook of somebody else tell another address`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let webhooks = Webhooks(store, clock: Stores.clock)
      let (webhook, _) = try await webhooks.create(try draft(), by: .operator)
      let other = Actor(user: 9, name: "other", grants: [.init(.edit, .webhook, .all), .init(.see, .webhook, .all)])
      let refused = await refusal {
        try await webhooks.edit(webhook.id, try draft(["task.*"]), version: webhook.version, by: other)
      }
      #expect(refused?.kind == .notAllowed)
      #expect(try await webhooks.find(webhook.id, for: .operator).kinds == ["*"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a process that ends between commit and delivery loses nothing`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let webhooks = Webhooks(store, clock: Stores.clock)
      _ = try await webhooks.create(try draft(), by: .operator)
      try await happen(2, in: store)
      let receiver = Receiver()
      receiver.answer([500])
      _ = try await courier(store, receiver).round()
      // What a process leaves behind that ends while a message is on its way: taken, and no outcome.
      try await store.write {
        try $0.run(
          "UPDATE webhook_delivery SET tries = tries + 1, next_at = \(WebhookTests.now.adding(seconds: 30)) WHERE tries = 1"
        )
      }
      #expect(try await courier(store, receiver).round() == 0)
      let later = WebhookTests.now.adding(seconds: 4_000)
      #expect(try await courier(store, receiver, at: later).round() == 2)
      #expect(receiver.posts.count == 3)
    }
  }

  @Test(arguments: [
    ([], "kinds"), (["customers.created"], "kinds"), (["customer"], "kinds"), (["customer.CREATED"], "kinds"),
    (["webhook.paused"], "kinds"), (["customer.created; drop"], "kinds"),
  ])
  func `kinds of event that cannot be are refused`(_ kinds: [String], _ field: String) {
    let problem = #expect(throws: Problem.self) {
      try Webhook.Draft(name: "Books", address: "https://books.example/", kinds: kinds, outlets: .publicOnly)
    }
    #expect(problem?.field == field)
  }

  @Test(arguments: Stores.underTest)
  func `events are kept until every webhook has passed them`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let webhooks = Webhooks(store, clock: Stores.clock)
      let (webhook, _) = try await webhooks.create(try draft(), by: .operator)
      _ = try await webhooks.pause(webhook.id, reason: "", by: .operator)
      try await happen(2, in: store)
      let receiver = Receiver()
      let late = WebhookTests.now.adding(seconds: 40 * 86_400)
      _ = try await courier(store, receiver, at: late).round()
      try await courier(store, receiver, at: late).tidy()
      #expect(try await store.read { try $0.events(after: 0, limit: 9) }.count >= 2)
      _ = try await webhooks.resume(webhook.id, by: .operator)
      #expect(try await courier(store, receiver, at: late).round() == 2)
      try await courier(store, receiver, at: late).tidy()
      #expect(try await store.read { try $0.events(after: 0, limit: 9) }.count == 1)
    }
  }
}
