import Foundation
import Kernel
import Store
import Synchronization

/// Where tests find their stores.
package enum Stores {
  /// Every test body runs on each of these.
  package static let underTest: [Dialect] = [.sqlite, .postgres]

  /// Noon of 2026-01-15, UTC, for ever.
  package static let clock = FixedClock(Instant(microseconds: 1_768_478_400_000_000))

  /// The key every test store is opened with, so that codes can be compared between stores.
  package static func secret() throws -> Secret { try Secret(bytes: Data(repeating: 7, count: 32)) }

  /// The address of the PostgreSQL server of the tests.
  /// - Throws: `Problem` when it is not told: tests on PostgreSQL fail then, they are never left out.
  package static func postgresAddress() throws -> String {
    guard let address = ProcessInfo.processInfo.environment["VALUECHAIN_TEST_POSTGRES"], !address.isEmpty else {
      throw Problem(
        .unavailable, field: "VALUECHAIN_TEST_POSTGRES", "No PostgreSQL server was named for the tests.",
        mend: "Run bin/test, which starts one, or set it to an address such as postgres:///postgres?host=/tmp/folder.")
    }
    return address
  }

  /// An address that leads into one schema of the server of the tests.
  package static func postgresAddress(schema: String) throws -> String {
    let address = try postgresAddress()
    return address + (address.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + "options=-csearch_path%3D" + schema
  }

  /// A folder of its own, removed when `body` ends.
  package static func withFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.path + "/valuechain-test-\(name())"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
  }

  /// A name nothing else has.
  package static func name() -> String {
    "t" + UUID().uuidString.lowercased().filter { $0 != "-" }
  }
}

/// Runs `body` on a migrated store of its own, which is gone afterwards.
package func withStore<T: Sendable>(_ dialect: Dialect, _ body: (Database) async throws -> T) async throws -> T {
  try await withPlace(dialect, migrated: true) { place in
    try await withStore(at: place, body)
  }
}

/// Runs `body` on the store at a place.
package func withStore<T: Sendable>(at place: Place, _ body: (Database) async throws -> T) async throws -> T {
  let database = try await Database.open(place, secret: try Stores.secret())
  do {
    let result = try await body(database)
    try await database.close()
    return result
  } catch {
    try? await database.close()
    throw error
  }
}

/// Runs `body` with a place that nothing else uses: a file in a folder of its own, or a schema.
/// - Parameter migrated: whether the schema of this program is there already.
package func withPlace<T: Sendable>(
  _ dialect: Dialect, migrated: Bool = false, _ body: (Place) async throws -> T
) async throws -> T {
  try await Gate.atMostEight.pass {
    switch dialect {
    case .sqlite:
      try await Stores.withFolder { folder in
        let place = try Place(folder + "/company.sqlite")
        if migrated { try await Template.sqlite.copy(to: folder + "/company.sqlite") }
        return try await body(place)
      }
    case .postgres:
      try await withSchema { address in
        let place = try Place(address)
        defer { try? FileManager.default.removeItem(atPath: "\(place.folder)/\(place.name)-attachments") }
        if migrated { try await withStore(at: place) { _ in } }
        return try await body(place)
      }
    }
  }
}

/// Runs `body` with the address of a new, empty schema.
private func withSchema<T: Sendable>(_ body: (String) async throws -> T) async throws -> T {
  let name = Stores.name()
  let server = try await TestServer.shared.database()
  let address = try Stores.postgresAddress(schema: name)
  try await change("CREATE SCHEMA %I", name, on: server)
  do {
    let result = try await body(address)
    try await change("DROP SCHEMA %I CASCADE", name, on: server)
    return result
  } catch {
    try? await change("DROP SCHEMA %I CASCADE", name, on: server)
    throw error
  }
}

/// Runs a statement on the schema of a name; a name cannot be bound, so the server itself puts it in.
private func change(_ template: String, _ name: String, on server: Database) async throws {
  try await server.write { tx in
    try tx.script(
      """
      CREATE OR REPLACE FUNCTION pg_temp.change(template text, name text) RETURNS int LANGUAGE plpgsql AS $$
      BEGIN EXECUTE format(template, name); RETURN 1; END $$
      """)
    try tx.run("SELECT pg_temp.change(\(template), \(name))")
  }
}

/// The connection to the server of the tests by which schemas are made and dropped.
private actor TestServer {
  static let shared = TestServer()

  private var opening: Task<Database, any Error>?

  func database() async throws -> Database {
    let task =
      opening
      ?? Task {
        try await Database.connect(try Place(try Stores.postgresAddress()), secret: try Stores.secret())
      }
    opening = task
    return try await task.value
  }
}

/// A migrated SQLite store that is made once and copied for each test.
private actor Template {
  static let sqlite = Template()

  private var made: Task<[UInt8], any Error>?

  func copy(to path: String) async throws {
    let making =
      made
      ?? Task {
        try await Stores.withFolder { folder in
          let path = folder + "/template.sqlite"
          try await withStore(at: try Place(path)) { _ in }
          return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        }
      }
    made = making
    let bytes = try await making.value
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}

/// Lets so many in at once. Who is in may enter again: a test that needs two stores cannot block itself.
private actor Gate {
  static let atMostEight = Gate(8)
  @TaskLocal private static var isInside = false

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ places: Int) { free = places }

  nonisolated func pass<T: Sendable>(_ body: () async throws -> T) async throws -> T {
    guard !Gate.isInside else { return try await body() }
    await enter()
    do {
      let result = try await Gate.$isInside.withValue(true) { try await body() }
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  private func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
