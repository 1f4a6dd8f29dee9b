import Analytics
import Customers
import Foundation
import Kernel
import Portfolio
import Testing

/// A customer of whom everything is known: middling, nothing against it, half of its wallet open.
private func known(_ id: Int64 = 1, _ change: (inout StrategyFacts) -> Void = { _ in }) -> StrategyFacts {
  var facts = StrategyFacts(ID(id), standing: .active)
  facts.contribution = 10_000
  facts.bestContribution = 12_000
  facts.shareOfWallet = 0.6
  facts.openWallet = 5_000
  facts.risk = 0.1
  facts.rivalSeen = false
  facts.significance = StrategyFacts.Significance.none
  facts.holds = []
  change(&facts)
  return facts
}

/// Four plain customers around the one in question, so that it ranks where its contribution puts it.
private func base(_ facts: StrategyFacts) -> [StrategyFacts] {
  [facts] + (2...5).map { id in known(Int64(id)) { $0.contribution = 20_000 + Int64(id) } }
}

private func settings(_ change: (inout StrategySettings) -> Void = { _ in }) -> StrategySettings {
  var settings = StrategySettings()
  settings.roomFloor = 4_000
  settings.moneyScale = 10_000
  change(&settings)
  return settings
}

/// The assignment of one customer; `value` puts it at the bottom, or at the top.
private func assign(
  _ facts: StrategyFacts, high: Bool = false, _ lines: StrategySettings = settings()
) throws -> StrategyAssignment {
  var ranked = facts
  ranked.lifetimeValue = high ? 99 : 1
  let others = (2...6).map { id in known(Int64(id)) { $0.lifetimeValue = Int64(id) } }
  return try #require(try CoreStrategies([ranked] + others, settings: lines).assignments.first)
}

private func call(
  _ facts: StrategyFacts, high: Bool = false, _ lines: StrategySettings = settings()
) throws -> StrategyCall? {
  if case .decided(let call) = try assign(facts, high: high, lines).answer { call } else { nil }
}

private let moment = Instant(microseconds: 0)

/// The rules of F12 written a second time, as the table has them, for facts of which none is missing.
private func table(_ facts: StrategyFacts, high: Bool, _ lines: StrategySettings) -> CoreStrategy? {
  let (contribution, best) = (facts.contribution ?? 0, facts.bestContribution ?? 0)
  let isSignificant = facts.significance != StrategyFacts.Significance.none
  let risk = (facts.risk ?? 0) >= lines.riskLimit || (lines.declineIsRisk && facts.isDeclining == true)
  if facts.standing == .prospect {
    return (facts.fit ?? 0) >= lines.fitFloor && (facts.startGain ?? 0) > 0 ? .start : nil
  }
  if facts.standing == .lapsed { return (facts.regainGain ?? 0) > 0 ? .winBack : .harvest }
  if contribution < 0, best > 0 || isSignificant { return .reEngineer }
  if contribution < 0, facts.holds == [] { return .end }
  if isSignificant || high, facts.rivalSeen == true || risk || facts.significance == .confirmed { return .protect }
  if high, lines.highValueFirst { return .protect }
  let isOpen = (facts.shareOfWallet ?? 1) < lines.openShare && Double(facts.openWallet ?? 0) >= (lines.roomFloor ?? 0)
  if contribution >= 0, isOpen { return .enhance }
  return high ? .protect : .harvest
}

private func drawn(_ chance: inout Chance, _ id: Int64) -> StrategyFacts {
  func toss(_ share: Double = 0.5) -> Bool { chance.uniform() < share }
  return known(id) {
    $0.standing = toss(0.7) ? .active : toss() ? .lapsed : .prospect
    $0.contribution = toss() ? 5_000 : -5_000
    $0.bestContribution = toss() ? 700 : -700
    $0.shareOfWallet = toss() ? 0.3 : 0.8
    $0.openWallet = toss() ? 9_000 : 1_000
    $0.risk = toss(0.3) ? 0.9 : 0.1
    $0.isDeclining = toss(0.3)
    $0.rivalSeen = toss(0.3)
    $0.significance = toss() ? StrategyFacts.Significance.none : toss() ? .proposed : .confirmed
    $0.holds = toss() ? [] : [.contract]
    $0.fit = toss() ? 80 : 20
    $0.startGain = toss() ? 400 : -400
    $0.regainGain = toss() ? 300 : -300
    $0.lifetimeValue = toss() ? 99 : 1
  }
}

