import Conditions
import Distributor
import Foundation
import Kernel
import Portfolio
import Server
import Tabular

/// The third demo company: a made-up distributor whose truth is known, so that what the analyses find can be judged.
struct DistributorDemo {
  let company: DistributorCompany
  /// Where the truth is written; nil keeps it untold.
  let truth: String?

  init(seed: UInt64, truth: String?) {
    company = DistributorCompany(seed: seed)
    self.truth = truth
  }

  static let profile = Conditions.Company(
    name: "Distributor (synthetic)", currency: .euro, timeZone: "Europe/Berlin", firstWeekday: 1,
    note: "A made-up company: every customer, order and visit here is synthetic, generated from a seed.")

  func fill(
    _ modules: Modules, take: (ByteSource, ImportOrder, String) async throws -> Void
  ) async throws {
    let orders: [(file: String, title: String, subject: ImportOrder.Subject)] = [
      ("customers.csv", "Customers", .customers), ("products.csv", "Products", .products),
      ("purchases.csv", "Purchases", .purchases), ("drivers.csv", "What serving took", .drivers),
      ("observations.csv", "Observations", .observations),
    ]
    let files = Dictionary(company.files().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (name, title, subject) in orders {
      guard let file = files[name] else { continue }
      var order = ImportOrder(feed: "distributor \(name)", subject: subject)
      order.sourceName = "distributor"
      order.kind = .organisation
      try await take(ByteSource(bytes: file.bytes, name: name), order, title)
    }
    try await enterRates(modules)
    if let truth { try write(company.truth.json, to: truth) }
  }

  private func enterRates(_ modules: Modules) async throws {
    let rates = company.rates
    func euros(_ cents: Int) -> Double { Double(cents) / 100 }
    try await modules.assumptions.enter(
      [
        .order: euros(rates.order), .orderLine: euros(rates.line), .delivery: euros(rates.delivery),
        .return: euros(rates.returned), .invoice: euros(rates.invoice), .costOfCapital: 0.08,
      ].merging(settings) { rate, _ in rate }, since: company.asOf.adding(days: -1_460), by: .operator)
    try await enterCapacity(modules)
  }

  /// The numbers its owner entered, under the names they have here.
  private var settings: [Assumption.Name: Double?] {
    let entered = company.settings.compactMap { setting in
      Assumption.Name(rawValue: setting.name).flatMap { name in
        Double(setting.value).map { (name, Double?.some($0)) }
      }
    }
    return Dictionary(entered, uniquingKeysWith: { first, _ in first })
  }

  /// The prices of minutes come from the pools they are worked in.
  private func enterCapacity(_ modules: Modules) async throws {
    let names: [(pool: String, name: String, activity: CostActivity)] = [
      ("visit", "Field sales", .visit), ("call", "Inside sales", .call), ("ticket", "Service desk", .ticket),
    ]
    for (key, name, activity) in names {
      guard let pool = company.capacity.first(where: { $0.pool == key }) else { continue }
      try await modules.capacities.enter(
        name,
        Capacity.Pool(
          activities: [activity], paidMinutes: Double(pool.paidMinutes) / 12,
          practicalShare: Double(pool.practicalMinutes) / Double(pool.paidMinutes),
          minor: Int64((Double(pool.cost) / 12).rounded())),
        since: company.asOf.adding(days: -1_460), by: .operator)
    }
  }

  private func write(_ text: String, to path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
      throw Problem(.unavailable, field: "truth", "“\(path)” cannot be written.", mend: "Name another file.")
    }
  }
}
