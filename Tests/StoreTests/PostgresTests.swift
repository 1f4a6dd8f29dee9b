import Foundation
import Kernel
import Store
import StoreTesting
import Synchronization
import Testing

/// What holds for a company on a PostgreSQL server.
@Suite struct PostgresTests {
  @Test func `a connection lost in a transaction is told, changes nothing, and is made anew`() async throws {
    try await withStore(.postgres) { store in
      let problem = await #expect(throws: Problem.self) {
        try await store.write { tx in
          try tx.addTeam(1, "north")
          try tx.run("SELECT pg_terminate_backend(pg_backend_pid())")
        }
      }
      #expect(problem?.kind == .unavailable)
      #expect(problem?.facts.contains { $0.name == "outcome" } == false)
      #expect(try await store.teams() == [])
      try await store.write { try $0.addTeam(2, "south") }
      #expect(try await store.teams() == ["south"])
    }
  }

  @Test func `connections lost between transactions are not noticed by anybody`() async throws {
    try await withStore(.postgres) { store in
      let pids = Mutex<Set<Int>>([])
      try await withThrowingTaskGroup { group in
        for _ in 0..<8 {
          group.addTask {
            try await store.read { tx in
              try tx.value("SELECT pg_backend_pid() FROM pg_sleep(0.1)", as: Int.self)
            }
          }
        }
        for try await pid in group { pids.withLock { $0.formUnion(pid.map { [$0] } ?? []) } }
      }
      #expect(pids.withLock { $0.count } == 8)
      try await withStore(.postgres) { other in
        for pid in pids.withLock({ $0 }) {
          try await other.write { try $0.run("SELECT pg_terminate_backend(CAST(\(pid) AS int), 2000)") }
        }
      }
      for number in 1...16 { try await store.write { try $0.addTeam(number, "team \(number)") } }
      #expect(try await store.teams().count == 16)
    }
  }

  @Test func `a commit whose answer is lost is unknown and not repeated`() async throws {
    try await withStore(.postgres) { store in
      try await store.write { tx in
        try tx.script(
          """
          CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
          CREATE CONSTRAINT TRIGGER deadly AFTER INSERT ON team DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION die()
          """)
      }
      let runs = Count()
      let problem = await #expect(throws: Problem.self) {
        try await store.write { tx in
          runs.add()
          try tx.addTeam(1, "north")
        }
      }
      #expect(problem?.facts == [.init("outcome", "unknown")])
      #expect(runs.value == 1)
      #expect(try await store.teams() == [])
    }
  }

  @Test func `two that lock each other out both succeed, one of them at the second try`() async throws {
    try await withStore(.postgres) { store in
      try await store.write { tx in
        try tx.addTeam(1, "north")
        try tx.addTeam(2, "south")
      }
      let runs = Count()
      let met = [Signal(), Signal()]
      try await withThrowingTaskGroup { group in
        for (me, other) in [(0, 1), (1, 0)] {
          group.addTask {
            let tries = Count()
            try await store.write { tx in
              runs.add()
              try tx.run("UPDATE team SET created_at = created_at + 1 WHERE id = \(me + 1)")
              if tries.add() == 1 {
                met[me].raise()
                met[other].wait()
              }
              try tx.run("UPDATE team SET created_at = created_at + 10 WHERE id = \(other + 1)")
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(runs.value == 3)
      let stamps = try await store.read { try $0.rows("SELECT created_at FROM team") { try $0(0, as: Int.self) } }
      #expect(stamps == [11, 11])
    }
  }

  @Test func `who finds every connection busy is told so in time, and the queue is bounded`() async throws {
    try await withStore(.postgres) { store in
      let outcomes = await withTaskGroup(of: (Problem?, Duration).self) { group in
        for _ in 0..<140 {
          group.addTask {
            let start = ContinuousClock.now
            do {
              try await store.read { _ = try $0.rows("SELECT pg_sleep(8)") }
              return (nil, ContinuousClock.now - start)
            } catch {
              return (error as? Problem, ContinuousClock.now - start)
            }
          }
        }
        return await group.reduce(into: [(Problem?, Duration)]()) { $0.append($1) }
      }
      let refused = outcomes.filter { $0.0 != nil }
      #expect(outcomes.count - refused.count == 8)
      #expect(refused.allSatisfy { $0.0?.kind == .unavailable })
      // 8 work and 100 wait, the rest is told at once; on a busy machine some come only after others gave up waiting.
      #expect((10...33).contains(refused.filter { $0.1 < .seconds(1) }.count))
      #expect(refused.allSatisfy { $0.1 < .seconds(6) })
      let teams = try await store.teams()
      #expect(teams.isEmpty)
    }
  }

  @Test func `waiting does not hold up the threads of Swift`() async throws {
    try await withStore(.postgres) { store in
      let start = ContinuousClock.now
      try await withThrowingTaskGroup { group in
        for _ in 0..<8 { group.addTask { try await store.read { _ = try $0.rows("SELECT pg_sleep(0.5)") } } }
        try await group.waitForAll()
      }
      #expect(ContinuousClock.now - start < .seconds(3))
    }
  }

  @Test func `a statement is stopped and a lock is waited for only so long`() async throws {
    try await withStore(.postgres) { store in
      let settings = try await store.read { tx in
        try ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "synchronous_commit"].map {
          try tx.value("SELECT current_setting(\($0))", as: String.self)
        }
      }
      #expect(settings == ["1min", "5s", "30s", "on"])
      let stopped = await #expect(throws: Problem.self) {
        try await store.write { tx in
          try tx.script("SET LOCAL statement_timeout = '50ms'")
          try tx.run("SELECT pg_sleep(5)")
        }
      }
      #expect(stopped?.kind == .unavailable && stopped?.message.contains("too long") == true)
      #expect(try await store.teams() == [])
    }
  }

  @Test func `bulk rows are escaped, and a refused one voids them all`() async throws {
    try await withStore(.postgres) { store in
      let names = ["\\N", "\\.", "\\", "a\tb", "a\nb", "a\rb", "a\u{8}\u{b}\u{c}b", "'\"", "👩‍👩‍👧", "", "\u{2028}"]
      try await store.write { tx in
        try tx.insert(
          into: "team", ["id", "name", "created_at"],
          rows: names.enumerated().map { [.int(Int64($0)), .text($1), .int(Int64.min)] })
      }
      let back = try await store.read { try $0.rows("SELECT name, created_at FROM team ORDER BY id") { ($0.values) } }
      #expect(back == names.map { [.text($0), .int(Int64.min)] })
      let refused = await #expect(throws: Problem.self) {
        try await store.write { tx in
          try tx.insert(
            into: "team", ["id", "name", "created_at"],
            rows: (100...50_000).map { [.int($0 == 49_999 ? 100 : $0), .text("t\($0)"), .int(0)] })
        }
      }
      #expect(refused?.kind == .conflict)
      #expect(try await store.teams().count == names.count)
    }
  }

  @Test func `a connection lost among bulk rows is told, and none of them is there`() async throws {
    try await withStore(.postgres) { store in
      let problem = await #expect(throws: Problem.self) {
        try await store.write { tx in
          var number: Int64 = 0
          try tx.insert(into: "team", ["id", "name", "created_at"]) {
            number += 1
            if number == 60_000 { _ = try? tx.run("SELECT pg_terminate_backend(pg_backend_pid())") }
            return number > 100_000 ? nil : [.int(number), .text("team \(number)"), .int(0)]
          }
        }
      }
      #expect(problem?.kind == .unavailable && problem?.message.contains("nothing was changed") == true)
      let teams = try await store.teams()
      #expect(teams.isEmpty)
    }
  }

  @Test func `an address that leads nowhere is told without its password`() async throws {
    for address in [
      "postgres://someone:topsecret@127.0.0.1:1/none", "postgres://someone:top%zzsecret@127.0.0.1:1/none",
      "postgres:///none?host=/nonexistent&user=someone&password=topsecret",
    ] {
      let problem = await #expect(throws: Problem.self) {
        try await Database.connect(try Place(address), secret: try Stores.secret())
      }
      #expect(problem?.field == "database")
      #expect(problem.map { "\($0) \($0.facts)".contains("secret") } == false)
    }
  }

  @Test func `a schema that does not exist is refused`() async throws {
    let address = try Stores.postgresAddress(schema: Stores.name())
    let problem = await #expect(throws: Problem.self) {
      try await Database.connect(try Place(address), secret: try Stores.secret())
    }
    #expect(problem?.message.contains("schema") == true)
  }

  @Test func `a closed store says so`() async throws {
    try await withPlace(.postgres, migrated: true) { place in
      let store = try await Database.open(place, secret: try Stores.secret())
      try await store.close()
      let problem = await #expect(throws: Problem.self) { try await store.teams() }
      #expect(problem?.kind == .unavailable)
    }
  }
}
