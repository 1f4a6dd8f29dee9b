import Kernel

/// Something somebody asked about their data, and until when it has to be answered.
package struct PrivacyRequest: Sendable, Equatable, Encodable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case access, correction, export, deletion, objection

    package var word: String {
      switch self {
      case .access: "Access: what is held"
      case .correction: "Correction"
      case .export: "Export: a copy to take along"
      case .deletion: "Deletion"
      case .objection: "Objection to being contacted or judged"
      }
    }
  }

  package enum Outcome: String, Sendable, Codable, CaseIterable {
    case done, refused
  }

  /// The days the law gives for an answer.
  static let daysToAnswer = 30

  package let id: ID<PrivacyRequest>
  package let kind: Kind
  package let personKind: PersonKind?
  package let person: Int64?
  package let askedBy: String
  package let note: String
  package let received: Day
  package let due: Day
  package let by: String
  package let createdAt: Instant
  package let outcome: Outcome?
  package let answer: String?
  package let answeredAt: Instant?

  package func isLate(_ today: Day) -> Bool { outcome == nil && due < today }
}
