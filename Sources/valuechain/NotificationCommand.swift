import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Store
import Web

/// `valuechain notification`: what people were told.
struct NotificationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notification", abstract: "Lists what somebody was told.",
    discussion: "Example:\n  valuechain notification list --database data/company.sqlite",
    subcommands: [List.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists what somebody was told, the newest first.",
      discussion: "Example:\n  valuechain notification list --unread --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Option(help: "The address of whoever was told; the first who signs in when left out.") var user: String?
    @Flag(help: "Only what was not read.") var unread = false

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let path = Address.path("/notifications", [("user", user ?? "first"), ("unread", unread ? "1" : "")])
        return print(String(decoding: try await server.send("GET", path).body, as: UTF8.self))
      }
      let rows = try await Door.open(place) { modules in
        let reader = try await modules.notifications.reader(user ?? "first", for: .operator)
        return try await modules.notifications.list(onlyUnread: unread, for: reader).rows
      }
      if store.json { return try Terminal.json(["rows": rows]) }
      print(
        Terminal.table(["number", "read", "what"], rows.map { ["\($0.id)", $0.readAt == nil ? "" : "yes", $0.text] }))
    }
  }
}
