import Conditions
import Customers
import Kernel
import Store
import StoreTesting
import Testing

/// Files of customers, products and what serving took.
@Suite struct SubjectTests {
  private static func customers(_ order: inout ImportOrder) {
    (order.feed, order.subject) = ("crm", ImportOrder.Subject.customers)
  }
  private static func products(_ order: inout ImportOrder) {
    (order.feed, order.subject) = ("goods", ImportOrder.Subject.products)
  }
  private static func drivers(_ order: inout ImportOrder) {
    (order.feed, order.subject) = ("service", ImportOrder.Subject.drivers)
  }

  private static let people = """
    customer,name,kind,email,parent,Region,Segment
    H1,Höfer & Co,company,info@hoefer.example,,North,A
    S1,Höfer Kiel,site,,H1,North,
    P1,Ida,person,ida@example.org,,South,B

    """

  @Test(arguments: Stores.underTest) func `customers come with traits and parents`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let run = try await shop.take(Self.people, Self.customers)
      #expect(run.read == 3 && run.rejected == 0)
      let site = try #require(try await shop.customers.find(externalKey: "S1", for: .operator))
      let head = try #require(try await shop.customers.find(externalKey: "H1", for: .operator))
      #expect(site.kind == .site && site.name == "Höfer Kiel" && site.parent == head.id)
      #expect(head.kind == .organisation && head.email == "info@hoefer.example" && head.parent == nil)
      let traits = try await shop.customers.traits(of: head.id, for: .operator)
      #expect(traits.map { "\($0.name) \($0.value) \($0.source ?? "")" } == ["Region North crm", "Segment A crm"])
      let named = try await shop.customers.traits(named: ["region", "Segment"], for: .operator)
      #expect(named[head.id] == ["region": "North", "Segment": "A"])
    }
  }

  @Test(arguments: Stores.underTest) func `the same customers twice change nothing`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.people, Self.customers)
      let before = try await shop.dump()
      let again = try await shop.take(Self.people, Self.customers)
      #expect(shop.counts(again) == "3 = 0 + 3 + 0, 0 corrected")
      #expect(try await shop.dump() == before)
    }
  }

  @Test(arguments: Stores.underTest) func `customers are corrected and put back`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.people, Self.customers)
      let before = try await shop.dump()
      // What the file does not tell stays; a trait is changed, another added.
      let run = try await shop.take(
        "customer,name,parent,Region,Rank\nS1,Höfer Lübeck,P1,East,\nP1,,,,gold\n", Self.customers)
      #expect(shop.counts(run) == "2 = 0 + 2 + 0, 2 corrected")
      let site = try #require(try await shop.customers.find(externalKey: "S1", for: .operator))
      let ida = try #require(try await shop.customers.find(externalKey: "P1", for: .operator))
      #expect(site.name == "Höfer Lübeck" && site.parent == ida.id && site.kind == .site)
      #expect(ida.name == "Ida" && ida.email == "ida@example.org")
      let rank = try await shop.customers.traits(of: ida.id, for: .operator).map { "\($0.name) \($0.value)" }
      #expect(rank == ["Rank gold", "Region South", "Segment B"])
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await shop.dump() == before)
    }
  }

  @Test(arguments: Stores.underTest) func `a file puts nobody under themselves`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take("customer,name,parent\nA,A,\nB,B,A\nC,C,B\n", Self.customers)
      let before = try await shop.dump()
      let run = try await shop.take("customer,name,parent\nA,A,C\nC,C,C\nD,D,D\n", Self.customers)
      #expect(run.read == 3 && run.rejected == 3 && run.merged == 0)
      #expect(try await shop.rejects(run).map(\.field) == ["parent", "parent", "parent"])
      #expect(try await shop.rejects(run).first?.reason == "A would stand under itself.")
      #expect(try await shop.dump().filter { !$0.contains("text(\"D\")") && !$0.contains("Person D") } == before)
      for key in ["A", "B", "C"] {
        let start = try #require(try await shop.customers.find(externalKey: key, for: .operator))
        var above = start.parent
        var steps = 0
        while let next = above, steps < 10 {
          #expect(next != start.id)
          above = try await shop.customers.find(next, for: .operator).parent
          steps += 1
        }
        #expect(steps < 10, "\(key) stands under itself")
      }
    }
  }

  @Test(arguments: Stores.underTest) func `products come with their categories`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let text =
        "product_id,product name,category,product_type,brand,supplier\nP1,Cup,Kitchen,Cups,Own,S1\nP2,Tea,Food,,Own,\n"
      let run = try await shop.take(text, Self.products)
      #expect(shop.counts(run) == "2 = 2 + 0 + 0, 0 corrected")
      let before = try await shop.dump()
      #expect(shop.counts(try await shop.take(text, Self.products)) == "2 = 0 + 2 + 0, 0 corrected")
      #expect(try await shop.dump() == before)
      let path = try await shop.database.read { tx in
        try tx.rows(
          """
          SELECT p.name, c.name AS category, a.name AS above, p.supplier FROM product p
          JOIN product_category c ON c.id = p.category_id LEFT JOIN product_category a ON a.id = c.parent_id
          ORDER BY p.external_id
          """
        ) { row in
          let (name, category): (String, String) = (try row("name"), try row("category"))
          let above: String? = try row("above")
          let supplier: String? = try row("supplier")
          return "\(name) \(above ?? "-")/\(category) \(supplier ?? "-")"
        }
      }
      #expect(path == ["Cup Kitchen/Cups S1", "Tea -/Food -"])
      let change = try await shop.take("product_id,product name\nP1,Mug\n", Self.products)
      #expect(shop.counts(change) == "1 = 0 + 1 + 0, 1 corrected")
      _ = try await shop.imports.undo(change.id, by: .operator)
      #expect(try await shop.dump() == before)
    }
  }

  @Test(arguments: Stores.underTest) func `one row may count several things`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let text = """
        customer,date,visits,calls,ticket minutes,payments
        C1,2024-01-05,1,3,,
        C1,2024-01-06,,2,45.5,
        C2,2024-01-06,,,,19.90
        C2,2024-01-07,,,,

        """
      let run = try await shop.take(text, Self.drivers)
      #expect(shop.counts(run) == "4 = 3 + 0 + 1, 0 corrected")
      let ada = try #require(try await shop.customers.find(externalKey: "C1", for: .operator))
      let totals = try await CostDrivers(shop.database).totals(of: ada.id, for: .operator)
      #expect(
        totals.map { "\($0.kind.rawValue) \($0.count) \($0.pieces) \($0.minutes)" } == [
          "call 2 5.0 0.0", "ticket 1 0.0 45.5", "visit 1 1.0 0.0",
        ])
      let before = try await shop.dump()
      #expect(shop.counts(try await shop.take(text, Self.drivers)) == "4 = 0 + 3 + 1, 0 corrected")
      #expect(try await shop.dump() == before)
    }
  }

  @Test(arguments: Stores.underTest)
  func `overlapping counts add up row by row`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let head = "customer,order,date,visits,calls,deliveries,ticket minutes\n"
      try await shop.take(head + "C1,V1,2024-01-05,1,3,,\n", Self.drivers)
      // The first row is known and tells two things more; the second is new.
      let run = try await shop.take(
        head + "C1,V1,2024-01-05,1,3,2,10\nC1,V2,2024-01-06,1,1,1,1\n", Self.drivers)
      #expect(run.addsUp && run.loaded >= 0 && run.merged >= 0)
      #expect(shop.counts(run) == "2 = 1 + 1 + 0, 1 corrected")
      // Two deliveries of one order are two; the same row told twice is one.
      let two = try await shop.take(
        head + "C1,V9,2024-01-05,1,3,,\nC1,V9,2024-01-07,1,4,,\nC1,V9,2024-01-07,1,4,,\n", Self.drivers)
      #expect(shop.counts(two) == "3 = 2 + 1 + 0, 0 corrected")
      let correction = try await shop.take(head + "C1,V1,2024-01-05,2,3,2,10\n", Self.drivers)
      #expect(shop.counts(correction) == "1 = 0 + 1 + 0, 1 corrected")
      let ada = try #require(try await shop.customers.find(externalKey: "C1", for: .operator))
      let visits = try await CostDrivers(shop.database).totals(of: ada.id, for: .operator).last
      #expect(visits?.kind == .visit && visits?.pieces == 5)
    }
  }

  @Test(arguments: Stores.underTest) func `a file may count one thing, a row each`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let text = "customer,date,quantity\nC1,2024-01-05,\nC1,2024-01-05,\nC2,2024-01-06,3\n"
      func coupons(_ order: inout ImportOrder) {
        Self.drivers(&order)
        order.driver = .coupon
      }
      let run = try await shop.take(text, coupons)
      #expect(shop.counts(run) == "3 = 3 + 0 + 0, 0 corrected")
      let before = try await shop.dump()
      #expect(shop.counts(try await shop.take(text, coupons)) == "3 = 0 + 3 + 0, 0 corrected")
      #expect(try await shop.dump() == before)
      let longer = try await shop.take(text + "C1,2024-01-05,\n", coupons)
      #expect(shop.counts(longer) == "4 = 1 + 3 + 0, 0 corrected")
      _ = try await shop.imports.undo(longer.id, by: .operator)
      #expect(try await shop.dump() == before)
    }
  }
}
