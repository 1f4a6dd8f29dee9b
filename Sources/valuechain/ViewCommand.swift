import ArgumentParser
import Foundation
import Kernel
import Store
import Web

/// `valuechain view`: lists kept under a name.
struct ViewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view", abstract: "Lists kept under a name: shows, keeps, changes and removes them.",
    discussion: "Example:\n  valuechain view list --database data/company.sqlite",
    subcommands: [List.self, Keep.self, Change.self, Remove.self, Restore.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the views, of every kind of record or of one.",
      discussion: "Example:\n  valuechain view list --noun customer --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Option(help: "customer, contact, interaction or task.") var noun = ""

    func run() async throws {
      let answer = try await Door.told("GET", Address.path("/views", [("noun", noun)]), at: try Door.place(store))
      if store.json { return try answer.show() }
      let rows = answer.rows
      guard !rows.isEmpty else { return print("There is none yet. Keep one: valuechain view keep --help") }
      let columns = ["id", "noun", "name", "layout", "question", "version"]
      print(Terminal.table(columns, rows.map { row in columns.map { row[$0].cell } }, numbers: [0, 5]))
    }
  }

  struct Keep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keeps a list under a name.",
      discussion: """
        Example:
          valuechain view keep customer Firms --filter "kind is organisation" --help
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "customer, contact, interaction or task.") var noun: String
    @Argument(help: "The name.") var name: String
    @Option(help: "Such as “kind is organisation and name contains 'meier'”.") var filter = ""
    @Option(help: "Names of fields, with commas.") var columns = ""
    @Option(help: "A field, or - and a field from the end.") var sort = ""
    @Option(help: "The field the columns of a board are made by.") var board: String?
    @Flag(help: "For everybody; what the operator keeps without a server is.") var shared = false

    func run() async throws {
      let question = Address.path("", [("filter", filter), ("columns", columns), ("sort", sort)])
      let fields = [
        ("noun", noun), ("name", name), ("question", question), ("layout", board.map { "board:\($0)" } ?? "table"),
        ("shared", shared ? "1" : "0"),
      ]
      let body = try Pairs.body(fields.map { (name: $0.0, value: $0.1) })
      let answer = try await Door.told("POST", "/views", body, at: try Door.place(store))
      if store.json { return try answer.show() }
      print("Kept as number \(answer["id"].cell).")
    }
  }

  struct Change: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Gives a view another name, or to others.",
      discussion: "Example:\n  valuechain view change 12 --name \"All firms\" --shared yes --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "Its number.") var number: Int64
    @Option(help: "The name.") var name: String?
    @Option(help: "yes for everybody, no for yourself alone.") var shared: String?

    func validate() throws {
      guard name != nil || shared != nil else { throw ValidationError("Say --name or --shared.") }
      guard shared.map({ ["yes", "no"].contains($0) }) ?? true else { throw ValidationError("--shared is yes or no.") }
    }

    func run() async throws {
      let place = try Door.place(store)
      let view = try await Door.told("GET", "/views/\(number)", at: place)
      let fields = [
        ("name", name), ("shared", shared.map { $0 == "yes" ? "1" : "0" }), ("version", view["version"].cell),
      ]
      let body = try Pairs.body(fields.compactMap { one in one.1.map { (name: one.0, value: $0) } })
      let answer = try await Door.told("PUT", "/views/\(number)", body, at: place)
      if store.json { return try answer.show() }
      print("It is “\(answer["name"].cell)” now.")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes a view away.", discussion: "Example:\n  valuechain view remove 12 --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "Its number.") var number: Int64

    func run() async throws {
      let answer = try await Door.told("DELETE", "/views/\(number)", at: try Door.place(store))
      if store.json { return try answer.show() }
      print("It is gone. Bring it back: valuechain view restore \(number)")
    }
  }

  struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Brings a view back.", discussion: "Example:\n  valuechain view restore 12 --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "Its number.") var number: Int64

    func run() async throws {
      let answer = try await Door.told("DELETE", "/views/\(number)/removal", at: try Door.place(store))
      if store.json { return try answer.show() }
      print("It is back.")
    }
  }
}
