import ArgumentParser
import Foundation
import Kernel
import Records
import Server
import Store
import Web

/// `valuechain history`: who changed what of a record, and putting one value back.
struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "Shows who changed what of a record; puts one value back.",
    discussion: """
      Example:
        valuechain history 00004 --database data/company.sqlite
      """)

  @OptionGroup var store: StoreOptions
  @Option(help: "What kind of record: customer, contact, interaction or task.") var noun = "customer"
  @Argument(help: "The record: its number, or words only it meets.") var record: String
  @Option(help: "The line of the change whose old value comes back.") var restore: Int64?
  @Option(help: "The field whose old value comes back, such as email.") var field: String?

  func validate() throws {
    if (restore == nil) != (field == nil) {
      throw ValidationError("--restore and --field go together: the line of the change, and the field.")
    }
  }

  func run() async throws {
    let place = try Door.place(store)
    let number = try await RecordFinding.number(record, of: noun, at: place)
    let path = "\(RecordHistoryRoutes.path)/\(noun)/\(number)"
    if let restore, let field { return try await putBack(restore, field, number, path, place) }
    let noun = noun
    let data = try await Door.answer("GET", path, at: place) { modules in
      let key = try modules.catalogues.key(noun: noun, record: "\(number)")
      let found = try await modules.histories.list(key, for: .operator)
      return ["rows": found.page.rows]
    }
    if store.json { return print(String(decoding: data, as: UTF8.self)) }
    let rows = try JSONDecoder().decode(Told.self, from: data).rows
    guard !rows.isEmpty else { return print("Nothing of it was changed.") }
    print(
      Terminal.table(
        ["line", "by", "what", "field", "before", "after"],
        rows.flatMap { row -> [[String]] in
          let head = ["\(row.entry)", row.by, row.verb]
          return row.fields.isEmpty
            ? [head + ["", "", ""]] : row.fields.map { head + [$0.name, $0.before ?? "", $0.after ?? ""] }
        }))
  }

  private struct Told: Decodable {
    struct Row: Decodable {
      struct Field: Decodable {
        let name: String
        let before: String?
        let after: String?
      }
      let entry: Int64
      let by: String
      let verb: String
      let fields: [Field]
    }
    let rows: [Row]
  }

  private func putBack(
    _ entry: Int64, _ field: String, _ number: Int64, _ path: String, _ place: Place
  ) async throws {
    let noun = noun
    let body: [String: JSONText] = ["entry": .one("\(entry)"), "field": .one(field)]
    let data = try await Door.answer("POST", path + "/restorations", body, at: place) { modules in
      let key = try modules.catalogues.key(noun: noun, record: "\(number)")
      let value = try await modules.histories.putBack(key, entry: entry, field: field, by: .operator)
      return ["field": field, "value": value]
    }
    print(store.json ? String(decoding: data, as: UTF8.self) : "Put back.")
  }
}
