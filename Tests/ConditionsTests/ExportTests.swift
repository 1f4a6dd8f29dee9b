import Conditions
import Customers
import Foundation
import Kernel
import Records
import Store
import StoreTesting
import Testing
import Web

/// Lists that go out as files.
@Suite struct ExportTests {
  /// A shop whose customers can go out.
  private struct Desk {
    let shop: Shop
    let exports: Exports
    let jobs: Jobs

    init(_ shop: Shop, folder: String) {
      self.shop = shop
      let (database, clock) = (shop.database, Stores.clock)
      jobs = Jobs(database, clock: clock)
      let fields = CustomFields(database, clock: clock) { _ in .euro }
      exports = Exports(
        database, clock: clock, jobs: jobs, catalogues: Catalogues([shop.customers.catalogue]),
        lists: RecordLists(database, customFields: fields), companies: shop.companies,
        folder: folder + "/exports")
    }

    func ask(
      _ query: [(String, String)] = [], as format: Export.Format = .csv, by actor: Actor = .operator
    ) async throws -> Export {
      try await exports.begin(
        .customer, try RecordQuestion(query: Fields(query)), as: format, Export.Settings(), queue: false, by: actor)
    }

    /// The text of a file made at once.
    func text(
      _ query: [(String, String)] = [], as format: Export.Format = .csv, by actor: Actor = .operator
    ) async throws -> String {
      let export = try await ask(query, as: format, by: actor)
      try await ExportJob(exports).carryOut(export, .silent, by: actor)
      let (path, _) = try await exports.take(export.id, for: actor)
      return try String(contentsOfFile: path, encoding: .utf8)
    }

