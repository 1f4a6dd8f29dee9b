import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Web

/// `valuechain invite`: asks people to join by a link.
struct InviteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invite", abstract: "Asks people to join, by a link that works once for seven days.",
    discussion: "Example:\n  valuechain invite list --database data/company.sqlite",
    subcommands: [Add.self, List.self, Withdraw.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Invites somebody and prints the link to hand over.",
      discussion: """
        Example:
          valuechain invite add ada@example.org --role administrator \\
            --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The e-mail address.") var email: String
    @Option(help: "The name, as far as it is known.") var name = ""
    @Option(help: "The role they will have.") var role: String
    @Option(help: "The number of their team.") var team: Int64?
    @Option(help: "The address people use, when no server runs.") var baseURL = "http://127.0.0.1:8080"

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        var body = ["email": email, "name": name, "role": role]
        if let team { body["team"] = String(team) }
        let reply = try await server.send("POST", "/invitations", body: try JSONEncoder().encode(body))
        return try AccountAnswers.tell(reply, store) { $0.link }
      }
      try await Door.open(place) { modules in
        let draft = try InvitationDraft(email: email, name: name, role: role, team: team)
        let made = try await modules.invitations.create(draft, by: .operator)
        let link = HandedLinks(base: baseURL).joining(made.token)
        if store.json { return try Terminal.json(["link": link, "token": made.token]) }
        print(link)
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists who was invited.",
      discussion: "Example:\n  valuechain invite list --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        return print(String(decoding: try await server.send("GET", "/invitations").body, as: UTF8.self))
      }
      try await Door.open(place) { modules in
        let all = try await modules.invitations.all(for: .operator)
        if store.json { return try Terminal.json(["rows": all]) }
        let now = modules.clock.now
        print(
          Terminal.table(
            ["number", "e-mail", "role", "state", "until"],
            all.map { ["\($0.id)", $0.email, $0.role, $0.state(at: now).rawValue, $0.expiresAt.description] }))
      }
    }
  }

  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes the open link of an address void.",
      discussion: """
        Example:
          valuechain invite withdraw ada@example.org \\
            --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The e-mail address.") var email: String

    func run() async throws {
      let place = try Door.place(store)
      let address = try User.address(email)
      let missing = Problem(.notFound, field: "email", "\(address) has no open invitation.", mend: "See: invite list")
      if let server = Door.server(at: place) {
        let rows = try await server.send("GET", "/invitations").decoded(as: AccountAnswers.Rows.self).rows
        guard let found = rows.first(where: { $0.email == address && $0.state == "open" })?.id else { throw missing }
        _ = try await server.send("POST", "/invitations/\(found)/withdrawal")
      } else {
        try await Door.open(place) { modules in
          let now = modules.clock.now
          let all = try await modules.invitations.all(for: .operator)
          guard let found = all.first(where: { $0.email == address && $0.state(at: now) == .open }) else {
            throw missing
          }
          try await modules.invitations.withdraw(found.id, by: .operator)
        }
      }
      print("The link of \(address) is void.")
    }
  }
}

/// What the server answers to the commands of accounts.
enum AccountAnswers {
  struct Made: Decodable {
    let link: String?
    let token: String?
  }

  struct Row: Decodable {
    let id: Int64?
    let email: String?
    let name: String?
    let state: String?
    let revokedAt: Int64?
    let subject: String?
  }

  struct Rows: Decodable {
    let rows: [Row]
  }

  /// Prints one value of an answer, or the whole of it as JSON.
  static func tell(_ reply: OperatorClient.Reply, _ store: StoreOptions, _ value: (Made) -> String?) throws {
    let shown = store.json ? nil : value(try reply.decoded(as: Made.self))
    print(shown ?? String(decoding: reply.body, as: UTF8.self))
  }

  /// The number of the user with an address, asked of a server.
  static func user(_ email: String, _ server: OperatorClient) async throws -> Int64 {
    let address = try User.address(email)
    let rows = try await server.send("GET", "/users").decoded(as: Rows.self).rows
    guard let id = rows.first(where: { $0.email == address })?.id else {
      throw Problem(.notFound, field: "email", "Nobody signs in with \(address).")
    }
    return id
  }
}
