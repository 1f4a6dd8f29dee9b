import Analytics
import Kernel
import Testing

@Suite struct ShareCurveTests {
  private func near(_ value: Double?, _ expected: Double, within tolerance: Double = 5e-4) -> Bool {
    value.map { abs($0 - expected) <= tolerance } ?? false
  }

  @Test func `the record shop holds 67.8 percent in its top fifth`() throws {
    let curve = try ShareCurve(minor: RealPurchases.totals(RealPurchases.recordShop()))
    #expect(curve.customers == 23_570)
    #expect(curve.total == 250_031_563)
    #expect(near(curve.share(ofTop: 0.2), 0.677774, within: 1e-6))
    #expect(near(curve.share(ofTop: 0.01), 0.158758, within: 1e-6))
    #expect(curve.customersNeeded(for: 0.8)?.count == 7_695)
    #expect(near(curve.customersNeeded(for: 0.8)?.fraction, 0.326474, within: 1e-6))
    #expect(near(curve.gini, 0.634571, within: 1e-6))
  }

  @Test func `the tenth of the record shop counts 472 customers as its top fifth`() throws {
    let curve = try ShareCurve(minor: RealPurchases.totals(RealPurchases.recordShopSample()))
    #expect(curve.count(ofTop: 0.2) == 472)
    #expect(near(curve.share(ofTop: 0.2), 0.674550, within: 1e-6))
  }

  @Test func `the grocery chain fails the 80 20 rule`() throws {
    let lines = try GroceryLine.all()
    let sales = Dictionary(lines.map { ($0.household, $0.cents) }, uniquingKeysWith: +)
    let curve = try ShareCurve(minor: Array(sales.values))
    #expect(curve.customers == 2_469)
    #expect(curve.count(ofTop: 0.2) == 494)
    #expect(near(curve.share(ofTop: 0.2), 0.545705, within: 1e-6))
    #expect(curve.customersNeeded(for: 0.8)?.count == 1_031)
    #expect(near(curve.threshold(ofTop: 0.2), 298_700, within: 100))
  }

  @Test func `cents and dollars give the same curve`() throws {
    let cents = try RealPurchases.totals(RealPurchases.recordShopSample())
    let exact = try ShareCurve(minor: cents)
    let rounded = try ShareCurve(values: cents.map { Double($0) / 100 })
    for fraction in [0.01, 0.05, 0.1, 0.2, 0.5, 1] {
      #expect(near(rounded.share(ofTop: fraction), exact.share(ofTop: fraction) ?? -1, within: 1e-13))
    }
    #expect(near(rounded.gini, exact.gini ?? -1, within: 1e-12))
    #expect(rounded.customersNeeded(for: 0.8)?.count == exact.customersNeeded(for: 0.8)?.count)
  }

  @Test func `one customer who has all gives the largest Gini`() throws {
    let curve = try ShareCurve(minor: [0, 0, 0, 100])
    #expect(curve.gini == 0.75)
    #expect(curve.customersNeeded(for: 1)?.count == 1)
    #expect(curve.share(ofTop: 0.25) == 1)
  }

  @Test func `equal customers give a straight line`() throws {
    let curve = try ShareCurve(values: Array(repeating: 3, count: 10))
    #expect(near(curve.gini, 0, within: 1e-15))
    #expect(curve.customersNeeded(for: 0.8)?.count == 8)
    #expect(curve.points(11).allSatisfy { abs($0.customers - $0.value) < 1e-15 })
  }

  @Test func `a fraction of seven hundredths of a hundred is seven customers`() throws {
    let curve = try ShareCurve(minor: (1...100).map { Int64($0) })
    #expect(curve.count(ofTop: 0.07) == 7)
    #expect(curve.count(ofTop: 0.29) == 29)
    #expect(curve.count(ofTop: 0.001) == 1)
    #expect(curve.count(ofTop: 0) == 0)
    #expect(curve.count(ofTop: 7) == 100)
  }

  @Test func `net returns lift the curve above one and hide the plain Gini`() throws {
    let curve = try ShareCurve(minor: [80, 40, -20])
    #expect(curve.negatives == 1)
    #expect(near(curve.share(ofTop: 0.6), 1.2, within: 1e-12))
    #expect(curve.share(ofTop: 1) == 1)
    #expect(curve.gini == nil)
    // Of 0, 40, 80: 2 (2·40 + 3·80) ÷ (3·120) − 4/3.
    #expect(near(curve.giniFloored, 640.0 / 360 - 4.0 / 3, within: 1e-12))
  }

  @Test func `a total of zero or less has no shares`() throws {
    for amounts: [Int64] in [[0, 0], [5, -5], [-1, -2]] {
      let curve = try ShareCurve(minor: amounts)
      #expect(curve.share(ofTop: 0.2) == nil)
      #expect(curve.customersNeeded(for: 0.8) == nil)
      #expect(curve.gini == nil)
      #expect(curve.points(5).isEmpty)
    }
  }

  @Test func `amounts beyond the exact range of a double still add up exactly`() throws {
    let huge = Int64(1) << 61
    let curve = try ShareCurve(minor: [huge, huge, huge, huge])
    #expect(curve.share(ofTop: 0.5) == 0.5)
    #expect(near(curve.gini, 0, within: 1e-15))
  }

  @Test func `nobody and numbers that are none are refused by name`() {
    #expect(throws: Problem.self) { try ShareCurve(values: []) }
    #expect(throws: Problem.self) { try ShareCurve(minor: []) }
    let problem = #expect(throws: Problem.self) { try ShareCurve(values: [1, .nan]) }
    #expect(problem?.field == "values")
    #expect(throws: Problem.self) { try ShareCurve(values: [1e308, 1e308]) }
  }
}

@Suite struct WhaleCurveTests {
  @Test func `the hump stands above the total by what loss makers take back`() throws {
    let curve = try WhaleCurve(contributions: [50, -30, 100, 0, -20])
    #expect(curve.total == 100)
    #expect(curve.peak == 150)
    #expect(curve.peakCustomers == 2)
    #expect(curve.lossMakers == 2)
    #expect(curve.loss == -50)
    #expect(curve.peakShare == 1.5)
    #expect(curve.destroyedShare == 0.5)
    #expect(curve.points(6).map(\.contribution) == [0, 100, 150, 150, 130, 100])
    #expect(try WhaleCurve(minor: [50, -30, 100, 0, -20]).peakShare == 1.5)
  }

  @Test func `without a positive total there is money but no share`() throws {
    let curve = try WhaleCurve(minor: [10, -30])
    #expect(curve.peakShare == nil)
    #expect(curve.destroyedShare == nil)
    #expect(curve.points(3).map(\.contribution) == [0, 10, -20])
    #expect(curve.points(3).allSatisfy { $0.share == nil })
    #expect(try WhaleCurve(minor: [-1]).peak == 0)
  }
}
