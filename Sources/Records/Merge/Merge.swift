import Kernel

/// Two records that became one.
package struct Merge: Sendable, Equatable, Encodable {
  package let id: ID<Merge>
  package let noun: Actor.Noun
  package let kept: Int64
  package let lost: Int64
  package let by: String
  package let at: Instant
  package let undoneBy: String?
  package let undoneAt: Instant?

  package var isUndone: Bool { undoneAt != nil }

  /// What somebody asks for: which record stays, which ones go into it, and whose value counts in which field.
  package struct Order: Sendable, Equatable {
    package let noun: String
    package let kept: Int64
    package let lost: [Int64]
    /// The record whose value is taken, by field; a field that is not named keeps the value of the one that stays.
    package let choices: [String: Int64]

    /// - Throws: `Problem` naming what is wrong.
    package init(noun: String, kept: Int64, lost: [Int64], choices: [String: Int64] = [:]) throws {
      guard !lost.isEmpty, lost.count <= 20 else {
        throw Problem(.invalid, field: "lose", "One to twenty records go into another.", mend: "Name two records.")
      }
      guard !lost.contains(kept), Set(lost).count == lost.count else {
        throw Problem(.invalid, field: "lose", "A record cannot go into itself.", mend: "Name two records.")
      }
      for (field, record) in choices where record != kept && !lost.contains(record) {
        throw Problem(
          .invalid, field: field, "Record \(record) is none of those that are merged.", mend: "Choose one of them.")
      }
      self.noun = noun
      self.kept = kept
      self.lost = lost
      self.choices = choices
    }
  }
}

/// What a merge would do, before anybody says yes.
package struct MergePreview: Sendable, Encodable {
  package struct Side: Sendable, Encodable {
    package let id: Int64
    package let title: String
    package let path: String
    /// What hangs on it and would move, by the word for it.
    package let holds: [MergePart.Count]
  }

  package struct Row: Sendable, Encodable {
    package let field: String
    package let label: String
    /// As people read them, a value for each side; nil where there is none.
    package let values: [String?]
    /// Whether somebody may choose; if not, the value of the one that stays counts.
    package let isOpen: Bool

    package var differs: Bool { Set(values).count > 1 }
  }

  package let noun: Actor.Noun
  package let sides: [Side]
  package let rows: [Row]
  /// The side that stays unless somebody says otherwise: the one on which most hangs, then the older.
  package let proposed: Int64
}
