import ArgumentParser
import Foundation
import Kernel
import Store
import Web

/// `valuechain bulk`: acts on many records.
struct BulkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bulk", abstract: "Acts on many records: lists them and takes them back.",
    discussion: "Example:\n  valuechain bulk list --database data/company.sqlite",
    subcommands: [List.self, Undo.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the acts on many, the newest first.",
      discussion: "Example:\n  valuechain bulk list --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let answer = try await Door.told("GET", "/bulk-runs", at: try Door.place(store))
      if store.json { return try answer.show() }
      guard !answer.rows.isEmpty else { return print("There is none yet. Make one: valuechain record change --help") }
      let columns = ["id", "noun", "act", "state", "records", "refused", "restored", "by"]
      print(Terminal.table(columns, answer.rows.map { row in columns.map { row[$0].cell } }, numbers: [0, 4, 5, 6]))
    }
  }

  struct Undo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes an act back; what somebody changed since stays.",
      discussion: "Example:\n  valuechain bulk undo 12 --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "Its number, as bulk list shows it.") var number: Int64

    func run() async throws {
      let answer = try await Door.told(
        "POST", "/bulk-runs/\(number)/undoing", Data("{}".utf8), at: try Door.place(store))
      if store.json { return try answer.show() }
      print("Its state is “\(answer["state"].cell)”: \(answer["restored"].cell) records were put back.")
    }
  }
}
