import Foundation
import Kernel

/// How long customers stay, from histories of which some have not ended: the product-limit estimate of survival.
///
/// Use it where leaving is observed (contracts, subscriptions). Where customers leave silently, an end is not seen and
/// this estimate does not apply. Assumes that those who are still here when the data end leave like the others
/// (censoring tells nothing about leaving).
/// Source: E. L. Kaplan, P. Meier, JASA 53 (1958), 457-481.
public struct KaplanMeier: Sendable, Equatable {
  /// What happened at one time at which somebody left.
  public struct Step: Sendable, Equatable {
    public let time: Double
    /// Customers, or their weights, still here just before.
    public let atRisk: Double
    /// Those of them who left at this time.
    public let left: Double
    /// The share that stays beyond this time.
    public let survival: Double
    /// Greenwood's variance of `survival`.
    public let variance: Double

    /// The share of those at risk who left at this time.
    public var hazard: Double { left / atRisk }
  }

  /// Times at which somebody left, ascending.
  public let steps: [Step]
  /// Customers, or the sum of their weights, and how many of them left.
  public let customers: Double
  public let left: Double
  /// The longest duration, ended or not: beyond it nothing is known.
  public let longest: Double

  /// One row for each customer.
  /// - Parameters:
  ///   - durations: tenure in any unit, zero or more.
  ///   - observed: whether the customer left at that tenure; false when still here.
  ///   - entries: tenure at which the customer came under observation; nil for all from the start. A customer counts
  ///     as at risk only after it.
  ///   - weights: how many customers a row stands for; nil for one each.
  /// - Throws: `Problem` when there are no rows, columns differ in length, or a number is negative or not finite, or a
  ///   customer was not yet under observation when it left.
  public init(
    durations: [Double], observed: [Bool], entries: [Double]? = nil, weights: [Double]? = nil
  ) throws {
    try requireRows("durations", durations.count)
    try requireSameCount("observed", observed.count, as: durations.count)
    try requireSameCount("entries", entries?.count ?? durations.count, as: durations.count)
    try requireSameCount("weights", weights?.count ?? durations.count, as: durations.count)
    for (field, column) in [("durations", durations), ("entries", entries ?? []), ("weights", weights ?? [])] {
      try column.requireFinite(field)
      guard column.allSatisfy({ $0 >= 0 }) else {
        throw Problem(
          .invalid, field: field, "A number in \(field) is negative.", mend: "Give zero or more in every row.")
      }
    }
    if let entries, let row = durations.indices.first(where: { entries[$0] >= durations[$0] }) {
      throw Problem(
        .invalid, field: "entries", "Row \(row + 1) comes under observation at or after its end.",
        mend: "Leave out customers who ended before the data begin.")
    }
    let weights = weights ?? Array(repeating: 1, count: durations.count)
    steps = KaplanMeier.steps(durations, observed, entries, weights)
    customers = weights.reduce(0, +)
    left = durations.indices.reduce(0) { observed[$1] ? $0 + weights[$1] : $0 }
    longest = durations.max() ?? 0
  }

  /// The share of customers that stays beyond a tenure; nil beyond the longest tenure seen.
  public func survival(at time: Double) -> Double? {
    guard time >= 0, time <= longest else { return nil }
    return step(at: time)?.survival ?? 1
  }

  /// The interval of `survival(at:)`, normal on the scale ln(−ln S), which keeps it inside 0 to 1; nil where survival is
  /// unknown. Before anybody left, and once all have, it has no width.
  /// Source: J. Kalbfleisch, R. Prentice, "The Statistical Analysis of Failure Time Data" (1980), section 1.3.
  /// - Throws: `Problem` when the level is not between 0 and 1.
  public func interval(at time: Double, level: Double = 0.95) throws -> ConfidenceInterval? {
    try requireOpenShare("level", level)
    guard let share = survival(at: time) else { return nil }
    guard share > 0, share < 1, let variance = step(at: time)?.variance else {
      return ConfidenceInterval(low: share, high: share, level: level)
    }
    let spread = StandardNormal.quantile(0.5 + level / 2) * variance.squareRoot() / abs(share * log(share))
    return ConfidenceInterval(low: pow(share, exp(spread)), high: pow(share, exp(-spread)), level: level)
  }

  /// The tenure by which a share of the customers has left; nil when fewer left in the data.
  public func time(byWhichLeft share: Double = 0.5) -> Double? {
    steps.first { $0.survival <= 1 - share + 1e-12 }?.time
  }

  /// The mean tenure up to a limit: the area under the curve. nil beyond the longest tenure seen.
  public func meanTenure(upTo limit: Double) -> Double? {
    guard limit >= 0, limit <= longest else { return nil }
    var (area, last, survival) = (0.0, 0.0, 1.0)
    for step in steps where step.time < limit {
      area += survival * (step.time - last)
      (last, survival) = (step.time, step.survival)
    }
    return area + survival * (limit - last)
  }

  private func step(at time: Double) -> Step? {
    var (low, high) = (0, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? steps[low - 1] : nil
  }

  private static func steps(
    _ durations: [Double], _ observed: [Bool], _ entries: [Double]?, _ weights: [Double]
  ) -> [Step] {
    let byEnd = durations.indices.sorted { durations[$0] < durations[$1] }
    let byEntry = entries.map { entries in durations.indices.sorted { entries[$0] < entries[$1] } } ?? []
    var atRisk = entries == nil ? weights.reduce(0, +) : 0
    var (entered, ended) = (0, 0)
    var (survival, greenwood) = (1.0, 0.0)
    var steps: [Step] = []
    while ended < byEnd.count {
      let time = durations[byEnd[ended]]
      while let entries, entered < byEntry.count, entries[byEntry[entered]] < time {
        atRisk += weights[byEntry[entered]]
        entered += 1
      }
      var (left, gone) = (0.0, 0.0)
      while ended < byEnd.count, durations[byEnd[ended]] == time {
        if observed[byEnd[ended]] { left += weights[byEnd[ended]] }
        gone += weights[byEnd[ended]]
        ended += 1
      }
      if left > 0 {
        // Fractional weights leave a rest of rounding where everybody leaves.
        let staying = max(0, atRisk - left) < atRisk * 1e-12 ? 0 : atRisk - left
        survival *= staying / atRisk
        greenwood += staying > 0 ? left / (atRisk * staying) : 0
        steps.append(
          Step(
            time: time, atRisk: atRisk, left: left, survival: survival,
            variance: survival * survival * greenwood))
      }
      atRisk -= gone
    }
    return steps
  }
}
