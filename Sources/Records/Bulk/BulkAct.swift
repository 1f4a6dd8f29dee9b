import Foundation
import Kernel

/// What is done to many records at once.
package enum BulkAct: Sendable, Equatable {
  /// Sets fields, each to one value.
  case edit([String: String])
  /// Gives them one more tag.
  case tag(String)
  /// Puts them into the bin, or takes them out.
  case bin
  case restore

  /// Which records are meant.
  package enum Choice: Sendable, Equatable {
    case records([Int64])
    /// All that a list shows, on every page of it.
    case matching(RecordQuestion)
  }

  /// The word that history uses.
  package var word: String {
    switch self {
    case .edit: "change"
    case .tag: "tag"
    case .bin: "bin"
    case .restore: "restore"
    }
  }

  /// What it sets, by field.
  var changes: [String: String] {
    switch self {
    case .edit(let changes): changes
    case .tag(let name): ["tags": name]
    case .bin, .restore: [:]
    }
  }

  var verb: Actor.Verb {
    switch self {
    case .edit, .tag: .edit
    case .bin, .restore: .delete
    }
  }

  /// At most so many are done while the person waits; more become work in the background.
  package static let atOnce = 200
}

/// A bulk act that was done: how many records it changed, and whether it was taken back.
package struct BulkRun: Sendable, Equatable, Codable {
  package enum State: String, Sendable, Codable, CaseIterable {
    /// It goes on in the background.
    case open
    case done
    /// It was cancelled or failed before its end: what it did until then stands.
    case stopped
    case undoing
    case undoingStopped = "undoing-stopped"
    case undone
  }

  package let id: ID<BulkRun>
  package let noun: String
  package let act: String
  /// The names of the fields it changed.
  package let fields: [String]
  package let job: Int64?
  package let records: Int
  /// How many were left as they were, because they may not be changed or a value does not fit them.
  package let refused: Int
  /// How many were put back as they were, and how many were not, because somebody changed them since or they are gone.
  package let restored: Int
  package let outdated: Int
  package let state: State
  /// The work that takes it back, when that is much.
  package let undoJob: Int64?
  package let by: String
  package let at: Instant
  package let endedAt: Instant?
  package let undoneAt: Instant?

  /// Whether it can be taken back now.
  package var isUndoable: Bool { [.done, .stopped, .undoingStopped].contains(state) && records > 0 }
}

/// What a bulk act keeps to go on from: in the job's arguments.
struct BulkOrder: Codable {
  let run: Int64
  let noun: String
  let act: String
  let changes: [String: String]
  let records: [Int64]
  /// A question as a query, when all that match are meant.
  let query: String?
  let today: Day
  let zone: String
  let undoes: Int64?
  /// Who asked, with the rights they asked with: a key's are fewer than its owner's.
  let asker: KeptActor?
}
