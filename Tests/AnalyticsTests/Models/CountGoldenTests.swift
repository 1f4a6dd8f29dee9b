import Analytics
import Foundation
import Testing

@Suite struct CountGoldenTests {
  static func donors() throws -> PurchaseHistories {
    let cells = try Samples.donations()
    return try PurchaseHistories(
      frequency: cells.map { $0[0] }, recency: cells.map { $0[1] }, age: cells.map { $0[2] },
      weight: cells.map { $0[3] }, unit: .year)
  }

  @Test func `BG/BB fits the donations as Fader, Hardie and Shang print it`() throws {
    let report = try BetaGeometricBetaBinomial().fit(Self.donors()).report
    #expect(report.customers == 11_104)
    #expect(abs(report.logLikelihood + 33225.58127) < 1e-4)
    for (name, value, error) in [
      ("alpha", 1.203522, 0.06939), ("beta", 0.749716, 0.02945), ("gamma", 0.656718, 0.05101),
      ("delta", 2.783442, 0.32082),
    ] {
      #expect(agrees(try #require(report.parameters[name]), value, within: 1e-3))
      #expect(agrees(try #require(report.standardErrors[name]), error, within: 3e-3))
    }
  }

  @Test func `BG/BB forecasts donors as BTYD does`() throws {
    let fit = try BetaGeometricBetaBinomial().fit(Self.donors())
    func outlook(_ x: Int, _ last: Double) throws -> BetaBinomialOutlook {
      fit.outlook(for: try PurchaseHistory(frequency: x, recency: last, age: 6))
    }
    #expect(agrees(fit.newCustomer.expectedPurchases(in: 6), 2.220166, within: 1e-4))
    #expect(agrees(fit.newCustomer.expectedPurchases(in: 10), 3.179807, within: 1e-4))
    for (x, last, alive) in [(0, 0.0, 0.108134), (2, 4.0, 0.589646), (4, 5.0, 0.696790), (6, 6.0, 0.930430)] {
      let value = try outlook(x, last).pAlive
      #expect(agrees(value, alive, within: 1e-4), "P(alive) of (\(x), \(last)) is \(value)")
    }
    #expect(agrees(try outlook(0, 0).expectedPurchases(in: 10), 0.130217, within: 1e-4))
    #expect(agrees(try outlook(4, 5).expectedPurchases(in: 10), 3.627863, within: 1e-4))
    #expect(agrees(try outlook(0, 0).expectedPurchases(in: 5), 0.072863, within: 1e-4))
    for (x, expected) in zip(1...6, [1.147872, 1.668798, 2.189725, 2.710651, 3.231577, 3.752504]) {
      #expect(agrees(try outlook(x, 6).expectedPurchases(in: 5), expected, within: 1e-4))
    }
    for (x, last, value) in [(0, 0.0, 0.114751), (4, 5.0, 3.196976), (6, 6.0, 5.909748)] {
      #expect(agrees(try outlook(x, last).discountedPurchases(rate: log(1.1)), value, within: 1e-4))
    }
  }

  @Test func `BG/BB gives the donations' totals`() throws {
    let donors = try Self.donors()
    let fit = try BetaGeometricBetaBinomial().fit(donors)
    let total = try (0..<donors.rowCount).reduce(0.0) { sum, row in
      let outlook = fit.outlook(for: try #require(donors[row]))
      return sum + donors.weight(of: row) * outlook.expectedPurchases(in: 5)
    }
    #expect(agrees(total, 12883.97, within: 1e-4))
    let counts = fit.newCustomer.distribution(in: 6, limit: 6).map { $0 * donors.customers }
    for (value, expected) in zip(counts, [3454.85, 1888.68, 1348.90, 1113.39, 1017.93, 1027.16, 1253.09]) {
      #expect(agrees(value, expected, within: 1e-4))
    }
  }

  @Test func `the shifted beta-geometric fits a cohort under contract`() throws {
    // After Fader and Hardie (2007), "How to project customer retention"; an independent fit.
    let cohort = try SurvivorCounts([1000, 631, 468, 382, 326, 289, 262, 241])
    let fit = try ShiftedBetaGeometric().fit(cohort)
    #expect(agrees(fit.alpha, 0.704077, within: 1e-3))
    #expect(agrees(fit.beta, 1.182043, within: 1e-3))
    #expect(abs(fit.report.logLikelihood + 1680.265) < 1e-3)
    #expect(agrees(fit.survival(after: 1), fit.retention(in: 1), within: 1e-12))
    let direct = (0...20_000).reduce(0.0) { $0 + fit.survival(after: $1) / pow(1.1, Double($1)) }
    #expect(agrees(fit.discountedLifetime(rate: 0.1), direct, within: 1e-9))
    let residual = (0...20_000).reduce(0.0) {
      $0 + fit.survival(after: 4 + $1) / fit.survival(after: 3) / pow(1.1, Double($1))
    }
    #expect(agrees(fit.discountedResidualLifetime(renewals: 3, rate: 0.1), residual, within: 1e-9))
  }

  @Test func `constant retention gives the familiar value`() throws {
    #expect(agrees(try ContractValue.lifetimeValue(margin: 1, retention: 0.8, rate: 0.1), 2.667, within: 2e-4))
    let long = try ContractValue.lifetimeValue(
      margins: [Double](repeating: 1, count: 500), retention: [Double](repeating: 0.8, count: 500), rate: 0.1)
    #expect(agrees(long, 0.8 / 0.3, within: 1e-12))
  }
}
