import ArgumentParser
import Foundation
import Kernel
import Records
import Server
import Store
import Web

/// `valuechain merge`: making one record of two, looking before, and undoing it.
struct MergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Makes one record of two; the other goes into the bin.",
    discussion: """
      The record that stays keeps its values, unless --choose names a field.
      Example:
        valuechain merge 00004 00018 --dry-run --database data/company.sqlite
      """)

  @OptionGroup var store: StoreOptions
  @Option(help: "What kind of record: customer or contact.") var noun = "customer"
  @Argument(help: "The record that stays: its number, or words only it meets; with --undo the merge's number.")
  var keep: String
  @Argument(help: "The record that goes into it.") var lose: String?
  @Option(help: "A field whose value is taken from the record that goes; may be repeated.") var choose: [String] = []
  @Flag(help: "Shows what would happen, and changes nothing.") var dryRun = false
  @Flag(help: "Undoes a merge: both records are as they were.") var undo = false

  func validate() throws {
    if undo == (lose != nil) {
      throw ValidationError(undo ? "--undo takes the number of the merge alone." : "LOSE is missing: name two records.")
    }
  }

  func run() async throws {
    let place = try Door.place(store)
    if undo { return try await takeBack(place) }
    let kept = try await RecordFinding.number(keep, of: noun, at: place)
    let lost = try await RecordFinding.number(lose ?? "", of: noun, at: place)
    if dryRun { return try await look(kept, lost, place) }
    let noun = noun
    let choices = Dictionary(choose.map { ($0, lost) }, uniquingKeysWith: { first, _ in first })
    let order = try Merge.Order(noun: noun, kept: kept, lost: [lost], choices: choices)
    var body: [String: JSONText] = ["noun": .one(noun), "keep": .one("\(kept)"), "lose": .many(["\(lost)"])]
    for field in choose { body["choice[\(field)]"] = .one("\(lost)") }
    let data = try await Door.answer("POST", MergeRoutes.path, body, at: place) { modules in
      ["rows": try await modules.merges.create(order, by: .operator)]
    }
    if store.json { return print(String(decoding: data, as: UTF8.self)) }
    struct Made: Decodable {
      struct Row: Decodable { let id: Int64 }
      let rows: [Row]
    }
    let number = try JSONDecoder().decode(Made.self, from: data).rows.first?.id ?? 0
    print("They are one now. To undo it: valuechain merge --undo \(number)")
  }

  private func look(_ kept: Int64, _ lost: Int64, _ place: Place) async throws {
    let noun = noun
    let path = Address.path(MergeRoutes.path + "/new", [("noun", noun), ("ids", "\(kept)"), ("ids", "\(lost)")])
    let data = try await Door.answer("GET", path, at: place) { modules in
      try await modules.merges.preview(noun, [kept, lost], for: .operator)
    }
    if store.json { return print(String(decoding: data, as: UTF8.self)) }
    struct Preview: Decodable {
      struct Side: Decodable {
        struct Count: Decodable {
          let word: String
          let count: Int
        }
        let title: String
        let holds: [Count]
      }
      struct Row: Decodable {
        let label: String
        let values: [String?]
      }
      let sides: [Side]
      let rows: [Row]
    }
    let preview = try JSONDecoder().decode(Preview.self, from: data)
    let rows = preview.rows.filter { $0.values.contains { $0 != nil } }
      .map { [$0.label] + $0.values.map { $0 ?? "" } }
    print(Terminal.table(["field"] + preview.sides.map(\.title), rows))
    for held in preview.sides.last?.holds ?? [] { print("moves: \(held.count) \(held.word)") }
    print("Nothing was changed.")
  }

  private func takeBack(_ place: Place) async throws {
    guard let id = ID<Merge>(text: keep) else {
      throw Problem(
        .invalid, field: "keep", "“\(keep)” is not the number of a merge.", mend: "It was told when it was made.")
    }
    let data = try await Door.answer("DELETE", "\(MergeRoutes.path)/\(id)", at: place) {
      try await $0.merges.undo(id, by: .operator)
    }
    if store.json { return print(String(decoding: data, as: UTF8.self)) }
    print("Both records are as they were.")
  }
}
