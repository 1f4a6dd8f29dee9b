import Customers
import Kernel

/// The strategies of a whole base (domain F12): every customer gets exactly one, or is said to be undecided and why.
package struct CoreStrategies: Sendable {
  /// Customers under one heading, and what they contribute.
  package struct Count: Sendable, Equatable {
    package var customers = 0
    package var minor: Int64 = 0

    package init(customers: Int = 0, minor: Int64 = 0) { (self.customers, self.minor) = (customers, minor) }

    mutating func add(_ contribution: Int64?) throws {
      customers += 1
      minor = try minor.plus(contribution ?? 0)
    }
  }

  /// Customers for whom the same facts decide between the same strategies.
  package struct UndecidedGroup: Sendable, Equatable {
    package let between: [CoreStrategy]
    package let missing: [StrategyFact]
    package let branch: StrategyBranch?
    package let count: Count
  }

  /// With the lines that depend on the base.
  package let settings: StrategySettings
  package let basis: ValueRanking.Basis
  /// One for each customer, in the order given.
  package let assignments: [StrategyAssignment]
  /// Customers whose override or approval is not in force, because a hold now forbids it or its reason is blank.
  package let refused: [ID<Customer>]

  /// - Parameter facts: V is computed from them by the settings' ranking; a V that is given is not used.
  /// - Throws: `Problem` when a fact or a setting is out of range.
  package init(_ facts: [StrategyFacts], settings: StrategySettings = StrategySettings()) throws {
    try settings.requireUsable()
    for fact in facts { try fact.requireUsable() }
    let customers = facts.filter { $0.standing != .prospect }
    let ranking = ValueRanking(customers, by: settings.ranking)
    let ranked = Dictionary(
      ranking.applied(to: customers).map { ($0.customer, $0) }, uniquingKeysWith: { first, _ in first })
    guard Set(facts.map(\.customer)).count == facts.count else {
      throw Problem(
        .invalid, field: "customer", "A customer stands there twice.", mend: "Give every customer one row of facts.")
    }
    let fitted = settings.fitted(to: customers)
    let rules = StrategyRules(settings: fitted)
    self.settings = fitted
    basis = ranking.basis
    assignments = facts.map { StrategyAssignment(ranked[$0.customer] ?? $0, rules) }
    refused = []
  }

  /// With persons' overrides and approvals in force.
  package init(
    _ base: CoreStrategies, overrides: [ID<Customer>: StrategyAssignment.Override] = [:],
    approvals: [ID<Customer>: StrategyAssignment.Approval] = [:],
    rejections: [ID<Customer>: StrategyAssignment.Approval] = [:]
  ) {
    settings = base.settings
    basis = base.basis
    var refused: [ID<Customer>] = []
    assignments = base.assignments.map { assignment in
      var changed = assignment
      do {
        if let override = overrides[assignment.customer] { try changed.overrule(override) }
        // Once the customer is no longer to be ended, an approval given before says nothing.
        if let approval = approvals[assignment.customer], changed.strategy == .end { try changed.approve(approval) }
        if let refusal = rejections[assignment.customer], changed.strategy == .end { try changed.reject(refusal) }
      } catch {
        refused.append(assignment.customer)
      }
      return changed
    }
    self.refused = refused
  }

  /// By the strategy that holds, overrides included.
  package var counts: [CoreStrategy: Count] {
    get throws {
      try assignments.reduce(into: [:]) { counts, assignment in
        guard let strategy = assignment.strategy else { return }
        try counts[strategy, default: Count()].add(assignment.facts.contribution)
      }
    }
  }

  /// By what the rules say, with its shade.
  package var calls: [StrategyCall: Count] {
    get throws {
      try assignments.reduce(into: [:]) { counts, assignment in
        guard case .decided(let call) = assignment.answer else { return }
        try counts[call, default: Count()].add(assignment.facts.contribution)
      }
    }
  }

  /// By the question at which the rules settled them, decided or not.
  package var branches: [StrategyBranch: Count] {
    get throws {
      try assignments.reduce(into: [:]) { counts, assignment in
        guard let branch = assignment.branch else { return }
        try counts[branch, default: Count()].add(assignment.facts.contribution)
      }
    }
  }

  /// Those without a person's override that the rules cannot settle, the largest group first.
  package var undecided: [UndecidedGroup] {
    get throws {
      struct Key: Hashable {
        let between: [CoreStrategy]
        let missing: [StrategyFact]
        let branch: StrategyBranch?
      }
      var groups: [Key: Count] = [:]
      for assignment in assignments where assignment.override == nil && !assignment.answer.isDecided {
        let key = Key(
          between: assignment.answer.strategies, missing: assignment.answer.missing, branch: assignment.branch)
        try groups[key, default: Count()].add(assignment.facts.contribution)
      }
      return groups.map { UndecidedGroup(between: $0.between, missing: $0.missing, branch: $0.branch, count: $1) }
        .sorted { left, right in
          left.count.customers != right.count.customers
            ? left.count.customers > right.count.customers
            : left.between.lexicographicallyPrecedes(right.between)
              || (left.between == right.between && left.missing.lexicographicallyPrecedes(right.missing))
        }
    }
  }

  /// Prospects that are not pursued: no strategy, and nothing missing.
  package var notPursued: Int { assignments.count { $0.answer == .decided(.notPursued) && $0.override == nil } }

  /// The weakest calls first: those whose nearest figure is closest to its line.
  package func weakest(_ limit: Int) -> [StrategyAssignment] {
    Array(
      assignments.filter { $0.distance != nil }
        .sorted { ($0.distance ?? 1, $0.customer) < ($1.distance ?? 1, $1.customer) }
        .prefix(max(0, limit)))
  }
}
