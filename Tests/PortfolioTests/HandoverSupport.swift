import Conditions
import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Testing

/// A clock that the test sets.
final class SetClock: Clock, @unchecked Sendable {
  nonisolated(unsafe) var now: Instant
  init(_ now: Instant = Stores.clock.now) { self.now = now }
}

/// A shop with what people decide about its customers.
struct Decided {
  let shop: Shop
  let clock: SetClock
  let portfolios: Portfolios
  let customers: Customers
  let overrides: Overrides
  let endings: Endings
  let verdicts: Verdicts
  let assumptions: Assumptions
  let versions: Versions
  let jobs: Jobs

  init(_ shop: Shop) {
    let clock = SetClock()
    (self.shop, self.clock) = (shop, clock)
    let ledgers = PurchaseLedgers(shop.database)
    customers = Customers(shop.database, clock: clock)
    overrides = Overrides(shop.database, clock: clock)
    endings = Endings(shop.database, clock: clock)
    verdicts = Verdicts(shop.database, clock: clock)
    assumptions = Assumptions(shop.database, clock: clock)
    jobs = Jobs(shop.database, clock: clock)
    portfolios = Portfolios(
      contributions: Contributions(
        Purchases(shop.database), drivers: CostDrivers(shop.database), ledgers: ledgers, companies: shop.companies),
      equities: CustomerEquities(ledgers, companies: shop.companies), assumptions: assumptions, verdicts: verdicts,
      overrides: overrides, endings: endings, ledgers: ledgers, purchases: Purchases(shop.database),
      observations: shop.observations, customers: customers, companies: shop.companies)
    versions = Versions(shop.database, clock: clock, jobs: jobs, portfolios: portfolios, customers: customers)
  }

  func portfolio() async throws -> Portfolio {
    try #require(try await portfolios.run(try await portfolios.question(scenario: nil, for: .operator), for: .operator))
  }

  func book() async throws -> AssignmentBook {
    try #require(
      try await portfolios.book(try await portfolios.question(scenario: nil, for: .operator), for: .operator))
  }

  func customer(_ key: String) async throws -> Customer {
    try #require(try await customers.find(externalKey: key, for: .operator))
  }

  func assignment(_ key: String) async throws -> StrategyAssignment {
    let id = try await customer(key).id
    return try #require(try await portfolio().strategies.assignments.first { $0.customer == id })
  }

  func row(_ key: String) async throws -> PortfolioAssignment {
    try #require(try await book().rows.first { $0.externalID == key })
  }

  @discardableResult
  func overrule(_ key: String, _ strategy: CoreStrategy, checked: Bool = false) async throws -> Override {
    try await overrides.create(
      try Override.Draft(strategy: strategy.rawValue, reason: "Because.", checkedHolds: checked),
      for: try await customer(key), against: try await assignment(key), by: .operator)
  }

  @discardableResult
  func answer(_ key: String, _ answer: EndingVerdict.Answer) async throws -> EndingVerdict {
    try await endings.judge(
      try EndingVerdict.Draft(answer: answer.rawValue, reason: "So be it."), of: try await customer(key),
      against: try await assignment(key), by: .operator)
  }
}

/// Runs `body` in a shop of 40 customers with what people decide about them.
func withDecided(_ store: Store.Dialect, _ body: (Decided) async throws -> Void) async throws {
  try await withShop(store) { shop in
    try await shop.take(Decided.orders(1...40))
    try await body(Decided(shop))
  }
}

extension Decided {
  /// A file of orders: each customer buys each month of a year, the higher its number the more.
  static func orders(_ customers: ClosedRange<Int>, year: Int = 2024, months: ClosedRange<Int> = 1...12) -> String {
    var text = "customer,order,date,amount\n"
    for customer in customers {
      for month in months {
        let day = "\(year)-\(month < 10 ? "0" : "")\(month)-\(10 + customer % 15)"
        text += "C\(customer),O\(year)\(month)x\(customer),\(day),\(customer * 10).00\n"
      }
    }
    return text
  }
}
