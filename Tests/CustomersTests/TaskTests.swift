import Customers
import Foundation
import Kernel
import Records
import Store
import StoreTesting
import Synchronization
import Testing

/// What was told to whom.
private final class Told: Sendable {
  private let all = Mutex<[Notice]>([])
  var notices: [Notice] { all.withLock { $0 } }
  func tell(_ notice: Notice) { all.withLock { $0.append(notice) } }
}

/// An office with tasks, at a time of the test's choosing.
private struct Desk {
  let office: Office
  let told = Told()
  let tasks: Tasks
  let today = Stores.clock.now.day(in: .gmt)

  init(_ office: Office, _ clock: any Clock = Stores.clock) {
    self.office = office
    let told = told
    let notify: Notify = { notice, _, _ in told.tell(notice) }
    let bare = Tasks(office.database, clock: clock, records: Catalogues([]), notify: notify)
    let customers = Catalogue(
      .customer, word: "customer", plural: "customers", path: "/customers", table: "customer c", id: "c.id",
      title: "c.name", fields: [RecordField("name", "Name", .text, value: "c.name", isPersonal: true)],
      columns: [], sort: RecordSort("name"), scope: { try Customers.scope($0, $1) })
    tasks = Tasks(
      office.database, clock: clock, records: Catalogues([customers, bare.catalogue].map(Tags.tagged)),
      notify: notify)
  }

  func actor(_ user: Int64, team: Int64 = 1, _ reach: Actor.Reach = .all, personal: Bool = true) -> Actor {
    Actor(
      user: user, name: "User \(user)", teams: [team],
      grants: Set(
        Actor.Verb.allCases.flatMap { [.init($0, .task, reach), .init($0, .customer, reach)] }
          + [.init(.see, .tag, .all), .init(.create, .tag, .all)]),
      seesPersonalData: personal)
  }

  func draft(_ subject: String, due: Int? = 0, for user: Int64? = nil) -> WorkTask.Draft {
    WorkTask.Draft(subject, due: due.map { today.adding(days: $0) }, assignee: user)
  }

  func edit(_ id: ID<WorkTask>, _ changes: [String: String], version: Int64 = 1, by actor: Actor) async throws
    -> WorkTask
  { try await tasks.edit(id, changes, version: version, zone: .gmt, by: actor) }

  func complete(_ id: ID<WorkTask>, by actor: Actor) async throws -> (done: WorkTask, next: WorkTask?) {
    try await tasks.complete(id, outcome: "Reached", today: today, zone: .gmt, by: actor)
  }
}