    var files: [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: exports.folder)) ?? []).sorted()
    }
  }

  private static func withDesk(_ store: Store.Dialect, _ body: (Desk) async throws -> Void) async throws {
    try await withShop(store) { shop in
      let text =
        "customer,name,email,kind\nA,Ada,ada@example.org,person\nB,=Ben,ben@example.org,person\nC,Cyd AG,,company\n"
      try await shop.take(text) { ($0.feed, $0.subject) = ("crm", .customers) }
      try await Stores.withFolder { folder in try await body(Desk(shop, folder: folder)) }
    }
  }

  @Test(arguments: Stores.underTest) func `a list goes out with its columns, filter and order`(
    store: Store.Dialect
  ) async throws {
    try await Self.withDesk(store) { desk in
      let query = [("columns", "name,email"), ("sort", "-name")]
      #expect(
        try await desk.text(query) == "Name,E-mail\r\nCyd AG,\r\nAda,ada@example.org\r\n\"'=Ben\",ben@example.org\r\n")
      let people = try await desk.text([("columns", "name,kind"), ("filter", "kind is person"), ("sort", "name")])
      #expect(people == "Name,Kind\r\n\"'=Ben\",Person\r\nAda,Person\r\n")
      let json = try await desk.text([("columns", "name,kind"), ("sort", "name")], as: .json)
      let rows = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
      #expect(rows?.map { $0["kind"] as? String } == ["person", "person", "organisation"])
      let cards = try await desk.text(as: .vcf)
      #expect(cards.contains("FN:Cyd AG\r\n") && cards.contains("KIND:org\r\n"))
      #expect(desk.files.count == 4)
    }
  }

  @Test(arguments: Stores.underTest) func `a file holds what its reader may export and read, no more`(
    store: Store.Dialect
  ) async throws {
    try await Self.withDesk(store) { desk in
      let grants: Set<Actor.Grant> = [
        .init(.see, .customer, .all), .init(.create, .exportRun, .own), .init(.see, .exportRun, .own),
      ]
      let looker = Actor(user: nil, name: "Looker", grants: grants)
      let refused = await #expect(throws: Problem.self) { try await desk.ask(by: looker) }
      #expect(refused?.kind == .notAllowed)
      let own = Actor(user: 77, name: "Own", grants: grants.union([.init(.export, .customer, .own)]))
      // Nothing is theirs, so nothing goes out.
      let export = try await desk.ask([("columns", "name")], by: own)
      let path = desk.exports.folder + "-own.csv"
      try await ExportJob(desk.exports).write(export, to: path, .silent, by: own)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "Name\r\n")
      unlink(path)
      let all: Set<Actor.Grant> = grants.union([.init(.export, .customer, .all)])
      let analyst = Actor(user: 78, name: "Analyst", grants: all, seesPersonalData: false)
      #expect(try await desk.text([("columns", "kind"), ("sort", "kind")], by: analyst).contains("Person"))
      for query in [[("columns", "name")], [("sort", "name")], [("filter", "email filled")]] {
        let hidden = await #expect(throws: Problem.self) { try await desk.ask(query, by: analyst) }
        #expect(hidden?.kind == .invalid)
      }
      let plain = try await desk.text(by: analyst)
      #expect(!plain.contains("Ada") && !plain.contains("example.org"))
      // Its number tells a row from the next.
      #expect(plain.contains("Number,"))
      let card = await #expect(throws: Problem.self) { try await desk.ask(as: .vcf, by: analyst) }
      #expect(card?.kind == .notAllowed)
    }
  }

  @Test(arguments: Stores.underTest) func `only who asked takes the file, ten an hour, until it expires`(
    store: Store.Dialect
  ) async throws {
    try await Self.withDesk(store) { desk in
      let export = try await desk.ask()
      try await ExportJob(desk.exports).carryOut(export, .silent, by: .operator)
      let other = Actor(user: 5, name: "Other", grants: Actor.everything)
      let refused = await #expect(throws: Problem.self) { try await desk.exports.take(export.id, for: other) }
      #expect(refused?.kind == .notAllowed)
      #expect(try await desk.exports.find(export.id, for: other).state == .ready)
      for _ in 0..<Export.mostAnHour { _ = try await desk.ask(by: other) }
      let tooMany = await #expect(throws: Problem.self) { try await desk.ask(by: other) }
      #expect(tooMany?.kind == .tooMany)
      // What is left of work that was broken off goes; what is offered stays until its time is over.
      FileManager.default.createFile(atPath: desk.exports.path("export-9.part"), contents: Data())
      FileManager.default.createFile(atPath: desk.exports.path("export-9.csv"), contents: Data())
      try await desk.exports.sweep()
      #expect(desk.files == ["export-\(export.id).csv"])
      try await desk.exports.remove(export.id, by: .operator)
      #expect(desk.files == [])
      #expect(try await desk.exports.find(export.id, for: .operator).state == .expired)
    }
  }

  @Test(arguments: Stores.underTest) func `whoever asked is told when the file is there`(
    store: Store.Dialect
  ) async throws {
    try await Self.withDesk(store) { desk in
      let id = try await desk.shop.database.write { tx -> Int64 in
        let id: ID<User> = try tx.newID()
        try tx.run(
          """
          INSERT INTO app_user (id, email, name, password, role, created_at)
          VALUES (\(id), 'a@example.org', 'A', '', 'manager', \(Stores.clock.now))
          """)
        return id.rawValue
      }
      let asker = Actor(user: id, name: "A", grants: Actor.everything)
      let export = try await desk.ask(by: asker)
      try await ExportJob(desk.exports).carryOut(export, .silent, by: asker)
      let told = Notifications(desk.shop.database, clock: Stores.clock, records: desk.exports.catalogues)
      let rows = try await told.list(for: asker).rows
      #expect(rows.map(\.text) == ["The export is ready: customers, CSV"])
      #expect(rows.first?.path == "/exports/\(export.id)")
    }
  }

  @Test(arguments: Stores.underTest) func `an export that is stopped leaves no file`(store: Store.Dialect) async throws
  {
    try await Self.withDesk(store) { desk in
      let export = try await desk.ask()
      let stopping = JobProgress { _, _, _, _ in true }
      await #expect(throws: CancellationError.self) {
        try await ExportJob(desk.exports).carryOut(export, stopping, by: .operator)
      }
      #expect(desk.files == [])
      #expect(try await desk.exports.find(export.id, for: .operator).file == nil)
    }
  }
}
