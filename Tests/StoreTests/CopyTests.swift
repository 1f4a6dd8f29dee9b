import Foundation
import Kernel
import Store
import StoreTesting
import Synchronization
import Testing

@Suite struct CopyTests {
  static let ways = Stores.underTest.flatMap { from in Stores.underTest.map { (from, $0) } }

  @Test(arguments: ways)
  func `a company moves either way and comes out the same`(_ from: Dialect, _ to: Dialect) async throws {
    try await withStore(from) { source in
      try await source.fill()
      try await withStore(to) { target in
        let last = Mutex<[String: Int]>([:])
        let copied = try await Database.copy(from: source, to: target) { table, rows in
          last.withLock { $0[table] = rows }
        }
        #expect(copied.map(\.table) == (try Schema().tables.map(\.name)))
        let rows = Dictionary(uniqueKeysWithValues: copied.map { ($0.table, $0.rows) })
        #expect(rows["team"] == 1_205 && rows["customer"] == 3 && rows["facts_revision"] == 1)
        #expect(last.withLock { $0 } == rows)
        let next = try await target.write { try $0.newID(Int.self).rawValue }
        let reserved = try await source.write { try $0.newID(Int.self).rawValue }
        #expect(next > 5_000 && reserved > 5_000)
        let revision = try await target.read { try $0.value("SELECT number FROM facts_revision", as: Int.self) }
        #expect(revision == 41)
      }
    }
  }

  @Test func `there and back gives the hashes of the beginning`() async throws {
    try await withStore(.sqlite) { first in
      try await first.fill()
      let back = try await withStore(.postgres) { second in
        let there = try await Database.copy(from: first, to: second)
        return try await withStore(.sqlite) { third in
          #expect(try await Database.copy(from: second, to: third) == there)
          return try await third.teams()
        }
      }
      #expect(try await first.teams() == back)
      #expect(back.contains("tab\t line\n back\\slash \\N 👩‍👩‍👧 ñ \u{22}\u{301}"))
    }
  }

  @Test(arguments: Stores.underTest)
  func `a target that holds something is refused and stays as it is`(_ dialect: Dialect) async throws {
    try await withStore(.sqlite) { source in
      try await source.fill()
      try await withStore(dialect) { target in
        try await target.write { try $0.addTeam(1, "mine") }
        let problem = await #expect(throws: Problem.self) { try await Database.copy(from: source, to: target) }
        #expect(problem?.kind == .conflict && problem?.field == "to")
        #expect(try await target.teams() == ["mine"])
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `a copy that does not come out the same leaves the target empty`(_ dialect: Dialect) async throws {
    try await withStore(.sqlite) { source in
      try await source.fill()
      try await withStore(dialect) { target in
        try await target.write { tx in
          switch dialect {
          case .sqlite:
            try tx.script(
              """
              CREATE TRIGGER liar AFTER INSERT ON team WHEN NEW.id = 700
              BEGIN UPDATE team SET created_at = created_at + 1 WHERE id = 700; END
              """)
          case .postgres:
            try tx.script(
              """
              CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN IF NEW.id = 700 THEN NEW.created_at := NEW.created_at + 1; END IF; RETURN NEW; END $$;
              CREATE TRIGGER liar BEFORE INSERT ON team FOR EACH ROW EXECUTE FUNCTION lie()
              """)
          }
        }
        let problem = await #expect(throws: Problem.self) { try await Database.copy(from: source, to: target) }
        #expect(problem?.message.contains("team") == true)
        #expect(try await target.teams() == [])
        let revision = try await target.read { try $0.value("SELECT number FROM facts_revision", as: Int.self) }
        #expect(revision == 0)
      }
    }
  }

  @Test func `a store on another step of the schema is refused`() async throws {
    try await withPlace(.sqlite) { place in
      let older = Migrator(Array(Migration.all.dropLast()))
      let source = try await Database.open(place, migrator: older, secret: try Stores.secret())
      try await withStore(.postgres) { target in
        let problem = await #expect(throws: Problem.self) { try await Database.copy(from: source, to: target) }
        #expect(problem?.field == "from")
      }
      try await source.close()
    }
  }

  @Test func `the key goes along, so that the audit chain still verifies`() async throws {
    try await withPlace(.sqlite) { from in
      try await withPlace(.sqlite) { to in
        let (source, target) = (try await Database.open(from), try await Database.open(to))
        try await Database.copy(from: source, to: target)
        try await source.close()
        try await target.close()
        let keys = try [from, to].map { try Data(contentsOf: URL(fileURLWithPath: $0.secretPath)) }
        #expect(keys[0] == keys[1] && keys[0].count == 32)
      }
    }
  }
}

extension Database {
  /// A small company with every kind of value, a parent that comes after its child, and used identities.
  fileprivate func fill() async throws {
    try await write { tx in
      for number in 1...1_203 { try tx.addTeam(number, "team \(number)") }
      try tx.addTeam(2_001, "tab\t line\n back\\slash \\N 👩‍👩‍👧 ñ \u{22}\u{301}")
      try tx.addTeam(2_002, "")
      try tx.run("INSERT INTO source (id, name, created_at) VALUES (1, 'shop', 0)")
      let absent: Int64? = nil
      for (id, parent) in [(30, absent), (10, 30), (20, 10)] {
        try tx.run(
          """
          INSERT INTO customer (id, kind, name, folded, parent_id, created_at)
          VALUES (\(id), 'person', \("customer \(id)"), \("customer \(id)"), \(parent), \(Int64.max))
          """)
      }
      try tx.run(
        """
        INSERT INTO purchase (customer_id, day, id, kind, source_id, value_minor, lines)
        VALUES (10, \(-3), 5, 'order', 1, \(Int64.min), 1)
        """)
      for (line, quantity) in [0, -0.0, 0.1, 1e300, -2].enumerated() {
        try tx.run(
          """
          INSERT INTO purchase_line (customer_id, day, purchase_id, line, quantity, amount_minor, content)
          VALUES (10, \(-3), 5, \(line), \(quantity), 1, 1)
          """)
      }
      let token: [UInt8] = [0, 255, 92, 10]
      try tx.run(
        "INSERT INTO audit_entry (sequence, at, actor_id, actor_name, verb, noun, record_id, detail, code) VALUES (1, 0, \(absent), 'a', 'b', 'c', \(absent), 'd', \(token))"
      )
      try tx.run("UPDATE facts_revision SET number = 41")
      _ = try tx.newIDs(5_000)
    }
  }
}
