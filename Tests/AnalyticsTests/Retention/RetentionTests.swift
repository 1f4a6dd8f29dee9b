import Analytics
import Kernel
import Testing

@Suite struct RetentionTests {
  /// Orders and sales of every customer in two half years of the record shop.
  private func halves() throws -> RetentionTrio {
    let first = Period(from: try day("1997-04-01"), until: try day("1997-10-01"))
    let second = Period(from: try day("1997-10-01"), until: try day("1998-04-01"))
    var rows: [String: (orders: (Int, Int), sales: (Double, Double))] = [:]
    for row in try RealPurchases.recordShop() {
      var customer = rows[row.customer] ?? ((0, 0), (0, 0))
      if first.contains(row.day) { customer = bump(customer, \.0, \.0, row.cents) }
      if second.contains(row.day) { customer = bump(customer, \.1, \.1, row.cents) }
      rows[row.customer] = customer
    }
    let all = Array(rows.values)
    return try RetentionTrio(
      firstOrders: all.map(\.orders.0), secondOrders: all.map(\.orders.1), firstSales: all.map(\.sales.0),
      secondSales: all.map(\.sales.1))
  }

  private func bump(
    _ row: (orders: (Int, Int), sales: (Double, Double)), _ orders: WritableKeyPath<(Int, Int), Int>,
    _ sales: WritableKeyPath<(Double, Double), Double>, _ cents: Int64
  ) -> (orders: (Int, Int), sales: (Double, Double)) {
    var row = row
    row.orders[keyPath: orders] += 1
    row.sales[keyPath: sales] += Double(cents) / 100
    return row
  }

  private func day(_ text: String) throws -> Day { try #require(Day(text)) }

  @Test func `the record shop keeps 53.2 percent of heads and 69.0 percent of sales`() throws {
    let trio = try halves()
    #expect(trio.base == 7_350)
    #expect(trio.kept == 3_908)
    #expect(abs((trio.raw ?? 0) - 0.531701) < 1e-6)
    #expect(abs((trio.salesAdjusted ?? 0) - 0.690427) < 1e-6)
    #expect(abs((trio.netRevenue ?? 0) - 0.671768) < 1e-6)
    #expect(abs((trio.grossRevenue ?? 0) - 0.441036) < 1e-6)
    #expect(trio.profitAdjusted == nil)
    let interval = try #require(try trio.rawInterval())
    #expect(interval.contains(0.5317) && interval.width < 0.03)
  }

  @Test func `contribution weighs those kept and a base that loses money has no profit rate`() throws {
    let trio = try RetentionTrio(
      firstOrders: [1, 2, 0], secondOrders: [0, 1, 4], firstSales: [10, 30, 0], secondSales: [0, 45, 9],
      firstContribution: [2, 6, 0])
    #expect(trio.raw == 0.5)
    #expect(trio.profitAdjusted == 0.75)
    #expect(trio.netRevenue == 1.125)
    #expect(trio.grossRevenue == 0.75)
    #expect(trio.expectedTenure == 2)
    let loss = try RetentionTrio(
      firstOrders: [1, 1], secondOrders: [1, 1], firstSales: [1, 1], secondSales: [1, 1], firstContribution: [-3, 1])
    #expect(loss.profitAdjusted == nil)
    #expect(loss.expectedTenure == nil)
  }

  @Test func `an order of no value keeps a customer and no base has no rates`() throws {
    let free = try RetentionTrio(firstOrders: [1], secondOrders: [1], firstSales: [5], secondSales: [0])
    #expect(free.raw == 1)
    #expect(free.netRevenue == 0)
    let none = try RetentionTrio(firstOrders: [0], secondOrders: [1], firstSales: [0], secondSales: [4])
    #expect(none.raw == nil && none.salesAdjusted == nil && none.netRevenue == nil)
    #expect(try none.rawInterval() == nil)
  }

  @Test func `columns of different length are refused by name`() {
    let problem = #expect(throws: Problem.self) {
      try RetentionTrio(firstOrders: [1], secondOrders: [1, 2], firstSales: [1], secondSales: [1])
    }
    #expect(problem?.field == "secondOrders")
  }
}

