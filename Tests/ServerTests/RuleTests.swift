import Conditions
import Customers
import Foundation
import Kernel
import Logging
import Records
import Server
import Store
import StoreTesting
import Testing

/// The product at one moment over a store, with what tests of rules do to it.
private struct Hour {
  let modules: Modules
  let watch: RuleWatch

  init(_ store: Database, hours: Int64 = 0, owner: Actor? = .operator) {
    let clock = FixedClock(Stores.clock.now.adding(seconds: hours * 3_600))
    modules = Modules(store, clock: clock)
    watch = RuleWatch(modules.rules, owners: { _ in owner }, log: Logger(label: "test"))
  }

  func customer(_ name: String, country: String = "", by actor: Actor = .operator) async throws -> Int64 {
    var draft = try Customer.Draft(kind: "organisation", name: name, email: nil, parent: nil)
    draft.details.country = country.isEmpty ? nil : country
    return try await modules.customers.create(draft, by: actor).id.rawValue
  }

  func change(_ record: Int64, _ changes: [String: String], by actor: Actor = .operator) async throws {
    try await modules.desk.changes.edit(record, changes, of: try modules.catalogues.of(.customer), by: actor)
  }

  func rule(
    _ occasion: Rule.Occasion = .changed, fields: [String] = [], dayField: String = "", days: Int = 0,
    filter: String = "", by actor: Actor = .operator, name: String = "Rule", _ acts: RuleAct...
  ) async throws -> Rule {
    try await modules.rules.create(
      try Rule.Draft(
        name: name, noun: .customer, occasion: occasion, fields: fields, dayField: dayField, days: days,
        filter: filter, acts: acts), by: actor)
  }

  func field(_ name: String, of record: Int64) async throws -> FieldValue? {
    let catalogue = try await modules.desk.lists.whole(try modules.catalogues.of(.customer))
    return try await modules.database.read { tx in
      try catalogue.values(of: [record], for: .operator, in: tx)[record]?[name]
    }
  }

  func runs(_ rule: Rule) async throws -> [RuleRun] {
    try await modules.rules.runs(of: rule.id, for: .operator).rows.map(\.run)
  }

  func tasks() async throws -> [String] {
    try await modules.database.read { tx in
      try tx.rows("SELECT subject FROM task ORDER BY id") { try $0(0, as: String.self) }
    }
  }
}

