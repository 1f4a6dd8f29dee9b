import Kernel

/// Whether groups of customers leave at different rates: the log-rank test.
/// Source: N. Mantel, Cancer Chemotherapy Reports 50 (1966), 163-170.
public struct LogRank: Sendable, Equatable {
  /// Chi-square with one degree of freedom.
  public let statistic: Double
  /// The chance of a statistic at least as large if both groups left alike.
  public let pValue: Double
  /// Customers who left in the first group, and how many would have if both left alike.
  public let observed: Double
  public let expected: Double

  /// Compares those in the first group with all others.
  /// - Throws: `Problem` when columns differ in length, a duration is negative or not finite, a group is empty, or
  ///   nobody left while both groups were there.
  public init(durations: [Double], left: [Bool], isFirst: [Bool]) throws {
    try requireSameCount("left", left.count, as: durations.count)
    try requireSameCount("isFirst", isFirst.count, as: durations.count)
    try durations.requireFinite("durations")
    guard durations.allSatisfy({ $0 >= 0 }) else {
      throw Problem(.invalid, field: "durations", "A duration is negative.", mend: "Give zero or more in every row.")
    }
    let order = durations.indices.sorted { durations[$0] < durations[$1] }
    var (all, first) = (Double(order.count), Double(isFirst.count { $0 }))
    var (seen, wanted, variance) = (0.0, 0.0, 0.0)
    var next = 0
    while next < order.count {
      let time = durations[order[next]]
      let run = order[next...].prefix { durations[$0] == time }
      let leavers = run.filter { left[$0] }
      let d = Double(leavers.count)
      seen += Double(leavers.count { isFirst[$0] })
      wanted += d * first / all
      if all > 1 { variance += d * (first / all) * (1 - first / all) * (all - d) / (all - 1) }
      all -= Double(run.count)
      first -= Double(run.count { isFirst[$0] })
      next += run.count
    }
    guard variance > 0 else {
      throw Problem(
        .invalid, field: "isFirst", "Nobody left while both groups had customers.",
        mend: "Compare groups that both have customers and leavers.")
    }
    observed = seen
    expected = wanted
    statistic = (seen - wanted) * (seen - wanted) / variance
    pValue = ChiSquare.above(statistic, degrees: 1)
  }
}
