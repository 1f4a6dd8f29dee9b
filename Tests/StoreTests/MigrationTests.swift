import Foundation
import Kernel
import Store
import StoreTesting
import Testing

@Suite struct MigrationTests {
  @Test(arguments: Stores.underTest)
  func `an empty store takes every step once`(_ dialect: Dialect) async throws {
    try await withPlace(dialect) { place in
      let store = try await Database.connect(place, secret: try Stores.secret())
      let migrator = Migrator()
      #expect(try await migrator.applied(store) == 0)
      #expect(try await migrator.migrate(store).map(\.number) == Migration.all.map(\.number))
      #expect(try await migrator.applied(store) == migrator.newest)
      #expect(try await migrator.migrate(store).isEmpty)
      try await store.close()
    }
  }

  @Test func `steps are numbered without a gap`() {
    #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
  }

  @Test(arguments: Stores.underTest)
  func `a store of a newer program is refused and left as it is`(_ dialect: Dialect) async throws {
    try await withPlace(dialect) { place in
      let newer = Migrator(Migration.all + [.adding("later", number: Migration.all.count + 1)])
      try await Database.open(place, migrator: newer, secret: try Stores.secret()).close()
      let problem = await #expect(throws: Problem.self) { try await withStore(at: place) { _ in } }
      #expect(problem?.message.contains("newer version") == true)
      let store = try await Database.connect(place, secret: try Stores.secret())
      #expect(try await newer.applied(store) == newer.newest)
      try await store.close()
    }
  }

