import Analytics
import Customers
import Foundation
import Kernel
import Portfolio
import Testing

private func facts(
  _ id: Int64, _ measures: [SegmentMeasure: Double] = [:], _ traits: [String: String] = [:]
) -> SegmentFacts { SegmentFacts(ID(id), measures: measures, traits: traits) }

private let loyal = SegmentRule.all([.measure(.orders, .atLeast, 3), .measure(.sales, .above, 10_000)])

@Suite struct SegmentRuleTests {
  @Test func `conditions hold up to their border`() {
    let cases: [(SegmentRule.Comparison, [Bool])] = [
      (.atLeast, [false, true, true]), (.atMost, [true, true, false]), (.above, [false, false, true]),
      (.below, [true, false, false]), (.equals, [false, true, false]),
    ]
    for (comparison, expected) in cases {
      let answers = [4.0, 5, 6].map { SegmentRule.measure(.orders, comparison, 5).matches(facts(1, [.orders: $0])) }
      #expect(answers == expected.map(Bool?.some))
    }
    let trade = SegmentRule.trait("industry", oneOf: ["oil", "seed"])
    #expect(trade.matches(facts(1, [:], ["industry": "seed"])) == true)
    #expect(trade.matches(facts(1, [:], ["industry": "steel"])) == false && trade.matches(facts(1)) == nil)
  }

  @Test func `a missing fact leaves the answer open only where it decides`() {
    #expect(loyal.matches(facts(1, [.orders: 2])) == false)
    #expect(loyal.matches(facts(1, [.orders: 3])) == nil)
    #expect(loyal.matches(facts(1, [.orders: 3, .sales: 10_001])) == true)
    let either = SegmentRule.any([.measure(.orders, .atLeast, 3), .measure(.sales, .above, 10_000)])
    #expect(either.matches(facts(1, [.orders: 3])) == true && either.matches(facts(1, [.orders: 2])) == nil)
    #expect(SegmentRule.not(loyal).matches(facts(1, [.orders: 2])) == true)
    #expect(SegmentRule.not(loyal).matches(facts(1)) == nil)
  }

  @Test func `a rule reads as a sentence`() {
    #expect(loyal.sentence(.euro) == "orders are at least 3 and sales are above 100.00 EUR")
    let mixed = SegmentRule.any([
      loyal, .not(.trait("status", oneOf: ["closed"])), .measure(.shareOfWallet, .below, 0.29),
      .measure(.daysSinceLast, .atMost, 30),
    ])
    #expect(
      mixed.sentence(.euro)
        == """
        (orders are at least 3 and sales are above 100.00 EUR) or not (status is closed) or share of wallet is below \
        29 % or time since the last purchase is at most 30 days
        """)
    #expect(SegmentRule.trait("size", oneOf: ["s", "m"]).sentence(.euro) == "size is one of s, m")
    #expect(SegmentRule.measure(.risk, .atLeast, 0.125).sentence(.euro) == "risk of leaving is at least 12.5 %")
  }

  @Test func `rules survive being stored and bad ones are refused`() throws {
    let rule = SegmentRule.any([loyal, .not(.trait("a", oneOf: ["b"]))])
    #expect(try JSONDecoder().decode(SegmentRule.self, from: JSONEncoder().encode(rule)) == rule)
    #expect(rule.measures == [.orders, .sales] && rule.traits == ["a"])
    var deep = loyal
    for _ in 0..<12 { deep = .not(deep) }
    for bad in [deep, .all([]), .any([]), .trait("x", oneOf: []), .measure(.sales, .above, .nan)] {
      #expect(throws: Problem.self) { try Segment(name: "Bad", rule: bad) }
    }
    #expect(throws: Problem.self) { try Segment(name: "  ", rule: loyal) }
  }
}

@Suite struct SegmentSplitTests {
  @Test func `the first segment that matches takes the customer`() throws {
    let segments = [
      try Segment(name: "Loyal", rule: loyal),
      try Segment(name: "Buyers", rule: .measure(.orders, .atLeast, 1)),
    ]
    let base = [
      facts(1, [.orders: 5, .sales: 20_000]), facts(2, [.orders: 5, .sales: 10_000]), facts(3, [.orders: 5]),
      facts(4, [.orders: 0, .sales: 0]), facts(5),
    ]
    let money: [ID<Customer>: Int64] = [ID(1): 1, ID(2): 10, ID(3): 100, ID(4): 1_000, ID(5): 10_000]
    let split = try SegmentSplit(segments, of: base, money: money)
    #expect(split.memberships[ID(1)] == .member("Loyal") && split.memberships[ID(2)] == .member("Buyers"))
    #expect(split.memberships[ID(3)] == .unknown("Loyal") && split.memberships[ID(4)] == .rest)
    #expect(split.segments.map(\.content.minor) == [1, 10] && split.unknown.minor == 10_100)
    #expect(split.rest.customers == 1 && split.rest.minor == 1_000)
    #expect(throws: Problem.self) { try SegmentSplit([segments[0], segments[0]], of: base) }
    #expect(try SegmentSplit([], of: base).rest.customers == 5)
    #expect(try SegmentSplit(segments, of: []).segments.allSatisfy { $0.content.customers == 0 })
  }

