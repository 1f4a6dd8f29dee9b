import Conditions
import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Testing

/// The portfolio run on real and on poor data, on both stores.
@Suite struct PortfolioRunTests {
  private func portfolios(_ shop: Shop) -> (Portfolios, Assumptions) { (shop.portfolios, shop.assumptions) }

  private func run(_ shop: Shop, scenario: String? = nil) async throws -> Portfolio? {
    let (portfolios, _) = portfolios(shop)
    return try await portfolios.run(
      try await portfolios.question(scenario: scenario, for: .operator), for: .operator)
  }

  @Test(arguments: Stores.underTest) func `S1 names 472 customers and a ceiling`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(try RealData.file("CDNOW_sample.txt")) { $0.hasHeader = false }
      let portfolio = try #require(try await run(shop, scenario: "S1"))
      let equity = try #require(portfolio.equity)
      #expect(abs((equity.total ?? 0) - 42_416) < 0.02 * 42_416)
      #expect(abs((equity.ceiling()?.total ?? 0) - 2_946) < 0.02 * 2_946)
      #expect(equity.check()?.onlyByPast == 124)
      #expect(portfolio.significant.counts[.highLifetimeValue] == 472)
      // BG/NBD calls everybody without a repeat alive; the answer does not.
      #expect(equity.entries.allSatisfy { $0.repeats > 0 || $0.alive == nil })
    }
  }

  @Test(arguments: Stores.underTest)
  func `a small company gets past figures and no forecast`(store: Dialect) async throws {
    try await withShop(store) { shop in
      var text = "customer,order,date,amount\n"
      for customer in 1...25 { text += "C\(customer),O\(customer),2024-01-\(10 + customer % 15),\(customer).00\n" }
      try await shop.take(text)
      let portfolio = try #require(try await run(shop))
      #expect(portfolio.equity?.total == nil && portfolio.equity?.ladder.rung == .pastOnly)
      #expect(portfolio.contribution.figure("contribution")?.value == nil)
      #expect(portfolio.forecast == nil && portfolio.strategies.assignments.count == 25)
      #expect(portfolio.significant.all.isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a site counts with its party, also when it is moved`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(
        "customer,order,date,amount\nA,O1,2024-01-05,10.00\nB,O2,2024-01-06,5.00\nS,O3,2024-01-07,3.00\n")
      let customers = Customers(shop.database, clock: Stores.clock)
      let (portfolios, _) = portfolios(shop)
      func sales() async throws -> [Int64] {
        let question = try await portfolios.question(scenario: nil, for: .operator)
        let portfolio = try #require(try await portfolios.run(question, for: .operator))
        return portfolio.contribution.costing.rows.map(\.sales.net).sorted()
      }
      #expect(try await sales() == [300, 500, 1_000])
      let site = try #require(try await customers.find(externalKey: "S", for: .operator))
      var version = site.version
      for (key, expected) in [("A", [500, 1_300]), ("B", [800, 1_000])] as [(String, [Int64])] {
        let party = try #require(try await customers.find(externalKey: key, for: .operator))
        let draft = try Customer.Draft(
          kind: "site", name: site.name, email: nil, parent: "\(party.id)")
        version = try await customers.edit(site.id, draft, version: version, by: .operator).version
        #expect(try await sales() == expected)
      }
    }
  }

  @Test(arguments: Stores.underTest) func `an empty company has no portfolio`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let portfolio = try await run(shop)
      #expect(portfolio == nil)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a rate taken away changes its own cost and what rests on it`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(
        """
        customer,order,line,date,amount,unit cost,list price,quantity
        C1,O1,1,2024-01-05,10.00,3.00,6.00,2
        C2,O2,1,2024-01-06,8.00,2.00,8.00,1

        """)
      let (portfolios, assumptions) = portfolios(shop)
      func answer() async throws -> Contribution {
        let question = try await portfolios.question(scenario: nil, for: .operator)
        return try #require(try await portfolios.run(question, for: .operator)).contribution
      }
      let today = try await shop.companies.today()
      try await assumptions.enter([.order: 1.0, .orderLine: 0.25], since: today, by: .operator)
      let full = try await answer()
      // 18.00 of sales, 3 × 2 + 2 of goods, two orders and two lines.
      #expect(try full.costing.netRevenue == 1_800 && full.costing.grossMargin == 1_000)
      #expect(try full.costing.contribution == 1_000 - 200 - 50)
      #expect(full.walk.minor(.list) == 2_000)
      try await assumptions.enter([.orderLine: nil], since: today, by: .operator)
      let less = try await answer()
      #expect(try less.costing.contribution == 800 && less.costing.grossMargin == 1_000)
      #expect(less.walk.minor(.activity(.order)) == full.walk.minor(.activity(.order)))
      #expect(less.walk.minor(.activity(.orderLine)) == 0)
    }
  }
}
