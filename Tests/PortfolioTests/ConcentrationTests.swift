import Conditions
import Customers
import Foundation
import Kernel
import Portfolio
import Store
import StoreTesting
import Testing

/// Concentration on small companies, where every number can be checked by hand.
@Suite struct ConcentrationTests {
  private static let all = ConcentrationQuestion(window: .all)

  /// Ten customers worth 100 down to 10.
  private static let ten =
    "customer,date,amount\n"
    + (1...10).map { "C\($0),2024-01-\($0 + 10),\(110 - $0 * 10).00\n" }.joined()

  private func allFinite(_ answer: Concentration) -> Bool {
    answer.figures.allSatisfy { figure in
      [figure.value, figure.low, figure.high].compactMap { $0 }.allSatisfy(\.isFinite)
    }
  }

  @Test(arguments: Stores.underTest) func `shares are computed from the values`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.ten)
      let answer = try #require(try await shop.answer(Self.all))
      #expect(answer.entries.map(\.minor) == Array(stride(from: Int64(10_000), through: 1_000, by: -1_000)))
      #expect(answer.value("topShare.10") == 100.0 / 550)
      #expect(answer.value("topShare.20") == 190.0 / 550)
      #expect(answer.value("topShare.50") == 400.0 / 550)
      // 100 + 90 + 80 + 70 + 60 = 400, with 50 it is 450 of the 440 needed.
      #expect(answer.value("customersFor80") == 0.6)
      #expect(abs((answer.value("gini") ?? 0) - 0.3) < 1e-12)
      #expect(
        answer.figures.map(\.id) == [
          "customersFor80", "topShare.1", "topShare.5", "topShare.10", "topShare.20", "topShare.50", "gini",
          "rawRetention", "salesAdjustedRetention", "netRevenueRetention",
        ])
      #expect(answer.figures.allSatisfy { $0.grade == .measured && !$0.explanation.isEmpty && $0.asOf == answer.asOf })
    }
  }

  @Test(arguments: Stores.underTest) func `an empty company has no figures`(store: Dialect) async throws {
    try await withShop(store) { shop in
      #expect(try await shop.answer(Self.all) == nil)
      let report = try await shop.report(Self.all)
      #expect((report["figures"] as? [String: any Sendable])?.isEmpty == true)
      #expect(report["customers"] as? Int == 0)
    }
  }

  @Test(arguments: Stores.underTest) func `one customer is everything`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take("customer,date,amount\nC1,2024-01-05,10.00\n")
      let answer = try #require(try await shop.answer(Self.all))
      #expect(answer.value("topShare.1") == 1 && answer.value("customersFor80") == 1 && answer.value("gini") == 0)
      #expect(answer.entries.count == 1 && allFinite(answer))
      _ = try await shop.report(Self.all)
    }
  }

  @Test(arguments: Stores.underTest) func `only returns are no customers`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take("customer,date,amount\nC1,2024-01-05,-10.00\nC2,2024-01-06,-1.00\n")
      #expect(try await shop.answer(Self.all) == nil)
      _ = try await shop.report(Self.all)
    }
  }

  @Test(arguments: Stores.underTest)
  func `nothing earned gives missing figures, not wrong ones`(store: Dialect) async throws {
    try await withShop(store) { shop in
      for rows in ["C1,2024-01-05,0.00\nC2,2024-01-06,0.00\n", "C1,2024-01-05,5.00\nC1,2024-01-09,-9.00\n"] {
        try await shop.take("customer,date,amount\n" + rows)
        let answer = try #require(try await shop.answer(Self.all))
        #expect(answer.value("topShare.20") == nil && answer.value("customersFor80") == nil)
        #expect(answer.figure("topShare.20")?.missing.isEmpty == false)
        #expect(allFinite(answer))
        _ = try await shop.report(Self.all)
      }
    }
  }

  @Test(arguments: Stores.underTest) func `returns reduce value and count for nothing else`(store: Dialect) async throws
  {
    try await withShop(store) { shop in
      try await shop.take("customer,date,amount\nC1,2024-01-05,10.00\nC1,2024-03-09,-4.00\nC2,2024-01-06,3.00\n")
      let answer = try #require(try await shop.answer(Self.all))
      #expect(answer.entries.map(\.minor) == [600, 300])
      #expect(answer.entries.map(\.orderDays) == [1, 1])
      #expect(answer.entries.first?.lastOrder == Day("2024-01-05"))
      #expect(answer.rfm.cells.reduce(0) { $0 + $1.frequency } == 2)
      #expect(answer.rfm.cells.reduce(0) { $0 + $1.customers } == 2)
    }
  }

  @Test(arguments: Stores.underTest) func `only the days of the window count`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(
        "customer,date,amount\nC1,2023-01-05,100.00\nC1,2024-01-05,10.00\nC2,2024-01-06,3.00\nC3,2023-01-06,7.00\n")
      let year = try #require(try await shop.answer(ConcentrationQuestion()))
      #expect(year.window == Period(from: try #require(Day("2023-01-07")), until: try #require(Day("2024-01-07"))))
      #expect(year.entries.map(\.minor) == [1_000, 300])
      #expect(try await shop.answer(Self.all)?.entries.map(\.minor) == [11_000, 700, 300])
      let first = try #require(Day("2023-01-01"))
      let span = Period(first: first, last: try #require(Day("2023-01-31")))
      let january = try #require(try await shop.answer(ConcentrationQuestion(window: .span(span))))
      #expect(january.entries.map(\.minor) == [10_000, 700] && january.asOf == Day("2023-01-31"))
      let empty = Period(first: first.adding(days: -400), last: first.adding(days: -1))
      #expect(try await shop.answer(ConcentrationQuestion(window: .span(empty))) == nil)
      let short = try #require(try await shop.answer(ConcentrationQuestion(window: .trailing(1))))
      #expect(short.entries.map(\.minor) == [300] && allFinite(short))
    }
  }

  @Test(arguments: Stores.underTest) func `retention compares two periods`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(
        """
        customer,date,amount
        C1,2024-01-05,10.00
        C2,2024-01-06,30.00
        C3,2024-01-07,60.00
        C1,2024-02-05,20.00
        C3,2024-02-06,30.00
        C4,2024-02-07,99.00

        """)
      let base = Period(first: try #require(Day("2024-01-01")), last: try #require(Day("2024-01-31")))
      let later = Period(first: try #require(Day("2024-02-01")), last: try #require(Day("2024-02-29")))
      let answer = try #require(
        try await shop.answer(ConcentrationQuestion(window: .all, base: base, later: later)))
      #expect(abs((answer.value("rawRetention") ?? 0) - 2.0 / 3) < 1e-12)
      #expect(abs((answer.value("salesAdjustedRetention") ?? 0) - 0.7) < 1e-12)
      #expect(abs((answer.value("netRevenueRetention") ?? 0) - 0.5) < 1e-12)
      #expect(answer.figure("rawRetention")?.n == 3)
    }
  }

  @Test(arguments: Stores.underTest) func `a new import is seen at once`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take("customer,date,amount\nC1,2024-01-05,10.00\n")
      let first = try #require(try await shop.answer(Self.all))
      let run = try await shop.take("customer,date,amount\nC2,2024-01-05,30.00\n")
      let second = try #require(try await shop.answer(Self.all))
      #expect(second.revision > first.revision && second.entries.map(\.minor) == [3_000, 1_000])
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await shop.answer(Self.all)?.entries.map(\.minor) == [1_000])
    }
  }

  @Test(arguments: Stores.underTest) func `everybody sees the value they may see`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.database.write { tx in
        for user in [11, 12] {
          try tx.run(
            """
            INSERT INTO app_user (id, email, name, password, role, created_at)
            VALUES (\(user), \("\(user)@example.org"), 'User', '', 'administrator', 0)
            """)
        }
      }
      func actor(_ user: Int64) -> Actor {
        let verbs: [(Actor.Verb, Actor.Noun)] = [
          (.see, .customer), (.see, .purchase), (.see, .analysis), (.see, .importRun), (.create, .importRun),
          (.create, .customer), (.create, .purchase),
        ]
        return Actor(user: user, name: "User", grants: Set(verbs.map { .init($0.0, $0.1, .own) }))
      }
      let (ida, eva) = (actor(11), actor(12))
      try await shop.take("customer,date,amount\nC1,2024-01-05,10.00\nC2,2024-01-05,20.00\n", by: ida)
      try await shop.take("customer,date,amount\nC1,2024-01-06,5.00\nC3,2024-01-05,30.00\n", by: eva)
      #expect(try await shop.answer(Self.all, for: ida)?.entries.map(\.minor) == [2_000, 1_500])
      #expect(try await shop.answer(Self.all, for: eva)?.entries.map(\.minor) == [3_000])
      #expect(try await shop.answer(Self.all)?.entries.map(\.minor) == [3_000, 2_000, 1_500])
      let nobody = Actor(user: nil, name: "nobody", grants: [.init(.see, .customer, .all)])
      let found = await #expect(throws: Problem.self) { try await shop.answer(Self.all, for: nobody) }
      #expect(found?.kind == .notAllowed)
    }
  }

  @Test(arguments: Stores.underTest) func `the report has the keys programs rely on`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.ten)
      let report = try await shop.report(ConcentrationQuestion(try Scenario.named("F2")))
      #expect(
        Set(report.keys).isSuperset(of: [
          "scenario", "version", "asOf", "window", "currency", "figures", "shareCurve", "customers", "rfm", "cohorts",
          "topCustomers",
        ]))
      #expect(report["scenario"] as? String == "F2" && report["currency"] as? String == "USD")
      #expect(report["asOf"] as? String == "2024-01-20")
      let figures = try #require(report["figures"] as? [String: [String: any Sendable]])
      #expect(figures.count == 10)
      for figure in figures.values {
        #expect(Set(figure.keys) == ["value", "unit", "grade", "n", "low", "high", "method", "missing"])
      }
      #expect(figures["topShare.20"]?["value"] as? Double == 190.0 / 550)
      let curve = try #require(report["shareCurve"] as? [[String: Double]])
      #expect(curve.first == ["customers": 0, "value": 0] && curve.last == ["customers": 1, "value": 1])
      #expect(zip(curve, curve.dropFirst()).allSatisfy { ($0["value"] ?? 0) <= ($1["value"] ?? 0) })
      #expect((report["topCustomers"] as? [any Sendable])?.count == 10)
    }
  }

  @Test func `a scenario that is not there is refused`() {
    let found = #expect(throws: Problem.self) { _ = try Scenario.named("F99") }
    #expect(found?.kind == .notFound && found?.mend?.contains("F27") == true)
  }
}
