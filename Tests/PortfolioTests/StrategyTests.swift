import Analytics
import Customers
import Kernel
import Portfolio
import Testing

private func call(
  _ facts: StrategyFacts, high: Bool = false, _ lines: StrategySettings = strategyLines()
) throws -> StrategyCall? {
  if case .decided(let call) = try assignedStrategy(facts, high: high, lines).answer { call } else { nil }
}

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
    #expect(
      try assignedStrategy(prospect(nil, 1)).answer == .undecided(between: [.start, .notPursued], missing: [.fit]))
    #expect(try assignedStrategy(prospect(60, nil)).answer.missing == [.startGain])
    #expect(try assignedStrategy(prospect(10, 1)).strategy == nil)
  }

  @Test func `lapsed customers are won back where it pays and else left`() throws {
    func lapsed(_ gain: Int64?) -> StrategyFacts {
      middlingCustomer {
        $0.standing = .lapsed
        $0.regainGain = gain
      }
    }
    #expect(try call(lapsed(1)) == .winBack)
    #expect(try call(lapsed(0)) == .leave)
    #expect(try assignedStrategy(lapsed(0)).strategy == .harvest)
    let open = try assignedStrategy(lapsed(nil))
    #expect(open.answer == .undecided(between: [.winBack, .leave], missing: [.regainGain]) && open.branch == .lapsed)
  }

  @Test func `a loss is repaired where it can be or where the customer matters`() throws {
    func loser(_ best: Int64?, _ change: (inout StrategyFacts) -> Void = { _ in }) -> StrategyFacts {
      middlingCustomer {
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
    #expect(try call(middlingCustomer { $0.contribution = 0 }) == .harvest)
    #expect(
      try assignedStrategy(loser(nil)).answer == .undecided(between: [.reEngineer, .end], missing: [.bestContribution]))
    let unchecked = try assignedStrategy(loser(0) { $0.holds = nil })
    #expect(unchecked.answer == .undecided(between: [.end, .held], missing: [.hold]))
  }

  @Test func `nobody is ended or repaired on an assumed cost alone`() throws {
    func loser(_ assumed: Int64, best: Int64 = -5) -> StrategyFacts {
      middlingCustomer {
        ($0.contribution, $0.bestContribution, $0.assumedCost) = (-100, best, assumed)
      }
    }
    #expect(try call(loser(99)) == .end)
    let assumed = try assignedStrategy(loser(100))
    #expect(assumed.answer == .undecided(between: [.end, .harvest], missing: [.measuredCost]))
    #expect(try assignedStrategy(loser(100, best: 5)).answer.strategies == [.reEngineer, .harvest])
    let cautious = try assignedStrategy(loser(0), strategyLines { $0.mayEnd = false })
    #expect(cautious.answer == .undecided(between: [.end, .held], missing: [.measuredCost]))
    #expect(try call(loser(0, best: 5), strategyLines { $0.mayEnd = false }) == .reEngineer)
  }

  @Test func `high value or significance is protected when something threatens it`() throws {
    #expect(try call(middlingCustomer(), high: true) == .maintain)
    #expect(try call(middlingCustomer { $0.rivalSeen = true }, high: true) == .protect)
    #expect(try call(middlingCustomer { $0.risk = 0.5 }, high: true) == .protect)
    #expect(try call(middlingCustomer { $0.risk = 0.49 }, high: true) == .maintain)
    #expect(try call(middlingCustomer { $0.rivalSeen = true }) == .harvest)
    #expect(try call(middlingCustomer { ($0.rivalSeen, $0.significance) = (true, .proposed) }) == .protect)
    #expect(try call(middlingCustomer { $0.significance = .proposed }) == .harvest)
    #expect(try call(middlingCustomer { $0.significance = .confirmed }) == .protect)
    #expect(try call(middlingCustomer { $0.isDeclining = true }, high: true) == .maintain)
    #expect(
      try call(middlingCustomer { $0.isDeclining = true }, high: true, strategyLines { $0.declineIsRisk = true })
        == .protect)
  }

  @Test func `enhance wants an open wallet worth going for`() throws {
    func open(_ share: Double?, _ room: Int64?) -> StrategyFacts {
      middlingCustomer { ($0.shareOfWallet, $0.openWallet) = (share, room) }
    }
    #expect(try call(open(0.49, 4_000)) == .enhance)
    #expect(try call(open(0.5, 4_000)) == .harvest)
    #expect(try call(open(0.49, 3_999)) == .harvest)
    #expect(try call(open(0.5, nil)) == .harvest)
    #expect(try call(open(0.1, 9_000), high: true) == .enhance)
    #expect(try call(open(0.1, 9_000), high: true, strategyLines { $0.highValueFirst = true }) == .maintain)
    #expect(
      try assignedStrategy(open(nil, nil)).answer == .undecided(between: [.enhance, .harvest], missing: [.wallet]))
    #expect(try assignedStrategy(open(0.1, nil)).answer.missing == [.wallet])
    #expect(
      try call(middlingCustomer { ($0.shareOfWallet, $0.openWallet, $0.contribution) = (0.1, 9_000, -1) })
        == .reEngineer)
  }

  @Test(arguments: [false, true]) func `complete facts follow the table`(isStrict: Bool) throws {
    let lines = strategyLines { ($0.declineIsRisk, $0.highValueFirst, $0.highValue) = (isStrict, isStrict, 1) }
    var chance = Chance(seed: 12)
    let facts = (1...600).map { drawnStrategyFacts(&chance, Int64($0)) }
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
    let lines = strategyLines { $0.highValue = 1 }
    var chance = Chance(seed: seed)
    let facts = (1...400).map { id in
      var facts = drawnStrategyFacts(&chance, Int64(id))
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
    let facts = (1...200).map { drawnStrategyFacts(&chance, Int64($0)) }
    let full = try CoreStrategies(facts, settings: strategyLines { $0.highValue = 1 })
    for place in facts.indices {
      var less = facts
      less[place].openWallet = nil
      let without = try CoreStrategies(less, settings: strategyLines { $0.highValue = 1 })
      for other in facts.indices where other != place {
        #expect(full.assignments[other] == without.assignments[other])
      }
      let rests = full.assignments[place].facts.standing == .active && !without.assignments[place].answer.isDecided
      #expect(rests == (without.assignments[place].answer.missing == [.wallet]))
    }
  }
}
