import ArgumentParser
import Customers
import Foundation
import Kernel
import Server
import Store
import Web

/// `valuechain relationship`: how customers stand to each other.
struct RelationshipCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "relationship", abstract: "How customers stand to each other: who supplies, advises, owns whom.",
    discussion: "Example:\n  valuechain relationship list --help", subcommands: [List.self, Add.self, End.self])

  private static func path(_ customer: Int64) -> String { "/customers/\(customer)/relationships" }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How one customer stands to others, told from its side.",
      discussion: "Example:\n  valuechain relationship list --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the customer.") var customer: Int64

    func run() async throws {
      let rows = try await rows()
      if store.json { return try Terminal.json(["rows": rows]) }
      guard !rows.isEmpty else { return print("None is known. Add one: valuechain relationship add --help") }
      print(
        Terminal.table(
          ["number", "it", "customer", "name", "since", "until"],
          rows.map { row in
            [
              "\(row.id)", row.kind.word, "\(row.other)", row.otherName, row.since?.description ?? "",
              row.until?.description ?? "",
            ]
          }, numbers: []))
    }

    /// All of them, page by page.
    private func rows() async throws -> [Relationship] {
      let place = try Door.place(store)
      guard let server = Door.server(at: place) else {
        return try await Door.open(place) { modules in
          try await RelationshipCommand.all { after in
            let page = try await modules.relationships.list(
              of: ID(customer), after: after, size: 200, for: .operator)
            return Piece(rows: page.rows, next: page.next)
          }
        }
      }
      return try await RelationshipCommand.all { after in
        let query = [("size", "200")] + (after.map { [("after", $0)] } ?? [])
        return try await server.send("GET", Address.path(RelationshipCommand.path(customer), query))
          .decoded(as: Piece.self)
      }
    }
  }

  private struct Piece: Decodable {
    let rows: [Relationship]
    let next: String?
  }

  private static func all(_ piece: (String?) async throws -> Piece) async throws -> [Relationship] {
    var rows: [Relationship] = []
    var after: String?
    repeat {
      let next = try await piece(after)
      rows += next.rows
      after = next.next
    } while after != nil
    return rows
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says how a customer stands to another.",
      discussion: """
        Example:
          valuechain relationship add 1017 suppliedBy 1022 --since 2024-03-01 --help
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the customer.") var customer: Int64
    @Argument(help: "supplies, suppliedBy, advises, advisedBy, introduced, worksWith …") var kind: String
    @Argument(help: "The number of the other customer.") var other: Int64
    @Option(help: "Since when, as 2024-03-01.") var since: String?
    @Option(help: "A sentence.") var note = ""

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let fields: [(String, String?)] = [("kind", kind), ("other", "\(other)"), ("since", since), ("note", note)]
        return try await server.show("POST", RelationshipCommand.path(customer), body: try Act.body(fields))
      }
      let day = try RelationshipCommand.day(since, "since")
      let draft = try Relationship.Draft(try .read(kind), to: ID(other), since: day, note: note)
      let made = try await Door.open(place) {
        try await $0.relationships.create(draft, of: ID(customer), by: .operator)
      }
      if store.json { return try Terminal.json(made) }
      print("Kept as \(made.id): it \(made.kind.word) \(made.otherName).")
    }
  }

  struct End: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends a relationship; the row stays.",
      discussion: "Example:\n  valuechain relationship end 1017 12001 --on 2026-11-30 --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the customer.") var customer: Int64
    @Argument(help: "The number of the relationship.") var number: Int64
    @Option(help: "The last day; today when left out.") var on: String?

    func run() async throws {
      let place = try Door.place(store)
      let path = "\(RelationshipCommand.path(customer))/\(number)"
      if let server = Door.server(at: place) {
        return try await server.show("DELETE", path, body: try Act.body([("day", on)]))
      }
      let day = try RelationshipCommand.day(on, "on")
      let ended = try await Door.open(place) { modules in
        let today = try await modules.companies.today()
        return try await modules.relationships.end(ID(number), of: ID(customer), on: day ?? today, by: .operator)
      }
      if store.json { return try Terminal.json(ended) }
      print("Ended on \(ended.until?.description ?? "").")
    }
  }

  private static func day(_ text: String?, _ field: String) throws -> Day? {
    try text.map { text in
      guard let day = Day(text) else {
        throw Problem(.invalid, field: field, "“\(text.prefix(40))” is not a day.", mend: "Write it as 2026-11-30.")
      }
      return day
    }
  }
}
