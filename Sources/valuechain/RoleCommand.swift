import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Store

/// `valuechain role`: what people may see and do.
struct RoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "role", abstract: "Lists roles, copies one, and changes what its people may see and do.",
    discussion: "Example:\n  valuechain role list --database data/company.sqlite",
    subcommands: [List.self, Show.self, Copy.self, Grant.self, Field.self, Remove.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the roles and how many people have each.",
      discussion: "Example:\n  valuechain role list --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) { return try await RoleCommand.say(server.send("GET", "/roles")) }
      try await Door.open(place) { modules in
        let roles = try await modules.roles.all(for: .operator)
        if store.json { return try Terminal.json(["rows": roles]) }
        let rows = roles.map { [$0.role.code.rawValue, $0.role.name, "\($0.people)", $0.role.note] }
        print(Terminal.table(["code", "name", "people", "what it is for"], rows, numbers: [2]))
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows how far each right of a role reaches, and its rules on fields.",
      discussion: "Example:\n  valuechain role show sales --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The role, by its code.") var role: String

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) { return try await RoleCommand.say(server.send("GET", "/roles/\(role)")) }
      try await Door.open(place) { modules in
        try RoleCommand.show(try await modules.roles.find(Role.Code(rawValue: role), for: .operator), store)
      }
    }
  }

  struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a role with the rights of another.",
      discussion: "Example:\n  valuechain role copy sales \"Field sales\" --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The role it starts from, by its code.") var role: String
    @Argument(help: "The name of the new one.") var name: String

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let body = try JSONEncoder().encode(["from": role, "name": name])
        return try await RoleCommand.say(server.send("POST", "/roles", body: body))
      }
      try await Door.open(place) { modules in
        let made = try await modules.roles.copy(Role.Code(rawValue: role), name: name, by: .operator)
        if store.json { return try Terminal.json(made) }
        print("\(made.name) is the role \(made.code).")
      }
    }
  }

  struct Grant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sets how far a right of a role reaches: own, team, all, or none.",
      discussion: """
        Example:
          valuechain role copy sales Inside --database data/company.sqlite
          valuechain role grant inside edit customer all --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The role, by its code.") var role: String
    @Argument(help: "see, create, edit, delete or export.") var verb: String
    @Argument(help: "The kind of record, such as customer.") var noun: String
    @Argument(help: "own, team, all, or none to take it away.") var reach: String

    func run() async throws {
      let (noun, verb) = (try Role.Draft.noun(noun), try Role.Draft.verb(verb))
      let far = try reach == "none" ? nil : Role.Draft.reach(reach)
      let right = "\(noun.rawValue).\(verb.rawValue)"
      let sent = ["noun": noun.rawValue, "verb": verb.rawValue, "reach": reach]
      try await RoleCommand.change(
        role, store, far == nil ? ("DELETE", "/grants/\(right)", [:]) : ("POST", "/grants", sent)
      ) { $0.set(verb, noun, far) }
    }
  }

  struct Field: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hides a field from a role, makes it read-only, or opens it.",
      discussion: """
        Example:
          valuechain role copy sales Outside --database data/company.sqlite
          valuechain role field outside customer.email hidden \\
            --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The role, by its code.") var role: String
    @Argument(help: "The field, such as customer.email.") var field: String
    @Argument(help: "hidden, readOnly, or open.") var access: String

    func run() async throws {
      let name = try Actor.FieldName(text: field)
      let rule = try access == "open" ? nil : Role.Draft.access(access)
      try await RoleCommand.change(
        role, store,
        rule == nil ? ("DELETE", "/fields/\(name.text)", [:]) : ("POST", "/fields", ["field": field, "access": access])
      ) { $0.fields[name] = rule }
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes a role of the company that nobody has.",
      discussion: """
        Example:
          valuechain role copy sales Spare --database data/company.sqlite
          valuechain role remove spare --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The role, by its code.") var role: String

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        _ = try await server.send("DELETE", "/roles/\(role)")
      } else {
        try await Door.open(place) { try await $0.roles.delete(Role.Code(rawValue: role), by: .operator) }
      }
      print("The role \(role) is gone.")
    }
  }

  /// Changes a role where it is, and shows what it is then.
  private static func change(
    _ role: String, _ store: StoreOptions, _ request: (method: String, path: String, fields: [String: String]),
    _ change: @escaping @Sendable (inout Role.Draft) -> Void
  ) async throws {
    let place = try Door.place(store)
    if let server = Door.server(at: place) {
      let body = try JSONEncoder().encode(request.fields)
      return try await say(server.send(request.method, "/roles/\(role)\(request.path)", body: body))
    }
    try await Door.open(place) { modules in
      let code = Role.Code(rawValue: role)
      let after = try await modules.roles.edit(code, version: nil, by: .operator) { role in
        var draft = Role.Draft(role)
        change(&draft)
        return draft
      }
      try show(after, store)
    }
  }

  private static func show(_ role: Role, _ store: StoreOptions) throws {
    if store.json { return try Terminal.json(role) }
    print("\(role.name) (\(role.code)): \(role.note)")
    if !role.seesPersonalData { print("Sees no names, addresses or texts.") }
    let rows = Actor.Noun.allCases.compactMap { noun -> [String]? in
      let reaches = Actor.Verb.allCases.map { role.reach($0, noun)?.rawValue ?? "-" }
      return reaches.contains { $0 != "-" } ? [noun.rawValue] + reaches : nil
    }
    print(Terminal.table(["noun"] + Actor.Verb.allCases.map(\.rawValue), rows))
    for rule in role.rules { print("\(rule.field.text) is \(rule.access == .hidden ? "hidden" : "read-only").") }
  }

  private static func say(_ reply: OperatorClient.Reply) { print(String(decoding: reply.body, as: UTF8.self)) }
}
