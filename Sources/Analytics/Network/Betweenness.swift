import Kernel

extension Graph {
  /// How much each party stands between others: the share of the shortest paths (fewest links, along their direction)
  /// between any two other parties that lead through it, summed over the pairs and divided by their number
  /// (n − 1)(n − 2), so 0 to 1. For links that count both ways ask `undirected`.
  ///
  /// Source: U. Brandes, J. Math. Sociology 25 (2001), 163-177; with pivots, U. Brandes, C. Pich, IJBC 17 (2007).
  /// - Parameters:
  ///   - pivots: nil to start from every party, which takes nodes × links steps; else start from so many drawn
  ///     parties and scale up, an unbiased estimate.
  ///   - seed: for the draw of the pivots.
  /// - Throws: `Problem` when the pivots are not positive.
  public func betweenness(pivots: Int? = nil, seed: UInt64 = 1) throws -> [Double] {
    try requireRows("pivots", pivots ?? 1)
    guard nodes > 2 else { return Array(repeating: 0, count: nodes) }
    let sources = sources(min(pivots ?? nodes, nodes), seed)
    // A fixed number of runs, added up in order: the result does not depend on the number of threads.
    let runs = min(16, sources.count)
    let parts = Parallel.map(runs) { run in
      var search = ShortestPaths(self)
      for place in stride(from: run, to: sources.count, by: runs) { search.add(from: sources[place]) }
      return search.dependency
    }
    let pairs = Double(nodes - 1) * Double(nodes - 2)
    let scale = Double(nodes) / Double(sources.count) / pairs
    return (0..<nodes).map { node in parts.reduce(0) { $0 + $1[node] } * scale }
  }

  private func sources(_ count: Int, _ seed: UInt64) -> [Int] {
    guard count < nodes else { return Array(0..<nodes) }
    var chance = Chance(seed: seed)
    return chance.indices(count, below: nodes)
  }
}

/// Breadth-first searches from one party after another, with what each party between gains from them.
private struct ShortestPaths {
  private let graph: Graph
  private(set) var dependency: [Double]
  private var distance: [Int32]
  private var paths: [Double]
  private var gain: [Double]
  private var order: [Int] = []

  init(_ graph: Graph) {
    self.graph = graph
    dependency = Array(repeating: 0, count: graph.nodes)
    distance = Array(repeating: -1, count: graph.nodes)
    paths = dependency
    gain = dependency
  }

  mutating func add(from source: Int) {
    order.removeAll(keepingCapacity: true)
    order.append(source)
    (distance[source], paths[source]) = (0, 1)
    var next = 0
    while next < order.count {
      let node = order[next]
      next += 1
      for link in graph.targets(of: node) {
        if distance[link.to] < 0 {
          distance[link.to] = distance[node] + 1
          order.append(link.to)
        }
        if distance[link.to] == distance[node] + 1 { paths[link.to] += paths[node] }
      }
    }
    for node in order.reversed() {
      for link in graph.targets(of: node) where distance[link.to] == distance[node] + 1 {
        gain[node] += paths[node] / paths[link.to] * (1 + gain[link.to])
      }
      if node != source { dependency[node] += gain[node] }
    }
    for node in order { (distance[node], paths[node], gain[node]) = (-1, 0, 0) }
  }
}
