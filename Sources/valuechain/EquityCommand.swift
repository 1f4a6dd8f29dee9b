import ArgumentParser
import Kernel
import Portfolio
import Server
import Web

/// `valuechain portfolio equity`: customer equity quarter by quarter, in the terminal.
struct EquityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "equity",
    abstract: "Customer equity at the end of every quarter, and the return on it.",
    discussion: "Example:\n  valuechain portfolio equity --database data/company.sqlite --json")

  @OptionGroup var store: StoreOptions
  @Option(help: "A trait whose values are shown apart.") var by: String?

  func run() async throws {
    let place = try Door.place(store)
    if Door.server(at: place) != nil, store.json {
      return try await PortfolioCommand.printAnswer(
        of: place, Address.path(EquityRoutes.path, by.map { [("by", $0)] } ?? []))
    }
    try PortfolioCommand.requireNoServer(at: place)
    try await Door.open(place) { modules in
      let value = LifetimeValueRoutes(
        modules.equities, assumptions: modules.assumptions, customers: modules.customers, decisions: modules.decisions)
      let history = try await EquityRoutes(modules.equityHistories, value: value, segments: modules.segments).answer(
        Fields(by.map { [("by", $0)] } ?? []), for: .operator, today: try await modules.companies.today())
      guard let history else {
        throw Problem(.notFound, "Nobody has bought anything yet.", mend: "Bring in purchases: valuechain import FILE")
      }
      let report = EquityHistoryReport(history)
      if store.json { return try Terminal.json(report) }
      print(Terminal.table(EquityHistoryReport.header, report.lines, numbers: [1, 2, 3, 4, 5, 6]))
      for quarter in history.quarters where quarter.all.missing != nil {
        print("\(quarter.period.quarterName): \(quarter.all.missing ?? "")")
      }
    }
  }
}
