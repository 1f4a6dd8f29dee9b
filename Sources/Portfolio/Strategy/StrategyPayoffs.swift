import Kernel

/// How likely each strategy is the right one for an undecided customer, and what the right and the wrong one bring:
/// told by the customers alike who are decided.
struct StrategyPayoffs {
  private struct Tally {
    var customers: [CoreStrategy: Int] = [:]
    var net: [CoreStrategy: (sum: Double, customers: Int)] = [:]

    mutating func add(_ strategy: CoreStrategy, net value: Double?) {
      customers[strategy, default: 0] += 1
      guard let value else { return }
      let old = net[strategy] ?? (0, 0)
      net[strategy] = (old.sum + value, old.customers + 1)
    }

    func count(_ strategies: [CoreStrategy]) -> Int { strategies.reduce(0) { $0 + (customers[$1] ?? 0) } }

    func mean(_ strategy: CoreStrategy) -> Double? {
      net[strategy].map { $0.sum / Double($0.customers) }
    }
  }

  private let playbook: Playbook
  private let leastPeers: Int
  private var base = Tally()
  private var groups: [String: Tally] = [:]

  init(_ strategies: CoreStrategies, playbook: Playbook, leastPeers: Int) {
    self.playbook = playbook
    self.leastPeers = max(1, leastPeers)
    for assignment in strategies.assignments {
      guard case .decided(let call) = assignment.answer, let strategy = call.strategy else { continue }
      let gain = playbook.gain(strategy, assignment.facts)
      let cost = playbook.cost(strategy, assignment.facts)
      let net = gain.flatMap { gain in cost.map { gain - Double($0) } }
      base.add(strategy, net: net)
      if let peers = assignment.facts.peers { groups[peers, default: Tally()].add(strategy, net: net) }
    }
  }

  /// Expected payoff when the right strategy is known, less that of the best single guess. The wrong strategy brings
  /// nothing and costs what it costs.
  func gainFromKnowing(_ assignment: StrategyAssignment) -> (minor: Double, grade: Figure.Grade)? {
    let between = assignment.answer.strategies
    let own = assignment.facts.peers.flatMap { groups[$0] }.flatMap { $0.count(between) >= leastPeers ? $0 : nil }
    let tally = own ?? base
    let known = tally.count(between)
    // With nobody to tell, each strategy counts as equally likely.
    let chances = between.map { strategy in
      known > 0 ? Double(tally.customers[strategy] ?? 0) / Double(known) : 1 / Double(between.count)
    }
    var right: [Double] = []
    var wrong: [Double] = []
    for strategy in between {
      guard let cost = playbook.cost(strategy, assignment.facts), let net = net(strategy, assignment.facts, tally)
      else { return nil }
      right.append(net)
      wrong.append(-Double(cost))
    }
    // Doing nothing is always open, so a strategy that does not pay even when it is right is not chosen.
    let informed = between.indices.reduce(0) { sum, truth in
      let others = between.indices.map { $0 == truth ? right[$0] : wrong[$0] }
      return sum + chances[truth] * max(0, others.max() ?? 0)
    }
    let guesses = between.indices.map { chances[$0] * right[$0] + (1 - chances[$0]) * wrong[$0] }
    return (max(0, informed - max(0, guesses.max() ?? 0)), known > 0 ? .estimated : .assumed)
  }

  // The customer's own figures where they are there; else what it brought on average with those alike.
  private func net(_ strategy: CoreStrategy, _ facts: StrategyFacts, _ tally: Tally) -> Double? {
    if let gain = playbook.gain(strategy, facts), let cost = playbook.cost(strategy, facts) {
      return gain - Double(cost)
    }
    return tally.mean(strategy) ?? base.mean(strategy)
  }
}
