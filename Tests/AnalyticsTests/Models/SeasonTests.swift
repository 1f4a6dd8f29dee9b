import Analytics
import Foundation
import Kernel
import Testing

@Suite struct SeasonTests {
  /// Customers who never leave, with purchases thinned by month: half as many in February, all in December.
  static func seasonalLog(years: Int, seed: UInt64) throws -> (log: PurchaseLog, kept: [Double]) {
    let kept = (1...12).map { 0.7 + 0.3 * cos(2 * Double.pi * Double($0) / 12) }
    var chance = Chance(seed: seed)
    let start = try Samples.day("2020-01-01")
    let process = NegativeBinomialProcess(r: 2, alpha: 10)
    var (customers, days): ([Int32], [Day]) = ([], [])
    for customer in 0..<1_500 {
      customers.append(Int32(customer))
      days.append(start)
      for time in process.drawPurchases(over: Double(years) * 365.25 / 7, using: &chance) {
        let day = start.adding(days: Int(time * 7) + 1)
        guard chance.uniform() < kept[day.civil.month - 1] else { continue }
        customers.append(Int32(customer))
        days.append(day)
      }
    }
    return (try PurchaseLog(customers: customers, days: days, amounts: days.map { _ in 100 }), kept)
  }

  @Test func `a yearly season is found and mends a forecast`() throws {
    let (log, kept) = try Self.seasonalLog(years: 4, seed: 12)
    let until = try Samples.day("2022-11-15")
    let end = until.adding(days: 91)
    let base = try log.base(until: until, holdout: end)
    let fit = try NegativeBinomialModel().fit(base.histories)
    let series = try #require(log.through(until).repeatOrdersByDay())
    let daily = fit.newCustomer.expectedPurchases(in: 1.0 / 7) * 1_500
    let season = try SeasonFactor(
      first: series.first, actual: series.counts.map { Double($0) }, expected: series.counts.map { _ in daily })
    let mean = kept.reduce(0, +) / 12
    for month in 0..<12 { #expect(agrees(season.months[month], kept[month] / mean, within: 0.1)) }
    #expect(season.years == 2)
    #expect(season.reliability > 0.9)

    let plain = fit.expectedPath(of: base.histories, ends: (1...13).map { Double($0) })
    let bent = season.adjusted(plain, from: until.adding(days: 1))
    let actual = Double(base.holdoutPurchases.reduce(0, +))
    #expect(agrees(try #require(bent.last), actual, within: 0.06), "\(bent.last ?? 0), not \(actual)")
    #expect(abs(try #require(bent.last) - actual) < abs(try #require(plain.last) - actual))
  }

  @Test func `the path of a total ends at the total`() throws {
    let base = try Samples.cdnowTenthBase()
    let fit = try BetaGeometricNBD(regularity: .fixed(2)).fit(base.histories)
    let path = fit.expectedPath(of: base.histories, ends: [13, 26, 39])
    let scores = try fit.scores(of: base.histories, settings: ScoreSettings(horizon: 39, cover: nil))
    #expect(agrees(path[2], scores.expectedPurchases.reduce(0, +), within: 1e-9))
    #expect(path[0] < path[1] && path[1] < path[2])
  }

  @Test func `chance alone is not taken for a season`() throws {
    var chance = Chance(seed: 3)
    let actual = (0..<1_100).map { _ in Double((0..<20).count { _ in chance.uniform() < 0.5 }) }
    let season = try SeasonFactor(first: Samples.day("2020-01-01"), actual: actual, expected: actual.map { _ in 10 })
    #expect(season.months.allSatisfy { abs($0 - 1) < 0.03 })
  }

  @Test func `a season needs two years`() throws {
    let day = try Samples.day("2020-01-01")
    let year = [Double](repeating: 1, count: 400)
    #expect(throws: Problem.self) { try SeasonFactor(first: day, actual: year, expected: year) }
    #expect(throws: Problem.self) { try SeasonFactor(first: day, actual: year, expected: []) }
    let empty = [Double](repeating: 0, count: 800)
    #expect(throws: Problem.self) { try SeasonFactor(first: day, actual: empty, expected: empty) }
  }
}
