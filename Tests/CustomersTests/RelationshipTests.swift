import Customers
import Kernel
import Store
import StoreTesting
import Testing

/// How customers stand to each other, from either side.
@Suite struct RelationshipTests {
  private struct Office {
    let customers: Customers
    let relationships: Relationships

    init(_ store: Database) {
      customers = Customers(store, clock: Stores.clock)
      relationships = Relationships(store, clock: Stores.clock)
    }

    func customer(_ name: String, by actor: Actor = .operator) async throws -> ID<Customer> {
      let draft = try Customer.Draft(kind: "organisation", name: name, email: nil, parent: nil)
      return try await customers.create(draft, by: actor).id
    }
  }

  @Test(arguments: Stores.underTest)
  func `one row tells both sides, ends, and goes on`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let office = Office(store)
      let (mill, bakery) = (try await office.customer("Mill"), try await office.customer("Bakery"))
      let since = try #require(Day("2024-03-01"))
      let draft = try Relationship.Draft(.suppliedBy, to: mill, since: since, note: "Flour")
      let made = try await office.relationships.create(draft, of: bakery, by: .operator)
      #expect(made.kind == .suppliedBy && made.otherName == "Mill" && made.isRunning)
      let seen = try #require(try await office.relationships.list(of: mill, for: .operator).rows.first)
      #expect(seen.id == made.id && seen.kind == .supplies && seen.other == bakery && seen.note == "Flour")
      // The same from the other side is the same.
      for (draft, of) in [
        (try Relationship.Draft(.supplies, to: bakery), mill), (try Relationship.Draft(.suppliedBy, to: mill), bakery),
      ] {
        let twice = await #expect(throws: Problem.self) {
          try await office.relationships.create(draft, of: of, by: .operator)
        }
        #expect(twice?.kind == .conflict)
      }
      let early = await #expect(throws: Problem.self) {
        try await office.relationships.end(made.id, of: mill, on: since.adding(days: -1), by: .operator)
      }
      #expect(early?.field == "day")
      let ended = try await office.relationships.end(made.id, of: mill, on: since.adding(days: 9), by: .operator)
      #expect(ended.until == since.adding(days: 9) && ended.kind == .supplies)
      let second = try await office.relationships.create(draft, of: bakery, by: .operator)
      #expect(try await office.relationships.list(of: bakery, for: .operator).rows.map(\.isRunning) == [true, false])
      // As it is said anew, the first cannot run beside it.
      let both = await #expect(throws: Problem.self) {
        try await office.relationships.reopen(made.id, of: mill, by: .operator)
      }
      #expect(both?.kind == .conflict && both?.field == "kind")
      _ = try await office.relationships.end(second.id, of: bakery, on: since, by: .operator)
      let again = try await office.relationships.reopen(made.id, of: bakery, by: .operator)
      #expect(again.isRunning)
    }
  }

  @Test(arguments: Stores.underTest)
  func `they are read page by page, what runs first`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let office = Office(store)
      let hub = try await office.customer("Hub")
      var made: [ID<Relationship>] = []
      for number in 1...5 {
        let other = try await office.customer("Spoke \(number)")
        made.append(try await office.relationships.create(try .init(.supplies, to: other), of: hub, by: .operator).id)
      }
      let day = try #require(Day("2026-03-01"))
      for place in [1, 3] { _ = try await office.relationships.end(made[place], of: hub, on: day, by: .operator) }
      var (found, after, pages) = ([ID<Relationship>](), String?.none, 0)
      repeat {
        let page = try await office.relationships.list(of: hub, after: after, size: 2, for: .operator)
        found += page.rows.map(\.id)
        (after, pages) = (page.next, pages + 1)
      } while after != nil && pages < 9
      #expect(found == [4, 2, 0, 3, 1].map { made[$0] } && pages == 3)
      for wrong in ["", "1", "1~", "a~1", "1~2~3"] {
        let refused = await #expect(throws: Problem.self) {
          try await office.relationships.list(of: hub, after: wrong, for: .operator)
        }
        #expect(refused?.field == "after")
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `two who stand alike are said once, and nobody stands to itself`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let office = Office(store)
      let (one, two) = (try await office.customer("One"), try await office.customer("Two"))
      _ = try await office.relationships.create(try .init(.worksWith, to: two), of: one, by: .operator)
      let turned = await #expect(throws: Problem.self) {
        try await office.relationships.create(try .init(.worksWith, to: one), of: two, by: .operator)
      }
      #expect(turned?.kind == .conflict)
      let itself = await #expect(throws: Problem.self) {
        try await office.relationships.create(try .init(.familyOf, to: one), of: one, by: .operator)
      }
      #expect(itself?.field == "other")
    }
  }

  @Test(arguments: Stores.underTest)
  func `whoever sees one side only learns nothing of the other`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let office = Office(store)
      let mine = Actor(
        user: nil, name: "own", teams: [], grants: [.init(.see, .customer, .all), .init(.edit, .customer, .all)],
        seesPersonalData: false)
      let (mill, bakery) = (try await office.customer("Mill"), try await office.customer("Bakery"))
      _ = try await office.relationships.create(
        try .init(.supplies, to: bakery, note: "Ask Ada"), of: mill, by: .operator)
      let blind = try #require(try await office.relationships.list(of: mill, for: mine).rows.first)
      #expect(!blind.otherName.contains("Bakery") && blind.note.isEmpty)
      let stranger = Actor(user: 9, name: "own", grants: [.init(.see, .customer, .own), .init(.edit, .customer, .own)])
      let hidden = await #expect(throws: Problem.self) {
        try await office.relationships.list(of: mill, for: stranger)
      }
      #expect(hidden?.kind == .notFound)
      try await store.write { tx in
        try tx.run("UPDATE customer SET binned_at = 1 WHERE id = \(bakery)")
      }
      #expect(try await office.relationships.list(of: mill, for: .operator).rows == [])
    }
  }
}
