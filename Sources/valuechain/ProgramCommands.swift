import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Store
import Web

/// `valuechain changes`: the feed of what happened.
struct ChangesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "changes", abstract: "Shows what happened to the records, from a place on.",
    discussion: "Example:\n  valuechain changes --after 0 --noun customer --database data/company.sqlite")

  @OptionGroup var store: StoreOptions
  @Option(help: "The place to go on from: the last one seen, or 0 for all that is kept.") var after: Int64 = 0
  @Option(help: "Only these kinds of record, separated by commas.") var noun: String?
  @Option(help: "How many events are looked at, 1 to 500.") var limit = 100
  @Flag(help: "Go on until the command is ended.") var follow = false

  func run() async throws {
    let place = try Door.place(store)
    if follow, Door.server(at: place) == nil {
      throw Problem(
        .unavailable, field: "follow", "Nothing happens while no server runs.", mend: "Start one: valuechain serve")
    }
    var from = after
    repeat {
      let asked = [
        ("after", String(from)), ("noun", noun ?? ""), ("limit", String(limit)), ("wait", follow ? "20" : ""),
      ]
      let page = try await page(asked, at: place)
      if store.json && !follow { return print(page.text) }
      for line in page.lines { print(line) }
      if page.lines.isEmpty, !follow { Terminal.complain("Nothing happened after place \(from).") }
      fflush(nil)
      from = page.next
    } while follow
  }

  private struct Piece {
    let text: String
    let lines: [String]
    let next: Int64
  }

  private struct Row: Decodable {
    let place: Int64
    let kind: String
    let record: Int64?
    let at: Instant
  }

  private struct Page: Decodable {
    let rows: [Row]
    let next: String
  }

  private func page(_ asked: [(String, String)], at place: Place) async throws -> Piece {
    let body: Data
    if let server = Door.server(at: place) {
      body = try await server.send("GET", Address.path("/changes", asked)).body
    } else {
      let question = try ChangeRoutes.question(Fields(asked.map { ($0.0, $0.1) }))
      body = try await Door.open(place) { modules in
        Data(try JSON.bytes(try await modules.programs.changes.list(question, for: .operator)))
      }
    }
    let page = try JSONDecoder().decode(Page.self, from: body)
    let lines = page.rows.map { row in
      "\(row.place)  \(row.at)  \(row.kind)\(row.record.map { "  \($0)" } ?? "")"
    }
    return Piece(text: String(decoding: body, as: UTF8.self), lines: lines, next: Int64(page.next) ?? after)
  }
}

