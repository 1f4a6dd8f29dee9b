import Conditions
import Customers
import Kernel
import Store
import StoreTesting
import Testing

/// Files of purchases, taken in, taken in again, and corrected.
@Suite struct ImportTests {
  private static let january = """
    customer,order,line,date,amount,quantity,product
    C1,O1,1,2024-01-05,10.00,1,P1
    C1,O1,2,2024-01-05,2.50,1,P2
    C2,O2,1,2024-01-20,7.00,2,P1
    C1,O3,1,2024-01-31,5.00,1,P2

    """

  private static let february = """
    customer,order,line,date,amount,quantity,product
    C2,O2,1,2024-01-20,7.00,2,P1
    C1,O3,1,2024-01-31,5.00,1,P2
    C3,O4,1,2024-02-10,4.00,1,P3

    """

  @Test(arguments: Stores.underTest) func `rows become orders with their lines`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take(Self.january)
      #expect(shop.counts(run) == "4 = 4 + 0 + 0, 0 corrected")
      #expect(run.firstDay == Day("2024-01-05") && run.lastDay == Day("2024-01-31"))
      #expect(
        try await shop.purchases() == [
          "C1 2024-01-05 order O1 1250/2", "C1 2024-01-31 order O3 500/1", "C2 2024-01-20 order O2 700/1",
        ])
      let ada = try #require(try await shop.customers.find(externalKey: "C1", for: .operator))
      #expect(ada.name == "Person C1" && ada.kind == .person)
      let history = try await Purchases(shop.database).history(of: ada.id, for: .operator)
      #expect(history.minor == 1_750 && history.orderDays.count == 2)
    }
  }

  @Test(arguments: Stores.underTest) func `the same file twice changes nothing`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.january)
      let before = try await shop.dump()
      let again = try await shop.take(Self.january)
      #expect(shop.counts(again) == "4 = 0 + 4 + 0, 0 corrected")
      #expect(try await shop.dump() == before)
      #expect(before.count { $0.hasPrefix("text(\"line\")") } == 4)
    }
  }

  @Test(arguments: Stores.underTest)
  func `an order two customers claim is the first one's, and the other row can be mended`(
    store: Dialect
  ) async throws {
    try await withShop(store) { shop in
      // More rows than one batch takes, so that the claims meet in the store and not in the file.
      var text = "customer,order,date,amount\n"
      for number in 1...(20_100) { text += "C\(number % 500),O\(number),2024-01-05,1.00\n" }
      text += "C7,O1,2024-01-05,2.00\n"
      let run = try await shop.take(text)
      #expect(shop.counts(run) == "20101 = 20100 + 0 + 1, 0 corrected")
      let reject = try #require(try await shop.rejects(run).first)
      #expect(reject.reason == "Order O1 belongs to another customer.")
      #expect(["C1,O1,2024-01-05,1.00", "C7,O1,2024-01-05,2.00"].contains(reject.original))
      let again = try await shop.take(text)
      #expect(shop.counts(again) == "20101 = 0 + 20100 + 1, 0 corrected")
    }
  }

  @Test(arguments: Stores.underTest)
  func `whether a file begins with names is not remembered`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take("C1,2024-01-05,1.00\n") {
        $0.hasHeader = false
        $0.columns = ["customer=#1", "time=#2", "amount=#3"]
      }
      let known = try await Feeds(shop.database, clock: Stores.clock).order(named: "shop", for: .operator)
      #expect(known?.columns.isEmpty == false && known?.hasHeader == nil)
    }
  }

  @Test(arguments: Stores.underTest) func `overlapping exports add only what is new`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.january)
      let second = try await shop.take(Self.february)
      #expect(shop.counts(second) == "3 = 1 + 2 + 0, 0 corrected")
      let ordered = try await shop.facts()
      try await withShop(store) { other in
        try await other.take(Self.february)
        let late = try await other.take(Self.january)
        #expect(other.counts(late) == "4 = 2 + 2 + 0, 0 corrected")
        #expect(try await other.facts() == ordered)
      }
    }
  }

  @Test(arguments: Stores.underTest) func `two feeds do not mix`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.january)
      let other = try await shop.take(Self.january) { $0.feed = "till" }
      #expect(other.loaded == 4)
      #expect(try await shop.customers.count(for: .operator) == 4)
      let found = await #expect(throws: Problem.self) {
        try await shop.take("customer,name\nC1,Ada\n") {
          ($0.feed, $0.subject) = ("till", ImportOrder.Subject.customers)
        }
      }
      #expect(found?.kind == .conflict && found?.field == "feed")
    }
  }

  // Rows without the name of an order.

  @Test(arguments: Stores.underTest)
  func `rows of one customer and day are one order where orders have no names`(store: Dialect) async throws {
    try await withShop(store) { shop in
      // The second row is the first once more: two lines of one order.
      let text =
        "customer,date,amount\nC1,2024-01-05,10.00\nC1,2024-01-05,10.00\nC1,2024-01-05,3.00\nC2,2024-01-05,1.00\n"
      let run = try await shop.take(text)
      #expect(shop.counts(run) == "4 = 4 + 0 + 0, 0 corrected")
      #expect(try await shop.purchases() == ["C1 2024-01-05 order - 2300/3", "C2 2024-01-05 order - 100/1"])
      let before = try await shop.dump()
      #expect(shop.counts(try await shop.take(text)) == "4 = 0 + 4 + 0, 0 corrected")
      #expect(try await shop.dump() == before)
      let more = try await shop.take(
        "customer,date,amount\nC1,2024-01-05,10.00\nC1,2024-01-05,4.00\nC1,2024-01-06,1.00\n")
      #expect(shop.counts(more) == "3 = 2 + 1 + 0, 0 corrected")
      #expect(try await shop.purchases().first == "C1 2024-01-05 order - 2700/4")
    }
  }

  @Test(arguments: Stores.underTest)
  func `exact duplicates inside one named order are two lines`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let text = "customer,order,date,amount\nC1,O1,2024-01-05,10.00\nC1,O1,2024-01-05,10.00\n"
      try await shop.take(text)
      let before = try await shop.dump()
      #expect(shop.counts(try await shop.take(text)) == "2 = 0 + 2 + 0, 0 corrected")
      #expect(try await shop.dump() == before)
      #expect(try await shop.purchases() == ["C1 2024-01-05 order O1 2000/2"])
    }
  }

  // Corrections.

  @Test(arguments: Stores.underTest) func `a line is corrected by its name`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.january)
      let run = try await shop.take(
        """
        customer,order,line,date,amount,quantity,product
        C1,O1,2,2024-01-05,3.75,1,P9
        C1,O1,1,2024-01-05,10.00,1,P1

        """
      )
      #expect(shop.counts(run) == "2 = 0 + 2 + 0, 1 corrected")
      #expect(try await shop.purchases().first == "C1 2024-01-05 order O1 1375/2")
    }
  }

  @Test(arguments: Stores.underTest) func `a line is corrected by its product`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take("customer,order,date,amount,product\nC1,O1,2024-01-05,10.00,P1\nC1,O1,2024-01-05,2.00,P2\n")
      let run = try await shop.take("customer,order,date,amount,product\nC1,O1,2024-01-05,2.50,P2\n")
      #expect(shop.counts(run) == "1 = 0 + 1 + 0, 1 corrected")
      #expect(try await shop.purchases() == ["C1 2024-01-05 order O1 1250/2"])
    }
  }

  @Test(arguments: Stores.underTest) func `the only line of an order is corrected`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take("customer,order,date,amount\nC1,O1,2024-01-05,10.00\nC1,O2,2024-01-06,1.00\n")
      let corrected = "customer,order,date,amount\nC1,O1,2024-01-05,12.00\nC1,O2,2024-01-06,1.00\n"
      #expect(shop.counts(try await shop.take(corrected)) == "2 = 0 + 2 + 0, 1 corrected")
      #expect(try await shop.purchases() == ["C1 2024-01-05 order O1 1200/1", "C1 2024-01-06 order O2 100/1"])
      let before = try await shop.dump()
      #expect(shop.counts(try await shop.take(corrected)) == "2 = 0 + 2 + 0, 0 corrected")
      #expect(try await shop.dump() == before)
    }
  }

  @Test(arguments: Stores.underTest) func `a line that came later joins its order`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take("customer,order,line,date,amount\nC1,O1,1,2024-01-05,10.00\n")
      let run = try await shop.take(
        "customer,order,line,date,amount\nC1,O1,1,2024-01-05,10.00\nC1,O1,2,2024-01-05,3.00\n")
      #expect(shop.counts(run) == "2 = 1 + 1 + 0, 0 corrected")
      #expect(try await shop.purchases() == ["C1 2024-01-05 order O1 1300/2"])
    }
  }

  @Test(arguments: Stores.underTest) func `an order of another customer is refused`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.january)
      let before = try await shop.purchases()
      let text =
        "customer,order,line,date,amount\nC2,O1,3,2024-01-05,9.00\nC4,O9,1,2024-01-06,1.00\nC5,O9,2,2024-01-06,2.00\n"
      let run = try await shop.take(text)
      #expect(shop.counts(run) == "3 = 1 + 0 + 2, 0 corrected")
      let rejects = try await shop.rejects(run)
      #expect(rejects.first?.line == 2 && [3, 4].contains(rejects.last?.line))
      #expect(rejects.map(\.field) == ["order", "order"])
      #expect(rejects.first?.reason == "Order O1 belongs to another customer.")
      let after = try await shop.purchases()
      #expect(Array(after.prefix(3)) == before && after.count == 4 && after.last?.contains("order O9") == true)
    }
  }

  // Large files.

  /// More rows than one batch takes, of 400 customers with orders of one and two lines.
  private static func large() -> String {
    var text = "customer,order,line,date,amount\n"
    for number in 0..<20_400 {
      let order = number / 3 * 2 + min(number % 3, 1)
      let day = Day(19_700 + Int32(order % 300))
      text += "C\(order % 400),O\(order),\(number % 3),\(day),\(number % 97).\(10 + number % 90)\n"
    }
    return text
  }

  @Test(arguments: Stores.underTest)
  func `an import that was interrupted is carried on to the same end`(store: Dialect) async throws {
    let text = Self.large()
    try await withShop(store) { shop in
      let run = try await shop.begin(ImportOrder(feed: "shop"))
      // The first report comes from reading; resting there makes the one after the first batch due.
      let progress = JobProgress { _, _, note, _ in
        guard note.hasSuffix("in the store") else {
          try await Task.sleep(for: .milliseconds(600))
          return false
        }
        throw Problem(.unavailable, "The store is gone.")
      }
      await #expect(throws: Problem.self) { try await shop.carryOut(run, text, progress) }
      let half = try await shop.imports.find(run.id, for: .operator)
      #expect(half.state == .interrupted && half.addsUp)
      #expect(half.read > 0 && half.read < 20_400)
      let whole = try await shop.carryOut(half, text)
      #expect(shop.counts(whole) == "20400 = 20400 + 0 + 0, 0 corrected")
      let facts = try await shop.facts()
      #expect(facts.count == 20_400)
      try await withShop(store) { other in
        let undisturbed = try await other.take(text)
        #expect(other.counts(undisturbed) == "20400 = 20400 + 0 + 0, 0 corrected")
        #expect(try await other.facts() == facts)
      }
      let back = try await shop.imports.undo(run.id, by: .operator)
      #expect(back.undoneAt == Stores.clock.now)
      #expect(try await shop.dump().isEmpty)
    }
  }

  @Test(arguments: Stores.underTest) func `a cancelled import is noted as failed`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.begin(ImportOrder(feed: "shop"))
      let progress = JobProgress { _, _, _, _ in true }
      await #expect(throws: CancellationError.self) { try await shop.carryOut(run, Self.january, progress) }
      let failed = try await shop.imports.find(run.id, for: .operator)
      #expect(failed.state == .failed && failed.problem == "It was cancelled.")
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await shop.dump().isEmpty)
    }
  }
}
