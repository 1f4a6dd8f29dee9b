import Customers
import Kernel

/// All who matter, in all ways, with what people said of them.
package struct SignificantCustomers: Sendable, Equatable {
  /// By kind, within it the best first; rejected ones are kept, with their status.
  package let all: [SignificantCustomer]
  package let candidates: [SignificanceCandidate]
  /// Size of the base they come from.
  package let base: Int

  /// - Parameters:
  ///   - verdicts: the latest of each customer and kind counts. One on somebody whom no detector proposes any more is
  ///     kept, without score: a person's word outlives the figures.
  ///   - confirmsHighValue: whether high lifetime value needs no person's word.
  package init(
    _ detections: [Detection], base: Int, verdicts: [SignificanceVerdict] = [], confirmsHighValue: Bool = false
  ) {
    struct Key: Hashable {
      let customer: ID<Customer>
      let kind: SignificanceKind
    }
    let latest = Dictionary(verdicts.map { (Key(customer: $0.customer, kind: $0.kind), $0) }) {
      $0.at > $1.at ? $0 : $1
    }
    var found = detections.flatMap(\.found)
    let proposed = Set(found.map { Key(customer: $0.customer, kind: $0.kind) })
    found += latest.filter { !proposed.contains($0.key) && $0.value.answer == .confirmed }.map { key, _ in
      SignificantCustomer(key.customer, key.kind, score: 0, evidence: [])
    }
    all = found.map { one in
      var judged = one
      switch latest[Key(customer: one.customer, kind: one.kind)]?.answer {
      case .confirmed: judged.status = .confirmed
      case .rejected: judged.status = .rejected
      case nil: judged.status = confirmsHighValue && one.kind == .highLifetimeValue ? .confirmed : .proposed
      }
      return judged
    }
    .sorted { ($0.kind, $1.score, $0.customer) < ($1.kind, $0.score, $1.customer) }
    candidates = detections.flatMap(\.candidates)
    self.base = base
  }

  /// Proposed or confirmed.
  package var standing: [SignificantCustomer] { all.filter { $0.status != .rejected } }

  /// The kinds of each customer that stands.
  package var kinds: [ID<Customer>: [SignificanceKind]] {
    Dictionary(grouping: standing, by: \.customer).mapValues { $0.map(\.kind).sorted() }
  }

  package var counts: [SignificanceKind: Int] {
    Dictionary(grouping: standing, by: \.kind).mapValues(\.count)
  }

  /// Customers who matter in any way, as a share of the base; nil for an empty one. Reported beside the "about 20 %" of
  /// the literature, never forced to it.
  package var share: Double? { base > 0 ? Double(kinds.count) / Double(base) : nil }

  /// As the strategy rules take it.
  package func significance(of customer: ID<Customer>) -> StrategyFacts.Significance {
    let states = Set(standing.lazy.filter { $0.customer == customer }.map(\.status))
    return states.contains(.confirmed) ? .confirmed : states.isEmpty ? .none : .proposed
  }

  /// The same for everybody at once; whoever is not in it is not significant.
  package var significances: [ID<Customer>: StrategyFacts.Significance] {
    Dictionary(grouping: standing, by: \.customer)
      .mapValues { $0.contains { $0.status == .confirmed } ? .confirmed : .proposed }
  }
}
