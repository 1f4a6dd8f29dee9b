import Kernel
import Records

/// Something a person was told of, and whether they have read it.
package struct Notification: Sendable, Equatable, Encodable {
  package let id: ID<Notification>
  package let kind: Notice.Kind
  package let noun: String
  package let record: Int64?
  /// What it says, made for the reader: the title of a record only as far as they may see it.
  package var text: String
  /// Where it leads; nil when what it is about cannot be seen any more.
  package var path: String?
  package let by: String
  package let createdAt: Instant
  package let readAt: Instant?
}

extension Notice.Kind {
  /// What a preference calls it.
  package var word: String {
    switch self {
    case .taskAssigned: "A task is given to me"
    case .reminder: "A reminder of a task comes"
    case .mention: "Somebody mentions me"
    case .decisionDue: "A decision of mine is to be reviewed"
    case .importFinished: "An import I began is over"
    case .exportFinished: "An export I began is over"
    case .rule: "A rule tells me something"
    }
  }

  var icon: String {
    switch self {
    case .taskAssigned: "checkbox"
    case .reminder: "alarm"
    case .mention: "at"
    case .decisionDue: "gavel"
    case .importFinished: "upload"
    case .exportFinished: "download"
    case .rule: "bolt"
    }
  }

  /// The sentence: who did what, and the title of what.
  func sentence(_ title: String?, words: String, by: String) -> String {
    let what = title ?? words
    let said = title != nil && !words.isEmpty ? " \(words)" : ""
    return switch self {
    case .taskAssigned: "\(by) gave you a task: \(what)\(said)"
    case .reminder: "Reminder: \(what)\(said)"
    case .mention: "\(by) mentioned you in \(what)\(said)"
    case .decisionDue: "To be reviewed: \(what)\(said)"
    case .importFinished: "The import is over: \(what)\(said)"
    case .exportFinished: "The export is ready: \(what)\(said)"
    case .rule: "\(by): \(what)\(said)"
    }
  }
}
