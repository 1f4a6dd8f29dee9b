import Customers
import Kernel
import Records
import Store
import StoreTesting
import Testing

/// Customers who may be there twice.
@Suite struct DuplicateTests {
  static func duplicates(_ store: Database) -> Duplicates {
    Duplicates(
      store, clock: Stores.clock, jobs: Jobs(store, clock: Stores.clock),
      catalogues: Catalogues([Customers(store, clock: Stores.clock).catalogue]), sources: [Customers.searchSource])
  }

  static func seed(_ store: Database) async throws -> [Int64] {
    let customers = Customers(store, clock: Stores.clock)
    var ids: [Int64] = []
    for (name, email) in [
      ("Anna Müller", "anna.mueller@posteo.de"), ("Mueller, Anna", "Anna.Mueller@posteo.de"),
      ("Berta Schulz", "b.schulz@posteo.de"), ("Conrad Weber GmbH", nil), ("Weber Conrad AG", nil),
    ] as [(String, String?)] {
      let draft = try Customer.Draft(kind: "person", name: name, email: email, parent: nil)
      ids.append(try await customers.create(draft, by: .operator).id.rawValue)
    }
    return ids
  }

  @Test(arguments: Stores.underTest)
  func `a search finds the pairs, and one that was told to be two is not offered again`(
    _ dialect: Store.Dialect
  ) async throws {
    try await withStore(dialect) { store in
      let ids = try await Self.seed(store)
      let duplicates = Self.duplicates(store)
      #expect(try await duplicates.search("customer") == 1)
      let question = DuplicateQuestion(noun: "customer")
      let found = try await duplicates.list(question, for: .operator).rows
      #expect(found.map(\.low.id) == [ids[0]])
      #expect(found.map(\.high.id) == [ids[1]])
      #expect(found.first?.evidence.map(\.field) == ["name", "email"])
      try await duplicates.dismiss("customer", ids[1], ids[0], by: .operator)
      #expect(try await duplicates.list(question, for: .operator).rows.isEmpty)
      #expect(try await duplicates.count("customer", for: .operator) == 0)
      let dismissed = DuplicateQuestion(noun: "customer", state: .dismissed)
      #expect(try await duplicates.list(dismissed, for: .operator).rows.count == 1)
      #expect(try await duplicates.search("customer") == 1)
      #expect(try await duplicates.list(question, for: .operator).rows.isEmpty)
      try await duplicates.reopen("customer", ids[0], ids[1], by: .operator)
      #expect(try await duplicates.list(question, for: .operator).rows.count == 1)
    }
  }

  @Test(arguments: Stores.underTest)
  func `whoever types is told of those they may see, and of no others`(_ dialect: Store.Dialect) async throws {
    try await withStore(dialect) { store in
      let ids = try await Self.seed(store)
      let duplicates = Self.duplicates(store)
      let typed = RecordTexts([(field: "name", text: "Ana Muller"), (field: "email", text: "anna.mueller@posteo.de")])
      let hints = try await duplicates.hints("customer", typed, for: .operator)
      #expect(Set(hints.map(\.id)) == [ids[0], ids[1]])
      #expect(hints.filter { !$0.isLikely }.isEmpty)
      let name = RecordTexts([(field: "name", text: "Conrad Weber")])
      #expect(try await duplicates.hints("customer", name, for: .operator).map(\.id).sorted() == [ids[3], ids[4]])
      let new = RecordTexts([(field: "name", text: "Zacharias Nobody")])
      #expect(try await duplicates.hints("customer", new, for: .operator).isEmpty)
      let stranger = Actor(user: 4711, name: "S", grants: [.init(.see, .customer, .own)])
      #expect(try await duplicates.hints("customer", typed, for: stranger).isEmpty)
      let analyst = Actor(user: 4712, name: "A", grants: Actor.everything, seesPersonalData: false)
      #expect(try await duplicates.hints("customer", typed, for: analyst).isEmpty)
      await #expect(throws: Problem.self) {
        try await duplicates.list(DuplicateQuestion(noun: "customer"), for: analyst)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `many that arrive are compared in memory`(_ dialect: Store.Dialect) async throws {
    try await withStore(dialect) { store in
      let ids = try await Self.seed(store)
      let catalogue = Customers(store, clock: Stores.clock).catalogue
      let found = try await store.read { tx in
        var index = try Duplicates.index(Customers.searchSource, catalogue, in: tx)
        let arrival = RecordTexts([(field: "name", text: "B. Schulz"), (field: "email", text: "b.schulz@posteo.de")])
        return index.matches(DuplicateProfile(id: 0, arrival)).map(\.id)
      }
      #expect(found == [ids[2]])
    }
  }
}
