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
