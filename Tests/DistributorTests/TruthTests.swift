import Analytics
import Distributor
import Kernel
import Testing

@Suite struct TruthTests {
  @Test(arguments: Sample.all) func `contribution counted from the files is the truth`(sample: Sample) throws {
    let trade = try YearOfTrade(sample)
    for customer in sample.truth {
      let counted = trade.contribution[customer.customer] ?? 0
      #expect(abs(counted - Double(customer.contribution) / 100) < 0.02, "\(customer.customer)")
      let revenue = trade.revenue[customer.customer] ?? 0
      #expect(abs(revenue - Double(customer.revenue) / 100) < 0.005, "\(customer.customer)")
    }
  }

  @Test(arguments: Sample.all) func `the places of an account add up to it`(sample: Sample) throws {
    let trade = try YearOfTrade(sample, byPlace: true)
    let truth = Dictionary(uniqueKeysWithValues: sample.truth.map { ($0.customer, $0.contribution) })
    var sums: [String: Int] = [:]
    for place in sample.company.truth.places {
      sums[place.account, default: 0] += place.contribution
      #expect(abs((trade.contribution[place.customer] ?? 0) - Double(place.contribution) / 100) < 0.02)
    }
    #expect(sums.count >= 25)
    for (account, sum) in sums { #expect(abs(sum - (truth[account] ?? .min / 2)) <= 5) }
  }

  @Test(arguments: Sample.all) func `every kind and strategy is there in its measure`(sample: Sample) {
    let count = sample.truth.count
    #expect((12...60).contains(sample.with(.highLifetimeValue).count))
    #expect(sample.with(.benchmark).count == 20)
    #expect((12...15).contains(sample.with(.inspiration).count))
    #expect((2...4).contains(sample.with(.costMagnet).count))
    let significant = sample.truth.count { !$0.kinds.isEmpty }
    #expect((count / 20...count / 4).contains(significant))
    #expect((35...75).contains(sample.truth.count(where: \.leaver)))
    let least: [PlantedStrategy: Int] = [
      .start: 8, .winBack: 15, .reEngineer: 9, .end: 3, .protect: 40, .enhance: 70, .harvest: 100,
    ]
    for (strategy, least) in least {
      #expect(sample.truth.count { $0.strategy == strategy } >= least, "\(strategy)")
    }
    #expect(sample.truth.count { $0.strategy == nil } <= 5)
    #expect(sample.truth.count { !$0.missing.isEmpty } <= count / 20)
  }

  @Test(arguments: Sample.all) func `distractors are there`(sample: Sample) throws {
    let bySales = sample.truth.sorted { $0.revenue > $1.revenue }.prefix(40)
    let valueRank = sample.truth.sorted { $0.expectedValue > $1.expectedValue }.map(\.customer)
    let volumeOnly = bySales.filter { one in (valueRank.firstIndex(of: one.customer) ?? 0) > sample.truth.count / 4 }
    #expect(volumeOnly.count >= 4, "High volume, low value")

    let referred = Set(try sample.observations(.reference).map(\.customer))
    let benchmarks = sample.with(.benchmark)
    let praised = try sample.observations(.prestige).filter { $0.score ?? 0 >= 4 && !benchmarks.contains($0.customer) }
    #expect(praised.count { !referred.contains($0.customer) } >= 8, "Prestige without a reference")

    let inspirations = sample.with(.inspiration)
    let ideas = try sample.observations(.idea)
    let idle = Set(ideas.filter { $0.score == 1 }.map(\.customer)).subtracting(inspirations)
    #expect(idle.count >= 15, "Ideas accepted and never carried out")
    #expect(ideas.contains { $0.score == 0 })
    let changes = try sample.observations(.change)
    #expect(changes.contains { $0.amount == nil } && changes.contains { !inspirations.contains($0.customer) })

    let links = Dictionary(grouping: try sample.observations(.referral), by: \.customer)
    let worth = Dictionary(uniqueKeysWithValues: sample.truth.map { ($0.customer, $0.expectedValue) })
    let light = links.filter { from, to in
      !benchmarks.contains(from) && to.count >= 2 && to.allSatisfy { worth[$0.other] ?? 0 < 500_000 }
    }
    #expect(light.count >= 4, "Referrers without weight")

    let earned = sample.truth.reduce(0) { $0 + max(0, $1.contribution) }
    let giants = sample.truth.filter { $0.contribution * 20 > earned && !$0.kinds.contains(.costMagnet) }
    #expect(!giants.isEmpty, "A large share of the contribution that takes a larger share of the time")
  }

  @Test(arguments: Sample.all) func `leavers buy no more and most of them can be seen`(sample: Sample) throws {
    let trade = try YearOfTrade(sample)
    let leavers = sample.truth.filter(\.leaver)
    #expect(leavers.allSatisfy { $0.expectedValue == 0 })
    #expect(leavers.count(where: \.isLapsed) >= leavers.count - 4)
    #expect(leavers.contains { !$0.isLapsed })
    for leaver in leavers {
      let last = try #require(trade.orderDays[leaver.customer]?.max())
      #expect(sample.company.asOf.days(since: last) > 10)
    }
  }

  /// Orders to come come from the process; on the average of all who stay the past year must be like them.
  @Test(arguments: Sample.all) func `expected values agree with what customers earned`(sample: Sample) {
    let staying = sample.truth.filter { !$0.leaver && $0.revenue > 0 }
    let expected = staying.reduce(0.0) { $0 + Double($1.expectedValue) }
    let yearly = staying.reduce(0.0) { $0 + Double($1.contribution) }
    #expect((2.0...2.5).contains(expected / yearly))
  }

  @Test(arguments: Sample.all) func `strategies follow from the facts beside them`(sample: Sample) {
    for one in sample.truth {
      switch one.strategy {
      case .winBack: #expect(one.isLapsed)
      case .reEngineer: #expect(one.contribution < 0 && one.bestAfterOneStep > 0)
      case .end: #expect(one.contribution < 0 && one.bestAfterOneStep <= 0 && one.kinds.isEmpty)
      case .protect: #expect(one.isValuable || !one.kinds.isEmpty && (one.hasRival || one.isAtRisk))
      case .enhance: #expect(one.revenue * 2 < one.wallet ?? 0 && one.contribution >= 0)
      case .harvest: #expect(one.isLapsed || one.contribution >= 0 && !one.isValuable)
      case .start, nil: #expect(one.revenue == 0 && !one.isLapsed)
      }
      if one.strategyIfConfirmed != one.strategy {
        #expect(one.strategyIfConfirmed == .protect && !one.kinds.isEmpty)
      }
    }
  }
}
