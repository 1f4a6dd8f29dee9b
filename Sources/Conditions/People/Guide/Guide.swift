import Kernel

/// What a new company has still to bring in: the nine boxes of the chain, each with the least it needs.
package struct Guide: Sendable, Equatable, Encodable {
  /// One thing to bring in, and whether it is there.
  package struct Step: Sendable, Equatable, Encodable {
    package let name: Name
    package let isDone: Bool
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
  }

  package let steps: [Step]
  /// Who put the guide away, and when; nil while it is there.
  package let putAwayBy: String?
  package let putAwayAt: Instant?

  package init(done: Set<Name>, putAwayBy: String? = nil, putAwayAt: Instant? = nil) {
    steps = Name.allCases.map { Step(name: $0, isDone: done.contains($0)) }
    self.putAwayBy = putAwayBy
    self.putAwayAt = putAwayAt
  }

  package var doneCount: Int { steps.count(where: \.isDone) }
  package var isFinished: Bool { steps.allSatisfy(\.isDone) }
  /// Whether it still has something to say.
  package var isShown: Bool { !isFinished && putAwayAt == nil }
  /// What to do next.
  package var next: Step? { steps.first { !$0.isDone } }
  /// Whether there is nothing in the company yet that anything could be said about.
  package var isEmptyCompany: Bool { steps.contains { $0.name == .customers && !$0.isDone } }

  package func steps(of part: Part) -> [Step] { steps.filter { $0.name.part == part } }
}
