import Kernel

/// Groups of customers around k centres, found by Lloyd's algorithm from greedy k-means++ starts.
///
/// The same seed gives the same groups whatever the number of threads. Features should be standardised first
/// (`FeatureMatrix.standardised`), because distance weighs every column alike.
/// Sources: S. Lloyd, IEEE Trans. Inf. Theory 28 (1982); D. Arthur, S. Vassilvitskii, SODA 2007.
public struct KMeans: Sendable {
  /// The groups that were found; the largest is number 0.
  public struct Clustering: Sendable, Equatable {
    /// Group of each row.
    public let assignment: [Int]
    /// Centre of each group.
    public let centres: [[Double]]
    /// Rows in each group, largest first.
    public let sizes: [Int]
    /// Sum of squared distances to the own centre.
    public let inertia: Double
    public let iterations: Int
    /// False when the iterations ran out first.
    public let converged: Bool

    public var clusters: Int { sizes.count }
    /// The share of the rows in the smallest group.
    public var smallestShare: Double { Double(sizes.last ?? 0) / Double(max(assignment.count, 1)) }
  }

  public let seed: UInt64
  /// Starts to make, of which the one with the least inertia is kept.
  public let starts: Int
  public let maximumIterations: Int
  /// Stops when the centres' summed squared moves fall to this times the mean variance of the columns.
  public let tolerance: Double

  /// - Throws: `Problem` when there is no start or iteration, or the tolerance is negative.
  public init(seed: UInt64 = 1, starts: Int = 4, maximumIterations: Int = 300, tolerance: Double = 1e-4) throws {
    guard (1...1_000).contains(starts), (1...100_000).contains(maximumIterations), tolerance >= 0 else {
      throw Problem(
        .invalid, field: "starts", "Starts, iterations or tolerance are outside their ranges.",
        mend: "Use 4 starts, 300 iterations and a tolerance of 0.0001.")
    }
    self.seed = seed
    self.starts = starts
    self.maximumIterations = maximumIterations
    self.tolerance = tolerance
  }

  /// Splits the rows into exactly `clusters` groups.
  /// - Throws: `Problem` when there are fewer different rows than groups, or not 1 to 64 groups.
  public func fit(_ features: FeatureMatrix, clusters: Int) throws -> Clustering {
    guard (1...64).contains(clusters) else {
      throw Problem(.invalid, field: "clusters", "\(clusters) groups are not 1 to 64.", mend: "Ask for 2 to 8.")
    }
    let variance = features.deviations.reduce(0) { $0 + $1 * $1 } / Double(features.columns)
    let lloyd = Lloyd(features, stopAt: tolerance * variance, maximumIterations: maximumIterations)
    // Each start has its own generator, so that the first start is the same however many follow.
    let runs = try (0..<starts).map { start in
      var chance = Chance(seed: seed &+ UInt64(start) &* 0x9E37_79B9_7F4A_7C15)
      return try lloyd.run(lloyd.seeds(clusters, &chance))
    }
    guard let best = runs.min(by: { $0.inertia < $1.inertia }) else {
      throw Problem(.invalid, field: "starts", "No start was made.", mend: "Use 4 starts.")
    }
    return best.numberedBySize()
  }
}

extension KMeans.Clustering {
  /// The same groups, numbered from the largest down; equal sizes by their centres.
  func numberedBySize() -> KMeans.Clustering {
    let order = sizes.indices.sorted { left, right in
      sizes[left] != sizes[right]
        ? sizes[left] > sizes[right] : centres[left].lexicographicallyPrecedes(centres[right])
    }
    var number = [Int](repeating: 0, count: sizes.count)
    for (new, old) in order.enumerated() { number[old] = new }
    return KMeans.Clustering(
      assignment: assignment.map { number[$0] }, centres: order.map { centres[$0] },
      sizes: order.map { sizes[$0] }, inertia: inertia, iterations: iterations, converged: converged)
  }
}
