import Customers
import Kernel

/// A person's answer to the proposal to end a customer. Ending counts only once somebody approved it.
package struct EndingVerdict: Sendable, Equatable, Codable {
  package enum Answer: String, Sendable, Codable, CaseIterable { case approved, rejected }

  package let id: ID<EndingVerdict>
  package let customer: ID<Customer>
  /// The customer's name at that time.
  package let name: String
  package let answer: Answer
  package let reason: String
  /// Whether the person looked for what forbids ending and found nothing.
  package let checkedHolds: Bool
  package let by: String
  package let at: Instant
  package let withdrawal: Withdrawal?

  /// Which of the answers hold: the newest on each customer, unless it was taken back, or somebody else proposed the
  /// ending after it.
  package static func inForce(
    _ all: [EndingVerdict], overrides: [ID<Customer>: Override]
  ) -> [ID<Customer>: EndingVerdict] {
    Dictionary(all.map { ($0.customer, $0) }) { $0.id > $1.id ? $0 : $1 }
      .filter { $0.value.withdrawal == nil && $0.value.at >= (overrides[$0.key]?.at ?? $0.value.at) }
  }

  /// As the rules take it.
  package var approval: StrategyAssignment.Approval {
    StrategyAssignment.Approval(reason: reason, by: by, at: at, checkedHolds: checkedHolds)
  }

  /// What a person or program sends.
  package struct Draft: Sendable, Equatable {
    package let answer: Answer
    package let reason: String
    package let checkedHolds: Bool

    /// - Throws: `Problem` naming the field that is wrong.
    package init(answer: String, reason: String, checkedHolds: Bool = false) throws {
      guard let known = Answer(rawValue: answer) else {
        throw Problem(
          .invalid, field: "answer", "“\(answer.prefix(40))” is no answer.", mend: "Use approved or rejected.")
      }
      self.answer = known
      self.reason = try Override.reason(reason)
      self.checkedHolds = checkedHolds
    }
  }
}

/// A customer that the rules or a person would end, and how far that went.
package struct Ending: Sendable, Equatable {
  package enum State: String, Sendable, Codable, CaseIterable { case waiting, approved, rejected }

  package let customer: ID<Customer>
  package let state: State
  /// Who proposed it; nil for the rules.
  package let proposer: StrategyAssignment.Override?
  package let contribution: Int64?
  package let verdict: EndingVerdict?
}

extension Portfolio {
  /// Who would be ended: those that wait for an answer first, among them the dearest first.
  package var endings: [Ending] {
    strategies.assignments.compactMap { assignment in
      assignment.ending.map {
        Ending(
          customer: assignment.customer, state: $0, proposer: assignment.override,
          contribution: assignment.facts.contribution, verdict: verdicts[assignment.customer])
      }
    }
    .sorted { left, right in
      let (first, second) = (left.state == .waiting ? 0 : 1, right.state == .waiting ? 0 : 1)
      return (first, left.contribution ?? 0, left.customer) < (second, right.contribution ?? 0, right.customer)
    }
  }
}

extension StrategyAssignment {
  /// How far ending this customer went; nil when it is not to be ended.
  package var ending: Ending.State? {
    guard strategy == .end else { return nil }
    return approval != nil ? .approved : rejection != nil ? .rejected : .waiting
  }

  /// The strategy that counts. Ending waits for a person; where one refused it, the customer is kept at the lowest cost,
  /// as where a contract holds it.
  package var counted: CoreStrategy? {
    switch ending {
    case nil, .approved: strategy
    case .waiting: nil
    case .rejected: .harvest
    }
  }

  /// What the rules say, whatever people said; nil while undecided or not pursued.
  package var ruled: CoreStrategy? {
    guard case .decided(let call) = answer else { return nil }
    return call.strategy
  }
}
