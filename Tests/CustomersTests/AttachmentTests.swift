import Customers
import Foundation
import Kernel
import Records
import Store
import StoreTesting
import Testing

/// A customer with files, in a folder of its own.
private struct Desk {
  let office: Office
  let files: Attachments
  let record: RecordKey
  let folder: String

  static func open(_ office: Office, _ clock: any Clock = Stores.clock) async throws -> Desk {
    let customers = Catalogue(
      .customer, word: "customer", plural: "customers", path: "/customers", table: "customer c", id: "c.id",
      title: "c.name", fields: [RecordField("name", "Name", .text, value: "c.name", isPersonal: true)],
      columns: [], sort: RecordSort("name"), scope: { try Customers.scope($0, $1) })
    let customer = try await office.make("Ada", by: person(11))
    let folder = FileManager.default.temporaryDirectory.path + "/valuechain-files-\(Stores.name())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return Desk(
      office: office,
      files: Attachments(office.database, clock: clock, records: Catalogues([customers]), folder: folder + "/kept"),
      record: RecordKey(.customer, customer.id.rawValue), folder: folder)
  }

  static func person(_ user: Int64, _ reach: Actor.Reach = .all, personal: Bool = true) -> Actor {
    Actor(
      user: user, name: "User \(user)", teams: [1],
      grants: Set(Actor.Verb.allCases.flatMap { [.init($0, .attachment, .all), .init($0, .customer, reach)] }),
      seesPersonalData: personal)
  }

  func add(_ content: [UInt8], named name: String, by actor: Actor = Desk.person(11)) async throws -> HungFile {
    let path = "\(folder)/\(Stores.name())"
    try Data(content).write(to: URL(fileURLWithPath: path))
    return try await files.add(path, named: name, to: record, by: actor)
  }

  func isKept(_ file: HungFile) -> Bool { FileManager.default.fileExists(atPath: files.folder.path(of: file.hash)) }
}

/// Runs `body` with a customer whose files lie in a folder of their own.
private func withDesk(_ store: Dialect, _ body: (Desk) async throws -> Void) async throws {
  try await withOffice(store) { office in
    let desk = try await Desk.open(office)
    defer { try? FileManager.default.removeItem(atPath: desk.folder) }
    try await body(desk)
  }
}

