import ArgumentParser
import Foundation
import Kernel
import Store
import Web

/// `valuechain bin`: what was put away.
struct BinCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bin", abstract: "What was put away: lists it and takes it out.",
    discussion: "Example:\n  valuechain bin list --database data/company.sqlite",
    subcommands: [List.self, Restore.self])

  private static func parts(_ answer: JSONValue) -> [JSONValue] {
    if case .list(let parts) = answer["parts"] { parts } else { [] }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists what lies in the bin, of every kind or of one.",
      discussion: "Example:\n  valuechain bin list --kind customer --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Option(help: "customer, contact, interaction, task, tag, attachment, field or view.") var kind = ""
    @Option(help: "Goes on after this number.") var after: Int64?
    @Option(help: "Of each kind, 1 to 200.") var size = 50

    func run() async throws {
      let query = [("kind", kind), ("after", after.map(String.init) ?? ""), ("size", "\(size)")]
      let answer = try await Door.told("GET", Address.path("/bin", query), at: try Door.place(store))
      if store.json { return try answer.show() }
      let parts = BinCommand.parts(answer)
      guard !parts.isEmpty else { return print("The bin is empty.") }
      let rows = parts.flatMap(\.rows)
      let columns = ["kind", "id", "title"]
      print(Terminal.table(columns, rows.map { row in columns.map { row[$0].cell } }, numbers: [1]))
      for part in parts where !part["next"].cell.isEmpty {
        print("More: valuechain bin list --kind \(part["kind"].cell) --after \(part["next"].cell)")
      }
    }
  }

  struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes something out of the bin.",
      discussion: "Example:\n  valuechain bin restore customer 17 --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "Its kind, as bin list names it.") var kind: String
    @Argument(help: "Its number.") var number: Int64

    func run() async throws {
      let place = try Door.place(store)
      let parts = try await Door.told("GET", Address.path("/bin", [("kind", kind), ("size", "1")]), at: place)
      guard let way = BinCommand.parts(parts).first?["restoring"].cell else {
        throw Problem(
          .notFound, "Nothing of that kind lies in the bin.", mend: "See what does: valuechain bin list")
      }
      let answer = try await Door.told("DELETE", way.replacing("{id}", with: "\(number)"), at: place)
      if store.json { return try answer.show() }
      print("It is out again.")
    }
  }
}
