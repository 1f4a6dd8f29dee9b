import Conditions
import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Tabular
import Testing
import Web

/// Matrices, ratings, fixed cost and saved scenarios over a shop, on both stores.
struct MatrixShop {
  let shop: Shop
  let customers: Customers
  let assumptions: Assumptions
  let portfolios: Portfolios
  let ratings: Ratings
  let matrices: Matrices
  let fixedCosts: FixedCosts
  let scenarios: SavedScenarios

  init(_ shop: Shop) {
    self.shop = shop
    customers = Customers(shop.database, clock: Stores.clock)
    (assumptions, portfolios) = (shop.assumptions, shop.portfolios)
    ratings = Ratings(
      shop.database, clock: Stores.clock, customers: customers, observations: shop.observations)
    matrices = Matrices(portfolios, ratings: ratings, drivers: CostDrivers(shop.database))
    fixedCosts = FixedCosts(portfolios)
    scenarios = SavedScenarios(shop.database, clock: Stores.clock)
  }

  /// Four customers, one in each of Shapiro's cells, and one without list prices.
  func fill() async throws {
    var text = "customer,order,line,date,amount,unit cost,list price,quantity\n"
    for (name, paid, orders) in [("A", 96, 8), ("B", 96, 1), ("C", 72, 8), ("D", 72, 1)] {
      for order in 1...orders {
        let each = Double(paid) / Double(orders)
        text += "\(name),\(name)\(order),1,2024-0\(order)-05,\(each),\(each / 4),\(100.0 / Double(orders)),1\n"
      }
    }
    text += "E,E1,1,2024-08-06,50.00,10.00,,1\n"
    try await shop.take(text)
    let today = try await shop.companies.today()
    try await assumptions.enter([.order: 2.0], since: today, by: .operator)
  }

  func id(_ key: String) async throws -> ID<Customer> {
    try #require(try await customers.find(externalKey: key, for: .operator)).id
  }

  func answer(
    _ kind: MatrixKind, _ lines: [MatrixLine: Double] = [:], byProfit: Bool? = nil
  ) async throws -> MatrixAnswer {
    try #require(
      try await matrices.answer(try MatrixQuestion(kind, lines: lines, byProfit: byProfit), for: .operator))
  }
}

func withMatrices(_ store: Store.Dialect, _ body: (MatrixShop) async throws -> Void) async throws {
  try await withShop(store) { try await body(MatrixShop($0)) }
}

@Suite struct MatrixPageTests {
  @Test(arguments: Stores.underTest)
  func `each of four customers is in the cell of its price and cost`(store: Store.Dialect) async throws {
    try await withMatrices(store) { shop in
      try await shop.fill()
      let answer = try await shop.answer(.shapiro)
      for (key, cell) in ["A": "carriageTrade", "B": "passive", "C": "bargainBasement", "D": "aggressive"] {
        let id = try await shop.id(key)
        #expect(answer.cell(of: id)?.id == cell)
      }
      let missing = try await shop.id("E")
      #expect(answer.unplaced.customers == [missing] && answer.unplaced.sales == 5_000)
      #expect(answer.gaps.map(\.customers) == [1])
      let sales = answer.cells.reduce(answer.unplaced.sales) { $0 + $1.content.sales }
      #expect(sales == 9_600 * 2 + 7_200 * 2 + 5_000)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a line that is put moves those between`(store: Store.Dialect) async throws {
    try await withMatrices(store) { shop in
      try await shop.fill()
      let before = try await shop.answer(.shapiro)
      let after = try await shop.answer(.shapiro, [.price: 60])
      let moves = before.moves(to: after)
      let ways = Set(moves.map { "\($0.from?.id ?? "") to \($0.to?.id ?? "")" })
      #expect(ways == ["bargainBasement to carriageTrade", "aggressive to passive"] && moves.count == 2)
      let high = try await shop.answer(.shapiro, [.price: 99])
      #expect(high["carriageTrade"]?.customers.isEmpty == true)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a rating that a file brought counts until somebody says otherwise`(store: Store.Dialect) async throws {
    try await withMatrices(store) { shop in
      try await shop.fill()
      let notes =
        "customer,kind,date,other,score\nA,rating,2024-05-01,importance.potential,5\nB,rating,2024-05-01,beauty,2\n"
      try await shop.shop.take(ByteSource(text: notes, name: "notes.csv")) {
        ($0.feed, $0.subject, $0.sourceName) = ("notes", .observations, "shop")
      }
      let a = try await shop.id("A")
      #expect(try await shop.ratings.standing(for: .operator).byAccount == [a: [.fiocca(.potential): 5]])
      try await shop.ratings.rate(a, [.fiocca(.potential): 2], by: .operator)
      #expect(try await shop.ratings.standing(for: .operator).byAccount == [a: [.fiocca(.potential): 2]])
    }
  }

  @Test(arguments: Stores.underTest)
  func `ratings place accounts and are taken back with who and when`(store: Store.Dialect) async throws {
    try await withMatrices(store) { shop in
      try await shop.fill()
      let (a, b) = (try await shop.id("A"), try await shop.id("B"))
      #expect(try await shop.answer(.fiocca)["key-easy"]?.customers.isEmpty == true)
      try await shop.ratings.rate(a, [.fiocca(.potential): 5, .fiocca(.competition): 1], by: .operator)
      try await shop.ratings.rate(b, [.fiocca(.potential): 1, .fiocca(.competition): 5], by: .operator)
      let rated = try await shop.answer(.fiocca)
      #expect(rated.cell(of: a)?.panel == 1 || rated["key-easy"]?.customers == [a])
      #expect(rated["nonKey-difficult"]?.customers == [b])
      #expect(rated.grade(of: a) == .declared && rated.axis(.importance)?.missing == 0)
      let nothing: Int? = nil
      try await shop.ratings.rate(b, [.fiocca(.competition): nothing], by: .operator)
      #expect(try await shop.answer(.fiocca)["nonKey-difficult"]?.customers.isEmpty == true)
      let history = try await shop.ratings.history(of: b, for: .operator)
      #expect(history.map(\.value) == [nil, 1, 5] || history.map(\.value) == [nil, 5, 1])
      #expect(history.allSatisfy { $0.by == "operator" })
    }
  }

  @Test(arguments: Stores.underTest)
  func `a rating outside 1 to 5 is refused and names its item`(store: Store.Dialect) async throws {
    try await withMatrices(store) { shop in
      try await shop.fill()
      let id = try await shop.id("A")
      for value in [0, 6] {
        let problem = await #expect(throws: Problem.self) {
          try await shop.ratings.rate(id, [.relationshipValue: value], by: .operator)
        }
        #expect(problem?.kind == .invalid && problem?.field == "relationshipValue")
      }
      let unseen = await #expect(throws: Problem.self) {
        try await shop.ratings.rate(ID(999_999_999), [.relationshipValue: 3], by: .operator)
      }
      #expect(unseen?.kind == .notFound)
    }
  }

