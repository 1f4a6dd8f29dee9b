import Customers
import Kernel

/// A customer that matters in one way: proposed by a detector, confirmed or rejected by a person (domain F8, C30).
package struct SignificantCustomer: Sendable, Equatable {
  package enum Status: String, Sendable, Codable { case proposed, confirmed, rejected }

  package let customer: ID<Customer>
  package let kind: SignificanceKind
  /// 0 to 1; orders customers of one kind, and says nothing between kinds.
  package let score: Double
  package let evidence: [SignificanceEvidence]
  package var status: Status

  package init(
    _ customer: ID<Customer>, _ kind: SignificanceKind, score: Double, evidence: [SignificanceEvidence],
    status: Status = .proposed
  ) {
    self.customer = customer
    self.kind = kind
    self.score = score
    self.evidence = evidence
    self.status = status
  }

  package var grade: Figure.Grade { Figure.weakest(evidence.map(\.grade)) }
}

/// Somebody whom a detector cannot judge until a fact is known.
package struct SignificanceCandidate: Sendable, Equatable {
  package enum Missing: String, Sendable, Codable {
    case contribution, secondSignal, measuredSignal, benefit, minutes

    /// The words on screen.
    package var word: String {
      switch self {
      case .contribution: "its contribution"
      case .secondSignal: "a second signal"
      case .measuredSignal: "a signal that nobody declared"
      case .benefit: "the measured benefit of the change"
      case .minutes: "minutes of capacity used"
      }
    }
  }

  package let customer: ID<Customer>
  package let kind: SignificanceKind
  package let missing: Missing
  package let evidence: [SignificanceEvidence]
}

/// What one detector finds: the best first.
package struct Detection: Sendable, Equatable {
  package let kind: SignificanceKind
  package let found: [SignificantCustomer]
  package let candidates: [SignificanceCandidate]

  init(_ kind: SignificanceKind, found: [SignificantCustomer], candidates: [SignificanceCandidate] = []) {
    self.kind = kind
    self.found = found.sorted { ($1.score, $0.customer) < ($0.score, $1.customer) }
    self.candidates = candidates.sorted { $0.customer < $1.customer }
  }
}

/// What a person said of a proposal.
package struct SignificanceVerdict: Sendable, Equatable, Codable {
  package enum Answer: String, Sendable, Codable { case confirmed, rejected }

  package let customer: ID<Customer>
  package let kind: SignificanceKind
  package let answer: Answer
  package let reason: String
  package let by: String
  package let at: Instant

  package init(
    _ customer: ID<Customer>, _ kind: SignificanceKind, _ answer: Answer, reason: String, by: String, at: Instant
  ) {
    (self.customer, self.kind, self.answer) = (customer, kind, answer)
    (self.reason, self.by, self.at) = (reason, by, at)
  }
}
