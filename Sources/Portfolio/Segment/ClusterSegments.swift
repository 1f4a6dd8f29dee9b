import Analytics
import Customers
import Kernel

/// Customers alike in several measures at once, by k-means on standardised measures (domain F9c).
package struct ClusterSegments: Sendable {
  package struct Cluster: Sendable, Equatable {
    /// The largest is number 0.
    package let number: Int
    package let customers: [ID<Customer>]
    /// Mean of each measure, in its own unit.
    package let means: [SegmentMeasure: Double]
  }

  package let measures: [SegmentMeasure]
  package let clusters: [Cluster]
  /// What was tried, with its silhouette.
  package let candidates: [ClusterChoice.Candidate]
  /// Left out because a measure is missing.
  package let excluded: [ID<Customer>]
  /// What tells the groups apart; nil when there are none.
  package let centres: ClusterCentres?

  /// - Parameters:
  ///   - clusters: the numbers of groups to try; the best silhouette among those without tiny groups wins.
  ///   - isLogarithmic: whether money, counts and days go in by their logarithm.
  /// - Throws: `Problem` without a measure, or when a figure is not a number.
  package init(
    _ facts: [SegmentFacts], by measures: [SegmentMeasure], clusters numbers: ClosedRange<Int> = 2...8,
    seed: UInt64 = 1,
    isLogarithmic: Bool = false
  ) throws {
    guard !measures.isEmpty, Set(measures).count == measures.count else {
      throw Problem(
        .invalid, field: "measures", "Groups need measures, each of them once.", mend: "Choose two or more measures.")
    }
    let complete = facts.filter { fact in measures.allSatisfy { fact.measures[$0] != nil } }
    let known = Set(complete.map(\.customer))
    self.measures = measures
    excluded = facts.map(\.customer).filter { !known.contains($0) }
    guard complete.count > 1 else {
      (clusters, candidates, centres) = ([], [], nil)
      return
    }
    let features = try FeatureMatrix(
      complete.map { fact in measures.map { $0.scaled(fact.measures[$0] ?? 0, isLogarithmic: isLogarithmic) } })
    let choice = try ClusterChoice(features.standardised, clusters: numbers, by: KMeans(seed: seed))
    candidates = choice.candidates
    guard let best = choice.best else {
      (clusters, centres) = ([], nil)
      return
    }
    centres = ClusterCentres(
      measures: measures, isLogarithmic: isLogarithmic, seed: seed, means: features.means,
      deviations: features.deviations, centres: best.centres)
    let members = Dictionary(grouping: complete.indices) { best.assignment[$0] }
    clusters = members.keys.sorted().map { number in
      let rows = (members[number] ?? []).map { complete[$0] }
      let means = measures.map { measure in
        (measure, rows.reduce(0) { $0 + ($1.measures[measure] ?? 0) } / Double(rows.count))
      }
      return Cluster(
        number: number, customers: rows.map(\.customer),
        means: Dictionary(means, uniquingKeysWith: { first, _ in first }))
    }
  }

  package func cluster(of customer: ID<Customer>) -> Int? {
    clusters.first { $0.customers.contains(customer) }?.number
  }
}
