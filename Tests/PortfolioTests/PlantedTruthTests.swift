import Conditions
import Customers
import Distributor
import Foundation
import Kernel
import Portfolio
import Store
import StoreTesting
import Tabular
import Testing

/// What is planted in a made-up distributor has to be found in its files, seed by seed. `VALUECHAIN_SEEDS=101-120` looks
/// at other seeds; no rule was set by looking at them.
@Suite struct PlantedTruthTests {
  static let seeds: [UInt64] = {
    let text = ProcessInfo.processInfo.environment["VALUECHAIN_SEEDS"] ?? "9001-9002"
    let ends = text.split(separator: "-").compactMap { UInt64($0) }
    guard let first = ends.first, let last = ends.last, first <= last, last - first < 1_000 else { return [] }
    return Array(first...last)
  }()

  @Test func `there are seeds to look at`() { #expect(!Self.seeds.isEmpty) }

  @Test(arguments: seeds) func `planted significance, contribution and strategy are found`(seed: UInt64) async throws {
    try await withShop(.sqlite) { shop in
      let company = DistributorCompany(seed: seed)
      try await fill(shop, company)
      let truth = Dictionary(company.truth.customers.map { ($0.customer, $0) }, uniquingKeysWith: { first, _ in first })
      let portfolios = shop.portfolios
      let sheet = try #require(try await portfolios.sheet(scenario: nil, for: .operator))
      #expect(Set(sheet.values.map(\.customer)).isSuperset(of: truth.keys))
      for kind in SignificanceKind.allCases { report(kind, sheet, truth, seed) }
      let off = sheet.values.filter { row in
        guard let planted = truth[row.customer] else { return false }
        let expected = Double(planted.contribution) / 100
        return abs((row.contribution ?? .infinity) - expected) > 0.02 * abs(expected) + 0.02
      }
      #expect(off.isEmpty, "seed \(seed): contribution of \(off.map(\.customer))")
      let agreeing = sheet.strategies.count { row in
        // A prospect below the fit that is looked for has no strategy, planted or found.
        truth[row.customer].map { ($0.strategy?.rawValue ?? "none") == row.strategy } ?? false
      }
      let share = Double(agreeing) / Double(truth.count)
      print("seed \(seed): strategies agree for \(agreeing) of \(truth.count)")
      #expect(share >= 0.9, "seed \(seed): strategies agree for \(share)")
    }
  }

  private func fill(_ shop: Shop, _ company: DistributorCompany) async throws {
    let subjects: [(String, ImportOrder.Subject)] = [
      ("customers.csv", .customers), ("products.csv", .products), ("purchases.csv", .purchases),
      ("drivers.csv", .drivers), ("observations.csv", .observations),
    ]
    let files = Dictionary(company.files().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (name, subject) in subjects {
      let file = try #require(files[name])
      try await shop.take(ByteSource(bytes: file.bytes, name: name)) { order in
        (order.feed, order.subject, order.sourceName) = (name, subject, "distributor")
        order.kind = .organisation
      }
    }
    var entered: [Assumption.Name: Double?] = [:]
    for name in ["rates.csv", "settings.csv"] {
      for line in try #require(files[name]).csv.split(separator: "\n").dropFirst() {
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard let name = Assumption.Name(rawValue: cells[0]) else { continue }
        entered[name] = .some(Double(cells[name.isRate ? 2 : 1]))
      }
    }
    try await shop.assumptions.enter(entered, since: company.asOf.adding(days: -1_460), by: .operator)
  }

  private func report(
    _ kind: SignificanceKind, _ sheet: PortfolioSheet, _ truth: [String: DistributorTruth.Customer], _ seed: UInt64
  ) {
    let found = Set(sheet.significances.filter { $0.kind == kind.rawValue }.map(\.customer))
    let planted = Set(truth.values.filter { $0.kinds.contains { $0.rawValue == kind.rawValue } }.map(\.customer))
    let hits = Double(found.intersection(planted).count)
    let (precision, recall) = (hits / Double(max(1, found.count)), hits / Double(max(1, planted.count)))
    print("seed \(seed): \(kind.rawValue) precision \(precision), recall \(recall)")
    #expect(precision >= 0.8 && recall >= 0.8, "seed \(seed): \(kind.rawValue) \(precision), \(recall)")
  }
}
