import Customers
import Kernel

/// Known customers whom others copy (domain F8b, C32).
package enum Benchmark {
  package struct Row: Sendable, Equatable {
    package let customer: ID<Customer>
    package let segment: String?
    /// Times named as reference or reason in deals won within a year.
    package let references: Int?
    /// See `FollowOn`.
    package let followOnLift: Double?
    package let pageRank: Double?
    /// Declared: market leader, audience, press; any scale on which more is more.
    package let prestige: Double?

    package init(
      _ customer: ID<Customer>, segment: String? = nil, references: Int? = nil, followOnLift: Double? = nil,
      pageRank: Double? = nil, prestige: Double? = nil
    ) {
      self.customer = customer
      self.segment = segment
      self.references = references
      self.followOnLift = followOnLift
      self.pageRank = pageRank
      self.prestige = prestige
    }

    fileprivate var signals: [Double?] { [references.map(Double.init), followOnLift, pageRank, prestige] }
  }

  /// Weights of the four signals, and the lines.
  package struct Settings: Sendable, Equatable, Codable {
    package var references = 0.35
    package var followOnLift = 0.25
    package var pageRank = 0.2
    package var prestige = 0.2
    package var leastScore = 0.7
    package var leastSignals = 2
    /// At most this share of each segment, rounded up.
    package var mostOfSegment = 0.05

    package init() {}

    fileprivate var weights: [Double] { [references, followOnLift, pageRank, prestige] }
  }

  private static let signals: [SignificanceEvidence.Signal] = [.references, .followOnLift, .pageRank, .prestige]

  /// Each signal counts as the share of the others that have less of it, over the signals that are present.
  /// - Throws: `Problem` when a signal or weight is not a number of sensible size.
  package static func detect(_ rows: [Row], settings: Settings = Settings()) throws -> Detection {
    guard rows.allSatisfy({ $0.signals.allSatisfy { $0.map { abs($0) <= 1e150 } ?? true } }),
      settings.weights.allSatisfy({ $0 >= 0 && $0.isFinite }), (0...1).contains(settings.mostOfSegment)
    else {
      throw Problem(
        .invalid, field: "signals", "A signal or a weight is out of range.", mend: "Give weights of zero or more.")
    }
    let ranks = signals.indices.map { signal in ValueRanking.percentiles(rows.map { $0.signals[signal] }) }
    var found: [SignificantCustomer] = []
    var candidates: [SignificanceCandidate] = []
    for (place, row) in rows.enumerated() {
      let parts = signals.indices.compactMap { signal in
        ranks[signal][place].map { (rank: $0 / 100, weight: settings.weights[signal]) }
      }
      let weight = parts.reduce(0) { $0 + $1.weight }
      guard weight > 0 else { continue }
      let score = parts.reduce(0) { $0 + $1.rank * $1.weight } / weight
      guard score >= settings.leastScore - 1e-12 else { continue }
      let evidence = evidence(row)
      let isMeasured = evidence.contains { $0.grade != .declared }
      if parts.count >= settings.leastSignals, isMeasured {
        found.append(.init(row.customer, .benchmark, score: min(1, score), evidence: evidence))
      } else {
        candidates.append(
          .init(
            customer: row.customer, kind: .benchmark,
            missing: parts.count < settings.leastSignals ? .secondSignal : .measuredSignal, evidence: evidence))
      }
    }
    return Detection(.benchmark, found: best(found, of: rows, settings.mostOfSegment), candidates: candidates)
  }

  private static func evidence(_ row: Row) -> [SignificanceEvidence] {
    zip(signals, row.signals).compactMap { signal, value in
      value.map { SignificanceEvidence(signal, $0, signal == .prestige ? .declared : .measured) }
    }
  }

  private static func best(
    _ found: [SignificantCustomer], of rows: [Row], _ most: Double
  ) -> [SignificantCustomer] {
    let segments = Dictionary(rows.map { ($0.customer, $0.segment) }, uniquingKeysWith: { first, _ in first })
    let sizes = Dictionary(grouping: rows, by: \.segment).mapValues(\.count)
    return Dictionary(grouping: found) { segments[$0.customer] ?? nil }.flatMap { segment, members in
      let limit = Int((most * Double(sizes[segment] ?? 0) - 1e-9).rounded(.up))
      return members.sorted { ($1.score, $0.customer) < ($0.score, $1.customer) }.prefix(max(0, limit))
    }
  }
}
