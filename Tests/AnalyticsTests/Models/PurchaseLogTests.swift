import Analytics
import Foundation
import Kernel
import Testing

@Suite struct PurchaseLogTests {
  private func log(_ rows: [(Int32, String, Int64)]) throws -> PurchaseLog {
    try PurchaseLog(
      customers: rows.map(\.0), days: try rows.map { try Samples.day($0.1) }, amounts: rows.map(\.2))
  }

  @Test func `purchases of one day are one order`() throws {
    let base = try log([
      (0, "2024-01-01", 500), (0, "2024-01-15", 200), (0, "2024-01-15", 300), (0, "2024-01-08", 100),
    ]).base(until: Samples.day("2024-01-29"))
    #expect(base.histories[0] == (try PurchaseHistory(frequency: 2, recency: 2, age: 4)))
    #expect(base.meanSpend == [3])
    #expect(base.spendOrders == [2])
  }

  @Test func `returns are not purchases, and orders of zero are not spend`() throws {
    let purchases = try log([
      (0, "2024-01-01", 500), (0, "2024-01-08", -500), (0, "2024-01-15", 0), (0, "2024-01-22", 400),
    ])
    #expect(purchases.returnsLeftOut == 1)
    #expect(purchases.sameDayRowsMerged == 0)
    let base = try purchases.base(until: Samples.day("2024-01-29"))
    #expect(base.histories[0] == (try PurchaseHistory(frequency: 2, recency: 3, age: 4)))
    #expect(base.spendOrders == [1])
    #expect(base.meanSpend == [4])
  }

  @Test func `the future is kept apart from the past`() throws {
    let base = try log([
      (0, "2024-01-01", 100), (0, "2024-01-10", 100), (0, "2024-02-01", 250), (0, "2024-03-01", 100),
      (1, "2024-02-01", 100),
    ]).base(until: Samples.day("2024-01-31"), holdout: Samples.day("2024-02-29"))
    #expect(base.customers == [0])
    #expect(base.histories[0]?.frequency == 1)
    #expect(base.holdoutPurchases == [1])
    #expect(base.holdoutSpend == [2.5])
  }

  @Test func `the CDNOW tenth has the orders that are known`() throws {
    let tenth = try Samples.cdnowTenth()
    #expect(tenth.orderCount == 6_696)
    #expect(tenth.sameDayRowsMerged == 223)
    #expect(tenth.customerCount == 2_357)
  }

  @Test func `equal rows are merged without losing anybody`() throws {
    let histories = try Samples.cdnowFull().base(until: Samples.day("1997-09-30")).histories
    let compressed = try histories.compressed()
    #expect(compressed.rowCount < 9_000)
    #expect(compressed.customers == 23_570)
    #expect(compressed.repeatPurchases == histories.repeatPurchases)
    #expect(try compressed.compressed() == compressed)
  }

  @Test func `opportunities are whole periods since the first order`() throws {
    let histories = try log([
      (0, "2024-01-01", 100), (0, "2024-01-08", 100), (0, "2024-01-09", 100), (0, "2024-01-10", 100),
      (0, "2024-01-30", 100),
    ]).opportunities(until: Samples.day("2024-01-31"), unit: .week)
    #expect(histories[0] == (try PurchaseHistory(frequency: 2, recency: 2, age: 4)))
  }

  struct Refusal: Sendable {
    let field: String
    let frequency, recency, age, weight: [Double]
  }

  @Test(arguments: [
    Refusal(field: "frequency", frequency: [1.5], recency: [1], age: [2], weight: [1]),
    Refusal(field: "frequency", frequency: [-1], recency: [1], age: [2], weight: [1]),
    Refusal(field: "frequency", frequency: [.nan], recency: [1], age: [2], weight: [1]),
    Refusal(field: "frequency", frequency: [1e12], recency: [1], age: [2], weight: [1]),
    Refusal(field: "recency", frequency: [1], recency: [3], age: [2], weight: [1]),
    Refusal(field: "recency", frequency: [1], recency: [0], age: [2], weight: [1]),
    Refusal(field: "recency", frequency: [0], recency: [1], age: [2], weight: [1]),
    Refusal(field: "recency", frequency: [1], recency: [.infinity], age: [2], weight: [1]),
    Refusal(field: "age", frequency: [0], recency: [0], age: [0], weight: [1]),
    Refusal(field: "age", frequency: [0], recency: [0], age: [-1], weight: [1]),
    Refusal(field: "weight", frequency: [1], recency: [1], age: [2], weight: [-1]),
    Refusal(field: "weight", frequency: [1], recency: [1], age: [2], weight: [.nan]),
    Refusal(field: "age", frequency: [1, 2], recency: [1, 1], age: [2], weight: [1, 1]),
  ])
  func `summaries that cannot be are refused by their column`(wrong: Refusal) {
    let problem = #expect(throws: Problem.self) {
      try PurchaseHistories(frequency: wrong.frequency, recency: wrong.recency, age: wrong.age, weight: wrong.weight)
    }
    #expect(problem?.field == wrong.field)
    #expect(problem?.mend != nil)
  }

  @Test func `a log that cannot be fitted is refused`() throws {
    let oneDay = try log([(0, "2024-01-01", 100), (1, "2024-01-01", 100), (0, "2024-01-01", 100)])
    let until = try Samples.day("2024-01-01")
    for name in ModelName.allCases where name != .shiftedBetaGeometric {
      let problem = #expect(throws: Problem.self) {
        try name.fit(.log(oneDay, until: until, unit: .week, currency: Currency("USD")))
      }
      #expect(problem?.field != nil)
    }
    #expect(throws: Problem.self) { try oneDay.base(until: Samples.day("2023-12-31")) }
    #expect(throws: Problem.self) { try PurchaseLog(customers: [0], days: [], amounts: []) }
    #expect(throws: Problem.self) { try log([(-1, "2024-01-01", 1)]) }
    #expect(throws: Problem.self) { try log([(0, "2024-01-01", .max), (0, "2024-01-01", .max)]) }
    #expect(throws: Problem.self) { try log([(.max, "2024-01-01", 1)]) }
  }

  @Test func `repeat orders of the CDNOW tenth add up week by week as in BTYD`() throws {
    let (first, counts) = try #require(try Samples.cdnowTenth().repeatOrdersByDay())
    #expect(try first == Samples.day("1997-01-01"))
    #expect(counts.prefix(39 * 7).reduce(0, +) == 2_457)
    #expect(counts.prefix(78 * 7).reduce(0, +) == 4_339)
  }
}