/// All ways to fill in what is missing.
private func completions(_ facts: StrategyFacts) -> [StrategyFacts] {
  func branch<Value>(_ all: [StrategyFacts], _ path: WritableKeyPath<StrategyFacts, Value?>, _ values: [Value])
    -> [StrategyFacts]
  {
    all.flatMap { fact in
      fact[keyPath: path] != nil
        ? [fact]
        : values.map { value in
          var filled = fact
          filled[keyPath: path] = value
          return filled
        }
    }
  }
  var all = [facts]
  all = branch(all, \.contribution, [5_000, -5_000])
  all = branch(all, \.bestContribution, [700, -700])
  all = branch(all, \.shareOfWallet, [0.3, 0.8])
  all = branch(all, \.openWallet, [9_000, 1_000])
  all = branch(all, \.risk, [0.9, 0.1])
  all = branch(all, \.rivalSeen, [true, false])
  all = branch(all, \.significance, [StrategyFacts.Significance.none, .proposed, .confirmed])
  all = branch(all, \.holds, [[], [.contract]])
  all = branch(all, \.fit, [80, 20])
  all = branch(all, \.startGain, [400, -400])
  return branch(all, \.regainGain, [300, -300])
}

@Suite struct StrategyTests {
  @Test func `start wants fit and a positive expectation`() throws {
    func prospect(_ fit: Double?, _ gain: Int64?) -> StrategyFacts {
      var facts = StrategyFacts(ID(1), standing: .prospect)
      (facts.fit, facts.startGain) = (fit, gain)
      return facts
    }
    #expect(try call(prospect(60, 1)) == .start)
    #expect(try call(prospect(59.9, 1)) == .notPursued)
    #expect(try call(prospect(60, 0)) == .notPursued)
    #expect(try call(prospect(59, nil)) == .notPursued)
    #expect(try assign(prospect(nil, 1)).answer == .undecided(between: [.start, .notPursued], missing: [.fit]))
    #expect(try assign(prospect(60, nil)).answer.missing == [.startGain])
    #expect(try assign(prospect(10, 1)).strategy == nil)
  }

  @Test func `lapsed customers are won back where it pays and else left`() throws {
    func lapsed(_ gain: Int64?) -> StrategyFacts {
      known {
        $0.standing = .lapsed
        $0.regainGain = gain
      }
    }
    #expect(try call(lapsed(1)) == .winBack)
    #expect(try call(lapsed(0)) == .leave)
    #expect(try assign(lapsed(0)).strategy == .harvest)
    let open = try assign(lapsed(nil))
    #expect(open.answer == .undecided(between: [.winBack, .leave], missing: [.regainGain]) && open.branch == .lapsed)
  }

