import Conditions
import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Testing

/// The published numbers of the CDNOW record shop, through import, store and analysis.
@Suite struct RecordShopTests {
  private func isNear(_ value: Double?, _ wanted: Double, relative: Double = 0.005) -> Bool {
    value.map { abs($0 - wanted) <= relative * wanted } ?? false
  }

  @Test(arguments: Stores.underTest) func `the whole record shop gives F2 and F27`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take(try RealData.file("CDNOW_master.txt"))
      #expect(run.read == 69_659 && run.rejected == 0 && run.loaded == 69_659)
      let curve = try #require(try await shop.answer(ConcentrationQuestion(try Scenario.named("F2"))))
      #expect(curve.entries.count == 23_570)
      #expect(isNear(curve.value("topShare.20"), 0.678))
      #expect(isNear(curve.value("customersFor80"), 0.326))
      #expect(isNear(curve.value("gini"), 0.635))
      #expect(curve.window == Period(first: try #require(Day("1997-01-01")), last: try #require(Day("1998-06-30"))))
      let kept = try #require(try await shop.answer(ConcentrationQuestion(try Scenario.named("F27"))))
      #expect(isNear(kept.value("rawRetention"), 0.532))
      #expect(isNear(kept.value("salesAdjustedRetention"), 0.690))
      #expect(isNear(kept.value("netRevenueRetention"), 0.672))
      // Exact, so that both stores are seen to agree to the last digit.
      #expect(curve.curve.total == 250_031_563)
    }
  }

  @Test(arguments: Stores.underTest) func `the tenth of the record shop`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take(try RealData.file("CDNOW_sample.txt")) { $0.hasHeader = false }
      #expect(run.read == 6_919 && run.loaded == 6_919)
      let answer = try #require(try await shop.answer(ConcentrationQuestion(window: .all)))
      #expect(answer.entries.count == 2_357)
      #expect(isNear(answer.value("topShare.20"), 0.674))
      #expect(answer.entries.reduce(0) { $0 + $1.orderDays } == 6_696)
    }
  }
}
