import ArgumentParser
import Foundation
import Kernel
import Records
import Server
import Store
import Web

/// `valuechain duplicate`: records that may be of the same party.
struct DuplicateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duplicate", abstract: "Finds records that may be the same, lists them, tells two apart.",
    discussion: "Example:\n  valuechain duplicate list --database data/company.sqlite",
    subcommands: [Find.self, List.self, Dismiss.self])

  struct Kind: ParsableArguments {
    @Option(help: "What kind of record: customer or contact.") var noun = "customer"
  }

  struct Find: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compares all records of a kind with each other.",
      discussion: "Example:\n  valuechain duplicate find --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var kind: Kind

    func run() async throws {
      let place = try Door.place(store)
      let noun = kind.noun
      if let server = Door.server(at: place) {
        let body = try JSONEncoder().encode(["noun": noun])
        let reply = try await server.send("POST", DuplicateRoutes.path + "/searches", body: body)
        return print(String(decoding: reply.body, as: UTF8.self))
      }
      let pairs = try await Door.open(place) {
        try await $0.duplicates.search(noun, Terminal.progress("Duplicates"))
      }
      Terminal.endProgress()
      if store.json { return try Terminal.json(["pairs": pairs]) }
      print(pairs == 1 ? "1 pair may be the same." : "\(pairs) pairs may be the same.")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the pairs that were found, those most alike first.",
      discussion: "Example:\n  valuechain duplicate list --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions
    @OptionGroup var kind: Kind
    @Flag(help: "Those somebody said are two.") var dismissed = false

    private struct Pair: Decodable {
      struct Side: Decodable {
        let id: Int64
        let title: String
      }
      let low: Side
      let high: Side
      let probability: Double
    }

    private struct Answer: Decodable { let rows: [Pair] }

    private struct Rows: Encodable, Sendable { let rows: [Duplicate] }

    func run() async throws {
      let state: Duplicate.State = dismissed ? .dismissed : .open
      let noun = kind.noun
      let path = Address.path(DuplicateRoutes.path, [("noun", noun), ("state", state.rawValue), ("size", "200")])
      let data = try await Door.answer("GET", path, at: try Door.place(store)) { modules in
        let question = DuplicateQuestion(noun: noun, state: state, size: 200)
        return Rows(rows: try await modules.duplicates.list(question, for: .operator).rows)
      }
      if store.json { return print(String(decoding: data, as: UTF8.self)) }
      let rows = try JSONDecoder().decode(Answer.self, from: data).rows
      guard !rows.isEmpty else { return print("No pairs.") }
      print(
        Terminal.table(
          ["number", "name", "number", "name", "likely"],
          rows.map {
            [
              "\($0.low.id)", $0.low.title, "\($0.high.id)", $0.high.title,
              "\(Int(($0.probability * 1_000).rounded()) / 10) %",
            ]
          }, numbers: [0, 2, 4]))
    }
  }

  struct Dismiss: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says that two records are not the same; they are not offered again.",
      discussion: "Example:\n  valuechain duplicate dismiss 00004 00018 --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var kind: Kind
    @Argument(help: "One record: its number, or words only it meets.") var one: String
    @Argument(help: "The other.") var other: String
    @Flag(help: "Takes it back.") var undo = false

    func run() async throws {
      let place = try Door.place(store)
      let (noun, undo) = (kind.noun, undo)
      let left = try await RecordFinding.number(one, of: noun, at: place)
      let right = try await RecordFinding.number(other, of: noun, at: place)
      let path = "\(DuplicateRoutes.path)/\(noun)/\(left)/\(right)/dismissal"
      let data = try await Door.answer(undo ? "DELETE" : "POST", path, at: place) { modules in
        if undo {
          try await modules.duplicates.reopen(noun, left, right, by: .operator)
        } else {
          try await modules.duplicates.dismiss(noun, left, right, by: .operator)
        }
        return ["dismissed": !undo]
      }
      if store.json { return print(String(decoding: data, as: UTF8.self)) }
      print(undo ? "They are offered again." : "They are two, and are not offered again.")
    }
  }
}
