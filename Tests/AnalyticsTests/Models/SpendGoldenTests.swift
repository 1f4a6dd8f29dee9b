import Analytics
import Foundation
import Testing

@Suite struct SpendGoldenTests {
  @Test func `Gamma-Gamma fits the CDNOW tenth as published`() throws {
    // CLVTools, BTYD and lifetimes agree with an independent likelihood (Fader and Hardie 2013: 6.25 3.74 15.44).
    let fit = try GammaGamma().fit(Samples.cdnowTenthBase().spending)
    #expect(abs(fit.report.logLikelihood + 4055.91769) < 1e-4)
    #expect(agrees(fit.p, 6.249572, within: 1e-3))
    #expect(agrees(fit.q, 3.744225, within: 1e-3))
    #expect(agrees(fit.gamma, 15.443521, within: 1e-3))
    #expect(agrees(try #require(fit.report.standardErrors["p"]), 1.19007, within: 3e-3))
    #expect(agrees(try #require(fit.report.standardErrors["q"]), 0.29014, within: 3e-3))
    #expect(agrees(try #require(fit.report.standardErrors["gamma"]), 4.15948, within: 3e-3))
    #expect(fit.report.customers == 946)
    #expect(agrees(fit.populationMean, 35.17037, within: 1e-5))
    #expect(agrees(fit.expectedSpend(orders: 2, mean: 22.345), 24.65392, within: 1e-5))
    #expect(agrees(fit.independence.correlation, 0.11389, within: 1e-4))
    #expect(fit.independence.allowsProduct)
  }

  @Test func `single customers are expected to spend what BTYD says`() throws {
    let fit = try GammaGamma().fit(Samples.cdnowTenthBase().spending)
    #expect(agrees(fit.expectedSpend(orders: 3, mean: 35), 35.02176, within: 1e-4))
    #expect(agrees(fit.expectedSpend(orders: 1, mean: 30), 31.57766, within: 1e-4))
    #expect(fit.expectedSpend(orders: 0, mean: 0) == fit.populationMean)
  }

  @Test func `the first ten customers are expected to spend what the spreadsheet says`() throws {
    let fit = try GammaGamma().fit(Samples.cdnowTenthBase().spending)
    let base = try Samples.cdnowTenthBase()
    let expected = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    for (row, value) in expected.enumerated() {
      let spend = fit.expectedSpend(orders: Int(base.spendOrders[row]), mean: base.meanSpend[row])
      #expect(abs(spend - value) < 0.015, "customer \(row + 1): \(spend)")
    }
  }

  @Test func `lifetime value over twelve months is that of lifetimes`() throws {
    // lifetimes 0.11.3: BG/NBD and Gamma-Gamma, twelve months of 4.345 weeks at 1 % a month.
    // Its own summary of the tenth has times and means rounded to two digits, which moves the fourth digit.
    let base = try Samples.cdnowTenthBase()
    let rows = try (0..<base.histories.rowCount).map { try #require(base.histories[$0]) }
    let histories = try PurchaseHistories(
      frequency: rows.map { Double($0.frequency) }, recency: rows.map { rounded($0.recency) },
      age: rows.map { rounded($0.age) })
    let means = base.meanSpend.map(rounded)
    let annual = pow(1.01, 52 / 4.345) - 1
    let settings = try ScoreSettings(horizon: 12 * 4.345, annualDiscount: annual, step: 4.345, cover: nil)
    let purchases = try BetaGeometricNBD().fit(histories)
    let spend = try GammaGamma().fit(SpendHistories(orders: base.spendOrders.map(Double.init), mean: means))
    let scores = try purchases.scores(
      of: histories, spend: SpendInput(model: spend, orders: base.spendOrders, mean: means), settings: settings)
    for (value, expected) in zip(scores.lifetimeValue, [36.27850, 4.63747, 8.34409, 8.34409, 8.34409]) {
      #expect(agrees(value, expected, within: 1e-4), "\(value)")
    }
    #expect(agrees(scores.lifetimeValue.reduce(0, +), 71509.90, within: 1e-4))
  }

  @Test func `value for ever is that of CLVTools at its discount per week`() throws {
    // CLVTools 0.12.1 takes ln 1.1 as the rate of a period, here a week. It stops a little way along the flat ridge of
    // Pareto/NBD, which moves the fourth digit.
    let base = try Samples.cdnowTenthBase()
    let purchases = try ParetoNBD().fit(base.histories)
    let spend = try GammaGamma().fit(base.spending)
    var (expected, discounted, value) = (0.0, 0.0, 0.0)
    for row in 0..<base.histories.rowCount {
      let outlook = purchases.outlook(for: try #require(base.histories[row]))
      let forever = outlook.discountedPurchases(rate: log(1.1))
      let each = spend.expectedSpend(orders: Int(base.spendOrders[row]), mean: base.meanSpend[row])
      if row == 0 {
        #expect(agrees(outlook.expectedPurchases(in: 39), 1.45532, within: 2e-4))
        #expect(agrees(forever, 0.425093, within: 2e-4))
        #expect(agrees(each, 24.65403, within: 1e-4))
        #expect(agrees(forever * each, 10.48027, within: 2e-4))
        // The same customer at 10 % a year, as BTYD computes it.
        let yearly = try outlook.discountedPurchases(annualRate: 0.1, unit: .week)
        #expect(agrees(yearly, 8.15900, within: 5e-4), "\(yearly)")
      }
      expected += outlook.expectedPurchases(in: 39)
      discounted += forever
      value += forever * each
    }
    #expect(agrees(expected, 1665.688, within: 2e-4))
    #expect(agrees(discounted, 490.886, within: 2e-4))
    #expect(agrees(value, 17816.345, within: 2e-4))
  }

  private func rounded(_ x: Double) -> Double { (x * 100).rounded() / 100 }
}
