import Customers
import Kernel
import Records
import Store
import StoreTesting
import Testing

/// Customers through what every noun's list has: filters, own fields, many at once, the bin.
@Suite struct CustomerRecordsTests {
  private func desk(_ office: Office) -> (
    fields: CustomFields, changes: RecordChanges, bulks: BulkRuns, among: Catalogues
  ) {
    let fields = CustomFields(office.database, clock: Stores.clock, currency: { _ in .euro })
    let changes = RecordChanges(office.database, clock: Stores.clock, customFields: fields)
    let among = Catalogues([office.customers.catalogue])
    let jobs = Jobs(office.database, clock: Stores.clock)
    return (fields, changes, BulkRuns(changes, jobs: jobs, catalogues: among) { _ in .operator }, among)
  }

  private func names(_ filter: String, _ office: Office, for actor: Actor = .operator) async throws -> [String] {
    try await office.pages(RecordQuestion(filter: try Filter(text: filter)), for: actor).map(\.title)
  }

  @Test("filters find what they say on both stores", arguments: Stores.underTest)
  func filters(store: Dialect) async throws {
    try await withOffice(store) { office in
      let ada = try await office.make("Ada", by: office.actor(11, team: 1, .all))
      let works = try await office.customers.create(
        try office.draft("Würth Werke", kind: .organisation, email: "Info@wuerth.example"), by: .operator)
      _ = try await office.customers.create(
        try office.draft("Hall 2", kind: .site, parent: works.id), by: .operator)
      #expect(try await names("kind is organisation,site", office) == ["Hall 2", "Würth Werke"])
      #expect(try await names("kind isnot organisation", office) == ["Ada", "Hall 2"])
      #expect(try await names("name contains 'WURTH'", office).isEmpty)
      #expect(try await names("name starts wuerth", office) == ["Würth Werke"])
      #expect(try await names("email contains INFO", office) == ["Würth Werke"])
      #expect(try await names("email empty", office) == ["Ada", "Hall 2"])
      #expect(try await names("email filled and not (kind is person)", office) == ["Würth Werke"])
      #expect(try await names("parent is \(works.id)", office) == ["Hall 2"])
      #expect(try await names("owner is 11 or name is 'hall 2'", office) == ["Ada", "Hall 2"])
      #expect(try await names("owner empty", office) == ["Hall 2", "Würth Werke"])
      #expect(try await names("createdAt last 1", office).count == 3)
      #expect(try await names("createdAt before today", office).isEmpty)
      #expect(try await names("orders is 0 and sites above 0", office) == ["Würth Werke"])
      #expect(try await names("lastOrder empty", office).count == 3)
      let mine = try await names("owner mine", office, for: office.actor(11, team: 1, .all))
      #expect(mine == ["Ada"])
      for wrong in ["nobody is 1", "kind is dog", "kind contains p", "createdAt is yesterday", "orders above many"] {
        await #expect(throws: Problem.self, "\(wrong)") { try await names(wrong, office) }
      }
      _ = ada
    }
  }