@Suite struct CohortTableTests {
  private func day(_ text: String) throws -> Day { try #require(Day(text)) }

  @Test func `a cohort is followed from its first month`() throws {
    let days = try ["2026-01-05", "2026-01-20", "2026-02-03", "2026-03-31", "2026-02-14", "2026-03-01"].map(day)
    let table = try CohortTable(
      customers: [0, 1, 0, 1, 2, 0], days: days, values: [1, 2, 3, 4, 5, 6], grid: PeriodGrid(.month),
      lastCompleteDay: day("2026-03-31"))
    #expect(table.cohorts.map(\.customers) == [2, 1])
    #expect(table.cohorts[0].cells.map(\.active) == [2, 1, 2])
    #expect(table.cohorts[0].cells.map(\.value) == [3, 3, 10])
    #expect(table.cohorts[0].cells.map(\.share) == [1, 0.5, 1])
    #expect(table.cohorts[1].cells.map(\.active) == [1, 0])
    #expect(table.cohorts.flatMap(\.cells).allSatisfy { $0.isComplete })
  }

  @Test func `the period that still runs is marked and left out of the pooled shares`() throws {
    let days = try ["2026-01-05", "2026-02-03", "2026-02-14"].map(day)
    let table = try CohortTable(
      customers: [0, 0, 1], days: days, grid: PeriodGrid(.month), lastCompleteDay: day("2026-02-27"))
    #expect(table.cohorts[0].cells.map(\.isComplete) == [true, false])
    #expect(table.cohorts[1].cells.map(\.isComplete) == [false])
    #expect(table.pooled.map(\.customers) == [1])
    #expect(table.pooled.map(\.share) == [1])
  }

  @Test func `purchases after the last complete day are left out`() throws {
    let table = try CohortTable(
      customers: [0, 0], days: [try day("2026-01-05"), try day("2026-02-03")], grid: PeriodGrid(.month),
      lastCompleteDay: day("2026-01-31"))
    #expect(table.cohorts.map { $0.cells.map(\.active) } == [[1]])
    let nothing = try CohortTable(
      customers: [], days: [], grid: PeriodGrid(.week), lastCompleteDay: day("2026-01-31"))
    #expect(nothing.cohorts.isEmpty && nothing.pooled.isEmpty)
  }

  @Test func `the record shop's January cohort agrees with a count by hand of the log`() throws {
    let rows = try RealPurchases.recordShop()
    let numbers = Dictionary(
      uniqueKeysWithValues: Set(rows.map(\.customer)).sorted().enumerated().map { ($1, $0) })
    let table = try CohortTable(
      customers: rows.map { numbers[$0.customer] ?? 0 }, days: rows.map(\.day), grid: PeriodGrid(.month),
      lastCompleteDay: day("1998-06-30"))
    let firsts = Dictionary(rows.map { ($0.customer, $0.day) }, uniquingKeysWith: min)
    let january = Set(firsts.filter { $0.value.civil.month == 1 }.keys)
    let june = Set(rows.filter { $0.day.civil.year == 1998 && $0.day.civil.month == 6 }.map(\.customer))
    #expect(table.cohorts.count == 3)
    #expect(table.cohorts[0].customers == january.count)
    #expect(table.cohorts[0].cells.count == 18)
    #expect(table.cohorts[0].cells[17].active == january.intersection(june).count)
    #expect(table.cohorts.reduce(0) { $0 + $1.customers } == 23_570)
  }

  @Test func `order of rows does not matter`() throws {
    let rows = try RealPurchases.recordShopSample()
    let numbers = Dictionary(
      uniqueKeysWithValues: Set(rows.map(\.customer)).sorted().enumerated().map { ($1, $0) })
    func table(_ rows: [RealPurchases.Row]) throws -> CohortTable {
      try CohortTable(
        customers: rows.map { numbers[$0.customer] ?? 0 }, days: rows.map(\.day), grid: PeriodGrid(.week),
        lastCompleteDay: day("1998-06-30"))
    }
    #expect(try table(rows) == table(rows.reversed()))
  }

  @Test func `company calendars start where the company says`() throws {
    let sunday = try PeriodGrid(.week, firstWeekday: 7)
    #expect(sunday.start(of: try day("2026-11-21")) == (try day("2026-11-15")))
    let fifteenth = try PeriodGrid(.month, firstDayOfMonth: 15)
    #expect(fifteenth.start(of: try day("2026-03-14")) == (try day("2026-02-15")))
    #expect(fifteenth.start(of: try day("2026-03-15")) == (try day("2026-03-15")))
    let fiscal = try PeriodGrid(.quarter, firstMonthOfYear: 2)
    #expect(fiscal.period(containing: try day("2026-01-31")).description == "2025-11-01 to 2026-01-31")
    let calendar = try PeriodGrid(.quarter)
    #expect(calendar.period(containing: try day("2026-11-21")).description == "2026-10-01 to 2026-12-31")
    #expect(throws: Problem.self) { try PeriodGrid(.month, firstDayOfMonth: 29) }
  }

  @Test func `a table of more than 600 periods and a customer without a number are refused`() throws {
    let grid = try PeriodGrid(.week)
    #expect(throws: Problem.self) {
      try CohortTable(
        customers: [0], days: [Day(0)], grid: grid, lastCompleteDay: try #require(Day("2026-01-01")))
    }
    #expect(throws: Problem.self) {
      try CohortTable(customers: [-1], days: [Day(0)], grid: grid, lastCompleteDay: Day(5))
    }
  }
}
