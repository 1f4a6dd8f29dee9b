import Conditions
import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Tabular
import Testing

/// Taking one input away changes the figures that rest on it, and no other.
@Suite struct AblationTests {
  /// A small company of which everything is known: 24 customers who order every month.
  struct Books {
    var observations: [String] = [
      "C01,rival,2025-12-01,Acme,,,", "C02,change,2025-06-01,H1,5000,,", "C03,reference,2025-09-01,C09,800,,",
      "C03,reference,2025-10-01,C10,800,,", "C03,referral,2024-02-01,C11,,,", "C03,prestige,2025-03-01,,,5,",
      "C04,prestige,2025-03-01,,,1,", "C05,rating,2025-03-01,importance.volume,,4,",
      "C06,idea,2025-02-01,I1,,1,", "C06,idea,2025-03-01,I2,,1,", "C06,idea,2025-04-01,I3,,1,",
    ]
    var visits = (1...24).map { "C\($0 < 10 ? "0" : "")\($0),2025-05-05,1,\(20 + $0)" }
    var entered: [Assumption.Name: Double?] = [
      .order: 1, .visitMinute: 0.5, .margin: 0.3, .stepVisitsKept: 0.5, .fixedCost: 1_000,
    ]

    init() {
      for number in 1...24 {
        observations.append("\(Self.name(number)),wallet,2025-11-01,,\(number * 30 * 12 * 3),,")
      }
    }

    static func name(_ number: Int) -> String { "C\(number < 10 ? "0" : "")\(number)" }

    var purchases: String {
      var text = "customer,order,date,amount\n"
      for month in 0..<24 {
        for number in 1...24 {
          let date = "\(2024 + month / 12)-\(month % 12 < 9 ? "0" : "")\(month % 12 + 1)-1\(number % 9)"
          text += "\(Self.name(number)),O\(month)-\(number),\(date),\(number * 30).00\n"
        }
      }
      return text
    }
  }

  /// Every figure that is handed on, by what it is and of whom.
  private func figures(_ books: Books, _ store: Store.Dialect) async throws -> [String: String] {
    var all: [String: String] = [:]
    try await withShop(store) { shop in
      try await shop.take(
        "customer,name,kind,hold,segment\n"
          + (1...24).map { "\(Books.name($0)),\(Books.name($0)),company,,S\n" }.joined()
          + "C99,Held,company,contract,S\n", .customers)
      try await shop.take(books.purchases, .purchases)
      try await shop.take(
        "customer,date,visits,visit_minutes\n" + books.visits.joined(separator: "\n") + "\n", .drivers)
      try await shop.take(
        "customer,kind,date,other,amount,score,note\n" + books.observations.joined(separator: "\n") + "\n",
        .observations)
      try await shop.assumptions.enter(
        books.entered, since: try #require(Day("2023-01-01")), by: .operator)
      let sheet = try #require(try await shop.portfolios.sheet(scenario: nil, for: .operator))
      for row in sheet.values { all["contribution \(row.customer)"] = "\(row.contribution ?? .nan)" }
      for row in sheet.significances { all["\(row.kind) \(row.customer)"] = "\(row.score)" }
      for row in sheet.strategies { all["strategy \(row.customer)"] = "\(row.strategy) \(row.missing)" }
    }
    return all
  }

  private func changed(_ change: (inout Books) -> Void, _ store: Store.Dialect) async throws -> Set<String> {
    let before = try await figures(Books(), store)
    var books = Books()
    change(&books)
    let after = try await figures(books, store)
    return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
  }

  private func without(_ start: String) -> (inout Books) -> Void {
    { books in books.observations.removeAll { $0.hasPrefix(start) } }
  }

  @Test(arguments: Stores.underTest) func `a wallet decides one strategy`(store: Store.Dialect) async throws {
    #expect(try await changed(without("C12,wallet"), store) == ["strategy C12"])
  }

  @Test(arguments: Stores.underTest) func `a change makes one inspiration`(store: Store.Dialect) async throws {
    let changed = try await changed(without("C02,change"), store)
    #expect(changed.contains("inspiration C02") && changed.isSubset(of: ["inspiration C02", "strategy C02"]))
  }

  @Test(arguments: Stores.underTest) func `ideas make one inspiration`(store: Store.Dialect) async throws {
    let changed = try await changed(without("C06,idea,2025-04-01"), store)
    #expect(changed.contains("inspiration C06") && changed.isSubset(of: ["inspiration C06", "strategy C06"]))
  }

  @Test(arguments: Stores.underTest) func `references make one benchmark`(store: Store.Dialect) async throws {
    let changed = try await changed(without("C03,"), store)
    #expect(changed.contains("benchmark C03"))
    #expect(changed.allSatisfy { $0.hasPrefix("benchmark") || $0 == "strategy C03" }, "\(changed)")
  }

  @Test(arguments: Stores.underTest) func `a rating changes no figure of the rules`(store: Store.Dialect) async throws {
    #expect(try await changed(without("C05,rating"), store).isEmpty)
  }

  @Test(arguments: Stores.underTest) func `visits change what one customer earns`(store: Store.Dialect) async throws {
    let changed = try await changed({ $0.visits.removeAll { $0.hasPrefix("C01") } }, store)
    #expect(changed.contains("contribution C01"))
    #expect(changed.allSatisfy { $0.hasSuffix("C01") || $0.hasPrefix("costMagnet") }, "\(changed)")
  }

  @Test(arguments: Stores.underTest) func `no rival written down leaves rivals unknown`(
    store: Store.Dialect
  ) async throws {
    let changed = try await changed(without("C01,rival"), store)
    #expect(!changed.isEmpty && changed.allSatisfy { $0.hasPrefix("strategy") }, "\(changed)")
  }
}
