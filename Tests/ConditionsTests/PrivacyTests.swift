import Conditions
import Customers
import Foundation
import Kernel
import Records
import Store
import StoreTesting
import Tabular
import Testing
import Web

@Suite struct PrivacyTests {
  /// A company, the map, and everything that keeps it.
  fileprivate struct Office {
    let shop: Shop
    let requests: PrivacyRequests
    let exports: PersonExports
    let erasures: Erasures
    let retentions: Retentions

    init(_ database: Database, folder: String, at now: Instant = Stores.clock.now) async throws {
      shop = try await Shop(database, folder: folder)
      let clock = FixedClock(now)
      let jobs = Jobs(database, clock: clock)
      requests = PrivacyRequests(database, clock: clock)
      exports = PersonExports(database, clock: clock, jobs: jobs)
      erasures = Erasures(database, clock: clock, jobs: jobs, exports: exports)
      retentions = Retentions(database, clock: clock, jobs: jobs, exports: exports, erasures: erasures)
    }

    /// Somebody who bought once, whose name stands nowhere else and was changed since.
    func person(_ marker: String) async throws -> Int64 {
      try await shop.take("customer,date,amount,order\n\(marker.utf8.count),2024-01-31,12.50,O\(marker.utf8.count)\n")
      let key = "\(marker.utf8.count)"
      let found = try await shop.database.read { tx in
        try tx.value("SELECT customer_id FROM customer_key WHERE external_id = \(key)", as: ID<Customer>.self)
      }
      let id = try #require(found)
      let address = "\(marker.replacing(" ", with: "."))@example.org"
      for (version, name) in [marker, marker + " Again"].enumerated() {
        _ = try await shop.customers.edit(
          id, Customer.Draft(kind: "person", name: name, email: address, parent: nil), version: Int64(version + 1),
          by: .operator)
      }
      return id.rawValue
    }
  }

  private func withOffice(_ dialect: Store.Dialect, _ body: (Office, String) async throws -> Void) async throws {
    try await Stores.withFolder { folder in
      try await withStore(dialect) { try await body(try await Office($0, folder: folder), folder) }
    }
  }

  @Test func `every column of the schema is in the data map, and nothing else`() throws {
    let mapped = Dictionary(
      DataMap.current.tables.map { ($0.name.description, Set($0.columns.keys)) }, uniquingKeysWith: { $0.union($1) })
    #expect(mapped.count == DataMap.current.tables.count, "a table is mapped twice")
    let schema = Dictionary(
      try Schema().tables.map { ($0.name, Set($0.columns)) }, uniquingKeysWith: { first, _ in first })
    for (table, columns) in schema.sorted(by: { $0.key < $1.key }) {
      let missing = columns.subtracting(mapped[table] ?? []).sorted()
      #expect(missing == [], "\(Self.mend(table, missing, isNew: mapped[table] == nil))")
    }
    for (table, columns) in mapped.sorted(by: { $0.key < $1.key }) {
      #expect(columns.subtracting(schema[table] ?? []).sorted() == [], "\(table): the schema has no such columns")
    }
  }

  /// What to write where a column is not in the map.
  private static func mend(_ table: String, _ missing: [String], isNew: Bool) -> String {
    let acts = missing.contains("actor_id") && missing.contains("actor_name")
    let columns = missing.filter { !acts || !["actor_id", "actor_name"].contains($0) }.joined(separator: " ")
    let line = "table(\"\(table)\", .dealings, technical: \"\(columns)\"\(acts ? ", acts: true" : ""), rules: [...])"
    let place = isNew ? "add this line" : "add to the line of this table"
    return """
      Sources/Conditions/Data/Privacy/DataMap+*.swift: \(place), each column under what it holds \
      (technical: nothing about anybody; pseudonymous: a number that leads to a person; personal: who somebody is or \
      what they said; secret: what opens a door), with a Rule for each PersonKind whose rows it has, and a Mention for \
      each text that may name anybody: \(line)
      """
  }

