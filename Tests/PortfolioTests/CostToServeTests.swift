import Analytics
import Customers
import Foundation
import Kernel
import Portfolio
import Testing

/// A grocery's prices of serving: basket 1.50, line 0.04, contact 0.75, coupon 0.25 beside the shop's match, margin 25 %.
private func groceryRates() throws -> CostRates {
  try CostRates(
    rates: [.order: .perPiece(150), .orderLine: .perPiece(4), .contact: .perPiece(75), .coupon: .perPiece(25)],
    defaultMargin: 0.25)
}

private func household(
  _ id: Int64, net: Int64, orders: Double? = 0, lines: Double? = 0, contacts: Double? = 0, coupons: Double? = 0,
  match: Int64? = nil, segment: String? = nil
) -> ServedCustomer {
  let counts = [CostActivity.order: orders, .orderLine: lines, .contact: contacts, .coupon: coupons]
  return ServedCustomer(
    ID(id), segment: segment, sales: CustomerSales(net: net),
    counts: counts.compactMapValues { $0.map { DriverCount(pieces: $0) } },
    direct: match.map { [.coupon: $0] } ?? [:])
}

private func day(_ text: String) throws -> Day { try #require(Day(text)) }

/// A base whose every number is drawn, some of them missing.
private func drawnBase(_ count: Int, seed: UInt64) -> [ServedCustomer] {
  var chance = Chance(seed: seed)
  func amount(_ limit: Double) -> Int64 { Int64(chance.uniform() * limit) }
  func maybe<T>(_ share: Double, _ value: T) -> T? { chance.uniform() < share ? value : nil }
  return (1...Int64(count)).map { id in
    let net = amount(200_000) - 20_000
    var sales = CustomerSales(net: net)
    sales.list = maybe(0.7, net + amount(30_000))
    sales.discounts = maybe(0.6, amount(10_000))
    sales.returns = maybe(0.3, amount(5_000))
    sales.goodsCost = maybe(0.6, amount(120_000))
    if sales.goodsCost != nil { sales.costedNet = maybe(0.5, net / 2) ?? net }
    sales.wouldPay = maybe(0.2, net + amount(9_000))
    var counts: [CostActivity: DriverCount] = [:]
    for activity in CostActivity.counted where chance.uniform() < 0.8 {
      counts[activity] = DriverCount(pieces: Double(amount(20)), minutes: maybe(0.5, Double(amount(300))))
    }
    return ServedCustomer(
      ID(id), segment: maybe(0.9, ["north", "south", "east"][Int(amount(3))]), sales: sales, counts: counts,
      direct: maybe(0.3, [.coupon: amount(900), .direct: amount(4_000)]) ?? [:],
      moneyDays: maybe(0.5, Double(amount(1e9))))
  }
}

private func drawnRates(margin: Double? = 0.25) throws -> CostRates {
  try CostRates(
    rates: [
      .order: .perPiece(150), .orderLine: .perPiece(3.5), .visit: .timed(pool: "sales", minutesPerPiece: 45),
      .call: .timed(pool: "desk", minutesPerPiece: 6), .ticket: .perMinute(80), .delivery: .perPiece(890),
    ],
    pools: [
      CapacityPool(name: "sales", minor: 9_000_000, paidMinutes: 400_000),
      CapacityPool(name: "desk", minor: 4_000_000, paidMinutes: 200_000, practicalShare: 0.75),
    ], costOfCapital: 0.08, defaultMargin: margin)
}

@Suite struct CostToServeTests {
  @Test func `contribution is gross margin less counted activities`() throws {
    let served = household(1, net: 100_000, orders: 40, lines: 500, contacts: 12, coupons: 3, match: 110)
    let row = try #require(try ActivityCosting([served], rates: groceryRates()).rows.first)
    #expect(row.grossMargin == 25_000)
    #expect(row.costs.mapValues(\.minor) == [.order: 6_000, .orderLine: 2_000, .contact: 900, .coupon: 185])
    #expect(row.costToServe == 9_085 && row.contribution == 15_915)
    #expect(row.grade == .assumed && row.costGrade == .declared && row.assumedCost == 0)
    #expect(row.contribution(without: [.contact]) == 16_815)
    #expect(row.contribution(withPriceRise: 0.02) == 17_915)
  }

  @Test func `measured cost of goods goes before the margin that stands in`() throws {
    let sales = CustomerSales(net: 1_000, goodsCost: 300, costedNet: 600)
    let rows = try ActivityCosting(
      [
        ServedCustomer(ID(1), sales: sales), ServedCustomer(ID(2), sales: CustomerSales(net: 1_000, goodsCost: 300)),
        ServedCustomer(ID(3), sales: CustomerSales(net: 1_000)),
      ], rates: try CostRates(rates: [.order: .perPiece(0)], defaultMargin: 0.25)
    ).rows
    #expect(rows.map(\.grossMargin) == [400, 700, 250])
    #expect(rows.map(\.marginGrade) == [.assumed, .measured, .assumed])
    let without = try ActivityCosting([ServedCustomer(ID(1), sales: sales)], rates: try CostRates()).rows
    #expect(without.first?.grossMargin == nil && without.first?.contribution == nil)
  }

  @Test func `a loss of less than a minor unit is not rounded away`() throws {
    func contribution(_ net: Int64) throws -> Int64? {
      try ActivityCosting([household(1, net: net, orders: 1)], rates: groceryRates()).rows.first?.contribution
    }
    #expect(try [599, 600, 601, 604].map(contribution) == [-1, 0, 0, 1])
    let rates = try CostRates(rates: [.order: .perPiece(0)], defaultMargin: 0.29)
    #expect(try ActivityCosting([household(1, net: 100)], rates: rates).rows.first?.grossMargin == 29)
  }

  @Test func `without rates cost to serve is missing and not zero`() throws {
    let costing = try ActivityCosting(
      [household(1, net: 1_000, orders: 3)], rates: try CostRates(defaultMargin: 0.3))
    #expect(costing.rows.first?.costToServe == nil && costing.rows.first?.contribution == nil)
    #expect(costing.rows.first?.grossMargin == 300)
    #expect(costing.whaleCurve == nil && costing.managementCostRatio == nil && costing.assumedShare == nil)
    #expect(costing.gaps.map(\.what) == ["cost of goods", "rates of cost to serve"])
    #expect(try MarginWalk(costing.rows).contribution == nil)
  }

  @Test func `a timed activity costs its minutes at the capacity rate`() throws {
    let pool = CapacityPool(name: "desk", minor: 80_000, paidMinutes: 1_000)
    #expect(pool.practicalMinutes == 800 && pool.rate == 100)
    let rates = try CostRates(
      rates: [
        .call: .timed(pool: "desk", minutesPerPiece: 5), .visit: .timed(pool: "desk", minutesPerPiece: nil),
        .ticket: .perMinute(70),
      ], pools: [pool])
    let served = ServedCustomer(
      ID(1), sales: CustomerSales(net: 0, goodsCost: 0),
      counts: [
        .call: DriverCount(pieces: 10), .visit: DriverCount(pieces: 9, minutes: 120), .ticket: DriverCount(minutes: 3),
      ])
    let costing = try ActivityCosting([served], rates: rates)
    #expect(costing.rows.first?.costs.mapValues(\.minor) == [.call: 5_000, .visit: 12_000, .ticket: 210])
    #expect(costing.rows.first?.minutes == 173)
    let unused = try #require(costing.unused.first)
    #expect(unused.usedMinutes == 170 && unused.charged == 17_000 && unused.minor == 63_000)
    #expect(unused.charged + unused.minor == pool.minor && unused.unusedMinutes == 630)
  }

  @Test func `unused capacity is never loaded on customers`() throws {
    let served = ServedCustomer(ID(1), sales: CustomerSales(net: 500), counts: [.call: DriverCount(minutes: 10)])
    func costing(_ paid: Double) throws -> ActivityCosting {
      let pool = CapacityPool(name: "desk", minor: Int64(paid * 80), paidMinutes: paid)
      return try ActivityCosting(
        [served],
        rates: CostRates(
          rates: [.call: .timed(pool: "desk", minutesPerPiece: nil)], pools: [pool], defaultMargin: 0.5))
    }
    let (small, large) = (try costing(100), try costing(100_000))
    #expect(small.rows.first?.costToServe == large.rows.first?.costToServe)
    #expect((small.unused.first?.minor ?? 0) < (large.unused.first?.minor ?? 0))
  }

  @Test func `a customer without counts gets the average of its segment as assumed`() throws {
    let rates = try CostRates(rates: [.order: .perPiece(100)], defaultMargin: 0.5)
    let base = [
      household(1, net: 9_000, orders: 2, segment: "a"), household(2, net: 9_000, orders: 4, segment: "a"),
      household(3, net: 9_000, orders: 30, segment: "b"), household(4, net: 9_000, orders: nil, segment: "a"),
      household(5, net: 9_000, orders: nil, segment: "c"), household(6, net: 0, orders: nil, segment: "a"),
    ]
    let costing = try ActivityCosting(base, rates: rates)
    #expect(costing.rows.map(\.costToServe) == [200, 400, 3_000, 300, 1_200, 0])
    #expect(costing.rows.map(\.assumedCost) == [0, 0, 0, 300, 1_200, 0])
    #expect(costing.rows.map(\.costGrade) == [.declared, .declared, .declared, .assumed, .assumed, .assumed])
    #expect(costing.rows[5].uncounted == [.order])
    #expect(costing.assumedShare == 1_500.0 / 5_100 && costing.isCautious)
    #expect(costing.gaps.last == .init("records of “Order taken”", customers: 3))
  }

  @Test func `exactly a fifth of assumed cost is not yet a caution`() throws {
    let rates = try CostRates(rates: [.order: .perPiece(1)], defaultMargin: 1)
    let base = (1...4).map { household($0, net: 100, orders: 10) } + [household(5, net: 100, orders: nil)]
    #expect(try ActivityCosting(base, rates: rates).assumedShare == 0.2)
    #expect(try !ActivityCosting(base, rates: rates).isCautious)
    #expect(try ActivityCosting(base + [household(6, net: 100, orders: nil)], rates: rates).isCautious)
  }

  @Test func `credit costs what was owed times the days it was owed`() throws {
    let year = Period(first: try day("2024-01-01"), last: try day("2024-12-30"))
    #expect(year.days == 365)
    let credit = try CreditDays(
      [
        .init(day: try day("2023-12-20"), minor: 10_000), .init(day: try day("2024-01-11"), minor: -10_000),
        .init(day: try day("2024-03-01"), minor: 36_500), .init(day: try day("2024-03-31"), minor: -36_500),
        .init(day: try day("2025-02-01"), minor: 99_999),
      ], in: year)
    #expect(credit.moneyDays == 10 * 10_000 + 30 * 36_500)
    #expect(credit.invoiced == 36_500 && credit.balance == 0)
    #expect(abs(credit.cost(ofCapital: 0.1) - credit.moneyDays / 3_650) < 1e-9)
    let average = try #require(credit.averageReceivable)
    #expect(abs(average * 0.1 * 365 / 365 - credit.cost(ofCapital: 0.1)) < 1e-9)
    let ahead = try CreditDays([.init(day: year.from, minor: -500)], in: year)
    #expect(ahead.moneyDays == 0 && ahead.balance == -500 && ahead.daysOutstanding == nil)
  }

  @Test func `drivers are counted within the period and silence means none only where all is written down`() throws {
    let json = """
      [{"customer":1,"day":"2024-01-05","kind":"call","minutes":7},
       {"customer":1,"day":"2024-01-06","kind":"call","pieces":3,"minutes":5},
       {"customer":1,"day":"2024-02-01","kind":"call","minutes":90},
       {"customer":1,"day":"2024-01-02","kind":"invoice","minor":3100},
       {"customer":1,"day":"2024-01-12","kind":"payment","minor":3100}]
      """
    let drivers = try JSONDecoder().decode([CostDriver].self, from: Data(json.utf8))
    let january = Period(first: try day("2024-01-01"), last: try day("2024-01-31"))
    let counts = [CostActivity: DriverCount](drivers, in: january, complete: [.contact, .payment])
    #expect(
      counts == [
        .call: DriverCount(pieces: 4, minutes: 12), .contact: DriverCount(pieces: 0), .invoice: DriverCount(pieces: 1),
      ])
    #expect(try CreditDays(drivers, in: january)?.moneyDays == 31_000)
    #expect(try CreditDays(drivers.filter { $0.kind != .invoice }, in: january) == nil)
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5]) func `the walk conserves every amount`(seed: UInt64) throws {
    for margin in [0.25, nil] {
      let costing = try ActivityCosting(drawnBase(300, seed: seed), rates: try drawnRates(margin: margin))
      let whole = try MarginWalk(costing.rows)
      let parts = try MarginWalk.bySegment(costing.rows)
      #expect(try whole.contribution == costing.contribution)
      #expect(try whole.net == costing.netRevenue && whole.grossMargin == costing.grossMargin)
      #expect(try whole.lines.map(\.minor).exactSum() == whole.contribution)
      #expect(try parts.compactMap(\.contribution).exactSum() == whole.contribution)
      #expect(parts.reduce(0) { $0 + $1.customers } == 300 && parts.last?.segment == nil)
      for line in whole.lines { #expect(try parts.map { $0.minor(line.step) }.exactSum() == line.minor) }
      for unused in costing.unused { #expect(unused.charged + unused.minor == unused.pool.minor) }
      let curve = try #require(costing.whaleCurve)
      #expect(try curve.total == Double(costing.contribution) && curve.loss == Double(costing.lossMakers.minor))
    }
  }

  @Test func `taking one record away changes only what rests on it`() throws {
    let base = [
      household(1, net: 9_000, orders: 2, contacts: 1, segment: "a"), household(2, net: 9_000, orders: 4, segment: "a"),
      household(3, net: 9_000, orders: 30, segment: "b"),
    ]
    let full = try ActivityCosting(base, rates: groceryRates())
    let less = try ActivityCosting(
      [household(1, net: 9_000, orders: nil, contacts: 1, segment: "a")] + base.dropFirst(), rates: groceryRates())
    #expect(full.rows.dropFirst().elementsEqual(less.rows.dropFirst()))
    #expect(full.rows[0].costs[.contact] == less.rows[0].costs[.contact])
    #expect(full.rows[0].grossMargin == less.rows[0].grossMargin)
    #expect(less.rows[0].costs[.order]?.minor == 600 && less.rows[0].costs[.order]?.grade == .assumed)
  }

  @Test func `companies with nothing, one customer or only losses get an answer`() throws {
    let empty = try ActivityCosting([], rates: groceryRates())
    #expect(empty.rows.isEmpty && empty.assumedShare == nil && empty.whaleCurve == nil && empty.gaps.isEmpty)
    #expect(try MarginWalk([]).lines.isEmpty)
    let losses = try ActivityCosting(
      (1...25).map { household($0, net: 100, orders: 10) }, rates: groceryRates())
    #expect(try losses.lossMakers.customers == 25 && losses.contribution == 25 * (25 - 1_500))
    #expect(losses.whaleCurve?.peakShare == nil && (losses.shareOfMargin ?? 0) == 60)
  }

  @Test func `rates and counts out of range are refused`() throws {
    let pool = CapacityPool(name: "desk", minor: 1, paidMinutes: 1)
    let wrong: [() throws -> CostRates] = [
      { try CostRates(rates: [.order: .perPiece(-1)]) }, { try CostRates(rates: [.order: .perPiece(.nan)]) },
      { try CostRates(rates: [.credit: .perPiece(1)]) },
      { try CostRates(rates: [.call: .timed(pool: "desk", minutesPerPiece: 1)]) },
      { try CostRates(pools: [pool, pool]) }, { try CostRates(pools: [.init(name: "x", minor: 1, paidMinutes: 0)]) },
      { try CostRates(costOfCapital: -0.1) }, { try CostRates(defaultMargin: 25) },
    ]
    for make in wrong { #expect(throws: Problem.self) { try make() } }
    #expect(throws: Problem.self) {
      try ActivityCosting([household(1, net: 1, orders: -1)], rates: groceryRates())
    }
    #expect(throws: Problem.self) { try ActivityCosting([household(1, net: .max)], rates: groceryRates()) }
    #expect(throws: Problem.self) { try [Int64.max, Int64.max].exactSum() }
  }

  @Test func `rates survive being stored`() throws {
    let rates = try drawnRates()
    #expect(try JSONDecoder().decode(CostRates.self, from: JSONEncoder().encode(rates)) == rates)
  }
}
