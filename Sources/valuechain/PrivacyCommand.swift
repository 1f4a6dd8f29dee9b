import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Store

/// `valuechain privacy`: what people ask about their data, and what is done about it.
struct PrivacyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "privacy", abstract: "Answers what people ask about their data, and lets go of what is over its time.",
    discussion: "Example:\n  valuechain privacy requests --database data/company.sqlite",
    subcommands: [Requests.self, Ask.self, Export.self, Erase.self, Clocks.self, Keep.self])

  struct Requests: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists what people asked, the most urgent first.",
      discussion: "Example:\n  valuechain privacy requests --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        print(String(decoding: try await server.send("GET", "/privacy").body, as: UTF8.self))
        return
      }
      try await Door.open(place) { modules in
        let all = try await modules.privacyRequests.all(for: .operator)
        if store.json { return try Terminal.json(["rows": all]) }
        print(
          Terminal.table(
            ["number", "asked", "by", "due", "answer"],
            all.map { ["\($0.id)", $0.kind.rawValue, $0.askedBy, "\($0.due)", $0.outcome?.rawValue ?? ""] },
            numbers: [0]))
      }
    }
  }

  struct Ask: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes down what somebody asked; it is due in 30 days.",
      discussion: "Example:\n  valuechain privacy ask access \"By letter\" --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "access, correction, export, deletion or objection.") var kind: String
    @Argument(help: "Who asked, and how they can be answered.") var askedBy: String
    @Option(help: "The day it was asked, YYYY-MM-DD; today when left out.") var received: String?

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        var body = ["kind": kind, "askedBy": askedBy]
        body["received"] = received
        let reply = try await server.send("POST", "/privacy/requests", body: try JSONEncoder().encode(body))
        print(String(decoding: reply.body, as: UTF8.self))
        return
      }
      guard let kind = PrivacyRequest.Kind(rawValue: kind) else {
        throw Problem(.malformed, field: "kind", "Nothing of that name can be asked.", mend: "See --help.")
      }
      try await Door.open(place) { modules in
        let today = try await modules.companies.today()
        guard let day = received.map({ Day($0) }) ?? today else {
          throw Problem(.malformed, field: "received", "This is not a day.", mend: "Write it as YYYY-MM-DD.")
        }
        let draft = PrivacyRequests.Draft(kind, askedBy: askedBy, received: day)
        let made = try await modules.privacyRequests.create(draft, by: .operator)
        if store.json { return try Terminal.json(made) }
        print("Written down as \(made.id), due \(made.due).")
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes everything about one person into a file.",
      discussion: "Example:\n  valuechain privacy export user 1 person.zip --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "customer, contact or user.") var kind: String
    @Argument(help: "Their number.") var person: Int64
    @Argument(help: "The file to write.") var file: String

    func run() async throws {
      let place = try Door.place(store)
      let known = try PrivacyCommand.kind(kind)
      let bytes: [UInt8]
      if let server = Door.server(at: place) {
        let body = try JSONEncoder().encode(["kind": kind, "person": "\(person)"])
        let job = try await server.send("POST", "/privacy/exports", body: body).decoded(as: [String: Int64].self)["job"]
        bytes = try await PrivacyCommand.fetch(job ?? 0, from: server)
      } else {
        bytes = try await Door.open(place) { try await $0.personExports.archive(known, person, by: .operator) }
      }
      guard
        FileManager.default.createFile(atPath: file, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
      else { throw Problem(.unavailable, field: file, "The file cannot be written.", mend: "Choose another place.") }
      if store.json { return try Terminal.json(["file": file]) }
      print("Wrote \(file).")
    }
  }

  struct Erase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows what erasing a person would do; with --for-good, does it.",
      discussion: "Example:\n  valuechain privacy erase user 1 --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "customer, contact or user.") var kind: String
    @Argument(help: "Their number.") var person: Int64
    @Flag(help: "Erase them; this cannot be undone.") var forGood = false

    func run() async throws {
      let place = try Door.place(store)
      let known = try PrivacyCommand.kind(kind)
      if let server = Door.server(at: place) {
        let body = try JSONEncoder().encode(["kind": kind, "person": "\(person)"])
        let reply =
          forGood
          ? try await server.send("POST", "/privacy/erasures", body: body)
          : try await server.send("GET", "/privacy/erasures/preview?kind=\(known.rawValue)&person=\(person)")
        print(String(decoding: reply.body, as: UTF8.self))
        return
      }
      try await Door.open(place) { modules in
        let erasures = modules.erasures
        guard forGood else { return try show(try await erasures.preview(known, person, for: .operator).report) }
        let report = try await erasures.erase(known, person, by: .operator)
        try await erasures.scrub()
        try show(report)
      }
    }

    private func show(_ report: ErasureReport) throws {
      if store.json { return try Terminal.json(report) }
      print(
        Terminal.table(
          ["table", "what happens", "rows"],
          (report.lines + report.mentions).map { [$0.table, $0.what, "\($0.rows)"] },
          numbers: [2]))
      if !forGood { Terminal.complain("Nothing was changed; --for-good does it.") }
    }
  }

  struct Clocks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists how long what is kept, and what would go now.",
      discussion: "Example:\n  valuechain privacy clocks --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        print(String(decoding: try await server.send("GET", "/retention").body, as: UTF8.self))
        return
      }
      try await Door.open(place) { modules in
        let all = try await modules.retentions.all(for: .operator)
        if store.json { return try Terminal.json(["rows": all]) }
        print(
          Terminal.table(
            ["class", "days", "would go now"],
            all.map { [$0.retention.rawValue, $0.days.map { "\($0)" } ?? "ever", "\($0.due)"] }, numbers: [2]))
      }
    }
  }

  struct Keep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sets how long a class of data is kept; without --days for ever.",
      discussion: "Example:\n  valuechain privacy keep rejects --days 90 --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The class, as privacy clocks lists it.") var name: String
    @Option(help: "Days it is kept.") var days: Int?

    func run() async throws {
      let place = try Door.place(store)
      guard let one = RetentionClass(rawValue: name) else {
        throw Problem(
          .malformed, field: "name", "There is no such class.",
          mend: "Use one of \(RetentionClass.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      if let server = Door.server(at: place) {
        let body = try JSONEncoder().encode(["days": days.map { "\($0)" } ?? ""])
        _ = try await server.send("PUT", "/retention/\(one.rawValue)", body: body)
      } else {
        try await Door.open(place) { try await $0.retentions.set(one, days: days, by: .operator) }
      }
      if store.json { return try Terminal.json(["class": one.rawValue, "days": days.map { "\($0)" } ?? ""]) }
      print("\(one.title): \(days.map { "kept for \($0) days" } ?? "kept for ever").")
    }
  }

  static func kind(_ text: String) throws -> PersonKind {
    guard let kind = PersonKind(rawValue: text) else {
      throw Problem(
        .malformed, field: "kind", "“\(text)” is no kind of person.", mend: "Use customer, contact or user.")
    }
    return kind
  }

  /// Waits for the file of a job.
  static func fetch(_ job: Int64, from server: OperatorClient) async throws -> [UInt8] {
    struct State: Decodable {
      let state: String
      let isThere: Bool
    }
    while true {
      let found = try await server.send("GET", "/privacy/exports/\(job)").decoded(as: State.self)
      if found.isThere { return Array(try await server.send("GET", "/privacy/exports/\(job)/file").body) }
      guard ["queued", "running"].contains(found.state) else {
        throw Problem(.unavailable, "The file could not be made.", mend: "Look at job \(job).")
      }
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}
