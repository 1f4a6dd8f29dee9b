import Analytics
import Kernel

extension CustomerEquity {
  /// The figures of the analysis, each with its evidence. Programs know them by these names; they never change.
  package var figures: [Figure] { [equity, meanValue, topValueShare, ceilingFigure, expectedOrders] }

  package func figure(_ id: String) -> Figure? { figures.first { $0.id == id } }

  /// Value rests on a model, and on an entered margin or retention where there is one.
  private var grade: Figure.Grade {
    let isRetentionEntered = contracts.retention.map { $0.observed == nil && !contracts.running.isEmpty } ?? false
    return margins?.isAssumed == true || isRetentionEntered ? .assumed : .estimated
  }

  private var noun: String { margins == nil ? "sales" : "margin" }

  private var gaps: [Figure.Gap] {
    let noMargin = margins == nil ? [Figure.Gap("a gross margin", customers: entries.count)] : []
    let unkept = contracts.retention == nil ? contracts.running.count : 0
    let noRetention = unkept > 0 ? [Figure.Gap("how many contracts are kept", customers: unkept)] : []
    return noMargin + noRetention + (obstacle.map { [Figure.Gap($0, customers: entries.count)] } ?? [])
  }

  private func make(
    _ id: String, _ title: String, _ value: Double?, _ unit: Figure.Unit, method: String = "F5",
    _ explanation: String, low: Double? = nil, high: Double? = nil
  ) -> Figure {
    Figure(
      id: id, title: title, value: value, unit: unit, asOf: asOf, window: nil, method: method,
      explanation: explanation, n: entries.count, low: low, high: high, grade: grade, missing: gaps)
  }

  private var horizon: String { "the next \(question.months) months" }

  private var equity: Figure {
    make(
      "customerEquity", margins == nil ? "Expected sales, discounted" : "Customer equity", total,
      .money(currency), method: "F6",
      "The \(noun) to be expected from today's customers in \(horizon), discounted at \(Int((question.annualDiscount * 100).rounded())) % a year, summed over all."
    )
  }

  private var meanValue: Figure {
    make(
      "meanLifetimeValue", "Lifetime value of a customer", mean, .money(currency),
      "The mean; half of the customers are worth less than \(median.map { "\(($0 * 100).rounded() / 100)" } ?? "this")."
    )
  }

  private var topValueShare: Figure {
    let best = best().reduce(0) { $0 + ($1.value ?? 0) }
    return make(
      "topValueShare.20", "Equity in the top 20 %", total.map { $0 > 0 ? best / $0 : 0 }, .share,
      "What the \(self.best().count) customers with the highest expected value hold of all of it.")
  }

  private var ceilingFigure: Figure {
    make(
      "spendCeiling", "Ceiling for keeping one of them", ceiling()?.each, .money(currency),
      "\(Int((question.ceiling * 100).rounded())) % of the mean lifetime value of the top 20 %: more than that is not to be spent on keeping one of them. All together \(ceiling().map { "\(Int($0.total.rounded()))" } ?? "unknown")."
    )
  }

  private var expectedOrders: Figure {
    let all = entries.reduce(0) { $0 + $1.expectedOrders }
    return make(
      "expectedOrders", "Orders to be expected", entries.isEmpty ? nil : all, .count,
      "Orders of today's customers in \(horizon), undiscounted.")
  }
}
