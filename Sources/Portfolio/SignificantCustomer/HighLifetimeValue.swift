import Analytics
import Customers
import Kernel

/// Who is expected to bring most in future (domain F8a, C31).
package struct HighLifetimeValue: Sendable, Equatable {
  package struct Row: Sendable, Equatable {
    package let customer: ID<Customer>
    /// Minor units; nil where no lifetime value is shown.
    package let lifetimeValue: Int64?
    package let contribution: Int64?
    /// Sales of the window, to name those of high volume and low lifetime value.
    package let volume: Int64

    package init(_ customer: ID<Customer>, lifetimeValue: Int64?, contribution: Int64?, volume: Int64 = 0) {
      self.customer = customer
      self.lifetimeValue = lifetimeValue
      self.contribution = contribution
      self.volume = volume
    }
  }

  /// Where the line is drawn.
  package enum Line: Sendable, Equatable, Codable {
    /// The smallest set that holds this share of customer equity, whoever ties with its last member included.
    case equity(Double)
    /// At or above this percentile of lifetime value. It fixes the share beforehand, which is the claim under test.
    case percentile(Double)
    /// At or above so many minor units.
    case floor(Int64)
  }

  package let rows: [Row]
  package let line: Line
  package let detection: Detection

  /// - Throws: `Problem` when the line is out of range.
  package init(_ rows: [Row], line: Line = .equity(0.5)) throws {
    self.rows = rows
    self.line = line
    let values = rows.map(\.lifetimeValue)
    let ranks = ValueRanking.percentiles(values.map { $0.map(Double.init) })
    let least = try Self.least(values.compactMap(\.self), line)
    let total = values.reduce(0.0) { $0 + Double($1 ?? 0) }
    var found: [SignificantCustomer] = []
    var candidates: [SignificanceCandidate] = []
    for (row, rank) in zip(rows, ranks) {
      guard let value = row.lifetimeValue, let rank, let least, value > 0, Double(value) >= least,
        (row.contribution ?? 0) >= 0
      else { continue }
      var evidence = [SignificanceEvidence(.lifetimeValue, Double(value), .estimated)]
      if total > 0 { evidence.append(.init(.equityShare, Double(value) / total, .estimated)) }
      if let contribution = row.contribution {
        evidence.append(.init(.contribution, Double(contribution)))
        found.append(.init(row.customer, .highLifetimeValue, score: rank / 100, evidence: evidence))
      } else {
        candidates.append(
          .init(customer: row.customer, kind: .highLifetimeValue, missing: .contribution, evidence: evidence))
      }
    }
    detection = Detection(.highLifetimeValue, found: found, candidates: candidates)
  }

  /// The top customers by volume that are not in the equally many top ones by lifetime value: volume alone is not
  /// enough. Biggest first.
  package func volumeAlone(ofTop fraction: Double = 0.2) -> [ID<Customer>] {
    let valued = rows.filter { $0.lifetimeValue != nil }
    guard let curve = try? ShareCurve(minor: valued.map(\.volume)) else { return [] }
    let count = curve.count(ofTop: fraction)
    let byVolume = valued.sorted { ($1.volume, $0.customer) < ($0.volume, $1.customer) }.prefix(count)
    let byValue = valued.sorted {
      ($1.lifetimeValue ?? 0, $0.customer) < ($0.lifetimeValue ?? 0, $1.customer)
    }
    let best = Set(byValue.prefix(count).map(\.customer))
    return byVolume.map(\.customer).filter { !best.contains($0) }
  }

  /// The least lifetime value within the line; nil when nobody can be.
  private static func least(_ values: [Int64], _ line: Line) throws -> Double? {
    switch line {
    case .floor(let minor): return Double(minor)
    case .equity(let share):
      guard share > 0, share <= 1 else { throw outOfRange("a share above 0, at most 1") }
      guard !values.isEmpty else { return nil }
      let ranked = values.sorted(by: >)
      let curve = try ShareCurve(minor: ranked)
      return curve.customersNeeded(for: share).map { Double(ranked[$0.count - 1]) }
    case .percentile(let rank):
      guard (0...100).contains(rank) else { throw outOfRange("a percentile from 0 to 100") }
      let ranks = ValueRanking.percentiles(values.map(Double.init))
      return zip(values, ranks).filter { ($0.1 ?? 0) >= rank }.map { Double($0.0) }.min()
    }
  }

  private static func outOfRange(_ range: String) -> Problem {
    Problem(.invalid, field: "line", "The line of high lifetime value is out of range.", mend: "Give \(range).")
  }
}
