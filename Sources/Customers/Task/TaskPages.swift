import Kernel
import Records
import Web

/// The lists of tasks.
struct TaskListPage {
  let page: Page<WorkTask>
  let counts: [TaskQuestion.View: Int]
  let question: TaskQuestion
  /// The title of the record the list is about.
  let about: String?
  let records: Catalogues
  let visit: Visit

  private var parameters: [(String, String)] {
    [
      ("view", question.view.rawValue), ("q", question.words), ("kind", question.kind?.rawValue ?? ""),
      ("priority", question.priority?.rawValue ?? ""), ("noun", question.about?.noun.rawValue ?? ""),
      ("record", question.about.map { "\($0.id)" } ?? ""),
    ]
  }

  private var here: String { Address.path(TaskRoutes.dayPath, parameters) }

  var html: HTML {
    Shell.page(
      title: "My tasks", path: "/tasks", viewer: visit.viewer, crumbs: [Crumb("Tasks", "/tasks")], actions: actions,
      body: """
        \(tabs)\(QuickTask(about: question.about, visit: visit, path: here))\
        \(TaskRows(page.rows, records: records, visit: visit, path: here).table(
          sentence, state: ListState(path: TaskRoutes.dayPath, parameters: parameters, next: page.next, chips: chips),
          empty: empty, filters: filters))
        """)
  }

  private var actions: HTML {
    let all = LinkButton("All tasks", "/tasks", icon: "filter")
    guard visit.actor.may(.create, .task) else { return all.html }
    return "\(all) \(LinkButton("Add a task", "/tasks/new", weight: .primary, icon: "plus"))"
  }

  private var tabs: Tabs {
    Tabs(
      "Lists of tasks",
      TaskQuestion.View.allCases.map { view in
        let count = counts[view].flatMap { $0 > 0 ? visit.viewer.format.count($0) : nil }
        return Tabs.Tab(
          view.word, path: Address.path(TaskRoutes.dayPath, [("view", view.rawValue)] + parameters.dropFirst()),
          isCurrent: view == question.view, note: count)
      })
  }

  private var sentence: HTML {
    let words: HTML =
      switch question.view {
      case .mine: "What you have to do, due first at first"
      case .today: "What is due today, and what is late"
      case .overdue: "What is late"
      case .week: "What is due this week"
      case .open: "Every open task you may see, due first at first"
      case .made: "What you gave to others and is open"
      case .done: "What was done or cancelled, newest first"
      }
    return words
  }

  private var chips: [ListState.Chip] {
    func without(_ names: String...) -> String {
      Address.path(TaskRoutes.dayPath, parameters.filter { !names.contains($0.0) })
    }
    var chips: [ListState.Chip] = []
    if question.about != nil { chips.append(.init("for \(about ?? "a record")", without: without("noun", "record"))) }
    if !question.words.isEmpty { chips.append(.init("with “\(question.words)”", without: without("q"))) }
    if let kind = question.kind { chips.append(.init(kind.word, without: without("kind"))) }
    if let priority = question.priority {
      chips.append(.init("\(priority.word) priority", without: without("priority")))
    }
    return chips
  }

  private var filters: HTML {
    Form(
      action: TaskRoutes.dayPath, method: .get, csrf: "", submit: "Narrow",
      fields: [
        Field("view", "", .hidden, value: question.view.rawValue),
        Field("q", "Words", .search, value: question.words),
        Field(
          "kind", "Kind",
          .select([Field.Option("", "Any")] + WorkTask.Kind.allCases.map { Field.Option($0.rawValue, $0.word) }),
          value: question.kind?.rawValue ?? ""),
        Field(
          "priority", "Priority",
          .select([Field.Option("", "Any")] + WorkTask.Priority.allCases.map { Field.Option($0.rawValue, $0.word) }),
          value: question.priority?.rawValue ?? ""),
        Field("noun", "", .hidden, value: question.about?.noun.rawValue ?? ""),
        Field("record", "", .hidden, value: question.about.map { "\($0.id)" } ?? ""),
      ]
    ).html
  }

  private var empty: EmptyState {
    let add = visit.actor.may(.create, .task) ? LinkButton("Add a task", "/tasks/new", icon: "plus").html : HTML()
    return switch question.view {
    case .overdue: EmptyState("Nothing is late", reason: "Every task of yours is within its day.", icon: "mood-smile")
    case .today, .week:
      EmptyState("Nothing is due", reason: "Write down what comes next, with its day.", icon: "checkbox", action: add)
    case .done: EmptyState("Nothing was done yet", reason: "What is done stands here, newest first.", icon: "checkbox")
    case .made:
      EmptyState(
        "You gave nothing to others", reason: "Choose a colleague when you add a task.", icon: "users", action: add)
    case .mine, .open:
      EmptyState("Nothing to do", reason: "Write down what comes next, with its day.", icon: "checkbox", action: add)
    }
  }
}

