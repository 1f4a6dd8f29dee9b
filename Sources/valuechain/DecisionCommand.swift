import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Store
import Web

/// `valuechain decision`: decisions, what they expect, and how they turned out.
struct DecisionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decision", abstract: "Takes decisions from analyses, and judges them by the data.",
    discussion: "Example:\n  valuechain decision list --database data/company.sqlite",
    subcommands: [Take.self, List.self, Show.self, Judge.self])

  struct Take: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes a decision from a figure, with the forecasts that go with it.",
      discussion: """
        Forecasts are those the analysis offers up to the review; choose some with --forecast, or none.
        Example:
          valuechain decision take --analysis /portfolio/value \\
            --title "Stay open" --choice "Go on" --reason "They return" \\
            --review 2027-03-01 --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Option(help: "The address of the analysis, such as /portfolio/value.") var analysis: String
    @Option(help: "The figure; the first with a value when left out.") var figure: String?
    @Option(help: "What is decided.") var title: String
    @Option(help: "What is chosen.") var choice: String
    @Option(help: "A way that was open; may be repeated.") var option: [String] = []
    @Option(help: "Why.") var reason: String
    @Option(help: "The number of the user who sees to it.") var owner: String?
    @Option(help: "When it is to be done, YYYY-MM-DD.") var due: String?
    @Option(help: "When it is judged, YYYY-MM-DD.") var review: String
    @Option(help: "What the figure is expected to be then; a share as 0.45 or 45%.") var expected: String?
    @Option(help: "What it costs, in the company's currency.") var cost: String?
    @Option(help: "A forecast to keep, by its name; may be repeated; none for none.") var forecast: [String] = []
    @Option(help: "Settings of a name, where the analysis takes one: S1, M1.") var scenario: String?
    @Option(help: "The model, where the analysis takes one.") var model: String?
    @Option(help: "The days that count, where the analysis takes them: year or all.") var window: String?

    private var fields: [(String, String)] {
      let single: [(String, String?)] = [
        ("analysis", analysis), ("figure", figure), ("title", title), ("choice", choice), ("reason", reason),
        ("owner", owner), ("due", due), ("review", review), ("expected", expected), ("cost", cost),
        ("scenario", scenario), ("model", model), ("window", window),
      ]
      return single.compactMap { name, value in value.map { (name, $0) } } + option.map { ("option", $0) }
        + forecast.map { ("forecast", $0) }
    }

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let lists: Set<String> = ["option", "forecast"]
        var body: [String: JSONText] = [:]
        for (name, value) in fields where !lists.contains(name) { body[name] = .one(value) }
        if !option.isEmpty { body["option"] = .many(option) }
        if !forecast.isEmpty { body["forecast"] = .many(forecast) }
        let reply = try await server.send("POST", "/decisions", body: try JSONEncoder().encode(body))
        return print(String(decoding: reply.body, as: UTF8.self))
      }
      let fields = Fields(fields)
      try await Door.open(place) { modules in
        let format = try await DecisionCommand.format(modules)
        let made = try await modules.deciding.take(fields, format: format, by: .operator)
        if store.json { return try Terminal.json(made) }
        print("Decided as \(made.id); the review is on \(made.reviewDay).")
        DecisionCommand.printForecasts(of: made, format)
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists decisions, those to be reviewed soonest first, and how past forecasts turned out.",
      discussion: "Example:\n  valuechain decision list --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions
    @Option(help: "Only those taken on this page.") var analysis: String?

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let path = Address.path("/decisions", [("analysis", analysis ?? "")])
        return print(String(decoding: try await server.send("GET", path).body, as: UTF8.self))
      }
      try await Door.open(place) { modules in
        try await modules.judging.run()
        let rows = try await modules.decisions.list(analysis: analysis, for: .operator)
        let record = try await modules.decisions.trackRecord(analysis: analysis, for: .operator)
        if store.json { return try Terminal.json(DecisionList(rows: rows, record: record)) }
        let format = try await DecisionCommand.format(modules)
        print(
          Terminal.table(
            ["number", "decision", "review", "forecasts", "judged"],
            rows.map { row in
              [
                "\(row.id)", row.title, "\(row.reviewDay)", "\(row.forecasts.count)",
                "\(row.forecasts.count { $0.verdict != nil })",
              ]
            }, numbers: [3, 4]))
        let shown = record.figures.filter { $0.value != nil }.map { "\($0.title) \(format.value($0))" }
        if !shown.isEmpty { print("\nHow they turned out: \(shown.joined(separator: ", "))") }
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One decision: what was expected and what came.",
      discussion: "Example:\n  valuechain decision show --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the decision, as decision list shows it; the newest when left out.")
    var number: String?

    func run() async throws {
      let place = try Door.place(store)
      let id = try number.map { text in
        guard let id = ID<Decision>(text: text) else {
          throw Problem(.invalid, field: "number", "“\(text.prefix(40))” is not a number.", mend: "See: decision list")
        }
        return id
      }
      if let server = Door.server(at: place) {
        let chosen = if let id { "\(id)" } else { try await Show.newest(server) }
        return print(String(decoding: try await server.send("GET", "/decisions/\(chosen)").body, as: UTF8.self))
      }
      try await Door.open(place) { modules in
        try await modules.judging.run()
        let decision =
          if let id { try await modules.decisions.find(id, for: .operator) } else {
            try Show.newest(try await modules.decisions.list(for: .operator))
          }
        if store.json { return try Terminal.json(decision) }
        let format = try await DecisionCommand.format(modules)
        print("\(decision.title)\n\(decision.choice): \(decision.reason)\nReview on \(decision.reviewDay)\n")
        DecisionCommand.printForecasts(of: decision, format)
      }
    }

    private static func newest(_ decisions: [Decision]) throws -> Decision {
      guard let found = decisions.max(by: { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }) else {
        throw Problem(.notFound, "Nothing has been decided yet.", mend: "Take one: valuechain decision take --help")
      }
      return found
    }

    private static func newest(_ server: OperatorClient) async throws -> String {
      struct Rows: Decodable { let rows: [Decision] }
      let found = try await server.send("GET", "/decisions").decoded(as: Rows.self).rows
      return "\(try newest(found).id)"
    }
  }

  struct Judge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Judges whatever the data can judge; it happens by itself after imports.",
      discussion: "Example:\n  valuechain decision judge --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let reply = try await server.send("POST", "/decisions/judgements", body: Data("{}".utf8))
        return print(String(decoding: reply.body, as: UTF8.self))
      }
      let made = try await Door.open(place) { try await $0.judging.run() }
      if store.json { return try Terminal.json(["judgements": made]) }
      print(made == 0 ? "There is nothing new to judge." : "\(made) forecasts were judged.")
    }
  }

  /// Numbers as programs write them, in the company's currency.
  private static func format(_ modules: Modules) async throws -> Format {
    Format.standard.with(try await modules.companies.current()?.currency ?? .euro)
  }

  private static func printForecasts(of decision: Decision, _ format: Format) {
    guard !decision.forecasts.isEmpty else { return print("It expects nothing that the data can judge.") }
    print(
      Terminal.table(
        ["forecast", "customers", "from", "to", "expected", "came", "error"],
        decision.forecasts.map { forecast in
          [
            forecast.title, "\(forecast.group.customers)", "\(forecast.window.from)", "\(forecast.window.last)",
            format.amount(forecast.value, forecast.unit),
            forecast.latest.map { format.amount($0.actual, forecast.unit) } ?? "",
            forecast.verdict?.relativeError.map { format.percent($0) } ?? "",
          ]
        }, numbers: [1, 4, 5, 6]))
  }
}

/// One text or several, as JSON.
enum JSONText: Encodable, Sendable {
  case one(String)
  case many([String])

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .one(let text): try value.encode(text)
    case .many(let texts): try value.encode(texts)
    }
  }
}