@Suite struct TaskTests {
  @Test(arguments: Stores.underTest)
  func `a task is due on its day, and the lists hold what they say`(_ store: Dialect) async throws {
    try await withOffice(store) { office in
      let desk = Desk(office)
      let anna = desk.actor(11)
      for (subject, due) in [("Late", -2), ("Now", 0), ("Later", 1), ("Far", 40)] {
        _ = try await desk.tasks.create(desk.draft(subject, due: due), by: anna)
      }
      _ = try await desk.tasks.create(desk.draft("Some day", due: nil), by: anna)
      _ = try await desk.tasks.create(desk.draft("For Ben", for: 12), by: anna)
      func subjects(_ view: TaskQuestion.View) async throws -> [String] {
        try await desk.tasks.list(TaskQuestion(view, today: desk.today), for: anna).rows.map(\.subject)
      }
      #expect(try await subjects(.overdue) == ["Late"])
      #expect(try await subjects(.today) == ["Late", "Now"])
      #expect(try await subjects(.week) == ["Now", "Later"])
      #expect(try await subjects(.mine) == ["Late", "Now", "Later", "Far", "Some day"])
      #expect(try await subjects(.made) == ["For Ben"])
      let counts = try await desk.tasks.counts(today: desk.today, for: anna)
      #expect(counts == [.overdue: 1, .today: 2, .week: 2, .mine: 5])
      var question = TaskQuestion(.open, size: 2, today: desk.today)
      var paged: [String] = []
      repeat {
        let page = try await desk.tasks.list(question, for: anna)
        paged += page.rows.map(\.subject)
        question.after = page.next
      } while question.after != nil
      #expect(paged == ["Late", "Now", "For Ben", "Later", "Far", "Some day"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `own, team and all reach as far as they say, and what is out of reach is not there`(_ store: Dialect)
    async throws
  {
    try await withOffice(store) { office in
      let desk = Desk(office)
      let made = try await desk.tasks.create(desk.draft("Of Ben", for: 12), by: desk.actor(12))
      #expect(try await desk.tasks.find(made.id, for: desk.actor(11, .team)).subject == "Of Ben")
      for actor in [desk.actor(11, .own), desk.actor(21, team: 2, .team)] {
        let problem = await #expect(throws: Problem.self) { try await desk.tasks.find(made.id, for: actor) }
        #expect(problem?.kind == .notFound)
        await #expect(throws: Problem.self) { try await desk.complete(made.id, by: actor) }
        await #expect(throws: Problem.self) { try await desk.edit(made.id, ["due": ""], by: actor) }
        await #expect(throws: Problem.self) { try await desk.tasks.bin(made.id, by: actor) }
      }
      let analyst = desk.actor(11, personal: false)
      #expect(try await desk.tasks.find(made.id, for: analyst).subject == "Task \(made.id)")
      await #expect(throws: Problem.self) {
        try await desk.tasks.list(TaskQuestion(.open, words: "Ben", today: desk.today), for: analyst)
      }
      await #expect(throws: Problem.self) { try await desk.edit(made.id, ["subject": "X"], by: analyst) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `a task is about a record its maker may see, and names it only to those who may`(_ store: Dialect) async throws {
    try await withOffice(store) { office in
      let desk = Desk(office)
      let customer = try await office.make("Müller", by: desk.actor(11))
      var draft = desk.draft("Call", for: 21)
      draft.about = RecordKey(.customer, customer.id.rawValue)
      let stranger = desk.actor(21, team: 2, .own)
      let problem = await #expect(throws: Problem.self) { try await desk.tasks.create(draft, by: stranger) }
      #expect(problem?.kind == .notFound)
      let made = try await desk.tasks.create(draft, by: desk.actor(11))
      #expect(made.aboutTitle == "Müller")
      #expect(try await desk.tasks.find(made.id, for: stranger).aboutTitle == nil)
      let analyst = desk.actor(11, personal: false)
      #expect(try await desk.tasks.find(made.id, for: analyst).aboutTitle == "Customer \(customer.id)")
      let key = RecordKey(.customer, customer.id.rawValue)
      #expect(try await desk.tasks.open(about: key, for: .operator).map(\.id) == [made.id])
    }
  }

  @Test(arguments: Stores.underTest)
  func `the next of a series comes when one is done, and goes when that is taken back`(_ store: Dialect) async throws {
    try await withOffice(store) { office in
      let desk = Desk(office)
      let anna = desk.actor(11)
      var draft = desk.draft("Report", due: -10)
      try draft.apply(
        ["repeatUnit": "week", "repeatCount": "3", "remindDay": "2026-01-04", "remindTime": "8:00"], zone: .gmt)
      let first = try await desk.tasks.create(draft, by: anna)
      let (done, next) = try await desk.complete(first.id, by: anna)
      #expect(done.completion?.words == "Reached" && done.next == next?.id.rawValue)
      // Ten days late: the slot three days ago is over, the next is in four.
      #expect(next?.due == desk.today.adding(days: 4))
      #expect(next?.remindAt?.description == "2026-01-18T08:00:00Z")
      #expect(try await desk.tasks.reopen(first.id, by: anna).isOpen)
      #expect(try await desk.tasks.list(TaskQuestion(.open, today: desk.today), for: anna).rows.count == 1)
      var open = first.id
      for number in 1...3 {
        let (_, next) = try await desk.complete(open, by: anna)
        #expect((next == nil) == (number == 3))
        open = next?.id ?? open
      }
      let again = await #expect(throws: Problem.self) { try await desk.complete(first.id, by: anna) }
      #expect(again?.kind == .conflict)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a change needs the version it was made on, and tells whoever has the task now`(_ store: Dialect) async throws {
    try await withOffice(store) { office in
      let desk = Desk(office)
      let anna = desk.actor(11)
      let made = try await desk.tasks.create(desk.draft("Call", for: 12), by: anna)
      let after = try await desk.edit(made.id, ["assignee": "21", "text": "With @12, please"], by: anna)
      #expect(after.assignee == 21 && after.subject == "Call" && after.version == 2)
      #expect(desk.told.notices.map(\.kind) == [.taskAssigned, .taskAssigned, .mention])
      #expect(desk.told.notices.map(\.user) == [12, 21, 12])
      let stale = await #expect(throws: Problem.self) { try await desk.edit(made.id, ["text": ""], by: anna) }
      #expect(stale?.kind == .conflict)
      for (field, value) in [
        ("due", "2026-02-30"), ("time", "25:00"), ("priority", "soon"), ("assignee", "99"), ("repeatEvery", "0"),
        ("subject", " "),
      ] {
        let changes = [field: value].merging(field == "repeatEvery" ? ["repeatUnit": "day"] : [:]) { first, _ in first }
        let problem = await #expect(throws: Problem.self) {
          try await desk.edit(made.id, changes, version: 2, by: anna)
        }
        #expect(problem?.field == field)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `cancelling, the bin and their ways back leave the task as it was`(_ store: Dialect) async throws {
    try await withOffice(store) { office in
      let desk = Desk(office)
      let anna = desk.actor(11)
      let made = try await desk.tasks.create(desk.draft("Call"), by: anna)
      #expect(try await desk.tasks.cancel(made.id, reason: "Moved away", by: anna).state == .cancelled)
      await #expect(throws: Problem.self) { try await desk.complete(made.id, by: anna) }
      #expect(try await desk.tasks.uncancel(made.id, by: anna).isOpen)
      try await desk.tasks.bin(made.id, by: anna)
      #expect(try await desk.tasks.list(TaskQuestion(.mine, today: desk.today), for: anna).rows.isEmpty)
      #expect(try await desk.tasks.restore(made.id, by: anna).binnedAt == nil)
      let verbs = try await office.audit().map(\.verb)
      #expect(verbs == ["create", "cancel", "take cancellation back", "bin", "restore"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a reminder is told once, also after a restart, and not for what is done`(_ store: Dialect) async throws {
    try await withOffice(store) { office in
      let desk = Desk(office)
      let anna = desk.actor(11)
      var ids: [ID<WorkTask>] = []
      for subject in ["One", "Done", "Later"] {
        var draft = desk.draft(subject, for: 12)
        draft.remindAt = Stores.clock.now.adding(seconds: subject == "Later" ? 60 : -60)
        ids.append(try await desk.tasks.create(draft, by: anna).id)
      }
      _ = try await desk.complete(ids[1], by: anna)
      #expect(try await desk.tasks.remind() == 1)
      #expect(try await Desk(office).tasks.remind() == 0)
      let later = Desk(office, FixedClock(Stores.clock.now.adding(seconds: 61)))
      #expect(try await later.tasks.remind() == 1)
      #expect(later.told.notices.map(\.user) == [12])
    }
  }

  @Test(arguments: Stores.underTest)
  func `lists change tasks through the catalogue with the same checks`(_ store: Dialect) async throws {
    try await withOffice(store) { office in
      let desk = Desk(office)
      let made = try await desk.tasks.create(desk.draft("Call"), by: desk.actor(11))
      let catalogue = try desk.tasks.records.of(.task)
      let edit = try #require(catalogue.edit)
      let anna = desk.actor(11)
      try await office.database.write { tx in
        try edit(made.id.rawValue, ["priority": "urgent", "tags": "Fair\nVIP"], anna, Stores.clock.now, tx)
      }
      #expect(try await desk.tasks.find(made.id, for: anna).priority == .urgent)
      let field = try catalogue.field("tags", for: anna)
      let membership = try #require(field.membership)
      let found = try await office.database.read { tx in
        let value = try tx.value("SELECT \(field.value) FROM task t WHERE t.id = \(made.id)", as: String?.self)
        let ids = try tx.rows("SELECT t.id FROM task t WHERE \(membership("v.value = 'VIP'"))") {
          try $0(0, as: ID<WorkTask>.self)
        }
        return (value.flatMap { $0 }, ids)
      }
      #expect(found.0 == "Fair\nVIP\n" && found.1 == [made.id])
      let stranger = desk.actor(21, team: 2, .own)
      await #expect(throws: Problem.self) {
        try await office.database.write { tx in
          try edit(made.id.rawValue, ["tags": ""], stranger, Stores.clock.now, tx)
        }
      }
    }
  }
}
