import Kernel

/// The headings of the board in its order.
package enum StrategyHeading: String, Sendable, Codable, CaseIterable {
  case protect, enhance, harvest, reEngineer, end, endProposed, held, winBack, leave, start, lossMaking, lapsed
  case undecided, notPursued

  package var title: String {
    switch self {
    case .lossMaking: "Loss-making"
    case .lapsed: "Lapsed"
    case .endProposed: "Ending proposed"
    case .held: "Held"
    case .leave: "Left alone"
    case .undecided: "Undecided"
    case .notPursued: "Not pursued"
    default: CoreStrategy(rawValue: rawValue)?.word ?? rawValue
    }
  }

  package var meaning: String {
    switch self {
    case .protect: "Of high value: keep them from rivals"
    case .enhance: "They buy elsewhere what we sell: win more of it"
    case .harvest: "No room to grow: keep serving at low cost"
    case .reEngineer: "They lose money and can be repaired"
    case .end: "They lose money and cannot be repaired; a person approved it"
    case .endProposed: "Ending waits for a person's approval"
    case .held: "They lose money, cannot be repaired and must not be ended: keep at the lowest cost"
    case .leave: "Gone, and winning back does not pay"
    case .winBack: "Gone, and winning back pays"
    case .start: "Not yet customers, and winning them pays"
    case .lossMaking: "They lose money; what repairing would bring is unknown"
    case .lapsed: "Gone; what winning back would bring is unknown"
    case .undecided: "The facts that are known leave more than one strategy open"
    case .notPursued: "Not customers, and winning them does not pay"
    }
  }
}
