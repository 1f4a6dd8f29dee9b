import Conditions
import Customers
import Kernel
import Store
import StoreTesting
import Testing

/// What was said and seen of customers: by file, by hand, taken back.
@Suite struct ObservationTests {
  private static func observations(_ order: inout ImportOrder) {
    (order.feed, order.subject, order.sourceName) = ("field notes", .observations, "shop")
  }

  private static let purchases = "customer,order,date,amount\nA,O1,2024-01-05,10.00\nB,O2,2024-01-06,5.00\n"
  private static let notes = """
    customer,kind,date,other,amount,score,note
    A,referral,2024-01-02,B,,,named by the newcomer
    A,wallet,2024-01-03,,120.50,,
    B,satisfaction,2024-01-04,,,4,
    B,change,2024-01-05,H1,1000,,from idea I1

    """

  @Test(arguments: Stores.underTest)
  func `a file of observations twice changes nothing, and is taken back`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let observations = Observations(shop.database, clock: Stores.clock)
      try await shop.take(Self.purchases)
      let before = try await shop.dump()
      let run = try await shop.take(Self.notes, Self.observations)
      #expect(shop.counts(run) == "4 = 4 + 0 + 0, 0 corrected")
      #expect(shop.counts(try await shop.take(Self.notes, Self.observations)) == "4 = 0 + 4 + 0, 0 corrected")
      let all = try await observations.all(for: .operator)
      let known = try #require(try await shop.customers.find(externalKey: "B", for: .operator))
      #expect(all.map(\.kind) == [.referral, .wallet, .satisfaction, .change])
      #expect(all.first?.otherCustomer == known.id && all[1].minor == 12_050 && all[2].score == 4)
      let again = try #require(try await shop.imports.recent(for: .operator).first)
      _ = try await shop.imports.undo(again.id, by: .operator)
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await shop.dump() == before)
      #expect(try await observations.all(for: .operator).isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a row without what its kind needs is refused with the field`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take(
        """
        customer,kind,date,other,amount,score,note
        A,rumour,2024-01-02,,,,
        A,rival,2024-01-02,,,,
        A,wallet,2024-01-02,,,,
        A,prestige,2024-01-02,,,9,
        A,prestige,2024-01-02,,,5,

        """, Self.observations)
      #expect(run.loaded == 1 && run.rejected == 4)
      #expect(try await shop.rejects(run).map(\.field) == ["kind", "other", "amount", "score"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a named row is corrected by the next file`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let observations = Observations(shop.database, clock: Stores.clock)
      let head = "customer,kind,date,order,score\n"
      try await shop.take(head + "A,satisfaction,2024-01-02,S1,2\n", Self.observations)
      let run = try await shop.take(head + "A,satisfaction,2024-01-02,S1,5\n", Self.observations)
      #expect(shop.counts(run) == "1 = 0 + 1 + 0, 1 corrected")
      #expect(try await observations.all(for: .operator).map(\.score) == [5])
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await observations.all(for: .operator).map(\.score) == [2])
    }
  }

  @Test(arguments: Stores.underTest)
  func `what a person entered counts until it is taken back`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let observations = Observations(shop.database, clock: Stores.clock)
      try await shop.take(Self.purchases)
      let customer = try #require(try await shop.customers.find(externalKey: "A", for: .operator)).id
      let day = try #require(Day("2024-01-05"))
      let made = try await observations.create(try .init(customer, .rival, on: day, other: "Acme"), by: .operator)
      #expect(try await observations.all(for: .operator) == [made] && made.source == nil)
      _ = try await observations.withdraw(made.id, by: .operator)
      #expect(try await observations.all(for: .operator).isEmpty)
      await #expect(throws: Problem.self) { try await observations.withdraw(made.id, by: .operator) }
      let fault = #expect(throws: Problem.self) { _ = try Observation.Draft(customer, .satisfaction, on: day) }
      #expect(fault?.field == "score")
    }
  }

  @Test(arguments: Stores.underTest)
  func `a site's observations count with its party`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let observations = Observations(shop.database, clock: Stores.clock)
      try await shop.take("customer,name,kind,parent\nH,Head,company,\nS,Site,site,H\n") {
        ($0.feed, $0.subject) = ("shop", .customers)
      }
      try await shop.take("customer,kind,date,score\nS,satisfaction,2024-01-02,5\n", Self.observations)
      let head = try #require(try await shop.customers.find(externalKey: "H", for: .operator))
      #expect(try await observations.all(for: .operator).map(\.customer) == [head.id])
    }
  }
}
