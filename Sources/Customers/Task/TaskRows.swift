import Kernel
import Records
import Web

/// Tasks as a list shows them: what, for whom, when, and the button that says it is done.
package struct TaskRows {
  let tasks: [WorkTask]
  let records: Catalogues
  let visit: Visit
  /// Where the buttons lead back to.
  let path: String
  /// Whether the record each is about is named.
  let namesRecord: Bool
  /// The numbers to call, by customer.
  let phones: [String: String]

  package init(
    _ tasks: [WorkTask], records: Catalogues, visit: Visit, path: String, namesRecord: Bool = true,
    phones: [String: String] = [:]
  ) {
    self.tasks = tasks
    self.records = records
    self.visit = visit
    self.path = path
    self.namesRecord = namesRecord
    self.phones = phones
  }

  package func table(
    _ sentence: HTML, state: ListState? = nil, empty: EmptyState, filters: HTML = HTML(), actions: HTML = HTML()
  ) -> ListTable<WorkTask> {
    ListTable(
      sentence, rows: tasks, columns: columns, state: state ?? ListState(path: path), empty: empty, filters: filters,
      actions: actions)
  }

  private var columns: [ListTable<WorkTask>.Column] {
    let (viewer, records) = (visit.viewer, records)
    var columns: [ListTable<WorkTask>.Column] = [
      .init("Task", onCard: .title) { task in
        "<span class=\"vc-task\">\(Icon(task.kind.icon))<a href=\"/tasks/\(task.id)\">\(task.subject)</a>\(Self.marks(task))</span>"
      }
    ]
    if namesRecord {
      columns.append(.init("For", onCard: .fact) { [phones] in "\(Self.about($0, records))\(Self.phone($0, phones))" })
    }
    columns += [
      .init("Due", onCard: .fact) { Self.due($0, viewer) },
      .init("Given to") { "\($0.assigneeName ?? $0.teamName ?? "")" },
    ]
    if tasks.contains(where: { !$0.isOpen }) {
      columns.append(.init("State", onCard: .fact) { Self.state($0, viewer) })
    }
    if visit.actor.may(.edit, .task), tasks.contains(where: \.isOpen) {
      columns.append(.init("", onCard: .fact) { done($0) })
    }
    return columns
  }

  private func done(_ task: WorkTask) -> HTML {
    guard task.isOpen else { return HTML() }
    return """
      <span data-done>\(PostButton(
        "Done", action: "/tasks/\(task.id)/completion", csrf: visit.viewer.csrf, icon: "check",
        fields: [("return", path)]))</span>
      """
  }

  static func marks(_ task: WorkTask) -> HTML {
    let priority: HTML? =
      switch task.priority {
      case .urgent: Badge("Urgent", .bad, icon: "flame").html
      case .high: Badge("High", .watch, icon: "arrow-up").html
      default: nil
      }
    return "\(priority)\(when: task.recurrence != nil && task.isOpen, Badge("again", icon: "repeat").html)"
  }

  static func about(_ task: WorkTask, _ records: Catalogues) -> HTML {
    guard let about = task.about else { return HTML() }
    guard let title = task.aboutTitle, let path = records.path(of: about) else {
      return "<span class=\"text-secondary\">not to be seen by you</span>"
    }
    return "<a href=\"\(url: path)\">\(title)</a>"
  }

  /// A link that calls, where the customer's number is known.
  static func phone(_ task: WorkTask, _ phones: [String: String]) -> HTML {
    guard let about = task.about, about.noun == .customer, let number = phones["\(about.id)"] else { return HTML() }
    let dialled = String(
      String.UnicodeScalarView(number.unicodeScalars.filter { "+0123456789".unicodeScalars.contains($0) }))
    return " <a class=\"vc-phone\" href=\"\(url: "tel:\(dialled)")\">\(Icon("phone"))\(number)</a>"
  }

  static func due(_ task: WorkTask, _ viewer: Viewer) -> HTML {
    guard let due = task.due else { return "<span class=\"text-secondary\">no day</span>" }
    let time: HTML? = task.time.map { " at \($0.description)" }
    guard task.isOverdue(viewer.today) else { return "\(viewer.time(due))\(time)" }
    return "<span class=\"vc-late\">\(Icon("clock-exclamation"))\(viewer.time(due))\(time)</span>"
  }

  static func state(_ task: WorkTask, _ viewer: Viewer) -> HTML {
    if let done = task.completion { return "Done \(viewer.time(done.at)) by \(done.by)" }
    if let cancelled = task.cancellation { return "Cancelled \(viewer.time(cancelled.at)) by \(cancelled.by)" }
    return "Open"
  }
}

/// One line to write a task down without leaving the page.
package struct QuickTask: Part {
  let record: RecordKey?
  let visit: Visit
  let path: String

  package init(about record: RecordKey? = nil, visit: Visit, path: String) {
    self.record = record
    self.visit = visit
    self.path = path
  }

  package var html: HTML {
    guard visit.actor.may(.create, .task), visit.actor.seesPersonalData else { return HTML() }
    let kinds = WorkTask.Kind.allCases
    return """
      <form class="vc-quick-task" method="post" action="/tasks" data-quick>\(Form.hidden(csrf: visit.viewer.csrf))\
      \(Form.hidden("return", path))\
      \(record.map { "\(Form.hidden("noun", $0.noun.rawValue))\(Form.hidden("record", "\($0.id)"))" as HTML })\
      <label class="vc-quick-subject"><span class="visually-hidden">What is to be done</span>\
      <input class="form-control" name="subject" required maxlength="200" placeholder="Add a task" autocomplete="off"></label>\
      <label><span class="visually-hidden">Kind</span><select class="form-select" name="kind">\
      \(kinds.html { "<option value=\"\($0.rawValue)\"\(flag: "selected", $0 == .todo)>\(words: $0.word)</option>" })</select></label>\
      <label><span class="visually-hidden">Due</span>\
      <input class="form-control" type="date" name="due" value="\(visit.today)"></label>\
      <button type="submit" class="btn btn-primary">\(Icon("plus"))Add</button></form>
      """
  }
}

/// The tasks of one record on its page: what comes next, the other open ones, and one more without leaving.
package struct TaskSection: Part {
  let tasks: [WorkTask]
  let record: RecordKey
  let records: Catalogues
  let visit: Visit

  package init(_ tasks: [WorkTask], about record: RecordKey, records: Catalogues, visit: Visit) {
    self.tasks = tasks
    self.record = record
    self.records = records
    self.visit = visit
  }

  private var path: String { records.path(of: record).map(visit.keepingOrigin) ?? "/tasks" }

  package var html: HTML {
    guard visit.actor.may(.see, .task) else { return HTML() }
    let next = tasks.first
    let all = Address.path(TaskRoutes.dayPath, [("noun", record.noun.rawValue), ("record", "\(record.id)")])
    let sentence: HTML =
      next.map { "Next: <a href=\"/tasks/\($0.id)\">\($0.subject)</a>, \(TaskRows.due($0, visit.viewer))" }
      ?? "Nothing is open."
    return """
      <section id="tasks"><h2>Tasks</h2>\(TaskRows(
        tasks, records: records, visit: visit, path: path + "#tasks", namesRecord: false
      ).table(
        sentence, empty: EmptyState("Nothing to do here", reason: "Write down what comes next.", icon: "checkbox"),
        actions: LinkButton("All tasks", all, weight: .quiet).html))\
      \(QuickTask(about: record, visit: visit, path: path + "#tasks"))</section>
      """
  }
}
