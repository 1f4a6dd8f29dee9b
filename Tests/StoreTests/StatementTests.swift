import Kernel
import Store
import StoreTesting
import Testing

@Suite struct StatementTests {
  @Test(arguments: Stores.underTest)
  func `values are bound, whatever stands in them`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let names = ["'; DROP TABLE team; --", "\"", "\\", "\u{22}\u{301}", "👩‍👩‍👧 ñ", "", "$1 ?1", "line\r\nline\t\u{1}"]
      for name in names {
        let found = try await store.write { tx in
          try tx.run("INSERT INTO team (id, name, created_at) VALUES (\(try tx.newID(Int.self)), \(name), 0)")
          return try tx.value("SELECT name FROM team WHERE name = \(name)", as: String.self)
        }
        #expect(found.map { Array($0.utf8) } == Array(name.utf8))
      }
      let count = try await store.read { try $0.value("SELECT count(*) FROM team", as: Int.self) }
      #expect(count == names.count)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a NUL in a text and a number that is none are refused`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      for value in [Value.text("a\0b"), .double(.nan), .double(.infinity)] {
        await #expect(throws: Problem.self) {
          try await store.read { try $0.rows("SELECT 1 WHERE \(value) IS NULL") }
        }
        await #expect(throws: Problem.self) {
          try await store.write {
            try $0.insert(into: "team", ["id", "name", "created_at"], rows: [[.int(1), value, .int(0)]])
          }
        }
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `every kind of value comes back as it went`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let ints: [Int64?] = [0, 1, -1, .max, .min, nil]
      let reals: [Double?] = [0, 1, -1.5, 1e300, 2.3e-308, 0.1, .pi, nil]
      let blobs: [[UInt8]?] = [[], [0], Array(0...255), nil]
      let back = try await store.write { tx in
        try tx.connectionScript(dialect)
        for (number, int) in ints.enumerated() {
          let (real, blob) = (reals[number], number < 4 ? blobs[number] : nil)
          try tx.run("INSERT INTO trial (id, i, r, b) VALUES (\(number), \(int), \(real), \(blob))")
          try tx.insert(
            into: "trial", ["id", "i", "r", "b"],
            rows: [[.int(Int64(number) + 100), int.stored, real.stored, blob.stored]])
        }
        return try tx.rows("SELECT i, r, b FROM trial ORDER BY id") {
          ($0.values, try $0("i", as: Int64?.self), try $0("r", as: Double?.self), try $0("b", as: [UInt8]?.self))
        }
      }
      #expect(back.count == 12)
      for (number, row) in back.enumerated() {
        let number = number % 6
        #expect(row.1 == ints[number])
        #expect(row.2 == reals[number])
        #expect(row.3 == (number < 4 ? blobs[number] : nil))
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `reading another type than there is throws`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let row = try #require(
        try await store.read { try $0.first("SELECT \("abc") AS text, \(5) AS int, \(1.5) AS real, NULL AS absent") })
      #expect(throws: Problem.self) { try row("text", as: Int.self) }
      #expect(throws: Problem.self) { try row("int", as: String.self) }
      #expect(throws: Problem.self) { try row("real", as: Int.self) }
      #expect(throws: Problem.self) { try row("absent", as: Int.self) }
      #expect(throws: Problem.self) { try row("none", as: Int.self) }
      #expect(throws: Problem.self) { try row(9, as: Int.self) }
      #expect(try row("int", as: Double.self) == 5)
      #expect(try row("absent", as: Int?.self) == nil)
      #expect(try row(0, as: String.self) == "abc")
    }
  }

  @Test(arguments: Stores.underTest)
  func `counts, sums and averages have the same type on both stores`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let row = try #require(
        try await store.read {
          try $0.first(
            """
            WITH v(x) AS (SELECT \(2) UNION ALL SELECT \(4))
            SELECT count(*) AS n, CAST(sum(x) AS BIGINT) AS total, sum(x) AS loose, avg(x) AS mean, max(x) > 3 AS isBig FROM v
            """)
        })
      #expect(row.values[0] == .int(2))
      #expect(row.values[1] == .int(6))
      #expect(row.values[2] == .int(6))
      #expect(row.values[3] == .double(3))
      #expect(row.values[4] == .int(1))
    }
  }

  @Test(arguments: Stores.underTest)
  func `lists, spliced statements and absent values work in a condition`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      try await store.write { tx in
        for name in ["a", "b", "c"] {
          try tx.run("INSERT INTO team (id, name, created_at) VALUES (\(try tx.newID(Int.self)), \(name), 0)")
        }
      }
      func names(_ condition: Statement) async throws -> [String] {
        try await store.read { try $0.rows("SELECT name FROM team WHERE \(condition) ORDER BY name") { try $0(0) } }
      }
      let absent: String? = nil
      #expect(try await names("name IN (\(list: ["a", "c"]))") == ["a", "c"])
      #expect(try await names("name IN (\(list: [String]()))") == [])
      #expect(try await names("(\(absent) IS NULL OR name = \(absent))") == ["a", "b", "c"])
      let conditions: [Statement] = ["name <> \("a")", "id > \(0)"]
      #expect(try await names(.joined(conditions, separator: " AND ", or: "TRUE")) == ["b", "c"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a query inside the loop over the same query reads both`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let pairs = try await store.write { tx in
        for number in 1...50 {
          try tx.run("INSERT INTO team (id, name, created_at) VALUES (\(number), \("team \(number)"), 0)")
        }
        var pairs: [[Int]] = []
        try tx.each("SELECT id FROM team WHERE id > \(0) ORDER BY id") { outer in
          try tx.each("SELECT id FROM team WHERE id > \(48) ORDER BY id") { pairs.append([try outer(0), try $0(0)]) }
          try tx.run("UPDATE team SET created_at = created_at + 1 WHERE id = \(try outer(0, as: Int.self))")
        }
        return pairs
      }
      #expect(pairs.count == 100)
      #expect(pairs.first == [1, 49] && pairs.last == [50, 50])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a loop that stops leaves the transaction usable`(_ dialect: Dialect) async throws {
    struct Stop: Error {}
    try await withStore(dialect) { store in
      let count = try await store.write { tx in
        for number in 1...2_000 {
          try tx.run("INSERT INTO team (id, name, created_at) VALUES (\(number), \("team \(number)"), 0)")
        }
        do {
          try tx.each("SELECT id FROM team") { _ in throw Stop() }
        } catch is Stop {}
        return try tx.value("SELECT count(*) FROM team", as: Int.self)
      }
      #expect(count == 2_000)
    }
  }

  @Test(arguments: Stores.underTest)
  func `more different statements than are kept prepared still run`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let last = try await store.read { tx in
        var last = 0
        for length in 1...600 {
          last = try tx.value("SELECT max(x) FROM (SELECT \(0) AS x UNION ALL \(Statement.numbers(length))) AS v") ?? 0
        }
        return last
      }
      #expect(last == 600)
    }
  }
}

extension Statement {
  /// `SELECT 1 UNION ALL SELECT 2 …` of the last three numbers up to `length`, with as many spaces as make it unique.
  fileprivate static func numbers(_ length: Int) -> Statement {
    let parts = (0..<(length % 40 + 1)).map { _ in Statement("SELECT \(length)") }
    let filler = Statement.joined(
      Array(repeating: Statement(stringLiteral: " "), count: length / 40 + 1), separator: " ", or: "")
    return .joined(parts, separator: " UNION ALL ", or: "SELECT 0") + filler
  }
}

extension Transaction {
  fileprivate func connectionScript(_ dialect: Dialect) throws {
    switch dialect {
    case .sqlite: try script("CREATE TABLE trial (id INTEGER PRIMARY KEY, i INTEGER, r REAL, b BLOB) STRICT")
    case .postgres: try script("CREATE TABLE trial (id BIGINT PRIMARY KEY, i BIGINT, r DOUBLE PRECISION, b BYTEA)")
    }
  }
}
