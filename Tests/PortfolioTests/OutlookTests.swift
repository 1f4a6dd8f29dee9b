import Analytics
import Conditions
import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Tabular
import Testing
import Web

/// What analyses expect of the days to come, against what came in the real record shop.
@Suite struct OutlookTests {
  private static func day(_ text: String) throws -> Day { try #require(Day(text)) }

  /// The tenth of the record shop cut in two: up to a day, and after it.
  private static func halves(_ border: Day) throws -> (before: String, after: String) {
    let reader = try RealData.file("CDNOW_sample.txt").makeReader()
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    let text = "\(border)".filter { $0 != "-" }
    var (before, after) = ("", "")
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let cells = line.split(separator: " ")
      if cells.count > 2, cells[2] <= text { before += line + "\n" } else { after += line + "\n" }
    }
    return (before, after)
  }

  @Test(arguments: Stores.underTest)
  func `S1 expects 1,653 repeat orders, and 1,882 come`(_ store: Store.Dialect) async throws {
    try await withShop(store) { shop in
      let border = try Self.day("1997-09-30")
      let halves = try Self.halves(border)
      try await shop.take(ByteSource(text: halves.before, name: "before.txt")) { $0.hasHeader = false }
      let ledgers = PurchaseLedgers(shop.database)
      let window = Period(first: border.adding(days: 1), last: try Self.day("1998-06-30"))
      let question = PortfolioQuestion(try Scenario.named("S1")).value
      let outlook = try #require(
        try await CustomerOutlooks(CustomerEquities(ledgers, companies: shop.companies), ledgers: ledgers)
          .answer(question, in: window, for: .operator))
      #expect(outlook.all.members.count == 2_357 && outlook.model == .bgNBD)
      let orders = try #require(try outlook.offer(.repeatOrders, of: outlook.all))
      #expect(abs(orders.value - 1_653) < 2)
      let (low, high) = (try #require(orders.low), try #require(orders.high))
      #expect(low < orders.value && orders.value < high && high - low < 400)
      let equity = try #require(
        try await CustomerEquities(ledgers, companies: shop.companies).answer(question, for: .operator))
      let best = FrozenGroup.Draft(.top, "the top 20 %", equity.best().map(\.customer))
      let share = try #require(try outlook.offer(.salesShare, of: best))
      #expect(best.members.count == 472 && share.value > 0.6 && share.value < 0.8)
      let decisions = Decisions(shop.database, clock: Stores.clock)
      let taken = try await take([orders, share], on: decisions, review: "1998-06-30", today: border)
      let judging = Judging(shop.database, clock: Stores.clock, ledgers: ledgers, companies: shop.companies)
      #expect(try await judging.run() == 0)
      try await shop.take(ByteSource(text: halves.after, name: "after.txt")) { $0.hasHeader = false }
      #expect(try await judging.run() == 2)
      let forecasts = try await decisions.find(taken.id, for: .operator).forecasts
      #expect(forecasts.first?.verdict?.actual == 1_882)
      #expect(abs((forecasts.first?.verdict?.relativeError ?? 0) + 0.121) < 0.002)
      // Of all sales, S1 has 66.8 % for the best 472.
      #expect(abs((forecasts.last?.verdict?.actual ?? 0) - 0.668) < 0.005)
    }
  }

  private func take(
    _ offers: [Forecast.Offer], on decisions: Decisions, review: String, today: Day
  ) async throws -> Decision {
    let fields = Fields([("title", "VIPs"), ("choice", "Name them"), ("reason", "They matter."), ("review", review)])
    let figure = Figure(
      id: "x", title: "X", value: 1, unit: .count, asOf: today, window: nil, method: "F5", explanation: "", n: 1)
    return try await decisions.take(
      try Decision.Draft(fields, figure: figure, format: .standard, today: today), on: "/portfolio/value",
      figure: figure, expecting: offers, by: .operator)
  }

  @Test func `assumptions kept with a forecast come back as they were`() throws {
    let pool = try Capacity.Pool(
      activities: [.visit, .call], paidMinutes: 9_600.5, practicalShare: 0.8, minor: 450_000)
    let set = AssumptionSet([.margin: 0.3, .order: 1.1], pools: ["Service.North": pool])
    #expect(AssumptionSet(settings: set.settings.merging(["model": "naive"]) { one, _ in one }) == set)
    #expect(AssumptionSet(settings: ["pool.x": "visit;a;b;c", "assumption.luck": "1"]) == AssumptionSet())
  }

  @Test(arguments: Stores.underTest)
  func `without a model the days before speak, and days that are known are not forecast`(
    _ store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      var text = "customer,order,date,amount\n"
      let first = try Self.day("2024-01-01")
      // Ten customers; the first two buy every week, the others every tenth.
      for week in 0..<52 {
        for customer in 0..<10 where customer < 2 || week % 10 == customer {
          text += "C\(customer),O\(customer)-\(week),\(first.adding(days: 7 * week + 6)),\(customer < 2 ? 10 : 5).00\n"
        }
      }
      try await shop.take(text)
      let ledger = try await PurchaseLedgers(shop.database).current(for: .operator)
      let last = try #require(ledger.lastDay)
      let window = Period(first: last.adding(days: 1), last: last.adding(days: 70))
      let before = try #require(LikeBefore(ledger, currency: .dollar, window: window))
      #expect(before.bestFifth(by: last).members.count == 2)
      let share = try #require(before.share(.salesShare) { before.bestFifth(by: $0) })
      #expect(abs(share.value - 200.0 / 240) < 0.01 && share.method == "analogue" && share.low != nil)
      let all = try #require(before.naive(.sales, of: before.all()))
      #expect(all.value == 240 && all.low == nil && all.window == window)
      let known = Period(first: last, last: last.adding(days: 10))
      #expect(LikeBefore(ledger, currency: .dollar, window: known) == nil)
      let long = Period(first: last.adding(days: 1), last: last.adding(days: 400))
      #expect(LikeBefore(ledger, currency: .dollar, window: long)?.naive(.sales, of: before.all()) == nil)
      let ledgers = PurchaseLedgers(shop.database)
      let outlooks = CustomerOutlooks(CustomerEquities(ledgers, companies: shop.companies), ledgers: ledgers)
      #expect(try await outlooks.answer(LifetimeValueQuestion(), in: window, for: .operator) == nil)
    }
  }
}