  @Test(arguments: Stores.underTest)
  func `what is said of sites counts for their party until somebody speaks of the party`(
    store: Store.Dialect
  ) async throws {
    try await withMatrices(store) { shop in
      try await shop.fill()
      let (party, site) = (try await shop.id("A"), try await shop.id("B"))
      let draft = try Customer.Draft(kind: "site", name: "B", email: nil, parent: "\(party)")
      let before = try await shop.customers.find(site, for: .operator)
      _ = try await shop.customers.edit(site, draft, version: before.version, by: .operator)
      try await shop.ratings.rate(site, [.relationshipValue: 5], by: .operator)
      let bySite = try await shop.answer(.turnbullZolkiewski)
      #expect(bySite.axis(.relationship)?.values.compactMap { $0 } == [100])
      #expect(bySite.rows.count == 4 && bySite.cell(of: party)?.panel == 1)
      try await shop.ratings.rate(party, [.relationshipValue: 2], by: .operator)
      let byParty = try await shop.answer(.turnbullZolkiewski)
      #expect(byParty.axis(.relationship)?.values.compactMap { $0 } == [25])
    }
  }

  @Test(arguments: Stores.underTest)
  func `profit stands in for attractiveness until somebody rates it`(store: Store.Dialect) async throws {
    try await withMatrices(store) { shop in
      try await shop.fill()
      let a = try await shop.id("A")
      try await shop.ratings.rate(a, [.fiocca(.competition): 1, .fiocca(.potential): 5], by: .operator)
      #expect(try await shop.answer(.fiocca).byProfit)
      try await shop.ratings.rate(a, [.fiocca(.marketFactors): 5], by: .operator)
      #expect(try await !shop.answer(.fiocca).byProfit)
      #expect(try await shop.answer(.fiocca, byProfit: true).byProfit)
    }
  }

  @Test func `a line of another matrix or out of range is refused`() {
    for lines in [[MatrixLine.importance: 50], [.price: -1], [.price: .nan]] as [[MatrixLine: Double]] {
      #expect(throws: Problem.self) { try MatrixQuestion(.shapiro, lines: lines) }
    }
    #expect(throws: Problem.self) { try MatrixQuestion(.fiocca, lines: [.strengthLow: 80]) }
    #expect(throws: Problem.self) { try MatrixRoutes.question(.shapiro, Fields([("price", "much")])) }
    #expect(throws: Problem.self) { try MatrixRoutes.question(.fiocca, Fields([("by", "chance")])) }
  }

  @Test func `an address made from a question asks the same question`() throws {
    let question = try MatrixQuestion(.fiocca, lines: [.importance: 42.25, .strengthHigh: 70], byProfit: true)
    #expect(try MatrixRoutes.question(.fiocca, Fields(question.parameters)) == question)
    let german = try Format(
      decimal: ",", grouping: ".", dateOrder: .dayMonthYear, currency: .euro, zone: .gmt)
    for (text, value) in [("92,5", 92.5), ("92.5", 92.5), ("1.234", 1_234), ("90", 90)] {
      #expect(try MatrixRoutes.question(.shapiro, Fields([("cost", text)]), format: german).lines[.cost] == value)
    }
  }
}

