import Kernel

/// Parties and the directed, weighted links between them (domain F18).
public struct Graph: Sendable, Equatable {
  /// One link: who refers, supplies or influences whom, and what it is worth.
  public struct Link: Sendable, Equatable {
    public let from: Int
    public let to: Int
    /// Above zero.
    public let weight: Double

    public init(from: Int, to: Int, weight: Double = 1) {
      self.from = from
      self.to = to
      self.weight = weight
    }
  }

  public let nodes: Int
  /// Links by their start, then their end; several links between the same two in one direction are one, with the sum
  /// of their weights.
  public let links: [Link]
  /// Where each node's links begin in `links`; one more entry than nodes.
  let starts: [Int]

  /// - Parameter nodes: parties are numbered from 0 to below this.
  /// - Throws: `Problem` when a link names a party that does not exist or joins one with itself, or a weight is not
  ///   above zero.
  public init(nodes: Int, links: [Link]) throws {
    guard (0...50_000_000).contains(nodes) else {
      throw Problem(.invalid, field: "nodes", "\(nodes) parties are not 0 to 50,000,000.", mend: "Number from 0.")
    }
    for (row, link) in links.enumerated() {
      guard (0..<nodes).contains(link.from), (0..<nodes).contains(link.to), link.from != link.to else {
        throw Problem(
          .invalid, field: "links", "Link \(row + 1) joins a party with itself or with one that does not exist.",
          mend: "Leave that link out.")
      }
      guard link.weight > 0, link.weight <= 1e150 else {
        throw Problem(
          .invalid, field: "links", "The weight of link \(row + 1) is not above zero.", mend: "Leave that link out.")
      }
    }
    self.nodes = nodes
    self.links = Graph.merged(links)
    var starts = [Int](repeating: 0, count: nodes + 1)
    for link in self.links { starts[link.from + 1] += 1 }
    for node in 0..<nodes { starts[node + 1] += starts[node] }
    self.starts = starts
  }

  private static func merged(_ links: [Link]) -> [Link] {
    let sorted = links.sorted { ($0.from, $0.to, $0.weight) < ($1.from, $1.to, $1.weight) }
    return sorted.reduce(into: []) { merged, link in
      if let last = merged.last, last.from == link.from, last.to == link.to {
        merged[merged.count - 1] = Link(from: last.from, to: last.to, weight: last.weight + link.weight)
      } else {
        merged.append(link)
      }
    }
  }

  /// The parties that each party's links lead to.
  func targets(of node: Int) -> ArraySlice<Link> { links[starts[node]..<starts[node + 1]] }

  /// Number of different parties that link to each.
  public var inDegrees: [Int] {
    links.reduce(into: Array(repeating: 0, count: nodes)) { $0[$1.to] += 1 }
  }

  /// Number of different parties that each links to.
  public var outDegrees: [Int] { (0..<nodes).map { starts[$0 + 1] - starts[$0] } }

  /// Summed weight of the links to each.
  public var inStrengths: [Double] {
    links.reduce(into: Array(repeating: 0, count: nodes)) { $0[$1.to] += $1.weight }
  }

  /// Summed weight of the links from each.
  public var outStrengths: [Double] {
    links.reduce(into: Array(repeating: 0, count: nodes)) { $0[$1.from] += $1.weight }
  }

  /// The component of each party, whichever way its links point; components are numbered from the largest down, of
  /// equal ones first the one with the smallest party.
  public var components: [Int] {
    var parent = Array(0..<nodes)
    func root(_ node: Int) -> Int {
      var node = node
      while parent[node] != node {
        parent[node] = parent[parent[node]]
        node = parent[node]
      }
      return node
    }
    for link in links {
      let (left, right) = (root(link.from), root(link.to))
      if left != right { parent[max(left, right)] = min(left, right) }
    }
    let roots = (0..<nodes).map(root)
    var sizes = [Int](repeating: 0, count: nodes)
    for node in roots { sizes[node] += 1 }
    let order = (0..<nodes).filter { sizes[$0] > 0 }.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    var number = [Int](repeating: 0, count: nodes)
    for (new, old) in order.enumerated() { number[old] = new }
    return roots.map { number[$0] }
  }

  /// The same parties with every link also leading back.
  public var undirected: Graph {
    let pairs = links.map { link in
      link.from < link.to ? link : Link(from: link.to, to: link.from, weight: link.weight)
    }
    let merged = Graph.merged(pairs)
    return Graph(
      unchecked: merged + merged.map { Link(from: $0.to, to: $0.from, weight: $0.weight) }, nodes: nodes)
  }

  private init(unchecked links: [Link], nodes: Int) {
    self.nodes = nodes
    self.links = Graph.merged(links)
    var starts = [Int](repeating: 0, count: nodes + 1)
    for link in self.links { starts[link.from + 1] += 1 }
    for node in 0..<nodes { starts[node + 1] += starts[node] }
    self.starts = starts
  }
}
