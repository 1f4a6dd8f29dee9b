import Foundation
import Kernel
import Records
import Store

/// What a list of tasks is asked for.
package struct TaskQuestion: Sendable, Equatable {
  package enum View: String, Sendable, Codable, CaseIterable {
    /// Open ones somebody is to do, alone or with a team.
    case mine
    case today, overdue, week
    /// Open ones of everybody the reader may see.
    case open
    /// Open ones the reader made for others.
    case made
    case done
  }

  package var view: View
  package var words: String
  package var kind: WorkTask.Kind?
  package var priority: WorkTask.Priority?
  package var assignee: Int64?
  package var about: RecordKey?
  package var after: String?
  package var size: Int
  package let today: Day
  /// Monday 1 to Sunday 7.
  package let firstWeekday: Int

  package init(
    _ view: View, words: String = "", kind: WorkTask.Kind? = nil, priority: WorkTask.Priority? = nil,
    assignee: Int64? = nil, about: RecordKey? = nil, after: String? = nil, size: Int = 50, today: Day,
    firstWeekday: Int = 1
  ) {
    self.view = view
    self.words = words
    self.kind = kind
    self.priority = priority
    self.assignee = assignee
    self.about = about
    self.after = after
    self.size = min(max(size, 1), 200)
    self.today = today
    self.firstWeekday = firstWeekday
  }

  private var isClosed: Bool { view == .done }

  /// The conditions on `task t`, without the place.
  func conditions(for actor: Actor) throws -> [Statement] {
    let mine: Statement = """
      (t.assignee_id = \(actor.user) OR (t.assignee_id IS NULL AND t.team_id IN (\(list: actor.teams))))
      """
    var all: [Statement] = [isClosed ? "t.closed_at IS NOT NULL" : "t.closed_at IS NULL"]
    switch view {
    case .mine: all.append(mine)
    case .today: all += [mine, "t.due_day <= \(today)"]
    case .overdue: all += [mine, "t.due_day < \(today)"]
    case .week:
      let last = today.startOfWeek(firstWeekday: firstWeekday).adding(days: 6)
      all += [mine, "t.due_day BETWEEN \(today) AND \(last)"]
    case .made: all += ["t.actor_id = \(actor.user)", "coalesce(t.assignee_id, 0) <> coalesce(\(actor.user), -1)"]
    case .open, .done: break
    }
    if let kind { all.append("t.kind = \(kind)") }
    if let priority { all.append("t.priority = \(priority)") }
    if let assignee { all.append("t.assignee_id = \(assignee)") }
    if let about { all.append("t.about_noun = \(about.noun.rawValue) AND t.about_id = \(about.id)") }
    return all + (try Self.finding(words, for: actor))
  }

  /// The conditions that words of the subject make.
  static func finding(_ words: String, for actor: Actor) throws -> [Statement] {
    guard !words.isEmpty else { return [] }
    guard actor.reads("subject", of: .task, isPersonal: true) else {
      throw Problem(.notAllowed, field: "q", "You may not read what tasks say.", mend: "Leave the words out.")
    }
    return words.split(separator: " ").prefix(5).map { word in
      "t.folded LIKE \("%" + Filter.escapedForLike(Text.folded(String(word))) + "%") ESCAPE '!'"
    }
  }

  var ordering: Statement { isClosed ? "t.closed_at DESC, t.id DESC" : "t.due_order, t.id" }

  func cursor(_ task: WorkTask, order: Int64) -> String {
    let closed = task.completion?.at ?? task.cancellation?.at
    return "\(isClosed ? closed?.microseconds ?? 0 : order)~\(task.id)"
  }

  func place() throws -> Statement? {
    guard let after else { return nil }
    let parts = after.split(separator: "~", omittingEmptySubsequences: false)
    guard parts.count == 2, let order = Int64(parts[0]), let id = ID<WorkTask>(text: parts[1]) else {
      throw Problem(.malformed, field: "after", "This is not a place in the list.", mend: "Start from the first page.")
    }
    return isClosed ? "(t.closed_at, t.id) < (\(order), \(id))" : "(t.due_order, t.id) > (\(order), \(id))"
  }
}

extension TaskQuestion.View {
  /// The word on the tab.
  package var word: String {
    switch self {
    case .mine: "Mine"
    case .today: "Today"
    case .overdue: "Overdue"
    case .week: "This week"
    case .open: "Everybody's"
    case .made: "Given to others"
    case .done: "Done"
    }
  }
}
