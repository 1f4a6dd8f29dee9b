import Conditions
import Customers
import Foundation
import Kernel
import Store
import StoreTesting
import Testing

/// What cannot be taken: whole files by name, single rows into quarantine. Nothing else of a refused file comes in.
@Suite struct RefusalTests {
  @Test(arguments: Stores.underTest) func `bad cells are put aside with their place`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let text = """
        customer,date,amount
        C1,2024-01-05,10.00
        C1,2024-01-06,"1,5"
        C1,2024-01-07,12abc
        C1,2024-01-08,NaN
        C1,2024-01-09,1e999
        C1,2024-02-30,1.00
        C1,2024-01-10,
        ,2024-01-11,1.00
        C1,2024-01-12
        C2,2024-01-13,2.00

        """
      let run = try await shop.take(text)
      #expect(shop.counts(run) == "10 = 2 + 0 + 8, 0 corrected")
      let rejects = try await shop.rejects(run)
      #expect(rejects.map(\.line) == Array(3...10))
      #expect(
        rejects.map(\.field) == ["amount", "amount", "amount", "amount", "date", "amount", "customer", ""])
      #expect(rejects.first?.original == "C1,2024-01-06,\"1,5\"")
      #expect(rejects.first?.reason == "“1,5” is not a number with a decimal point.")
      #expect(rejects.allSatisfy { !$0.reason.isEmpty && !$0.original.isEmpty && $0.repairedBy == nil })
      #expect(try await shop.purchases() == ["C1 2024-01-05 order - 1000/1", "C2 2024-01-13 order - 200/1"])
      #expect(run.shape.headers == ["customer", "date", "amount"])
    }
  }

  @Test(arguments: Stores.underTest) func `rows put aside come back mended`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let bad = try await shop.take("customer,date,amount\nC1,2024-01-05,10.00\nC1,2024-01-06,12abc\n")
      #expect(bad.rejected == 1)
      let good = try await shop.take("customer,date,amount\nC1,2024-01-06,12.00\n")
      #expect(shop.counts(good) == "1 = 1 + 0 + 0, 0 corrected")
      let whole = try await shop.take("customer,date,amount\nC1,2024-01-05,10.00\nC1,2024-01-06,12.00\n")
      #expect(shop.counts(whole) == "2 = 0 + 2 + 0, 0 corrected")
    }
  }

  @Test(arguments: Stores.underTest) func `a NUL is put aside, not stored`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take("customer,date,amount\nC1,2024-01-05,10.00\nC\u{0}2,2024-01-05,1.00\n")
      #expect(shop.counts(run) == "2 = 1 + 0 + 1, 0 corrected")
      #expect(try await shop.rejects(run).map(\.original) == ["C\u{2400}2,2024-01-05,1.00"])
    }
  }

  @Test(arguments: Stores.underTest) func `days that have not come yet are put aside`(store: Dialect) async throws {
    try await withShop(store) { shop in
      // It is the 15th of January 2026.
      let run = try await shop.take(
        "customer,date,amount\nC1,2026-01-15,1.00\nC1,2026-01-16,1.00\nC1,2062-01-15,1.00\n")
      #expect(shop.counts(run) == "3 = 1 + 0 + 2, 0 corrected")
      #expect(try await shop.rejects(run).map(\.field) == ["date", "date"])
    }
  }

  @Test(arguments: Stores.underTest) func `another currency needs a rate`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let text =
        "customer,date,amount,currency\nC1,2024-01-05,10.00,EUR\nC2,2024-01-05,10.00,USD\nC3,2024-01-05,1000,JPY\n"
      let run = try await shop.take(text)
      #expect(shop.counts(run) == "3 = 1 + 0 + 2, 0 corrected")
      let rejects = try await shop.rejects(run)
      #expect(rejects.map(\.field) == ["currency", "currency"])
      #expect(
        rejects.first?.reason == "The row is in USD, the company counts in EUR, and there is no rate.")
      let rated = try await shop.take(text) { $0.rates = ["USD": 0.92, "JPY": 0.006] }
      #expect(shop.counts(rated) == "3 = 2 + 1 + 0, 0 corrected")
      #expect(try await shop.ledger() == ["Person C1 1000", "Person C2 920", "Person C3 600"])
    }
  }

  @Test(arguments: [
    ("", "empty"), ("\n\n", "empty"), ("customer,date,amount\n", "no rows"),
    ("customer,date,amount,Amount\nC1,2024-01-05,1,1\n", "both named"),
    ("customer,date\nC1,2024-01-05\n", "no column for the amount"),
    ("customer,date,amount\nC1,31/01/2024,1\nC1,01/31/2024,1\n", "day"),
    ("customer,date,amount\nC1,03/04/2024,1\n", "day"),
  ])
  func `a file that cannot be understood is refused whole`(text: String, words: String) async throws {
    for store in Stores.underTest {
      try await withShop(store) { shop in
        let run = try await shop.begin(ImportOrder(feed: "shop"))
        let found = await #expect(throws: Problem.self) { try await shop.carryOut(run, text) }
        #expect(found?.description.contains(words) == true, "\(found.map(\.description) ?? "")")
        #expect(found?.mend != nil)
        let failed = try await shop.imports.find(run.id, for: .operator)
        #expect(failed.state == .failed && failed.read == 0 && failed.problem?.contains(words) == true)
        #expect(try await shop.dump().isEmpty)
      }
    }
  }

  @Test(arguments: Stores.underTest) func `one customer with one row is enough`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take("customer,date,amount\nC1,2024-01-05,10.00")
      #expect(shop.counts(run) == "1 = 1 + 0 + 0, 0 corrected")
      #expect(try await shop.customers.count(for: .operator) == 1)
    }
  }

  @Test(arguments: Stores.underTest) func `a file of which no row is good comes to its end`(store: Dialect) async throws
  {
    try await withShop(store) { shop in
      let run = try await shop.take("customer,date,amount\n,2024-01-05,10.00\n,2024-01-06,1.00\n")
      #expect(shop.counts(run) == "2 = 0 + 0 + 2, 0 corrected")
      #expect(try await shop.dump().isEmpty)
    }
  }

  @Test(arguments: Stores.underTest) func `days are the company's`(store: Dialect) async throws {
    try await withShop(store) { shop in
      // Half past eleven at night in UTC is the next day in Berlin.
      try await shop.take("customer,date,amount\nC1,2024-01-05T23:30:00Z,1.00\nC2,2024-07-05T21:30:00Z,1.00\n") {
        $0.zone = "UTC"
      }
      #expect(
        try await shop.purchases() == ["C1 2024-01-06 order - 100/1", "C2 2024-07-05 order - 100/1"])
    }
  }

  @Test(arguments: Stores.underTest) func `who may not import is refused`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let reader = Actor(user: nil, name: "reader", grants: [.init(.see, .importRun, .all)])
      let found = await #expect(throws: Problem.self) {
        try await shop.imports.begin(
          ImportOrder(feed: "shop"), fileName: "f.csv", path: nil, queue: false, by: reader)
      }
      #expect(found?.kind == .notAllowed)
      let run = try await shop.take("customer,date,amount\nC1,2024-01-05,10.00\n")
      let undo = await #expect(throws: Problem.self) { try await shop.imports.undo(run.id, by: reader) }
      #expect(undo?.kind == .notAllowed)
    }
  }

  @Test(arguments: Stores.underTest) func `how columns are read is remembered with the feed`(store: Dialect)
    async throws
  {
    try await withShop(store) { shop in
      try await shop.take("wer;wann;wieviel\nC1;03/04/2024;1,50\n") {
        $0.columns = ["customer=wer", "time=wann", "amount=wieviel"]
        $0.dateOrder = "dmy"
      }
      #expect(try await shop.purchases() == ["C1 2024-04-03 order - 150/1"])
      let feeds = Feeds(shop.database, clock: Stores.clock)
      let kept = try #require(try await feeds.order(named: "shop", for: .operator))
      #expect(kept.columns.count == 3 && kept.dateOrder == "dmy")
      let run = try await shop.carryOut(try await shop.begin(kept), "wer;wann;wieviel\nC1;05/04/2024;1,50\n")
      #expect(run.firstDay == Day("2024-04-05"))
      let feed = try #require(try await feeds.all(for: .operator).first)
      #expect(feed.name == "shop" && feed.lastImport == Stores.clock.now)
    }
  }

  @Test(arguments: Stores.underTest) func `gaps in the days of a feed are seen`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let first = try #require(Day("2024-01-01"))
      let days = (0..<60).filter { !(30..<41).contains($0) }.map { "C1,\(first.adding(days: $0)),1.00\n" }
      try await shop.take("customer,date,amount\n" + days.joined())
      let feeds = Feeds(shop.database, clock: Stores.clock)
      let feed = try #require(try await feeds.all(for: .operator).first)
      let coverage = try await feeds.coverage(of: feed, for: .operator)
      #expect(coverage.days.count == 49)
      #expect(coverage.gaps == [Period(from: first.adding(days: 30), until: first.adding(days: 41))])
    }
  }
}
