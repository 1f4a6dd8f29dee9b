import Analytics
import Kernel
import Testing

@Suite struct RFMTests {
  @Test func `ten different customers fill each fifth with two`() {
    #expect(RFM.fifths([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    #expect(RFM.fifths([3, 1, 2, 5, 4]) == [3, 1, 2, 5, 4])
  }

  @Test func `equal customers get equal scores and at most a fifth score five`() throws {
    #expect(RFM.fifths([1, 1, 1, 1, 1, 1, 2, 2, 3, 9]) == [1, 1, 1, 1, 1, 1, 4, 4, 5, 5])
    #expect(RFM.fifths([7, 7, 7]) == [1, 1, 1])
    #expect(RFM.fifths([Int]()) == [])
    let orders = Dictionary(try RealPurchases.recordShop().map { ($0.customer, 1) }, uniquingKeysWith: +)
    let scores = RFM.fifths(Array(orders.values))
    #expect(scores.count { $0 == 5 } * 5 <= scores.count)
    let byCount = Dictionary(grouping: zip(orders.values, scores), by: \.0)
    #expect(byCount.values.allSatisfy { Set($0.map(\.1)).count == 1 })
  }

  @Test func `cells add up to the base`() throws {
    let rfm = try RFM(
      lastPurchase: [Day(100), Day(90), Day(80), Day(70), Day(60)], frequency: [9, 5, 4, 2, 1],
      monetary: [500, 90, 80, 30, -4])
    #expect(rfm.scores.map(\.description) == ["555", "444", "333", "222", "111"])
    #expect(rfm.cells.map(\.score.description) == ["555", "444", "333", "222", "111"])
    #expect(rfm.cells.reduce(0) { $0 + $1.customers } == 5)
    #expect(rfm.cells[0].monetary == 500)
    #expect(rfm.scores[0].sum == 15)
  }

  @Test func `columns of different length are refused`() {
    #expect(throws: Problem.self) { try RFM(lastPurchase: [Day(1)], frequency: [1, 2], monetary: [1]) }
    #expect(throws: Problem.self) { try RFM(lastPurchase: [], frequency: [], monetary: []) }
    #expect(throws: Problem.self) { try RFM(lastPurchase: [Day(1)], frequency: [-1], monetary: [1]) }
  }
}

@Suite struct KMeansTests {
  /// Points around three corners, 60, 30 and 10 of them.
  private func corners(seed: UInt64 = 5) throws -> FeatureMatrix {
    var chance = Chance(seed: seed)
    let centres = [[0.0, 0], [10, 0], [0, 10]]
    let rows = [60, 30, 10].enumerated().flatMap { index, count in
      (0..<count).map { _ in centres[index].map { $0 + chance.uniform() } }
    }
    return try FeatureMatrix(rows)
  }

  @Test func `three corners are found and numbered by size`() throws {
    let clustering = try KMeans(seed: 1).fit(corners(), clusters: 3)
    #expect(clustering.sizes == [60, 30, 10])
    #expect(
      clustering.assignment == Array(repeating: 0, count: 60) + Array(repeating: 1, count: 30)
        + Array(repeating: 2, count: 10))
    #expect(clustering.converged)
    #expect(abs(clustering.centres[1][0] - 10.5) < 0.3)
  }

  @Test func `the silhouette chooses three and a floor on the smallest group removes it`() throws {
    let choice = try ClusterChoice(corners(), by: KMeans(seed: 3))
    #expect(choice.best?.clusters == 3)
    #expect(choice.candidates.map(\.clusters) == Array(2...8))
    #expect((choice.candidates.first { $0.clusters == 3 }?.silhouette ?? 0) > 0.8)
    let strict = try ClusterChoice(corners(), minimumShare: 0.15, by: KMeans(seed: 3))
    #expect(strict.best?.clusters == 2)
    let impossible = try ClusterChoice(corners(), minimumShare: 0.6, by: KMeans(seed: 3))
    #expect(impossible.best == nil)
  }

  @Test func `the silhouette of four points on a line is known`() throws {
    // Points 0, 1 | 4, 5: a = 1; b = 4.5, 3.5, 3.5, 4.5.
    let line = try FeatureMatrix([[0], [1], [4], [5]])
    let expected = ((1 - 1 / 4.5) * 2 + (1 - 1 / 3.5) * 2) / 4
    let silhouette = try #require(ClusterChoice.silhouette(line, assignment: [0, 0, 1, 1], clusters: 2))
    #expect(abs(silhouette - expected) < 1e-12)
    #expect(ClusterChoice.silhouette(line, assignment: [0, 0, 1], clusters: 2) == nil)
    #expect(ClusterChoice.silhouette(line, assignment: [0, 0, 1, 2], clusters: 2) == nil)
  }

  @Test func `equal seed gives equal groups over many runs of rows`() throws {
    var chance = Chance(seed: 9)
    let rows = 50_000
    let features = try FeatureMatrix(
      rows: rows, columns: 3, values: (0..<(rows * 3)).map { _ in chance.uniform() })
    let first = try KMeans(seed: 4, starts: 1).fit(features, clusters: 9)
    #expect(try KMeans(seed: 4, starts: 1).fit(features, clusters: 9) == first)
    #expect(first.sizes.reduce(0, +) == rows)
  }

  @Test func `more groups than different rows are refused and left out of the choice`() throws {
    let pairs = try FeatureMatrix([[1, 1], [1, 1], [2, 2], [2, 2], [3, 3]])
    #expect(throws: Problem.self) { try KMeans().fit(pairs, clusters: 4) }
    #expect(try KMeans().fit(pairs, clusters: 3).inertia == 0)
    #expect(try ClusterChoice(pairs, by: KMeans()).candidates.map(\.clusters) == [2, 3])
    #expect(throws: Problem.self) { try ClusterChoice(pairs, clusters: 1...3, by: KMeans()) }
  }

  @Test func `standardised columns have mean 0 and deviation 1, constant ones are 0`() throws {
    let scaled = try FeatureMatrix([[1, 5, 0.1], [2, 5, 0.1], [6, 5, 0.1]]).standardised
    #expect(abs(scaled.means[0]) < 1e-15)
    #expect(abs(scaled.deviations[0] - 1) < 1e-15)
    #expect((0..<3).allSatisfy { Array(scaled.row($0).dropFirst()) == [0, 0] })
    #expect(throws: Problem.self) { try FeatureMatrix([[1], [1, 2]]) }
    #expect(throws: Problem.self) { try FeatureMatrix([[.infinity]]) }
    #expect(throws: Problem.self) { try FeatureMatrix([]) }
  }

  @Test func `entropy is largest when groups are equal`() throws {
    #expect(try Entropy(counts: [5, 5, 5, 5]).evenness == 1)
    #expect(try Entropy(counts: [5, 0, 0]).evenness == 0)
    #expect(try Entropy(counts: [7]).evenness == nil)
    #expect(abs(try Entropy(counts: [1, 3]).nats - 0.562_335_144_618_808) < 1e-15)
    #expect(throws: Problem.self) { try Entropy(counts: [0, 0]) }
    #expect(throws: Problem.self) { try Entropy(counts: [1, -1]) }
  }
}
