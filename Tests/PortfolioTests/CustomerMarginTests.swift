import Analytics
import Conditions
import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Tabular
import Testing

/// What each customer leaves of what it pays, and contracts.
@Suite struct CustomerMarginTests {
  private func earned(_ id: Int64, _ net: Int64, _ earned: Int64, _ orders: Double) -> CustomerMargins.Earned {
    .init(ID(id), net: net, earned: earned, orders: orders)
  }

  @Test func `a margin is drawn towards the base the more the fewer the orders`() throws {
    // 2,000 of 10,000 are left of all: the base is 20 %.
    let rows = [
      earned(1, 1_000, 400, 3), earned(2, 1_000, 400, 1), earned(3, 1_000, -1_000, 9), earned(4, 7_000, 2_200, 90),
    ]
    let margins = try #require(CustomerMargins(rows, entered: 0.5))
    #expect(margins.base == 0.2 && !margins.isAssumed)
    func isNear(_ id: Int64, _ rate: Double, _ credibility: Double) -> Bool {
      let margin = margins[ID(id)]
      return abs(margin.rate - rate) < 1e-12 && abs(margin.credibility - credibility) < 1e-12
    }
    // Half of its own 40 % and half of 20 %.
    #expect(isNear(1, 0.3, 0.5))
    // A quarter of its own.
    #expect(isNear(2, 0.25, 0.25))
    // Three quarters of -100 % and a quarter of 20 % are -70 %: the floor holds.
    #expect(isNear(3, 0, 0.75) && margins[ID(3)].isBounded && margins[ID(3)].own == -1)
    #expect(margins[ID(4)].source == .own && !margins[ID(4)].isBounded)
    #expect(margins[ID(9)].source == .base && margins[ID(9)].rate == 0.2 && margins[ID(9)].own == nil)
  }

  @Test func `customers of small orders are drawn to what small orders leave`() throws {
    // 30 % of sales less 10.00 an order; half of the customers order for 200.00, half for 50.00.
    var rows: [CustomerMargins.Earned] = []
    for id in 1...40 {
      let (size, orders) = (id % 2 == 0 ? 20_000.0 : 5_000.0, 4.0)
      rows.append(earned(Int64(id), Int64(size * orders), Int64((0.3 * size - 1_000) * orders), orders))
    }
    // One of either who happened to leave nothing with its only order.
    rows += [earned(98, 20_000, 0, 1), earned(99, 5_000, 0, 1)]
    let margins = try #require(CustomerMargins(rows, entered: nil))
    #expect(abs(margins[ID(2)].rate - 0.25) < 0.01 && abs(margins[ID(1)].rate - 0.1) < 0.01)
    #expect(abs(margins[ID(98)].rate - 0.75 * 0.25) < 0.01 && abs(margins[ID(99)].rate - 0.75 * 0.1) < 0.01)
  }

  @Test func `an entered margin is everybody's and assumed where nobody's own is known`() throws {
    let margins = try #require(CustomerMargins([CustomerMargins.Earned](), entered: 0.3))
    #expect(margins[ID(1)].rate == 0.3 && margins[ID(1)].source == .assumed && margins.isAssumed)
    #expect(CustomerMargins([CustomerMargins.Earned](), entered: nil) == nil)
    // What was returned was as much as was sold: nothing can be told from it.
    #expect(CustomerMargins([earned(1, 0, -5, 3)], entered: nil) == nil)
  }

  @Test func `contracts of a year ago tell how many are kept`() throws {
    let asOf = try #require(Day("2026-06-30"))
    func contracts(_ kept: Int, _ left: Int, entered: Double? = nil) -> Contracts {
      var traits: [ID<Customer>: [String: String]] = [:]
      for id in 0..<kept {
        traits[ID(Int64(id + 1))] = ["contract_start": "2024-01-01", "contract_end": "2026-12-31"]
      }
      for id in 0..<left {
        traits[ID(Int64(1_000 + id))] = ["Contract start": "2024-01-01", "Contract end": "2026-01-31"]
      }
      // Neither who ended before the year nor who began within it was there to be kept.
      traits[ID(5_000)] = ["contract_start": "2023-01-01", "contract_end": "2025-01-31"]
      traits[ID(5_001)] = ["contract_start": "2026-02-01", "contract_end": "2027-01-31"]
      traits[ID(5_002)] = ["contract": "yes"]
      traits[ID(5_003)] = ["contract": "no"]
      return Contracts(traits, asOf: asOf, entered: entered)
    }
    let many = contracts(32, 8)
    #expect(many.retention?.rate == 0.8 && many.retention?.observed?.of == 40)
    #expect((many.retention?.low ?? 1) < 0.8 && (many.retention?.high ?? 0) > 0.8)
    #expect(many.running.count == 34 && many.running[ID(5_003)] == nil && many.running[ID(5_001)] != nil)
    #expect(contracts(20, 9).retention == nil && contracts(20, 9).observable == 29)
    #expect(contracts(20, 9, entered: 0.7).retention?.rate == 0.7)
    #expect(Contracts([:], asOf: asOf, entered: 0.7).running.isEmpty)
  }

