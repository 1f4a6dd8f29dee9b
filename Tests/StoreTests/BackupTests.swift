import Foundation
import Kernel
import Store
import StoreTesting
import Testing

@Suite struct BackupTests {
  @Test func `a backup taken while others write comes back whole`() async throws {
    try await withPlace(.sqlite, migrated: true) { place in
      let backup = place.folder + "/backup.sqlite"
      let target = try Place(place.folder + "/restored.sqlite")
      try await withStore(at: place) { store in
        try await store.write { tx in
          for number in 1...500 { try tx.addTeam(number, "team \(number)") }
        }
        async let writing: Void = {
          for number in 1_001...1_100 { try await store.write { try $0.addTeam(number, "late \(number)") } }
        }()
        try await store.backup(to: backup)
        try await writing
      }
      #expect(try await Database.restore(backup, to: target) == nil)
      let teams = try await withStore(at: target) { try await $0.teams() }
      #expect(teams.filter { $0.hasPrefix("team") }.count == 500)
      let leftovers = try FileManager.default.contentsOfDirectory(atPath: place.folder)
        .filter { $0.contains("partial") || $0.contains("restoring") || $0.hasPrefix("backup.sqlite-") }
      #expect(leftovers == [])
    }
  }

  @Test func `a restore keeps the store that was there`() async throws {
    try await withPlace(.sqlite, migrated: true) { place in
      let backup = place.folder + "/backup.sqlite"
      try await withStore(at: place) { store in
        try await store.write { try $0.addTeam(1, "before") }
        try await store.backup(to: backup)
        try await store.write { try $0.addTeam(2, "after") }
      }
      let former = try #require(try await Database.restore(backup, to: place))
      let (now, kept) = (try await teams(at: place), try await teams(at: try Place(former)))
      #expect(now == ["before"])
      #expect(kept == ["after", "before"])
      // It holds whoever is erased from now on, so it goes when its time is over.
      let moment = Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
      place.removeFormer(before: moment.adding(seconds: -86_400))
      #expect(FileManager.default.fileExists(atPath: former))
      place.removeFormer(before: moment.adding(seconds: 3_600))
      #expect(!FileManager.default.fileExists(atPath: former))
    }
  }

  @Test func `one changed byte, or a missing end, is refused and nothing is touched`() async throws {
    try await withPlace(.sqlite, migrated: true) { place in
      let backup = place.folder + "/backup.sqlite"
      try await withStore(at: place) { store in
        try await store.write { tx in
          for number in 1...200 { try tx.addTeam(number, "team \(number)") }
        }
        try await store.backup(to: backup)
      }
      let whole = try Data(contentsOf: URL(fileURLWithPath: backup))
      let original = try Data(contentsOf: URL(fileURLWithPath: place.folder + "/company.sqlite"))
      var damaged = (0..<20).map { part in
        var copy = whole
        copy[part * (whole.count - 1) / 19] ^= 1
        return copy
      }
      damaged += [Data(), whole.dropLast(), whole.dropLast(5_000), whole.prefix(100), whole + Data([0])]
      for (number, bytes) in damaged.enumerated() {
        let path = place.folder + "/damaged-\(number).sqlite"
        try bytes.write(to: URL(fileURLWithPath: path))
        let problem = await #expect(throws: Problem.self, "damage \(number)") {
          try await Database.restore(path, to: place)
        }
        #expect(problem?.field == "from")
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: place.folder + "/company.sqlite")) == original)
      #expect(try await teams(at: place).count == 200)
    }
  }

  @Test func `a sealed file that is no company, and a missing one, are refused`() async throws {
    try await withPlace(.sqlite) { place in
      let foreign = try await Database.connect(place, secret: try Stores.secret())
      try await foreign.write { try $0.script("CREATE TABLE songs (id INTEGER)") }
      try await foreign.backup(to: place.folder + "/songs.sqlite")
      try await foreign.close()
      let target = try Place(place.folder + "/target.sqlite")
      for name in ["songs", "none"] {
        let problem = await #expect(throws: Problem.self) {
          try await Database.restore(place.folder + "/\(name).sqlite", to: target)
        }
        #expect(problem?.field == "from")
      }
      #expect(!FileManager.default.fileExists(atPath: place.folder + "/target.sqlite"))
    }
  }

  @Test func `a store in use is not restored over, and a backup never overwrites`() async throws {
    try await withPlace(.sqlite, migrated: true) { place in
      let backup = place.folder + "/backup.sqlite"
      try await withStore(at: place) { store in
        try await store.backup(to: backup)
        let problem = await #expect(throws: Problem.self) { try await Database.restore(backup, to: place) }
        #expect(problem?.message.contains("in use") == true)
        let again = await #expect(throws: Problem.self) { try await store.backup(to: backup) }
        #expect(again?.kind == .conflict)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `a backup is one file on either store, and comes back in a scratch place`(_ dialect: Dialect) async throws {
    try await Stores.withFolder { folder in
      try await withStore(dialect) { store in
        try await store.write { tx in
          for number in 1...50 { try tx.addTeam(number, "team \(number)") }
          try tx.audit("create", .team, 1, by: .operator, at: Stores.clock.now)
        }
        let backup = folder + "/backup.sqlite"
        try await store.backup(to: backup)
        let found = try await store.rehearse(backup) { restored in
          let broken = try await restored.read { try $0.firstBrokenAuditEntry() }
          #expect(broken == nil)
          return try await restored.counts()
        }
        #expect(found["team"] == 50)
        #expect(found["audit_entry"] == 1)
        #expect(try await store.counts() == found)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["backup.sqlite"])
      }
    }
  }

  private func teams(at place: Place) async throws -> [String] {
    try await withStore(at: place) { try await $0.teams() }
  }
}
