import Customers
import Kernel

/// What became of the customers between two portfolios: who moved, from where to where, and which fact moved them.
package struct VersionComparison: Sendable {
  /// What kind of thing moved a customer.
  package enum Reason: String, Sendable, Codable, CaseIterable {
    case override, ending, verdict, purchases, contribution, value, fact, newFact, lostFact, lines

    package var word: String {
      switch self {
      case .override: "A person's choice"
      case .ending: "An answer on ending"
      case .verdict: "A word on significance"
      case .purchases: "What they bought"
      case .contribution: "What they earn"
      case .value: "What they are worth"
      case .fact: "Another fact"
      case .newFact: "A fact now known"
      case .lostFact: "A fact no longer known"
      case .lines: "Lines of the rules"
      }
    }
  }

  /// Why one customer moved; the first is the weightiest.
  package struct Cause: Sendable, Equatable, Codable {
    package let reason: Reason
    /// The question of the rules whose answer changed, where it was one.
    package let test: StrategyTest?

    package init(_ reason: Reason, _ test: StrategyTest? = nil) { (self.reason, self.test) = (reason, test) }
  }

  /// One customer in both; without a before it is new, without an after it is gone.
  package struct Move: Sendable {
    package let before: PortfolioAssignment?
    package let after: PortfolioAssignment?
    package let causes: [Cause]

    package var customer: ID<Customer> { (after ?? before)?.customer ?? ID(0) }
    package var contribution: Int64? { (after ?? before)?.contribution }
  }

  /// So many went from one heading to another; nil stands for not there.
  package struct Stream: Sendable, Equatable {
    package let from: StrategyHeading?
    package let to: StrategyHeading?
    package internal(set) var customers = 0
    /// What they contribute now, or did at last.
    package internal(set) var minor: Int64 = 0
  }

  package let before: AssignmentBook
  package let after: AssignmentBook
  /// By what they contribute, the largest first.
  package let moves: [Move]
  package let stayed: Int
  package let new: [Move]
  package let gone: [Move]

  package init(_ before: AssignmentBook, _ after: AssignmentBook) {
    self.before = before
    self.after = after
    let pairs = Self.pairs(before.rows, after.rows)
    var answers = RuleAnswers()
    moves = Self.ordered(
      pairs.matched.filter { $0.0.heading != $0.1.heading }
        .map { Move(before: $0.0, after: $0.1, causes: answers.causes($0.0, $0.1)) })
    stayed = pairs.matched.count - moves.count
    new = Self.ordered(pairs.new.map { Move(before: nil, after: $0, causes: []) })
    gone = Self.ordered(pairs.gone.map { Move(before: $0, after: nil, causes: []) })
  }

  static func ordered(_ moves: [Move]) -> [Move] {
    moves.sorted { left, right in
      let (first, second) = (left.contribution?.magnitude ?? 0, right.contribution?.magnitude ?? 0)
      return first == second ? left.customer < right.customer : first > second
    }
  }

  /// The streams, movers only; the largest first.
  package var streams: [Stream] {
    struct Key: Hashable {
      let from: StrategyHeading?
      let to: StrategyHeading?
    }
    var streams: [Key: Stream] = [:]
    func add(_ from: StrategyHeading?, _ to: StrategyHeading?, _ minor: Int64?) {
      let key = Key(from: from, to: to)
      var stream = streams[key] ?? Stream(from: from, to: to)
      stream.customers += 1
      stream.minor = stream.minor.addingReportingOverflow(minor ?? 0).partialValue
      streams[key] = stream
    }
    for move in moves + new + gone { add(move.before?.heading, move.after?.heading, move.contribution) }
    return streams.values.sorted {
      $0.customers == $1.customers
        ? ($0.from?.rawValue ?? "", $0.to?.rawValue ?? "") < ($1.from?.rawValue ?? "", $1.to?.rawValue ?? "")
        : $0.customers > $1.customers
    }
  }

  /// How many moved for each reason; who moved for several counts under the weightiest.
  package var reasons: [Reason: Int] {
    Dictionary(grouping: moves.compactMap(\.causes.first), by: \.reason).mapValues(\.count)
  }

  /// The same customer in both: by its record; by its number where the record was removed and came again.
  private static func pairs(
    _ before: [PortfolioAssignment], _ after: [PortfolioAssignment]
  ) -> (
    matched: [(PortfolioAssignment, PortfolioAssignment)], new: [PortfolioAssignment], gone: [PortfolioAssignment]
  ) {
    let later = Dictionary(after.map { ($0.customer, $0) }, uniquingKeysWith: { first, _ in first })
    var matched: [(PortfolioAssignment, PortfolioAssignment)] = []
    var gone: [PortfolioAssignment] = []
    for row in before {
      if let same = later[row.customer] { matched.append((row, same)) } else { gone.append(row) }
    }
    let known = Set(before.map(\.customer))
    let new = after.filter { !known.contains($0.customer) }
    let byNumber = Dictionary(grouping: new, by: \.externalID)
    let lost = Dictionary(grouping: gone, by: \.externalID)
    let again = gone.compactMap { row -> (PortfolioAssignment, PortfolioAssignment)? in
      guard lost[row.externalID]?.count == 1, let found = byNumber[row.externalID], found.count == 1,
        let same = found.first
      else { return nil }
      return (row, same)
    }
    let (came, went) = (Set(again.map(\.1.customer)), Set(again.map(\.0.customer)))
    return (
      matched + again, new.filter { !came.contains($0.customer) }, gone.filter { !went.contains($0.customer) }
    )
  }
}

