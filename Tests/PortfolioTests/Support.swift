import Analytics
import Conditions
import Customers
import Foundation
import Kernel
import Portfolio
import Store
import StoreTesting
import Tabular

/// A company with its purchases, asked about concentration.
struct Shop {
  let database: Database
  let imports: Imports
  let companies: Companies
  let concentrations: Concentrations

  init(_ database: Database, folder: String) async throws {
    self.database = database
    companies = Companies(database, clock: Stores.clock)
    imports = Imports(
      database, clock: Stores.clock, jobs: Jobs(database, clock: Stores.clock), folder: folder)
    concentrations = Concentrations(PurchaseLedgers(database), companies: companies)
    try await companies.found(Company(name: "Shop", currency: .dollar, timeZone: "America/New_York"), by: .operator)
  }

  var assumptions: Assumptions { Assumptions(database, clock: Stores.clock) }
  var observations: Observations { Observations(database, clock: Stores.clock) }

  /// A portfolio analysis that has kept nothing yet.
  var portfolios: Portfolios { portfolios(segments: nil) }

  func portfolios(segments: Segments?) -> Portfolios {
    let (ledgers, purchases) = (PurchaseLedgers(database), Purchases(database))
    let customers = Customers(database, clock: Stores.clock)
    let contributions = Contributions(
      purchases, drivers: CostDrivers(database), ledgers: ledgers, companies: companies, customers: customers)
    return Portfolios(
      contributions: contributions,
      equities: CustomerEquities(ledgers, companies: companies, contributions: contributions, customers: customers),
      assumptions: assumptions, verdicts: Verdicts(database, clock: Stores.clock),
      overrides: Overrides(database, clock: Stores.clock), endings: Endings(database, clock: Stores.clock),
      ledgers: ledgers, purchases: purchases, observations: observations, customers: customers, companies: companies,
      segments: segments)
  }

  @discardableResult
  func take(
    _ source: ByteSource, by actor: Actor = .operator, _ change: (inout ImportOrder) -> Void = { _ in }
  ) async throws -> ImportRun {
    var order = ImportOrder(feed: "shop")
    change(&order)
    let run = try await imports.begin(order, fileName: source.name, path: nil, queue: false, by: actor)
    return try await ImportJob(imports, companies: companies).carryOut(run, source, .silent, by: actor)
  }

  @discardableResult
  func take(_ text: String, by actor: Actor = .operator) async throws -> ImportRun {
    try await take(ByteSource(text: text, name: "file.csv"), by: actor)
  }

  /// Brings in rows that all name customers as one source does.
  @discardableResult
  func take(_ text: String, _ subject: ImportOrder.Subject) async throws -> ImportRun {
    let run = try await take(ByteSource(text: text, name: "\(subject).csv")) { order in
      (order.feed, order.subject, order.sourceName) = ("\(subject)", subject, "books")
    }
    guard run.rejected == 0 else { throw Problem(.invalid, "Rows of \(subject) were refused: \(run).") }
    return run
  }

  func answer(_ question: ConcentrationQuestion, for actor: Actor = .operator) async throws -> Concentration? {
    try await concentrations.answer(question, for: actor)
  }

  /// The report as a program gets it.
  func report(_ question: ConcentrationQuestion) async throws -> [String: any Sendable] {
    let data = try JSONEncoder().encode(try await concentrations.report(question, for: .operator))
    let object = try JSONSerialization.jsonObject(with: data) as? [String: any Sendable]
    return object ?? [:]
  }
}

/// Runs `body` in a shop on a store of its own.
func withShop(_ store: Store.Dialect, _ body: (Shop) async throws -> Void) async throws {
  try await Stores.withFolder { folder in
    try await withStore(store) { try await body(try await Shop($0, folder: folder)) }
  }
}

/// The purchases of real companies the tests compare with.
enum RealData {
  /// - Throws: `Problem` when the file is not there; a test that cannot compare has failed.
  static func file(_ name: String, _ here: StaticString = #filePath) throws -> ByteSource {
    if let folder = ProcessInfo.processInfo.environment["VALUECHAIN_DATA"], !folder.isEmpty {
      return try ByteSource(path: "\(folder)/\(name)")
    }
    var folder = URL(fileURLWithPath: here.description).deletingLastPathComponent()
    while folder.path != "/" {
      let path = folder.appendingPathComponent(".cache/data/\(name)").path
      if FileManager.default.fileExists(atPath: path) { return try ByteSource(path: path) }
      folder.deleteLastPathComponent()
    }
    throw Problem(
      .notFound, field: "VALUECHAIN_DATA", "The data \(name) is not there.", mend: "Run bin/setup, or name its folder.")
  }
}

extension Concentration {
  /// The value of a figure, or none when it has none.
  func value(_ id: String) -> Double? { figure(id)?.value }
}