@Suite struct AttachmentTests {
  @Test(arguments: Stores.underTest)
  func `a file is kept once under its content, and gone 30 days after the last was taken off`(_ store: Dialect)
    async throws
  {
    try await withDesk(store) { desk in
      let anna = Desk.person(11)
      let one = try await desk.add(Array("A letter".utf8), named: "letter.txt")
      let two = try await desk.add(Array("A letter".utf8), named: "copy.txt")
      #expect(one.hash == two.hash && one.bytes == 8 && one.type == "text/plain")
      #expect(try await desk.files.list(of: desk.record, for: anna).map(\.name) == ["copy.txt", "letter.txt"])
      _ = try await desk.files.remove(one.id, by: anna)
      #expect(try await desk.files.list(of: desk.record, for: anna).map(\.name) == ["copy.txt"])
      #expect(try await desk.files.restore(one.id, by: anna).removedAt == nil)
      for file in [one, two] { _ = try await desk.files.remove(file.id, by: anna) }
      #expect(try await desk.files.sweep() == 0)
      #expect(desk.isKept(one))
      let later = FixedClock(Stores.clock.now.adding(seconds: HungFile.keptSeconds + 1))
      let swept = Attachments(
        desk.office.database, clock: later, records: desk.files.records, folder: desk.files.folder.path)
      #expect(try await swept.sweep() == 1)
      #expect(!desk.isKept(one))
      await #expect(throws: Problem.self) { try await swept.restore(one.id, by: anna) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `an empty file, one too large and a stranger's are refused, and nothing is left of them`(_ store: Dialect)
    async throws
  {
    try await withDesk(store) { desk in
      let empty = await #expect(throws: Problem.self) { try await desk.add([], named: "empty") }
      #expect(empty?.field == "file")
      try await desk.files.setLimit(1 << 20, by: .operator)
      let large = [UInt8](repeating: 7, count: 1 << 20 + 1)
      let refused = await #expect(throws: Problem.self) { try await desk.add(large, named: "large") }
      #expect(refused?.kind == .tooLarge)
      for actor in [Desk.person(21, .own), Desk.person(11, personal: false)] {
        let problem = await #expect(throws: Problem.self) { try await desk.add([1, 2], named: "x", by: actor) }
        #expect(problem?.kind == .notFound)
      }
      #expect(try await desk.office.database.read { try Attachments.files(in: $0) }.isEmpty)
      let kept = try await desk.add([1, 2], named: "x")
      for actor in [Desk.person(21, .own), Desk.person(11, personal: false)] {
        await #expect(throws: Problem.self) { try await desk.files.find(kept.id, for: actor) }
        await #expect(throws: Problem.self) { try await desk.files.list(of: desk.record, for: actor) }
        await #expect(throws: Problem.self) { try await desk.files.remove(kept.id, by: actor) }
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `a file without a row is swept when it is old, one of a row never`(_ store: Dialect) async throws {
    try await withDesk(store) { desk in
      let kept = try await desk.add(Array("kept".utf8), named: "kept")
      let orphan = desk.files.folder.path(of: "ab" + String(repeating: "0", count: 62))
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: orphan).deletingLastPathComponent().path, withIntermediateDirectories: true)
      try Data([1]).write(to: URL(fileURLWithPath: orphan))
      let now = SystemClock().now
      func sweep(_ seconds: Int64) async throws {
        let clock = FixedClock(now.adding(seconds: seconds))
        try await Attachments(
          desk.office.database, clock: clock, records: desk.files.records, folder: desk.files.folder.path
        ).sweepOrphans()
      }
      try await sweep(0)
      #expect(FileManager.default.fileExists(atPath: orphan))
      try await sweep(7_200)
      #expect(!FileManager.default.fileExists(atPath: orphan) && desk.isKept(kept))
    }
  }

  @Test(
    arguments: [
      ("../../etc/passwd", "passwd"), ("C:\\Users\\a\\b.pdf", "b.pdf"), ("", "file"), ("...", "file"), ("/", "file"),
      (".htaccess", "htaccess"), ("a\u{0}b\r\n.txt", "ab.txt"), ("gpj.\u{202E}exe", "gpj.exe"), ("  x  ", "x"),
      ("Ångström ü.pdf", "Ångström ü.pdf"),
    ])
  func `a name is cleaned of folders and of what steers`(_ raw: String, _ name: String) {
    #expect(HungFile.name(raw) == name)
  }

  @Test func `a long name keeps its ending`() {
    let name = HungFile.name(String(repeating: "ü", count: 500) + ".pdf")
    #expect(name.utf8.count <= 150 && name.hasSuffix("ü.pdf"))
  }

  @Test func `the type is what the content is, and a page with scripts is text`() {
    func type(_ bytes: [UInt8], _ name: String = "x.html") -> String { ContentType.of(bytes, name: name) }
    #expect(type(Array("<html><script>alert(1)</script>".utf8)) == "text/plain")
    #expect(type(Array("<svg xmlns='…' onload='alert(1)'/>".utf8)) == "text/plain")
    #expect(type(Array("%PDF-1.7".utf8), "x.png") == "application/pdf")
    #expect(type([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) == "image/png")
    #expect(type([0xFF, 0xD8, 0xFF, 0xE0]) == "image/jpeg")
    #expect(type(Array("GIF89a".utf8)) == "image/gif")
    #expect(type(Array("RIFF....WEBPVP8 ".utf8)) == "image/webp")
    #expect(type([0x50, 0x4B, 0x03, 0x04], "a.zip") == "application/zip")
    #expect(type([0x50, 0x4B, 0x03, 0x04], "a.XLSX").hasSuffix("spreadsheetml.sheet"))
    #expect(type([0, 1, 2, 3]) == ContentType.unknown)
    #expect(type([]) == ContentType.unknown)
  }
}