@Suite struct SavedScenarioTests {
  @Test(arguments: Stores.underTest)
  func `a scenario is saved once under a name, compared, and deleted`(store: Store.Dialect) async throws {
    try await withMatrices(store) { shop in
      try await shop.fill()
      let comparing = ScenarioComparing(shop.scenarios, matrices: shop.matrices, fixedCosts: shop.fixedCosts)
      let one = try await shop.scenarios.save("Low", .matrix(.shapiro), [("price", "60")], by: .operator)
      let problem = await #expect(throws: Problem.self) {
        try await shop.scenarios.save("LOW", .matrix(.shapiro), [], by: .operator)
      }
      #expect(problem?.kind == .conflict && problem?.field == "name")
      let other = try await shop.scenarios.save("High", .matrix(.shapiro), [("price", "99")], by: .operator)
      let removal = try await shop.scenarios.save("Low", .fixedCost, [("top", "1")], by: .operator)
      let beside = try #require(try await comparing.comparison(one.id, nil, for: .operator))
      #expect(beside.moved == 2 && beside.left.title == "As it is")
      let both = try #require(try await comparing.comparison(one.id, other.id, for: .operator))
      #expect(both.moved == 4 && both.lines.map(\.left).compactMap { $0 }.reduce(0, +) == 4)
      let mixed = await #expect(throws: Problem.self) {
        _ = try await comparing.comparison(one.id, removal.id, for: .operator)
      }
      #expect(mixed?.field == "with")
      try await shop.scenarios.delete(one.id, by: .operator)
      #expect(try await shop.scenarios.all(for: .operator).map(\.name).sorted() == ["High", "Low"])
      let gone = await #expect(throws: Problem.self) { try await shop.scenarios.delete(one.id, by: .operator) }
      #expect(gone?.kind == .notFound)
    }
  }
}

@Suite struct FixedCostTests {
  @Test(arguments: Stores.underTest)
  func `taking the largest away turns those negative who only just carried their part`(
    store: Store.Dialect
  ) async throws {
    try await withMatrices(store) { shop in
      var text = "customer,order,line,date,amount,unit cost\nBIG,B1,1,2024-01-05,1000.00,100.00\n"
      for customer in 1...9 { text += "S\(customer),S\(customer),1,2024-01-06,20.00,10.00\n" }
      try await shop.shop.take(text)
      let today = try await shop.shop.companies.today()
      try await shop.assumptions.enter(
        [.order: 0.0, .orderMinutes: 10, .fixedCost: 90], since: today, by: .operator)
      let answer = try #require(try await shop.fixedCosts.answer(for: .operator))
      #expect(answer.isTimed && answer.count == 10)
      let step = try #require(answer.step(.largest(1)))
      // 90.00 over ten is 9.00 of 10.00 each; over nine it is all of it, and over eight too much.
      #expect(step.removed == 1 && step.remaining == 9 && step.lost == 90_000)
      let window = Double(answer.window.days) / 365
      #expect(step.turnedNegative == (90 * window / 9 > 10 ? 9 : 0))
      let both = try #require(answer.step(.largest(2)))
      #expect(both.turnedNegative == answer.turned(.largest(2)).count)
      let floors = try #require(answer.largest(1).first.flatMap { answer.floors($0.row) })
      #expect(floors.own == 0.1 && (floors.full ?? 0) > floors.own)
      #expect(answer.step(.chosen(answer.largest(10).map(\.row.customer))) == nil)
    }
  }

  @Test(arguments: Stores.underTest)
  func `without minutes shares are absorbed and no ratio is made up`(store: Store.Dialect) async throws {
    try await withMatrices(store) { shop in
      try await shop.fill()
      try await shop.assumptions.enter(
        [.fixedCost: 100], since: try await shop.shop.companies.today(), by: .operator)
      let answer = try #require(try await shop.fixedCosts.answer(for: .operator))
      #expect(!answer.isTimed && answer.step(.largest(1)) == nil)
      let load = try #require(answer.largest(1).first?.load)
      #expect((load.absorbed ?? 0) > 0 && load.used == nil && load.ratio == nil)
      #expect(answer.figures(.largest(1)).first { $0.id == "turnedNegative" }?.value == nil)
    }
  }

  @Test func `addresses say whom to take away`() throws {
    #expect(try FixedCostRoutes.removed(Fields([("top", "4")])) == .largest(4))
    #expect(try FixedCostRoutes.removed(Fields([("fifths", "1")])) == .fifths(1))
    #expect(try FixedCostRoutes.removed(Fields([("customer", "4"), ("customer", "9")])) == .chosen([ID(4), ID(9)]))
    #expect(try FixedCostRoutes.removed(Fields([])) == nil)
    for bad in [("top", "-1"), ("fifths", "5"), ("customer", "x")] {
      #expect(throws: Problem.self) { try FixedCostRoutes.removed(Fields([bad])) }
    }
  }
}
