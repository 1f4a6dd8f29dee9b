import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server

/// `valuechain session`: where people are signed in.
struct SessionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session", abstract: "Shows where somebody is signed in, and ends it.",
    discussion: "Example:\n  valuechain session list owner@example.org --database data/company.sqlite",
    subcommands: [List.self, End.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists where somebody is signed in.",
      discussion: "Example:\n  valuechain session list owner@example.org --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The e-mail address.") var email: String

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let path = "/users/\(try await AccountAnswers.user(email, server))/sessions"
        return print(String(decoding: try await server.send("GET", path).body, as: UTF8.self))
      }
      try await Door.open(place) { modules in
        let user = try await modules.users.find(email: email)
        let all = try await modules.sessions.all(of: user.id, token: nil, for: .operator)
        if store.json { return try Terminal.json(["rows": all]) }
        print(
          Terminal.table(
            ["number", "program", "address", "last seen"],
            all.map { ["\($0.id)", $0.program, $0.address, $0.seenAt.description] }))
      }
    }
  }

  struct End: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends every session of somebody, or one.",
      discussion: "Example:\n  valuechain session end owner@example.org --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The e-mail address.") var email: String
    @Option(help: "The number of the one session to end, as session list shows it.") var session: Int64?

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let path = "/users/\(try await AccountAnswers.user(email, server))/sessions"
        _ = try await server.send("DELETE", session.map { "\(path)/\($0)" } ?? path)
      } else {
        try await Door.open(place) { modules in
          let user = try await modules.users.find(email: email)
          if let session {
            try await modules.sessions.end(ID(session), of: user.id, by: .operator)
          } else {
            try await modules.sessions.endAll(of: user.id, but: nil, by: .operator)
          }
        }
      }
      print(session == nil ? "\(email) is signed in nowhere now." : "That session is ended.")
    }
  }
}
