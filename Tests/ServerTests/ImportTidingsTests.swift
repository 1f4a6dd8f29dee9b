import Conditions
import Customers
import Kernel
import Logging
import Records
import Server
import Store
import StoreTesting
import Tabular
import Testing

/// What the history, the feed of changes and the rules hear of the records a file makes and changes.
@Suite struct ImportTidingsTests {
  private struct House {
    let modules: Modules

    func take(
      _ text: String, subject: ImportOrder.Subject = .customers, rules: Bool? = nil
    ) async throws -> ImportRun {
      var order = ImportOrder(feed: subject == .customers ? "crm" : subject.rawValue, subject: subject)
      order.sourceName = "crm"
      order.hasHeader = true
      order.rules = rules
      let run = try await modules.imports.begin(
        order, fileName: "file.csv", path: nil, queue: false, by: .operator)
      let job = ImportJob(modules.imports, companies: modules.companies)
      return try await job.carryOut(run, ByteSource(text: text, name: "file.csv"), .silent, by: .operator)
    }

    func customer(_ key: String) async throws -> Int64 {
      try #require(try await modules.customers.find(externalKey: key, for: .operator)).id.rawValue
    }

    func history(_ noun: Actor.Noun, _ record: Int64) async throws -> [RecordChange] {
      try await modules.histories.list(RecordKey(noun, record), for: .operator).page.rows
    }

    /// The kinds of what happened after a place, with the records.
    func feed(after place: Int64 = 0) async throws -> (events: [String], newest: Int64) {
      try await modules.database.placeEvents()
      return try await modules.database.read { tx in
        let events = try tx.events(after: place, nouns: [.customer, .contact, .interaction], limit: 500)
        return (events.map { "\($0.kind) \($0.record ?? 0)" }, try tx.outboxEnds().newest)
      }
    }
  }

