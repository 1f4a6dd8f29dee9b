import Foundation
import Kernel

/// Studies of the models themselves, for the pages of documentation: each is a plot and can be made again.
public enum ModelStudy {
  /// How near estimates come to the truth as customers get more: estimate / truth of each parameter, with two standard
  /// errors either way as further series for the first. Sizes at which a fit is refused are left out.
  public static func recovery(
    of process: some PurchaseProcess, sizes: [Int], age: Double, unit: TimeUnit = .week, seed: UInt64
  ) -> StudyPlot {
    let names = process.name.parameterNames
    var chance = Chance(seed: seed)
    var found: [(size: Double, report: FitReport)] = []
    for size in sizes.sorted() {
      var intervals = 0.0
      let rows = (0..<max(1, size)).map { index -> PurchaseHistory in
        let own = (age * (1 - 0.25 * Double(index) / Double(max(1, size)))).rounded()
        let times = process.drawPurchases(over: own, using: &chance)
        for (before, after) in zip([0] + times, times) where after > before { intervals += log(after - before) }
        return PurchaseHistory(trusted: times.count, times.last ?? 0, own)
      }
      let sample = PurchaseHistories(rows, unit: unit, logIntervals: intervals)
      let regularity = process.stages > 1 ? process.stages : nil
      if let fitted = try? process.name.fit(.histories(sample), regularity: regularity) {
        found.append((Double(size), fitted.report))
      }
    }
    let x = found.map { log10($0.size) }
    var series = names.enumerated().map { index, name in
      StudyPlot.Series(
        name: name, x: x, y: found.map { ($0.report.parameters[name] ?? .nan) / process.parameters[index] },
        isLine: true)
    }
    for side in [-2.0, 2] {
      let name = names[0]
      let y = found.map { (_, report) in
        ((report.parameters[name] ?? .nan) + side * (report.standardErrors[name] ?? .nan)) / process.parameters[0]
      }
      series.append(StudyPlot.Series(name: "\(name) \(side < 0 ? "-" : "+") 2 s.e.", x: x, y: y, isLine: true))
    }
    return StudyPlot(
      title: "\(process.name.rawValue): estimate over truth, generated customers", xLabel: "log10 of customers",
      yLabel: "estimate / truth", series: series)
  }

  /// What tenths of the customers were expected to do and did, model by model, at the last origin of a comparison.
  public static func calibration(of comparison: ModelComparison) -> StudyPlot {
    let usable = comparison.scores.filter { !$0.calibration.isEmpty }
    let most = usable.flatMap { $0.calibration.map { max($0.meanExpected, $0.meanActual) } }.max() ?? 1
    let diagonal = StudyPlot.Series(name: "exact", x: [0, most], y: [0, most], isLine: true)
    let series = usable.prefix(5).map { score in
      StudyPlot.Series(
        name: score.model.rawValue, x: score.calibration.map(\.meanExpected), y: score.calibration.map(\.meanActual),
        isLine: false)
    }
    return StudyPlot(
      title: "Purchases by tenths of the customers, \(comparison.days) days ahead", xLabel: "expected per customer",
      yLabel: "actual per customer", series: series + [diagonal])
  }

  /// Totals that came and the intervals that would have been given, origin by origin.
  public static func coverage(of history: ForecastHistory, cover: Double = 0.9) -> StudyPlot {
    let entries = history.entries.filter { history.dispersion(asOf: $0.origin) != nil }
    let x = entries.map { Double($0.origin.days(since: history.entries[0].origin)) / 7 }
    let intervals = entries.map { history.interval(at: $0, cover: cover) }
    let percent = Special.whole((cover * 100).rounded(), most: 100)
    return StudyPlot(
      title: "\(history.model.rawValue): total of the next \(history.span) days, and \(percent) % intervals",
      xLabel: "weeks since the first origin", yLabel: "purchases",
      series: [
        .init(name: "actual", x: x, y: entries.map(\.outcome.actual), isLine: false),
        .init(name: "expected", x: x, y: intervals.map(\.expected), isLine: true),
        .init(name: "low", x: x, y: intervals.map(\.low), isLine: true),
        .init(name: "high", x: x, y: intervals.map(\.high), isLine: true),
      ])
  }

  /// What following the scorecard cost, in per cent of the best model's loss, by data set and day of choice.
  public static func regret(_ regrets: [(data: String, regrets: [ModelRegret])]) -> StudyPlot {
    StudyPlot(
      title: "Loss of the chosen model over that of the best", xLabel: "choice", yLabel: "per cent",
      series: regrets.map { set in
        .init(
          name: set.data, x: set.regrets.indices.map { Double($0 + 1) }, y: set.regrets.map { $0.regret * 100 },
          isLine: false)
      })
  }
}