  @Test func `every table that leads to a person says what becomes of it`() {
    for table in DataMap.current.tables {
      for (column, kind) in [("customer_id", PersonKind.customer), ("contact_id", .contact), ("user_id", .user)]
      where table.columns[column] != nil {
        #expect(
          table.rules.contains { $0.person == kind },
          "DataMap, table \(table.name): add Rule(.\(kind), .remove, .overwrite(...) or .keep) { \"\(column) = \\($0)\" }"
        )
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `whoever is erased is in no table, and their purchases stay as nobody's`(_ dialect: Store.Dialect) async throws {
    try await withOffice(dialect) { office, _ in
      let id = try await office.person("Quilliam Zander")
      let database = office.shop.database
      try await office.shop.take(
        "customer,date,amount,order\nada,2024-01-31,5,O3\nQuilliam Zander Again,rubbish,x,O2\n")
      let before = try await database.read { try $0.value("SELECT count(*) FROM purchase", as: Int.self) }
      let preview = try await office.erasures.preview(.customer, id, for: .operator)
      #expect(preview.person.name == "Quilliam Zander Again")
      #expect(preview.report.rows > 0)
      try await office.erasures.erase(.customer, id, by: .operator)
      try await office.erasures.scrub()
      for (table, count) in try await Self.finding("Quilliam", in: database) {
        #expect(count == 0, "\(table)")
      }
      let left = try await database.read { tx in
        (
          name: try tx.value("SELECT name FROM customer WHERE id = \(id)", as: String.self),
          purchases: try tx.value("SELECT count(*) FROM purchase", as: Int.self), broken: try tx.firstBrokenAuditEntry()
        )
      }
      #expect(left.name == "Erased person")
      #expect(left.purchases == before)
      #expect(left.broken == nil)
    }
  }

  @Test(arguments: Stores.underTest)
  func `taking an import back brings nothing of whoever was erased`(_ dialect: Store.Dialect) async throws {
    try await withOffice(dialect) { office, _ in
      let (shop, database) = (office.shop, office.shop.database)
      let catalogue = shop.customers.catalogue
      _ = try await CustomFields(database, clock: Stores.clock) { _ in .euro }.create(
        .init(label: "Nickname", kind: "text"), for: catalogue, among: Catalogues([catalogue]), by: .operator)
      func nicknames() async throws -> [String] {
        try await database.read { try $0.rows("SELECT text FROM custom_value ORDER BY text") { try $0(0) } }
      }
      var order = ImportOrder(feed: "crm", subject: .customers)
      order.hasHeader = true
      var last: ImportRun?
      for (quill, ada) in [("Quillfeather", "Countess"), ("Feather", "Lady")] {
        last = try await shop.carryOut(
          try await shop.begin(order), "customer,name,Nickname\nQ,Quilliam Zander,\(quill)\nA,Ada Byron,\(ada)\n")
      }
      #expect(try await nicknames() == ["Feather", "Lady"])
      let id = try #require(try await shop.customers.find(externalKey: "Q", for: .operator)).id
      try await office.erasures.erase(.customer, id.rawValue, by: .operator)
      #expect(try await Self.finding("Quillfeather", in: database).filter { $0.value > 0 } == [:])
      _ = try await shop.imports.undo(try #require(last).id, by: .operator)
      #expect(try await nicknames() == ["Countess"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a contact who is erased leaves that there was a conversation, and no word of it`(_ dialect: Store.Dialect)
    async throws
  {
    try await withOffice(dialect) { office, _ in
      let database = office.shop.database
      let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
      let works = try await office.shop.customers.create(
        try Customer.Draft(kind: "organisation", name: "Works", email: nil, parent: nil), by: .operator)
      let fields = ["firstName": "Quilliam", "lastName": "Zander", "email": "quilliam.zander@example.org"]
      let who = try await Contacts(database, clock: Stores.clock).create(
        try Contact.Draft { fields[$0] }, at: ContactRole.Draft(works.id), by: .operator)
      let said = [
        "contact": "\(who.id)", "kind": "call", "subject": "Quilliam Zander rang", "text": "Zander wants it blue.",
      ]
      let interactions = Interactions(database, clock: Stores.clock)
      let call = try await interactions.create(
        try Interaction.Draft(given: { said[$0] }, zone: zone, now: Stores.clock.now), by: .operator)
      _ = try await interactions.correct(call.id, version: call.version, reason: "Quilliam said so", by: .operator) {
        var draft = Interaction.Draft($0)
        draft.subject = "Quilliam Zander rang twice"
        return draft
      }
      try await office.erasures.erase(.contact, who.id.rawValue, by: .operator)
      for marker in ["Quilliam", "quilliam", "Zander", "zander"] {
        let left = try await Self.finding(marker, in: database).filter { $0.value > 0 }
        #expect(left == [:], "\(marker)")
      }
      let kept = try await database.read { tx in
        try tx.value("SELECT count(*) FROM interaction WHERE customer_id = \(works.id)", as: Int.self)
      }
      #expect(kept == 1)
      #expect(try await database.read { try $0.firstBrokenAuditEntry() } == nil)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a file that waits to come in goes with whoever it names, and no other`(_ dialect: Store.Dialect) async throws {
    try await withOffice(dialect) { office, folder in
      let drafts = ImportDrafts(office.shop.database, clock: Stores.clock)
      func wait(_ name: String, _ text: String, _ order: ImportOrder = ImportOrder(feed: "crm")) async throws {
        let path = "\(folder)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        _ = try await drafts.create(order, fileName: name, path: path, by: .operator)
      }
      try await wait("others.csv", "customer,name,email\n1,Ada Quilliam,zander@example.org\n")
      try await wait("apart.csv", "last;first;city\nBerg;Ada;Bonn\nZANDER;Quilliam, Again;Ulm\n")
      try await wait("address.csv", "customer;mail\n9;quilliam.zander@EXAMPLE.org\n")
      try await wait("damaged.xlsx", "PK\u{3}\u{4} no workbook")
      var mended = ImportOrder(feed: "crm")
      mended.patches = CellPatches()
      mended.patches?.cells = [2: [1: "Quilliam Again Zander"]]
      try await wait("mended.csv", "customer,name\n1,\n", mended)
      let id = try await office.person("Quilliam Zander")
      let report = try await office.erasures.erase(.customer, id, by: .operator)
      #expect(report.lines.contains { $0.table == "import_draft" && $0.rows == 4 })
      #expect(try await drafts.open(for: .operator).map(\.fileName) == ["others.csv"])
      let left = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
        $0.hasSuffix(".csv") || $0.hasSuffix(".xlsx")
      }
      #expect(left == ["others.csv"])
    }
  }

  /// How many rows of each table hold a text.
  private static func finding(_ text: String, in database: Database) async throws -> [String: Int] {
    var found: [String: Int] = [:]
    for table in DataMap.current.tables {
      found[table.name.description] = try await database.read { tx in
        try tx.rows("SELECT * FROM \(name: table.name)").count { row in
          row.values.contains { if case .text(let held) = $0 { held.contains(text) } else { false } }
        }
      }
    }
    return found
  }

  @Test func `nothing of whoever was erased is left in the bytes of the store`() async throws {
    try await withOffice(.sqlite) { office, _ in
      let id = try await office.person("Quilliam Zander")
      let folder = office.shop.database.place.folder
      func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
          let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
          return bytes.range(of: Data("Quilliam".utf8)) != nil || bytes.range(of: Data("quilliam".utf8)) != nil
        }
      }
      #expect(try files() != [])
      try await office.erasures.erase(.customer, id, by: .operator)
      try await office.erasures.scrub()
      #expect(try files() == [])
    }
  }

  @Test func `a backup from before does not bring them back`() async throws {
    try await withPlace(.sqlite, migrated: true) { place in
      let backup = place.folder + "/backups/old.sqlite"
      let id = try await withStore(at: place) { store in
        let office = try await Office(store, folder: place.folder)
        let id = try await office.person("Quilliam Zander")
        _ = try await office.person("Berta Keeper")
        try await store.backup(to: backup)
        try await office.erasures.erase(.customer, id, by: .operator)
        try await office.erasures.scrub()
        return id
      }
      try await Database.restore(backup, to: place)
      try await withStore(at: place) { store in
        let erasures = Erasures(
          store, clock: Stores.clock, jobs: Jobs(store, clock: Stores.clock),
          exports: PersonExports(store, clock: Stores.clock, jobs: Jobs(store, clock: Stores.clock)))
        func name(_ id: Int64) async throws -> String? {
          try await store.read { try $0.value("SELECT name FROM customer WHERE id = \(id)", as: String.self) }
        }
        let before = try await name(id)
        #expect(before == "Quilliam Zander Again")
        #expect(try await erasures.replay() == 1)
        #expect(try await name(id) == "Erased person")
        #expect(try await Self.finding("Berta", in: store)["customer"] == 1)
        #expect(try await erasures.replay() == 0)
        #expect(try await store.read { try $0.firstBrokenAuditEntry() } == nil)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `an organisation, and somebody who can still sign in, are not erased`(_ dialect: Store.Dialect) async throws {
    try await withOffice(dialect) { office, _ in
      let draft = try Customer.Draft(kind: "organisation", name: "Works", email: nil, parent: nil)
      let works = try await office.shop.customers.create(draft, by: .operator)
      let users = Users(office.shop.database, clock: Stores.clock)
      let ada = try await users.create(
        email: "ada@example.org", name: "Ada Quill", password: "a long enough word", by: .operator)
      _ = try await users.create(
        email: "bob@example.org", name: "Bob", password: "a long enough word", by: .operator)
      for (kind, id) in [(PersonKind.customer, works.id.rawValue), (.user, ada.id.rawValue)] {
        let problem = await #expect(throws: Problem.self) { try await office.erasures.erase(kind, id, by: .operator) }
        #expect(problem?.kind == .conflict)
      }
      try await users.setDisabled(true, ada.id, by: .operator)
      _ = try await office.shop.customers.create(
        draft, by: Actor(user: ada.id.rawValue, name: ada.name, grants: Actor.everything))
      try await office.erasures.erase(.user, ada.id.rawValue, by: .operator)
      let found = try await Self.finding("Ada Quill", in: office.shop.database)
      #expect(found.filter { $0.value > 0 } == [:])
      #expect(try await office.shop.database.read { try $0.firstBrokenAuditEntry() } == nil)
      let analyst = Actor(user: 9, name: "Analyst", grants: Actor.everything, seesPersonalData: false)
      await #expect(throws: Problem.self) { try await office.requests.all(for: analyst) }
      await #expect(throws: Problem.self) { try await office.exports.archive(.user, ada.id.rawValue, by: analyst) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `a person's file holds what leads to them, and no secret`(_ dialect: Store.Dialect) async throws {
    try await withOffice(dialect) { office, _ in
      let users = Users(office.shop.database, clock: Stores.clock)
      let ada = try await users.create(
        email: "ada@example.org", name: "Ada <Quill>", password: "a long enough word", by: .operator)
      let file = try await office.exports.gather(.user, ada.id.rawValue, by: .operator)
      let text = String(decoding: try JSONEncoder().encode(file), as: UTF8.self) + file.html.text
      #expect(text.contains("ada@example.org"))
      #expect(text.contains("Ada &lt;Quill&gt;"))
      let archive = try await office.exports.archive(.user, ada.id.rawValue, by: .operator)
      #expect(archive.starts(with: [0x50, 0x4B, 3, 4]))
      #expect(!text.contains("password"))
    }
  }

  @Test(arguments: Stores.underTest)
  func `a request waits thirty days, is answered once, and can be opened again`(_ dialect: Store.Dialect) async throws {
    try await withOffice(dialect) { office, _ in
      let day = try #require(Day("2026-01-10"))
      let made = try await office.requests.create(.init(.access, askedBy: "Ada", received: day), by: .operator)
      #expect(made.due == Day("2026-02-09"))
      let after = try #require(Day("2026-02-10"))
      #expect(made.isLate(after))
      let empty = await #expect(throws: Problem.self) {
        try await office.requests.answer(made.id, .refused, note: "", by: .operator)
      }
      #expect(empty?.field == "note")
      try await office.requests.answer(made.id, .done, note: "Sent.", by: .operator)
      await #expect(throws: Problem.self) {
        try await office.requests.answer(made.id, .done, note: "Sent.", by: .operator)
      }
      try await office.requests.reopen(made.id, by: .operator)
      #expect(try await office.requests.find(made.id, for: .operator).outcome == nil)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a clock shows what would go before it runs, and then lets it go`(_ dialect: Store.Dialect) async throws {
    try await withOffice(dialect) { office, folder in
      try await office.shop.take("customer,date,amount\nada,2024-01-31,5\nberta,rubbish,x\n")
      let later = try await Office.later(office.shop.database, folder, days: 100)
      func rejects() async throws -> Retention? {
        try await later.all(for: .operator).first { $0.retention == .rejects }
      }
      #expect(try await rejects()?.days == nil)
      #expect(try await rejects()?.due == 1)
      #expect(try await later.sweep(.rejects, by: .operator) == 0)
      try await later.set(.rejects, days: 90, by: .operator)
      #expect(try await later.queueDue())
      #expect(try await !later.queueDue())
      #expect(try await later.sweep(.rejects, by: .operator) == 1)
      #expect(try await rejects()?.due == 0)
      #expect(try await rejects()?.lastRows == 1)
      let originals = try await office.shop.database.read {
        try $0.rows("SELECT original FROM import_reject") { try $0(0, as: String.self) }
      }
      #expect(originals == [""])
    }
  }
}

extension PrivacyTests.Office {
  /// The clocks so many days on.
  fileprivate static func later(_ database: Database, _ folder: String, days: Int64) async throws -> Retentions {
    let clock = FixedClock(Stores.clock.now.adding(seconds: days * 86_400))
    let jobs = Jobs(database, clock: clock)
    let exports = PersonExports(database, clock: clock, jobs: jobs)
    return Retentions(
      database, clock: clock, jobs: jobs, exports: exports,
      erasures: Erasures(database, clock: clock, jobs: jobs, exports: exports))
  }
}
