import Customers
import Kernel
import Records
import Store
import StoreTesting
import Testing

/// Two customers that become one, and are two again.
@Suite struct MergeTests {
  static func merges(_ store: Database) -> Merges {
    let fields = CustomFields(store, clock: Stores.clock) { _ in .euro }
    return Merges(
      RecordChanges(store, clock: Stores.clock, customFields: fields),
      catalogues: Catalogues([Customers(store, clock: Stores.clock).catalogue]), sources: [Customers.searchSource],
      parts: MergeParts(
        [Customers.mergePart, Purchases.mergePart, CostDrivers.mergePart] + Observations.mergeParts))
  }

  /// Everything a merge may touch, but the numbers of versions, which only grow.
  static func state(_ store: Database) async throws -> [String] {
    let tables: [Statement] = [
      "SELECT id, kind, name, folded, email, parent_id, owner_id, binned_at FROM customer ORDER BY id",
      "SELECT * FROM customer_key ORDER BY source_id, external_id",
      "SELECT * FROM customer_trait ORDER BY customer_id, name",
      "SELECT * FROM purchase ORDER BY customer_id, day, id",
      "SELECT * FROM purchase_line ORDER BY customer_id, day, purchase_id, line",
      "SELECT * FROM observation ORDER BY id", "SELECT * FROM cost_driver ORDER BY customer_id, day, id",
      "SELECT * FROM search_word ORDER BY word, noun, field, record_id",
      "SELECT * FROM search_entry ORDER BY noun, record_id", "SELECT * FROM search_spelling ORDER BY word",
    ]
    return try await store.read { tx in
      try tables.flatMap { try tx.rows($0) { "\($0.values)" } }
    }
  }

  struct Pair {
    let customers: Customers
    let kept: Int64
    let lost: Int64
  }

  /// Two spellings of one customer, each with purchases, names elsewhere, traits; a site stands under the second.
  static func pair(_ store: Database) async throws -> Pair {
    let customers = Customers(store, clock: Stores.clock)
    func made(_ name: String, _ email: String?, _ parent: Int64? = nil) async throws -> Int64 {
      let draft = try Customer.Draft(kind: "organisation", name: name, email: email, parent: parent.map { "\($0)" })
      return try await customers.create(draft, by: .operator).id.rawValue
    }
    let kept = try await made("Müller & Sohn GmbH", nil)
    let lost = try await made("Mueller und Sohn", "info@mueller.example")
    _ = try await made("Müller, Lager", nil, lost)
    try await store.write { tx in
      let source = try Sources().named("shop", at: Stores.clock.now, in: tx).id
      for (number, customer) in [(1, kept), (2, lost), (3, lost)] {
        let (id, key) = (Int64(900 + number), "O\(number)")
        try tx.run(
          "INSERT INTO customer_key (source_id, external_id, customer_id) VALUES (\(source), \(key), \(customer))")
        try tx.run(
          """
          INSERT INTO purchase (customer_id, day, id, kind, source_id, external_id, value_minor, lines)
          VALUES (\(customer), 20000, \(id), 'order', \(source), \(key), 1000, 1)
          """)
        try tx.run(
          """
          INSERT INTO purchase_line (customer_id, day, purchase_id, line, amount_minor, content)
          VALUES (\(customer), 20000, \(id), 1, 1000, 7)
          """)
      }
      for (customer, name) in [(kept, "region"), (lost, "region"), (lost, "branch")] {
        try tx.run(
          """
          INSERT INTO customer_trait (customer_id, name, value, at)
          VALUES (\(customer), \(name), \("of \(customer)"), \(Stores.clock.now))
          """)
      }
      try SearchIndex.refresh(Customers.searchSource, [kept, lost], in: tx)
    }
    return Pair(customers: customers, kept: kept, lost: lost)
  }

