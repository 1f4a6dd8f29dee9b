import Conditions
import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Testing

/// Companies of which little is known, or nothing good: the answer says so and stands.
@Suite struct HonestTests {
  private func run(_ shop: Shop) async throws -> Portfolio {
    let portfolios = shop.portfolios
    let question = try await portfolios.question(scenario: nil, for: .operator)
    return try #require(try await portfolios.run(question, for: .operator))
  }

  @Test(arguments: Stores.underTest) func `one product is a portfolio like any other`(store: Store.Dialect) async throws
  {
    try await withShop(store) { shop in
      var text = "customer,order,line,date,product,quantity,amount,unit cost\n"
      for number in 1...30 {
        text += "C\(number),O\(number),1,2025-0\(number % 9 + 1)-11,P,\(number),\(number * 2).00,1\n"
      }
      try await shop.take(text, .purchases)
      try await shop.take("customer,kind,date,other\nC1,referral,2025-01-01,C2\n", .observations)
      let portfolio = try await run(shop)
      #expect(try portfolio.contribution.costing.grossMargin == 46_500)
      #expect(portfolio.significant.counts[.benchmark] == nil)
      #expect(portfolio.strategies.assignments.count == 30)
    }
  }

  @Test(arguments: Stores.underTest) func `only losses leave no share to speak of`(store: Store.Dialect) async throws {
    try await withShop(store) { shop in
      var text = "customer,order,line,date,product,quantity,amount,unit cost\n"
      for number in 1...30 { text += "C\(number),O\(number),1,2025-0\(number % 9 + 1)-11,P,1,10.00,12\n" }
      try await shop.take(text, .purchases)
      try await shop.assumptions.enter(
        [.order: 1, .fixedCost: 500, .stepOrdersKept: 0.5], since: try #require(Day("2024-01-01")), by: .operator)
      let portfolio = try await run(shop)
      #expect(try portfolio.contribution.costing.contribution == -9_000)
      #expect(portfolio.contribution.losing.count == 30 && portfolio.significant.all.isEmpty)
      // Half the cost of orders saved leaves every one of them below zero.
      #expect(portfolio.strategies.assignments.allSatisfy { $0.facts.bestContribution == -250 })
      #expect(try portfolio.strategies.counts[.reEngineer] == nil)
      for figure in portfolio.figures + portfolio.contribution.figures { #expect(figure.value?.isFinite ?? true) }
    }
  }

  @Test(arguments: Stores.underTest) func `a customer who never bought is a prospect`(store: Store.Dialect) async throws
  {
    try await withShop(store) { shop in
      try await shop.take("customer,order,date,amount\nA,O1,2025-01-05,10.00\n", .purchases)
      try await shop.take("customer,name,kind,fit\nA,Ada,person,\nB,Bob,person,40\nC,Cy,person,\n", .customers)
      let portfolio = try await run(shop)
      let standings = portfolio.strategies.assignments.map(\.facts.standing)
      #expect(standings.count == 3 && standings.count { $0 == .prospect } == 2)
      #expect(portfolio.strategies.notPursued == 1)
    }
  }
}