/// Tells which changed answer moved a customer, by asking the rules again with that one answer put back.
private struct RuleAnswers {
  private let rules: StrategyRules
  private var known: [String: Set<StrategyCall>] = [:]

  init() {
    var settings = StrategySettings()
    // What is not among the answers is open.
    settings.mayEnd = false
    rules = StrategyRules(settings: settings)
  }

  mutating func causes(
    _ before: PortfolioAssignment, _ after: PortfolioAssignment
  ) -> [VersionComparison.Cause] {
    var causes: [VersionComparison.Cause] = []
    if before.override?.strategy != after.override?.strategy { causes.append(.init(.override)) }
    if causes.isEmpty { causes += moved(before, after) }
    let endings = (before.ending, after.ending)
    let isAnswered = [endings.0, endings.1].contains { $0 == .approved || $0 == .rejected }
    if endings.0 != endings.1, isAnswered { causes.insert(.init(.ending), at: 0) }
    return causes.isEmpty ? [.init(.lines)] : causes
  }

  private mutating func moved(
    _ before: PortfolioAssignment, _ after: PortfolioAssignment
  ) -> [VersionComparison.Cause] {
    let (old, new) = (Array(before.answers.unicodeScalars), Array(after.answers.unicodeScalars))
    guard old.count == new.count else { return [] }
    let changed = StrategyTest.allCases.indices.filter { old.indices.contains($0) && old[$0] != new[$0] }
    let now = calls(new)
    let alone = changed.filter { place in
      var back = new
      back[place] = old[place]
      return calls(back) != now
    }
    // Where no answer alone tells, all that changed did it together.
    return (alone.isEmpty ? changed : alone).map { place in
      let test = StrategyTest.allCases[place]
      return .init(reason(test, old[place], new[place], before, after), test)
    }
    .sorted { ($0.reason.place, $0.test?.rawValue ?? "") < ($1.reason.place, $1.test?.rawValue ?? "") }
  }

  /// What the rules can come to with these answers.
  private mutating func calls(_ answers: [Unicode.Scalar]) -> Set<StrategyCall> {
    let key = String(String.UnicodeScalarView(answers))
    if let found = known[key] { return found }
    var supposed: [StrategyTest: Bool] = [:]
    for (test, answer) in zip(StrategyTest.allCases, answers) where answer == "y" || answer == "n" {
      supposed[test] = answer == "y"
    }
    let outcomes = rules.outcomes(StrategyFacts(ID(1)), supposing: supposed)
    let found = Set(outcomes.map(\.call))
    known[key] = found
    return found
  }

  private func reason(
    _ test: StrategyTest, _ old: Unicode.Scalar, _ new: Unicode.Scalar, _ before: PortfolioAssignment,
    _ after: PortfolioAssignment
  ) -> VersionComparison.Reason {
    func words(_ row: PortfolioAssignment) -> [String] {
      row.kinds.filter { $0.status != .proposed }.map { "\($0.kind.rawValue) \($0.status.rawValue)" }.sorted()
    }
    if [.isSignificant, .isConfirmed].contains(test), words(before) != words(after) { return .verdict }
    if old != "y" && old != "n" { return .newFact }
    if new != "y" && new != "n" { return .lostFact }
    return switch test {
    case .isLapsed, .isProspect, .isAtRisk: .purchases
    case .losesMoney, .canBeRepaired: .contribution
    case .isHighValue, .isSignificant, .isConfirmed: .value
    default: .fact
    }
  }
}

extension VersionComparison.Reason {
  var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
