import Kernel

/// What a new company has still to bring in: the nine boxes of the chain, each with the least it needs.
package struct Guide: Sendable, Equatable, Encodable {
  /// One thing to bring in, whether it is there, and whether the company left it for later.
  package struct Step: Sendable, Equatable, Encodable {
    package let name: Name
    package let isDone: Bool
    package let isLater: Bool

    /// Whether it still has to be brought in.
    package var isOpen: Bool { !isDone && !isLater }
  }

  /// The parts of the house, in the order they are filled.
  package enum Part: String, Sendable, Encodable, CaseIterable {
    case start, stage, condition
  }

  package enum Name: String, Sendable, Encodable, CaseIterable {
    case formats, people, customers
    case portfolio, intimacy, network, proposition, lifecycle
    case leadership, processes, owners, data

    package var part: Part {
      switch self {
      case .formats, .people, .customers: .start
      case .portfolio, .intimacy, .network, .proposition, .lifecycle: .stage
      case .leadership, .processes, .owners, .data: .condition
      }
    }

    /// Whether a company may begin without it.
    package var mayWait: Bool { part != .start }
  }

  package let steps: [Step]
  /// Who put the guide away, and when; nil while it is there.
  package let putAwayBy: String?
  package let putAwayAt: Instant?

  /// - Parameter later: what the company begins without.
  package init(done: Set<Name>, later: Set<Name> = [], putAwayBy: String? = nil, putAwayAt: Instant? = nil) {
    steps = Name.allCases.map { Step(name: $0, isDone: done.contains($0), isLater: later.contains($0)) }
    self.putAwayBy = putAwayBy
    self.putAwayAt = putAwayAt
  }

  /// What the company begins with.
  package var scope: [Step] { steps.filter { !$0.isLater } }
  package var later: Set<Name> { Set(steps.filter(\.isLater).map(\.name)) }
  package var doneCount: Int { scope.count(where: \.isDone) }
  package var isFinished: Bool { scope.allSatisfy(\.isDone) }
  /// Whether it still has something to say.
  package var isShown: Bool { !isFinished && putAwayAt == nil }
  /// What to do next.
  package var next: Step? { steps.first(where: \.isOpen) }
  /// Whether there is nothing in the company yet that anything could be said about.
  package var isEmptyCompany: Bool { steps.contains { $0.name == .customers && !$0.isDone } }

  package func steps(of part: Part) -> [Step] { steps.filter { $0.name.part == part } }
}
