import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server

/// `valuechain key`: what programs sign in with.
struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Makes, lists and revokes the keys of programs.",
    discussion: "Example:\n  valuechain key list --database data/company.sqlite",
    subcommands: [Add.self, List.self, Revoke.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a key for somebody and prints its token, which is shown once.",
      discussion: """
        Example:
          valuechain key add owner@example.org --name "Nightly export" \\
            --scope customer:see --days 30 --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The e-mail address of whose key it is.") var email: String
    @Option(help: "What it is for.") var name: String
    @Option(help: "Such as customer:see or task:write; may be given often. Without: all that the person may do.")
    var scope: [String] = []
    @Option(help: "How many days it lasts, 1 to 365.") var days: Int64 = KeyDraft.standardDays

    private struct Body: Encodable {
      let user: String
      let name: String
      let days: Int64
      let scopes: [String]?
    }

    func run() async throws {
      let place = try Door.place(store)
      let scopes = scope.isEmpty ? nil : scope
      if let server = Door.server(at: place) {
        let body = try JSONEncoder().encode(Body(user: email, name: name, days: days, scopes: scopes))
        return try AccountAnswers.tell(try await server.send("POST", "/keys", body: body), store) { $0.token }
      }
      try await Door.open(place) { modules in
        let draft = try KeyDraft(name: name, scopes: scopes, days: days)
        let owner = try await modules.users.find(email: email).id
        let made = try await modules.keys.create(draft, for: owner, by: .operator)
        if store.json { return try Terminal.json(["token": made.token, "id": "\(made.key.id)"]) }
        print(made.token)
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists everybody's keys.", discussion: "Example:\n  valuechain key list --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        return print(String(decoding: try await server.send("GET", "/keys/all").body, as: UTF8.self))
      }
      try await Door.open(place) { modules in
        let all = try await modules.keys.all(for: .operator)
        if store.json { return try Terminal.json(["rows": all]) }
        let now = modules.clock.now
        print(
          Terminal.table(
            ["number", "key", "owner", "may", "until", "last used"],
            all.map { key in
              [
                "\(key.id)", key.name, key.userName, key.scopes.map { $0.map(\.text).joined(separator: " ") } ?? "all",
                key.revokedAt != nil ? "revoked" : key.isOver(at: now) ? "expired" : key.expiresAt.description,
                key.usedAt?.description ?? "never",
              ]
            }))
      }
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Revokes a key; it is refused from now on.",
      discussion: "Example:\n  valuechain key revoke \"Nightly export\" --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the key, or its name where only one that is not revoked has it.") var key: String

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let rows = try await server.send("GET", "/keys/all").decoded(as: AccountAnswers.Rows.self).rows
        let open = rows.filter { $0.revokedAt == nil }.compactMap { row in row.id.map { ($0, row.name ?? "") } }
        _ = try await server.send("POST", "/keys/\(try only(open))/revocation")
      } else {
        try await Door.open(place) { modules in
          let all = try await modules.keys.all(for: .operator).filter { $0.revokedAt == nil }
          try await modules.keys.revoke(ID(try only(all.map { ($0.id.rawValue, $0.name) })), by: .operator)
        }
      }
      print("The key is revoked.")
    }

    private func only(_ keys: [(Int64, String)]) throws -> Int64 {
      let found = keys.filter { String($0.0) == key || $0.1 == key }
      guard let one = found.first, found.count == 1 else {
        throw Problem(
          .notFound, field: "key", "\(found.count) keys answer to “\(key.prefix(80))”.",
          mend: "Give the number: key list")
      }
      return one.0
    }
  }
}
