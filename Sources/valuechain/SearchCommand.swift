import ArgumentParser
import Foundation
import Kernel
import Records
import Server
import Store
import Web

/// `valuechain search`: finding records, and the index they are found by.
struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Finds records by words, numbers and addresses.",
    discussion: "Example:\n  valuechain search meier --database data/company.sqlite",
    subcommands: [Find.self, Rebuild.self], defaultSubcommand: Find.self)

  struct Find: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Finds records; a name also by its sound and with a letter wrong.",
      discussion: "Example:\n  valuechain search find meier --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions
    @Argument(help: "What to look for; every word must be met.") var words: [String]
    @Option(help: "Records at most, 1 to 50.") var size = 20

    func validate() throws {
      guard 1...50 ~= size else { throw ValidationError("--size: \(size) is not a whole number from 1 to 50.") }
    }

    func run() async throws {
      let place = try Door.place(store)
      let found = try await RecordFinding.hits(words.joined(separator: " "), size: size, at: place)
      if store.json { return try Terminal.json(["results": found]) }
      guard !found.isEmpty else { return print("No record meets that.") }
      print(
        Terminal.table(
          ["kind", "number", "name", "met"], found.map { [$0.noun ?? "", "\($0.id ?? 0)", $0.title, $0.note] },
          numbers: [1]))
    }
  }

  struct Rebuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes the words of every record anew.",
      discussion: "Example:\n  valuechain search rebuild --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let reply = try await server.send("POST", SearchRoutes.path + "/rebuilds")
        return print(String(decoding: reply.body, as: UTF8.self))
      }
      let done = try await Door.open(place) { try await $0.searches.rebuild(Terminal.progress("Search index")) }
      Terminal.endProgress()
      if store.json { return try Terminal.json(["records": done]) }
      print("\(done) records are found by their words.")
    }
  }
}

/// Records named on the command line: by number, or by words that one of them meets.
enum RecordFinding {
  struct Hit: Codable, Sendable {
    let kind: String
    let noun: String?
    let id: Int64?
    let title: String
    let note: String
  }

  private struct Hits: Codable { let results: [Hit] }

  static func hits(_ text: String, size: Int = 20, at place: Place) async throws -> [Hit] {
    let all: Data
    if let server = Door.server(at: place) {
      let path = Address.path(SearchRoutes.path, [("q", text), ("size", "\(size)")])
      all = try await server.send("GET", path).body
    } else {
      let records = try await Door.open(place) {
        try await $0.searches.catchUp()
        return try await $0.searches.find(SearchQuery(text), for: .operator, most: size)
      }
      let answer = SearchAnswer(query: text, records: records, places: [], areRecent: false)
      all = Data(try JSON.bytes(answer))
    }
    return try JSONDecoder().decode(Hits.self, from: all).results.filter { $0.kind == "record" }
  }

  /// The number of the record somebody names.
  static func number(_ text: String, of noun: String, at place: Place) async throws -> Int64 {
    if let id = ID<Hit>(text: text) { return id.rawValue }
    let found = try await hits(text, at: place).filter { $0.noun == noun }.compactMap(\.id)
    if found.count > 1, let exact = try await keyed(text, of: noun, at: place) { return exact }
    guard let first = found.first, found.count == 1 else {
      throw Problem(
        found.isEmpty ? .notFound : .invalid, field: noun,
        found.isEmpty ? "No \(noun) meets “\(text)”." : "\(found.count) records meet “\(text)”.",
        mend: "Name it by its number; valuechain search tells it.")
    }
    return first
  }

  /// The customer another system knows under a number, where no server holds the store.
  private static func keyed(_ text: String, of noun: String, at place: Place) async throws -> Int64? {
    guard noun == Actor.Noun.customer.rawValue, Door.server(at: place) == nil else { return nil }
    return try await Door.open(place) { try await $0.customers.find(externalKey: text, for: .operator)?.id.rawValue }
  }
}
