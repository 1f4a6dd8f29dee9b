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
      let seen = try #require(try await office.relationships.list(of: mill, for: .operator).first)
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
      _ = try await office.relationships.create(draft, of: bakery, by: .operator)
      #expect(try await office.relationships.list(of: bakery, for: .operator).map(\.isRunning) == [true, false])
      let again = try await office.relationships.reopen(made.id, of: bakery, by: .operator)
      #expect(again.isRunning)
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
      let blind = try #require(try await office.relationships.list(of: mill, for: mine).first)
      #expect(!blind.otherName.contains("Bakery") && blind.note.isEmpty)
      let stranger = Actor(user: 9, name: "own", grants: [.init(.see, .customer, .own), .init(.edit, .customer, .own)])
      let hidden = await #expect(throws: Problem.self) {
        try await office.relationships.list(of: mill, for: stranger)
      }
      #expect(hidden?.kind == .notFound)
      try await store.write { tx in
        try tx.run("UPDATE customer SET binned_at = 1 WHERE id = \(bakery)")
      }
      #expect(try await office.relationships.list(of: mill, for: .operator) == [])
    }
  }
}
