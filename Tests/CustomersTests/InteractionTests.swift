import Customers
import Foundation
import Kernel
import Records
import Store
import StoreTesting
import Testing

/// What was said: entered, corrected with the original kept, taken back, found again, seen by whom.
@Suite struct InteractionTests {
  private static let berlin = TimeZone(identifier: "Europe/Berlin") ?? .current

  private static func draft(_ fields: [String: String]) throws -> Interaction.Draft {
    try Interaction.Draft(given: { fields[$0] }, zone: berlin, now: Stores.clock.now)
  }

  @Test(arguments: Stores.underTest)
  func `a correction keeps what was said before`(_ store: Store.Dialect) async throws {
    try await withOffice(store) { office in
      let customer = try await office.make("Harbour")
      let ada = try await office.contact("Ada", "Byron", at: customer.id)
      let made = try await office.interactions.create(
        try Self.draft(["contact": "\(ada.id)", "kind": "call", "outcome": "agreed", "subject": "Prices"]),
        by: .operator)
      #expect(made.customer == customer.id && made.direction == .outgoing && made.channel == .phone)
      let after = try await office.interactions.correct(
        made.id, version: made.version, reason: "Misheard", by: .operator
      ) { before in
        var draft = Interaction.Draft(before)
        draft.outcome = .refused
        return draft
      }
      #expect(after.id == made.id && after.outcome == .refused && after.version == made.version + 1)
      let corrections = try await office.interactions.corrections(of: made.id, for: .operator)
      #expect(corrections.map(\.before.outcome) == [.agreed] && corrections.map(\.reason) == ["Misheard"])
      let late = await #expect(throws: Problem.self) {
        try await office.interactions.correct(made.id, version: made.version, by: .operator) { .init($0) }
      }
      #expect(late?.kind == .conflict)
    }
  }

  @Test(arguments: Stores.underTest)
  func `what was taken back is in no list until it is given back`(_ store: Store.Dialect) async throws {
    try await withOffice(store) { office in
      let customer = try await office.make("Harbour")
      let made = try await office.interactions.create(
        try Self.draft(["customer": "\(customer.id)", "kind": "note", "text": "Likes tea"]), by: .operator)
      _ = try await office.interactions.setWithdrawn(true, made.id, by: .operator)
      let question = InteractionQuestion(customer: customer.id)
      #expect(try await office.interactions.list(question, for: .operator).rows.isEmpty)
      #expect(try await office.interactions.counts(question, for: .operator).isEmpty)
      await #expect(throws: Problem.self) { try await office.interactions.find(made.id, for: .operator) }
      await #expect(throws: Problem.self) {
        try await office.interactions.setWithdrawn(true, made.id, by: .operator)
      }
      _ = try await office.interactions.setWithdrawn(false, made.id, by: .operator)
      #expect(try await office.interactions.list(question, for: .operator).rows.map(\.id) == [made.id])
    }
  }

  @Test(arguments: Stores.underTest)
  func `an interaction is seen with its customer, and by nobody who does not see it`(
    _ store: Store.Dialect
  ) async throws {
    try await withOffice(store) { office in
      let (mine, other) = (office.person(11, team: 1, .own), office.person(21, team: 2, .own))
      let customer = try await office.make("Harbour", by: mine)
      let fields = ["customer": "\(customer.id)", "kind": "call", "text": "Said by a colleague"]
      let made = try await office.interactions.create(try Self.draft(fields), by: .operator)
      #expect(try await office.interactions.list(InteractionQuestion(), for: mine).rows.map(\.id) == [made.id])
      #expect(try await office.interactions.list(InteractionQuestion(), for: other).rows.isEmpty)
      let unseen = await #expect(throws: Problem.self) {
        try await office.interactions.create(try Self.draft(fields), by: other)
      }
      #expect(unseen?.kind == .notFound && unseen?.field == "customer")
      // What somebody else wrote is not theirs to correct.
      await #expect(throws: Problem.self) {
        try await office.interactions.correct(made.id, version: 1, by: mine) { .init($0) }
      }
      let analyst = office.person(12, team: 1, .all, seesPersonalData: false)
      let seen = try await office.interactions.find(made.id, for: analyst)
      #expect(seen.text.isEmpty && seen.title == "Call")
      await #expect(throws: Problem.self) {
        try await office.interactions.list(InteractionQuestion(words: "colleague"), for: analyst)
      }
    }
  }

  @Test func `a moment is read on the company's clock`() throws {
    let summer = try #require(Moment("2026-07-01T14:05", zone: Self.berlin))
    #expect(summer.at.description == "2026-07-01T12:05:00Z")
    let winter = try #require(Moment("2026-01-01 14:05:30", zone: Self.berlin))
    #expect(winter.at.description == "2026-01-01T13:05:30Z")
    #expect(Moment("2026-01-01T13:05Z", zone: Self.berlin)?.at.description == "2026-01-01T13:05:00Z")
    #expect(Moment("2026-01-01", zone: Self.berlin)?.isTimed == false)
    for text in ["", "2026-01-01T", "2026-01-01T25:00", "2026-13-01T10:00", "2026-01-01T1:5", "2026-01-01x10:00"] {
      #expect(Moment(text, zone: Self.berlin) == nil, "\(text)")
    }
    for (fields, field) in [
      (["kind": "note", "customer": "1"], "text"), (["kind": "call"], "customer"),
      (["kind": "smoke", "customer": "1"], "kind"), (["kind": "call", "customer": "1", "at": "soon"], "at"),
      (["kind": "call", "customer": "1", "minutes": "-1"], "minutes"),
      (["kind": "call", "customer": "1", "day": "2030-01-01"], "day"),
    ] {
      let problem = #expect(throws: Problem.self) { try Self.draft(fields) }
      #expect(problem?.field == field)
    }
  }

  @Test(arguments: Stores.underTest)
  func `the timeline has everything in order, page by page, and finds by words`(_ store: Store.Dialect) async throws {
    try await withOffice(store) { office in
      let customer = try await office.make("Harbour")
      for day in 1...9 {
        _ = try await office.interactions.create(
          try Self.draft([
            "customer": "\(customer.id)", "kind": day % 2 == 0 ? "call" : "note", "text": "Word\(day) über Käse",
            "at": "2026-01-0\(day)",
          ]), by: .operator)
      }
      let observations = Observations(office.database, clock: Stores.clock)
      let day = try #require(Day("2026-01-05"))
      _ = try await observations.create(try .init(customer.id, .rival, on: day, other: "Acme"), by: .operator)
      var question = TimelineQuestion(size: 3)
      var seen: [TimelineItem] = []
      for _ in 0..<20 {
        let page = try await office.customers.timeline(
          of: customer.id, question, from: TimelineSource.facts, for: .operator)
        seen += page.rows
        guard let next = page.next else { break }
        question.after = try TimelinePlace(text: next)
      }
      #expect(seen.count == 11)
      #expect(Set(seen.map { "\($0.source) \($0.id)" }).count == 11)
      #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.at >= $1.at })
      let whole = try await office.customers.timeline(
        of: customer.id, TimelineQuestion(size: 100), from: TimelineSource.facts, for: .operator)
      #expect(whole.rows == seen)
      let found = try await office.customers.timeline(
        of: customer.id, TimelineQuestion(words: "word7 ueber KAESE"), from: TimelineSource.facts, for: .operator)
      #expect(found.rows.map(\.title) == ["Word7 über Käse"])
      let calls = try await office.customers.timeline(
        of: customer.id, TimelineQuestion(kind: "interactions.call"), from: TimelineSource.facts, for: .operator)
      #expect(calls.rows.count == 4)
      await #expect(throws: Problem.self) {
        try await office.customers.timeline(
          of: customer.id, TimelineQuestion(kind: "rumours"), from: TimelineSource.facts, for: .operator)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `the sheet of a customer rolls up what everything under it bought`(_ store: Store.Dialect) async throws {
    try await withOffice(store) { office in
      let top = try await office.make("Group")
      let middle = try await office.make("Works", parent: top.id)
      let leaf = try await office.make("Site", parent: middle.id)
      let other = try await office.make("Shop", parent: top.id)
      try await office.database.write { tx in
        let source = try Sources().named("shop", at: Stores.clock.now, in: tx)
        for (place, customer) in [top, middle, leaf, leaf].enumerated() {
          try tx.run(
            """
            INSERT INTO purchase (customer_id, day, id, kind, source_id, value_minor, lines)
            VALUES (\(customer.id), \(100 + place), \(1_000 + place), 'order', \(source.id), 500, 1)
            """)
        }
      }
      let sheet = try await office.customers.sheet(of: top.id, for: .operator)
      #expect(sheet.own.minor == 500 && sheet.own.purchases == 1)
      #expect(sheet.whole.minor == 2_000 && sheet.whole.customers == 4 && sheet.whole.last == Day(103))
      #expect(sheet.children.map(\.id) == [other.id, middle.id])
      #expect(sheet.children.map(\.value.minor) == [0, 1_500])
      let below = try await office.customers.sheet(of: leaf.id, for: .operator)
      #expect(below.above.map(\.id) == [middle.id, top.id])
    }
  }

  @Test(arguments: Stores.underTest)
  func `the catalogue corrects through the same checks`(_ store: Store.Dialect) async throws {
    try await withOffice(store) { office in
      let customer = try await office.make("Harbour")
      let made = try await office.interactions.create(
        try Self.draft(["customer": "\(customer.id)", "kind": "call", "subject": "Prices"]), by: .operator)
      let edit = try #require(Interactions.catalogue.edit)
      try await office.database.write { tx in
        try edit(made.id.rawValue, ["outcome": "postponed"], .operator, Stores.clock.now, tx)
      }
      let after = try await office.interactions.find(made.id, for: .operator)
      #expect(after.outcome == .postponed && after.at == made.at && after.subject == "Prices")
      let before = try await office.interactions.corrections(of: made.id, for: .operator).map(\.before.outcome)
      #expect(before == [nil])
      let fields = try await office.database.read { tx in
        try Interactions.catalogue.fields.map { field in
          try tx.value(
            "SELECT count(*) FROM interaction i WHERE (\(field.value)) IS NULL OR (\(field.value)) IS NOT NULL",
            as: Int.self)
        }
      }
      #expect(fields.allSatisfy { $0 == 1 })
    }
  }
}
