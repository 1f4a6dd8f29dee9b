/// What to do with a customer, in one word (domain F12).
package enum CoreStrategy: String, Sendable, Codable, CaseIterable, Comparable, CodingKeyRepresentable {
  case start, winBack, reEngineer, end, protect, enhance, harvest

  /// The words on screen.
  package var word: String {
    switch self {
    case .start: "Start"
    case .winBack: "Win back"
    case .reEngineer: "Re-engineer"
    case .end: "End"
    case .protect: "Protect"
    case .enhance: "Enhance"
    case .harvest: "Harvest"
    }
  }

  package static func < (left: CoreStrategy, right: CoreStrategy) -> Bool { left.place < right.place }

  private var place: Int { CoreStrategy.allCases.firstIndex(of: self) ?? 0 }
}

/// How the rules came out: a core strategy with its shade.
package enum StrategyCall: String, Sendable, Codable, CaseIterable {
  case start
  /// Not a customer, and winning it does not fit or pay.
  case notPursued
  case winBack
  /// Lapsed, and winning back does not pay: kept at the lowest cost.
  case leave
  case reEngineer, end
  /// Loses money, cannot be repaired, and must not be ended now: kept at the lowest cost.
  case held
  case protect
  /// Of high value with nothing against it: kept as it is.
  case maintain
  case enhance, harvest

  /// nil for those who are not pursued.
  package var strategy: CoreStrategy? {
    switch self {
    case .start: .start
    case .notPursued: nil
    case .winBack: .winBack
    case .reEngineer: .reEngineer
    case .end: .end
    case .protect, .maintain: .protect
    case .enhance: .enhance
    case .harvest, .leave, .held: .harvest
    }
  }

  package var branch: StrategyBranch {
    switch self {
    case .start, .notPursued: .prospect
    case .winBack, .leave: .lapsed
    case .reEngineer, .end, .held: .lossMaking
    case .protect, .maintain: .protected
    case .enhance, .harvest: .growth
    }
  }
}

/// The question at which the rules settled a customer.
package enum StrategyBranch: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  case prospect, lapsed, lossMaking, protected, growth
}
