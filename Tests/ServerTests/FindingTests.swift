import Conditions
import Customers
import Kernel
import Records
import Server
import Store
import StoreTesting
import Testing

/// What is found by its words across nouns, and what is not there for whoever may not see what it is made of.
@Suite struct FindingTests {
  private func found(_ modules: Modules, _ text: String, _ actor: Actor = .operator) async throws -> [String] {
    try await modules.searches.find(SearchQuery(text), for: actor).map(\.title)
  }

  @Test(arguments: Stores.underTest)
  func `a contact is found when it is made, and by what it is now when it changes`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      let given = ["firstName": "Ada", "lastName": "Byron", "email": "ada@analytical.example", "phone": "030 1234567"]
      let made = try await modules.contacts.create(try Contact.Draft { given[$0] }, by: .operator)
      for text in ["byron", "ada by", "ada@analytical", "bjron", "030/1234567"] {
        #expect(try await found(modules, text).contains { $0.contains("Byron") }, "\(text)")
      }
      try await modules.desk.changes.edit(
        made.id.rawValue, ["lastName": "Lovelace"], of: try modules.catalogues.of(.contact), by: .operator)
      #expect(try await found(modules, "byron").isEmpty)
      #expect(try await found(modules, "lovelace").count == 1)
      let nameless = Actor(user: 7, name: "Analyst", grants: Actor.everything, seesPersonalData: false)
      #expect(try await found(modules, "lovelace", nameless).isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `many new records are found a moment later, piece by piece`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      let count: Int64 = 1_201
      let first = try await store.write { tx -> Int64 in
        let ids = try tx.newIDs(Int(count))
        var next = ids.enumerated().makeIterator()
        try tx.insert(into: "customer", ["id", "kind", "name", "folded", "created_at"]) {
          next.next().map { place, id in
            [.int(id), .text("person"), .text("Fenwick \(place)"), .text("fenwick \(place)"), Stores.clock.now.stored]
          }
        }
        try SearchIndex.refresh(Customers.searchSource, ids.lowerBound..<ids.upperBound, in: tx)
        return ids.lowerBound
      }
      #expect(try await modules.searches.isBehind())
      #expect(try await found(modules, "fenwick 1200").isEmpty)
      #expect(try await found(modules, "\(first)") == ["Fenwick 0"])
      try await modules.searches.catchUp()
      #expect(try await !modules.searches.isBehind())
      #expect(try await found(modules, "fenwick 1200").first == "Fenwick 1200")
      let kept = try await store.read { try $0.value("SELECT count(*) FROM search_entry", as: Int64.self) }
      #expect(kept == count)
    }
  }

  @Test(arguments: Stores.underTest)
  func `what is said and to be done stands in the list for those who see all of it`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      let draft = try Customer.Draft(kind: "person", name: "Ada", email: nil, parent: nil)
      let ada = try await modules.customers.create(draft, by: .operator).id
      for due in ["2026-02-03", "2026-02-01"] {
        _ = try await modules.tasks.create(
          WorkTask.Draft("Call", due: Day(due), about: RecordKey(.customer, ada.rawValue)), by: .operator)
      }
      let plain = try modules.catalogues.of(.customer)
      let setting = ListSetting(today: Stores.clock.now.day(in: .gmt), zone: .gmt, currency: .euro)
      let question = RecordQuestion(
        columns: ["openTasks", "nextTask", "lastInteraction"], sort: RecordSort("nextTask"))
      let page = try await modules.desk.lists.page(question, of: plain, for: .operator, in: setting)
      let first = try #require(Day("2026-02-01"))
      #expect(page.rows.map(\.values) == [[.integer(2), .day(first), .missing]])
      func seen(_ reach: Actor.Reach) -> Set<String> {
        let grants: Set<Actor.Grant> = [
          .init(.see, .customer, .team), .init(.see, .task, reach), .init(.see, .interaction, reach),
        ]
        let names = plain.fields(for: Actor(user: 7, name: "Clerk", grants: grants)).map(\.name)
        return Set(names).intersection(question.columns)
      }
      #expect(seen(.own) == [])
      #expect(seen(.team) == ["lastInteraction"])
      #expect(seen(.all) == Set(question.columns))
    }
  }

  @Test(arguments: Stores.underTest)
  func `who may not see purchases sees no figure made of them`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      let plain = try modules.catalogues.of(.customer)
      let formula = try CustomField.Draft(label: "Half", kind: "formula", formula: "value / 2")
      let made = try await modules.customFields.create(
        formula, for: plain, among: modules.catalogues, by: .operator)
      let whole = try await modules.desk.lists.whole(plain)
      let clerk = Actor(user: 7, name: "Clerk", grants: Actor.everything.filter { $0.noun != .purchase })
      let seen = Set(whole.fields(for: clerk).map(\.name))
      let all = Set(whole.fields(for: .operator).map(\.name))
      #expect(all.subtracting(seen) == ["orders", "value", "lastOrder", made.name])
      let setting = ListSetting(today: Stores.clock.now.day(in: .gmt), zone: .gmt, currency: .euro)
      for name in ["value", made.name] {
        for question in [
          RecordQuestion(filter: .condition(.init(name, .above, ["0"]))), RecordQuestion(sort: RecordSort(name)),
          RecordQuestion(columns: [name]),
        ] {
          await #expect(throws: Problem.self) {
            _ = try await modules.desk.lists.page(question, of: plain, for: clerk, in: setting)
          }
        }
      }
    }
  }
}
