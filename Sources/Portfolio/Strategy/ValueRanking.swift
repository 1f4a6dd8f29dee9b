import Kernel

/// Where each customer stands among all by value: 0 for the worst, 100 for the best (domain F12, V).
package struct ValueRanking: Sendable, Equatable {
  package enum Basis: String, Sendable, Codable { case lifetimeValue, contribution }

  package enum Choice: String, Sendable, Codable {
    /// By lifetime value where anybody has one, else by contribution.
    case lifetimeValueFirst
    case contribution
  }

  package let basis: Basis
  /// One for each customer; nil where the value is missing.
  package let percentiles: [Double?]

  package init(_ facts: [StrategyFacts], by choice: Choice = .lifetimeValueFirst) {
    let values = facts.map { $0.lifetimeValue.map(Double.init) }
    let isByLifetime = choice == .lifetimeValueFirst && values.contains { $0 != nil }
    basis = isByLifetime ? .lifetimeValue : .contribution
    percentiles = Self.percentiles(isByLifetime ? values : facts.map { $0.contribution.map(Double.init) })
  }

  /// The share, in hundredths, of the other customers that are strictly worse. So equal customers have equal ranks, and
  /// of customers who all differ exactly the top fifth, rounded up, have 80 or more. One customer alone has 100.
  package static func percentiles(_ values: [Double?]) -> [Double?] {
    let sorted = values.compactMap(\.self).sorted()
    guard sorted.count > 1 else { return values.map { $0.map { _ in 100 } } }
    return values.map { value in
      value.map { 100 * Double(sorted.countBelow($0)) / Double(sorted.count - 1) }
    }
  }

  /// The facts with V and its basis filled in.
  package func applied(to facts: [StrategyFacts]) -> [StrategyFacts] {
    zip(facts, percentiles).map { fact, percentile in
      var ranked = fact
      ranked.value = percentile
      ranked.valueBasis = percentile == nil ? nil : basis
      return ranked
    }
  }
}

extension Array where Element: Comparable {
  /// How many elements of a sorted array are strictly below a value.
  package func countBelow(_ value: Element) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = low + (high - low) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Array where Element == Double {
  /// The middle one, or the mean of the two in the middle; nil when there is none.
  package var median: Double? {
    guard !isEmpty else { return nil }
    let sorted = sorted()
    let upper = sorted[count / 2]
    return count.isMultiple(of: 2) ? sorted[count / 2 - 1] / 2 + upper / 2 : upper
  }
}
