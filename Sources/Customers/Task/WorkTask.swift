import Kernel
import Records

/// Something somebody has to do, for a record or for none. Named so because Swift has a `Task` of its own.
package struct WorkTask: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case call, email, meeting, visit, todo
  }

  package enum Priority: String, Sendable, Codable, CaseIterable, Comparable {
    case low, normal, high, urgent

    package static func < (left: Priority, right: Priority) -> Bool { left.rank < right.rank }
    private var rank: Int { Priority.allCases.firstIndex(of: self) ?? 0 }
  }

  package enum State: String, Sendable, Codable, CaseIterable {
    case open, done, cancelled
  }

  /// How a task ended: what came of it, or why it is not done.
  package struct Ending: Sendable, Equatable, Codable {
    package let words: String
    package let by: String
    package let at: Instant
  }

  package let id: ID<WorkTask>
  package var subject: String
  package var text: String
  package let due: Day?
  package let time: TimeOfDay?
  package let remindAt: Instant?
  package let kind: Kind
  package let priority: Priority
  package let assignee: Int64?
  package let assigneeName: String?
  package let team: Int64?
  package let teamName: String?
  package let about: RecordKey?
  /// The title of that record, where the reader may see it.
  package var aboutTitle: String?
  package let recurrence: Recurrence?
  /// The first task of its series, and which one this is.
  package let series: Int64?
  package let number: Int?
  package let maker: Int64?
  package let makerName: String
  package let createdAt: Instant
  package var completion: Ending?
  /// The task that came after this one was done.
  package let next: Int64?
  package var cancellation: Ending?
  package let binnedAt: Instant?
  /// Grows with every change; an edit says which version it saw.
  package let version: Int64

  package var state: State { completion != nil ? .done : cancellation != nil ? .cancelled : .open }
  package var isOpen: Bool { state == .open }

  package func isOverdue(_ today: Day) -> Bool { isOpen && (due.map { $0 < today } ?? false) }

  /// The task as somebody may read it: what is hidden from them is empty, what somebody said is personal.
  package func shown(to actor: Actor) -> WorkTask {
    var shown = self
    if !actor.reads("subject", of: .task, isPersonal: true) { shown.subject = "Task \(id)" }
    if !actor.reads("text", of: .task, isPersonal: true) { shown.text = "" }
    if !actor.reads("outcome", of: .task, isPersonal: true) {
      shown.completion = completion.map { Ending(words: "", by: $0.by, at: $0.at) }
      shown.cancellation = cancellation.map { Ending(words: "", by: $0.by, at: $0.at) }
    }
    return shown
  }
}

extension WorkTask.Kind {
  /// The word on screen.
  package var word: String {
    switch self {
    case .call: "Call"
    case .email: "E-mail"
    case .meeting: "Meeting"
    case .visit: "Visit"
    case .todo: "To-do"
    }
  }

  package var icon: String {
    switch self {
    case .call: "phone"
    case .email: "mail"
    case .meeting: "users"
    case .visit: "map-pin"
    case .todo: "checkbox"
    }
  }
}

extension WorkTask.Priority {
  package var word: String { rawValue.capitalized }
}
