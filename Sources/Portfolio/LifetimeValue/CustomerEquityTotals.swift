import Analytics
import Customers
import Kernel

/// What the entries come to together.
extension CustomerEquity {
  package var hasValue: Bool { entries.first?.value != nil }

  /// Customer equity (F6) in major units; nil without a spend model.
  package var total: Double? { hasValue ? entries.reduce(0) { $0 + ($1.value ?? 0) } : nil }

  package var mean: Double? { total.map { $0 / Double(max(1, entries.count)) } }

  package var median: Double? {
    guard hasValue else { return nil }
    let values = entries.compactMap(\.value)
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }

  /// The best customers: the top fifth, or another share of them.
  package func best(_ fraction: Double = 0.2) -> ArraySlice<Entry> {
    entries.prefix(Int((Double(entries.count) * fraction).rounded(.up)))
  }

  /// How the best by one ranking did afterwards, against the best by another.
  package struct Check: Sendable, Encodable {
    /// The share of all later spending that the best by expected value made.
    package let byValue: Double
    /// The same for the best by past spending.
    package let byPast: Double
    /// The best by past spending who are not among the best by value.
    package let onlyByPast: Int
    package let until: Day
  }

  package func check(_ fraction: Double = 0.2) -> Check? {
    guard let checkedUntil, hasValue else { return nil }
    let later = entries.reduce(0.0) { $0 + Double($1.laterMinor) }
    guard later > 0 else { return nil }
    let best = best(fraction)
    let past = entries.sorted { ($1.pastMinor, $0.customer) < ($0.pastMinor, $1.customer) }.prefix(best.count)
    func share(_ group: ArraySlice<Entry>) -> Double { group.reduce(0.0) { $0 + Double($1.laterMinor) } / later }
    let chosen = Set(best.map(\.customer))
    return Check(
      byValue: share(best), byPast: share(past), onlyByPast: past.count { !chosen.contains($0.customer) },
      until: checkedUntil)
  }

  /// The most that may be spent a head to keep one of the best, and on all of them.
  package func ceiling(_ fraction: Double = 0.2) -> (each: Double, total: Double)? {
    let best = best(fraction)
    guard hasValue, !best.isEmpty, margins != nil else { return nil }
    let sum = best.reduce(0) { $0 + ($1.value ?? 0) }
    return (sum / Double(best.count) * question.ceiling, sum * question.ceiling)
  }

  /// Those whom past sales put among the best fifth and expected value does not, the largest sales first: high volume,
  /// low lifetime value (C31).
  package var highVolumeLowValue: [Entry] {
    guard hasValue else { return [] }
    let best = best()
    let chosen = Set(best.map(\.customer))
    return entries.sorted { ($1.pastMinor, $0.customer) < ($0.pastMinor, $1.customer) }.prefix(best.count)
      .filter { !chosen.contains($0.customer) }
  }

  /// How many customers are valued at which margin.
  package var marginSources: MarginSources {
    entries.reduce(into: MarginSources()) { sources, entry in
      guard let margin = entry.margin else { return }
      sources.counts[margin.source, default: 0] += 1
      if margin.isBounded { sources.bounded += 1 }
    }
  }
}

/// How many customers are valued at which margin, and how many met its floor or cap.
package struct MarginSources: Sendable, Equatable {
  package var counts: [CustomerMargins.Source: Int] = [:]
  package var bounded = 0
}