/// One task: what it is, for whom, when, and what became of it.
struct TaskPage {
  let task: WorkTask
  let records: Catalogues
  let visit: Visit
  var walk = HTML()
  var tags = HTML()
  var fields = HTML()
  var files = HTML()

  private var path: String { "/tasks/\(task.id)" }

  var html: HTML {
    Shell.page(
      title: task.subject, path: "/tasks", viewer: visit.viewer, crumbs: [Crumb("Tasks", visit.originList("/tasks"))],
      lead: lead,
      actions: actions, width: .narrow, body: "\(walk)\(tags)\(facts)\(text)\(fields)\(ending)\(files)")
  }

  private var lead: HTML {
    let state: HTML =
      task.isOpen
      ? (task.due == nil ? "To be done some day" : "To be done \(TaskRows.due(task, visit.viewer))")
      : TaskRows.state(task, visit.viewer)
    return "\(state)\(TaskRows.marks(task))"
  }

  private var actions: HTML {
    let (actor, csrf) = (visit.actor, visit.viewer.csrf)
    guard task.binnedAt == nil else {
      return PostButton("Take out of the bin", action: "\(path)/bin", csrf: csrf, method: .delete).html
    }
    let act: HTML =
      switch task.state {
      case .open: LinkButton("Change", "\(path)/edit", icon: "pencil").html
      case .done: PostButton("Not done after all", action: "\(path)/completion", csrf: csrf, method: .delete).html
      case .cancelled: PostButton("Take back", action: "\(path)/cancellation", csrf: csrf, method: .delete).html
      }
    let bin = PostButton(
      "Delete", action: "\(path)/bin", csrf: csrf, weight: .quiet, icon: "trash")
    let history = HistoryButton(RecordKey(.task, task.id.rawValue)).html
    return "\(history) \(when: mayEdit, act) \(when: actor.may(.delete, .task), bin.html)"
  }

  private var facts: HTML {
    let format = visit.viewer.format
    var rows: [(String, HTML)] = [("Kind", "\(words: task.kind.word)"), ("Priority", "\(words: task.priority.word)")]
    if task.about != nil { rows.append(("For", TaskRows.about(task, records))) }
    if let name = task.assigneeName ?? task.teamName.map({ "the team \($0)" }) { rows.append(("Given to", "\(name)")) }
    if let remind = task.remindAt { rows.append(("Reminder", visit.viewer.time(remind))) }
    if let rhythm = task.recurrence { rows.append(("Comes again", "\(rhythm.words { format.day($0) })")) }
    rows.append(("Made", "\(visit.viewer.time(task.createdAt)) by \(task.makerName)"))
    return """
      <section class="vc-card"><dl class="vc-facts">\
      \(rows.html { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" })</dl></section>
      """
  }

  private var mayEdit: Bool { task.binnedAt == nil && visit.actor.may(.edit, .task) }

  private var text: HTML {
    guard !task.text.isEmpty else { return HTML() }
    return "<section class=\"vc-card\"><p class=\"vc-lines\">\(task.text)</p></section>"
  }

  private var ending: HTML {
    if let words = (task.completion ?? task.cancellation)?.words {
      guard !words.isEmpty else { return HTML() }
      let title = task.state == .done ? "What came of it" : "Why it was cancelled"
      return """
        <section class="vc-card"><h2 class="vc-card-title">\(words: title)</h2><p class="vc-lines">\(words)</p></section>
        """
    }
    guard mayEdit else { return HTML() }
    let csrf = visit.viewer.csrf
    return """
      <section class="vc-card"><h2 class="vc-card-title">Done?</h2>\(Form(
        action: "\(path)/completion", csrf: csrf, submit: "It is done",
        fields: [Field("outcome", "What came of it", .lines(2))]))</section>\
      <details class="vc-settings"><summary>It will not be done</summary>\(Form(
        action: "\(path)/cancellation", csrf: csrf, submit: "Cancel the task",
        fields: [Field("reason", "Why", .lines(2))], isDangerous: true))</details>
      """
  }
}

