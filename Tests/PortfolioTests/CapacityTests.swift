import Conditions
import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Tabular
import Testing

/// Pools of paid time, and what of them nobody used.
@Suite struct CapacityTests {
  private func pool(
    _ activities: [CostActivity] = [.visit], minutes: Double = 1_000, share: Double = 0.8, minor: Int64 = 80_000
  ) throws -> Capacity.Pool {
    try Capacity.Pool(activities: activities, paidMinutes: minutes, practicalShare: share, minor: minor)
  }

  private func day(_ text: String) throws -> Day { try #require(Day(text)) }

  /// A shop that visited two customers for 600 and 200 minutes.
  private func visit(_ shop: Shop) async throws -> (Contributions, Assumptions, Capacities) {
    try await shop.take(
      "customer,order,date,amount\nA,O1,2025-01-01,500.00\nA,O2,2025-12-31,500.00\nB,O3,2025-06-01,900.00\n")
    try await shop.take(
      ByteSource(
        text: "customer,date,visits,visit_minutes\nA,2025-03-01,10,600\nB,2025-06-03,4,200\n", name: "drivers.csv")
    ) {
      $0 = ImportOrder(feed: "drivers", subject: .drivers)
      $0.sourceName = "shop"
    }
    return (
      Contributions(
        Purchases(shop.database), drivers: CostDrivers(shop.database), ledgers: PurchaseLedgers(shop.database),
        companies: shop.companies), Assumptions(shop.database, clock: Stores.clock),
      Capacities(shop.database, clock: Stores.clock)
    )
  }

  @Test(arguments: Stores.underTest)
  func `a minute costs what its pool costs, and what nobody used is on nobody's account`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      let (contributions, assumptions, capacities) = try await visit(shop)
      let since = try day("2025-01-01")
      try await assumptions.enter([.margin: 0.5], since: since, by: .operator)
      // 800.00 a month for 1,000 minutes, of which 800 can be worked: 1.00 a minute, 9,600 minutes a year.
      try await capacities.enter("Field", try pool(), since: since, by: .operator)
      func answer() async throws -> Contribution {
        let set = try await assumptions.inForce(on: try day("2026-01-15"), for: .operator)
        return try #require(try await contributions.answer(.trailing(365), assumptions: set, for: .operator))
      }
      let first = try await answer()
      #expect(first.costing.rows.map { $0.costs[.visit]?.minor } == [60_000, 20_000])
      #expect(first.costing.rows.map(\.contribution) == [50_000 - 60_000, 45_000 - 20_000])
      let unused = try #require(first.costing.unused.first)
      #expect(unused.pool.minor == 960_000 && unused.usedMinutes == 800 && unused.charged == 80_000)
      #expect(unused.minor == 880_000)
      // More hands: the same minutes of customers cost the same, what nobody used grows.
      try await capacities.enter("Field", try pool(minutes: 2_000, minor: 160_000), since: since, by: .operator)
      let more = try await answer()
      #expect(more.costing.rows.map(\.contribution) == first.costing.rows.map(\.contribution))
      #expect(more.costing.unused.first?.minor == 1_840_000)
      // An entered price of the minute counts; the minutes are used all the same.
      try await assumptions.enter([.visitMinute: 2], since: since, by: .operator)
      let priced = try await answer()
      #expect(priced.costing.rows.map { $0.costs[.visit]?.minor } == [120_000, 40_000])
      #expect(priced.costing.unused.first?.usedMinutes == 800)
    }
  }

  @Test(arguments: Stores.underTest)
  func `the newest pool in force counts and one taken back stays on record`(store: Store.Dialect) async throws {
    try await withStore(store) { database in
      let capacities = Capacities(database, clock: Stores.clock)
      let (january, june) = (try day("2025-01-01"), try day("2025-06-01"))
      let first = try await capacities.enter("Desk", try pool([.call, .ticket]), since: january, by: .operator)
      try await capacities.enter("Desk", try pool([.call], minor: 99_000), since: june, by: .operator)
      func inForce(_ text: String) async throws -> Capacity.Pool? {
        try await capacities.inForce(on: try day(text), for: .operator)["Desk"]
      }
      #expect(try await inForce("2024-12-31") == nil)
      #expect(try await inForce("2025-05-31")?.activities == [.call, .ticket])
      #expect(try await inForce("2025-06-01")?.minor == 99_000)
      try await capacities.takeBack(first.id, since: try day("2025-09-01"), by: .operator)
      #expect(try await inForce("2025-08-31")?.minor == 99_000)
      #expect(try await inForce("2025-09-01") == nil)
      let history = try await capacities.history(for: .operator)
      #expect(history.count == 3 && history.first?.pool == nil && history.last?.pool?.minor == 80_000)
      let lines = try await database.read { tx in
        try tx.value("SELECT count(*) FROM audit_entry WHERE noun = 'assumption'", as: Int.self)
      }
      #expect(lines == 3)
      let gone = await #expect(throws: Problem.self) {
        try await capacities.takeBack(ID(4_711), since: june, by: .operator)
      }
      #expect(gone?.kind == .notFound)
    }
  }

  @Test(arguments: Stores.underTest)
  func `an activity draws from one pool, and only who may edit enters one`(store: Store.Dialect) async throws {
    try await withStore(store) { database in
      let capacities = Capacities(database, clock: Stores.clock)
      let since = try day("2025-01-01")
      try await capacities.enter("Desk", try pool([.call, .ticket]), since: since, by: .operator)
      let twice = await #expect(throws: Problem.self) {
        try await capacities.enter("Service", try pool([.ticket]), since: since, by: .operator)
      }
      #expect(twice?.kind == .conflict && twice?.field == "activities")
      // Nor from a day before, as it would go on into those days.
      let earlier = await #expect(throws: Problem.self) {
        try await capacities.enter("Service", try pool([.ticket]), since: try day("2024-01-01"), by: .operator)
      }
      #expect(earlier?.kind == .conflict)
      let reader = Actor(user: 5, name: "Reader", grants: [.init(.see, .analysis, .all)])
      let refused = await #expect(throws: Problem.self) {
        try await capacities.enter("Mine", try pool([.visit]), since: since, by: reader)
      }
      #expect(refused?.kind == .notAllowed)
      #expect(try await capacities.history(for: reader).count == 1)
    }
  }

  @Test func `a pool without time, cost or use is refused by its field`() {
    func field(
      _ activities: [CostActivity] = [.visit], _ minutes: Double = 100, _ share: Double = 0.8, _ minor: Int64 = 1
    ) -> String? {
      do {
        _ = try pool(activities, minutes: minutes, share: share, minor: minor)
        return nil
      } catch { return (error as? Problem)?.field }
    }
    #expect(field() == nil)
    #expect(field([]) == "activities" && field([.order]) == "activities")
    #expect(field([.visit], 0) == "paidMinutes" && field([.visit], .nan) == "paidMinutes")
    #expect(field([.visit], 100, 80) == "practicalShare" && field([.visit], 100, 0) == "practicalShare")
    #expect(field([.visit], 100, 0.8, -1) == "cost" && field([.visit], 100, 0.8, .max) == "cost")
  }
}
