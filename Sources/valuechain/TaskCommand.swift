import ArgumentParser
import Conditions
import Customers
import Foundation
import Kernel
import Records
import Server
import Store
import Web

/// `valuechain task`: what people have to do.
struct TaskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task", abstract: "Lists, adds and completes tasks.",
    discussion: "Example:\n  valuechain task list --database data/company.sqlite",
    subcommands: [Add.self, List.self, Done.self, Reopen.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a task.",
      discussion: """
        Example:
          valuechain task add "Send the price list" --due 2027-01-31 \\
            --repeat month --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var about: RecordOption
    @Argument(help: "What is to be done.") var subject: String
    @Option(help: "More about it.") var text: String?
    @Option(help: "The day, YYYY-MM-DD.") var due: String?
    @Option(help: "The time, as 14:30.") var time: String?
    @Option(help: "call, email, meeting, visit or todo.") var kind: String?
    @Option(help: "low, normal, high or urgent.") var priority: String?
    @Option(help: "The number of the user who does it.") var assignee: String?
    @Option(help: "The day of a reminder, YYYY-MM-DD.") var remind: String?
    @Option(name: .customLong("repeat"), help: "How it comes again: day, week, month or year.") var rhythm: String?
    @Option(help: "Every so many of them.") var every: String?
    @Option(help: "The last day of the series, YYYY-MM-DD.") var until: String?

    private var fields: [(String, String?)] {
      [
        ("subject", subject), ("text", text), ("due", due), ("time", time), ("kind", kind), ("priority", priority),
        ("assignee", assignee), ("remindDay", remind), ("repeatUnit", rhythm), ("repeatEvery", every),
        ("repeatUntil", until),
      ]
    }

    func run() async throws {
      let place = try Door.place(store)
      let made: WorkTask
      if let server = Door.server(at: place) {
        let body = try Act.body(fields, try await about.fields(server))
        made = try await server.send("POST", "/tasks", body: body).decoded(as: WorkTask.self)
      } else {
        made = try await Door.open(place) { modules in
          var draft = WorkTask.Draft()
          draft.about = try await about.key(modules)
          let given = fields.compactMap { name, value in value.map { (name, $0) } }
          try draft.apply(
            Dictionary(given, uniquingKeysWith: { first, _ in first }), zone: try await TaskCommand.zone(modules))
          return try await modules.tasks.create(
            draft, by: .operator, filling: try modules.desk.filling(.task, by: .operator))
        }
      }
      if store.json { return try Terminal.json(made) }
      print("Task \(made.id): \(made.subject)\(made.due.map { ", due \($0)" } ?? "").")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists tasks, those due first at first.",
      discussion: "Example:\n  valuechain task list --view open --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var about: RecordOption
    @Option(help: "open or done.") var view: String = "open"

    func run() async throws {
      let rows = try await TaskCommand.rows(try Door.place(store), view, about)
      if store.json { return try Terminal.json(["rows": rows]) }
      print(
        Terminal.table(
          ["number", "due", "priority", "who", "task", "for"],
          rows.map { task in
            [
              "\(task.id)", task.due.map { "\($0)" } ?? "", task.priority.rawValue,
              task.assigneeName ?? task.teamName ?? "", task.subject, task.aboutTitle ?? "",
            ]
          }))
    }
  }

  struct Done: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says a task is done; the next of a series is made.",
      discussion: "Example:\n  valuechain task done --outcome Sent --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the task, as task list shows it; the one due first when left out.")
    var number: String?
    @Option(help: "What came of it.") var outcome = ""

    func run() async throws {
      let place = try Door.place(store)
      let id = try await TaskCommand.chosen(number, "open", place)
      let done: WorkTask
      if let server = Door.server(at: place) {
        done = try await server.send("POST", "/tasks/\(id)/completion", body: try Act.body([("outcome", outcome)]))
          .decoded(as: WorkTask.self)
      } else {
        done = try await Door.open(place) { modules in
          let zone = try await TaskCommand.zone(modules)
          return try await modules.tasks.complete(
            id, outcome: outcome, today: modules.clock.now.day(in: zone), zone: zone, by: .operator
          ).done
        }
      }
      if store.json { return try Terminal.json(done) }
      print("“\(done.subject)” is done.\(done.next.map { " The next one is \($0)." } ?? "")")
    }
  }

  struct Reopen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes back that a task is done.",
      discussion: "Example:\n  valuechain task reopen --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the task; the one done last when left out.") var number: String?

    func run() async throws {
      let place = try Door.place(store)
      let id = try await TaskCommand.chosen(number, "done", place)
      let task: WorkTask
      if let server = Door.server(at: place) {
        task = try await server.send("DELETE", "/tasks/\(id)/completion").decoded(as: WorkTask.self)
      } else {
        task = try await Door.open(place) { try await $0.tasks.reopen(id, by: .operator) }
      }
      if store.json { return try Terminal.json(task) }
      print("“\(task.subject)” is open again.")
    }
  }

  static func zone(_ modules: Modules) async throws -> TimeZone {
    try await modules.companies.current()?.zone ?? .gmt
  }

  private static func rows(_ place: Place, _ view: String, _ about: RecordOption) async throws -> [WorkTask] {
    guard let view = TaskQuestion.View(rawValue: view), [.open, .done].contains(view) else {
      throw Problem(.malformed, field: "view", "“\(view.prefix(40))” is no list of tasks.", mend: "Use open or done.")
    }
    if let server = Door.server(at: place) {
      let path = Address.path(
        "/tasks/mine", [("view", view.rawValue), ("size", "200")] + (try await about.fields(server)))
      return try await server.send("GET", path).decoded(as: ActRows<WorkTask>.self).rows
    }
    return try await Door.open(place) { modules in
      let today = modules.clock.now.day(in: try await zone(modules))
      let question = TaskQuestion(view, about: try await about.key(modules), size: 200, today: today)
      return try await modules.tasks.list(question, for: .operator).rows
    }
  }

  private static func chosen(_ number: String?, _ view: String, _ place: Place) async throws -> ID<WorkTask> {
    if let number {
      guard let id = ID<WorkTask>(text: number) else {
        throw Problem(.invalid, field: "number", "“\(number.prefix(40))” is not a number.", mend: "See: task list")
      }
      return id
    }
    let all = try await rows(place, view, try RecordOption.parse([]))
    guard let first = all.first(where: { view == "open" || $0.state == .done }) else {
      throw Problem(.notFound, "There is no such task.", mend: "Add one: valuechain task add --help")
    }
    return first.id
  }
}
