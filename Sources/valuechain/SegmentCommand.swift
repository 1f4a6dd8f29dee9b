import ArgumentParser
import Foundation
import Kernel
import Portfolio
import Server
import Store
import Web

/// `valuechain portfolio segments | forecast | treatment`.
extension PortfolioCommand {
  struct SegmentList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "segments", abstract: "The segments in use, what each brings, and who is in which.",
      discussion: "Example:\n  valuechain portfolio segments --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      try await PortfolioCommand.answer(
        store, "\(SegmentRoutes.path)?members=1", missing: "There are no segments yet.",
        mend: "Accept a proposal on the page of segments.",
        { try await $0.segmentRoutes.report(for: .operator) },
        { print(Terminal.table(["segment", "customers", "net sales", "contribution"], $0.table, numbers: [1, 2, 3])) })
    }
  }

  struct Forecast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sales of the coming weeks, whole and by segment, with how wrong the method was.",
      discussion: "Example:\n  valuechain portfolio forecast --horizon 13 --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions
    @Option(help: "Weeks ahead, 1 to 52.") var horizon = 13

    func validate() throws {
      guard SalesForecasts.horizons.contains(Int64(horizon)) else {
        throw ValidationError("--horizon: \(horizon) is not a whole number from 1 to 52.")
      }
    }

    func run() async throws {
      let horizon = horizon
      try await PortfolioCommand.answer(
        store, "\(ForecastRoutes.path)?horizon=\(horizon)", missing: "Nobody has bought anything yet.",
        mend: "Bring in purchases: valuechain import FILE",
        { try await $0.forecasts.answer(horizon: horizon, for: .operator).map { SegmentForecastReport($0) } },
        { print(Terminal.table(["who", "method", "error", "total", "low", "high"], $0.table, numbers: [2, 3, 4, 5])) })
    }
  }

  struct TreatmentList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "treatment", abstract: "What customers who matter got, and who did not get what is due.",
      discussion: "Example:\n  valuechain portfolio treatment --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      try await PortfolioCommand.answer(
        store, TreatmentRoutes.path, missing: "Nobody has bought anything yet.",
        mend: "Bring in purchases: valuechain import FILE",
        { try await $0.treatments.report(for: .operator) },
        { report in
          print(report.sentence)
          if !report.table.isEmpty { print(Terminal.table(["customer", "segment", "not kept"], report.table)) }
        })
    }
  }

  /// Prints an answer: the server's where one holds the store, else its own.
  private static func answer<Report: Encodable & Sendable>(
    _ store: StoreOptions, _ path: String, missing: String, mend: String,
    _ ask: @escaping @Sendable (Modules) async throws -> Report?, _ show: @escaping @Sendable (Report) throws -> Void
  ) async throws {
    let place = try Door.place(store)
    if Door.server(at: place) != nil, store.json { return try await printAnswer(of: place, path) }
    try requireNoServer(at: place)
    try await Door.open(place) { modules in
      guard let report = try await ask(modules) else { throw Problem(.notFound, missing, mend: mend) }
      if store.json { return try Terminal.json(report) }
      try show(report)
    }
  }
}

extension Modules {
  fileprivate var segmentRoutes: SegmentRoutes { SegmentRoutes(segments, forecasts: forecasts, customers: customers) }
}
