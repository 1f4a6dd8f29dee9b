import Customers
import Kernel
import Records
import Store
import StoreTesting
import Testing

/// Finding customers by what somebody types.
@Suite struct CustomerSearchTests {
  static func searches(_ store: Database) -> Searches {
    Searches(
      store, clock: Stores.clock, jobs: Jobs(store, clock: Stores.clock),
      catalogues: Catalogues([Customers(store, clock: Stores.clock).catalogue]), sources: [Customers.searchSource])
  }

  private func found(_ searches: Searches, _ text: String, _ actor: Actor = .operator) async throws -> [String] {
    try await searches.find(SearchQuery(text), for: actor).map(\.title)
  }

  private static func seed(_ store: Database) async throws -> Customers {
    let customers = Customers(store, clock: Stores.clock)
    for (name, email) in [
      ("Anna Müller", "anna@mueller-und-partner.de"), ("Hans Meier", nil), ("Petra Mayer", nil),
      ("John Smyth", "j.smyth@northwind.example"), ("Schmidt Bau GmbH", nil), ("Ødegård AS", nil),
    ] as [(String, String?)] {
      _ = try await customers.create(
        try Customer.Draft(kind: "person", name: name, email: email, parent: nil), by: .operator)
    }
    return customers
  }

  @Test(arguments: Stores.underTest)
  func `a name is found by its other spelling, its beginning, its sound and with a letter wrong`(
    _ dialect: Store.Dialect
  ) async throws {
    try await withStore(dialect) { store in
      _ = try await Self.seed(store)
      let searches = Self.searches(store)
      for text in ["mueller", "muller", "Müller", "MÜL", "anna mue", "müller anna", "muelelr", "anna muler"] {
        #expect(try await found(searches, text).first == "Anna Müller", "\(text)")
      }
      #expect(try await found(searches, "mei") == ["Hans Meier"])
      #expect(try await found(searches, "smith").first == "John Smyth")
      #expect(Set(try await found(searches, "Maier")) == ["Hans Meier", "Petra Mayer"])
      #expect(try await found(searches, "meier gmbh").isEmpty)
      #expect(try await found(searches, "schmidt gmbh") == ["Schmidt Bau GmbH"])
      #expect(try await found(searches, "odegard") == ["Ødegård AS"])
      #expect(try await found(searches, "northwind.example") == ["John Smyth"])
      #expect(try await found(searches, "j.smyth@north") == ["John Smyth"])
      #expect(try await found(searches, "nobody").isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a customer that changes is found by what it is now, and by its number`(_ dialect: Store.Dialect) async throws {
    try await withStore(dialect) { store in
      let customers = try await Self.seed(store)
      let searches = Self.searches(store)
      let anna = try #require(try await searches.find(SearchQuery("mueller"), for: .operator).first)
      let id = ID<Customer>(anna.id)
      let draft = try Customer.Draft(kind: "person", name: "Anna Vogel", email: nil, parent: nil)
      _ = try await customers.edit(id, draft, version: 1, by: .operator)
      #expect(try await found(searches, "muller anna").isEmpty)
      #expect(try await found(searches, "vogel") == ["Anna Vogel"])
      #expect(try await found(searches, "\(id)").first == "Anna Vogel")
      let spelled = try await store.read { try $0.first("SELECT 1 FROM search_spelling WHERE word = 'mueller'") != nil }
      #expect(!spelled)
    }
  }

  @Test(arguments: Stores.underTest)
  func `nobody finds what they may not see, and whoever sees no names finds by number only`(
    _ dialect: Store.Dialect
  ) async throws {
    try await withStore(dialect) { store in
      _ = try await Self.seed(store)
      let searches = Self.searches(store)
      let stranger = Actor(user: 4711, name: "S", grants: [.init(.see, .customer, .own)])
      #expect(try await found(searches, "mueller", stranger).isEmpty)
      let nobody = Actor(user: 4712, name: "N", grants: [])
      #expect(try await found(searches, "mueller", nobody).isEmpty)
      let analyst = Actor(user: 4713, name: "A", grants: Actor.everything, seesPersonalData: false)
      #expect(try await found(searches, "mueller", analyst).isEmpty)
      let anna = try #require(try await searches.find(SearchQuery("mueller"), for: .operator).first)
      #expect(try await found(searches, "\(anna.id)", analyst) == ["Customer \(anna.id)"])
      let hidden = Actor(
        user: 4714, name: "H", grants: Actor.everything, fields: [.init(.customer, "email"): .hidden])
      #expect(try await found(searches, "northwind.example", hidden).isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `of equals the one that was opened lately stands first, and recents are shown without words`(
    _ dialect: Store.Dialect
  ) async throws {
    try await withStore(dialect) { store in
      let customers = Customers(store, clock: Stores.clock)
      var ids: [Int64] = []
      for number in 1...3 {
        let draft = try Customer.Draft(kind: "person", name: "Anna \(number)", email: nil, parent: nil)
        ids.append(try await customers.create(draft, by: .operator).id.rawValue)
      }
      let searches = Self.searches(store)
      let reader = Actor(user: 7, name: "R", grants: Actor.everything)
      try await searches.opened(.customer, ids[1], by: reader)
      #expect(try await searches.find(SearchQuery("anna"), for: reader).first?.id == ids[1])
      #expect(try await searches.recent(for: reader).map(\.id) == [ids[1]])
      #expect(try await searches.recent(for: .operator).isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a rebuild gives the same words, and a list is limited by them`(_ dialect: Store.Dialect) async throws {
    try await withStore(dialect) { store in
      _ = try await Self.seed(store)
      let searches = Self.searches(store)
      let words: @Sendable (Transaction) throws -> [String] = { tx in
        try tx.rows("SELECT word, field, record_id FROM search_word ORDER BY word, field, record_id") {
          "\(try $0(0, as: String.self)) \(try $0(1, as: String.self)) \(try $0(2, as: Int64.self))"
        }
      }
      let before = try await store.read(words)
      #expect(try await searches.rebuild() == 6)
      #expect(try await store.read(words) == before)
      let condition = Searches.condition(Customers.searchSource, "smith john", for: .operator, id: "c.id")
      let names: [String] = try await store.read { tx in
        try tx.rows("SELECT c.name FROM customer c WHERE \(condition)") { try $0(0) }
      }
      #expect(names == ["John Smyth"])
    }
  }
}
