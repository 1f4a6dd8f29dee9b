import Conditions
import Customers
import Kernel
import Store
import StoreTesting
import Testing

/// Contacts and what was said with them, by file.
@Suite struct PeopleFileTests {
  private static func contacts(_ order: inout ImportOrder) {
    (order.feed, order.subject, order.sourceName) = ("people", .contacts, "shop")
  }

  private static func interactions(_ order: inout ImportOrder) {
    (order.feed, order.subject, order.sourceName) = ("calls", .interactions, "shop")
  }

  private static let purchases = "customer,order,date,amount\nA,O1,2024-01-05,10.00\nB,O2,2024-01-06,5.00\n"
  private static let people = """
    customer,firstname,lastname,email,phone,role,function
    A,Ada,Byron,ada@example.org,+49 40 1,decider,Board
    B,Ada,Byron,ada@example.org,,user,
    A,Bob,Adler,,040 22,,

    """
  private static let said = """
    customer,email,date,kind,direction,minutes,subject,text,externalid,outcome
    A,ADA@example.org,2024-02-01T10:00:00Z,call,out,12,Prices,"She agreed, in principle",C1,agreed
    A,,2024-02-02T09:00:00Z,visit,out,45,Tour,,,a fine day
    B,nobody@example.org,2024-02-03T09:00:00Z,email,in,,Question,,,

    """

  @Test(arguments: Stores.underTest)
  func `files of contacts and interactions twice change nothing, and are taken back`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.purchases)
      let before = try await shop.dump()
      let first = try await shop.take(Self.people, Self.contacts)
      #expect(shop.counts(first) == "3 = 3 + 0 + 0, 0 corrected")
      let second = try await shop.take(Self.said, Self.interactions)
      #expect(shop.counts(second) == "3 = 3 + 0 + 0, 0 corrected")
      let again = try await shop.take(Self.people, Self.contacts)
      #expect(shop.counts(again) == "3 = 0 + 3 + 0, 0 corrected")
      let heard = try await shop.take(Self.said, Self.interactions)
      #expect(shop.counts(heard) == "3 = 0 + 3 + 0, 0 corrected")
      let contacts = Contacts(shop.database, clock: Stores.clock)
      let all = try await contacts.list(ContactQuestion(), for: .operator).rows
      #expect(all.map(\.name) == ["Bob Adler", "Ada Byron"])
      let rows = try await Interactions(shop.database, clock: Stores.clock)
        .list(InteractionQuestion(), for: .operator).rows
      #expect(rows.map(\.kind) == [.email, .visit, .call] && rows.map(\.minutes) == [nil, 45, 12])
      #expect(rows.map(\.contact) == [nil, nil, all.last?.id] && rows.first?.party == "nobody@example.org")
      #expect(rows.map(\.outcome) == [nil, nil, .agreed] && rows[1].outcomeNote == "a fine day")
      for run in [heard, second, again, first] { _ = try await shop.imports.undo(run.id, by: .operator) }
      #expect(try await shop.dump() == before)
      #expect(try await contacts.count(for: .operator) == 0)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a named row is corrected by the next file, and the correction is taken back`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      let interactions = Interactions(shop.database, clock: Stores.clock)
      try await shop.take(Self.said, Self.interactions)
      let changed = Self.said.replacing("Prices", with: "Terms")
      let run = try await shop.take(changed, Self.interactions)
      #expect(shop.counts(run) == "3 = 0 + 3 + 0, 1 corrected")
      #expect(try await interactions.list(.init(words: "terms"), for: .operator).rows.count == 1)
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await interactions.list(.init(words: "terms"), for: .operator).rows.isEmpty)
      try await shop.take(Self.people, Self.contacts)
      let moved = try await shop.take(Self.people.replacing("+49 40 1", with: "+49 40 9"), Self.contacts)
      #expect(shop.counts(moved) == "3 = 0 + 3 + 0, 1 corrected")
    }
  }

  @Test(arguments: Stores.underTest)
  func `a row that names nobody or speaks of no known role is refused`(store: Store.Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take(
        "customer,lastname,email,role\nA,,,\nA,Byron,nowhere,\nA,Byron,,king\nA,Byron,,buyer\n", Self.contacts)
      #expect(run.loaded == 1 && run.rejected == 3)
      #expect(try await shop.rejects(run).map(\.field) == ["lastname", "email", "role"])
      let said = try await shop.take(
        "customer,date,kind,direction\nA,2024-01-01,smoke,\nA,,call,\nA,2024-01-01,call,up\nA,2024-01-01,call,in\n",
        Self.interactions)
      #expect(said.loaded == 1 && said.rejected == 3)
    }
  }
}

