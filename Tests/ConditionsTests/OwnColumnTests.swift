import Conditions
import Customers
import Kernel
import Records
import Store
import StoreTesting
import Tabular
import Testing

/// Columns of a file that fill the company's own fields.
@Suite struct OwnColumnTests {
  private static var order: ImportOrder {
    var order = ImportOrder(feed: "crm", subject: .customers)
    order.hasHeader = true
    return order
  }

  private func prepare(_ shop: Shop) async throws -> (fields: [CustomField], customFields: CustomFields, Catalogue) {
    let customFields = CustomFields(shop.database, clock: Stores.clock) { _ in .euro }
    let catalogue = shop.customers.catalogue
    for draft in [
      try CustomField.Draft(label: "Tier", kind: "choice", choices: "Gold\nSilver"),
      try CustomField.Draft(label: "Rate", kind: "number"), try CustomField.Draft(label: "Fee", kind: "money"),
      try CustomField.Draft(label: "Renewal", kind: "day"), try CustomField.Draft(label: "VIP", kind: "flag"),
      try CustomField.Draft(label: "Topics", kind: "choices", choices: "Bread\nWine, red"),
      try CustomField.Draft(label: "Twice", kind: "formula", formula: "x_rate * 2"),
    ] {
      _ = try await customFields.create(draft, for: catalogue, among: Catalogues([catalogue]), by: .operator)
    }
    return (try await Self.order.fillable(by: .operator, in: shop.database), customFields, catalogue)
  }

  private func held(_ key: String, _ shop: Shop) async throws -> [String: String] {
    let customFields = CustomFields(shop.database, clock: Stores.clock) { _ in .euro }
    let changes = RecordChanges(shop.database, clock: Stores.clock, customFields: customFields)
    let id = try #require(try await shop.customers.find(externalKey: key, for: .operator)).id.rawValue
    return try await shop.database.read { tx in
      let whole = try customFields.whole(shop.customers.catalogue, in: tx)
      let own = whole.fields(for: .operator).filter { RecordChanges.isOwn($0.name) && $0.formula == nil }
      return try changes.values(of: own, id, whole, in: tx).filter { !$0.value.isEmpty }
    }
  }

  private static let file = """
    customer;name;TIER;Satz;Fee;Renewal;VIP;Topics;Twice
    C1;Ada;gold;1,5;1.200,50;31.12.2026;ja;bread;9
    C2;Ben;Bronze;2;10;;;;
    C3;Cy;Silver;zwei;10;;;;
    C4;Di;;;;2026-02-30;;;
    C5;Eve;;;;;vielleicht;;

    """

