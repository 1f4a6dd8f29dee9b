import Analytics
import Kernel
import Testing

@Suite struct NetworkTests {
  private struct Expected: Decodable {
    let nodes: Int
    let links: [[Double]]
    let pageRank, betweenness, betweennessBothWays: [Double]
    let componentSizes: [Int]
  }

  private func graph(_ expected: Expected) throws -> Graph {
    try Graph(
      nodes: expected.nodes, links: expected.links.map { .init(from: Int($0[0]), to: Int($0[1]), weight: $0[2]) })
  }

  private func near(_ values: [Double], _ expected: [Double]) -> Bool {
    values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  @Test func `ranks, betweenness and components are those of networkx`() throws {
    let expected = try Golden.read(Expected.self, "network")
    let graph = try graph(expected)
    #expect(near(try graph.pageRank(), expected.pageRank))
    #expect(near(try graph.betweenness(), expected.betweenness))
    #expect(near(try graph.undirected.betweenness(), expected.betweennessBothWays))
    let components = graph.components
    let sizes = (0...(components.max() ?? 0)).map { number in components.count { $0 == number } }
    #expect(sizes == expected.componentSizes)
  }

  @Test func `degrees count parties and strengths add up weights`() throws {
    let graph = try Graph(
      nodes: 4, links: [.init(from: 0, to: 1, weight: 2), .init(from: 0, to: 1, weight: 3), .init(from: 2, to: 1)])
    #expect(graph.links.count == 2)
    #expect(graph.inDegrees == [0, 2, 0, 0])
    #expect(graph.outDegrees == [1, 0, 1, 0])
    #expect(graph.inStrengths == [0, 6, 0, 0])
    #expect(graph.outStrengths == [5, 0, 1, 0])
    #expect(graph.components == [0, 0, 0, 1])
  }

  @Test func `the middle of a star stands between all others`() throws {
    let star = try Graph(nodes: 5, links: (1...4).map { .init(from: 0, to: $0) }).undirected
    #expect(try star.betweenness() == [1, 0, 0, 0, 0])
    #expect(try star.pageRank().max() == star.pageRank()[0])
    #expect(try Graph(nodes: 2, links: []).betweenness() == [0, 0])
  }

  @Test func `drawn pivots come near the exact value and repeat with their seed`() throws {
    var chance = Chance(seed: 2)
    let links = (0..<4_000).map { _ in
      let from = Int(chance.uniform() * 1_000)
      // A third of the links go through party 0.
      return Graph.Link(
        from: from,
        to: Int(chance.uniform() * 3) == 0 && from != 0 ? 0 : (from + 1 + Int(chance.uniform() * 998)) % 1_000)
    }
    let graph = try Graph(nodes: 1_000, links: links).undirected
    let exact = try graph.betweenness()
    let drawn = try graph.betweenness(pivots: 200, seed: 5)
    #expect(abs(drawn[0] - exact[0]) < 0.1 * exact[0])
    #expect(try graph.betweenness(pivots: 200, seed: 5) == drawn)
    #expect(try graph.betweenness(pivots: 5_000) == exact)
  }

  @Test func `links to nobody, to oneself and without weight are refused`() throws {
    #expect(throws: Problem.self) { try Graph(nodes: 2, links: [.init(from: 0, to: 2)]) }
    #expect(throws: Problem.self) { try Graph(nodes: 2, links: [.init(from: 1, to: 1)]) }
    #expect(throws: Problem.self) { try Graph(nodes: 2, links: [.init(from: 0, to: 1, weight: 0)]) }
    #expect(throws: Problem.self) { try Graph(nodes: 2, links: [.init(from: 0, to: 1, weight: .nan)]) }
    #expect(throws: Problem.self) { try Graph(nodes: -1, links: []) }
    #expect(throws: Problem.self) { try Graph(nodes: 0, links: []).pageRank() }
    #expect(throws: Problem.self) { try Graph(nodes: 1, links: []).pageRank(damping: 1) }
  }
}

@Suite struct ReferralTests {
  @Test func `uplines, depths and downlines follow the referrals`() throws {
    let forest = try ReferralForest(referrers: [nil, 0, 0, 1, 3, nil])
    #expect(forest.depths == [0, 1, 1, 2, 3, 0])
    #expect(forest.upline(of: 4) == [3, 1, 0])
    #expect(forest.upline(of: 4, levels: 2) == [3, 1])
    #expect(forest.upline(of: 9).isEmpty)
    #expect(forest.downlineCounts(levels: 2)[0] == [2, 1])
    #expect(forest.allows(referrer: 4, of: 5))
    #expect(!forest.allows(referrer: 4, of: 0))
    #expect(!forest.allows(referrer: 5, of: 3))
    #expect(!forest.allows(referrer: 5, of: 5))
  }

  @Test func `circles and referrers who do not exist are refused with the row`() {
    let circle = #expect(throws: Problem.self) { try ReferralForest(referrers: [2, 0, 1]) }
    #expect(circle?.facts.first?.name == "customer")
    #expect(throws: Problem.self) { try ReferralForest(referrers: [0]) }
    #expect(throws: Problem.self) { try ReferralForest(referrers: [nil, 7]) }
    #expect(throws: Problem.self) { try ReferralForest(referrers: [nil, -1]) }
  }

  @Test func `referral value discounts what is truly new and saves what is not`() throws {
    let value = try ReferralValue(
      [
        .init(lifetimeValue: 115, savedCost: 20, years: 1, chanceNew: 1),
        .init(lifetimeValue: 80, savedCost: 23, years: 1, chanceNew: 0),
        .init(lifetimeValue: 60, savedCost: 20, years: 0, chanceNew: nil),
      ], rewards: 10)
    #expect(isNear(value.value, 100 + 20 + 40 - 10, 1e-12))
    #expect(value.assumed == 1)
    #expect(throws: Problem.self) {
      try ReferralValue([.init(lifetimeValue: 1, savedCost: 1, years: 0, chanceNew: 2)], rewards: 0)
    }
  }

  @Test func `commissions stop where the line ends and a refund takes them back`() throws {
    let rates = try CommissionRates(rates: [0.05, 0.02, 0.01], grossMarginRate: 0.3)
    #expect(rates.commissions(net: 10_050, levels: 3) == [502, 201, 100])
    #expect(rates.commissions(net: -10_050, levels: 3) == [-502, -201, -100])
    #expect(rates.commissions(net: 10_000, levels: 1) == [500])
    #expect(rates.commissions(net: 10_000, levels: 0).isEmpty)
    #expect(throws: Problem.self) { try CommissionRates(rates: [0.05, 0.05, 0.05], grossMarginRate: 0.3) }
    #expect(throws: Problem.self) { try CommissionRates(rates: [], grossMarginRate: 0.3) }
  }
}