/// What is done with rows of those who are there already, and who may bring which file.
extension PeopleFileTests {
  @Test(arguments: Stores.underTest)
  func `contacts who are there already stay, are changed or are made anew, as somebody chose`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      let contacts = Contacts(shop.database, clock: Stores.clock)
      func take(_ feed: String, _ policy: ArrivalPolicy, _ name: String) async throws -> ImportRun {
        try await shop.take("customer,firstname,lastname,email\nA,\(name),Byron,ada@example.org\n") {
          ($0.feed, $0.subject, $0.policy) = (feed, .contacts, policy)
        }
      }
      func names() async throws -> [String] {
        try await contacts.list(ContactQuestion(), for: .operator).rows.map(\.name)
      }
      #expect(shop.counts(try await take("people", .update, "Ada")) == "1 = 1 + 0 + 0, 0 corrected")
      let left = try await take("cards", .skip, "Mallory")
      #expect(shop.counts(left) == "1 = 0 + 1 + 0, 0 corrected" && left.skipped == 1)
      #expect(try await names() == ["Ada Byron"])
      let changed = try await take("letters", .update, "Augusta")
      #expect(shop.counts(changed) == "1 = 1 + 0 + 0, 1 corrected")
      #expect(try await names() == ["Augusta Byron"])
      #expect(shop.counts(try await take("fair", .create, "Anna")) == "1 = 1 + 0 + 0, 0 corrected")
      #expect(try await names() == ["Anna Byron", "Augusta Byron"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a file changes no contact and no conversation that its sender may not change`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.people, Self.contacts)
      try await shop.take(Self.said, Self.interactions)
      let nouns: [Actor.Noun] = [.importRun, .customer, .contact, .interaction]
      let own = Set(nouns.flatMap { noun in [Actor.Verb.see, .create, .edit].map { Actor.Grant($0, noun, .own) } })
      let seller = Actor(user: nil, name: "Seller", grants: own)
      let moved = try await shop.take(Self.people.replacing("Byron", with: "Mallory"), by: seller, Self.contacts)
      #expect(moved.rejected == 3 && moved.corrected == 0)
      #expect(
        try await shop.rejects(moved).first?.reason == "This contact is there already, and you may not change it.")
      let same = try await shop.take(Self.said, by: seller, Self.interactions)
      #expect(same.rejected == 0 && same.merged == 3)
      let said = try await shop.take(Self.said.replacing("Prices", with: "Terms"), by: seller, Self.interactions)
      #expect(said.rejected == 1 && said.corrected == 0)
      let names = try await Contacts(shop.database, clock: Stores.clock).list(ContactQuestion(), for: .operator).rows
      #expect(names.map(\.name) == ["Bob Adler", "Ada Byron"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a file needs the right to make its records and to set its columns`(store: Store.Dialect) async throws {
    try await withShop(store) { shop in
      let grants: Set<Actor.Grant> = [
        .init(.create, .importRun, .all), .init(.see, .importRun, .all), .init(.create, .customer, .all),
      ]
      let clerk = Actor(user: nil, name: "Clerk", grants: grants)
      for subject in ImportOrder.Subject.allCases where subject != .customers {
        var order = ImportOrder(feed: "file")
        order.subject = subject
        let asked = order
        let problem = await #expect(throws: Problem.self) {
          try await shop.imports.begin(asked, fileName: "x.csv", path: nil, queue: false, by: clerk)
        }
        #expect(problem?.kind == .notAllowed, "\(subject)")
      }
      let careful = Actor(
        user: nil, name: "Clerk", grants: Actor.everything,
        fields: [.init(.contact, "email"): .readOnly, .init(.customer, "email"): .hidden])
      for subject in [ImportOrder.Subject.contacts, .customers] {
        let problem = await #expect(throws: Problem.self) {
          try await shop.take("customer,lastname,email\nA,Byron,ada@example.org\n", by: careful) {
            ($0.feed, $0.subject) = (subject.rawValue, subject)
          }
        }
        #expect(
          problem?.message == "The column “email” is the e-mail address, which you may not change.", "\(subject)")
      }
    }
  }
}
