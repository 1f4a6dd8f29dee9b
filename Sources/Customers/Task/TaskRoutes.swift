import Kernel
import Records
import Store
import Web

/// Tasks: the lists, the page of one, making and changing one, and what becomes of it.
package struct TaskRoutes: Sendable {
  package static let path = "/tasks"
  /// The everyday lists; the list with filters of one's own stands at `path`.
  package static let dayPath = "/tasks/mine"

  /// What stands in the list while there is no task at all.
  package static var empty: EmptyState {
    EmptyState(
      "No tasks yet", reason: "Write down what comes next, with its day.", icon: "checkbox",
      action: LinkButton("Add a task", "/tasks/new", icon: "plus").html)
  }

  /// The buttons over the list.
  @Sendable package static func actions(_ visit: Visit) -> HTML {
    let mine = LinkButton("My tasks", dayPath, icon: "user")
    guard visit.actor.may(.create, .task) else { return mine.html }
    return "\(mine) \(LinkButton("Add a task", "/tasks/new", weight: .primary, icon: "plus"))"
  }
  let tasks: Tasks
  let parts: RecordParts

  package init(_ tasks: Tasks, parts: RecordParts) {
    self.tasks = tasks
    self.parts = parts
  }

  private static let inputs: [Route.Input] = [
    .init("text", "More about it; @name tells a colleague"), .init("due", "When it is to be done", .day),
    .init("time", "The time of day, as 14:30"), .init("remindDay", "The day of a reminder", .day),
    .init("remindTime", "Its time on the company's clock; 09:00 when left out"),
    .init("kind", "What kind", choices: WorkTask.Kind.allCases.map(\.rawValue)),
    .init("priority", "How urgent", choices: WorkTask.Priority.allCases.map(\.rawValue)),
    .init("assignee", "The number of the user who does it; the maker when left out", .integer),
    .init("team", "The number of the team that does it", .integer),
    .init("repeatUnit", "How it comes again", choices: Recurrence.Unit.allCases.map(\.rawValue)),
    .init("repeatEvery", "Every so many of them", .integer),
    .init("repeatWeekdays", "Weekdays, 1 Monday to 7 Sunday, separated by commas"),
    .init("repeatUntil", "The last day", .day), .init("repeatCount", "How many in all", .integer),
  ]

  package var routes: [Route] { reading + writing + endings }

  private var reading: [Route] {
    [
      Route(
        .get, Self.dayPath, .may(.see, .task), "The everyday lists of tasks, those due first at first.",
        answer: .of(Sheet.self),
        inputs: [
          .init("view", "Which", choices: TaskQuestion.View.allCases.map(\.rawValue)),
          .init("q", "Words of the subject"),
          .init("kind", "Only this kind", choices: WorkTask.Kind.allCases.map(\.rawValue)),
          .init("priority", "Only this one", choices: WorkTask.Priority.allCases.map(\.rawValue)),
          .init("assignee", "Only those of this user", .integer), .init("noun", "Only about a record of this noun"),
          .init("record", "Its number", .integer), .init("after", "Where the page begins"),
          .init("size", "Rows of a page, 1 to 200", .integer),
        ], action: list),
      Route(
        .get, "\(Self.path)/new", .may(.create, .task), "The form for a new task.", isInAPI: false, action: newForm),
      Route(.get, "\(Self.path)/{id}", .may(.see, .task), "One task.", answer: .of(WorkTask.self), action: show),
      Route(
        .get, "\(Self.path)/{id}/edit", .may(.edit, .task), "The form to change a task.", isInAPI: false,
        action: editForm),
    ]
  }

  private var writing: [Route] {
    [
      Route(
        .post, Self.path, .may(.create, .task), "Makes a task.", answer: .of(WorkTask.self),
        inputs: [.init("subject", "What is to be done", required: true)] + Self.inputs
          + [.init("noun", "The noun of the record it is about"), .init("record", "Its number", .integer)],
        action: create),
      Route(
        .put, "\(Self.path)/{id}", .may(.edit, .task),
        "Changes the fields that are sent; send the version it was read at.", answer: .of(WorkTask.self),
        inputs: [.init("subject", "What is to be done")] + Self.inputs
          + [.init("version", "The version, unless If-Match names it", .integer)],
        action: edit),
    ]
  }

  private var endings: [Route] {
    [
      Route(
        .post, "\(Self.path)/{id}/completion", .may(.edit, .task), "Says a task is done; the next of a series is made.",
        answer: .of(WorkTask.self),
        inputs: [.init("outcome", "What came of it")], action: complete),
      Route(
        .delete, "\(Self.path)/{id}/completion", .may(.edit, .task), "Takes back that a task is done.",
        answer: .of(WorkTask.self)
      ) { visit in
        let open = try await tasks.reopen(visit.id(), by: visit.actor)
        return .changed(
          visit, to: visit.returning("\(Self.path)/\(open.id)"), json: open, flash: Flash(.good, "It is open again."))
      },
      Route(
        .post, "\(Self.path)/{id}/cancellation", .may(.edit, .task), "Says a task will not be done.",
        answer: .of(WorkTask.self),
        inputs: [.init("reason", "Why")]
      ) { visit in
        let done = try await tasks.cancel(visit.id(), reason: visit.fields["reason"] ?? "", by: visit.actor)
        return .changed(
          visit, to: visit.returning("\(Self.path)/\(done.id)"), status: 201, json: done,
          flash: Flash(.good, "The task is cancelled.", undo: undo(done.id, "cancellation", visit)))
      },
      Route(
        .delete, "\(Self.path)/{id}/cancellation", .may(.edit, .task), "Takes a cancellation back.",
        answer: .of(WorkTask.self)
      ) { visit in
        let open = try await tasks.uncancel(visit.id(), by: visit.actor)
        return .changed(
          visit, to: visit.returning("\(Self.path)/\(open.id)"), json: open, flash: Flash(.good, "It is open again."))
      },
    ]
  }

  private func undo(_ id: ID<WorkTask>, _ act: String, _ visit: Visit) -> PostButton {
    PostButton(
      "Undo", action: "\(Self.path)/\(id)/\(act)", csrf: visit.viewer.csrf, method: .delete, weight: .quiet,
      fields: [("return", visit.returning(""))])
  }

  // Reading.

  struct Sheet: Encodable, Sendable {
    let rows: [WorkTask]
    let next: String?
  }

  private func question(_ visit: Visit) throws -> TaskQuestion {
    let query = visit.query
    func choice<T: RawRepresentable & CaseIterable>(_ name: String) throws -> T? where T.RawValue == String {
      guard let text = query[name], !text.isEmpty else { return nil }
      guard let value = T(rawValue: text) else {
        throw Problem(
          .invalid, field: name, "“\(text.prefix(40))” is not among the choices.",
          mend: "Use one of \(T.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return value
    }
    let about = try record(query)
    let usual: TaskQuestion.View = about != nil || visit.actor.user == nil ? .open : .mine
    return TaskQuestion(
      try choice("view") ?? usual, words: try Text.line(query["q"] ?? "", field: "q", required: false),
      kind: try choice("kind"), priority: try choice("priority"),
      assignee: try query.integer("assignee", in: 1...Int64.max), about: about,
      after: query["after"].flatMap { $0.isEmpty ? nil : $0 }, size: Int(try query.integer("size", in: 1...200) ?? 50),
      today: visit.today)
  }

  private func record(_ fields: Fields) throws -> RecordKey? {
    guard let noun = fields["noun"], !noun.isEmpty else { return nil }
    return try tasks.records.key(noun: noun, record: fields["record"] ?? "")
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let question = try question(visit)
    let page = try await tasks.list(question, for: visit.actor)
    guard visit.face == .html else { return .json(Sheet(rows: page.rows, next: page.next)) }
    let counts = try await tasks.counts(today: visit.today, for: visit.actor)
    let title =
      if let about = question.about { try await tasks.title(of: about, for: visit.actor) } else { nil as String? }
    return .page(
      TaskListPage(page: page, counts: counts, question: question, about: title, records: tasks.records, visit: visit)
        .html)
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let task = try await tasks.find(visit.id(), for: visit.actor)
    guard visit.face == .html else { return Answer.json(task).tagged(task.version) }
    // A task in the bin has no lists of anything.
    let (key, path) = (RecordKey(.task, task.id.rawValue), visit.keepingOrigin("/tasks/\(task.id)"))
    var page = TaskPage(task: task, records: tasks.records, visit: visit)
    if task.binnedAt == nil {
      page.walk = try await parts.walk(key, visit)
      page.tags = try await parts.tags(key, path: path, visit)
      page.fields = try await parts.ownFields(key, edit: "/tasks/\(task.id)/edit", visit)
      page.files = try await parts.files(key, path: path, visit)
    }
    return .page(page.html)
  }

  // Forms.

  @Sendable private func newForm(_ visit: Visit) async throws -> Answer {
    let about = try record(visit.query)
    return .page(try await form(nil, about: about, values: visit.query.dictionary, visit))
  }

  @Sendable private func editForm(_ visit: Visit) async throws -> Answer {
    let task = try await tasks.find(visit.id(), to: .edit, for: visit.actor)
    return .page(try await form(task, about: task.about, values: [:], visit))
  }

  private func form(
    _ task: WorkTask?, about: RecordKey?, values: [String: String], _ visit: Visit, problem: Problem? = nil
  ) async throws -> HTML {
    let (people, teams) = try await tasks.people(for: visit.actor)
    let title = if let about { try await tasks.title(of: about, for: visit.actor) } else { nil as String? }
    return TaskForm(
      task: task, about: about, title: title, people: people, teams: teams,
      own: try await parts.desk.ownFields(of: .task, task?.id.rawValue, for: visit.actor),
      values: OwnFields.besides(values), visit: visit, problem: problem
    ).html
  }

  // Writing.

  /// What a form or program sent, with the boxes of one name joined.
  private func changes(_ visit: Visit) -> [String: String] {
    var changes = visit.fields.dictionary.filter { WorkTask.Draft.names.contains($0.key) }
    if changes["repeatWeekdays"] != nil {
      let days = visit.fields.values(of: "repeatWeekdays").filter { !$0.isEmpty }
      changes["repeatWeekdays"] = days.joined(separator: ",")
    }
    return changes
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      var draft = WorkTask.Draft()
      draft.about = try record(visit.fields)
      try draft.apply(changes(visit), zone: visit.viewer.format.zone)
      let made = try await tasks.create(
        draft, by: visit.actor, filling: try parts.desk.filling(.task, by: visit), once: try visit.once())
      return .changed(
        visit, to: visit.returning("\(Self.path)/\(made.id)"), status: 201, json: made,
        flash: Flash(.good, "“\(made.subject)” was added."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .notFound].contains(problem.kind) {
      let about = try? record(visit.fields)
      return .page(
        try await form(nil, about: about, values: visit.fields.dictionary, visit, problem: problem), status: 422)
    }
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let id: ID<WorkTask> = try visit.id()
    do {
      guard let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max) else {
        throw Problem(
          .invalid, field: "version", "The version is missing.", mend: "Send the version the task was read at.")
      }
      let after = try await tasks.edit(
        id, changes(visit), version: version, zone: visit.viewer.format.zone, by: visit.actor,
        filling: try parts.desk.filling(.task, by: visit))
      return .changed(visit, to: "\(Self.path)/\(id)", json: after, flash: Flash(.good, "Saved.")).tagged(after.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let task = try await tasks.find(id, for: visit.actor)
      return .page(
        try await form(task, about: task.about, values: visit.fields.dictionary, visit, problem: problem),
        status: problem.kind.status)
    }
  }

  @Sendable private func complete(_ visit: Visit) async throws -> Answer {
    let id: ID<WorkTask> = try visit.id()
    let (done, next) = try await tasks.complete(
      id, outcome: visit.fields["outcome"] ?? "", today: visit.today, zone: visit.viewer.format.zone, by: visit.actor)
    let again = next?.due.map { " It comes again \(visit.viewer.format.day($0, today: visit.today))." } ?? ""
    return .changed(
      visit, to: visit.returning("\(Self.path)/\(id)"), status: 201, json: done,
      flash: Flash(.good, "“\(done.subject)” is done.\(again)", undo: undo(id, "completion", visit)))
  }
}

extension Visit {
  /// Where a form wants to go on: a place of this site it names in `return`, else `path`.
  package func returning(_ path: String) -> String {
    let wanted = fields["return"] ?? query["return"] ?? ""
    return Address.isLocal(wanted) ? wanted : path
  }
}
