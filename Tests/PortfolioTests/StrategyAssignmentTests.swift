import Analytics
import Customers
import Foundation
import Kernel
import Portfolio
import Testing

private let moment = Instant(microseconds: 0)

@Suite struct StrategyAssignmentTests {
  @Test func `the runner-up is what the closest figure would make of it`() throws {
    let close = try assignedStrategy(middlingCustomer { ($0.shareOfWallet, $0.openWallet) = (0.51, 9_000) })
    #expect(close.strategy == .harvest && close.runnerUp == .enhance)
    #expect(close.changes.first?.test == .walletIsOpen && abs((close.distance ?? 0) - 0.01) < 1e-12)
    #expect(close.changes.first?.line == 0.5 && close.changes.first?.value == 0.51)
    let loss = try assignedStrategy(middlingCustomer { ($0.contribution, $0.bestContribution) = (10, -5) })
    #expect(loss.runnerUp == .end && loss.changes.first?.test == .losesMoney)
    let onTheLine = try assignedStrategy(middlingCustomer { ($0.shareOfWallet, $0.openWallet) = (0.4, 4_000) })
    #expect(onTheLine.strategy == .enhance && onTheLine.distance == 0 && onTheLine.runnerUp == .harvest)
    let undecided = try assignedStrategy(middlingCustomer { $0.openWallet = nil }, strategyLines { $0.openShare = 0.7 })
    #expect(undecided.runnerUp == .harvest && undecided.changes.isEmpty)
  }

  @Test func `overrides keep both and ending needs a reason and no hold`() throws {
    let override = StrategyAssignment.Override(.enhance, reason: "New buyer.", by: "Ida", at: moment)
    var plain = try assignedStrategy(middlingCustomer())
    try plain.overrule(override)
    #expect(plain.strategy == .enhance && plain.answer == .decided(.harvest) && plain.override == override)
    plain.restore()
    #expect(plain.strategy == .harvest && plain.override == nil)
    #expect(throws: Problem.self) { try plain.overrule(.init(.enhance, reason: " \n", by: "Ida", at: moment)) }
    #expect(throws: Problem.self) { try plain.approve(.init(reason: "So.", by: "Ida", at: moment)) }

    var ended = try assignedStrategy(middlingCustomer { ($0.contribution, $0.bestContribution) = (-10, -5) })
    #expect(ended.needsApproval)
    #expect(throws: Problem.self) { try ended.requireHandover() }
    try ended.approve(.init(reason: "Taught, renegotiated, still a loss.", by: "Ida", at: moment))
    #expect(!ended.needsApproval)
    try ended.requireHandover()

    for holds in [nil, Set([HoldFlag.contract])] {
      var held = try assignedStrategy(middlingCustomer { $0.holds = holds })
      #expect(throws: Problem.self) { try held.overrule(.init(.end, reason: "Rude.", by: "Ida", at: moment)) }
    }
    var free = try assignedStrategy(middlingCustomer())
    try free.overrule(.init(.end, reason: "Rude.", by: "Ida", at: moment))
    #expect(free.needsApproval)
  }

  @Test func `stored overrides that are no longer allowed are named and not applied`() throws {
    let base = try CoreStrategies(
      [middlingCustomer(1), middlingCustomer(2) { $0.holds = [.contract] }], settings: strategyLines())
    let end = StrategyAssignment.Override(.end, reason: "Rude.", by: "Ida", at: moment)
    let approval = StrategyAssignment.Approval(reason: "Yes.", by: "Eva", at: moment)
    let after = CoreStrategies(
      base, overrides: [ID(1): end, ID(2): end], approvals: [ID(1): approval, ID(2): approval])
    #expect(after.assignments.map(\.strategy) == [.end, .harvest] && after.refused == [ID(2)])
    #expect(after.assignments.first?.approval == approval)
    #expect(try after.counts.values.reduce(0) { $0 + $1.customers } == 2)
  }

