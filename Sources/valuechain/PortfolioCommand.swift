import ArgumentParser
import Foundation
import Kernel
import Portfolio
import Server
import Store
import Web

/// `valuechain portfolio run`: the first stage's analysis, in the terminal.
struct PortfolioCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "portfolio", abstract: "Answers who matters: concentration, scores, cohorts, retention.",
    discussion: "Example:\n  valuechain portfolio run --database data/company.sqlite --json",
    subcommands: [Run.self])

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Runs the portfolio analysis.",
      discussion: "Example:\n  valuechain portfolio run --database data/company.sqlite --scenario F2 --json")

    @OptionGroup var store: StoreOptions
    @Option(help: "Settings kept under a name: F2, F27.") var scenario: String?
    @Flag(help: "Count all days, not the last 365.") var all = false

    func run() async throws {
      let question =
        try scenario.map { ConcentrationQuestion(try Scenario.named($0)) }
        ?? ConcentrationQuestion(window: all ? .all : .trailing(365))
      let place = try Door.place(store)
      if let server = Door.server(at: place), store.json {
        let query = [("scenario", scenario ?? ""), ("window", all ? "all" : "")]
        let reply = try await server.send("GET", Address.path("/portfolio/concentration", query))
        print(String(decoding: reply.body, as: UTF8.self))
        return
      }
      guard Door.server(at: place) == nil else {
        throw Problem(
          .unavailable, field: "database", "A server holds this store; its answer comes as JSON.", mend: "Add --json.")
      }
      try await Door.open(place) { modules in
        let report = try await modules.concentrations.report(question, for: .operator)
        if store.json { return try Terminal.json(report) }
        guard let answer = try await modules.concentrations.answer(question, for: .operator) else {
          print("Nobody bought anything in these days. Bring in purchases with: valuechain import FILE")
          return
        }
        let format = try await modules.companies.current()?.format ?? .standard
        print("\(answer.entries.count) customers, \(answer.window), as of \(answer.asOf)\n")
        print(
          Terminal.table(
            ["figure", "value", "interval", "grade", "n", "method"],
            answer.figures.map {
              [$0.title, format.value($0), format.interval($0) ?? "", $0.grade.rawValue, "\($0.n)", $0.method]
            }, numbers: [1, 4]))
      }
    }
  }
}