  @Test func `a loss is repaired where it can be or where the customer matters`() throws {
    func loser(_ best: Int64?, _ change: (inout StrategyFacts) -> Void = { _ in }) -> StrategyFacts {
      known {
        $0.contribution = -1
        $0.bestContribution = best
        change(&$0)
      }
    }
    #expect(try call(loser(1)) == .reEngineer)
    #expect(try call(loser(0)) == .end)
    #expect(try call(loser(-9) { $0.significance = .proposed }) == .reEngineer)
    #expect(try call(loser(-9) { $0.holds = [.vulnerablePerson] }) == .held)
    #expect(try call(loser(-9) { $0.holds = [.contract] }, high: true) == .maintain)
    #expect(try call(known { $0.contribution = 0 }) == .harvest)
    #expect(
      try assign(loser(nil)).answer == .undecided(between: [.reEngineer, .end], missing: [.bestContribution]))
    let unchecked = try assign(loser(0) { $0.holds = nil })
    #expect(unchecked.answer == .undecided(between: [.end, .held], missing: [.hold]))
  }

  @Test func `nobody is ended or repaired on an assumed cost alone`() throws {
    func loser(_ assumed: Int64, best: Int64 = -5) -> StrategyFacts {
      known {
        ($0.contribution, $0.bestContribution, $0.assumedCost) = (-100, best, assumed)
      }
    }
    #expect(try call(loser(99)) == .end)
    let assumed = try assign(loser(100))
    #expect(assumed.answer == .undecided(between: [.end, .harvest], missing: [.measuredCost]))
    #expect(try assign(loser(100, best: 5)).answer.strategies == [.reEngineer, .harvest])
    let cautious = try assign(loser(0), settings { $0.mayEnd = false })
    #expect(cautious.answer == .undecided(between: [.end, .held], missing: [.measuredCost]))
    #expect(try call(loser(0, best: 5), settings { $0.mayEnd = false }) == .reEngineer)
  }

  @Test func `high value or significance is protected when something threatens it`() throws {
    #expect(try call(known(), high: true) == .maintain)
    #expect(try call(known { $0.rivalSeen = true }, high: true) == .protect)
    #expect(try call(known { $0.risk = 0.5 }, high: true) == .protect)
    #expect(try call(known { $0.risk = 0.49 }, high: true) == .maintain)
    #expect(try call(known { $0.rivalSeen = true }) == .harvest)
    #expect(try call(known { ($0.rivalSeen, $0.significance) = (true, .proposed) }) == .protect)
    #expect(try call(known { $0.significance = .proposed }) == .harvest)
    #expect(try call(known { $0.significance = .confirmed }) == .protect)
    #expect(try call(known { $0.isDeclining = true }, high: true) == .maintain)
    #expect(try call(known { $0.isDeclining = true }, high: true, settings { $0.declineIsRisk = true }) == .protect)
  }

  @Test func `enhance wants an open wallet worth going for`() throws {
    func open(_ share: Double?, _ room: Int64?) -> StrategyFacts {
      known { ($0.shareOfWallet, $0.openWallet) = (share, room) }
    }
    #expect(try call(open(0.49, 4_000)) == .enhance)
    #expect(try call(open(0.5, 4_000)) == .harvest)
    #expect(try call(open(0.49, 3_999)) == .harvest)
    #expect(try call(open(0.5, nil)) == .harvest)
    #expect(try call(open(0.1, 9_000), high: true) == .enhance)
    #expect(try call(open(0.1, 9_000), high: true, settings { $0.highValueFirst = true }) == .maintain)
    #expect(try assign(open(nil, nil)).answer == .undecided(between: [.enhance, .harvest], missing: [.wallet]))
    #expect(try assign(open(0.1, nil)).answer.missing == [.wallet])
    #expect(try call(known { ($0.shareOfWallet, $0.openWallet, $0.contribution) = (0.1, 9_000, -1) }) == .reEngineer)
  }

  @Test(arguments: [false, true]) func `complete facts follow the table`(isStrict: Bool) throws {
    let lines = settings { ($0.declineIsRisk, $0.highValueFirst, $0.highValue) = (isStrict, isStrict, 1) }
    var chance = Chance(seed: 12)
    let facts = (1...600).map { drawn(&chance, Int64($0)) }
    // Lifetime values are 99 or 1, so the line stands between them wherever it is put.
    let strategies = try CoreStrategies(facts, settings: lines)
    for assignment in strategies.assignments {
      let facts = assignment.facts
      #expect(assignment.answer.isDecided)
      #expect(assignment.strategy == table(facts, high: facts.lifetimeValue == 99, lines))
    }
  }

  @Test(arguments: [UInt64(3), 4, 5]) func `what stays open is what the missing facts can still bring`(
    seed: UInt64
  ) throws {
    let lines = settings { $0.highValue = 1 }
    var chance = Chance(seed: seed)
    let facts = (1...400).map { id in
      var facts = drawn(&chance, Int64(id))
      func loses() -> Bool { chance.uniform() < 0.3 }
      if loses() { facts.contribution = nil }
      if loses() { facts.bestContribution = nil }
      if loses() { facts.shareOfWallet = nil }
      if loses() { facts.openWallet = nil }
      if loses() { facts.risk = nil }
      if loses() { facts.rivalSeen = nil }
      if loses() { facts.significance = nil }
      if loses() { facts.holds = nil }
      if loses() { facts.fit = nil }
      if loses() { facts.startGain = nil }
      if loses() { facts.regainGain = nil }
      return facts
    }
    for assignment in try CoreStrategies(facts, settings: lines).assignments {
      let isHigh = assignment.facts.lifetimeValue == 99
      let possible = Set(completions(assignment.facts).map { table($0, high: isHigh, lines) })
      #expect(Set(assignment.answer.strategies) == Set(possible.compactMap(\.self)))
      #expect(assignment.answer.isDecided == (possible.count == 1))
      #expect(assignment.answer.isDecided || !assignment.answer.missing.isEmpty)
      #expect(Set(assignment.answer.missing).isSubset(of: assignment.unknown))
    }
  }

  @Test func `taking one input away leaves the customers alone who do not rest on it`() throws {
    var chance = Chance(seed: 8)
    let facts = (1...200).map { drawn(&chance, Int64($0)) }
    let full = try CoreStrategies(facts, settings: settings { $0.highValue = 1 })
    for place in facts.indices {
      var less = facts
      less[place].openWallet = nil
      let without = try CoreStrategies(less, settings: settings { $0.highValue = 1 })
      for other in facts.indices where other != place {
        #expect(full.assignments[other] == without.assignments[other])
      }
      let rests = full.assignments[place].facts.standing == .active && !without.assignments[place].answer.isDecided
      #expect(rests == (without.assignments[place].answer.missing == [.wallet]))
    }
  }
}

