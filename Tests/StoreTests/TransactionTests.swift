import Kernel
import Store
import StoreTesting
import Testing

@Suite struct TransactionTests {
  struct Refusal: Error {}

  @Test(arguments: Stores.underTest)
  func `what is written is there for the next reader`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      try await store.write { try $0.addTeam(1, "north") }
      #expect(try await store.teams() == ["north"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `an error rolls everything back, and the next transaction works`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      try await store.write { try $0.addTeam(1, "north") }
      await #expect(throws: Refusal.self) {
        try await store.write { tx in
          try tx.addTeam(2, "south")
          try tx.insert(into: "team", ["id", "name", "created_at"], rows: [[.int(3), .text("west"), .int(0)]])
          try tx.run("DELETE FROM team WHERE id = 1")
          throw Refusal()
        }
      }
      #expect(try await store.teams() == ["north"])
      try await store.write { try $0.addTeam(2, "south") }
      #expect(try await store.teams() == ["north", "south"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `short writes and long ones at once lose nothing, and those refused leave nothing`(
    _ dialect: Dialect
  ) async throws {
    try await withStore(dialect) { store in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...60 {
          group.addTask {
            @Sendable func add(_ tx: Transaction) throws {
              let id: ID<TransactionTests> = try tx.newID()
              try tx.addTeam(Int(id.rawValue), "team \(number)")
              if number % 5 == 0 { throw Refusal() }
            }
            do {
              if number % 3 == 0 { try await store.write(add) } else { try await store.jot(add) }
            } catch is Refusal {
              #expect(number % 5 == 0)
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(Set(try await store.teams()) == Set((1...60).filter { $0 % 5 != 0 }.map { "team \($0)" }))
    }
  }

  @Test(arguments: Stores.underTest)
  func `a second row of the same key is a conflict`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      try await store.write { try $0.addTeam(1, "north") }
      for (id, name) in [(1, "south"), (2, "north")] {
        let problem = await #expect(throws: Problem.self) { try await store.write { try $0.addTeam(id, name) } }
        #expect(problem?.kind == .conflict)
        let bulk = await #expect(throws: Problem.self) {
          try await store.write { tx in
            try tx.insert(
              into: "team", ["id", "name", "created_at"], rows: [[.int(Int64(id)), .text(name), .int(0)]])
          }
        }
        #expect(bulk?.kind == .conflict)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `a row that points nowhere is a conflict`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let problem = await #expect(throws: Problem.self) {
        try await store.write { tx in
          try tx.run(
            "INSERT INTO customer (id, kind, name, folded, owner_id, created_at) VALUES (1, 'person', 'a', 'a', 99, 0)")
        }
      }
      #expect(problem?.kind == .conflict)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a swallowed refusal does not pass for a commit on PostgreSQL, where it voids the transaction`(
    _ dialect: Dialect
  ) async throws {
    try await withStore(dialect) { store in
      try await store.write { try $0.addTeam(1, "north") }
      let result = await Result {
        try await store.write { tx in
          try tx.addTeam(2, "south")
          try? tx.addTeam(1, "again")
        }
      }
      switch result {
      case .success: #expect(try await store.teams() == ["north", "south"])
      case .failure(let error):
        #expect((error as? Problem)?.kind == .conflict)
        #expect(try await store.teams() == ["north"])
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `a reader keeps its snapshot while others write`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let (begun, written) = (Signal(), Signal())
      async let counts = store.read { tx in
        let before = try tx.value("SELECT count(*) FROM team", as: Int.self)
        begun.raise()
        written.wait()
        return [before, try tx.value("SELECT count(*) FROM team", as: Int.self)]
      }
      await begun.raised()
      try await store.write { try $0.addTeam(1, "north") }
      written.raise()
      #expect(try await counts == [0, 0])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a reader cannot write`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      await #expect(throws: Problem.self) { try await store.read { try $0.addTeam(1, "north") } }
      let teams = try await store.teams()
      #expect(teams.isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a hundred thousand rows go in at once, with identities taken on the way`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let count = 100_000
      let inserted = try await store.write { tx in
        var number = 0
        return try tx.insert(into: "team", ["id", "name", "created_at"]) {
          number += 1
          return number > count ? nil : [try tx.newID(Int.self).stored, .text("team\t\(number)\\\n"), .int(0)]
        }
      }
      #expect(inserted == count)
      let row = try #require(
        try await store.read { try $0.first("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM team") })
      #expect(try row("n", as: Int.self) == count && row("ids", as: Int.self) == count)
      let first = try await store.read { try $0.rows("SELECT id FROM team WHERE name = \("team\t1\\\n")") }
      #expect(first.count == 1)
    }
  }

  @Test(arguments: Stores.underTest)
  func `identities are unique among many writers, and after rollbacks`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let ids = try await withThrowingTaskGroup(of: [Int64].self) { group in
        for task in 0..<16 {
          group.addTask { try await reserve(store, rounds: 20) { ($0 + task) % 3 == 0 } }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(Set(ids).count == ids.count)
      #expect(ids.allSatisfy { $0 > 0 })
      let teams = try await store.teams()
      #expect(Set(teams).count == teams.count)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a commit that fails leaves no identities behind that were never reserved`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      // The reference is only looked at when the transaction ends.
      try await store.write { tx in
        switch dialect {
        case .sqlite:
          try tx.script("CREATE TABLE late (id INTEGER REFERENCES team DEFERRABLE INITIALLY DEFERRED) STRICT")
        case .postgres: try tx.script("CREATE TABLE late (id BIGINT REFERENCES team DEFERRABLE INITIALLY DEFERRED)")
        }
      }
      let failed = await #expect(throws: Problem.self) {
        try await store.write { tx in
          _ = try tx.newIDs(5_000)
          try tx.run("INSERT INTO late (id) VALUES (77)")
        }
      }
      #expect(failed?.kind == .conflict)
      try await store.write { try $0.addTeam(try $0.newID(Int.self).rawValue, "a") }
      try await store.write { try $0.addTeam(try $0.newID(Int.self).rawValue, "b") }
      #expect(try await store.teams().count == 2)
    }
  }
}

/// Takes identities in several transactions, of which some fail.
/// - Returns: those of the transactions that did not.
private func reserve(_ store: Database, rounds: Int, fails: @Sendable (Int) -> Bool) async throws -> [Int64] {
  var all: [Int64] = []
  for round in 0..<rounds {
    let fails = fails(round)
    let ids = await Result {
      try await store.write { tx in
        let ids = Array(try tx.newIDs(round == 7 ? 2_500 : 3)) + [try tx.newID(Int.self).rawValue]
        for id in ids.prefix(3) { try tx.addTeam(id, "team \(id)") }
        if fails { throw TransactionTests.Refusal() }
        return ids
      }
    }
    switch ids {
    case .success(let ids): all += ids
    case .failure(let error): #expect(fails && error is TransactionTests.Refusal)
    }
  }
  return all
}

extension Transaction {
  func addTeam(_ id: some BinaryInteger, _ name: String) throws {
    try run("INSERT INTO team (id, name, created_at) VALUES (\(Int64(id)), \(name), 0)")
  }
}

extension Database {
  func teams() async throws -> [String] {
    try await read { try $0.rows("SELECT name FROM team ORDER BY name") { try $0(0) } }
  }
}

extension Result where Failure == any Error {
  /// The outcome of something awaited.
  init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
