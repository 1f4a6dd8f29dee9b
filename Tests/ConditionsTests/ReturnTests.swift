import Conditions
import Customers
import Kernel
import Store
import StoreTesting
import Testing

/// What reduces value and never counts as a purchase: returns, refunds, cancellations, nothing paid.
@Suite struct ReturnTests {
  @Test(arguments: Stores.underTest) func `negative rows without an order are returns`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let text = "customer,date,amount\nC1,2024-01-05,10.00\nC1,2024-01-05,-4.00\nC1,2024-01-09,-1.00\n"
      try await shop.take(text)
      #expect(
        try await shop.purchases() == [
          "C1 2024-01-05 order - 1000/1", "C1 2024-01-05 return - -400/1", "C1 2024-01-09 return - -100/1",
        ])
      let before = try await shop.dump()
      try await shop.take(text)
      #expect(try await shop.dump() == before)
      let ada = try #require(try await shop.customers.find(externalKey: "C1", for: .operator))
      let history = try await Purchases(shop.database).history(of: ada.id, for: .operator)
      #expect(history.minor == 500)
      #expect(history.orderDays == [Day("2024-01-05")])
    }
  }

  @Test(arguments: Stores.underTest) func `a named order of negative rows is a return`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let text = """
        customer,order,date,amount
        C1,O1,2024-01-05,10.00
        C1,K7,2024-01-09,-4.00
        C1,O2,2024-01-10,8.00
        C1,O2,2024-01-10,-1.00

        """
      try await shop.take(text)
      #expect(
        try await shop.purchases() == [
          "C1 2024-01-05 order O1 1000/1", "C1 2024-01-09 return K7 -400/1", "C1 2024-01-10 order O2 700/2",
        ])
      let before = try await shop.dump()
      try await shop.take(text)
      #expect(try await shop.dump() == before)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a refund may come alone first and beside its order later`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let (head, bought, back) = (
        "customer,order,date,amount\n", "C1,O1,2024-01-05,10.00\n", "C1,O1,2024-01-09,-4.00\n"
      )
      try await shop.take(head + bought)
      try await shop.take(head + back)
      #expect(try await shop.purchases() == ["C1 2024-01-05 order O1 1000/1", "C1 2024-01-09 return O1 -400/1"])
      let before = try await shop.dump()
      let month = try await shop.take(head + bought + back)
      #expect(shop.counts(month) == "2 = 0 + 2 + 0, 0 corrected")
      #expect(try await shop.dump() == before)
      try await withShop(store) { other in
        try await other.take(head + bought + back)
        let before = try await other.dump()
        #expect(other.counts(try await other.take(head + back)) == "1 = 0 + 1 + 0, 0 corrected")
        #expect(try await other.dump() == before)
        #expect(try await other.ledger() == ["Person C1 600"])
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `an amount is made of price and quantity where there is none`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take(
        """
        customer,order,date,quantity,unit price
        C1,O1,2024-01-05,3,2.55
        C1,K2,2024-01-06,-2,2.55
        C1,O3,2024-01-07,1.5,0.99

        """
      )
      #expect(shop.counts(run) == "3 = 3 + 0 + 0, 0 corrected")
      #expect(
        try await shop.purchases() == [
          "C1 2024-01-05 order O1 765/1", "C1 2024-01-06 return K2 -510/1", "C1 2024-01-07 order O3 149/1",
        ])
    }
  }

  @Test(arguments: Stores.underTest)
  func `an order that WooCommerce calls refunded was bought and given back`(store: Dialect) async throws {
    try await withShop(store) { shop in
      func file(_ status: String) -> String {
        "order_id,status,order_date,customer_id,item_id,item_name,item_quantity,item_total\n"
          + "7,\(status),2024-01-05 10:00:00,C1,1,Cup,1,10.00\n"
      }
      try await shop.take(file("wc-refunded"))
      #expect(try await shop.ledger() == ["Person C1 -1000 back", "Person C1 1000"])
      try await withShop(store) { other in
        try await other.take(file("wc-completed"))
        let run = try await other.take(file("wc-refunded"))
        #expect(other.counts(run) == "1 = 0 + 1 + 0, 1 corrected")
        #expect(try await other.ledger() == ["Person C1 -1000 back", "Person C1 1000"])
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `a refund reduces value whichever sign it is written with`(store: Dialect) async throws {
    for amount in ["4.00", "-4.00"] {
      try await withShop(store) { shop in
        let text = "customer,order,date,amount,type\nC1,O1,2024-01-05,10.00,sale\nC1,O1,2024-01-09,\(amount),refund\n"
        let run = try await shop.take(text)
        #expect(shop.counts(run) == "2 = 2 + 0 + 0, 0 corrected")
        #expect(
          try await shop.purchases() == ["C1 2024-01-05 order O1 1000/1", "C1 2024-01-09 return O1 -400/1"], "\(amount)"
        )
        #expect(try await shop.ledger() == ["Person C1 -400 back", "Person C1 1000"])
        let before = try await shop.dump()
        #expect(shop.counts(try await shop.take(text)) == "2 = 0 + 2 + 0, 0 corrected")
        #expect(try await shop.dump() == before)
      }
    }
  }

  @Test(arguments: Stores.underTest) func `a refund knows the order it is of`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let head = "customer,order,date,amount,type\n"
      try await shop.take(
        head + "C1,O1,2024-01-05,10.00,sale\nC1,O2,2024-01-06,5.00,sale\nC1,O2,2024-01-08,-5.00,refund\n")
      try await shop.take(head + "C1,O1,2024-01-09,-4.00,refund\nC1,O7,2024-01-10,-1.00,refund\n")
      let pairs = try await shop.database.read { tx in
        try tx.rows(
          """
          SELECT r.external_id, o.external_id AS of_order FROM purchase r
          LEFT JOIN purchase o ON o.id = r.of_purchase_id AND o.kind = 'order'
          WHERE r.kind = 'return' ORDER BY r.external_id
          """
        ) { "\(try $0("external_id", as: String.self)) of \(try $0("of_order", as: String?.self) ?? "nothing")" }
      }
      #expect(pairs == ["O1 of O1", "O2 of O2", "O7 of nothing"])
    }
  }

  @Test(arguments: Stores.underTest) func `a cancelled order is kept and does not count`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let head = "customer,order,date,amount,status\n"
      try await shop.take(head + "C1,O1,2024-01-05,10.00,completed\nC1,O2,2024-01-06,5.00,cancelled\n")
      #expect(try await shop.ledger() == ["Person C1 1000"])
      #expect(
        try await shop.purchases() == ["C1 2024-01-05 order O1 1000/1", "C1 2024-01-06 order O2 500/1 cancelled"])
      let run = try await shop.take(head + "C1,O1,2024-01-05,10.00,cancelled\n")
      #expect(shop.counts(run) == "1 = 0 + 1 + 0, 1 corrected")
      #expect(try await shop.ledger().isEmpty)
      let before = try await shop.dump()
      try await shop.take(head + "C1,O1,2024-01-05,10.00,cancelled\n")
      #expect(try await shop.dump() == before)
    }
  }

  @Test(arguments: Stores.underTest)
  func `an order that was pending counts once it is paid`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let head = "customer,order,date,amount,status\n"
      try await shop.take(head + "C1,O1,2024-01-05,10.00,pending\n")
      #expect(try await shop.ledger().isEmpty)
      let before = try await shop.dump()
      let run = try await shop.take(head + "C1,O1,2024-01-05,10.00,completed\n")
      #expect(shop.counts(run) == "1 = 0 + 1 + 0, 1 corrected")
      #expect(try await shop.ledger() == ["Person C1 1000"])
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await shop.dump() == before)
      // A file that says nothing of it does not bring a cancelled order back.
      try await shop.take("customer,order,date,amount\nC1,O1,2024-01-05,10.00\n")
      #expect(try await shop.dump() == before)
    }
  }

  @Test(arguments: Stores.underTest) func `orders of no value are kept`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take("customer,date,amount\nC1,2024-01-05,0.00\nC1,2024-01-07,3.00\nC2,2024-01-07,0\n")
      #expect(shop.counts(run) == "3 = 3 + 0 + 0, 0 corrected")
      #expect(try await shop.ledger() == ["Person C1 0", "Person C1 300", "Person C2 0"])
    }
  }

  @Test(arguments: Stores.underTest) func `a status nobody knows is put aside`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take(
        "customer,order,date,amount,status\nC1,O1,2024-01-05,10.00,paid\nC1,O2,2024-01-05,10.00,flying\n")
      #expect(shop.counts(run) == "2 = 1 + 0 + 1, 0 corrected")
      #expect(try await shop.rejects(run).map(\.field) == ["status"])
    }
  }

  @Test(arguments: Stores.underTest) func `the refund of a Shopify order is a return of it`(store: Dialect) async throws
  {
    try await withShop(store) { shop in
      func file(_ status: String, _ refunded: String) -> String {
        """
        Name,Email,Financial Status,Created at,Currency,Lineitem quantity,Lineitem name,Lineitem price,Discount Amount,\
        Refunded Amount,Lineitem discount
        #1001,a@example.org,\(status),2024-01-05 10:00:00 +0100,EUR,2,Cup,10.00,3.00,\(refunded),0.00
        #1001,,,,,1,Plate,5.00,,,0.00

        """
      }
      let first = try await shop.take(file("paid", "0.00"))
      #expect(shop.counts(first) == "2 = 2 + 0 + 0, 0 corrected")
      #expect(try await shop.purchases() == ["a@example.org 2024-01-05 order #1001 2200/3"])
      let second = try await shop.take(file("partially_refunded", "5.00"))
      #expect(shop.counts(second) == "2 = 0 + 2 + 0, 1 corrected")
      let kept = ["a@example.org 2024-01-05 order #1001 2200/3", "a@example.org 2024-01-05 return #1001 -500/1"]
      #expect(try await shop.purchases() == kept)
      let before = try await shop.dump()
      #expect(shop.counts(try await shop.take(file("partially_refunded", "5.00"))) == "2 = 0 + 2 + 0, 0 corrected")
      #expect(try await shop.dump() == before)
      // The whole order is refunded in the end: one return, of what was refunded in all.
      try await shop.take(file("refunded", "22.00"))
      #expect(try await shop.ledger() == ["Person a@example.org -2200 back", "Person a@example.org 2200"])
      // What refunded it rests on the first file, so that one cannot be taken back before.
      await #expect(throws: Problem.self) { try await shop.imports.undo(first.id, by: .operator) }
    }
  }
}
