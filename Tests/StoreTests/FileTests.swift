import Foundation
import Kernel
import Store
import StoreTesting
import Testing

/// What holds for a company in a file.
@Suite struct FileTests {
  @Test func `a second opening is refused and names the process, by whatever link it comes`() async throws {
    try await withPlace(.sqlite, migrated: true) { place in
      let link = place.folder + "/link.sqlite"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "company.sqlite")
      try await withStore(at: place) { store in
        for path in [
          place.folder + "/company.sqlite", link, place.folder + "/../\(lastPart(place.folder))/company.sqlite",
        ] {
          let problem = await #expect(throws: Problem.self) {
            try await withStore(at: try Place(path)) { _ in }
          }
          #expect(problem?.kind == .unavailable)
          #expect(problem?.message.contains(String(ProcessInfo.processInfo.processIdentifier)) == true)
        }
        try await store.write { try $0.addTeam(1, "north") }
      }
      let teams = try await withStore(at: try Place(link)) { try await $0.teams() }
      #expect(teams == ["north"], "by the link, once it is free")
    }
  }

  @Test func `a file with a second name is refused`() async throws {
    try await withPlace(.sqlite, migrated: true) { place in
      try FileManager.default.linkItem(atPath: place.folder + "/company.sqlite", toPath: place.folder + "/other.sqlite")
      for name in ["company", "other"] {
        let problem = await #expect(throws: Problem.self) {
          try await withStore(at: try Place(place.folder + "/\(name).sqlite")) { _ in }
        }
        #expect(problem?.message.contains("hard link") == true)
      }
    }
  }

  @Test func `nothing is written once the file was replaced`() async throws {
    try await withPlace(.sqlite, migrated: true) { place in
      let path = place.folder + "/company.sqlite"
      try await withStore(at: place) { store in
        try await store.write { try $0.addTeam(1, "north") }
        try FileManager.default.moveItem(atPath: path, toPath: path + ".old")
        let gone = await #expect(throws: Problem.self) { try await store.write { try $0.addTeam(2, "south") } }
        #expect(gone?.kind == .unavailable)
        try FileManager.default.copyItem(atPath: path + ".old", toPath: path)
        let replaced = await #expect(throws: Problem.self) { try await store.write { try $0.addTeam(3, "west") } }
        #expect(replaced?.message.contains("replaced") == true)
      }
    }
  }

  @Test func `the file, its log and its key are for their owner only`() async throws {
    try await withPlace(.sqlite) { place in
      let store = try await Database.open(place)
      try await store.write { try $0.addTeam(1, "north") }
      let names = try FileManager.default.contentsOfDirectory(atPath: place.folder)
      #expect(Set(["company.sqlite", "company.sqlite-wal", "company.key", "company.sqlite.lock"]).isSubset(of: names))
      for name in names {
        let attributes = try FileManager.default.attributesOfItem(atPath: place.folder + "/" + name)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0 & 0o077 == 0o600, "\(name)")
      }
      try await store.close()
    }
  }

  @Test func `a key that others may read is refused`() async throws {
    try await withPlace(.sqlite) { place in
      try await Database.open(place).close()
      try await Database.open(place).close()
      chmod(place.secretPath, 0o644)
      let problem = await #expect(throws: Problem.self) { try await Database.open(place).close() }
      #expect(problem?.mend?.contains("chmod 600") == true)
    }
  }

  @Test func `a file that is no database is refused and left as it is`() async throws {
    try await withPlace(.sqlite) { place in
      let path = place.folder + "/company.sqlite"
      let bytes = Data("customer,day,amount\n".utf8) + Data(repeating: 65, count: 10_000)
      try bytes.write(to: URL(fileURLWithPath: path))
      let problem = await #expect(throws: Problem.self) { try await withStore(at: place) { _ in } }
      #expect(problem?.kind == .unavailable)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }
  }

  @Test func `a damaged page is a refusal, not an end of the program`() async throws {
    try await withPlace(.sqlite, migrated: true) { place in
      try await withStore(at: place) { store in
        try await store.write { tx in
          for number in 1...3_000 { try tx.addTeam(number, "team \(number)") }
        }
      }
      let url = URL(fileURLWithPath: place.folder + "/company.sqlite")
      var bytes = try Data(contentsOf: url)
      for page in stride(from: 4_096, to: bytes.count, by: 4_096) { bytes[page] = 99 }
      try bytes.write(to: url)
      await #expect(throws: Problem.self) {
        try await withStore(at: place) { store in _ = try await store.teams() }
      }
    }
  }

  private func lastPart(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }

  @Test(arguments: Stores.underTest) func `a store that is closed twice is closed`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      for _ in 0..<2 { try await store.close() }
      await #expect(throws: (any Error).self) { try await store.read { try $0.value("SELECT 1", as: Int64.self) } }
    }
  }
}
