import ArgumentParser
import Foundation
import Kernel
import Store
import Web

/// `valuechain field`: the fields the company makes itself.
struct FieldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "field", abstract: "The fields the company makes itself: lists, adds, removes and brings them back.",
    discussion: "Example:\n  valuechain field list --database data/company.sqlite",
    subcommands: [List.self, Add.self, Remove.self, Restore.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the fields of every kind of record, or of one.",
      discussion: "Example:\n  valuechain field list --noun customer --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Option(help: "customer, contact, interaction or task.") var noun = ""

    func run() async throws {
      let answer = try await Door.told("GET", Address.path("/fields", [("noun", noun)]), at: try Door.place(store))
      if store.json { return try answer.show() }
      let rows = answer.rows
      guard !rows.isEmpty else { return print("There is none yet. Make one: valuechain field add --help") }
      let columns = ["id", "noun", "name", "label", "kind", "isRequired"]
      print(Terminal.table(columns, rows.map { row in columns.map { row[$0].cell } }, numbers: [0]))
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a field.",
      discussion: """
        Example:
          valuechain field add customer Tier choice --choice Gold --choice Silver --help
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "customer, contact, interaction or task.") var noun: String
    @Argument(help: "What it is called.") var label: String
    @Argument(help: "text, number, money, day, choice, choices, flag, reference or formula.") var kind: String
    @Option(help: "One of its choices; repeated.") var choice: [String] = []
    @Option(help: "The noun a reference points at.") var target = ""
    @Option(help: "How it is computed, such as “round(value / orders, 2)”.") var formula = ""
    @Flag(help: "A new record has to hold it.") var required = false
    @Flag(help: "It tells who somebody is.") var personal = false

    func run() async throws {
      let fields = [
        ("noun", noun), ("label", label), ("kind", kind), ("choices", choice.joined(separator: "\n")),
        ("target", target),
        ("formula", formula), ("required", required ? "1" : ""), ("personal", personal ? "1" : ""),
      ]
      let body = try Pairs.body(fields.filter { !$0.1.isEmpty }.map { (name: $0.0, value: $0.1) })
      let answer = try await Door.told("POST", "/fields", body, at: try Door.place(store))
      if store.json { return try answer.show() }
      print("Made \(answer["name"].cell), number \(answer["id"].cell).")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes a field away; what it held stays.", discussion: "Example:\n  valuechain field remove 12 --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "Its number.") var number: Int64

    func run() async throws {
      let answer = try await Door.told(
        "POST", "/fields/\(number)/removal", Data("{}".utf8), at: try Door.place(store))
      if store.json { return try answer.show() }
      print("It is gone. Bring it back: valuechain field restore \(number)")
    }
  }

  struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Brings a field back with everything it held.",
      discussion: "Example:\n  valuechain field restore 12 --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "Its number.") var number: Int64

    func run() async throws {
      let answer = try await Door.told("DELETE", "/fields/\(number)/removal", at: try Door.place(store))
      if store.json { return try answer.show() }
      print("It is back.")
    }
  }
}
