import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Store

/// `valuechain team`: people who share customers.
struct TeamCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "team", abstract: "Lists teams, makes one, and says who is in it.",
    discussion: "Example:\n  valuechain team list --database data/company.sqlite",
    subcommands: [List.self, Add.self, Remove.self, Join.self, Leave.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the teams and who is in them.",
      discussion: "Example:\n  valuechain team list --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        print(String(decoding: try await server.send("GET", "/teams").body, as: UTF8.self))
        return
      }
      try await Door.open(place) { modules in
        let teams = try await modules.teams.all(for: .operator)
        if store.json { return try Terminal.json(["rows": teams]) }
        let rows = teams.map { [$0.team.name, $0.members.map(\.email).joined(separator: ", ")] }
        print(Terminal.table(["team", "in it"], rows))
      }
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a team.",
      discussion: "Example:\n  valuechain team add North --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "Its name.") var name: String
    @Option(help: "What it is for.") var note = ""

    func run() async throws {
      let (name, note) = (name, note)
      try await TeamCommand.act(store, "\(name) was made.") { server in
        let body = try JSONEncoder().encode(["name": name, "note": note])
        _ = try await server.send("POST", "/teams", body: body)
      } _: { modules in
        _ = try await modules.teams.create(name, note: note, by: .operator)
      }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes a team that nobody is in and nothing belongs to.",
      discussion: """
        Example:
          valuechain team add Spare --database data/company.sqlite
          valuechain team remove Spare --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "Its name.") var name: String

    func run() async throws {
      let name = name
      try await TeamCommand.act(store, "\(name) is gone.") { server in
        _ = try await server.send("DELETE", "/teams/\(try await TeamCommand.id(of: name, server))")
      } _: { modules in
        try await modules.teams.delete(try await modules.teams.find(named: name, for: .operator).id, by: .operator)
      }
    }
  }

  struct Join: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes somebody into a team.",
      discussion: """
        Example:
          valuechain team add West --database data/company.sqlite
          valuechain team join West owner@example.com --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The name of the team.") var name: String
    @Argument(help: "The e-mail address of who joins.") var email: String

    func run() async throws {
      let (name, email) = (name, email)
      try await TeamCommand.act(store, "\(email) is in \(name).") { server in
        let user = try await UserCommand.id(of: email, server)
        let body = try JSONEncoder().encode(["user": user])
        _ = try await server.send("POST", "/teams/\(try await TeamCommand.id(of: name, server))/members", body: body)
      } _: { modules in
        let user = try await modules.users.find(email: email)
        let team = try await modules.teams.find(named: name, for: .operator)
        _ = try await modules.teams.join(team.id, user.id, by: .operator)
      }
    }
  }

  struct Leave: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes somebody out of a team.",
      discussion: """
        Example:
          valuechain team add East --database data/company.sqlite
          valuechain team join East owner@example.com --database data/company.sqlite
          valuechain team leave East owner@example.com --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The name of the team.") var name: String
    @Argument(help: "The e-mail address of who leaves.") var email: String

    func run() async throws {
      let (name, email) = (name, email)
      try await TeamCommand.act(store, "\(email) is out of \(name).") { server in
        let user = try await UserCommand.id(of: email, server)
        _ = try await server.send("DELETE", "/teams/\(try await TeamCommand.id(of: name, server))/members/\(user)")
      } _: { modules in
        let user = try await modules.users.find(email: email)
        let team = try await modules.teams.find(named: name, for: .operator)
        _ = try await modules.teams.leave(team.id, user.id, by: .operator)
      }
    }
  }

  /// The number of a team, from a server.
  static func id(of name: String, _ server: OperatorClient) async throws -> Int64 {
    struct Rows: Decodable { let rows: [Team] }
    let rows = try await server.send("GET", "/teams").decoded(as: Rows.self).rows
    guard let team = rows.first(where: { Text.folded($0.name) == Text.folded(name) }) else {
      throw Problem(.notFound, field: "team", "There is no team “\(name)”.", mend: "Look at: valuechain team list")
    }
    return team.id.rawValue
  }

  private static func act(
    _ store: StoreOptions, _ done: String, _ ask: (OperatorClient) async throws -> Void,
    _ work: (Modules) async throws -> Void
  ) async throws {
    let place = try Door.place(store)
    if let server = Door.server(at: place) {
      try await ask(server)
    } else {
      try await Door.open(place, work)
    }
    print(done)
  }
}