/// `valuechain webhook`: addresses that are told what happens.
struct WebhookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhook", abstract: "Adds addresses that are told what happens, lists, pauses and removes them.",
    discussion: "Example:\n  valuechain webhook list --database data/company.sqlite",
    subcommands: [List.self, Add.self, Pause.self, Resume.self, Ping.self, Remove.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the webhooks.", discussion: "Example:\n  valuechain webhook list --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      let all = try await WebhookCommand.all(at: place)
      if store.json { return try Terminal.json(["rows": all]) }
      print(
        Terminal.table(
          ["id", "name", "address", "told of", "state"],
          all.map { ["\($0.id)", $0.name, $0.address, $0.kinds.joined(separator: " "), $0.pause?.reason ?? "sends"] },
          numbers: [0]))
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a webhook and prints the secret its messages are signed with.",
      discussion:
        "Example:\n  valuechain webhook add Books https://books.example.com/in \\\n    --kinds 'customer.*' --database data/company.sqlite"
    )

    @OptionGroup var store: StoreOptions
    @Argument(help: "What it is called.") var name: String
    @Argument(help: "Where it is told, beginning with https://.") var address: String
    @Option(help: "What it is told of: kinds such as customer.created, customer.*, or *.") var kinds: [String] = ["*"]

    private struct Made: Codable {
      let webhook: Webhook
      let secret: String
    }

    private struct Asked: Encodable {
      let name: String
      let address: String
      let kinds: [String]
    }

    func run() async throws {
      let place = try Door.place(store)
      let made: Made
      if let server = Door.server(at: place) {
        let body = try JSONEncoder().encode(Asked(name: name, address: address, kinds: kinds))
        made = try await server.send("POST", "/webhooks", body: body).decoded(as: Made.self)
      } else {
        let draft = try Webhook.Draft(name: name, address: address, kinds: kinds, outlets: .publicOnly)
        made = try await Door.open(place) { modules in
          let (webhook, secret) = try await modules.programs.webhooks.create(draft, by: .operator)
          return Made(webhook: webhook, secret: secret)
        }
      }
      if store.json { return try Terminal.json(made) }
      print("Webhook \(made.webhook.id) is told of \(made.webhook.kinds.joined(separator: ", ")).")
      print("Its secret, shown only now: \(made.secret)")
    }
  }

  /// A webhook by its name or number.
  struct One: ParsableArguments {
    @Argument(help: "The name or the number of the webhook.") var webhook: String

    func id(at place: Place) async throws -> ID<Webhook> {
      let all = try await WebhookCommand.all(at: place).map { (id: $0.id, name: $0.name) }
      return try Chosen.one(webhook, "webhook", among: all)
    }
  }

  static func all(at place: Place) async throws -> [Webhook] {
    if let server = Door.server(at: place) {
      return try await server.send("GET", "/webhooks").decoded(as: [String: [Webhook]].self)["rows"] ?? []
    }
    return try await Door.open(place) { try await $0.programs.webhooks.all(for: .operator) }
  }

  struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Stops sending; what happens meanwhile waits.",
      discussion: "Example:\n  valuechain webhook pause Books --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var one: One
    @Option(help: "Why.") var reason = ""

    func run() async throws {
      let place = try Door.place(store)
      let id = try await one.id(at: place)
      let reason = reason
      _ = try await Door.answer("POST", "/webhooks/\(id)/pause", ["reason": reason], at: place) {
        try await $0.programs.webhooks.pause(id, reason: reason, by: .operator)
      }
      print("Paused.")
    }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sends again, beginning with what waited.",
      discussion: "Example:\n  valuechain webhook resume Books --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var one: One

    func run() async throws {
      let place = try Door.place(store)
      let id = try await one.id(at: place)
      _ = try await Door.answer("DELETE", "/webhooks/\(id)/pause", at: place) {
        try await $0.programs.webhooks.resume(id, by: .operator)
      }
      print("It sends again.")
    }
  }

  struct Ping: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Queues a test; a running server sends it.",
      discussion: "Example:\n  valuechain webhook ping Books --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var one: One

    func run() async throws {
      let place = try Door.place(store)
      let id = try await one.id(at: place)
      _ = try await Door.answer("POST", "/webhooks/\(id)/pings", at: place) {
        try await $0.programs.deliveries.ping(id, by: .operator)
      }
      print("A test is queued.")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Removes a webhook and its log.",
      discussion: "Example:\n  valuechain webhook remove Books --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var one: One

    func run() async throws {
      let place = try Door.place(store)
      let id = try await one.id(at: place)
      _ = try await Door.answer("DELETE", "/webhooks/\(id)", at: place) {
        try await $0.programs.webhooks.delete(id, by: .operator)
      }
      print("Removed.")
    }
  }
}

/// `valuechain form`: forms of the company's site.
struct FormCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "form", abstract: "Lists the forms of the company's site, closes and opens them.",
    discussion: "Example:\n  valuechain form list --database data/company.sqlite",
    subcommands: [List.self, Close.self, Open.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the forms.", discussion: "Example:\n  valuechain form list --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      let all: [WebForm]
      if let server = Door.server(at: place) {
        all = try await server.send("GET", "/forms").decoded(as: [String: [WebForm]].self)["rows"] ?? []
      } else {
        all = try await Door.open(place) { try await $0.programs.forms.all(for: .operator) }
      }
      if store.json { return try Terminal.json(["rows": all]) }
      print(
        Terminal.table(
          ["id", "name", "address", "state"],
          all.map { ["\($0.id)", $0.name, $0.path, $0.isOpen ? "open" : "closed"] }, numbers: [0]))
    }
  }

  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes nothing more in.")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the form.") var id: Int64

    func run() async throws {
      let place = try Door.place(store)
      let id = id
      _ = try await Door.answer("POST", "/forms/\(id)/closure", at: place) {
        try await $0.programs.forms.close(ID(id), by: .operator)
      }
      print("Closed.")
    }
  }

  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Opens a form again.")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the form.") var id: Int64

    func run() async throws {
      let place = try Door.place(store)
      let id = id
      _ = try await Door.answer("DELETE", "/forms/\(id)/closure", at: place) {
        try await $0.programs.forms.reopen(ID(id), by: .operator)
      }
      print("Open.")
    }
  }
}