  @Test(arguments: Stores.underTest)
  func `a step that fails midway leaves the schema before it, and can be taken again`(_ dialect: Dialect) async throws {
    try await withPlace(dialect, migrated: true) { place in
      let next = Migration.all.count + 1
      let killed: String =
        dialect == .sqlite ? "SELECT no_such_function()" : "SELECT pg_terminate_backend(pg_backend_pid())"
      let half = Migration(next, "half", owner: "Tests") { d in
        ["CREATE TABLE half (id \(d == .sqlite ? "INTEGER" : "BIGINT"))", killed]
      }
      await #expect(throws: Problem.self) {
        try await Database.open(place, migrator: Migrator(Migration.all + [half]), secret: try Stores.secret())
      }
      try await withStore(at: place) { store in
        let reached = try await Migrator().applied(store)
        #expect(reached == next - 1)
      }
      let whole = Migrator(Migration.all + [.adding("half", number: next)])
      let store = try await Database.open(place, migrator: whole, secret: try Stores.secret())
      #expect(try await whole.applied(store) == next)
      try await store.close()
    }
  }

  @Test func `a copy of the files taken at any step opens on the step before or after`() async throws {
    try await withPlace(.sqlite) { place in
      let folder = place.folder
      let watched = Migration.all.map { step in
        Migration(step.number, step.name, owner: step.owner) { dialect in
          // What a kill at this moment would leave.
          for suffix in ["", "-wal"] {
            try? FileManager.default.copyItem(
              atPath: folder + "/company.sqlite" + suffix, toPath: folder + "/killed-\(step.number).sqlite" + suffix)
          }
          return step.statements(dialect)
        }
      }
      try await Database.open(place, migrator: Migrator(watched), secret: try Stores.secret()).close()
      for step in watched {
        let place = try Place(folder + "/killed-\(step.number).sqlite")
        let store = try await Database.connect(place, secret: try Stores.secret())
        #expect(try await Migrator().applied(store) == step.number - 1)
        try await Migrator().migrate(store)
        #expect(try await Migrator().applied(store) == Migrator().newest)
        try await store.close()
      }
    }
  }

  @Test func `a store is backed up before its schema changes`() async throws {
    try await withPlace(.sqlite, migrated: true) { place in
      let next = Migrator(Migration.all + [.adding("later", number: Migration.all.count + 1)])
      try await Database.open(place, migrator: next, secret: try Stores.secret()).close()
      let backups = try FileManager.default.contentsOfDirectory(atPath: place.backupFolder)
      #expect(backups.count == 1)
      let restored = try Place(place.folder + "/restored.sqlite")
      try await Database.restore(place.backupFolder + "/" + backups[0], to: restored)
      let reached = try await withStore(at: restored) { try await Migrator().applied($0) }
      #expect(reached == Migration.all.count)
    }
  }

  @Test(arguments: Stores.underTest)
  func `tables of another program are refused and not touched`(_ dialect: Dialect) async throws {
    try await withPlace(dialect) { place in
      let foreign = try await Database.connect(place, secret: try Stores.secret())
      try await foreign.write { try $0.script("CREATE TABLE songs (id INTEGER)") }
      try await foreign.close()
      let problem = await #expect(throws: Problem.self) { try await withStore(at: place) { _ in } }
      #expect(problem?.message.contains("songs") == true)
    }
  }

  @Test func `text where a number belongs is a refusal`() async throws {
    try await withPlace(.sqlite) { place in
      let foreign = try await Database.connect(place, secret: try Stores.secret())
      try await foreign.write { try $0.script("CREATE TABLE schema_step (number INTEGER, name TEXT, owner TEXT)") }
      try await foreign.write { try $0.run("INSERT INTO schema_step VALUES ('abc', 'work', 'Store')") }
      try await foreign.close()
      await #expect(throws: Problem.self) { try await withStore(at: place) { _ in } }
    }
  }

  @Test func `docs schema is what the migrations make`() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("docs/schema.sql")
    let made = try Schema().text
    if ProcessInfo.processInfo.environment["VALUECHAIN_WRITE_SCHEMA"] == "1" {
      try Data(made.utf8).write(to: file)
    }
    let kept = try String(decoding: Data(contentsOf: file), as: UTF8.self)
    #expect(kept == made, "Write it anew with VALUECHAIN_WRITE_SCHEMA=1 swift test --filter MigrationTests")
  }

  @Test(arguments: Stores.underTest)
  func `a migrated store has the tables and columns of the schema`(_ dialect: Dialect) async throws {
    let schema = try Schema()
    try await withStore(dialect) { store in
      let found = try await store.read { tx in
        switch dialect {
        case .sqlite:
          try tx.rows(
            "SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'"
          ) {
            "\(try $0(0, as: String.self)).\(try $0(1, as: String.self))"
          }
        case .postgres:
          try tx.rows(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
          ) {
            "\(try $0(0, as: String.self)).\(try $0(1, as: String.self))"
          }
        }
      }
      let expected = schema.tables.flatMap { table in table.columns.map { "\(table.name).\($0)" } }
      let books = ["schema_step", "id_block"]
      #expect(Set(found.filter { name in !books.contains { name.hasPrefix($0 + ".") } }) == Set(expected))
      let places = Dictionary(uniqueKeysWithValues: schema.tables.enumerated().map { ($1.name, $0) })
      for table in schema.tables {
        #expect(table.parents.allSatisfy { (places[$0] ?? .max) <= (places[table.name] ?? 0) })
      }
    }
  }

  @Test func `two programs start on one PostgreSQL company at once, and it is migrated once`() async throws {
    try await withPlace(.postgres) { place in
      let stores = try await withThrowingTaskGroup { group in
        for _ in 0..<3 { group.addTask { try await Database.open(place, secret: try Stores.secret()) } }
        return try await group.reduce(into: [Database]()) { $0.append($1) }
      }
      for (number, store) in stores.enumerated() {
        try await store.write { try $0.addTeam(number + 1, "team \(number)") }
      }
      #expect(try await stores[0].teams().count == 3)
      for store in stores { try await store.close() }
    }
  }

  @Test func `the schema of a PostgreSQL company in use is not changed, and an outdated server is refused`()
    async throws
  {
    try await withPlace(.postgres) { place in
      let old = try await Database.open(place, secret: try Stores.secret())
      let steps = Migration.all + [.adding("later", number: Migration.all.count + 1)]
      let hasty = await #expect(throws: Problem.self) {
        try await Database.open(
          place, migrator: Migrator(steps, patience: .milliseconds(300)), secret: try Stores.secret())
      }
      #expect(hasty?.mend?.contains("Stop the other servers") == true)
      #expect(try await old.teams() == [])
      try await old.close()
      let new = try await Database.open(place, migrator: Migrator(steps), secret: try Stores.secret())
      #expect(try await new.teams() == [])
      await #expect(throws: Problem.self) { try await withStore(at: place) { _ in } }
      try await new.close()
    }
  }
}

extension Migration {
  /// A step that adds one empty table.
  fileprivate static func adding(_ table: String, number: Int) -> Migration {
    Migration(number, table, owner: "Tests") { _ in ["CREATE TABLE \(table) (id INTEGER PRIMARY KEY)"] }
  }
}