  private func withHouse(_ dialect: Store.Dialect, _ body: (House) async throws -> Void) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      try await modules.companies.found(
        Company(name: "Shop", currency: .euro, timeZone: "Europe/Berlin"), by: .operator)
      try await body(House(modules: modules))
    }
  }

  private static let first = "customer,name,city,tier\nC1,Ada,Bern,gold\nC2,Ben,Basel,silver\n"
  private static let second = "customer,name,city,tier\nC1,Ada,Thun,platinum\nC2,Ben,Basel,silver\nC3,Cy,Chur,gold\n"

  @Test(arguments: Stores.underTest)
  func `a changed value is in the history of its record and can be put back`(_ dialect: Store.Dialect) async throws {
    try await withHouse(dialect) { house in
      _ = try await house.take(Self.first)
      let (one, two) = (try await house.customer("C1"), try await house.customer("C2"))
      #expect(try await house.history(.customer, one).isEmpty)
      _ = try await house.take(Self.second)
      let lines = try await house.history(.customer, one)
      let line = try #require(lines.first { !$0.fields.isEmpty })
      #expect(line.verb == "edit")
      #expect(line.fields.map { [$0.name, $0.before, $0.after] } == [["city", "Bern", "Thun"]])
      #expect(try await house.history(.customer, two).isEmpty)
      _ = try await house.modules.histories.putBack(
        RecordKey(.customer, one), entry: line.entry, field: "city", by: .operator)
      #expect(try await house.modules.customers.find(ID(one), for: .operator).city == "Bern")
      #expect(try await house.modules.database.read { try $0.firstBrokenAuditEntry() } == nil)
    }
  }

  @Test(arguments: Stores.underTest)
  func `who follows hears of each record once, and again when it is taken back`(_ dialect: Store.Dialect) async throws {
    try await withHouse(dialect) { house in
      _ = try await house.take(Self.first)
      let (one, two) = (try await house.customer("C1"), try await house.customer("C2"))
      let made = try await house.feed()
      #expect(Set(made.events) == ["customer.created \(one)", "customer.created \(two)"] && made.events.count == 2)
      let run = try await house.take(Self.second)
      let three = try await house.customer("C3")
      let changed = try await house.feed(after: made.newest)
      #expect(Set(changed.events) == ["customer.created \(three)", "customer.changed \(one)"])
      #expect(changed.events.count == 2)
      _ = try await house.modules.imports.undo(run.id, by: .operator)
      let undone = try await house.feed(after: changed.newest)
      #expect(Set(undone.events) == ["customer.deleted \(three)", "customer.changed \(one)"])
      #expect(undone.events.count == 2)
      let line = try #require(
        try await house.history(.customer, one).first { $0.fields.contains { $0.name == "city" } })
      #expect(line.fields.map(\.after) == ["Bern"])
      // The same file again changes nothing, so there is nothing to tell.
      _ = try await house.take(Self.first)
      #expect(try await house.feed(after: undone.newest).events.isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `customers that orders bring, contacts and conversations are told of as well`(_ dialect: Store.Dialect)
    async throws
  {
    try await withHouse(dialect) { house in
      _ = try await house.take("customer,order,date,amount\nC1,O1,2024-01-05,10.00\n", subject: .purchases)
      let orders = try await house.feed()
      #expect(orders.events == ["customer.created \(try await house.customer("C1"))"])
      let people = "customer,contact,firstname,lastname,email\nC1,P1,Ann,Lee,ann@lee.example\n"
      _ = try await house.take(people, subject: .contacts)
      let met = try await house.feed(after: orders.newest)
      #expect(met.events.count == 1 && met.events.allSatisfy { $0.hasPrefix("contact.created ") })
      _ = try await house.take(people.replacing("Ann,Lee", with: "Anne,Lee"), subject: .contacts)
      let renamed = try await house.feed(after: met.newest)
      #expect(renamed.events == met.events.map { $0.replacing("created", with: "changed") })
      let person = try #require(Int64(renamed.events.first?.split(separator: " ").last ?? ""))
      let line = try await house.history(.contact, person).first { $0.fields.contains { $0.name == "firstName" } }
      #expect(line?.fields.first { $0.name == "firstName" }.map { [$0.before, $0.after] } == ["Ann", "Anne"])
      let said = "customer,date,kind,subject,text,externalid\nC1,2024-01-06,call,Hello,About wine,K1\n"
      _ = try await house.take(said, subject: .interactions)
      let heard = try await house.feed(after: renamed.newest)
      #expect(heard.events.count == 1 && heard.events.allSatisfy { $0.hasPrefix("interaction.created ") })
      let run = try await house.take(said.replacing("wine", with: "bread"), subject: .interactions)
      let corrected = try await house.feed(after: heard.newest)
      #expect(corrected.events == heard.events.map { $0.replacing("created", with: "changed") })
      let talk = try #require(Int64(corrected.events.first?.split(separator: " ").last ?? ""))
      let words = try #require(try await house.history(.interaction, talk).first?.fields.first { $0.name == "text" })
      #expect(words.before == "About wine" && words.after == "About bread")
      _ = try await house.modules.imports.undo(run.id, by: .operator)
      #expect(try await house.feed(after: corrected.newest).events == corrected.events)
    }
  }

  @Test(arguments: Stores.underTest)
  func `rules pass a file over unless it is said that they act on it`(_ dialect: Store.Dialect) async throws {
    try await withHouse(dialect) { house in
      let watch = RuleWatch(house.modules.rules, owners: { _ in .operator }, log: Logger(label: "test"))
      func rule(_ occasion: Rule.Occasion, _ fields: [String], _ text: String) async throws {
        _ = try await house.modules.rules.create(
          try Rule.Draft(
            name: text, noun: .customer, occasion: occasion, fields: fields, dayField: "", days: 0, filter: "",
            acts: [RuleAct(.task, text: text, days: 1)]), by: .operator)
      }
      func tasks() async throws -> [String] {
        try await watch.round()
        return try await house.modules.database.read { tx in
          try tx.rows("SELECT subject FROM task ORDER BY subject") { try $0(0, as: String.self) }
        }
      }
      try await rule(.created, [], "Greet")
      try await rule(.changed, ["city"], "They moved")
      let run = try await house.take(Self.first)
      #expect(try await tasks().isEmpty)
      _ = try await house.modules.imports.undo(run.id, by: .operator)
      #expect(try await tasks().isEmpty)
      _ = try await house.take(Self.first, rules: true)
      #expect(try await tasks() == ["Greet", "Greet"])
      _ = try await house.take(Self.second, rules: true)
      #expect(try await tasks() == ["Greet", "Greet", "Greet", "They moved"])
    }
  }
}