@Suite struct StrategyAssignmentTests {
  @Test func `the runner-up is what the closest figure would make of it`() throws {
    let close = try assign(known { ($0.shareOfWallet, $0.openWallet) = (0.51, 9_000) })
    #expect(close.strategy == .harvest && close.runnerUp == .enhance)
    #expect(close.changes.first?.test == .walletIsOpen && abs((close.distance ?? 0) - 0.01) < 1e-12)
    #expect(close.changes.first?.line == 0.5 && close.changes.first?.value == 0.51)
    let loss = try assign(known { ($0.contribution, $0.bestContribution) = (10, -5) })
    #expect(loss.runnerUp == .end && loss.changes.first?.test == .losesMoney)
    let onTheLine = try assign(known { ($0.shareOfWallet, $0.openWallet) = (0.4, 4_000) })
    #expect(onTheLine.strategy == .enhance && onTheLine.distance == 0 && onTheLine.runnerUp == .harvest)
    let undecided = try assign(known { $0.openWallet = nil }, settings { $0.openShare = 0.7 })
    #expect(undecided.runnerUp == .harvest && undecided.changes.isEmpty)
  }

  @Test func `overrides keep both and ending needs a reason and no hold`() throws {
    let override = StrategyAssignment.Override(.enhance, reason: "New buyer.", by: "Ida", at: moment)
    var plain = try assign(known())
    try plain.overrule(override)
    #expect(plain.strategy == .enhance && plain.answer == .decided(.harvest) && plain.override == override)
    plain.restore()
    #expect(plain.strategy == .harvest && plain.override == nil)
    #expect(throws: Problem.self) { try plain.overrule(.init(.enhance, reason: " \n", by: "Ida", at: moment)) }
    #expect(throws: Problem.self) { try plain.approve(.init(reason: "So.", by: "Ida", at: moment)) }

    var ended = try assign(known { ($0.contribution, $0.bestContribution) = (-10, -5) })
    #expect(ended.needsApproval)
    #expect(throws: Problem.self) { try ended.requireHandover() }
    try ended.approve(.init(reason: "Taught, renegotiated, still a loss.", by: "Ida", at: moment))
    #expect(!ended.needsApproval)
    try ended.requireHandover()

    for holds in [nil, Set([HoldFlag.contract])] {
      var held = try assign(known { $0.holds = holds })
      #expect(throws: Problem.self) { try held.overrule(.init(.end, reason: "Rude.", by: "Ida", at: moment)) }
    }
    var free = try assign(known())
    try free.overrule(.init(.end, reason: "Rude.", by: "Ida", at: moment))
    #expect(free.needsApproval)
  }