  @Test(arguments: Stores.underTest) func `a column fills a field as people write in files, or its cell is refused`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      let (fields, _, _) = try await prepare(shop)
      #expect(!fields.contains { $0.label == "Twice" })
      var company = try #require(try await shop.companies.current())
      company = Company(
        name: company.name, currency: .euro, timeZone: company.timeZone, decimalMark: ",", dateOrder: "dayMonthYear")
      var order = Self.order
      let headers = ["customer", "name", "TIER", "Satz", "Fee", "Renewal", "VIP", "Topics", "Twice"]
      try order.map(
        [
          0: "customer", 1: "customerName", 2: "x_tier", 3: "x_rate", 4: "x_fee", 5: "x_renewal", 6: "x_vip",
          7: "x_topics", 8: "trait",
        ], traits: [:], own: fields, headers: headers)
      let today = try #require(Day("2026-01-15"))
      let source = ByteSource(text: Self.file, name: "file.csv")
      let look = try ImportLook(source, order: order, company: company, fields: fields, today: today)
      #expect(
        look.columns.map { $0.own ?? $0.role ?? $0.trait ?? "-" } == [
          "customer", "customerName", "x_tier", "x_rate", "x_fee", "x_renewal", "x_vip", "x_topics", "Twice",
        ])
      #expect("\(look.good) of \(look.read)" == "1 of 5")
      let reasons = look.rows.map { row in row.cells.compactMap { cell in cell.reason.map { _ in cell.column } } }
      #expect(reasons == [[], [2], [3], [5], [6]])
      for (columns, own) in [([2: "x_tier", 3: "x_tier"], fields), ([2: "x_none"], fields), ([2: "x_tier"], [])] {
        var wrong = Self.order
        #expect(throws: Problem.self) { try wrong.map(columns, traits: [:], own: own, headers: headers) }
      }
      // A field that is named where an import names its columns, and is not there.
      order.columns.append("x_gone=Twice")
      let gone = try ImportLook(source, order: order, company: company, fields: fields, today: today)
      #expect(gone.problem?.field == "column")
    }
  }

  @Test(arguments: Stores.underTest) func `an import fills fields, corrects them, and gives them back`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      _ = try await prepare(shop)
      func take(_ text: String) async throws -> ImportRun {
        try await shop.carryOut(try await shop.begin(Self.order), text)
      }
      let first = try await take(
        "customer,name,Tier,Rate,Topics\nC1,Ada,Gold,1.5,\"Bread;Wine, red\"\nC2,Ben,,,Bread\n")
      #expect(shop.counts(first) == "2 = 2 + 0 + 0, 0 corrected")
      let ada = ["x_tier": "Gold", "x_rate": "1.5"]
      #expect(try await held("C1", shop).filter { $0.key != "x_topics" } == ada)
      #expect(try await held("C2", shop) == ["x_topics": "Bread"])
      // What the file does not tell stays; a row that tells the same changes nothing.
      let second = try await take("customer,name,Tier,Rate\nC1,Ada,Silver,\nC2,Ben,Gold,3\n")
      #expect(shop.counts(second) == "2 = 0 + 2 + 0, 2 corrected")
      #expect(try await held("C1", shop)["x_tier"] == "Silver")
      #expect(try await held("C1", shop)["x_rate"] == "1.5")
      let third = try await take("customer,name,Tier,Rate\nC1,Ada,Silver,\nC2,Ben,Gold,3\n")
      #expect(shop.counts(third) == "2 = 0 + 2 + 0, 0 corrected")
      for run in [third, second] { _ = try await shop.imports.undo(run.id, by: .operator) }
      #expect(try await held("C1", shop).filter { $0.key != "x_topics" } == ada)
      #expect(try await held("C2", shop) == ["x_topics": "Bread"])
      _ = try await shop.imports.undo(first.id, by: .operator)
      let left = try await shop.database.read { try $0.value("SELECT count(*) FROM custom_value", as: Int.self) }
      #expect(left == 0)
      #expect(try await shop.customers.find(externalKey: "C1", for: .operator) == nil)
    }
  }

  @Test(arguments: Stores.underTest) func `what several interactions held goes with them, and does not come back`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      let customFields = CustomFields(shop.database, clock: Stores.clock) { _ in .euro }
      _ = try await customFields.create(
        .init(label: "Mood", kind: "text"), for: Interactions.catalogue, among: Catalogues([Interactions.catalogue]),
        by: .operator)
      _ = try await shop.carryOut(try await shop.begin(Self.order), "customer,name\nC1,Ada\n")
      var order = ImportOrder(feed: "calls", subject: .interactions)
      order.sourceName = "crm"
      func take(_ mood: String) async throws -> ImportRun {
        let rows = (1...3).map { "C1,2024-02-0\($0)T10:00:00Z,call,out,Prices,I\($0),\(mood)\n" }.joined()
        return try await shop.carryOut(
          try await shop.begin(order), "customer,date,kind,direction,subject,externalid,Mood\n" + rows)
      }
      func held() async throws -> [String] {
        try await shop.database.read { try $0.rows("SELECT text FROM custom_value ORDER BY record_id") { try $0(0) } }
      }
      let (first, second) = (try await take("glad"), try await take("sad"))
      #expect(shop.counts(second) == "3 = 0 + 3 + 0, 3 corrected")
      #expect(try await held() == ["sad", "sad", "sad"])
      // The second rests on the first, though it told nothing but a field of the company's own.
      await #expect(throws: Problem.self) { try await shop.imports.undo(first.id, by: .operator) }
      _ = try await shop.imports.undo(second.id, by: .operator)
      #expect(try await held() == ["glad", "glad", "glad"])
      _ = try await shop.imports.undo(first.id, by: .operator)
      #expect(try await held() == [])
    }
  }

  @Test(arguments: Stores.underTest) func `a number has one reading, and a column that is not there is said`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      let (fields, _, _) = try await prepare(shop)
      let here = try #require(try await shop.companies.current())
      let company = Company(
        name: here.name, currency: .euro, timeZone: here.timeZone, decimalMark: ",", dateOrder: "dayMonthYear")
      let today = try #require(Day("2026-01-15"))
      func look(_ columns: [String] = [], decimal: String? = nil, dates: String? = nil) throws -> ImportLook {
        var order = Self.order
        (order.columns, order.decimal, order.dateOrder) = (columns, decimal, dates)
        let text = "customer;name;Rate;Renewal\nC1;Ada;1.5;03/04/2026\nC2;Ben;1,125;04/05/2026\n"
        return try ImportLook(
          ByteSource(text: text, name: "f.csv"), order: order, company: company, fields: fields, today: today)
      }
      func wrong(_ look: ImportLook) -> [[Int]] {
        look.rows.map { row in row.cells.compactMap { cell in cell.reason.map { _ in cell.column } } }
      }
      #expect(wrong(try look()) == [[2], []])
      #expect(wrong(try look(decimal: ".", dates: "mdy")) == [[], []])
      #expect(try look(["x_rate=#3"]).problem == nil)
      #expect(try look(["x_rate=Raet"]).problem?.field == "column")
      #expect(try look(["x_tier=#30"]).problem?.field == "column")
      // What somebody chose is not guessed a second time.
      #expect(try look(["x_rate=Renewal"]).columns.map(\.own) == [nil, nil, nil, "x_rate"])
    }
  }

  @Test(arguments: Stores.underTest) func `a customer somebody works with stays when its import is taken back`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      let run = try await shop.carryOut(
        try await shop.begin(Self.order), "customer,name\nC1,Ada\nC2,Ben\nC3,Cy\nC4,Di\n")
      func id(_ key: String) async throws -> Int64 {
        try #require(try await shop.customers.find(externalKey: key, for: .operator)).id.rawValue
      }
      let catalogues = Catalogues([shop.customers.catalogue])
      let tags = Tags(shop.database, clock: Stores.clock, records: catalogues)
      _ = try await tags.add("Important", to: RecordKey(.customer, try await id("C2")), by: .operator)
      let tasks = Tasks(shop.database, clock: Stores.clock, records: catalogues)
      let about = RecordKey(.customer, try await id("C3"))
      _ = try await tasks.create(WorkTask.Draft("Call", about: about), by: .operator)
      _ = try await shop.imports.undo(run.id, by: .operator)
      for (key, isThere) in [("C1", false), ("C2", true), ("C3", true), ("C4", false)] {
        let found = try await shop.customers.find(externalKey: key, for: .operator)
        #expect((found != nil) == isThere, "\(key)")
      }
    }
  }
}
