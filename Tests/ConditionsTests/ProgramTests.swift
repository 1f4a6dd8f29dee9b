import Conditions
import Customers
import Foundation
import Kernel
import Records
import Store
import StoreTesting
import Testing
import Web

/// Batches, the feed of changes and forms: what other programs bring and follow.
@Suite struct ProgramTests {
  private static let now = Stores.clock.now

  private func batches(_ store: Database) -> Batches {
    let fields = Self.fields(store)
    return Batches(
      store, clock: Stores.clock, changes: RecordChanges(store, clock: Stores.clock, customFields: fields),
      customFields: fields, nouns: [.customers(Customers(store, clock: Stores.clock).catalogue)])
  }

  private static func fields(_ store: Database) -> CustomFields {
    CustomFields(store, clock: Stores.clock) { _ in .euro }
  }

  private func making(_ name: String) -> BatchOperation {
    BatchOperation(act: .create, noun: "customer", fields: ["name": name, "kind": "organisation"])
  }

  private func count(_ store: Database) async throws -> Int {
    try await store.read { try $0.value("SELECT count(*) FROM customer", as: Int.self) ?? 0 }
  }

  @Test(arguments: Stores.underTest)
  func `a batch is done whole or not at all, and its refusal names the act`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let done = try await batches(store).run((0..<50).map { making("Customer \($0)") }, by: .operator)
      #expect(done.rows.count == 50)
      #expect(try await count(store) == 50)
      let problem = await #expect(throws: Problem.self) {
        try await batches(store).run([making("One"), making(""), making("Three")], by: .operator)
      }
      #expect(problem?.field == "operations[1].name" && problem?.kind == .invalid)
      #expect(try await count(store) == 50)
      let stale = BatchOperation(
        act: .edit, noun: "customer", id: done.rows[0].id, version: 7, fields: ["name": "x"])
      let conflict = await #expect(throws: Problem.self) {
        try await batches(store).run([making("One"), stale], by: .operator)
      }
      #expect(conflict?.field == "operations[1].version" && conflict?.kind == .conflict)
      let blind = Actor(user: nil, name: "nobody", grants: [])
      let refused = await #expect(throws: Problem.self) { try await batches(store).run([making("One")], by: blind) }
      #expect(refused?.kind == .notAllowed)
      #expect(try await count(store) == 50)
    }
  }

  @Test(arguments: [
    ("{}", "operations"), ("{\"operations\": []}", "operations"), ("{\"operations\": [1]}", "operations[0]"),
    ("{\"operations\": [{\"act\": \"burn\"}]}", "operations[0].act"),
    ("{\"operations\": [{\"act\": \"edit\", \"noun\": \"customer\", \"id\": -4}]}", "operations[0].id"),
    ("[]", "operations"), ("", "operations"),
  ])
  func `a batch that cannot be read says where`(_ body: String, _ field: String) {
    let problem = #expect(throws: Problem.self) { try BatchRoutes.operations(Array(body.utf8)) }
    #expect(problem?.field == field)
  }

  @Test func `a batch has at most a thousand acts`() {
    let one = "{\"act\": \"create\", \"noun\": \"customer\"}"
    let body = "{\"operations\": [" + Array(repeating: one, count: 1_001).joined(separator: ",") + "]}"
    #expect(throws: Problem.self) { try BatchRoutes.operations(Array(body.utf8)) }
  }

  @Test(arguments: Stores.underTest)
  func `the feed goes on from its place and tells everybody only what they may see`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let changes = Changes(store, customFields: Self.fields(store)) { Catalogues([]) }
      for number in 1...5 {
        try await store.write {
          try $0.announce("decision.taken", .decision, Int64(number), ["title": "t"], at: Self.now)
        }
      }
      let first = try await changes.list(ChangeQuestion(limit: 3), for: .operator)
      #expect(first.rows.map(\.record) == [1, 2, 3] && first.hasMore && first.next == "3")
      let rest = try await changes.list(ChangeQuestion(after: 3, limit: 3), for: .operator)
      #expect(rest.rows.map(\.record) == [4, 5] && !rest.hasMore && rest.next == "5")
      let blind = Actor(user: nil, name: "nobody", grants: [])
      #expect(try await changes.list(ChangeQuestion(), for: blind).rows.isEmpty)
      let own = Actor(user: 4, name: "own", grants: [Actor.Grant(.see, .decision, .own)])
      #expect(try await changes.list(ChangeQuestion(), for: own).rows.isEmpty)
      #expect(try await changes.list(ChangeQuestion(nouns: [.customer]), for: .operator).rows.isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a follower hears of what happens while it waits`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let changes = Changes(store, customFields: Self.fields(store)) { Catalogues([]) }
      async let heard = changes.list(ChangeQuestion(wait: 20), for: .operator)
      try await Task.sleep(for: .milliseconds(400))
      try await store.write { try $0.announce("decision.taken", .decision, 9, ["title": "t"], at: Self.now) }
      let found = try await heard
      #expect(found.rows.map(\.record) == [9])
    }
  }

  // Forms.

  private func draft(asks: [String] = ["company", "person", "consent"], consent: String = "Write to me.") throws
    -> WebForm.Draft
  {
    try WebForm.Draft(
      name: "Contact", title: "Write to us", intro: "", asks: asks, required: [], kind: "organisation", owners: [],
      team: "", tag: "", thanks: "Thanks", thanksPath: "/thanks", origins: ["https://www.example.com"],
      purpose: "newsletter", consent: consent)
  }

  private func entry(
    _ email: String, trap: String = "", opened: String = "", agrees: Bool = true, for form: WebForm
  ) throws -> WebFormEntry {
    try WebFormEntry(
      [.company: "Moor & Sons", .person: "Ada Moor", .email: email, .consent: agrees ? "1" : ""], trap: trap,
      opened: opened, for: form)
  }

  @Test(arguments: Stores.underTest)
  func `a form makes a customer once, with the consent that was shown`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let forms = WebForms(store, clock: Stores.clock)
      let submissions = WebFormSubmissions(store, clock: Stores.clock)
      let form = try await forms.create(try draft(), by: .operator)
      func send(_ entry: WebFormEntry) async throws -> WebFormSubmission {
        try await submissions.take(entry, token: form.token, origin: "", address: "192.0.2.1")
      }
      let first = try await send(try entry("ada@moor.example", for: form))
      #expect(first.state == .made && first.consentVersion == 1 && first.consent == "Write to me.")
      let second = try await send(try entry("ADA@Moor.example", agrees: false, for: form))
      #expect(second.state == .known && second.customer == first.customer && second.consentVersion == nil)
      #expect(first.contact != nil && second.contact == first.contact)
      #expect(try await count(store) == 1)
      let consents = Consents(store, clock: Stores.clock)
      let purpose = try #require(try await consents.purposes(for: .operator).first)
      #expect(purpose.name == "newsletter" && purpose.texts.map(\.text) == ["Write to me."])
      let person = Consent.Person.contact(try #require(first.contact))
      #expect(try await consents.contactable(person, purpose.id, .email, for: .operator).isAllowed)
      #expect(try await consents.contactable(person, purpose.id, .phone, for: .operator).isAllowed == false)
      let changed = try await forms.edit(form.id, try draft(consent: "Write often."), version: 1, by: .operator)
      #expect(changed.consentVersion == 2)
      await #expect(throws: Problem.self) {
        try await forms.edit(form.id, try draft(), version: 1, by: .operator)
      }
      _ = try await forms.close(form.id, by: .operator)
      await #expect(throws: Problem.self) { try await send(try entry("eve@moor.example", for: form)) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `what a machine sends is kept aside until somebody takes it in`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let forms = WebForms(store, clock: Stores.clock)
      let form = try await forms.create(try draft(), by: .operator)
      let opened = try await WebFormSubmissions(store, clock: Stores.clock).opening()
      func send(_ entry: WebFormEntry, after seconds: Int64) async throws -> WebFormSubmission {
        let clock = FixedClock(Self.now.adding(seconds: seconds))
        return try await WebFormSubmissions(store, clock: clock)
          .take(entry, token: form.token, origin: "", address: "192.0.2.1")
      }
      let trapped = try await send(try entry("a@b.example", trap: "x", opened: opened, for: form), after: 60)
      let fast = try await send(try entry("a@b.example", opened: opened, for: form), after: 1)
      let late = try await send(try entry("a@b.example", opened: opened, for: form), after: 90_000)
      let forged = try await send(try entry("a@b.example", opened: "bm9uc2Vuc2U=", for: form), after: 60)
      #expect([trapped, fast, late, forged].allSatisfy { $0.state == .suspected && $0.customer == nil })
      #expect(try await count(store) == 0)
      let fine = try await send(try entry("c@d.example", opened: opened, for: form), after: 60)
      #expect(fine.state == .made)
      let submissions = WebFormSubmissions(store, clock: Stores.clock)
      let accepted = try await submissions.accept(fast.id, of: form.id, by: .operator)
      #expect(accepted.state == .made)
      await #expect(throws: Problem.self) { try await submissions.accept(fast.id, of: form.id, by: .operator) }
      let analyst = Actor(user: nil, name: "analyst", grants: Actor.everything, seesPersonalData: false)
      let seen = try await submissions.list(of: form.id, for: analyst)
      #expect(seen.rows.count == 5 && seen.rows.allSatisfy { $0.email.isEmpty && $0.person.isEmpty })
    }
  }

  @Test(arguments: Stores.underTest)
  func `what is needed and missing is refused, and so are odd sites and questions`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let form = try await WebForms(store, clock: Stores.clock).create(try draft(), by: .operator)
      for email in ["", "no address", "a@b"] {
        let problem = #expect(throws: Problem.self) { try entry(email, for: form) }
        #expect(problem?.field == "email")
      }
      #expect(throws: Problem.self) { try draft(asks: ["shoe size"]) }
      #expect(throws: Problem.self) { try draft(consent: "") }
    }
  }
}