  @Test func `stored overrides that are no longer allowed are named and not applied`() throws {
    let base = try CoreStrategies([known(1), known(2) { $0.holds = [.contract] }], settings: settings())
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
    #expect(ValueRanking([known(), known(2) { $0.lifetimeValue = 1 }]).basis == .lifetimeValue)
    #expect(ValueRanking([known(), known(2) { $0.lifetimeValue = 1 }], by: .contribution).basis == .contribution)
    #expect(ValueRanking([known(), known(2)]).basis == .contribution)
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
    let alone = try CoreStrategies([known()]).assignments.first
    #expect(alone?.strategy == .protect)
    let unknown = try CoreStrategies((1...25).map { StrategyFacts(ID($0)) })
    #expect(unknown.assignments.allSatisfy { !$0.answer.isDecided && $0.strategy == nil })
    let ties = try CoreStrategies((1...25).map { known($0) })
    #expect(ties.assignments.allSatisfy { $0.facts.value == 0 && $0.strategy == .harvest })
    let losses = try CoreStrategies(
      (1...25).map { id in known(id) { ($0.contribution, $0.bestContribution) = (-id, -id) } })
    #expect(try losses.counts == [.end: .init(customers: 25, minor: -325)])
    #expect(throws: Problem.self) { try CoreStrategies([known(1), known(1)]) }
    #expect(throws: Problem.self) { try CoreStrategies([known { $0.risk = .nan }]) }
    #expect(throws: Problem.self) { try CoreStrategies([known()], settings: settings { $0.openShare = 50 }) }
    #expect(try JSONDecoder().decode(StrategySettings.self, from: JSONEncoder().encode(settings())) == settings())
  }
}

@Suite struct StrategyMoneyTests {
  /// Ten who are to be enhanced, ten to be harvested, five undecided for want of a wallet.
  private func mixed() throws -> CoreStrategies {
    let facts = (1...25).map { id in
      known(Int64(id)) {
        $0.contribution = 10_000
        $0.costToServe = 2_000
        ($0.shareOfWallet, $0.openWallet) = id <= 10 ? (0.2, 8_000) : id <= 20 ? (0.9, 100) : (nil, nil)
      }
    }
    return try CoreStrategies(facts, settings: settings())
  }

  private let playbook = Playbook(
    costs: [.enhance: 300, .harvest: 0], wins: 0.5, saves: 0.1, marginRate: 0.25)

  @Test func `every customer's money is under exactly one heading`() throws {
    var chance = Chance(seed: 21)
    let facts = (1...300).map { drawn(&chance, Int64($0)) }.map { fact in
      var fact = fact
      if chance.uniform() < 0.4 { fact.openWallet = nil }
      return fact
    }
    let strategies = try CoreStrategies(facts, settings: settings())
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
    let facts = known {
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
      known(Int64(id)) {
        $0.peers = id <= 30 ? "few open" : "many open"
        $0.costToServe = 2_000
        let isOpen = id <= 30 ? id % 10 == 0 : id % 10 != 0
        ($0.shareOfWallet, $0.openWallet) = id % 15 == 7 ? (nil, nil) : isOpen ? (0.2, 8_000) : (0.9, 100)
      }
    }
    let gaps = try DataGaps(
      CoreStrategies(facts, settings: settings()), playbook: playbook, asking: AskingCosts(otherwise: 0))
    #expect(gaps.questions.count == 4)
    #expect(Set(gaps.questions.compactMap(\.worth)).count == 2)
    let nobody = try DataGaps(
      CoreStrategies(
        [
          known {
            $0.bestContribution = nil; $0.contribution = -900
          }
        ], settings: settings()),
      playbook: Playbook(costs: [.reEngineer: 5, .end: 5]), asking: AskingCosts(otherwise: 0))
    #expect(nobody.questions.first?.grade == .estimated && nobody.questions.first?.worth == nil)
  }
}
