import Customers
import Kernel

/// The one core strategy of a customer, with all that is needed to doubt it.
package struct StrategyAssignment: Sendable, Equatable {
  package enum Answer: Sendable, Equatable {
    case decided(StrategyCall)
    /// The missing facts decide between these calls, in the order of the rules.
    case undecided(between: [StrategyCall], missing: [StrategyFact])
  }

  /// One figure that, on the other side of its line, would change the strategy.
  package struct RuleChange: Sendable, Equatable {
    package let test: StrategyTest
    package let value: Double
    package let line: Double
    /// 0 on the line, towards 1 the farther off.
    package let distance: Double
    package let becomes: [CoreStrategy]
  }

  /// A person who decides otherwise than the rules. Both are kept.
  package struct Override: Sendable, Equatable, Codable {
    package let strategy: CoreStrategy
    package let reason: String
    package let by: String
    package let at: Instant
    /// Whether the person looked for what forbids ending and found nothing; counts where no fact tells.
    package let checkedHolds: Bool

    package init(_ strategy: CoreStrategy, reason: String, by: String, at: Instant, checkedHolds: Bool = false) {
      (self.strategy, self.reason, self.by, self.at) = (strategy, reason, by, at)
      self.checkedHolds = checkedHolds
    }
  }

  /// A person who takes it upon themselves to end a customer, or to refuse that.
  package struct Approval: Sendable, Equatable, Codable {
    package let reason: String
    package let by: String
    package let at: Instant
    package let checkedHolds: Bool

    package init(reason: String, by: String, at: Instant, checkedHolds: Bool = false) {
      (self.reason, self.by, self.at, self.checkedHolds) = (reason, by, at, checkedHolds)
    }
  }

  package let facts: StrategyFacts
  package let answer: Answer
  /// The nearest first.
  package let changes: [RuleChange]
  /// What it would be if the nearest figure crossed its line; nil when the strategy hangs on no figure.
  package let runnerUp: CoreStrategy?
  package private(set) var override: Override?
  package private(set) var approval: Approval?
  /// A person's refusal to end the customer.
  package private(set) var rejection: Approval?

  package var customer: ID<Customer> { facts.customer }
  /// Every missing input, whether or not it decides.
  package var unknown: [StrategyFact] { facts.unknown }

  init(_ facts: StrategyFacts, _ rules: StrategyRules) {
    self.facts = facts
    let outcomes = rules.outcomes(facts)
    let answer = Self.answer(facts, rules.settings, outcomes)
    self.answer = answer
    let present = Self.strategies(outcomes)
    changes = answer.isDecided ? Self.changes(facts, rules, from: present) : []
    let flags = answer.isDecided && changes.isEmpty ? Self.flagChanges(facts, rules, from: present) : []
    runnerUp =
      answer.isDecided ? (changes.first?.becomes ?? flags).first { !present.contains($0) } : present.dropFirst().first
  }

  /// The strategy that holds: a person's where there is one, else the rules'; nil while undecided or not pursued.
  package var strategy: CoreStrategy? {
    if let override { return override.strategy }
    guard case .decided(let call) = answer else { return nil }
    return call.strategy
  }

  /// Where the rules settled it; nil when the missing facts leave even that open.
  package var branch: StrategyBranch? {
    switch answer {
    case .decided(let call): call.branch
    case .undecided(let calls, _):
      calls.allSatisfy { $0.branch == calls.first?.branch } ? calls.first?.branch : nil
    }
  }

  package var distance: Double? { changes.first?.distance }
  package var needsApproval: Bool { strategy == .end && approval == nil }

  /// - Throws: `Problem` without a reason, or when a hold forbids ending.
  package mutating func overrule(_ override: Override) throws {
    try Self.requireReason(override.reason)
    if override.strategy == .end { try requireNoHold(checked: override.checkedHolds) }
    self.override = override
    (approval, rejection) = (nil, nil)
  }

  /// Takes the override and its approval back.
  package mutating func restore() { (override, approval, rejection) = (nil, nil, nil) }

  /// - Throws: `Problem` when the strategy is not to end, without a reason, or when a hold forbids it.
  package mutating func approve(_ approval: Approval) throws {
    try requireEnding(approval)
    try requireNoHold(checked: approval.checkedHolds || override?.checkedHolds == true)
    (self.approval, rejection) = (approval, nil)
  }

  /// - Throws: `Problem` when the strategy is not to end, or without a reason.
  package mutating func reject(_ rejection: Approval) throws {
    try requireEnding(rejection)
    (approval, self.rejection) = (nil, rejection)
  }

  private func requireEnding(_ word: Approval) throws {
    guard strategy == .end else {
      throw Problem(
        .conflict, field: "strategy", "This customer is not to be ended.", mend: "Only ending needs an approval.")
    }
    try Self.requireReason(word.reason)
  }

  /// - Throws: `Problem` when the assignment may not be handed to the next stage: ending without approval.
  package func requireHandover() throws {
    guard needsApproval else { return }
    throw Problem(
      .notAllowed, field: "strategy", "Customer \(customer) would be ended without anybody's approval.",
      mend: "Approve it with a reason, or choose another strategy.")
  }

  private func requireNoHold(checked: Bool) throws {
    guard facts.holds.map(\.isEmpty) ?? checked else {
      let words = (facts.holds ?? []).map(\.rawValue).sorted().joined(separator: ", ")
      throw Problem(
        .notAllowed, field: "strategy",
        words.isEmpty
          ? "Nobody has said whether a contract or a duty forbids ending." : "Ending is forbidden by: \(words).",
        mend: "Check contract, legal duty, network risk and vulnerable persons first.")
    }
  }

  private static func requireReason(_ reason: String) throws {
    guard reason.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      throw Problem(.invalid, field: "reason", "A reason is missing.", mend: "Say in a sentence why.")
    }
  }
}

extension StrategyAssignment.Answer {
  package var isDecided: Bool { if case .decided = self { true } else { false } }
  package var missing: [StrategyFact] { if case .undecided(_, let missing) = self { missing } else { [] } }

  /// The strategies that are still possible, in the order of the rules.
  package var strategies: [CoreStrategy] {
    switch self {
    case .decided(let call): call.strategy.map { [$0] } ?? []
    case .undecided(let calls, _): Set(calls.compactMap(\.strategy)).sorted()
    }
  }
}
