extension StrategyAssignment {
  static func strategies(_ outcomes: [StrategyRules.Outcome]) -> [CoreStrategy] {
    Set(outcomes.compactMap(\.call.strategy)).sorted()
  }

  static func answer(
    _ facts: StrategyFacts, _ settings: StrategySettings, _ outcomes: [StrategyRules.Outcome]
  ) -> Answer {
    let possible = Set(outcomes.map(\.call))
    let calls = StrategyCall.allCases.filter { possible.contains($0) }
    // Shades of one strategy are one answer; the plainest shade, which the rules reach last, is the one to name.
    guard Set(calls.map(\.strategy)).count > 1 else { return .decided(calls.last ?? .notPursued) }
    return .undecided(between: calls, missing: deciding(facts, settings, outcomes))
  }

  /// The facts without which the strategy is open: those whose answer changes what can come out.
  private static func deciding(
    _ facts: StrategyFacts, _ settings: StrategySettings, _ outcomes: [StrategyRules.Outcome]
  ) -> [StrategyFact] {
    let asked = Set(outcomes.flatMap(\.supposed.keys))
    let matter = asked.filter { test in
      func possible(_ answer: Bool) -> Set<CoreStrategy?> {
        Set(outcomes.filter { ($0.supposed[test] ?? answer) == answer }.map(\.call.strategy))
      }
      return possible(true) != possible(false)
    }
    let missing = matter.compactMap { test -> StrategyFact? in
      if case .missing(let fact) = test.read(facts, settings) { fact } else { nil }
    }
    return Set(missing).sorted()
  }

  /// What each known figure would change from the other side of its line, the nearest first.
  static func changes(_ facts: StrategyFacts, _ rules: StrategyRules, from present: [CoreStrategy]) -> [RuleChange] {
    StrategyTest.allCases
      .compactMap { test in
        guard let measure = test.measure(facts, rules.settings), let other = flipped(test, facts, rules),
          other != present
        else { return nil }
        return RuleChange(
          test: test, value: measure.value, line: measure.line, distance: measure.distance, becomes: other)
      }
      .sorted { ($0.distance, $0.test.rawValue) < ($1.distance, $1.test.rawValue) }
  }

  /// What would come out if a flag that people set stood the other way.
  static func flagChanges(
    _ facts: StrategyFacts, _ rules: StrategyRules, from present: [CoreStrategy]
  ) -> [CoreStrategy] {
    [StrategyTest.isSignificant, .isConfirmed, .rivalSeen, .isHeld]
      .compactMap { flipped($0, facts, rules) }
      .flatMap(\.self)
      .filter { !present.contains($0) }
  }

  private static func flipped(
    _ test: StrategyTest, _ facts: StrategyFacts, _ rules: StrategyRules
  ) -> [CoreStrategy]? {
    guard case .known(let answer) = test.read(facts, rules.settings) else { return nil }
    var supposed = [test: !answer]
    if test == .isConfirmed, !answer { supposed[.isSignificant] = true }
    if test == .isSignificant, answer { supposed[.isConfirmed] = false }
    return strategies(rules.outcomes(facts, supposing: supposed))
  }
}
