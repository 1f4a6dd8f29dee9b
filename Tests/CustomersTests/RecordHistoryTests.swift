import Customers
import Kernel
import Records
import Store
import StoreTesting
import Testing

/// What a record held before, who changed it, and getting one value back.
@Suite struct RecordHistoryTests {
  private static func histories(_ store: Database) -> RecordHistories {
    let fields = CustomFields(store, clock: Stores.clock) { _ in .euro }
    return RecordHistories(
      RecordChanges(store, clock: Stores.clock, customFields: fields),
      catalogues: Catalogues([Customers(store, clock: Stores.clock).catalogue]))
  }

  @Test(arguments: Stores.underTest)
  func `a change is told field by field, and one value can be put back`(_ dialect: Store.Dialect) async throws {
    try await withStore(dialect) { store in
      let office = try await Office(store)
      let histories = Self.histories(store)
      let customer = try await office.make("Hansen")
      let changed = try office.draft("Hansen & Co", kind: .organisation, email: "info@hansen.example")
      _ = try await office.customers.edit(customer.id, changed, version: customer.version, by: .operator)
      let key = RecordKey(.customer, customer.id.rawValue)
      let rows = try await histories.list(key, for: .operator).page.rows
      #expect(rows.map(\.verb) == ["edit", "create"])
      let fields = try #require(rows.first?.fields)
      #expect(fields.map(\.name) == ["name", "kind", "email"])
      #expect(fields.map(\.before) == ["Hansen", "Person", nil])
      #expect(fields.map(\.after) == ["Hansen & Co", "Organisation", "info@hansen.example"])
      #expect(fields.filter { !$0.isOpen }.isEmpty)
      let entry = try #require(rows.first?.entry)
      #expect(try await histories.putBack(key, entry: entry, field: "name", by: .operator) == "Hansen")
      let after = try await office.customers.find(customer.id, for: .operator)
      #expect(after.name == "Hansen" && after.email == "info@hansen.example")
      let newest = try await histories.list(key, for: .operator).page.rows.first
      #expect(newest?.fields.map { $0.before ?? "" } == ["Hansen & Co"])
      #expect(try await histories.putBack(key, entry: entry, field: "email", by: .operator) == "")
      #expect(try await office.customers.find(customer.id, for: .operator).email == nil)
    }
  }

  @Test func `who sees no personal data or not the record reads nothing of it in its history`() async throws {
    try await withStore(.sqlite) { store in
      let office = try await Office(store)
      let histories = Self.histories(store)
      let customer = try await office.make("Hansen", by: office.actor(11, team: 1, .own))
      let changed = try office.draft("Jensen", kind: .organisation)
      _ = try await office.customers.edit(customer.id, changed, version: customer.version, by: .operator)
      let key = RecordKey(.customer, customer.id.rawValue)
      let analyst = Actor(user: 5, name: "analyst", grants: Actor.everything, seesPersonalData: false)
      let (title, page) = try await histories.list(key, for: analyst)
      #expect(title == "Customer \(customer.id)")
      #expect(page.rows.flatMap(\.fields).map(\.name) == ["kind"])
      await #expect(throws: Problem.self) {
        try await histories.list(key, for: office.actor(21, team: 2, .team))
      }
      let entry = try #require(page.rows.first?.entry)
      await #expect(throws: Problem.self) {
        try await histories.putBack(key, entry: entry, field: "name", by: analyst)
      }
      await #expect(throws: Problem.self) {
        try await histories.putBack(key, entry: entry, field: "city", by: .operator)
      }
    }
  }
}
