import ArgumentParser
import Foundation
import Kernel
import Portfolio
import Server
import Store
import Web

/// `valuechain portfolio`: the first stage's analyses, in the terminal.
struct PortfolioCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "portfolio",
    abstract: "Answers who matters: concentration, contribution, lifetime value, significance, strategies.",
    discussion: "Example:\n  valuechain portfolio run --database data/company.sqlite --json",
    subcommands: [
      Run.self, Value.self, EquityCommand.self, Significant.self, Strategies.self, SegmentList.self, Forecast.self,
      TreatmentList.self, Matrix.self, Removal.self, Freeze.self, ListVersions.self, Compare.self,
    ])

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Runs the portfolio analysis.",
      discussion: "Example:\n  valuechain portfolio run --database data/company.sqlite --scenario F2 --json")

    @OptionGroup var store: StoreOptions
    @Option(help: "Settings kept under a name: F2, F27, S1, M1.") var scenario: String?
    @Flag(help: "Count all days, not the last 365.") var all = false

    func run() async throws {
      let place = try Door.place(store)
      if Door.server(at: place) != nil, store.json {
        let query = [("scenario", scenario ?? ""), ("window", all ? "all" : "")]
        return try await PortfolioCommand.printAnswer(of: place, Address.path("/portfolio", query))
      }
      try PortfolioCommand.requireNoServer(at: place)
      try await Door.open(place) { modules in
        let report = try await modules.portfolioReport(scenario: scenario, all: all, for: .operator)
        if store.json { return try Terminal.json(report) }
        let format = try await modules.companies.current()?.format ?? .standard
        print(report.text(format))
      }
    }
  }

  struct Value: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every customer with contribution and lifetime value.",
      discussion: "Example:\n  valuechain portfolio value --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions
    @Option(help: "Settings kept under a name: S1, M1.") var scenario: String?

    func run() async throws {
      try await PortfolioCommand.list(store, scenario, "/portfolio/values") { sheet in
        let rows = sheet.values
        if store.json { return try Terminal.json(rows) }
        print(
          Terminal.table(
            ["customer", "contribution", "lifetime value", "low", "high", "grade"],
            rows.map { row in
              let numbers = [row.contribution, row.clv, row.low, row.high]
              return [row.customer] + numbers.map { $0.map { String(format: "%.2f", $0) } ?? "" } + [row.grade]
            }, numbers: [1, 2, 3, 4]))
      }
    }
  }

  struct Significant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The strategically significant customers, with the evidence.",
      discussion: "Example:\n  valuechain portfolio significant --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions
    @Option(help: "Settings kept under a name: S1, M1.") var scenario: String?

    func run() async throws {
      try await PortfolioCommand.list(store, scenario, "/portfolio/significances") { sheet in
        let rows = sheet.significances
        if store.json { return try Terminal.json(rows) }
        print(
          Terminal.table(
            ["customer", "kind", "score", "status", "evidence"],
            rows.map { row in
              let evidence = row.evidence.map { "\($0.signal) \(String(format: "%.4g", $0.value))" }
              return [
                row.customer, row.kind, String(format: "%.2f", row.score), row.status, evidence.joined(separator: "; "),
              ]
            }, numbers: [2]))
      }
    }
  }

  struct Strategies: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The core strategy of every customer, and what is missing where it is undecided.",
      discussion: "Example:\n  valuechain portfolio strategies --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions
    @Option(help: "Settings kept under a name: S1, M1.") var scenario: String?

    func run() async throws {
      try await PortfolioCommand.list(store, scenario, "/portfolio/calls") { sheet in
        let rows = sheet.strategies
        if store.json { return try Terminal.json(rows) }
        print(
          Terminal.table(
            ["customer", "strategy", "runner-up", "missing"],
            rows.map { [$0.customer, $0.strategy, $0.runnerUp ?? "", $0.missing.joined(separator: ", ")] }))
      }
    }
  }

  /// Prints a list about every customer: the server's answer where one holds the store, else its own.
  private static func list(
    _ store: StoreOptions, _ scenario: String?, _ path: String,
    _ show: @escaping @Sendable (PortfolioSheet) throws -> Void
  ) async throws {
    let place = try Door.place(store)
    if Door.server(at: place) != nil, store.json {
      return try await printAnswer(of: place, Address.path(path, [("scenario", scenario ?? "")]))
    }
    try requireNoServer(at: place)
    try await Door.open(place) { modules in
      guard let sheet = try await modules.portfolios.sheet(scenario: scenario, for: .operator) else {
        throw Problem(.notFound, "Nobody has bought anything yet.", mend: "Bring in purchases: valuechain import FILE")
      }
      try show(sheet)
    }
  }

  static func printAnswer(of place: Place, _ path: String) async throws {
    guard let server = Door.server(at: place) else { return }
    print(String(decoding: try await server.send("GET", path).body, as: UTF8.self))
  }

  static func requireNoServer(at place: Place) throws {
    guard Door.server(at: place) == nil else {
      throw Problem(
        .unavailable, field: "database", "A server holds this store; its answer comes as JSON.", mend: "Add --json.")
    }
  }
}
