import Analytics
import Kernel

extension Concentration {
  /// The figures of the analysis, each with its evidence. Programs know them by these names; they never change.
  package var figures: [Figure] {
    [customersFor80] + topShares + [gini] + retentionFigures
  }

  package func figure(_ id: String) -> Figure? { figures.first { $0.id == id } }

  private func make(
    _ id: String, _ title: String, _ value: Double?, _ unit: Figure.Unit = .share, method: String,
    _ explanation: String,
    n: Int? = nil, window: Period? = nil, interval: ConfidenceInterval? = nil, missing: [Figure.Gap] = []
  ) -> Figure {
    Figure(
      id: id, title: title, value: value, unit: unit, asOf: asOf, window: window ?? self.window, method: method,
      explanation: explanation, n: n ?? entries.count, low: interval?.low, high: interval?.high, missing: missing)
  }

  private var noValue: [Figure.Gap] {
    curve.total > 0 ? [] : [.init("sales above what was returned", customers: entries.count)]
  }

  private var customersFor80: Figure {
    make(
      "customersFor80", "Customers who bring 80 %", curve.customersNeeded(for: 0.8)?.fraction, method: "F2",
      """
      Customers ranked by what they bought, returns taken off; the smallest share of them whose sales add up to 80 % \
      of all. Computed, never assumed to be 20 %.
      """, missing: noValue)
  }

  private var topShares: [Figure] {
    [1, 5, 10, 20, 50].map { percent in
      let fraction = Double(percent) / 100
      return make(
        "topShare.\(percent)", "Sales of the top \(percent) %",
        curve.share(ofTop: fraction), method: "F2",
        "What the best \(percent) % of customers (\(curve.count(ofTop: fraction)) of them) bought, as a share of all sales.",
        missing: noValue)
    }
  }

  private var gini: Figure {
    make(
      "gini", "Gini coefficient", curve.giniFloored, .ratio, method: "F2",
      """
      0 when all customers bring the same, near 1 when one brings everything.\
      \(curve.negatives > 0 ? " Customers who returned more than they bought (\(curve.negatives)) count as zero." : "")
      """, missing: noValue)
  }

  private var retentionFigures: [Figure] {
    let base = retention?.base ?? 0
    let words = "Customers who bought from \(basePeriod); kept are those who bought again from \(laterPeriod)."
    let missing = base > 0 ? [] : [Figure.Gap("purchases in an earlier period", customers: entries.count)]
    let both = Period(from: basePeriod.from, until: laterPeriod.until)
    let interval = try? retention?.rawInterval()
    return [
      make(
        "rawRetention", "Customers kept", retention?.raw, method: "F27", "\(words) The share of heads.", n: base,
        window: both, interval: interval ?? nil, missing: missing),
      make(
        "salesAdjustedRetention", "Sales kept", retention?.salesAdjusted, method: "F27",
        "\(words) Each counts with what they bought in the first period.", n: base, window: both, missing: missing),
      make(
        "netRevenueRetention", "Net revenue retention", retention?.netRevenue, method: "F27",
        "\(words) What they bought later over what they bought first, growth and decline included.", n: base,
        window: both, missing: missing),
    ]
  }
}
