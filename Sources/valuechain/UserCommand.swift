import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Store

/// `valuechain user`: who signs in.
struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Adds people who sign in, lists them, gives them new passwords.",
    discussion: "Example:\n  valuechain user add owner@example.com --database data/company.sqlite",
    subcommands: [
      Add.self, List.self, SetPassword.self, SetRole.self, ResetLink.self, RequireCode.self, RemoveCode.self,
      Unlock.self,
    ])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets somebody sign in; makes the store and its company when they are new.",
      discussion: "Example:\n  valuechain user add owner@example.com --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The e-mail address.") var email: String
    @Option(help: "The name.") var name: String?
    @Option(help: "The role, by its code: administrator, manager, sales … (valuechain role list).")
    var role = "administrator"
    @Option(help: "The team they join, by its name.") var team: String?
    @Flag(help: .hidden) var administrator = false
    @Option(help: "The name of the company, when it is made.") var company = "My company"
    @Option(help: "The currency of the company, when it is made.") var currency = "EUR"
    @Option(help: "The time zone of the company, when it is made.") var timeZone = "UTC"

    func run() async throws {
      let place = try Door.place(store)
      let (password, isMade) = try Passwords.given()
      let code = Role.Code(rawValue: role)
      if let server = Door.server(at: place) {
        var sent = ["email": email, "name": name ?? email, "password": password, "role": role]
        if let team { sent["team"] = "\(try await TeamCommand.id(of: team, server))" }
        _ = try await server.send("POST", "/users", body: try JSONEncoder().encode(sent))
      } else {
        try await Door.open(place) { modules in
          if try await modules.companies.current() == nil {
            let made = Company(name: company, currency: try Currency(currency), timeZone: timeZone)
            try await modules.companies.found(made, by: .operator)
          }
          var joined: ID<Team>?
          if let team { joined = try await modules.teams.find(named: team, for: .operator).id }
          _ = try await modules.users.create(
            email: email, name: name ?? email, password: password, role: code, team: joined, by: .operator)
        }
      }
      try Passwords.tell(email, isMade ? password : nil, place)
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the people who sign in.",
      discussion: "Example:\n  valuechain user list --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        print(String(decoding: try await server.send("GET", "/users").body, as: UTF8.self))
        return
      }
      try await Door.open(place) { modules in
        let users = try await modules.users.all(for: .operator)
        if store.json { return try Terminal.json(["rows": users]) }
        print(
          Terminal.table(
            ["e-mail", "name", "role", "since"],
            users.map { [$0.email, $0.name, $0.role.rawValue, $0.createdAt.description] }))
      }
    }
  }

  struct SetRole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "role", abstract: "Gives somebody another role. It holds from their next request on.",
      discussion:
        "Example:\n  valuechain user role owner@example.com administrator \\\n    --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The e-mail address.") var email: String
    @Argument(help: "The role, by its code.") var role: String

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let id = try await UserCommand.id(of: email, server)
        _ = try await server.send("PUT", "/users/\(id)/rights", body: try JSONEncoder().encode(["role": role]))
      } else {
        try await Door.open(place) { modules in
          let user = try await modules.users.find(email: email)
          _ = try await modules.users.setRights(of: user.id, role: Role.Code(rawValue: role), by: .operator)
        }
      }
      print("\(email) has the role \(role).")
    }
  }

  /// The number of a user, from a server.
  static func id(of email: String, _ server: OperatorClient) async throws -> Int64 {
    struct Rows: Decodable { let rows: [User] }
    let address = try User.address(email)
    let rows = try await server.send("GET", "/users").decoded(as: Rows.self).rows
    guard let user = rows.first(where: { $0.email == address }) else {
      throw Problem(.notFound, field: "email", "Nobody signs in with \(address).")
    }
    return user.id.rawValue
  }

  struct SetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "password", abstract: "Gives somebody a new password and ends their sessions.",
      discussion: "Example:\n  valuechain user password owner@example.com --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The e-mail address.") var email: String

    func run() async throws {
      let place = try Door.place(store)
      guard Door.server(at: place) == nil else {
        throw Problem(
          .unavailable, field: "database", "A server holds this store.",
          mend: "Change it on the page People, or stop it.")
      }
      let (password, isMade) = try Passwords.given()
      try await Door.open(place) { modules in
        let user = try await modules.users.find(email: email)
        try await modules.users.setPassword(password, of: user.id, by: .operator)
      }
      try Passwords.tell(email, isMade ? password : nil, place)
    }
  }
}

/// Passwords at the command line: from the environment, or made at random and kept where only the owner can read.
enum Passwords {
  /// VALUECHAIN_PASSWORD, or a new one. Never an argument: those can be read by everybody on the machine.
  static func given() throws -> (String, isMade: Bool) {
    if let given = ProcessInfo.processInfo.environment["VALUECHAIN_PASSWORD"], !given.isEmpty { return (given, false) }
    return (random(), true)
  }

  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
    return (0..<4).map { _ in String((0..<5).map { _ in letters[Int.random(in: letters.indices, using: &generator)] }) }
      .joined(separator: "-")
  }

  /// Prints a password that was made, and keeps it in a file beside the store (mode 0600).
  static func tell(_ email: String, _ password: String?, _ place: Place) throws {
    guard let password else {
      print("\(email) can sign in.")
      return
    }
    let path = "\(place.folder)/\(place.name).password"
    unlink(path)
    let isKept = FileManager.default.createFile(
      atPath: path, contents: Data("\(email)\n\(password)\n".utf8), attributes: [.posixPermissions: 0o600])
    guard isKept else {
      throw Problem(
        .unavailable, field: path, "The password cannot be written.", mend: "Give it by VALUECHAIN_PASSWORD.")
    }
    print("Sign in as \(email) with the password \(password)\nIt is kept in \(path)")
  }
}
