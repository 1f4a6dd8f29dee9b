import Conditions
import Customers
import Kernel
import Records
import Server
import Store
import StoreTesting
import Testing

/// What happened with a customer and with a contact: said, done, hung on, agreed to, changed.
@Suite struct TimelineTests {
  private struct House {
    let modules: Modules
    let customer: ID<Customer>
    let contact: ID<Contact>

    var keys: [RecordKey] { [RecordKey(.customer, customer.rawValue), RecordKey(.contact, contact.rawValue)] }

    /// All lines, page by page.
    func lines(
      _ noun: Actor.Noun, words: String = "", kind: String? = nil, size: Int = 2, for actor: Actor = .operator
    ) async throws -> [TimelineItem] {
      var question = TimelineQuestion(words: words, kind: kind, size: size)
      var lines: [TimelineItem] = []
      for _ in 0..<40 {
        let page =
          noun == .contact
          ? try await modules.contacts.timeline(of: contact, question, for: actor)
          : try await modules.customers.timeline(of: customer, question, from: TimelineSource.facts, for: actor)
        lines += page.rows
        guard let next = page.next else { break }
        question.after = try TimelinePlace(text: next)
      }
      return lines
    }
  }

  private func withHouse(_ dialect: Store.Dialect, _ body: (House) async throws -> Void) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      let ada = try await modules.customers.create(
        try Customer.Draft(kind: "person", name: "Ada", email: nil, parent: nil), by: .operator
      ).id
      let ben = try await modules.contacts.create(
        try Contact.Draft { ["firstName": "Ben", "lastName": "Moor"][$0] }, by: .operator
      ).id
      let house = House(modules: modules, customer: ada, contact: ben)
      let letter = try await modules.consents.create(try .init(name: "Newsletter", text: "Write."), by: .operator).id
      for key in house.keys { try await hang(on: key, letter, house) }
      let said = ["kind": "call", "text": "About wine", "customer": "\(ada)"]
      _ = try await modules.interactions.create(
        try Interaction.Draft(
          given: { said[$0] }, lists: { $0 == "participants" ? ["\(ben)"] : [] }, zone: .gmt, now: Stores.clock.now),
        by: .operator)
      try await body(house)
    }
  }

  private func hang(on key: RecordKey, _ letter: ID<ConsentPurpose>, _ house: House) async throws {
    let (modules, today) = (house.modules, Stores.clock.now.day(in: .gmt))
    let tasks = modules.tasks
    let done = try await tasks.create(WorkTask.Draft("Send the offer", about: key), by: .operator)
    _ = try await tasks.complete(done.id, outcome: "By post", today: today, zone: .gmt, by: .operator)
    let dropped = try await tasks.create(WorkTask.Draft("Ring again", about: key), by: .operator)
    _ = try await tasks.cancel(dropped.id, reason: "They rang", by: .operator)
    _ = try await tasks.create(WorkTask.Draft("Still to do", about: key), by: .operator)
    let person: Consent.Person =
      key.noun == .contact ? .contact(house.contact) : .customer(house.customer)
    _ = try await modules.consents.record(
      try .init(person, letter, [.phone], .refused, source: "Call"), by: .operator)
    try await modules.desk.changes.edit(
      key.id, ["language": "de"], of: try modules.catalogues.of(key.noun), by: .operator)
    try await modules.database.write { tx in
      try tx.run(
        """
        INSERT INTO attachment_file (hash, bytes, type, created_at) VALUES ('none', 1, 'text', 0) ON CONFLICT DO NOTHING
        """)
      try tx.run(
        """
        INSERT INTO attachment (id, noun, record_id, name, hash, actor_name, created_at)
        VALUES (\(try tx.newIDs(1).lowerBound), \(key.noun.rawValue), \(key.id), 'Plan of 100%.pdf', 'none', 'operator', 5)
        """)
    }
  }

  @Test(arguments: Stores.underTest)
  func `it has what was said, done, hung on, agreed to and changed, each once`(_ dialect: Store.Dialect) async throws {
    try await withHouse(dialect) { house in
      for noun in [Actor.Noun.customer, .contact] {
        let lines = try await house.lines(noun)
        #expect(Set(lines.map { "\($0.source) \($0.id)" }).count == lines.count)
        #expect(lines.filter { $0.source == "interactions" }.map(\.text).joined().isEmpty)
        #expect(lines.filter { $0.source == "interactions" }.map(\.title) == ["About wine"])
        #expect(Set(lines.filter { $0.source == "tasks" }.map(\.title)) == ["Send the offer", "Ring again"])
        #expect(Set(lines.filter { $0.source == "tasks" }.map(\.text)) == ["By post", "They rang"])
        #expect(lines.filter { $0.source == "consents" }.map(\.title) == ["Newsletter, Telephone: No"])
        #expect(lines.filter { $0.source == "changes" }.map(\.title).contains("Changed: language"))
        #expect(lines.last?.title == "Plan of 100%.pdf")
        #expect(try await house.lines(noun, size: 100) == lines)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `words find in every source`(_ dialect: Store.Dialect) async throws {
    try await withHouse(dialect) { house in
      for noun in [Actor.Noun.customer, .contact] {
        for (words, source) in [
          ("wine", "interactions"), ("OFFER", "tasks"), ("100%", "files"), ("newsl", "consents"),
          ("language", "changes"),
        ] {
          let lines = try await house.lines(noun, words: words)
          #expect(lines.map(\.source) == [source], "\(words) of the \(noun)")
        }
        #expect(try await house.lines(noun, kind: "tasks").count == 2)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `who may not see something hears nothing of it`(_ dialect: Store.Dialect) async throws {
    try await withHouse(dialect) { house in
      try await house.modules.database.write { tx in
        let source = try Sources().named("till", at: Stores.clock.now, in: tx)
        try tx.run(
          """
          INSERT INTO cost_driver (customer_id, day, id, kind, amount_minor, source_id, external_id)
          VALUES (\(house.customer), 9000, 1, 'visit', 500, \(source.id), 'v1')
          """)
      }
      #expect(try await house.lines(.customer, kind: "serving").count == 1)
      let blind = Actor(
        user: 7, name: "analyst", grants: [.init(.see, .customer, .all), .init(.see, .contact, .all)],
        seesPersonalData: false)
      for noun in [Actor.Noun.customer, .contact] {
        let lines = try await house.lines(noun, for: blind)
        #expect(Set(lines.map(\.source)) == ["changes"])
        #expect(try await house.lines(noun, words: "offer", for: blind).isEmpty)
      }
      let sheet = try await house.modules.customers.sheet(of: house.customer, for: blind)
      #expect(sheet.costDrivers.isEmpty && sheet.purchases.isEmpty)
      let seer = Actor(
        user: 7, name: "analyst",
        grants: blind.grants.union([.init(.see, .task, .all), .init(.see, .attachment, .all)]), seesPersonalData: false)
      let lines = try await house.lines(.contact, kind: "tasks", for: seer)
      #expect(lines.count == 2 && lines.allSatisfy { $0.title.hasPrefix("Task ") && $0.text.isEmpty })
      #expect(try await house.lines(.contact, kind: "files", for: seer).isEmpty)
    }
  }
}
