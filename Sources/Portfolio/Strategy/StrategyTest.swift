/// One yes-or-no question of the rules.
package enum StrategyTest: String, Sendable, Codable, CaseIterable {
  case isProspect, isLapsed, fits, startPays, regainPays, losesMoney, canBeRepaired, isHeld, mayEnd
  case isSignificant, isConfirmed, isHighValue, rivalSeen, isAtRisk, walletIsOpen, roomIsWorthIt

  enum Reading: Equatable {
    case known(Bool)
    case missing(StrategyFact)

    init(_ answer: Bool?, _ fact: StrategyFact) { self = answer.map(Reading.known) ?? .missing(fact) }
  }

  /// A measured figure beside the line it is held against.
  struct Measure: Equatable {
    let value: Double
    let line: Double
    /// 0 on the line, 1 as far off as can be; comparable between measures.
    let distance: Double
  }

  func read(_ facts: StrategyFacts, _ settings: StrategySettings) -> Reading {
    switch self {
    case .isProspect: Reading(facts.standing.map { $0 == .prospect }, .standing)
    case .isLapsed: Reading(facts.standing.map { $0 == .lapsed }, .standing)
    case .fits: Reading(facts.fit.map { $0 >= settings.fitFloor }, .fit)
    case .startPays: Reading(facts.startGain.map { $0 > 0 }, .startGain)
    case .regainPays: Reading(facts.regainGain.map { $0 > 0 }, .regainGain)
    case .losesMoney: loss(facts)
    case .canBeRepaired: Reading(facts.bestContribution.map { $0 > 0 }, .bestContribution)
    case .isHeld: Reading(facts.holds.map { !$0.isEmpty }, .hold)
    case .mayEnd: settings.mayEnd ? .known(true) : .missing(.measuredCost)
    case .isSignificant: Reading(facts.significance.map { $0 != .none }, .significance)
    case .isConfirmed: Reading(facts.significance.map { $0 == .confirmed }, .significance)
    case .isHighValue: Reading(facts.value.map { $0 >= settings.highValue }, .value)
    case .rivalSeen: Reading(facts.rivalSeen, .rival)
    case .isAtRisk: Reading(risk(facts, settings), .risk)
    case .walletIsOpen: Reading(facts.shareOfWallet.map { $0 < settings.openShare }, .wallet)
    case .roomIsWorthIt: Reading(room(facts, settings), .wallet)
    }
  }

  /// nil where the question is not about a figure, or the figure is missing.
  func measure(_ facts: StrategyFacts, _ settings: StrategySettings) -> Measure? {
    func part(_ value: Double?, _ line: Double, _ width: Double) -> Measure? {
      value.map { Measure(value: $0, line: line, distance: abs($0 - line) / width) }
    }
    func money(_ minor: Int64?, _ line: Double = 0) -> Measure? {
      minor.map { minor in
        let gap = abs(Double(minor) - line)
        let scale = max(settings.moneyScale ?? 0, abs(line))
        return Measure(value: Double(minor), line: line, distance: gap > 0 ? gap / (gap + scale) : 0)
      }
    }
    return switch self {
    case .fits: part(facts.fit, settings.fitFloor, 100)
    case .isHighValue: part(facts.value, settings.highValue, 100)
    case .isAtRisk: part(facts.risk, settings.riskLimit, 1)
    case .walletIsOpen: part(facts.shareOfWallet, settings.openShare, 1)
    case .startPays: money(facts.startGain)
    case .regainPays: money(facts.regainGain)
    case .losesMoney: money(facts.contribution)
    case .canBeRepaired: money(facts.bestContribution)
    case .roomIsWorthIt: settings.roomFloor.flatMap { money(facts.openWallet, $0) }
    default: nil
    }
  }

  // A loss that is gone when the assumed cost is taken out rests on that cost alone, and nobody is repaired or ended
  // for it.
  private func loss(_ facts: StrategyFacts) -> Reading {
    guard let contribution = facts.contribution else { return .missing(.contribution) }
    guard contribution < 0 else { return .known(false) }
    let (without, isOver) = contribution.addingReportingOverflow(facts.assumedCost)
    return isOver || without >= 0 ? .missing(.measuredCost) : .known(true)
  }

  private func risk(_ facts: StrategyFacts, _ settings: StrategySettings) -> Bool? {
    let decline = settings.declineIsRisk ? facts.isDeclining : nil
    guard let risk = facts.risk else { return decline }
    return risk >= settings.riskLimit || decline == true
  }

  private func room(_ facts: StrategyFacts, _ settings: StrategySettings) -> Bool? {
    guard let open = facts.openWallet, let floor = settings.roomFloor else { return nil }
    return Double(open) >= floor
  }
}
