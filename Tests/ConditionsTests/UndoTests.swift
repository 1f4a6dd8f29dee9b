import Conditions
import Customers
import Kernel
import Store
import StoreTesting
import Testing

/// A whole import taken back.
@Suite struct UndoTests {
  private static let head = "customer,order,line,date,amount,product,status\n"
  private static let first =
    head + "C1,O1,1,2024-01-05,10.00,P1,paid\nC1,O1,2,2024-01-05,2.00,P2,paid\nC2,O2,1,2024-01-06,5.00,P1,paid\n"
  /// Corrects a line, adds one, cancels an order, returns one, brings a new customer and a new product.
  private static let second =
    head + """
      C1,O1,1,2024-01-05,11.00,P1,paid
      C1,O1,2,2024-01-05,2.00,P2,paid
      C1,O1,3,2024-01-05,1.00,P3,paid
      C2,O2,1,2024-01-06,5.00,P1,cancelled
      C1,O1,4,2024-01-09,-2.00,P2,refund
      C3,O3,1,2024-01-09,4.00,P1,paid

      """

  @Test(arguments: Stores.underTest) func `everything is as it was before`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.first)
      let before = try await shop.dump()
      let revision = try await shop.database.read { try Sources().revision(in: $0) }
      let run = try await shop.take(Self.second)
      #expect(shop.counts(run) == "6 = 3 + 3 + 0, 2 corrected")
      let after = try await shop.dump()
      #expect(after != before)
      let undone = try await shop.imports.undo(run.id, by: .operator)
      #expect(undone.undoneAt == Stores.clock.now)
      #expect(try await shop.dump() == before)
      #expect(try await shop.database.read { try Sources().revision(in: $0) } > revision)
      let again = try await shop.take(Self.second)
      #expect(shop.counts(again) == shop.counts(run))
      #expect(try await shop.dump().count == after.count)
    }
  }

  @Test(arguments: Stores.underTest) func `an import is taken back once`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take(Self.first)
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await shop.dump().isEmpty)
      let found = await #expect(throws: Problem.self) { try await shop.imports.undo(run.id, by: .operator) }
      #expect(found?.kind == .conflict && found?.message == "This import was taken back already.")
    }
  }

  @Test(arguments: Stores.underTest) func `the newest is taken back first`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let first = try await shop.take(Self.first)
      let second = try await shop.take(Self.second)
      let found = await #expect(throws: Problem.self) { try await shop.imports.undo(first.id, by: .operator) }
      #expect(found?.kind == .conflict && found?.mend == "Take that one back first.")
      // One that changed nothing is no hindrance, nor is another feed.
      try await shop.take(Self.second)
      try await shop.take(Self.first) { $0.feed = "till" }
      _ = try await shop.imports.undo(second.id, by: .operator)
      _ = try await shop.imports.undo(first.id, by: .operator)
      #expect(try await shop.customers.count(for: .operator) == 2)
    }
  }

  @Test(arguments: Stores.underTest)
  func `an import that only refunded is one that others wait for`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let head = "customer,order,date,amount,refunded\n"
      let first = try await shop.take(head + "C1,O1,2024-01-05,10.00,\n")
      let before = try await shop.dump()
      let second = try await shop.take(head + "C1,O1,2024-01-05,10.00,4.00\n")
      #expect(try await shop.ledger() == ["Person C1 -400 back", "Person C1 1000"])
      await #expect(throws: Problem.self) { try await shop.imports.undo(first.id, by: .operator) }
      _ = try await shop.imports.undo(second.id, by: .operator)
      #expect(try await shop.dump() == before)
      _ = try await shop.imports.undo(first.id, by: .operator)
      #expect(try await shop.dump().isEmpty)
    }
  }

  @Test(arguments: Stores.underTest) func `a corrected day moves its order, and back`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.first)
      let before = try await shop.dump()
      let moved = Self.first.replacing("C1,O1,1,2024-01-05", with: "C1,O1,1,2024-02-01")
        .replacing("C1,O1,2,2024-01-05", with: "C1,O1,2,2024-02-01")
      let run = try await shop.take(moved)
      #expect(shop.counts(run) == "3 = 0 + 3 + 0, 2 corrected")
      #expect(try await shop.purchases() == ["C1 2024-02-01 order O1 1200/2", "C2 2024-01-06 order O2 500/1"])
      #expect(try await shop.facts().allSatisfy { $0.contains("text(\"C2\")") || !$0.contains("19727") })
      // A file with one of its two lines does not say that the order was on another day.
      try await shop.take(Self.head + "C1,O1,1,2024-03-01,10.00,P1,paid\n") { $0.feed = "shop" }
      #expect(try await shop.purchases().first == "C1 2024-02-01 order O1 1200/2")
      let newest = try #require(try await shop.imports.recent(for: .operator).first)
      _ = try await shop.imports.undo(newest.id, by: .operator)
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await shop.dump() == before)
    }
  }

  @Test(arguments: Stores.underTest) func `categories that nothing stands in any more go too`(store: Dialect)
    async throws
  {
    try await withShop(store) { shop in
      let run = try await shop.take("product,name,category,product_type\nP1,Tea,Drinks,Hot\n") {
        ($0.feed, $0.subject) = ("goods", ImportOrder.Subject.products)
      }
      let count: Statement = "SELECT count(*) FROM product_category"
      #expect(try await shop.database.read { try $0.value(count, as: Int.self) } == 2)
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await shop.database.read { try $0.value(count, as: Int.self) } == 0)
    }
  }

  @Test(arguments: Stores.underTest) func `a running import is not taken back`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.begin(ImportOrder(feed: "shop"))
      let found = await #expect(throws: Problem.self) { try await shop.imports.undo(run.id, by: .operator) }
      #expect(found?.message == "This import is still running.")
    }
  }

  @Test(arguments: Stores.underTest) func `a customer others rest on stays`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take("customer,name\nC1,Ada\nC2,Bob\n") {
        ($0.feed, $0.subject) = ("crm", ImportOrder.Subject.customers)
      }
      try await shop.take("customer,date,amount\nC1,2024-01-05,1.00\n") {
        ($0.feed, $0.sourceName) = ("till", "crm")
      }
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await shop.purchases() == ["C1 2024-01-05 order - 100/1"])
      #expect(try await shop.customers.count(for: .operator) == 1)
    }
  }
}
