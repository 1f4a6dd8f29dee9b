import ArgumentParser
import Conditions
import Foundation
import Kernel
import Records
import Server
import Store
import Web

/// `valuechain export`: writes a list to a file, through the server when one is running.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes customers, contacts or any other list to a file.",
    discussion: """
      Example:
        valuechain export customers -o customers.csv
        valuechain export customers --columns name,email --format xlsx -o c.xlsx
        valuechain export customers --filter "kind is person" -o p.csv
      """)

  @OptionGroup var store: StoreOptions
  @Argument(help: "What the list is of: customers, contacts …") var noun: String
  @Option(help: "Which records, as lists filter: kind is person and email filled.") var filter = ""
  @Option(help: "The fields, with commas; the usual ones when left out.") var columns = ""
  @Option(help: "The field to order by; -field from the end.") var sort = ""
  @Option(help: "csv, xlsx, json or vcf; by the name of the file when left out.") var format: String?
  @Option(name: [.customShort("o"), .long], help: "The file to write.") var output: String
  @Flag(help: "CSV: a decimal comma, and semicolons between cells.") var comma = false
  @Flag(help: "CSV: begin with a byte order mark, for Excel.") var mark = false

  private var fields: [(String, String)] { [("filter", filter), ("columns", columns), ("sort", sort)] }

  private var form: String {
    format ?? (output.utf8.lastIndex(of: UInt8(ascii: ".")).map { String(output[$0...].dropFirst()) } ?? "csv")
  }

  func run() async throws {
    let place = try Door.place(store)
    let form = try Export.Format(named: form)
    if let server = Door.server(at: place) { return try await ask(server, form) }
    try await Door.open(place) { modules in
      let exports = modules.exports
      let catalogue = try exports.catalogue(named: noun)
      let export = try await exports.begin(
        catalogue.noun, try RecordQuestion(query: Fields(fields)), as: form,
        Export.Settings(hasMark: mark, hasComma: comma), queue: false, by: .operator)
      let partial = output + ".part"
      do {
        let written = try await ExportJob(exports).write(
          export, to: partial, Terminal.progress("Export"), by: .operator)
        Terminal.endProgress()
        try Self.move(partial, to: output)
        try say(written.rows)
      } catch {
        unlink(partial)
        throw error
      }
    }
  }

  private static func move(_ partial: String, to path: String) throws {
    guard rename(partial, path) == 0 else {
      throw Problem(.unavailable, "“\(path)” cannot be written.", mend: "Check the folder and its rights.")
    }
  }

  private func say(_ rows: Int) throws {
    if store.json { return try Terminal.json(["rows": rows]) }
    print("\(rows) rows written to \(output)")
  }

  /// Has the running server make the file, waits for it and takes it.
  private func ask(_ server: OperatorClient, _ form: Export.Format) async throws {
    let body = Dictionary(
      (fields + [("noun", noun), ("format", form.rawValue), ("comma", comma ? "1" : ""), ("mark", mark ? "1" : "")])
        .filter { !$0.1.isEmpty }, uniquingKeysWith: { first, _ in first })
    struct Begun: Decodable { let id: Int64 }
    let asked = try await server.send("POST", "/exports", body: try JSONEncoder().encode(body))
    let id = try asked.decoded(as: Begun.self).id
    struct State: Decodable {
      let state: Export.State
      let rows: Int?
      let problem: String?
    }
    while true {
      let now = try await server.send("GET", "/exports/\(id)").decoded(as: State.self)
      switch now.state {
      case .waiting, .running: try await Task.sleep(for: .milliseconds(100))
      case .ready:
        let partial = output + ".part"
        try await server.save("/exports/\(id)/file", to: partial)
        try Self.move(partial, to: output)
        return try say(now.rows ?? 0)
      default: throw Problem(.unavailable, now.problem ?? "The file was not made.", mend: "Ask for it again.")
      }
    }
  }
}