  @Test func `value ranks leave exactly the top fifth at eighty or above`() {
    for count in 2...500 {
      let ranks = ValueRanking.percentiles((0..<count).map { Double($0 * 7 % 1_000) + Double($0) / 1_000 })
      #expect(ranks.count { ($0 ?? 0) >= 80 } == (count + 4) / 5)
    }
    let withTies: [Double?] = [100.0 / 3, nil, 100.0 / 3, 0, 100]
    #expect(ValueRanking.percentiles([3, nil, 3, 1, 9]) == withTies)
    let (equal, alone): ([Double?], [Double?]) = ([0, 0, 0], [100])
    #expect(ValueRanking.percentiles([5, 5, 5]) == equal)
    #expect(ValueRanking.percentiles([5]) == alone)
    #expect(ValueRanking([middlingCustomer(), middlingCustomer(2) { $0.lifetimeValue = 1 }]).basis == .lifetimeValue)
    #expect(
      ValueRanking([middlingCustomer(), middlingCustomer(2) { $0.lifetimeValue = 1 }], by: .contribution).basis
        == .contribution)
    #expect(ValueRanking([middlingCustomer(), middlingCustomer(2)]).basis == .contribution)
  }

  @Test func `lapse is judged by rhythm, by a day or by silence`() throws {
    let (last, asOf) = (try #require(Day("2017-10-08")), try #require(Day("2017-12-31")))
    #expect(LapseRule.lastPurchase(onOrBefore: last).standing(lastPurchase: last, asOf: asOf) == .lapsed)
    #expect(
      LapseRule.lastPurchase(onOrBefore: last).standing(lastPurchase: last.adding(days: 1), asOf: asOf) == .active)
    #expect(LapseRule.silence(days: 84).standing(lastPurchase: last, asOf: asOf) == .active)
    #expect(LapseRule.silence(days: 83).standing(lastPurchase: last, asOf: asOf) == .lapsed)
    #expect(LapseRule.rhythm.standing(lastPurchase: last, rhythm: .atRisk, asOf: asOf) == .active)
    #expect(LapseRule.rhythm.standing(lastPurchase: last, rhythm: .lapsed, asOf: asOf) == .lapsed)
    #expect(LapseRule.rhythm.standing(lastPurchase: last, rhythm: .unknown, asOf: asOf) == nil)
    #expect(LapseRule.silence(days: 1).standing(lastPurchase: nil, asOf: asOf) == nil)
  }

  @Test func `odd bases get an answer`() throws {
    #expect(try CoreStrategies([]).assignments.isEmpty)
    let alone = try CoreStrategies([middlingCustomer()]).assignments.first
    #expect(alone?.strategy == .protect)
    let unknown = try CoreStrategies((1...25).map { StrategyFacts(ID($0)) })
    #expect(unknown.assignments.allSatisfy { !$0.answer.isDecided && $0.strategy == nil })
    let ties = try CoreStrategies((1...25).map { middlingCustomer($0) })
    #expect(ties.assignments.allSatisfy { $0.facts.value == 0 && $0.strategy == .harvest })
    let losses = try CoreStrategies(
      (1...25).map { id in middlingCustomer(id) { ($0.contribution, $0.bestContribution) = (-id, -id) } })
    #expect(try losses.counts == [.end: .init(customers: 25, minor: -325)])
    #expect(throws: Problem.self) { try CoreStrategies([middlingCustomer(1), middlingCustomer(1)]) }
    #expect(throws: Problem.self) { try CoreStrategies([middlingCustomer { $0.risk = .nan }]) }
    #expect(throws: Problem.self) {
      try CoreStrategies([middlingCustomer()], settings: strategyLines { $0.openShare = 50 })
    }
    #expect(
      try JSONDecoder().decode(StrategySettings.self, from: JSONEncoder().encode(strategyLines())) == strategyLines())
  }
}

@Suite struct StrategyMoneyTests {
  /// Ten who are to be enhanced, ten to be harvested, five undecided for want of a wallet.
  private func mixed() throws -> CoreStrategies {
    let facts = (1...25).map { id in
      middlingCustomer(Int64(id)) {
        $0.contribution = 10_000
        $0.costToServe = 2_000
        ($0.shareOfWallet, $0.openWallet) = id <= 10 ? (0.2, 8_000) : id <= 20 ? (0.9, 100) : (nil, nil)
      }
    }
    return try CoreStrategies(facts, settings: strategyLines())
  }

  private let playbook = Playbook(
    costs: [.enhance: 300, .harvest: 0], wins: 0.5, saves: 0.1, marginRate: 0.25)

  @Test func `every customer's money is under exactly one heading`() throws {
    var chance = Chance(seed: 21)
    let facts = (1...300).map { drawnStrategyFacts(&chance, Int64($0)) }.map { fact in
      var fact = fact
      if chance.uniform() < 0.4 { fact.openWallet = nil }
      return fact
    }
    let strategies = try CoreStrategies(facts, settings: strategyLines())
    let (counts, undecided) = (try strategies.counts, try strategies.undecided)
    let total = try facts.compactMap(\.contribution).exactSum()
    let outside = strategies.assignments.filter { $0.answer == .decided(.notPursued) }
    #expect(outside.count == strategies.notPursued)
    let sums = counts.values.map(\.minor) + undecided.map(\.count.minor) + outside.compactMap(\.facts.contribution)
    #expect(try sums.exactSum() == total)
    let heads = counts.values.reduce(0) { $0 + $1.customers } + undecided.reduce(0) { $0 + $1.count.customers }
    #expect(heads + outside.count == 300)
  }

