import Conditions
import Customers
import Kernel
import Records
import Store
import StoreTesting
import Testing

/// A house in which two people give each other tasks.
private struct Pair {
  let database: Database
  let tasks: Tasks
  let notifications: Notifications
  let anna: Actor
  let ben: Actor

  init(_ database: Database) async throws {
    self.database = database
    let notify: Notify = { try Notifications.post($0, at: $1, in: $2) }
    let bare = Tasks(database, clock: Stores.clock, records: Catalogues([]), notify: notify)
    let records = Catalogues([bare.catalogue])
    tasks = Tasks(database, clock: Stores.clock, records: records, notify: notify)
    notifications = Notifications(database, clock: Stores.clock, records: records)
    try await database.write { tx in
      for (id, name) in [(11, "Anna Berg"), (12, "Ben Cole")] {
        try tx.run(
          """
          INSERT INTO app_user (id, email, name, password, role, created_at)
          VALUES (\(id), \("\(name.prefix(3).lowercased())@example.org"), \(name), '', 'administrator', 0)
          """)
      }
    }
    anna = Actor(user: 11, name: "Anna Berg", grants: Actor.everything)
    ben = Actor(user: 12, name: "Ben Cole", grants: Actor.everything)
  }

  func give(_ subject: String, text: String = "") async throws -> WorkTask {
    var draft = WorkTask.Draft(subject, assignee: 12)
    draft.text = text
    return try await tasks.create(draft, by: anna)
  }
}

@Suite struct NotificationTests {
  @Test(arguments: Stores.underTest)
  func `whoever is given a task is told in its own transaction, and reads only their own`(_ store: Dialect) async throws
  {
    try await withStore(store) { database in
      let pair = try await Pair(database)
      let task = try await pair.give("Call Ada", text: "Ask @ben, he knows.")
      let told = try await pair.notifications.list(for: pair.ben).rows
      #expect(told.map(\.text) == ["Anna Berg mentioned you in Call Ada", "Anna Berg gave you a task: Call Ada"])
      #expect(told.map(\.path) == ["/tasks/\(task.id)", "/tasks/\(task.id)"])
      #expect(try await pair.notifications.unread(12) == 2)
      #expect(try await pair.notifications.list(for: pair.anna).rows.isEmpty)
      let first = try #require(told.first)
      await #expect(throws: Problem.self) { try await pair.notifications.find(first.id, for: pair.anna) }
      await #expect(throws: Problem.self) { try await pair.notifications.read(first.id, by: pair.anna) }
      try await pair.notifications.read(first.id, by: pair.ben)
      #expect(try await pair.notifications.unread(12) == 1)
      #expect(try await pair.notifications.read(by: pair.ben) == 1)
      try await pair.notifications.unread(first.id, by: pair.ben)
      #expect(try await pair.notifications.list(onlyUnread: true, for: pair.ben).rows.map(\.id) == [first.id])
      let analyst = Actor(user: 12, name: "Ben Cole", grants: Actor.everything, seesPersonalData: false)
      #expect(
        try await pair.notifications.list(for: analyst).rows.last?.text == "Anna Berg gave you a task: Task \(task.id)")
      try await pair.tasks.bin(task.id, by: pair.anna)
      let gone = try await pair.notifications.list(for: pair.ben).rows
      #expect(gone.allSatisfy { $0.path == nil && !$0.text.contains("Ada") })
    }
  }

  @Test(arguments: Stores.underTest)
  func `a cause is told once, and what somebody does not want is not told`(_ store: Dialect) async throws {
    try await withStore(store) { database in
      let pair = try await Pair(database)
      let notice = Notice(
        .importFinished, to: 12, of: RecordKey(.importRun, 7), words: "a.csv", cause: "import 7", by: "Anna")
      for _ in 0..<2 { try await database.write { try Notifications.post(notice, at: Stores.clock.now, in: $0) } }
      let told = try await pair.notifications.list(for: pair.ben).rows
      #expect(told.map(\.text) == ["The import is over: a.csv"] && told.first?.path == "/imports/7")
      try await pair.notifications.prefer([.taskAssigned: false], by: pair.ben)
      _ = try await pair.give("Call")
      #expect(try await pair.notifications.list(for: pair.ben).rows.count == 1)
      #expect(try await pair.notifications.preferences(of: pair.ben)[.taskAssigned] == false)
      #expect(try await pair.notifications.preferences(of: pair.ben)[.reminder] == true)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a decision is told to its owner once its review has come`(_ store: Dialect) async throws {
    try await withStore(store) { database in
      let pair = try await Pair(database)
      let today = Stores.clock.now.day(in: .gmt)
      try await database.write { tx in
        for (id, days) in [(1, 0), (2, 1)] {
          try tx.run(
            """
            INSERT INTO decision (id, analysis, figure_id, figure, facts_revision, title, options, choice, reason, owner_id,
              owner_name, review_day, unit, actor_name, created_at)
            VALUES (\(id), '/x', 'x', '{}', 0, \("Decision \(id)"), '[]', 'a', 'b', 12, 'Ben', \(today.adding(days: days)),
              'count', 'Anna', 0)
            """)
        }
      }
      for _ in 0..<2 { try await pair.notifications.tellOfDecisions(today: today) }
      #expect(try await pair.notifications.list(for: pair.ben).rows.map(\.text) == ["To be reviewed: Decision 1"])
    }
  }

  @Test func `a mention is a word after an at sign that begins one`() {
    let words = Mentions.words(of: "@Anna.Berg, please ask (@ben). Not me@example.org, not @ nobody")
    #expect(words == ["anna.berg", "ben"])
  }
}
