import Conditions
import Customers
import Foundation
import Kernel
import Store
import StoreTesting
import Tabular
import Testing

/// A file before it comes in, and customers who are there already when it does.
@Suite struct ImportDraftTests {
  private static let odd = """
    Nr.,Wer,Post,Klasse,Intern
    C1,Ada,ada@example.org,A,x
    ,Ben,ben@example.org,B,y
    C3,Cy,cy@example.org,n/a,z
    C4,Di,di@example.org,n/a,z

    """

  private static func look(_ text: String, _ order: ImportOrder) throws -> ImportLook {
    let company = Company(name: "Shop", currency: .euro, timeZone: "Europe/Berlin")
    let today = try #require(Day("2026-01-15"))
    return try ImportLook(ByteSource(text: text, name: "odd.csv"), order: order, company: company, today: today)
  }

  private static var order: ImportOrder {
    var order = ImportOrder(feed: "crm", subject: .customers)
    order.hasHeader = true
    return order
  }

  @Test func `a file without what it needs is shown with its columns all the same`() throws {
    let look = try Self.look("Wann,Klasse\nheute,A\n", ImportOrder(feed: "crm", subject: .purchases))
    #expect(look.problem?.field == "customer")
    #expect(look.columns.map(\.header) == ["Wann", "Klasse"])
    #expect(look.columns.first?.samples == ["heute"])
  }

