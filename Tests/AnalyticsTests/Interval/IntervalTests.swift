import Analytics
import Foundation
import Kernel
import Testing

@Suite struct IntervalTests {
  @Test func `normal quantiles agree with printed tables and invert the distribution`() {
    #expect(abs(StandardNormal.quantile(0.975) - 1.959_963_984_540_054) < 1e-14)
    #expect(abs(StandardNormal.quantile(0.01) + 2.326_347_874_040_841) < 1e-14)
    #expect(abs(StandardNormal.quantile(1e-10) + 6.361_340_902_404_056) < 1e-13)
    #expect(StandardNormal.quantile(0.5) == 0)
    #expect(StandardNormal.quantile(0) == -.infinity)
    #expect(StandardNormal.quantile(-0.1).isNaN)
    for share in stride(from: 0.001, to: 1, by: 0.001) {
      #expect(abs(StandardNormal.cumulative(StandardNormal.quantile(share)) - share) < 1e-14)
    }
  }

  @Test func `Wilson's interval of 8 in 10 is that of statsmodels`() throws {
    let interval = try ConfidenceInterval.wilson(successes: 8, trials: 10)
    #expect(abs(interval.low - 0.490_162_471_536_641_8) < 1e-12)
    #expect(abs(interval.high - 0.943_317_848_545_624_7) < 1e-12)
  }

  @Test func `Wilson's interval stays inside 0 to 1 and refuses what is no proportion`() throws {
    #expect(try ConfidenceInterval.wilson(successes: 0, trials: 5).low == 0)
    #expect(try ConfidenceInterval.wilson(successes: 5, trials: 5).high == 1)
    #expect(try ConfidenceInterval.wilson(successes: 5, trials: 5).low < 0.6)
    #expect(throws: Problem.self) { try ConfidenceInterval.wilson(successes: 3, trials: 2) }
    #expect(throws: Problem.self) { try ConfidenceInterval.wilson(successes: 0, trials: 0) }
    #expect(throws: Problem.self) { try ConfidenceInterval.wilson(successes: 1, trials: 2, level: 1) }
  }

  @Test func `Wilson's interval covers 95 percent on average`() throws {
    // Exact coverage over the binomial distribution with n = 40, averaged over true shares.
    let n = 40
    let intervals = try (0...n).map { try ConfidenceInterval.wilson(successes: $0, trials: n) }
    let shares = Array(stride(from: 0.05, through: 0.95, by: 0.01))
    let coverage = shares.map { share in
      binomial(n, share).enumerated().reduce(0.0) { sum, chance in
        intervals[chance.offset].contains(share) ? sum + chance.element : sum
      }
    }
    let mean = coverage.reduce(0, +) / Double(shares.count)
    #expect(mean > 0.945 && mean < 0.96)
  }

  /// The chances of 0 to n successes.
  private func binomial(_ n: Int, _ share: Double) -> [Double] {
    var chance = pow(1 - share, Double(n))
    return (0...n).map { successes in
      defer { chance *= Double(n - successes) / Double(successes + 1) * share / (1 - share) }
      return chance
    }
  }

  /// Skewed rows: the exponential quantiles of 60 even shares.
  private var skewed: [Double] { (0..<60).map { -log(1 - (Double($0) + 0.5) / 60) } }

  @Test func `both bootstraps surround the mean, and the corrected one leans to the long tail`() throws {
    let mean: ([Double]) -> Double = { $0.reduce(0, +) / Double($0.count) }
    let bootstrap = try Bootstrap(draws: 20_000, seed: 11)
    let plain = try bootstrap.interval(of: skewed, method: .percentile, statistic: mean)
    let corrected = try bootstrap.interval(of: skewed, statistic: mean)
    #expect(plain.contains(mean(skewed)) && corrected.contains(mean(skewed)))
    #expect(corrected.low > plain.low && corrected.high > plain.high)
    // scipy.stats.bootstrap 1.17 with 100,000 draws: 0.7628 to 1.2529 and, bias-corrected, 0.7846 to 1.2858.
    #expect(abs(plain.low - 0.7628) < 0.006 && abs(plain.high - 1.2529) < 0.01)
    #expect(abs(corrected.low - 0.7846) < 0.006 && abs(corrected.high - 1.2858) < 0.01)
    #expect(try bootstrap.interval(of: skewed, statistic: mean) == corrected)
    #expect(try Bootstrap(draws: 20_000, seed: 12).interval(of: skewed, statistic: mean) != corrected)
  }

  @Test func `rows stay together when a ratio is drawn`() throws {
    let sales = [10.0, 20, 30, 40, 50]
    let orders = [1.0, 2, 3, 4, 5]
    let interval = try Bootstrap(draws: 500).interval(rows: 5) { rows in
      rows.reduce(0) { $0 + sales[$1] } / rows.reduce(0) { $0 + orders[$1] }
    }
    #expect(abs(interval.low - 10) < 1e-12 && abs(interval.high - 10) < 1e-12)
  }

  @Test func `rows without spread or with hardly any give bounds and no trap`() throws {
    let mean: ([Double]) -> Double = { $0.reduce(0, +) / Double($0.count) }
    let equal = try Bootstrap(draws: 200).interval(of: [3, 3, 3], statistic: mean)
    #expect(equal.low == 3 && equal.high == 3)
    let tiny = try Bootstrap(draws: 200).interval(of: [1e-140, 2e-140, 9e-140], statistic: mean)
    #expect(tiny.low > 0.99e-140 && tiny.high < 9.01e-140)
  }

  @Test func `one row, no draws and an undefined statistic are refused`() throws {
    #expect(throws: Problem.self) { try Bootstrap(draws: 10) }
    let bootstrap = try Bootstrap(draws: 100)
    #expect(throws: Problem.self) { try bootstrap.interval(of: [1]) { $0[0] } }
    #expect(throws: Problem.self) { try bootstrap.interval(of: [1, 2]) { _ in .nan } }
    #expect(throws: Problem.self) { try bootstrap.interval(of: [1, .nan]) { $0[0] } }
  }
}