  @Test("a new record is filled with the company's own fields, or refused", arguments: Stores.underTest)
  func filled(store: Dialect) async throws {
    try await withOffice(store) { office in
      let (fields, changes, bulks, among) = desk(office)
      let records = RecordDesk(
        lists: office.lists, changes: changes, views: SavedViews(office.database, clock: Stores.clock), bulks: bulks,
        catalogues: among)
      let catalogue = office.customers.catalogue
      func make(_ draft: CustomField.Draft) async throws {
        _ = try await fields.create(draft, for: catalogue, among: among, by: .operator)
      }
      try await make(.init(label: "Tier", kind: "choice", choices: "Gold\nSilver", isRequired: true))
      try await make(.init(label: "Partner", kind: "reference", target: "customer"))
      try await make(.init(label: "Nickname", kind: "text", isPersonal: true))
      let (ada, bob) = (try await office.make("Ada"), try await office.make("Bob"))
      func fill(_ values: [String: String], by actor: Actor = .operator) async throws {
        try await office.database.write { tx in
          try changes.fill(values, ada.id.rawValue, of: catalogue, by: actor, at: Stores.clock.now, in: tx)
        }
      }
      for (values, field) in [
        ([:], "x_tier"), (["x_tier": ""], "x_tier"), (["x_tier": "Bronze"], "x_tier"),
        (["x_tier": "Gold", "x_partner": "nobody"], "x_partner"), (["x_tier": "Gold", "x_none": "1"], "x_none"),
      ] {
        let refused = await #expect(throws: Problem.self) { try await fill(values) }
        #expect(refused?.field == field)
      }
      let empty = try await records.ownFields(of: .customer, ada.id.rawValue, for: .operator)
      #expect(empty.values == ["x_tier": .missing, "x_partner": .missing, "x_nickname": .missing])
      try await fill(["x_tier": "Gold", "x_partner": "\(bob.id)", "x_nickname": "Countess"])
      let held = try await records.ownFields(of: .customer, ada.id.rawValue, for: .operator)
      #expect(
        held.values == [
          "x_tier": .text("Gold"), "x_partner": .integer(bob.id.rawValue), "x_nickname": .text("Countess"),
        ])
      #expect(try await office.audit().last?.verb == "edit")
      // A choice that was taken off the list stays where it stands, and cannot be chosen anew.
      let tier = try #require(try await fields.all(of: .customer, for: .operator).first { $0.name == "x_tier" })
      _ = try await fields.edit(
        tier.id, .init(label: "Tier", kind: "choice", choices: "Silver\nIron", isRequired: true), version: tier.version,
        of: catalogue, by: .operator)
      try await fill(["x_tier": "Gold", "x_nickname": "Ada"])
      let stayed = try await records.ownFields(of: .customer, ada.id.rawValue, for: .operator)
      #expect(stayed.values["x_tier"] == .text("Gold") && stayed.values["x_nickname"] == .text("Ada"))
      try await fill(["x_tier": "Silver"])
      await #expect(throws: Problem.self) { try await fill(["x_tier": "Gold"]) }
      let blind = Actor(user: 9, name: "blind", grants: [.init(.see, .customer, .all)], seesPersonalData: false)
      let seen = try await records.ownFields(of: .customer, ada.id.rawValue, for: blind)
      #expect(seen.values.keys.sorted() == ["x_partner", "x_tier"])
      let stranger = Actor(user: 9, name: "stranger", grants: [.init(.see, .customer, .own)])
      let hidden = await #expect(throws: Problem.self) {
        try await records.ownFields(of: .customer, ada.id.rawValue, for: stranger)
      }
      #expect(hidden?.kind == .notFound)
    }
  }

  @Test("people name a customer by number, by a number in a feed, or by its whole name", arguments: Stores.underTest)
  func named(store: Dialect) async throws {
    try await withOffice(store) { office in
      let (ada, bob) = (try await office.make("Ada Lovelace"), try await office.make("Bob"))
      _ = try await office.make("Twin")
      _ = try await office.make("twin")
      try await office.key("\(bob.id)", of: ada.id)
      func named(_ text: String, _ order: Customers.NumberOrder = .feedFirst) async throws -> ID<Customer> {
        try await office.customers.named(text, field: "customer", order, for: .operator).id
      }
      #expect(try await named("\(bob.id)") == ada.id)
      #expect(try await named("\(bob.id)", .oursFirst) == bob.id)
      #expect(try await named("#\(bob.id)") == bob.id)
      #expect(try await named("ada LOVELACE") == ada.id)
      for wrong in ["Twin", "Nobody", "#", "#Bob", "#0"] {
        let refused = await #expect(throws: Problem.self, "\(wrong)") { try await named(wrong) }
        #expect(refused?.field == "customer")
      }
    }
  }

  @Test("previous pages and neighbours lead back the way one came", arguments: Stores.underTest)
  func back(store: Dialect) async throws {
    try await withOffice(store) { office in
      for name in ["a", "b", "c", "d", "e"] { _ = try await office.make(name) }
      let first = try await office.page(RecordQuestion(size: 2))
      let second = try await office.page(RecordQuestion(after: first.next, size: 2))
      #expect(second.rows.map(\.title) == ["c", "d"])
      let back = try await office.page(RecordQuestion(before: second.previous, size: 2))
      #expect(back.rows.map(\.title) == ["a", "b"] && back.previous == nil && back.next != nil)
      let around = try await office.lists.neighbours(
        of: second.rows[0].id, RecordQuestion(), of: office.customers.catalogue, for: .operator, in: Office.setting)
      #expect(around.previous == first.rows[1].id && around.next == second.rows[1].id)
    }
  }

  @Test("own fields are shown, sorted, filtered and refused like any", arguments: Stores.underTest)
  func ownFields(store: Dialect) async throws {
    try await withOffice(store) { office in
      let desk = desk(office)
      let catalogue = office.customers.catalogue
      func make(_ label: String, _ kind: String, choices: String = "") async throws -> String {
        let draft = try CustomField.Draft(label: label, kind: kind, choices: choices)
        return try await desk.fields.create(draft, for: catalogue, among: desk.among, by: .operator).name
      }
      let visits = try await make("Visits a year", "number")
      let mood = try await make("Mood", "choice", choices: "Glad\nSad")
      let topics = try await make("Topics", "choices", choices: "Price\nSpeed\nCare")
      let since = try await make("Since", "day")
      let budget = try await make("Budget", "money")
      #expect([visits, mood, budget] == ["x_visits_a_year", "x_mood", "x_budget"])
      let ada = try await office.make("Ada")
      let bob = try await office.make("Bob")
      func set(_ changes: [String: String], _ customer: Customer) async throws {
        try await desk.changes.edit(customer.id.rawValue, changes, of: catalogue, by: .operator)
      }
      try await set([visits: "12.5", mood: "Glad", topics: "Care\nPrice", since: "2025-02-28", budget: "1234.56"], ada)
      try await set([visits: "3", mood: "Sad"], bob)
      #expect(try await names("\(visits) above 5", office) == ["Ada"])
      #expect(try await names("\(mood) is Sad", office) == ["Bob"])
      #expect(try await names("\(topics) contains Price", office) == ["Ada"])
      #expect(try await names("\(topics) empty", office) == ["Bob"])
      #expect(try await names("\(since) before 2025-03-01", office) == ["Ada"])
      #expect(try await names("\(budget) between 1000,2000", office) == ["Ada"])
      let rows = try await office.pages(
        RecordQuestion(columns: [visits, topics, since, budget], sort: RecordSort(visits)))
      #expect(rows.map(\.title) == ["Bob", "Ada"])
      let day = try #require(Day("2025-02-28"))
      #expect(
        rows.last?.values == [.number(12.5), .texts(["Price", "Care"]), .day(day), .integer(123_456)])
      let totals = try await office.lists.totals(
        RecordQuestion(), try await office.lists.whole(catalogue).fields.filter { [visits, budget].contains($0.name) },
        of: catalogue, for: .operator, in: Office.setting)
      #expect(totals.count == 2 && totals.sums == [visits: .number(15.5), budget: .integer(123_456)])
      for wrong in [
        [visits: "many"], [mood: "Angry"], [topics: "Peace"], [since: "soon"], ["x_none": "1"], ["value": "1"],
      ] {
        await #expect(throws: Problem.self, "\(wrong)") { try await set(wrong, ada) }
      }
      let conflict = await #expect(throws: Problem.self) {
        try await desk.changes.edit(
          bob.id.rawValue, [mood: "Glad"], expected: [mood: "Glad"], of: catalogue, by: .operator)
      }
      #expect(conflict?.kind == .conflict)
      #expect(try await names("\(mood) is Sad", office) == ["Bob"])
      // Whoever read the customer before somebody changed a field of the company's own read another version.
      let seen = try await office.customers.find(ada.id, for: .operator).version
      try await set([mood: "Sad", visits: "0.00005"], ada)
      let late = await #expect(throws: Problem.self) {
        try await desk.changes.edit(
          ada.id.rawValue, [mood: "Glad"], version: seen, of: catalogue, by: .operator)
      }
      #expect(late?.kind == .conflict)
      #expect([5e-5, -1.25e-6, 1e12, 0.1].map(FieldValue.plain) == ["0.00005", "-0.00000125", "1000000000000", "0.1"])
      #expect(try await names("\(visits) between 0.00004,0.00006", office) == ["Ada"])
      // What is sent back as it stood stays: a choice that was taken off, and nothing in a field that must be filled now.
      let field = try #require(try await desk.fields.all(of: .customer, for: .operator).first { $0.name == topics })
      _ = try await desk.fields.edit(
        field.id, .init(label: "Topics", kind: "choices", choices: "Price\nSpeed"), version: field.version,
        of: catalogue, by: .operator)
      _ = try await desk.fields.create(
        .init(label: "Region", kind: "text", isRequired: true), for: catalogue, among: desk.among, by: .operator)
      try await set([topics: "Care\nPrice", "x_region": "", mood: "Glad"], ada)
      await #expect(throws: Problem.self) { try await set([topics: "Care"], ada) }
    }
  }

  @Test("many are changed at once and put back as they were", arguments: Stores.underTest)
  func bulk(store: Dialect) async throws {
    try await withOffice(store) { office in
      let desk = desk(office)
      let catalogue = office.customers.catalogue
      var ids: [Int64] = []
      for number in 1...5 { ids.append(try await office.make("C\(number)").id.rawValue) }
      let run = try await desk.bulks.begin(
        .edit(["owner": "11"]), on: .records(Array(ids.prefix(3))), of: catalogue, in: Office.setting, by: .operator)
      #expect(run.records == 3 && run.refused == 0 && run.endedAt != nil)
      #expect(try await names("owner is 11", office) == ["C1", "C2", "C3"])
      let binned = try await desk.bulks.begin(
        .bin, on: .records([ids[0]]), of: catalogue, in: Office.setting, by: .operator)
      #expect(try await names("owner is 11", office) == ["C2", "C3"])
      await #expect(throws: Problem.self) { try await office.customers.find(ID(ids[0]), for: .operator) }
      _ = try await desk.bulks.undo(binned.id, in: Office.setting, by: .operator)
      _ = try await desk.bulks.undo(run.id, in: Office.setting, by: .operator)
      #expect(try await names("owner empty", office).count == 5)
      await #expect(throws: Problem.self) { try await desk.bulks.undo(run.id, in: Office.setting, by: .operator) }
      await #expect(throws: Problem.self) {
        try await desk.bulks.begin(
          .edit(["kind": "dog"]), on: .records(ids), of: catalogue, in: Office.setting, by: .operator)
      }
      #expect(try await names("kind is person", office).count == 5)
    }
  }

  @Test("somebody changes at once only what they may change", arguments: Stores.underTest)
  func rights(store: Dialect) async throws {
    try await withOffice(store) { office in
      let desk = desk(office)
      let seller = office.actor(11, team: 1, .own)
      let own = try await office.make("Own", by: seller)
      let other = try await office.make("Other", by: office.actor(21, team: 2, .own))
      let run = try await desk.bulks.begin(
        .edit(["kind": "household"]), on: .records([own.id.rawValue, other.id.rawValue]),
        of: office.customers.catalogue, in: Office.setting, by: seller)
      #expect(run.records == 1 && run.refused == 1)
      #expect(try await names("kind is household", office) == ["Own"])
      #expect(try await office.count(RecordQuestion(), for: seller) == 1)
    }
  }
}
