import ArgumentParser
import Foundation
import Kernel
import Store
import Web

/// `valuechain record`: customers, contacts, interactions and tasks alike, and anything else the API can do.
struct RecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Lists, adds and changes customers, contacts, interactions and tasks alike.",
    discussion: "Example:\n  valuechain record list customers --database data/company.sqlite",
    subcommands: [List.self, Show.self, Add.self, Edit.self, Change.self, Bin.self, Restore.self, Call.self])

  enum Noun: String, ExpressibleByArgument, CaseIterable, Sendable {
    case customers, contacts, interactions, tasks

    var path: String { "/\(rawValue)" }
    var columns: [String] {
      switch self {
      case .customers: ["name", "kind", "email", "city", "tags"]
      case .contacts: ["name", "job", "email", "phone", "tags"]
      case .interactions: ["subject", "kind", "customer", "at", "outcome"]
      case .tasks: ["subject", "due", "priority", "assignee", "tags"]
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists records that fit, page by page.",
      discussion: """
        Example:
          valuechain record list customers --filter "kind is person" --sort=-createdAt \\
            --columns name,city --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "customers, contacts, interactions or tasks.") var noun: Noun
    @Option(help: "Conditions, such as “city is Ghent and x_tier empty”.") var filter = ""
    @Option(help: "Words to find.") var words = ""
    @Option(help: "Names of fields, with commas; those of the company's own begin with x_. Money is told in cents.")
    var columns = ""
    @Option(help: "A field, or - and a field from the end.") var sort = ""
    @Option(help: "Rows of a page, 1 to 200.") var size = 50
    @Option(help: "Where the page begins: what the page before said.") var after = ""
    @Flag(help: "Counts all that fit, and adds up their columns.") var total = false

    func run() async throws {
      let shown = columns.isEmpty ? noun.columns : columns.split(separator: ",").map(String.init)
      let query = [
        ("filter", filter), ("q", words), ("columns", shown.joined(separator: ",")), ("sort", sort),
        ("size", "\(size)"), ("after", after), ("total", total ? "1" : ""),
      ]
      let answer = try await Door.told("GET", Address.path(noun.path, query), at: try Door.place(store))
      if store.json { return try answer.show() }
      let rows = answer.rows
      print(
        Terminal.table(
          ["number"] + shown,
          rows.map { row in [row["id"].cell] + shown.map { row[$0].cell } }, numbers: [0]))
      if total {
        let sums = shown.compactMap { name in
          answer["sums"][name].cell.isEmpty ? nil : "\(name) \(answer["sums"][name].cell)"
        }
        print((["All together: \(answer["total"].cell)"] + sums).joined(separator: ", "))
      }
      let next = answer["next"].cell
      if !next.isEmpty { Terminal.complain("There are more: --after '\(next)'") }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One record, with the fields the company made.",
      discussion: "Example:\n  valuechain record show customers 1017 --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "customers, contacts, interactions or tasks.") var noun: Noun
    @Argument(help: "Its number.") var number: Int64

    func run() async throws {
      let (place, path) = (try Door.place(store), "\(noun.path)/\(number)")
      let record = try await Door.told("GET", path, at: place).members
      let own = try await Door.told("GET", "\(path)/fields", at: place).members
      let whole = record.merging(own) { first, _ in first }
      if store.json { return try Terminal.json(whole) }
      let told = whole.compactMap { name, value -> [String]? in
        value.cell.isEmpty ? nil : [name, value.cell]
      }
      print(Terminal.table(["field", "value"], told.sorted { $0[0] < $1[0] }))
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a record of fields.",
      discussion: """
        Example:
          valuechain record add customers "name=Harbour Records" kind=organisation \\
            city=Ghent --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "customers, contacts, interactions or tasks.") var noun: Noun
    @Argument(help: "Its fields, as name=value.") var fields: [String]

    func run() async throws {
      let body = try Pairs.body(try Pairs.read(fields))
      let answer = try await Door.told("POST", noun.path, body, at: try Door.place(store))
      if store.json { return try answer.show() }
      print("Made \(noun.rawValue.dropLast()) \(answer["id"].cell).")
    }
  }

  struct Edit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Changes fields of a record; the others stay.",
      discussion: "Example:\n  valuechain record edit customers 1017 city=Ghent x_tier=Gold --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "customers, contacts, interactions or tasks.") var noun: Noun
    @Argument(help: "Its number.") var number: Int64
    @Argument(help: "The fields, as name=value; nothing after the = empties one.") var fields: [String]

    func run() async throws {
      let body = try Pairs.body(try Pairs.read(fields))
      let answer = try await Door.told("PATCH", "\(noun.path)/\(number)", body, at: try Door.place(store))
      if store.json { return try answer.show() }
      print("Saved.")
    }
  }

  struct Change: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Changes one field of many records, tags them, or puts them into the bin.",
      discussion: """
        Example:
          valuechain record change customers city=Ghent --filter "city is Gent" --help
          valuechain record change customers --tag Important --ids 1017,1018 --help
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "customers, contacts, interactions or tasks.") var noun: Noun
    @Argument(help: "The field, as name=value.") var field: String?
    @Option(help: "The tag that is added.") var tag: String?
    @Flag(help: "Puts them into the bin.") var bin = false
    @Option(help: "Their numbers, with commas.") var ids = ""
    @Option(help: "All that fit conditions.") var filter = ""

    func run() async throws {
      guard [field != nil, tag != nil, bin].filter({ $0 }).count == 1 else {
        throw ValidationError("Say one thing: name=value, --tag NAME or --bin.")
      }
      guard ids.isEmpty != filter.isEmpty else { throw ValidationError("Say which: --ids or --filter.") }
      var body: [String: JSONValue] =
        ids.isEmpty
        ? ["all": .text("1"), "question": .text(Address.path("", [("filter", filter)]))]
        : ["ids": .list(ids.split(separator: ",").map { .text(String($0)) })]
      if let field = try field.map({ try Pairs.read([$0]) })?.first {
        body["act"] = .text("edit")
        body["field"] = .text(field.name)
        body["value"] = .text(field.value)
      } else {
        body["act"] = .text(bin ? "bin" : "tag")
        body["value"] = tag.map { .text($0) }
      }
      let place = try Door.place(store)
      let answer = try await Door.told("POST", "\(noun.path)/bulk", try JSONEncoder().encode(body), at: place)
      if store.json { return try answer.show() }
      let done = try await Door.told("GET", "/bulk-runs/\(answer["id"].cell)", at: place)
      if done["endedAt"].cell.isEmpty {
        print("It goes on in the background.")
      } else {
        print("\(done["records"].cell) changed, \(done["refused"].cell) left as they were.")
      }
      Terminal.complain("Take it back: valuechain bulk undo \(answer["id"].cell)")
    }
  }

  struct Bin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Puts a record into the bin.",
      discussion: "Example:\n  valuechain record bin customers 1017 --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "customers, contacts, interactions or tasks.") var noun: Noun
    @Argument(help: "Its number.") var number: Int64

    func run() async throws {
      let answer = try await Door.told("POST", "\(noun.path)/\(number)/bin", Data("{}".utf8), at: try Door.place(store))
      if store.json { return try answer.show() }
      print("It lies in the bin. Take it out: valuechain record restore \(noun.rawValue) \(number)")
    }
  }

  struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes a record out of the bin.",
      discussion: "Example:\n  valuechain record restore customers 1017 --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "customers, contacts, interactions or tasks.") var noun: Noun
    @Argument(help: "Its number.") var number: Int64

    func run() async throws {
      let answer = try await Door.told("DELETE", "\(noun.path)/\(number)/bin", at: try Door.place(store))
      if store.json { return try answer.show() }
      print("It is back where it was.")
    }
  }

  struct Call: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Does anything the API does, as the operator of the machine; the answer is JSON.",
      discussion: """
        The addresses are those of /api and of docs/api, without /api/v1.

        Example:
          valuechain record call GET "/customers?size=3" --database data/company.sqlite
          valuechain record call POST /views name=Ghent noun=customer \\
            "question=?filter=city is Ghent" --help
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "GET, POST, PUT, PATCH or DELETE.") var method: String
    @Argument(help: "The address, beginning with /.") var path: String
    @Argument(help: "Fields, as name=value.") var fields: [String] = []

    func run() async throws {
      guard path.utf8.first == UInt8(ascii: "/") else { throw ValidationError("The address begins with /.") }
      let verb = method.uppercased()
      let body = verb == "GET" ? Data() : try Pairs.body(try Pairs.read(fields))
      let query = verb == "GET" ? try Pairs.read(fields).map { ($0.name, $0.value) } : []
      // The address may bring a question of its own.
      let more = Address.path("", query).dropFirst()
      let address = more.isEmpty ? path : path + (path.contains("?") ? "&" : "?") + more
      try await Door.told(verb, address, body, at: try Door.place(store)).show()
    }
  }
}
