import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Store

/// `valuechain restore`: a backup in place of a store that is not in use.
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Puts a backup in place of a store; what was there is kept beside it.",
    discussion: "Example:\n  valuechain restore backups/monday.sqlite --database data/company.sqlite")

  @OptionGroup var store: StoreOptions
  @Argument(help: "The backup.") var file: String
  @Option(help: "The key of the store the backup was taken from, when it is not beside this one.") var key: String?

  func run() async throws {
    let place = try Door.place(store)
    try FileManager.default.createDirectory(atPath: place.folder, withIntermediateDirectories: true)
    let secret = try key.map { try Secret.existing(at: $0) }
    let kept = try await Database.restore(file, to: place)
    try secret?.keep(at: place.secretPath)
    try AttachmentCopies(of: place).restore(from: file)
    try ErasedList(of: place).adopt(from: file)
    if FileManager.default.fileExists(atPath: place.secretPath) {
      let again = try await Door.open(place) { try await $0.erasures.replay() }
      if again > 0 { Terminal.complain("Erased again, because the backup is from before: \(again).") }
    }
    if store.json { return try Terminal.json(["database": "\(place)", "former": kept ?? ""]) }
    print("Restored \(place).\(kept.map { " What was there is \($0)." } ?? "")")
    guard !FileManager.default.fileExists(atPath: place.secretPath) else { return }
    print("note: its key is not at \(place.secretPath); put it there before the store is opened, or its audit chain")
    print("      cannot be checked.")
  }
}

/// `valuechain copy`: a whole company from one store to another, checked by hash.
struct CopyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy", abstract: "Moves a company between a file and PostgreSQL, checked table by table.",
    discussion: "Example:\n  valuechain copy --from data/company.sqlite --to postgres://crm@localhost/crm")

  @Option(help: "The store to read.") var from: String
  @Option(help: "The empty store to write.") var to: String
  @Flag(help: "Answer with JSON on standard output.") var json = false

  func run() async throws {
    let source = try await Database.open(try Place(from))
    let target: Database
    do {
      target = try await Database.open(try Place(to))
    } catch {
      try? await source.close()
      throw error
    }
    do {
      let report = try await Database.copy(from: source, to: target)
      try await target.close()
      try await source.close()
      if json { return try Terminal.json(["tables": report]) }
      print(
        Terminal.table(
          ["table", "rows", "hash"], report.map { [$0.table, "\($0.rows)", String($0.hash.prefix(16))] }, numbers: [1]))
    } catch {
      try? await target.close()
      try? await source.close()
      throw error
    }
  }
}

/// `valuechain doctor`: where things are and whether they are sound.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Says where the store is, what it runs on, and whether it is sound.",
    discussion: "Example:\n  valuechain doctor --database data/company.sqlite")

  @OptionGroup var store: StoreOptions

  func run() async throws {
    let place = try Door.place(store)
    var isSound = true
    var lines: [(String, String)] = [("store", "\(place)"), ("key", place.secretPath), ("backups", place.backupFolder)]
    if case .file(let path) = place, !FileManager.default.fileExists(atPath: path) {
      lines.append(("state", "not made yet"))
    } else if let server = Door.server(at: place) {
      _ = try await server.send("GET", "/ready")
      lines.append(("state", "served, and it answers"))
    } else {
      let database = try await Database.connect(place)
      let step = try await Migrator().applied(database)
      lines.append(("schema", "step \(step) of \(Migrator().newest)"))
      lines.append(("runs on", try await database.version()))
      lines.append(("size", "\(try await database.size() / 1_000_000) MB"))
      if step > 0, step < Migrator().newest {
        lines.append(("audit chain", "looked through once the schema is brought up to date"))
      } else if step > 0 {
        let broken = try await database.read { try $0.firstBrokenAuditEntry() }
        isSound = broken == nil
        let reason = "changed, or written with another key than the one above"
        lines.append(("audit chain", broken.map { "broken at line \($0): \(reason)" } ?? "whole"))
      }
      try await database.close()
      lines.append(("state", step == 0 ? "empty" : isSound ? "sound" : "the audit chain cannot be trusted"))
    }
    if store.json {
      return try Terminal.json(Dictionary(lines, uniquingKeysWith: { first, _ in first }))
    }
    print(Terminal.table(["what", "how"], lines.map { [$0.0, $0.1] }))
    if let version = lines.first(where: { $0.0 == "runs on" })?.1, DoctorCommand.hasOldCheckpoints(version) {
      print("note: this SQLite can lose commits when two processes write one file; this program never lets two.")
    }
  }

  /// SQLite 3.7.0 to 3.51.2 has a fault that needs two writers at once.
  private static func hasOldCheckpoints(_ version: String) -> Bool {
    let parts = version.split(separator: " ").last?.split(separator: ".").compactMap { Int($0) } ?? []
    guard version.hasPrefix("SQLite"), parts.count >= 2 else { return false }
    return parts[0] == 3 && (7...51).contains(parts[1])
  }
}