@Suite struct RuleTests {
  @Test(arguments: Stores.underTest)
  func `a record that is added and fits gets a task, once, and one from before does not`(_ dialect: Dialect)
    async throws
  {
    try await withStore(dialect) { store in
      let hour = Hour(store)
      _ = try await hour.customer("Before", country: "Denmark")
      let rule = try await hour.rule(
        .created, filter: "country is Denmark", RuleAct(.task, text: "Greet them", days: 2))
      let fitting = try await hour.customer("Fits", country: "Denmark")
      _ = try await hour.customer("Does not", country: "Sweden")
      for _ in 1...3 { try await hour.watch.round() }
      #expect(try await hour.tasks() == ["Greet them"])
      #expect(try await hour.runs(rule).map(\.record) == [fitting])
      let task = try await store.read { tx in
        try #require(
          try tx.first("SELECT about_id, due_day FROM task") { (try $0(0, as: Int64.self), try $0(1, as: Day.self)) })
      }
      #expect(task.0 == fitting)
      #expect(task.1 == Stores.clock.now.day(in: .gmt).adding(days: 2))
    }
  }

  @Test(arguments: Stores.underTest)
  func `a rule that a key made does no more than the key could`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let scopes: Set<Actor.Grant> = Set(
        [.see, .create, .edit].flatMap { verb in [.customer, .rule].map { Actor.Grant(verb, $0, .all) } }
          + [.init(.see, .tag, .all)])
      let key = Actor(user: nil, name: "operator (key Tags)", grants: scopes, limits: scopes)
      let rule = try await Hour(store).rule(.created, by: key, RuleAct(.tag, text: "New"))
      #expect(rule.limits == scopes.map(\.words).sorted())
      let acting = rule.actor(of: .operator)
      #expect(acting.may(.edit, .customer) && !acting.may(.create, .task) && acting.limits == scopes)
      let own = try await Hour(store).rule(.created, by: .operator, RuleAct(.tag, text: "New"))
      #expect(own.limits == nil && own.actor(of: .operator).grants == Actor.everything)
    }
  }

  @Test(arguments: Stores.underTest)
  func `only a change of the fields it waits for wakes a rule`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let hour = Hour(store)
      let record = try await hour.customer("Somebody")
      let rule = try await hour.rule(fields: ["country"], RuleAct(.tag, text: "Moved"))
      try await hour.change(record, ["city": "Aarhus"])
      try await hour.watch.round()
      #expect(try await hour.runs(rule).isEmpty)
      try await Hour(store, hours: 1).change(record, ["country": "Denmark"])
      try await hour.watch.round()
      #expect(try await hour.runs(rule).map(\.state) == [.done])
      #expect(try await hour.field("tags", of: record) == .texts(["Moved"]))
    }
  }

  @Test(arguments: Stores.underTest)
  func `rules wake one another but none leads to itself`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let hour = Hour(store)
      let record = try await hour.customer("Somebody")
      let there = try await hour.rule(
        fields: ["city"], name: "There", RuleAct(.set, field: "country", value: "Denmark"))
      let back = try await hour.rule(
        fields: ["country"], name: "Back", RuleAct(.set, field: "city", value: "Odense"))
      try await hour.change(record, ["city": "Aarhus"])
      for later in 1...6 { try await Hour(store, hours: Int64(later)).watch.round() }
      #expect(try await hour.field("country", of: record) == .text("Denmark"))
      #expect(try await hour.field("city", of: record) == .text("Odense"))
      #expect(try await hour.runs(there).map(\.state) == [.stopped, .done])
      #expect(try await hour.runs(back).map(\.state) == [.done])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a day wakes a rule once for each record, and days are made up for`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let hour = Hour(store)
      let record = try await hour.customer("Somebody")
      let rule = try await hour.rule(.day, dayField: "createdAt", days: 7, RuleAct(.tag, text: "A week"))
      for hours in [0, 24, 150] { try await Hour(store, hours: Int64(hours)).watch.round() }
      #expect(try await hour.runs(rule).isEmpty)
      // Nobody was there on the seventh day.
      let late = Hour(store, hours: 24 * 9)
      for _ in 1...2 { try await late.watch.round() }
      #expect(try await hour.runs(rule).map(\.record) == [record])
      #expect(
        try await late.modules.rules.find(rule.id, for: .operator).lastDay
          == Stores.clock.now.day(in: .gmt).adding(days: 9))
    }
  }

  @Test(arguments: Stores.underTest)
  func `all of a rule is done or nothing, and ten refusals in a row pause it`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let hour = Hour(store)
      let rule = try await hour.rule(
        .created, RuleAct(.tag, text: "New"), RuleAct(.set, field: "email", value: "no address"))
      for number in 1...12 { _ = try await hour.customer("Number \(number)") }
      try await hour.watch.round()
      let runs = try await hour.runs(rule)
      #expect(runs.filter { $0.state == .refused }.count == runs.count)
      #expect(runs.count >= 10)
      #expect(runs.first?.problem.isEmpty == false)
      #expect(try await store.read { try $0.first("SELECT 1 FROM tagging") } == nil)
      #expect(try await hour.modules.rules.find(rule.id, for: .operator).isActive == false)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a rule does no more than its maker may, and rests when they are gone`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let hour = Hour(store)
      let grants: Set<Actor.Grant> = [
        .init(.see, .customer, .own), .init(.edit, .customer, .own), .init(.create, .customer, .own),
        .init(.see, .tag, .all), .init(.create, .rule, .own), .init(.see, .rule, .own),
      ]
      let id = try await store.write { tx -> Int64 in
        let id: ID<User> = try tx.newID()
        try tx.run(
          """
          INSERT INTO app_user (id, email, name, password, role, created_at)
          VALUES (\(id), 'a@example.org', 'A', '', 'sales', \(Stores.clock.now))
          """)
        return id.rawValue
      }
      let maker = Actor(user: id, name: "A", grants: grants)
      await #expect(throws: Problem.self) {
        _ = try await hour.rule(.created, by: maker, RuleAct(.task, text: "No right to tasks"))
      }
      let rule = try await hour.rule(.created, by: maker, RuleAct(.tag, text: "Seen"))
      _ = try await hour.customer("Somebody else's")
      let own = try await hour.customer("Their own", by: maker)
      try await Hour(store, owner: maker).watch.round()
      #expect(try await hour.runs(rule).map(\.record) == [own])
      // Another may pause it, but not make it do what its maker chose not to.
      await #expect(throws: Problem.self) {
        _ = try await hour.modules.rules.edit(
          rule.id, try Rule.Draft(name: "Mine", noun: .customer, occasion: .created, acts: [RuleAct(.tag, text: "X")]),
          version: 1, by: Actor(user: 99, name: "B", grants: Actor.everything))
      }
      _ = try await hour.customer("One more", by: maker)
      try await Hour(store, owner: nil).watch.round()
      #expect(try await hour.runs(rule).count == 1)
      #expect(try await hour.modules.rules.find(rule.id, for: .operator).pause?.reason.isEmpty == false)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a trial says what would have been done and refused, and leaves nothing`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let hour = Hour(store)
      let good = try await hour.customer("Good", country: "Denmark")
      _ = try await hour.customer("Other", country: "Sweden")
      let before = try await store.read { try $0.value("SELECT count(*) FROM audit_entry", as: Int.self) }
      func trial(_ acts: RuleAct...) async throws -> RuleTrial {
        try await hour.modules.rules.trial(
          of: try Rule.Draft(
            name: "Try", noun: .customer, occasion: .created, filter: "country is Denmark", acts: acts), for: .operator)
      }
      let done = try await trial(RuleAct(.tag, text: "New"), RuleAct(.task, text: "Call"))
      #expect(done.count == 1)
      #expect(done.rows.map(\.record) == [good])
      #expect(done.rows.first?.refusal == nil)
      #expect(done.rows.first?.isTried == true)
      let effects = try #require(done.rows.first?.effects)
      #expect(effects.map(\.kind) == [.tag, .task])
      #expect(effects.first?.words == "It is marked “New”")
      #expect(effects.last?.words.hasPrefix("Nobody gets the task “Call”, due on ") == true)
      let set = try await trial(
        RuleAct(.set, field: "country", value: "Sweden"), RuleAct(.set, field: "kind", value: "organisation"))
      #expect(
        set.rows.first?.effects.map(\.words) == [
          "Country changes from “Denmark” to “Sweden”", "Kind is “Organisation” already",
        ])
      let refused = try await trial(RuleAct(.set, field: "email", value: "no address"))
      #expect(refused.rows.first?.refusal != nil)
      #expect(refused.rows.first?.effects.isEmpty == true)
      #expect(try await hour.tasks().isEmpty)
      let after = try await store.read { try $0.value("SELECT count(*) FROM audit_entry", as: Int.self) }
      #expect(after == before)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a webhook is told what fits, once, and a pause is not made up for`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let hour = Hour(store)
      let webhooks = hour.modules.programs.webhooks
      let (webhook, _) = try await webhooks.create(
        try Webhook.Draft(
          name: "Books", address: "https://books.example/in", kinds: ["decision.taken"], outlets: .publicOnly),
        by: .operator)
      let rule = try await hour.rule(.created, RuleAct(.webhook, webhook: webhook.id))
      let first = try await hour.customer("First")
      try await hour.watch.round()
      let log = try await hour.modules.programs.deliveries.list(of: webhook.id, for: .operator).rows
      #expect(log.map(\.kind) == ["customer.matched"])
      let place = try #require(log.first?.place)
      let event = try await store.read { try $0.events(at: [place]).first }
      #expect(event?.record == first)
      _ = try await hour.modules.rules.pause(rule.id, reason: "", by: .operator)
      _ = try await hour.customer("Meanwhile")
      _ = try await hour.modules.rules.resume(rule.id, by: .operator)
      try await hour.watch.round()
      #expect(try await hour.runs(rule).count == 1)
    }
  }

  @Test(arguments: [
    ("filter", "nothing is here", "acts"), ("dayField", "name", "acts"), ("field", "number", "acts[0]"),
  ])
  func `a rule that could not work is refused where it is wrong`(_ what: String, _ value: String, _ field: String)
    async throws
  {
    try await withStore(.sqlite) { store in
      let hour = Hour(store)
      do {
        switch what {
        case "filter": _ = try await hour.rule(.created, filter: value, RuleAct(.tag, text: "X"))
        case "dayField": _ = try await hour.rule(.day, dayField: value, RuleAct(.tag, text: "X"))
        default: _ = try await hour.rule(.created, RuleAct(.set, field: value, value: "1"))
        }
        Issue.record("it was taken")
      } catch let problem as Problem {
        #expect(problem.field == (what == "dayField" ? "dayField" : what == "filter" ? "nothing" : field))
      }
    }
  }
}
