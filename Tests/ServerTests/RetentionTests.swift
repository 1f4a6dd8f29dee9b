import Conditions
import Customers
import Kernel
import Records
import Server
import Store
import StoreTesting
import Testing

/// The clocks of people and conversations: what is over goes, what is younger stays.
@Suite struct RetentionTests {
  private static func modules(_ store: Database, days: Int64) -> Modules {
    Modules(store, clock: FixedClock(Stores.clock.now.adding(seconds: days * 86_400)))
  }

  private func customer(_ name: String, kind: String = "person", _ modules: Modules) async throws -> ID<Customer> {
    try await modules.customers.create(
      try Customer.Draft(kind: kind, name: name, email: nil, parent: nil), by: .operator
    ).id
  }

  private func contact(_ name: String, _ modules: Modules) async throws -> ID<Contact> {
    try await modules.contacts.create(try Contact.Draft { ["lastName": name][$0] }, by: .operator).id
  }

  private func say(_ text: String, with customer: ID<Customer>, _ modules: Modules) async throws -> ID<Interaction> {
    let said = ["kind": "call", "subject": "Call", "text": text, "customer": "\(customer)"]
    return try await modules.interactions.create(
      try Interaction.Draft(given: { said[$0] }, zone: .gmt, now: modules.clock.now), by: .operator
    ).id
  }

  private func names(_ store: Database) async throws -> Set<String> {
    try await store.read { tx in
      Set(
        try tx.rows("SELECT name FROM customer UNION ALL SELECT last_name FROM contact") {
          try $0(0, as: String.self)
        })
    }
  }

  private func due(_ one: RetentionClass, _ modules: Modules) async throws -> Int? {
    try await modules.retentions.all(for: .operator).first { $0.retention == one }?.due
  }

  @Test(arguments: Stores.underTest)
  func `people who lie in the bin longer are erased, others stay`(_ dialect: Store.Dialect) async throws {
    try await withStore(dialect) { store in
      let (then, soon, now) = (
        Self.modules(store, days: 0), Self.modules(store, days: 80), Self.modules(store, days: 100)
      )
      let (old, young) = (try await customer("Longago", then), try await customer("Lately", then))
      let firm = try await customer("Firm in the bin", kind: "organisation", then)
      let gone = try await contact("Farewell", then)
      _ = try await contact("Staying", then)
      let catalogues = then.catalogues
      for (noun, id, modules) in [
        (Actor.Noun.customer, old.rawValue, then), (.customer, young.rawValue, soon), (.customer, firm.rawValue, then),
        (.contact, gone.rawValue, then),
      ] {
        let bin = try #require(try catalogues.of(noun).bin)
        try await store.write { try bin(id, .operator, modules.clock.now, $0) }
      }
      #expect(try await due(.binned, now) == 2)
      #expect(try await now.retentions.sweep(.binned, by: .operator) == 0)
      try await now.retentions.set(.binned, days: 90, by: .operator)
      #expect(try await now.retentions.sweep(.binned, by: .operator) == 2)
      #expect(try await names(store) == ["Erased person", "Lately", "Firm in the bin", "Staying"])
      #expect(try await due(.binned, now) == 0)
    }
  }

  @Test(arguments: Stores.underTest)
  func `people with whom nothing happened are erased, others stay`(_ dialect: Store.Dialect) async throws {
    try await withStore(dialect) { store in
      let (then, soon, now) = (
        Self.modules(store, days: 0), Self.modules(store, days: 900), Self.modules(store, days: 1_200)
      )
      _ = try await customer("Nobody", then)
      _ = try await customer("Some firm", kind: "organisation", then)
      _ = try await say("Hello", with: try await customer("Spoken with", then), soon)
      let asked = try await customer("To be asked", then)
      _ = try await then.tasks.create(
        WorkTask.Draft("Ask", about: RecordKey(.customer, asked.rawValue)), by: .operator)
      _ = try await customer("Newcomer", soon)
      _ = try await contact("Forgotten", then)
      _ = try await contact("Fresh", soon)
      try await now.retentions.set(.strangers, days: 1_000, by: .operator)
      #expect(try await due(.strangers, now) == 2)
      #expect(try await now.retentions.sweep(.strangers, by: .operator) == 2)
      #expect(
        try await names(store) == ["Erased person", "Some firm", "Spoken with", "To be asked", "Newcomer", "Fresh"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `words of old conversations go everywhere they stand`(_ dialect: Store.Dialect) async throws {
    try await withStore(dialect) { store in
      let (then, soon, now) = (
        Self.modules(store, days: 0), Self.modules(store, days: 900), Self.modules(store, days: 1_200)
      )
      let ada = try await customer("Ada", then)
      let old = try await say("Confidential", with: ada, then)
      let young = try await say("Of late", with: ada, soon)
      try await then.desk.changes.edit(
        old.rawValue, ["text": "Confidential indeed"], of: try then.catalogues.of(.interaction), by: .operator)
      try await now.retentions.set(.conversations, days: 1_000, by: .operator)
      #expect(try await now.retentions.sweep(.conversations, by: .operator) > 0)
      #expect(try await due(.conversations, now) == 0)
      #expect(try await now.interactions.find(old, for: .operator).text.isEmpty)
      #expect(try await now.interactions.find(young, for: .operator).text == "Of late")
      let left = try await store.read { tx in
        try tx.rows(
          """
          SELECT detail FROM audit_entry UNION ALL SELECT body FROM outbox_event
          UNION ALL SELECT before FROM interaction_correction
          """
        ) { try $0(0, as: String.self) }
      }
      #expect(!left.contains { $0.contains("Confidential") })
      #expect(left.contains { $0.contains("Of late") })
      #expect(try await store.read { try $0.firstBrokenAuditEntry() } == nil)
    }
  }
}
