import Analytics
import Conditions
import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Tabular
import Testing

/// Customer equity and the cost of managing, quarter by quarter.
@Suite struct EquityHistoryTests {
  /// The collections of one shop.
  private struct Parts {
    let contributions: Contributions
    let equities: CustomerEquities
    let histories: EquityHistories
    let customers: Customers

    init(_ shop: Shop) {
      let ledgers = PurchaseLedgers(shop.database)
      customers = Customers(shop.database, clock: Stores.clock)
      contributions = Contributions(
        Purchases(shop.database), drivers: CostDrivers(shop.database), ledgers: ledgers, companies: shop.companies,
        customers: customers)
      equities = CustomerEquities(
        ledgers, companies: shop.companies, contributions: contributions, customers: customers)
      histories = EquityHistories(equities, contributions: contributions, ledgers: ledgers, customers: customers)
    }
  }

  @Test func `return on customer is profit and change of equity over equity at the start`() {
    // Worth 1,000, earned 100, worth 1,100: 20 %. Earned 100 and lost 300 of equity: -20 %.
    #expect(EquityHistory.returned(profit: 100, equity: 1_100, start: 1_000) == 0.2)
    #expect(EquityHistory.returned(profit: 100, equity: 700, start: 1_000) == -0.2)
    // Who is new had no part in it: 50 earned and 150 worth are 20 % of what there was.
    #expect(EquityHistory.returned(profit: 50, equity: 150, given: 0, start: 1_000) == 0.2)
    #expect(EquityHistory.returned(profit: 100, equity: 700, start: 0) == nil)
    #expect(EquityHistory.returned(profit: 100, equity: 700, start: -5) == nil)
  }

  @Test func `quarters are whole and the first may lack a week`() throws {
    func names(_ first: String, _ last: String) throws -> [String] {
      Period.quarters(from: try #require(Day(first)), through: try #require(Day(last))).map(\.quarterName)
    }
    #expect(try names("2024-01-01", "2024-12-31") == ["2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4"])
    #expect(try names("2024-01-07", "2024-12-30") == ["2024 Q1", "2024 Q2", "2024 Q3"])
    #expect(try names("2024-01-08", "2024-06-30") == ["2024 Q2"])
    #expect(try names("2024-01-08", "2024-03-31").isEmpty)
    #expect(try names("2000-01-01", "2024-12-31").count == 20)
  }

  @Test(arguments: Stores.underTest)
  func `equity of a quarter is that of its last day, and its parts add up`(store: Store.Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(DrawnTrade(customers: 420, seed: 11, days: 366).plainFile)
      let parts = Parts(shop)
      var value = AssumptionSet([.margin: 0.3, .order: 1]).lifetimeValue
      value.model = .mbgNBD
      let keys = try await parts.customers.externalKeys(for: .operator).keys
      let segments = Dictionary(
        keys.map { ($0, $0.rawValue % 2 == 0 ? "even" : "odd") }, uniquingKeysWith: { first, _ in first })
      let history = try #require(
        try await parts.histories.answer(EquityQuestion(value: value, segments: segments), for: .operator))
      #expect(history.quarters.map(\.period.quarterName) == ["2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4"])
      #expect(history.quarters.first?.all.returned == nil && history.quarters.first?.all.missing != nil)
      var before: EquityHistory.Quarter?
      for quarter in history.quarters {
        let (all, old, new) = (quarter.all, quarter.old, quarter.new)
        #expect(all.customers == old.customers + new.customers)
        #expect(abs((all.profit ?? 0) - (old.profit ?? 0) - (new.profit ?? 0)) < 1e-6)
        let parts = quarter.segments.values
        #expect(abs((all.equity ?? 0) - parts.reduce(0) { $0 + ($1.equity ?? 0) }) < 1e-6)
        defer { before = quarter }
        guard let equity = all.equity, let before, let start = before.all.equity else { continue }
        #expect(old.customers == before.all.customers)
        let returned = try #require(all.returned)
        #expect(abs(returned - ((all.profit ?? 0) + equity - start) / start) < 1e-9)
        #expect(abs(returned - (old.returned ?? 0) - (new.returned ?? 0)) < 1e-9)
      }
      let last = try #require(history.quarters.last)
      // Until the last day the four quarters are the year the margins of that day come from, but for a leap day.
      value.window = .span(Period(from: history.quarters[0].period.from, until: last.period.until))
      let today = try #require(try await parts.equities.answer(value, for: .operator))
      #expect(abs((last.all.equity ?? 0) - (today.total ?? 1)) < 1e-6 * (today.total ?? 1))
      #expect(history.isAssumed && history.figure("returnOnCustomer")?.grade == .assumed)
      #expect(history.segments.sorted() == ["even", "odd"])
      let byTrait = try await parts.histories.traits(for: .operator)
      #expect(byTrait.isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `without a margin equity and return are missing with the reason`(store: Store.Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(DrawnTrade(customers: 260, seed: 5, days: 366).plainFile)
      var value = AssumptionSet().lifetimeValue
      value.model = .bgNBD
      let history = try #require(
        try await Parts(shop).histories.answer(EquityQuestion(value: value), for: .operator))
      #expect(!history.quarters.isEmpty && history.quarters.allSatisfy { $0.all.equity == nil && $0.obstacle != nil })
      #expect(history.figures.allSatisfy { $0.value == nil && !$0.missing.isEmpty })
    }
  }

  @Test(arguments: Stores.underTest)
  func `cost of managing is told by quarter and by channel`(store: Store.Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(
        """
        customer,order,date,amount
        A,1,2024-01-02,10.00
        A,2,2024-02-02,30.00
        B,3,2024-05-02,50.00
        B,4,2024-08-02,20.00
        A,5,2024-09-30,20.00

        """)
      try await shop.take(ByteSource(text: "customer,channel\nA,shop\nB,web\n", name: "channels.csv")) {
        $0 = ImportOrder(feed: "channels", subject: .customers)
        $0.sourceName = "shop"
      }
      let parts = Parts(shop)
      let set = AssumptionSet([.margin: 0.5, .order: 2])
      let history = try #require(try await parts.contributions.history(assumptions: set, for: .operator))
      // Two orders of 2.00 on 40.00, one on 50.00, two on 40.00.
      #expect(history.ratios.map(\.share) == [0.1, 0.04, 0.1])
      #expect(history.ratios.map(\.name) == ["2024 Q1", "2024 Q2", "2024 Q3"])
      #expect(history.trend?.points == 0)
      #expect(history.channels.map(\.name) == ["web", "shop"])
      #expect(history.channels.map(\.share) == [4.0 / 70, 6.0 / 60] && history.channels.map(\.customers) == [1, 1])
      #expect(history.channels.first?.perCustomer == 400)
      for quarter in history.quarters {
        let one = try await parts.contributions.answer(.span(quarter.period), assumptions: set, for: .operator)
        #expect(one?.costing.rows.map(\.contribution) == quarter.costing.rows.map(\.contribution))
        #expect(one?.costing.rows.map(\.costs) == quarter.costing.rows.map(\.costs))
      }
      let none = try await parts.contributions.history(assumptions: AssumptionSet(), for: .operator)
      #expect(none?.ratios.isEmpty == true && none?.trend == nil)
    }
  }
}