/// The form for a task, new or known.
struct TaskForm {
  let task: WorkTask?
  let about: RecordKey?
  let title: String?
  let people: [(Int64, String)]
  let teams: [(Int64, String)]
  let own: OwnFields
  let values: [String: String]
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    let back = task.map { "/tasks/\($0.id)" } ?? "/tasks"
    return Shell.page(
      title: task == nil ? "Add a task" : "Change the task", path: "/tasks", viewer: visit.viewer,
      crumbs: [Crumb("Tasks", "/tasks")] + (task.map { [Crumb($0.subject, back)] } ?? []),
      lead: title.map { "For \($0)." } ?? HTML(), width: .narrow,
      body: Form(
        action: back, method: task == nil ? .post : .put, csrf: visit.viewer.csrf,
        submit: task == nil ? "Add" : "Save", rows: rows, values: shownValues, problems: problem.map { [$0] } ?? [],
        cancel: back
      ).html)
  }

  private var shownValues: [String: String] {
    var values = values
    let days = visit.fields.values(of: "repeatWeekdays").filter { !$0.isEmpty }
    if !days.isEmpty { values["repeatWeekdays"] = days.joined(separator: ",") }
    return values
  }

  private var rows: [Form.Row] { what + when + again + own.rows(visit) + hidden }

  private var what: [Form.Row] {
    let nobody = Field.Option("", "")
    return [
      .field(
        Field("subject", "What is to be done", .text, value: task?.subject ?? "", isRequired: true, isFocused: true)),
      .field(
        Field(
          "kind", "Kind", .select(WorkTask.Kind.allCases.map { Field.Option($0.rawValue, $0.word) }),
          value: (task?.kind ?? .todo).rawValue, isRequired: true)),
      .field(
        Field(
          "priority", "Priority", .select(WorkTask.Priority.allCases.map { Field.Option($0.rawValue, $0.word) }),
          value: (task?.priority ?? .normal).rawValue, isRequired: true)),
      .field(
        Field(
          "assignee", "Who does it", .select([nobody] + people.map { Field.Option("\($0.0)", $0.1) }),
          value: (task == nil ? visit.actor.user : task?.assignee).map { "\($0)" } ?? "")),
      .field(
        Field(
          "team", "Or a team", .select([nobody] + teams.map { Field.Option("\($0.0)", $0.1) }),
          value: task?.team.map { "\($0)" } ?? "", hint: "Everybody in it sees the task until somebody has it.")),
      .field(
        Field("text", "More about it", .lines(4), value: task?.text ?? "", hint: "@ and a name tells a colleague.")),
    ].filter { row in
      if case .field(let field) = row { return field.name != "team" || !teams.isEmpty }
      return true
    }
  }

  private var when: [Form.Row] {
    let zone = visit.viewer.format.zone
    return [
      .section("When"),
      .field(Field("due", "Day", .day, value: task.map { $0.due?.description ?? "" } ?? "\(visit.today)")),
      .field(Field("time", "Time", .text, value: task?.time?.description ?? "", placeholder: "14:30")),
      .field(Field("remindDay", "Remind me on", .day, value: task?.remindAt?.day(in: zone).description ?? "")),
      .field(
        Field(
          "remindTime", "at", .text, value: task?.remindAt?.time(in: zone)?.description ?? "", placeholder: "09:00")),
    ]
  }

  private var again: [Form.Row] {
    let rhythm = task?.recurrence
    let units: [Field.Option] = [
      .init("", "Does not come again"), .init("day", "Days"), .init("week", "Weeks"), .init("month", "Months"),
      .init("year", "Years"),
    ]
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    return [
      .section("Comes again", hint: "The next one is made when this one is done."),
      // So that no day ticked is said too.
      .html(Form.hidden("repeatWeekdays", "")),
      .field(Field("repeatUnit", "In", .select(units), value: rhythm?.unit.rawValue ?? "")),
      .field(Field("repeatEvery", "Every", .whole, value: rhythm.map { "\($0.every)" } ?? "1")),
      .field(
        Field(
          "repeatWeekdays", "On, for weeks", .checkboxes(days.enumerated().map { .init("\($0 + 1)", $1) }),
          value: rhythm?.weekdays.map { "\($0)" }.joined(separator: ",") ?? "")),
      .field(Field("repeatUntil", "Until", .day, value: rhythm?.until?.description ?? "")),
      .field(Field("repeatCount", "How many in all", .whole, value: rhythm?.count.map { "\($0)" } ?? "")),
    ]
  }

  private var hidden: [Form.Row] {
    var fields: [Field] = []
    if let task { fields.append(Field("version", "", .hidden, value: "\(task.version)")) }
    if task == nil, let about {
      fields += [
        Field("noun", "", .hidden, value: about.noun.rawValue), Field("record", "", .hidden, value: "\(about.id)"),
      ]
    }
    let back = visit.returning("")
    if !back.isEmpty { fields.append(Field("return", "", .hidden, value: back)) }
    return fields.map(Form.Row.field)
  }
}