  @Test(arguments: [UInt64(1), 2, 3]) func `groups never overlap and money is conserved`(seed: UInt64) throws {
    var chance = Chance(seed: seed)
    let base = (1...300).map { (id: Int64) -> SegmentFacts in
      var measures: [SegmentMeasure: Double] = [:]
      for measure in [SegmentMeasure.sales, .orders, .risk] where chance.uniform() < 0.8 {
        measures[measure] = chance.uniform() * 10
      }
      return facts(id, measures)
    }
    let money = Dictionary(
      uniqueKeysWithValues: base.map { ($0.customer, Int64(chance.uniform() * 1e9) - 400_000_000) })
    let segments = try (1...6).map { (place: Int) -> Segment in
      try Segment(
        name: "S\(place)",
        rule: .any([
          .measure(.sales, .above, chance.uniform() * 10),
          .all([.measure(.orders, .below, chance.uniform() * 10), .measure(.risk, .above, chance.uniform() * 10)]),
        ]))
    }
    let split = try SegmentSplit(segments, of: base, money: money)
    let contents = split.segments.map(\.content) + [split.rest, split.unknown]
    #expect(contents.reduce(0) { $0 + $1.customers } == 300)
    #expect(try contents.map(\.minor).exactSum() == money.values.exactSum())
  }

  @Test func `scores of recency, frequency and money feed rules`() throws {
    let rows = (1...10).map {
      RecencySegments.Row(ID(Int64($0)), lastPurchase: Day(Int32($0)), orders: $0, minor: Int64($0) * 100)
    }
    let scored = try #require(try RecencySegments(rows))
    #expect(scored.scores[ID(10)]?.description == "555" && scored.scores[ID(1)]?.description == "111")
    let best = try Segment(name: "Best", rule: .measure(.monetaryScore, .atLeast, 5))
    let split = try SegmentSplit([best], of: scored.applied(to: (1...11).map { facts(Int64($0)) }))
    #expect(split.segments[0].content.customers == 2 && split.unknown.customers == 1)
    #expect(try RecencySegments([]) == nil)
  }

  @Test func `clusters find planted groups and leave out who has a gap`() throws {
    var chance = Chance(seed: 4)
    let base = (1...90).map { id -> SegmentFacts in
      let centre = Double(id % 3) * 20
      return facts(Int64(id), [.orders: centre + chance.normal(), .sales: 1_000 * (centre + chance.normal())])
    }
    let clusters = try ClusterSegments(base + [facts(91, [.orders: 3])], by: [.orders, .sales])
    #expect(clusters.clusters.map(\.customers.count) == [30, 30, 30] && clusters.excluded == [ID(91)])
    for id in 4...90 { #expect(clusters.cluster(of: ID(Int64(id))) == clusters.cluster(of: ID(Int64(id - 3)))) }
    let means = clusters.clusters.compactMap { $0.means[.orders] }.sorted()
    #expect(abs(means[0]) < 1 && abs(means[1] - 20) < 1 && abs(means[2] - 40) < 1)
    #expect(try ClusterSegments([], by: [.orders]).clusters.isEmpty)
    #expect(try ClusterSegments((1...25).map { facts($0, [.orders: 1]) }, by: [.orders]).clusters.isEmpty)
    #expect(throws: Problem.self) { try ClusterSegments(base, by: []) }
  }

  @Test func `segments stand on a map of attractiveness and fit`() throws {
    func row(_ name: String, _ rating: Double, fit: Double?, size: Double? = nil) -> SegmentAttractiveness.Row {
      .init(
        name, declared: [.growth: rating, .margin: rating], measured: size.map { [.size: $0] } ?? [:], fit: fit,
        minor: 10)
    }
    let map = try SegmentAttractiveness([
      row("a", 5, fit: 90), row("b", 3, fit: 50), row("c", 1, fit: 10), row("d", 5, fit: nil),
      .init("e", fit: 50, minor: 7),
    ])
    #expect(map.segments[0].cell == .init(attractiveness: .high, fit: .high))
    #expect(map.segments[1].cell == .init(attractiveness: .medium, fit: .medium))
    #expect(map.segments[2].cell == .init(attractiveness: .low, fit: .low))
    #expect(map.segments[3].cell == nil && map.segments[4].cell == nil)
    #expect(map.segments[0].attractiveness.missing == [.size, .rivalry, .entryBarrier, .switchingReadiness])
    #expect(try map.money[nil] == 17 && map.money.values.reduce(0, +) == 47)
    let measured = try SegmentAttractiveness([row("a", 3, fit: 1, size: 5), row("b", 3, fit: 1, size: 9)])
    #expect((measured.segments[1].attractiveness.value ?? 0) > (measured.segments[0].attractiveness.value ?? 0))
    let dragged = try SegmentAttractiveness([row("b", 3, fit: 50)], fitLines: .init(lower: 10, upper: 50))
    #expect(dragged.segments[0].cell?.fit == .high)
    #expect(throws: Problem.self) { try SegmentAttractiveness([row("a", 9, fit: 1)]) }
    #expect(throws: Problem.self) { try SegmentAttractiveness([row("a", 3, fit: 101)]) }
  }
}