  @Test func `columns are mapped by choice, kept as traits by another name, or left out`() throws {
    var order = Self.order
    let headers = ["Nr.", "Wer", "Post", "Klasse", "Intern"]
    try order.map(
      [0: "customer", 1: "customerName", 2: "email", 3: "trait", 4: ""], traits: [3: "Class"], headers: headers)
    var look = try Self.look(Self.odd, order)
    #expect(look.columns.map { $0.role ?? $0.trait ?? "-" } == ["customer", "customerName", "email", "Class", "-"])
    #expect("\(look.read) \(look.good) \(look.rejected)" == "4 3 1")
    #expect(look.rows[1].cells[0].reason == "It is empty.")
    // The missing number is written in, the value that means nothing is replaced everywhere.
    var patches = CellPatches()
    patches.cells = [3: [0: "C2"]]
    patches.replacements = [.init(column: 3, from: "n/a", to: "C")]
    order.patches = patches
    look = try Self.look(Self.odd, order)
    #expect("\(look.read) \(look.good) \(look.rejected)" == "4 4 0")
    #expect(look.rows[1].cells[0].isMended && look.rows[2].cells[3].text == "C")
    let twice = #expect(throws: Problem.self) {
      var order = Self.order
      try order.map([0: "email", 2: "email"], traits: [:], headers: headers)
    }
    #expect(twice?.message == "“Nr.” and “Post” cannot both be the e-mail address.")
  }

  @Test(arguments: Stores.underTest) func `corrections come in with the file, and are not remembered`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      var order = Self.order
      try order.map(
        [0: "customer", 1: "customerName", 2: "email", 3: "trait"], traits: [3: "Class"],
        headers: ["Nr.", "Wer", "Post", "Klasse", "Intern"])
      var patches = CellPatches()
      patches.cells = [3: [0: "C2"]]
      order.patches = patches
      let run = try await shop.carryOut(try await shop.begin(order), Self.odd)
      #expect(shop.counts(run) == "4 = 4 + 0 + 0, 0 corrected")
      let ben = try #require(try await shop.customers.find(externalKey: "C2", for: .operator))
      #expect(ben.name == "Ben")
      let traits = try await shop.customers.traits(of: ben.id, for: .operator).map { "\($0.name) \($0.value)" }
      #expect(traits == ["Class B"])
      let feeds = Feeds(shop.database, clock: Stores.clock)
      let remembered = try #require(try await feeds.order(named: "crm", for: .operator))
      #expect(
        remembered.patches == nil && remembered.traits?["Klasse"] == "Class" && remembered.traits?["Intern"] == "")
    }
  }

  @Test(arguments: Stores.underTest) func `a draft is found by who sent it, and becomes one import`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      let drafts = ImportDrafts(shop.database, clock: Stores.clock)
      let one = Actor(
        user: 1, name: "One", grants: [.init(.create, .importRun, .own), .init(.create, .customer, .own)])
      let other = Actor(user: 2, name: "Two", grants: one.grants)
      let made = try await drafts.create(Self.order, fileName: "odd.csv", path: "/nowhere", by: one)
      #expect(try await drafts.find(made.id, for: one).fileName == "odd.csv")
      let unknown = await #expect(throws: Problem.self) { try await drafts.find(made.id, for: other) }
      #expect(unknown?.kind == .notFound)
      #expect(try await drafts.awaited() == ["/nowhere"])
      let run = try await shop.imports.begin(
        Self.order, fileName: "odd.csv", path: "/nowhere", queue: true, by: one, draft: made.id)
      #expect(try await drafts.find(made.id, for: one).run == run.id)
      let again = await #expect(throws: Problem.self) {
        try await shop.imports.begin(
          Self.order, fileName: "odd.csv", path: "/nowhere", queue: true, by: one, draft: made.id)
      }
      #expect(again?.kind == .conflict)
      try await drafts.remember(Self.order, headers: ["Nr.", "Wer"])
      #expect(try await drafts.remembered(["Nr.", "Wer"])?.feed == "crm")
      #expect(try await drafts.remembered(["Wer", "Nr."]) == nil)
    }
  }

  // Customers who are there already.

  private static let people =
    "customer,name,email,Region\nA1,Ada L.,ADA@example.org,North\nB1,Ben,ben@example.org,South\n"

  private static func draft(_ name: String, _ email: String) throws -> Customer.Draft {
    try Customer.Draft(kind: "person", name: name, email: email, parent: nil)
  }

  @Test(arguments: Stores.underTest) func `a customer is known by its address, updated, and put back`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      let ada = try await shop.customers.create(try Self.draft("Ada", "ada@example.org"), by: .operator)
      let before = try await shop.dump()
      let run = try await shop.take(Self.people) { ($0.feed, $0.subject) = ("crm", .customers) }
      #expect(shop.counts(run) == "2 = 1 + 1 + 0, 1 corrected")
      let found = try #require(try await shop.customers.find(externalKey: "A1", for: .operator))
      #expect(found.id == ada.id && found.name == "Ada L.")
      let again = try await shop.take(Self.people) { ($0.feed, $0.subject) = ("crm", .customers) }
      #expect(shop.counts(again) == "2 = 0 + 2 + 0, 0 corrected")
      _ = try await shop.imports.undo(run.id, by: .operator)
      #expect(try await shop.dump() == before)
    }
  }

  @Test(arguments: Stores.underTest) func `a customer who is there stays as it was, or a new one is made`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      let ada = try await shop.customers.create(try Self.draft("Ada", "ada@example.org"), by: .operator)
      let skipped = try await shop.take(Self.people) {
        ($0.feed, $0.subject, $0.policy) = ("crm", .customers, .skip)
      }
      #expect(shop.counts(skipped) == "2 = 1 + 1 + 0, 0 corrected" && skipped.skipped == 1)
      #expect(try await shop.customers.find(ada.id, for: .operator).name == "Ada")
      let made = try await shop.take(Self.people) { ($0.feed, $0.subject, $0.policy) = ("shop", .customers, .create) }
      #expect(shop.counts(made) == "2 = 2 + 0 + 0, 0 corrected")
    }
  }

  @Test(arguments: Stores.underTest) func `two customers of one address are told apart by their feed`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      let text = "customer,name,email\nA1,Ada,home@example.org\nA2,Bob,home@example.org\n"
      let run = try await shop.take(text) { ($0.feed, $0.subject) = ("crm", .customers) }
      #expect(shop.counts(run) == "2 = 2 + 0 + 0, 0 corrected")
      let third = try await shop.take("customer,name,email\nA3,Cy,home@example.org\n") {
        ($0.feed, $0.subject) = ("crm", .customers)
      }
      #expect(shop.counts(third) == "1 = 1 + 0 + 0, 0 corrected")
    }
  }

  @Test(arguments: Stores.underTest) func `nobody changes by a file whom they may not change by hand`(
    store: Store.Dialect
  ) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.people) { ($0.feed, $0.subject) = ("crm", .customers) }
      let own: Set<Actor.Grant> = [
        .init(.create, .importRun, .own), .init(.see, .importRun, .all), .init(.see, .customer, .own),
        .init(.create, .customer, .own), .init(.edit, .customer, .own),
      ]
      let seller = Actor(user: nil, name: "Seller", grants: own)
      var order = ImportOrder(feed: "crm")
      order.subject = .customers
      let run = try await shop.imports.begin(order, fileName: "x.csv", path: nil, queue: false, by: seller)
      let job = ImportJob(shop.imports, companies: shop.companies)
      let text = "customer,name\nA1,Mallory\nN1,New\n"
      let ended = try await job.carryOut(run, ByteSource(text: text), .silent, by: seller)
      #expect(shop.counts(ended) == "2 = 1 + 0 + 1, 0 corrected")
      #expect(try await shop.rejects(ended).first?.reason == "A1 is there already, and you may not change it.")
      #expect(try await shop.customers.find(externalKey: "A1", for: .operator)?.name == "Ada L.")
    }
  }
}