  @Test(arguments: Stores.underTest)
  func `everything moves to the one that stays, and an undo puts all of it back`(_ dialect: Store.Dialect) async throws
  {
    try await withStore(dialect) { store in
      let pair = try await Self.pair(store)
      let merges = Self.merges(store)
      let before = try await Self.state(store)
      let order = try Merge.Order(
        noun: "customer", kept: pair.kept, lost: [pair.lost], choices: ["email": pair.lost])
      let merge = try #require(try await merges.create(order, by: .operator).first)
      let kept = try await pair.customers.find(ID(pair.kept), for: .operator)
      #expect(kept.email == "info@mueller.example")
      #expect(kept.name == "Müller & Sohn GmbH")
      let counts = try await store.read { tx in
        try ["purchase", "purchase_line", "customer_key"].map { (table: StaticString) in
          try tx.value("SELECT count(*) FROM \(name: table) WHERE customer_id = \(pair.kept)", as: Int.self)
        }
      }
      #expect(counts == [3, 3, 3])
      #expect(try await pair.customers.children(of: ID(pair.kept), for: .operator).count == 1)
      await #expect(throws: Problem.self) { try await pair.customers.find(ID(pair.lost), for: .operator) }
      #expect(try await merges.successor(of: pair.lost, .customer, for: .operator) == pair.kept)
      let undone = try await merges.undo(merge.id, by: .operator)
      #expect(undone.isUndone)
      #expect(try await Self.state(store) == before)
      #expect(try await merges.successor(of: pair.lost, .customer, for: .operator) == nil)
      await #expect(throws: Problem.self) { try await merges.undo(merge.id, by: .operator) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `one that stood under the other takes its place`(_ dialect: Store.Dialect) async throws {
    try await withStore(dialect) { store in
      let pair = try await Self.pair(store)
      let merges = Self.merges(store)
      let site = try #require(try await pair.customers.children(of: ID(pair.lost), for: .operator).first)
      let before = try await Self.state(store)
      let order = try Merge.Order(noun: "customer", kept: site.id.rawValue, lost: [pair.lost])
      let merge = try #require(try await merges.create(order, by: .operator).first)
      #expect(try await pair.customers.find(site.id, for: .operator).parent == nil)
      _ = try await merges.undo(merge.id, by: .operator)
      #expect(try await Self.state(store) == before)
    }
  }

  @Test(arguments: Stores.underTest)
  func `an undo is refused with words when a later change stands in its way`(_ dialect: Store.Dialect) async throws {
    try await withStore(dialect) { store in
      let pair = try await Self.pair(store)
      let merges = Self.merges(store)
      let order = try Merge.Order(
        noun: "customer", kept: pair.kept, lost: [pair.lost], choices: ["email": pair.lost])
      let merge = try #require(try await merges.create(order, by: .operator).first)
      let kept = try await pair.customers.find(ID(pair.kept), for: .operator)
      let draft = try Customer.Draft(kind: "organisation", name: kept.name, email: "new@mueller.example", parent: nil)
      _ = try await pair.customers.edit(kept.id, draft, version: kept.version, by: .operator)
      let problem = await #expect(throws: Problem.self) { try await merges.undo(merge.id, by: .operator) }
      #expect(problem?.kind == .conflict)
      #expect(problem?.field == "email")
      #expect(try await merges.find(merge.id, for: .operator).isUndone == false)
    }
  }

  @Test(arguments: Stores.underTest)
  func `nobody merges what they may not delete, and a record never goes into itself`(
    _ dialect: Store.Dialect
  ) async throws {
    try await withStore(dialect) { store in
      let pair = try await Self.pair(store)
      let merges = Self.merges(store)
      let order = try Merge.Order(noun: "customer", kept: pair.kept, lost: [pair.lost])
      let editor = Actor(
        user: 77, name: "E", grants: [.init(.see, .customer, .all), .init(.edit, .customer, .all)])
      await #expect(throws: Problem.self) { try await merges.create(order, by: editor) }
      let stranger = Actor(
        user: 78, name: "S", grants: Set(Actor.Verb.allCases.map { .init($0, .customer, .own) }))
      let problem = await #expect(throws: Problem.self) { try await merges.create(order, by: stranger) }
      #expect(problem?.kind == .notFound)
      #expect(throws: Problem.self) { try Merge.Order(noun: "customer", kept: 1, lost: [1]) }
      #expect(throws: Problem.self) { try Merge.Order(noun: "customer", kept: 1, lost: []) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `a preview shows both sides as far as they may be read, and proposes the one with more on it`(
    _ dialect: Store.Dialect
  ) async throws {
    try await withStore(dialect) { store in
      let pair = try await Self.pair(store)
      let merges = Self.merges(store)
      let preview = try await merges.preview("customer", [pair.kept, pair.lost], for: .operator)
      #expect(preview.proposed == pair.lost)
      let email = try #require(preview.rows.first { $0.field == "email" })
      #expect(email.values == [nil, "info@mueller.example"])
      let blind = Actor(
        user: 5, name: "B", grants: Actor.everything, fields: [.init(.customer, "email"): .hidden])
      #expect(
        try await merges.preview("customer", [pair.kept, pair.lost], for: blind).rows.contains {
          $0.field == "email"
        } == false)
    }
  }
}
