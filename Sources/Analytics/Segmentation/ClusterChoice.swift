import Kernel

/// The number of groups chosen by silhouette (domain F9c): the highest mean silhouette among the numbers of groups
/// whose smallest group is not too small.
///
/// Silhouettes are exact for up to 2,000 rows; above that they are taken over 2,000 rows drawn once with the seed.
/// Source: P. Rousseeuw, J. Comput. Appl. Math. 20 (1987), 53-65.
public struct ClusterChoice: Sendable, Equatable {
  /// One number of groups that was tried.
  public struct Candidate: Sendable, Equatable {
    public let clusters: Int
    /// Mean silhouette, −1 to 1.
    public let silhouette: Double
    public let smallestShare: Double
    /// Whether the smallest group is large enough.
    public let isAdmitted: Bool
  }

  /// The groups chosen; nil when no number of groups was admitted.
  public let best: KMeans.Clustering?
  /// What was tried, by number of groups; numbers above the count of different rows are left out.
  public let candidates: [Candidate]

  /// - Parameters:
  ///   - features: standardised rows.
  ///   - clusters: the numbers of groups to try.
  ///   - minimumShare: the least share of the rows that a group may have.
  /// - Throws: `Problem` when the numbers are not within 2 to 64.
  public init(
    _ features: FeatureMatrix, clusters: ClosedRange<Int> = 2...8, minimumShare: Double = 0.02, by method: KMeans
  ) throws {
    guard clusters.lowerBound >= 2, clusters.upperBound <= 64 else {
      throw Problem(.invalid, field: "clusters", "The groups to try are not 2 to 64.", mend: "Try 2 to 8.")
    }
    let different = features.differentRows(upTo: clusters.upperBound)
    let sample = ClusterChoice.sample(features.rows, seed: method.seed)
    var tried: [(candidate: Candidate, clustering: KMeans.Clustering)] = []
    for count in clusters where count <= different {
      let clustering = try method.fit(features, clusters: count)
      let silhouette = ClusterChoice.silhouette(features, clustering.assignment, count, rows: sample)
      let candidate = Candidate(
        clusters: count, silhouette: silhouette, smallestShare: clustering.smallestShare,
        isAdmitted: clustering.smallestShare >= minimumShare)
      tried.append((candidate, clustering))
    }
    candidates = tried.map(\.candidate)
    // Of equal silhouettes the smaller number of groups wins: max keeps the last, so the list is read backwards.
    best =
      tried.filter(\.candidate.isAdmitted).reversed()
      .max { $0.candidate.silhouette < $1.candidate.silhouette }?.clustering
  }

  /// The mean silhouette of groups over the rows given; a row alone in its group counts 0.
  /// - Returns: nil when a row, a group or an assignment is out of range.
  public static func silhouette(_ features: FeatureMatrix, assignment: [Int], clusters: Int) -> Double? {
    guard assignment.count == features.rows, clusters >= 1, assignment.allSatisfy({ (0..<clusters).contains($0) })
    else { return nil }
    return silhouette(features, assignment, clusters, rows: sample(features.rows, seed: 1))
  }

  private static func silhouette(
    _ features: FeatureMatrix, _ assignment: [Int], _ clusters: Int, rows: [Int]
  ) -> Double {
    var sizes = [Int](repeating: 0, count: clusters)
    for row in rows { sizes[assignment[row]] += 1 }
    var sum = CompensatedSum()
    for row in rows {
      let own = assignment[row]
      var totals = [Double](repeating: 0, count: clusters)
      for other in rows { totals[assignment[other]] += features.distance(row, other) }
      let others = totals.indices.filter { $0 != own && sizes[$0] > 0 }.map { totals[$0] / Double(sizes[$0]) }
      guard sizes[own] > 1, let next = others.min() else { continue }
      let within = totals[own] / Double(sizes[own] - 1)
      if max(within, next) > 0 { sum.add((next - within) / max(within, next)) }
    }
    return rows.isEmpty ? 0 : sum.value / Double(rows.count)
  }

  /// All rows, or 2,000 of them drawn without replacement, in ascending order.
  private static func sample(_ rows: Int, seed: UInt64) -> [Int] {
    let size = 2_000
    guard rows > size else { return Array(0..<rows) }
    var chance = Chance(seed: seed)
    return chance.indices(size, below: rows).sorted()
  }
}

extension FeatureMatrix {
  /// The number of different rows, or the limit when there are more.
  fileprivate func differentRows(upTo limit: Int) -> Int {
    var seen = Set<ArraySlice<Double>>()
    for index in 0..<rows where seen.count < limit { seen.insert(row(index)) }
    return seen.count
  }

  /// The Euclidean distance of two rows.
  fileprivate func distance(_ left: Int, _ right: Int) -> Double {
    values.withUnsafeBufferPointer { values in
      var sum = 0.0
      for column in 0..<columns {
        let difference = values[left * columns + column] - values[right * columns + column]
        sum += difference * difference
      }
      return sum.squareRoot()
    }
  }
}
