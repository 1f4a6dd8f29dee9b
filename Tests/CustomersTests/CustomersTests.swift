import Customers
import Foundation
import Kernel
import Records
import Store
import StoreTesting
import Testing

@Suite struct CustomersTests {
  @Test(arguments: Stores.underTest) func `a customer is made with what was given`(store: Dialect) async throws {
    try await withOffice(store) { office in
      let ida = office.actor(11, team: 1, .own)
      let draft = try office.draft("Mu\u{308}ller & Söhne", kind: .organisation, email: "info@example.org")
      let made = try await office.customers.create(draft, by: ida)
      #expect(made.name == "Müller & Söhne" && made.kind == .organisation && made.email == "info@example.org")
      #expect(made.owner == 11 && made.team == 1 && made.version == 1 && made.createdAt == Stores.clock.now)
      #expect(try await office.customers.find(made.id, for: ida) == made)
    }
  }

  @Test(arguments: [
    ("robot", "Ada", "", "", "kind"), ("person", " ", "", "", "name"), ("person", "A\nB", "", "", "name"),
    ("person", "Ada", "ada@", "", "email"), ("person", "Ada", "a b@c.d", "", "email"),
    ("person", "Ada", "a@b@c.d", "", "email"), ("person", "Ada", "a@localhost", "", "email"),
    ("person", "Ada", "", "x1", "parent"), ("person", "Ada", "", "-4", "parent"),
  ])
  func `a draft names the field that is wrong`(kind: String, name: String, email: String, parent: String, field: String)
  {
    let found = #expect(throws: Problem.self) {
      _ = try Customer.Draft(kind: kind, name: name, email: email, parent: parent)
    }
    #expect(found?.field == field)
  }

  @Test(arguments: Stores.underTest) func `an edit of an old version is a conflict`(store: Dialect) async throws {
    try await withOffice(store) { office in
      let made = try await office.make("Ada")
      let first = try await office.customers.edit(made.id, try office.draft("Ada B"), version: 1, by: .operator)
      #expect(first.version == 2 && first.name == "Ada B")
      let found = await #expect(throws: Problem.self) {
        try await office.customers.edit(made.id, try office.draft("Ada C"), version: 1, by: .operator)
      }
      #expect(found?.kind == .conflict && found?.field == "version")
      #expect(try await office.customers.find(made.id, for: .operator) == first)
      #expect(try await office.pages(RecordQuestion(words: "ada b")).map(\.id) == [made.id.rawValue])
    }
  }

  @Test(arguments: Stores.underTest) func `nobody stands under themselves`(store: Dialect) async throws {
    try await withOffice(store) { office in
      let top = try await office.make("Top")
      let middle = try await office.make("Middle", parent: top.id)
      let low = try await office.make("Low", parent: middle.id)
      for under in [top, middle, low] {
        let found = await #expect(throws: Problem.self) {
          try await office.customers.edit(
            top.id, try office.draft("Top", parent: under.id), version: 1, by: .operator)
        }
        #expect(found?.field == "parent")
        #expect(found?.message == "A customer cannot stand under itself.")
      }
      #expect(try await office.customers.find(top.id, for: .operator).parent == nil)
      #expect(try await office.customers.children(of: top.id, for: .operator).map(\.id) == [middle.id])
      let moved = try await office.customers.edit(
        low.id, try office.draft("Low", parent: top.id), version: 1, by: .operator)
      #expect(moved.parent == top.id)
    }
  }

  @Test(arguments: Stores.underTest) func `a tree deeper than fifty is refused`(store: Dialect) async throws {
    try await withOffice(store) { office in
      var above = try await office.make("0")
      for depth in 1..<50 { above = try await office.make("\(depth)", parent: above.id) }
      let found = await #expect(throws: Problem.self) {
        let next = try await office.make("50", parent: above.id)
        _ = try await office.make("51", parent: next.id)
      }
      #expect(found?.field == "parent")
    }
  }

  @Test(arguments: Stores.underTest)
  func `a parent that is not there or may not be seen is not found`(store: Dialect) async throws {
    try await withOffice(store) { office in
      let hidden = try await office.make("Hidden", by: office.actor(21, team: 2, .own))
      for parent in [hidden.id, ID<Customer>(999_999)] {
        let found = await #expect(throws: Problem.self) {
          try await office.make("Child", parent: parent, by: office.actor(11, team: 1, .own))
        }
        #expect(found?.kind == .notFound)
      }
      #expect(try await office.customers.count(for: .operator) == 1)
    }
  }

  @Test(arguments: Stores.underTest) func `everybody sees as far as their reach`(store: Dialect) async throws {
    try await withOffice(store) { office in
      for (user, team) in [(11, 1), (12, 1), (21, 2)] as [(Int64, Int64)] {
        _ = try await office.make("Of \(user)", by: office.actor(user, team: team, .own))
      }
      _ = try await office.make("Of nobody")
      let names = { (actor: Actor) in try await office.pages(RecordQuestion(), for: actor).map(\.title) }
      #expect(try await names(office.actor(11, team: 1, .own)) == ["Of 11"])
      #expect(try await names(office.actor(11, team: 1, .team)) == ["Of 11", "Of 12"])
      #expect(try await names(office.actor(21, team: 2, .team)) == ["Of 21"])
      #expect(try await names(office.actor(11, team: 1, .all)).count == 4)
      #expect(try await office.customers.count(for: office.actor(11, team: 1, .own)) == 1)
      #expect(try await office.customers.count(for: office.actor(11, team: 1, .team)) == 2)
      #expect(try await office.customers.count(for: .operator) == 4)
      let nobody = Actor(user: nil, name: "nobody", grants: [.init(.see, .customer, .own)])
      #expect(try await office.customers.count(for: nobody) == 0)
      let stranger = Actor(user: 11, name: "stranger", grants: [])
      let found = await #expect(throws: Problem.self) { try await office.customers.count(for: stranger) }
      #expect(found?.kind == .notAllowed)
    }
  }

  @Test(arguments: Stores.underTest)
  func `one that may not be seen is one that is not there`(store: Dialect) async throws {
    try await withOffice(store) { office in
      let customers = office.customers
      let made = try await office.make("Of 21", by: office.actor(21, team: 2, .own))
      try await office.key("K-21", of: made.id)
      let ida = office.actor(11, team: 1, .team)
      let asked: [() async throws -> Void] = [
        { _ = try await customers.find(made.id, for: ida) }, { _ = try await customers.traits(of: made.id, for: ida) },
        { _ = try await customers.keys(of: made.id, for: ida) },
        { _ = try await customers.edit(made.id, try office.draft("Mine"), version: 1, by: ida) },
        { _ = try await customers.find(ID(999_999), for: ida) },
      ]
      for ask in asked {
        let found = await #expect(throws: Problem.self) { try await ask() }
        #expect(found?.kind == .notFound && found?.message == "There is no such customer.")
      }
      #expect(try await customers.find(externalKey: "K-21", for: ida) == nil)
      #expect(try await customers.names([made.id], for: ida).isEmpty)
      #expect(try await customers.children(of: made.id, for: ida).isEmpty)
      #expect(try await Purchases(office.database).recent(of: made.id, for: ida).isEmpty)
      #expect(try await customers.find(made.id, for: .operator).name == "Of 21")
      #expect(try await customers.find(externalKey: "K-21", for: .operator)?.id == made.id)
    }
  }

  @Test(arguments: Stores.underTest)
  func `who may see but not edit is told so or finds nothing`(store: Dialect) async throws {
    try await withOffice(store) { office in
      let made = try await office.make("Of 21", by: office.actor(21, team: 2, .own))
      let reader = Actor(
        user: 11, name: "reader", grants: [.init(.see, .customer, .all), .init(.edit, .customer, .own)])
      let found = await #expect(throws: Problem.self) {
        try await office.customers.edit(made.id, try office.draft("X"), version: 1, by: reader)
      }
      #expect(found?.kind == .notFound)
      let refused = await #expect(throws: Problem.self) { try await office.make("New", by: reader) }
      #expect(refused?.kind == .notAllowed)
    }
  }

  @Test(arguments: Stores.underTest) func `a request sent twice makes one customer`(store: Dialect) async throws {
    try await withOffice(store) { office in
      func once(_ body: String, _ principal: String = "user 11") throws -> Once {
        let key = try IdempotencyKey("k-1", principal: principal, method: "POST", path: "/customers", body: body.utf8)
        return Once(key, now: Stores.clock.now)
      }
      let made = try await office.customers.create(try office.draft("Ada"), by: .operator, once: once("name=Ada"))
      let replay = await #expect(throws: Replay.self) {
        try await office.customers.create(try office.draft("Ada"), by: .operator, once: once("name=Ada"))
      }
      #expect(replay?.answer.status == 201)
      #expect(replay?.answer.location == "/api/v1/customers/\(made.id)")
      let body = try JSONDecoder().decode(Customer.self, from: Data((replay?.answer.body ?? "").utf8))
      #expect(body == made)
      let other = await #expect(throws: Problem.self) {
        try await office.customers.create(try office.draft("Bob"), by: .operator, once: once("name=Bob"))
      }
      #expect(other?.field == "Idempotency-Key")
      #expect(try await office.customers.count(for: .operator) == 1)
      _ = try await office.customers.create(try office.draft("Bob"), by: .operator, once: once("name=Bob", "user 12"))
      #expect(try await office.customers.count(for: .operator) == 2)
    }
  }

  @Test(arguments: Stores.underTest) func `a refused create keeps no answer`(store: Dialect) async throws {
    try await withOffice(store) { office in
      let key = try IdempotencyKey("k-2", principal: "user 11", method: "POST", path: "/customers", body: "x".utf8)
      let once = Once(key, now: Stores.clock.now)
      await #expect(throws: Problem.self) {
        try await office.customers.create(
          try office.draft("Ada", parent: ID(999_999)), by: .operator, once: once)
      }
      _ = try await office.customers.create(try office.draft("Ada"), by: .operator, once: once)
      #expect(try await office.customers.count(for: .operator) == 1)
    }
  }

  @Test(arguments: Stores.underTest) func `each change leaves one line in the audit`(store: Dialect) async throws {
    try await withOffice(store) { office in
      let ida = office.actor(11, team: 1, .own)
      let made = try await office.make("Ada", by: ida)
      _ = try await office.customers.edit(made.id, try office.draft("Eva"), version: 1, by: ida)
      await #expect(throws: Problem.self) {
        try await office.customers.edit(made.id, try office.draft("Uta"), version: 1, by: ida)
      }
      let lines = try await office.audit()
      #expect(lines.map(\.verb) == ["create", "edit"])
      #expect(lines.allSatisfy { $0.noun == "customer" && $0.record == made.id.rawValue && $0.actor == 11 })
      #expect(lines.last?.detail.contains("Ada") == true && lines.last?.detail.contains("Eva") == true)
      #expect(try await office.database.read { try $0.firstBrokenAuditEntry() } == nil)
      let events = try await office.database.read { tx in
        try tx.rows("SELECT kind FROM outbox_event ORDER BY id") { try $0(0, as: String.self) }
      }
      #expect(events == ["customer.created", "customer.changed"])
    }
  }
}
