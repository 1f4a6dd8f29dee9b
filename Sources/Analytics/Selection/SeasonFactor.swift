import Foundation
import Kernel

/// How much more or less than usual is bought in each month of the year: a factor on forecasts of totals.
///
/// The purchase models know no seasons. Within each whole year the ratios of actual to expected purchases by month are
/// brought to a mean of one, so that a wrong level or trend is not taken for a season; the years are averaged, and the
/// result is drawn towards one by as much as the years disagree.
public struct SeasonFactor: Sendable, Equatable, Codable {
  /// January to December, around 1.
  public let months: [Double]
  /// Whole years compared, at least 2.
  public let years: Int
  /// How far the seasons are trusted: 0 leaves every factor at 1, 1 takes the averages as they are.
  public let reliability: Double

  /// Learns from purchases by day, from `first` on, and what a model expected on the same days.
  ///
  /// Refused: columns of unequal length, less than two whole years, a month in which nothing was expected.
  public init(first: Day, actual: [Double], expected: [Double]) throws {
    guard actual.count == expected.count, actual.allSatisfy({ $0 >= 0 }), expected.allSatisfy({ $0 >= 0 }) else {
      throw Problem(
        .invalid, field: "expected", "Each day has one actual and one expected number from 0.",
        mend: "Give equal columns.")
    }
    // Whole years are counted back from the last day, the most recent being the best to have.
    let years = actual.count / 365
    guard years >= 2 else {
      throw Problem(
        .invalid, field: "until",
        "A season can be told from chance only over two whole years; there are \(actual.count) days.",
        mend: "Give a longer log, or forecast without a season.")
    }
    let ratios = try (0..<years).map { year in
      let range = (actual.count - (year + 1) * 365)..<(actual.count - year * 365)
      return try SeasonFactor.yearRatios(first, actual, expected, range)
    }
    let means = (0..<12).map { month in ratios.reduce(0) { $0 + $1[month] } / Double(years) }
    var noise = 0.0
    for month in 0..<12 {
      for year in ratios { noise += (year[month] - means[month]) * (year[month] - means[month]) }
    }
    noise /= Double(12 * (years - 1) * years)
    let spread = means.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / 11
    let trust = spread > 0 ? max(0, 1 - noise / spread) : 0
    self.years = years
    reliability = trust
    months = means.map { 1 + trust * ($0 - 1) }
  }

  private static func yearRatios(
    _ first: Day, _ actual: [Double], _ expected: [Double], _ range: Range<Int>
  ) throws -> [Double] {
    var (came, due) = ([Double](repeating: 0, count: 12), [Double](repeating: 0, count: 12))
    for index in range {
      let month = first.adding(days: index).civil.month - 1
      came[month] += actual[index]
      due[month] += expected[index]
    }
    guard due.allSatisfy({ $0 > 0 }) else {
      throw Problem(
        .invalid, field: "expected", "In some month no purchase was expected.", mend: "Begin the series later.")
    }
    let ratios = zip(came, due).map { $0 / $1 }
    let mean = ratios.reduce(0, +) / 12
    guard mean > 0 else {
      throw Problem(.invalid, field: "actual", "In some year nothing was bought.", mend: "Begin the series later.")
    }
    return ratios.map { $0 / mean }
  }

  /// The factor of a day's month.
  public func factor(on day: Day) -> Double { months[day.civil.month - 1] }

  /// A forecast with the season in it: purchases expected by the end of each period from `first` on, cumulative.
  ///
  /// - Parameter days: length of a period in days, at least 1.
  public func adjusted(_ cumulative: [Double], from first: Day, days: Int = 7) -> [Double] {
    var (result, sum, before) = ([Double](), 0.0, 0.0)
    for (index, value) in cumulative.enumerated() {
      let start = first.adding(days: index * max(1, days))
      let mean = (0..<max(1, days)).reduce(0.0) { $0 + factor(on: start.adding(days: $1)) } / Double(max(1, days))
      sum += (value - before) * mean
      before = value
      result.append(sum)
    }
    return result
  }
}

extension FittedPurchases {
  /// Purchases that all rows together are expected to make by each of `ends` (periods from now, ascending): the path of
  /// the total, which a season factor can then bend.
  public func expectedPath(of histories: PurchaseHistories, ends: [Double]) -> [Double] {
    let alive = process.aliveColumn(histories)
    let stages = process.stages
    var cells: [UInt64: Int] = [:]
    var members: [(frequency: Int, age: Double)] = []
    var weights: [[Double]] = []
    for row in 0..<histories.rowCount {
      let key =
        UInt64(UInt32(bitPattern: histories.frequency[row])) << 32 | UInt64(UInt32(bitPattern: histories.age[row]))
      let cell = cells[key] ?? members.count
      if cell == members.count {
        cells[key] = cell
        members.append((Int(histories.frequency[row]), histories.times[Int(histories.age[row])]))
        weights.append([Double](repeating: 0, count: stages))
      }
      for stage in 0..<stages { weights[cell][stage] += histories.weight[row] * alive[row * stages + stage] }
    }
    let (all, counts) = (members, weights)
    let parts = Parallel.slices(of: all.count, size: 64) { range -> [Double] in
      var sums = [Double](repeating: 0, count: ends.count)
      for cell in range {
        let values = process.expectationsIfAlive(frequency: all[cell].frequency, age: all[cell].age, horizons: ends)
        for stage in 0..<stages {
          for index in ends.indices { sums[index] += counts[cell][stage] * values[stage][index] }
        }
      }
      return sums
    }
    return parts.reduce([Double](repeating: 0, count: ends.count)) { zip($0, $1).map { $0 + $1 } }
  }
}