  @Test(arguments: Stores.underTest)
  func `customers under contract are valued by how many contracts are kept`(store: Store.Dialect) async throws {
    try await withShop(store) { shop in
      let trade = DrawnTrade(customers: 300, seed: 4)
      try await shop.take(trade.file)
      try await shop.take(
        ByteSource(text: "customer,contract_end\nC1,2030-01-01\nC2,2020-01-01\n", name: "contracts.csv")
      ) {
        $0 = ImportOrder(feed: "contracts", subject: .customers)
        $0.sourceName = "shop"
      }
      let ledgers = PurchaseLedgers(shop.database)
      let customers = Customers(shop.database, clock: Stores.clock)
      let contributions = Contributions(
        Purchases(shop.database), drivers: CostDrivers(shop.database), ledgers: ledgers, companies: shop.companies)
      let equities = CustomerEquities(
        ledgers, companies: shop.companies, contributions: contributions, customers: customers)
      var question = AssumptionSet([.retention: 0.8, .annualDiscount: 0.1]).lifetimeValue
      question.model = .bgNBD
      let equity = try #require(try await equities.answer(question, for: .operator))
      let under = equity.entries.filter(\.isContractual)
      let first = try #require(try await customers.find(externalKey: "C1", for: .operator))
      #expect(under.map(\.customer) == [first.id])
      // What it left of a year, kept by 80 %, at 10 %, in 36 monthly parts.
      let yearly = Double(trade.minor(of: 1)) / 100 * (under.first?.margin?.rate ?? 0)
      let value = try ContractualValue(retention: 0.8, annualDiscount: 0.1).value(yearlyMargin: yearly, months: 36)
      #expect(value > 0 && abs((under.first?.value ?? 0) - value) < 1e-9)
      #expect(equity.figure("customerEquity")?.grade == .assumed)
      #expect(abs((equity.outlook?.total ?? 0) - (equity.total ?? 0)) < 1e-6 * (equity.total ?? 0))
      question.retention = nil
      let without = try #require(try await equities.answer(question, for: .operator))
      #expect(without.entries.allSatisfy { !$0.isContractual })
      #expect(without.figure("customerEquity")?.missing.contains { $0.customers == 1 } == true)
    }
  }

  @Test(arguments: Stores.underTest)
  func `equity adds up each customer's expected sales at its own margin`(store: Store.Dialect) async throws {
    try await withShop(store) { shop in
      let trade = DrawnTrade(customers: 300, seed: 4)
      try await shop.take(trade.file)
      let ledgers = PurchaseLedgers(shop.database)
      let contributions = Contributions(
        Purchases(shop.database), drivers: CostDrivers(shop.database), ledgers: ledgers, companies: shop.companies)
      let equities = CustomerEquities(ledgers, companies: shop.companies, contributions: contributions)
      var question = AssumptionSet().lifetimeValue
      question.model = .bgNBD
      let equity = try #require(try await equities.answer(question, for: .operator))
      let margins = try #require(equity.margins)
      #expect(!margins.isAssumed && equity.marginSources.counts == [.own: 300])
      // Odd customers leave 20 %, even ones 60 %.
      let all = trade.orders.reduce(0.0) { $0 + Double($1.cents) }
      let odd = trade.orders.reduce(0.0) { $1.customer % 2 == 1 ? $0 + Double($1.cents) : $0 }
      #expect(abs(margins.base - (odd * 0.2 + (all - odd) * 0.6) / all) < 1e-4)
      for entry in equity.entries {
        let (weight, own) = (entry.margin?.credibility ?? 0, entry.margin?.own ?? 0)
        let orders = Double(entry.repeats + 1)
        #expect(abs(weight - orders / (orders + CustomerMargins.halfWeight)) < 1e-12)
        #expect(min(abs(own - 0.2), abs(own - 0.6)) < 1e-3)
        // Margins have nothing to do with the size of orders here, so the rest is near the base.
        let rest = ((entry.margin?.rate ?? 0) - weight * own) / (1 - weight)
        #expect(abs(rest - margins.base) < 0.1)
      }
      let sales = try #require(
        try await CustomerEquities(ledgers, companies: shop.companies).answer(question, for: .operator))
      #expect(sales.margins == nil && sales.figure("customerEquity")?.missing.isEmpty == false)
      let plain = Dictionary(sales.entries.map { ($0.customer, $0.value) }, uniquingKeysWith: { first, _ in first })
      for entry in equity.entries {
        let expected = (plain[entry.customer] ?? nil).map { $0 * (entry.margin?.rate ?? 0) }
        #expect(abs((entry.value ?? 0) - (expected ?? -1)) < 1e-9)
      }
      // The outlook's months, discounted as asked, are the figure.
      let outlook = try #require(equity.outlook)
      #expect(abs(outlook.total - (equity.total ?? 0)) < 1e-6 * outlook.total)
      let present = try #require(outlook.table.first { $0.staying == 1 })
      let place = try #require(outlook.discounts.firstIndex(of: 0.15))
      #expect(abs(present.totals[place] - outlook.total) < 1e-9 * outlook.total)
      #expect(present.totals == present.totals.sorted(by: >))
      // Who bought most and is expected to bring little is among the best by one ranking alone.
      let best = Set(equity.best().map(\.customer))
      #expect(equity.highVolumeLowValue.allSatisfy { !best.contains($0.customer) })
    }
  }

  @Test func `the outlook discounts months and keeps fewer customers`() throws {
    let outlook = ValueOutlook(
      PurchaseSchedule(
        years: (1...24).map { Double($0) / 12 },
        amounts: [Double](repeating: 10, count: 12) + [Double](repeating: 8, count: 12)),
      discount: 0)
    #expect(abs(outlook.total - 216) < 1e-9)
    #expect(abs((outlook.retention ?? 0) - 0.8) < 1e-12)
    #expect(abs((outlook.total(discount: 0, years: 1) ?? 0) - 120) < 1e-9)
    // Half of the customers stay a year, or money halves in one: the same.
    let (fewer, dearer) = (outlook.total(discount: 0, staying: 0.5), outlook.total(discount: 1))
    #expect(abs((fewer ?? 0) - (dearer ?? 1)) < 1e-9)
    #expect(outlook.total(discount: -1) == nil)
    #expect(outlook.table.map(\.staying) == [0.8, 0.9, 0.95, 1, 1.05, 1.1])
  }
}