  @Test func `a strategy's cost and gain add up and unknown ones are counted`() throws {
    let totals = try mixed().totals(playbook)
    #expect(totals.map(\.strategy) == [.enhance, .harvest])
    #expect(totals.first?.gain == 10 * 1_000 && totals.first?.cost == 3_000 && totals.first?.net == 7_000)
    #expect(totals.last?.gain == 10 * 200 && totals.last?.cost == 0)
    let empty = try mixed().totals(Playbook())
    #expect(empty.allSatisfy { $0.gain == nil && $0.cost == nil && $0.net == nil && $0.costUnknown == 10 })
  }

  @Test func `each strategy's gain is what the domain says`() {
    let facts = middlingCustomer {
      ($0.contribution, $0.bestContribution, $0.lifetimeValue, $0.risk) = (-400, 150, 9_000, 0.5)
      ($0.startGain, $0.startCost, $0.regainGain, $0.regainCost) = (70, 30, 50, 10)
      ($0.openWallet, $0.costToServe) = (8_000, 500)
    }
    let playbook = Playbook(protects: 0.2, wins: 0.1, saves: 0.3, marginRate: 0.25)
    #expect(CoreStrategy.allCases.map { playbook.gain($0, facts) } == [100, 60, 550, 400, 900, 200, 150])
    #expect(playbook.cost(.start, facts) == 30 && playbook.cost(.protect, facts) == nil)
    #expect(Playbook().gain(.enhance, facts) == nil)
  }

  @Test func `a gap is worth the better choice less the asking`() throws {
    let gaps = try DataGaps(mixed(), playbook: playbook, asking: AskingCosts([.wallet: 50]))
    // Right: enhance brings 1,000 − 300, harvest 200. Half of those alike are each. Knowing: (700 + 200) ÷ 2 = 450;
    // the best guess: enhance, 700 ÷ 2 − 300 ÷ 2 = 200.
    #expect(gaps.questions.count == 5 && gaps.questions.allSatisfy { $0.expectedGain == 250 && $0.worth == 200 })
    #expect(gaps.questions.allSatisfy { $0.facts == [.wallet] && $0.grade == .estimated })
    let gap = try #require(gaps.gaps.first)
    #expect(gap.customers == 5 && gap.worthAsking == 5 && gap.worth == 1_000 && gap.between == [.enhance, .harvest])
    let dear = try DataGaps(mixed(), playbook: playbook, asking: AskingCosts(otherwise: 251))
    #expect(dear.gaps.first?.worthAsking == 0 && dear.gaps.first?.worth == 0 && dear.questions.first?.worth == -1)
    let unpriced = try DataGaps(mixed(), playbook: Playbook(), asking: AskingCosts())
    #expect(unpriced.gaps.first?.unpriced == 5 && unpriced.questions.allSatisfy { $0.worth == nil })
  }

  @Test func `customers alike tell what to expect and nobody to tell is assumed`() throws {
    let facts = (1...60).map { id in
      middlingCustomer(Int64(id)) {
        $0.peers = id <= 30 ? "few open" : "many open"
        $0.costToServe = 2_000
        let isOpen = id <= 30 ? id % 10 == 0 : id % 10 != 0
        ($0.shareOfWallet, $0.openWallet) = id % 15 == 7 ? (nil, nil) : isOpen ? (0.2, 8_000) : (0.9, 100)
      }
    }
    let gaps = try DataGaps(
      CoreStrategies(facts, settings: strategyLines()), playbook: playbook, asking: AskingCosts(otherwise: 0))
    #expect(gaps.questions.count == 4)
    #expect(Set(gaps.questions.compactMap(\.worth)).count == 2)
    let nobody = try DataGaps(
      CoreStrategies(
        [
          middlingCustomer {
            $0.bestContribution = nil; $0.contribution = -900
          }
        ], settings: strategyLines()),
      playbook: Playbook(costs: [.reEngineer: 5, .end: 5]), asking: AskingCosts(otherwise: 0))
    #expect(nobody.questions.first?.grade == .estimated && nobody.questions.first?.worth == nil)
  }
}
