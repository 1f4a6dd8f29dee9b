import Conditions
import Customers
import Kernel
import Store
import StoreTesting
import Testing
import Web

/// What decisions expect of the facts, and how the data judge it.
@Suite struct ForecastTests {
  /// Four customers of the autumn of 2025; decided on 2025-12-15, a month before the tests' clock.
  private static let history = """
    customer,order,date,amount
    A,A1,2025-10-02,10.00
    A,A2,2025-11-03,20.00
    B,B1,2025-10-05,5.00
    C,C1,2025-11-30,7.00

    """
  private static let figure = Figure(
    id: "share", title: "Share", value: 0.5, unit: .share, asOf: nil, window: nil, method: "F2", explanation: "", n: 3)

  private static func day(_ text: String) throws -> Day { try #require(Day(text)) }

  private static func draft(review: String, today: Day) throws -> Decision.Draft {
    let fields = Fields([("title", "Go on"), ("choice", "Go on"), ("reason", "It works."), ("review", review)])
    return try Decision.Draft(fields, figure: figure, format: .standard, today: today)
  }

  private static func offer(
    _ measure: Measure, of group: FrozenGroup.Draft, _ value: Double, interval: (Double, Double)? = nil,
    first: String = "2025-12-01", last: String = "2025-12-31"
  ) throws -> Forecast.Offer {
    Forecast.Offer(
      measure, of: group, value: value, interval: interval.map { (low: $0.0, high: $0.1) },
      window: Period(first: try day(first), last: try day(last)), asOf: try day("2025-11-30"), method: "naive",
      explanation: "As before.", settings: ["model": "naive"])
  }

  private struct Desk {
    let shop: Shop
    let decisions: Decisions
    let judging: Judging
    let ledgers: PurchaseLedgers

    init(_ shop: Shop, daysLater: Int64 = 0) {
      // A month before the files come.
      let clock = FixedClock(Stores.clock.now.adding(seconds: (daysLater - 31) * 86_400))
      self.shop = shop
      ledgers = PurchaseLedgers(shop.database)
      decisions = Decisions(shop.database, clock: clock)
      judging = Judging(
        shop.database, clock: clock, ledgers: ledgers, companies: Companies(shop.database, clock: clock)
      ) { members, _, settings in settings["rate"].flatMap(Double.init).map { $0 * Double(members.count) } }
    }

    func members(_ keys: String...) async throws -> FrozenGroup.Draft {
      let known = try await shop.customers.externalKeys(for: .operator)
      return FrozenGroup.Draft(.list, "those", known.filter { keys.contains($0.value) }.keys)
    }

    func take(_ offers: [Forecast.Offer], review: String = "2025-12-31", today: Day) async throws -> Decision {
      try await decisions.take(
        try ForecastTests.draft(review: review, today: today), on: "/x", figure: ForecastTests.figure,
        expecting: offers, by: .operator)
    }

    func latest(_ id: ID<Decision>) async throws -> [Measure: Judgement] {
      let decision = try await decisions.find(id, for: .operator)
      return Dictionary(
        decision.forecasts.compactMap { forecast in forecast.latest.map { (forecast.measure, $0) } },
        uniquingKeysWith: { first, _ in first })
    }
  }

  private func withDesk(_ store: Dialect, _ body: (Desk) async throws -> Void) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.history)
      try await body(Desk(shop))
    }
  }

  @Test(arguments: Stores.underTest)
  func `a decision keeps its forecasts, whom they are about and what they rest on`(_ store: Dialect) async throws {
    try await withDesk(store) { desk in
      let both = try await desk.members("A", "B")
      let taken = try await desk.take(
        [
          try Self.offer(.repeatOrders, of: both, 2.5, interval: (1, 4)), try Self.offer(.sales, of: both, 40),
          try Self.offer(.totalSales, of: .company, 60),
        ], today: try Self.day("2025-12-15"))
      #expect(taken.forecasts.map(\.measure) == [.repeatOrders, .sales, .totalSales])
      let first = try #require(taken.forecasts.first)
      #expect(first.value == 2.5 && first.low == 1 && first.high == 4 && first.cover == 0.9 && first.unit == .count)
      #expect(first.group.customers == 2 && first.group.id == taken.forecasts[1].group.id)
      #expect(first.window.days == 31 && first.settings == ["model": "naive"] && first.factsRevision > 0)
      #expect(taken.forecasts[1].unit == .money(.euro) && taken.forecasts[1].cover == nil)
      #expect(try await desk.decisions.find(taken.id, for: .operator) == taken)
      // The same customers are frozen once.
      let again = try await desk.take([try Self.offer(.orders, of: both, 1)], today: try Self.day("2025-12-15"))
      #expect(again.forecasts.first?.group == first.group)
    }
  }

  @Test(arguments: Stores.underTest)
  func `each measure is counted from the purchases in its days alone`(_ store: Dialect) async throws {
    try await withDesk(store) { desk in
      let group = try await desk.members("A", "B", "C")
      let window = Period(first: try Self.day("2025-12-01"), last: try Self.day("2025-12-31"))
      // Two orders on one day are one; D is new and counts in the totals; E is after the window.
      try await desk.shop.take(
        """
        customer,order,date,amount
        A,A3,2025-12-02,10.00
        A,A4,2025-12-02,6.00
        A,A5,2025-12-20,4.00
        B,B2,2025-12-31,30.00
        B,B3,2026-01-01,99.00
        D,D1,2025-12-10,50.00
        D,D2,2025-12-11,50.00

        """)
      let reading = MeasureReading(try await desk.ledgers.current(for: .operator), currency: .euro)
      let known = try await desk.shop.customers.externalKeys(for: .operator)
      let everybody = FrozenGroup.Draft(.all, "all", known.keys)
      #expect(reading.repeatOrders(of: group.members, in: window) == 3)
      #expect(reading.orders(of: group.members, in: window) == 3)
      #expect(reading.repeatOrders(of: everybody.members, in: window) == 4)
      #expect(reading.orders(of: everybody.members, in: window) == 5)
      #expect(reading.sales(of: group.members, in: window) == 50)
      #expect(reading.totalSales(in: window) == 150)
      #expect(reading.salesShare(of: group.members, in: window) == 50.0 / 150)
      #expect(reading.buyers(of: group.members, in: window) == 2)
      #expect(reading.actual(.retention, of: group.members, in: window) == 2.0 / 3)
      #expect(reading.actual(.retention, of: [], in: window) == nil)
      #expect(
        reading.salesShare(
          of: group.members, in: Period(from: window.until.adding(days: 5), until: window.until.adding(days: 9))) == nil
      )
    }
  }

  @Test(arguments: Stores.underTest)
  func `what came stands beside the forecast once the data pass its days`(_ store: Dialect) async throws {
    try await withDesk(store) { desk in
      let group = try await desk.members("A", "B", "C")
      let taken = try await desk.take(
        [
          try Self.offer(.orders, of: group, 3, interval: (2.5, 3.5)), try Self.offer(.sales, of: group, 50),
          try Self.offer(.contribution, of: group, 10).under(["rate": "2"]),
        ], today: try Self.day("2025-12-15"))
      #expect(try await desk.judging.run() == 0)
      try await desk.shop.take("customer,order,date,amount\nA,A3,2025-12-02,10.00\nB,B2,2025-12-31,30.00\n")
      #expect(try await desk.judging.run() == 3)
      let found = try await desk.latest(taken.id)
      let orders = try #require(found[.orders])
      #expect(orders.isComplete && orders.actual == 2 && orders.error == 1 && orders.relativeError == 0.5)
      #expect(orders.isInside == false && orders.dataUntil == Day("2025-12-31"))
      #expect(found[.sales]?.relativeError == 0.25 && found[.sales]?.isInside == nil)
      #expect(found[.contribution]?.actual == 6)
      // Again, on the same facts, by another process: nothing.
      #expect(try await desk.judging.run() == 0)
      #expect(try await Desk(desk.shop).judging.run() == 0)
      let record = try await desk.decisions.trackRecord(for: .operator)
      #expect(record.entries.count == 3 && record.withInterval == 1 && record.inside == 0)
      #expect(abs((record.meanAbsoluteError ?? 0) - (0.5 + 0.25 + 4.0 / 6) / 3) < 1e-12)
      #expect(abs((record.bias ?? 0) - (0.5 + 0.25 + 4.0 / 6) / 3) < 1e-12)
      #expect(try await desk.decisions.trackRecord(analysis: "/y", for: .operator).entries.isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a correction of the past makes a new judgement and leaves the old`(_ store: Dialect) async throws {
    try await withDesk(store) { desk in
      let taken = try await desk.take(
        [try Self.offer(.sales, of: try await desk.members("A"), 20)], today: try Self.day("2025-12-15"))
      try await desk.shop.take("customer,order,date,amount\nA,A3,2025-12-02,10.00\nB,B2,2026-01-01,30.00\n")
      #expect(try await desk.judging.run() == 1)
      // Something that changes nothing about these days.
      try await desk.shop.take("customer,order,date,amount\nB,B3,2026-01-05,30.00\n")
      #expect(try await desk.judging.run() == 0)
      try await desk.shop.take("customer,order,date,amount\nA,A3,2025-12-02,16.00\n")
      #expect(try await desk.judging.run() == 1)
      let judgements = try await desk.decisions.find(taken.id, for: .operator).forecasts.flatMap(\.judgements)
      #expect(judgements.map(\.actual) == [10, 16] && judgements.map(\.isComplete) == [true, true])
      #expect(try await desk.decisions.trackRecord(for: .operator).entries.map(\.judgement.actual) == [16])
      let verbs = try await desk.shop.database.read { try $0.auditEntries() }.map(\.verb)
      #expect(verbs.count { $0 == "judge" } == 2)
    }
  }

  @Test(arguments: Stores.underTest)
  func `data that end within the days judge a part, and not before the review`(_ store: Dialect) async throws {
    try await withDesk(store) { desk in
      let group = try await desk.members("A", "B", "C")
      let taken = try await desk.take(
        [try Self.offer(.sales, of: group, 50)], review: "2025-12-31", today: try Self.day("2025-12-15"))
      try await desk.shop.take("customer,order,date,amount\nA,A3,2025-12-02,10.00\nB,B2,2025-12-20,30.00\n")
      #expect(try await desk.judging.run() == 0)
      let later = Desk(desk.shop, daysLater: 17)
      #expect(try await later.judging.run() == 1)
      let part = try #require(try await later.latest(taken.id)[.sales])
      #expect(!part.isComplete && part.actual == 40 && part.error == nil && part.dataUntil == Day("2025-12-20"))
      #expect(try await later.decisions.trackRecord(for: .operator).entries.isEmpty)
      try await desk.shop.take("customer,order,date,amount\nC,C2,2026-01-01,30.00\n")
      #expect(try await later.judging.run() == 1)
      #expect(try await later.latest(taken.id)[.sales]?.isComplete == true)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a decision that was taken back is not judged`(_ store: Dialect) async throws {
    try await withDesk(store) { desk in
      let group = try await desk.members("A")
      let taken = try await desk.take([try Self.offer(.sales, of: group, 50)], today: try Self.day("2025-12-15"))
      _ = try await desk.decisions.withdraw(taken.id, reason: "No.", by: .operator)
      try await desk.shop.take("customer,order,date,amount\nA,A3,2026-01-02,10.00\n")
      #expect(try await desk.judging.run() == 0)
    }
  }

  @Test func `a company whose data ended long ago reviews by their days`() throws {
    let (today, last) = (try Self.day("2026-01-15"), try Self.day("1997-09-30"))
    let old = ReviewClock(today: today, lastDay: last)
    #expect(old.isDatas && old.day == last)
    let review = try Self.day("1998-06-30")
    #expect(old.window(until: review) == Period(first: try Self.day("1997-10-01"), last: review))
    #expect(!old.isDue(review, decided: today))
    #expect(ReviewClock(today: today, lastDay: review).isDue(review, decided: today))
    // A review by the calendar is as far ahead as it is from today.
    #expect(old.window(until: today.adding(days: 28))?.days == 28)
    let current = ReviewClock(today: today, lastDay: today.adding(days: -3))
    #expect(!current.isDatas && current.day == today)
    #expect(current.window(until: today.adding(days: 10))?.days == 13)
    #expect(current.isDue(today, decided: today.adding(days: -9)))
    #expect(current.window(until: today.adding(days: 9_999)) == nil && current.window(until: last) == nil)
    #expect(ReviewClock(today: today, lastDay: nil).window(until: today.adding(days: 9)) == nil)
  }

  private func deciding(_ desk: Desk) -> Deciding {
    Deciding(
      desk.decisions, judging: desk.judging,
      analyses: [
        DecidableAnalysis(path: "/x", title: "X") { _, _ in
          [Self.figure]
        } forecasts: { actor, _, window in
          let ledger = try await desk.ledgers.current(for: actor)
          let all = FrozenGroup.Draft(.all, "all customers", ledger.customers)
          return [
            Forecast.Offer(
              .orders, of: all, value: 3, window: window, asOf: window.from.adding(days: -1), method: "naive",
              explanation: ""),
            Forecast.Offer(
              .totalSales, of: .company, value: 9, window: window, asOf: window.from.adding(days: -1),
              method: "naive", explanation: ""),
          ]
        }
      ], customers: desk.shop.customers)
  }

  private static let form = [
    ("analysis", "/x"), ("title", "Go on"), ("choice", "Go on"), ("reason", "It works."), ("review", "2026-01-20"),
  ]

  @Test(arguments: Stores.underTest)
  func `an analysis offers forecasts up to the review, to be chosen from`(_ store: Dialect) async throws {
    try await withDesk(store) { desk in
      let deciding = deciding(desk)
      func take(_ more: [(String, String)], by actor: Actor = .operator) async throws -> [Forecast] {
        try await deciding.take(Fields(Self.form + more), format: .standard, by: actor).forecasts
      }
      let all = try await take([])
      #expect(all.map(\.measure) == [.orders, .totalSales])
      #expect(all.first?.window == Period(first: try Self.day("2025-12-01"), last: try Self.day("2026-01-20")))
      #expect(try await take([("forecast", "orders.all")]).map(\.measure) == [.orders])
      #expect(try await take([("forecast", "none")]).isEmpty)
      #expect(try await take([("chosen", "1")]).isEmpty)
      let unknown = await #expect(throws: Problem.self) { try await take([("forecast", "profit.all")]) }
      #expect(unknown?.field == "forecast")
      let grants = Actor.everything.filter { $0.noun != .customer } + [.init(.see, .customer, .own)]
      let scoped = Actor(user: nil, name: "Ida", grants: Set(grants))
      #expect(
        try await deciding.offers(
          of: try await deciding.figure(Fields(Self.form), for: scoped).0, Fields(Self.form),
          until: try Self.day("2026-01-20"), for: scoped
        ).allSatisfy { !$0.measure.needsEverybody })
    }
  }

  @Test(arguments: Stores.underTest)
  func `a person's own forecast is refused by the field that is wrong`(_ store: Dialect) async throws {
    try await withDesk(store) { desk in
      let deciding = deciding(desk)
      let taken = try await deciding.take(Fields(Self.form), format: .standard, by: .operator)
      func expect(_ fields: [(String, String)]) async throws -> Decision {
        try await deciding.expect(Fields(fields), of: taken.id, format: .standard, by: .operator)
      }
      for (field, fields) in [
        ("measure", [("measure", "luck"), ("value", "1")]), ("value", [("measure", "sales")]),
        ("value", [("measure", "sales"), ("value", "much")]),
        ("value", [("measure", "retention"), ("value", "45")]),
        ("low", [("measure", "sales"), ("value", "5"), ("high", "6")]),
        ("high", [("measure", "sales"), ("value", "5"), ("low", "6"), ("high", "9")]),
        ("group", [("measure", "sales"), ("value", "5"), ("group", "77")]),
        ("customers", [("measure", "sales"), ("value", "5"), ("group", "list")]),
        ("customers", [("measure", "sales"), ("value", "5"), ("group", "list"), ("customers", "A, Z")]),
      ] {
        let found = await #expect(throws: Problem.self) { _ = try await expect(fields) }
        #expect(found?.field == field && found?.kind == .invalid, "\(fields)")
      }
      let own = try await expect([
        ("measure", "retention"), ("value", "45 %"), ("low", "0.3"), ("high", "0.6"), ("group", "list"),
        ("customers", "A\r\n B ;C"), ("name", "the loyal"),
      ])
      let last = try #require(own.forecasts.last)
      #expect(last.value == 0.45 && last.group.customers == 3 && last.title == "Share who order again of the loyal")
      #expect(last.grade == .declared && last.by == "operator" && last.method == "declared")
      let same = try await expect([("measure", "buyers"), ("value", "2"), ("group", "\(last.group.id)")])
      #expect(same.forecasts.last?.group == last.group)
      _ = try await desk.decisions.review(taken.id, actual: nil, note: "", by: .operator)
      let closed = await #expect(throws: Problem.self) { _ = try await expect([("measure", "sales"), ("value", "1")]) }
      #expect(closed?.kind == .conflict)
    }
  }

  @Test(arguments: Stores.underTest)
  func `an import by a job queues the judging once, where there is anything to judge`(_ store: Dialect) async throws {
    try await withDesk(store) { desk in
      let jobs = Jobs(desk.shop.database, clock: Stores.clock)
      func undo() async throws {
        let run = try await desk.shop.take("customer,order,date,amount\nA,A9,2025-12-03,1.00\n")
        _ = try await desk.shop.imports.undo(run.id, by: .operator)
      }
      try await undo()
      #expect(try await jobs.openArguments(of: Judging.kind).isEmpty)
      _ = try await desk.take(
        [try Self.offer(.sales, of: try await desk.members("A"), 20)], today: try Self.day("2025-12-15"))
      try await undo()
      try await undo()
      #expect(try await jobs.openArguments(of: Judging.kind).count == 1)
    }
  }
}

extension Forecast.Offer {
  /// The same with settings.
  fileprivate func under(_ settings: [String: String]) -> Forecast.Offer {
    Forecast.Offer(
      measure, of: group, value: value, window: window, asOf: asOf, method: method, explanation: explanation,
      settings: settings)
  }
}
