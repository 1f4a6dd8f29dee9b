import Conditions
import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Testing

/// Everything of segments, forecast and treatment over one shop.
struct SegmentHouse {
  let segments: Segments
  let forecasts: SalesForecasts
  let treatments: Treatments
  let contributions: Contributions
  let assumptions: Assumptions
  let customers: Customers

  init(_ shop: Shop) {
    let ledgers = PurchaseLedgers(shop.database)
    let drivers = CostDrivers(shop.database)
    assumptions = Assumptions(shop.database, clock: Stores.clock)
    customers = Customers(shop.database, clock: Stores.clock)
    contributions = Contributions(
      Purchases(shop.database), drivers: drivers, ledgers: ledgers, companies: shop.companies)
    let equities = CustomerEquities(ledgers, companies: shop.companies)
    let portfolios = shop.portfolios
    segments = Segments(
      shop.database, clock: Stores.clock, contributions: contributions, equities: equities, assumptions: assumptions,
      drivers: drivers, ledgers: ledgers, observations: shop.observations, customers: customers,
      companies: shop.companies)
    forecasts = SalesForecasts(segments)
    treatments = Treatments(shop.database, clock: Stores.clock, portfolios: portfolios, segments: segments)
  }

  /// Segment by the name the feed knows a customer under.
  func names(_ keys: [String], for actor: Actor = .operator) async throws -> [String: String] {
    let names = try await segments.names(for: actor)
    var found: [String: String] = [:]
    for key in keys {
      if let customer = try await customers.find(externalKey: key, for: actor) { found[key] = names[customer.id] }
    }
    return found
  }
}

/// Ten customers: C1 buys for 10 once, C10 for 100 ten times.
let tenBuyers: String = {
  var text = "customer,order,date,amount\n"
  for customer in 1...10 {
    for order in 1...customer {
      let day = 1 + (customer * 7 + order * 3) % 28
      text +=
        "C\(customer),O\(customer)-\(order),2024-0\(1 + order % 6)-\(day < 10 ? "0" : "")\(day),\(customer * 10).00\n"
    }
  }
  return text
}()

private func large() throws -> Segment { try Segment(name: "Large", rule: .measure(.sales, .atLeast, 40_000)) }
private func others() throws -> Segment { try Segment(name: "Others", rule: .measure(.orders, .atLeast, 1)) }

@Suite struct SegmentRecordTests {
  @Test(arguments: Stores.underTest)
  func `what is handed on names the segments in use, before that what files call segment`(
    store: Dialect
  ) async throws {
    try await withShop(store) { shop in
      try await shop.take("customer,order,date,amount\nA,O1,2024-05-01,500.00\nB,O2,2024-05-02,5.00\n", .purchases)
      try await shop.take("customer,name,kind,Segment\nA,A,person,Wholesale\nB,B,person,Retail\n", .customers)
      let house = SegmentHouse(shop)
      let portfolios = shop.portfolios(segments: house.segments)
      func named() async throws -> [String: String?] {
        let question = try await portfolios.question(scenario: nil, for: .operator)
        let book = try #require(try await portfolios.book(question, for: .operator))
        return Dictionary(book.rows.map { ($0.externalID ?? "", $0.segment) }, uniquingKeysWith: { first, _ in first })
      }
      #expect(try await named() == ["A": "Wholesale", "B": "Retail"])
      _ = try await house.segments.create("By hand", segments: [try large(), try others()], uses: true, by: .operator)
      #expect(try await named() == ["A": "Large", "B": "Others"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `members follow the rules and the data, also when an import is taken back`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(tenBuyers)
      let house = SegmentHouse(shop)
      let made = try await house.segments.create(
        "By hand", segments: [try large(), try others()], uses: true, by: .operator)
      #expect(made.isInUse && made.segments.map(\.name) == ["Large", "Others"])
      // C7 buys seven times for 70: 490.00.
      #expect(try await house.names(["C6", "C7", "C10"]) == ["C6": "Others", "C7": "Large", "C10": "Large"])
      let more = try await shop.take("customer,order,date,amount\nC6,X1,2024-06-20,50.00\n")
      #expect(try await house.names(["C6"]) == ["C6": "Large"])
      _ = try await shop.imports.undo(more.id, by: .operator)
      #expect(try await house.names(["C6"]) == ["C6": "Others"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `what was made, changed, ended and brought back stays in the history`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(tenBuyers)
      let segments = SegmentHouse(shop).segments
      let made = try await segments.create("Mine", segments: [try large()], by: .operator)
      let second = try await segments.add(try others(), to: made.id, by: .operator)
      let changed = try Segment(name: "Rest", rule: .measure(.orders, .above, 2))
      try await segments.change(second, to: changed, rank: 1, by: .operator)
      var book = try await segments.book(for: .operator)
      #expect(book[made.id]?.segments.map(\.name) == ["Rest", "Large"] && book.inUse == nil)
      _ = try await segments.setEnded(true, second, by: .operator)
      book = try await segments.book(for: .operator)
      #expect(book[made.id]?.segments.map(\.name) == ["Large"] && book[made.id]?.endedParts.map(\.id) == [second])
      _ = try await segments.setEnded(false, second, by: .operator)
      _ = try await segments.mark(.used, made.id, by: .operator)
      _ = try await segments.mark(.ended, made.id, by: .operator)
      book = try await segments.book(for: .operator)
      #expect(book.inUse == nil && book.standing.isEmpty && book[made.id]?.isEnded == true)
      let kinds = try #require(book[made.id]?.history.map(\.kind))
      #expect(kinds == [.ended, .left, .used, .restored, .ended, .changed, .made, .made, .made])
      #expect(book[made.id]?.part(second)?.changes == 1)
      #expect(try await segments.names(for: .operator).isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `names stand for one segment, and what is wrong is refused by its field`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(tenBuyers)
      let segments = SegmentHouse(shop).segments
      let made = try await segments.create("Mine", segments: [try large()], by: .operator)
      let first = await #expect(throws: Problem.self) { _ = try await segments.create("Mine", by: .operator) }
      let second = await #expect(throws: Problem.self) {
        _ = try await segments.add(try large(), to: made.id, by: .operator)
      }
      let third = await #expect(throws: Problem.self) {
        try await segments.rate(made.parts[0].id, ["fit": 101], by: .operator)
      }
      #expect([first?.field, second?.field, third?.field] == ["segmentation", "name", "fit"])
      let nobody = Actor(user: 1, name: "Guest", grants: [])
      let unseen = await #expect(throws: Problem.self) { _ = try await segments.book(for: nobody) }
      let reader = Actor(user: 1, name: "Reader", grants: Set(Actor.everything.filter { $0.verb == .see }))
      let unmarked = await #expect(throws: Problem.self) { _ = try await segments.mark(.used, made.id, by: reader) }
      #expect(unseen?.kind == .notAllowed && unmarked?.kind == .notAllowed)
      let misplaced = await #expect(throws: Problem.self) {
        _ = try await segments.mark(.restored, made.id, by: .operator)
      }
      #expect(misplaced?.kind == .conflict)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a rule tells for how many it holds before it is saved`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(tenBuyers)
      let segments = SegmentHouse(shop).segments
      let made = try await segments.create("Mine", segments: [try large()], by: .operator)
      let preview = try #require(
        try await segments.preview(.measure(.orders, .atLeast, 5), in: made, changing: nil, for: .operator))
      #expect(preview.holds == 6 && preview.customers == 10 && preview.takenBefore == 4 && preview.unknown == 0)
      let unknown = try #require(
        try await segments.preview(.trait("size", oneOf: ["s"]), in: nil, changing: nil, for: .operator))
      #expect(unknown.holds == 0 && unknown.unknown == 10)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a proposal of k-means keeps k, seed and centres, and takes those who come later`(store: Dialect) async throws {
    try await withShop(store) { shop in
      var text = "customer,order,date,amount\n"
      for customer in 1...40 {
        let isLarge = customer % 2 == 0
        for order in 1...(isLarge ? 8 : 1) {
          text +=
            "K\(customer),P\(customer)-\(order),2024-0\(order)-1\(customer % 9),\(isLarge ? 900 + customer : 30 + customer).00\n"
        }
      }
      try await shop.take(text)
      let house = SegmentHouse(shop)
      let question = try SegmentProposal.Question(.clusters, measures: [.sales, .orders], seed: 7)
      let proposal = try #require(try await house.segments.proposal(question, for: .operator))
      #expect(proposal.rows.count == 2 && proposal.chosen?.clusters == 2 && proposal.outside == 0)
      #expect((proposal.chosen?.silhouette ?? 0) > 0.9)
      let made = try await house.segments.create(
        "Clusters", .clusters, segments: proposal.segments, uses: true, by: .operator)
      #expect(
        made.centres?.seed == 7 && made.centres?.centres.count == 2 && made.centres?.measures == [.sales, .orders])
      let before = try await house.names(["K2", "K3"])
      #expect(before["K2"] != before["K3"] && before.count == 2)
      try await shop.take("customer,order,date,amount\nNew,N1,2024-08-20,12.00\n")
      #expect(try await house.names(["New"])["New"] == before["K3"])
      #expect(throws: Problem.self) { try SegmentProposal.Question(.clusters, measures: [.sales]) }
      #expect(throws: Problem.self) { try SegmentProposal.Question(.rules) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `segments by size, by scores and by a trait hold everybody once`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(tenBuyers)
      let segments = SegmentHouse(shop).segments
      for method in [Segmentation.Method.size, .scores] {
        let proposal = try #require(
          try await segments.proposal(try SegmentProposal.Question(method), for: .operator))
        #expect(proposal.rows.map(\.customers).reduce(0, +) == 10 && proposal.outside == 0)
      }
      let trait = try #require(
        try await segments.proposal(try SegmentProposal.Question(.trait, trait: "size"), for: .operator))
      #expect(trait.rows.isEmpty && trait.outside == 10)
    }
  }

  @Test(arguments: Stores.underTest)
  func `the walks of the segments add up to the walk of all`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(tenBuyers)
      let house = SegmentHouse(shop)
      try await house.assumptions.enter(
        [.margin: 0.3, .order: 1.5], since: try await shop.companies.today(), by: .operator)
      let made = try await house.segments.create("By hand", segments: [try large()], uses: true, by: .operator)
      let set = try await house.assumptions.inForce(on: try await shop.companies.today(), for: .operator)
      let contribution = try #require(
        try await house.contributions.answer(.trailing(365), assumptions: set, for: .operator))
      let walks = try await house.segments.walks(contribution, for: .operator)
      #expect(walks.rows.map(\.name) == ["Large", "In no segment"])
      #expect(walks.rows.compactMap(\.walk.contribution).reduce(0, +) == contribution.walk.contribution)
      #expect(walks.rows.map(\.walk.net).reduce(0, +) == contribution.walk.net)
      let book = try await house.segments.book(for: .operator)
      let sheet = try #require(
        try await house.segments.sheet(made, stamp: book.stamp, for: .operator))
      #expect(sheet.profiles[0].walk == walks.rows[0].walk)
      #expect(abs((sheet.profiles[0].marginRate ?? 0) - 0.28) < 0.02 && sheet.profiles[0].growth == nil)
    }
  }

  @Test(arguments: Stores.underTest)
  func `ratings and figures place a segment on the map`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(tenBuyers)
      let segments = SegmentHouse(shop).segments
      let made = try await segments.create("Mine", segments: [try large(), try others()], by: .operator)
      let first = made.parts[0].id
      try await segments.rate(first, ["fit": 90, "rivalry": 100], by: .operator)
      try await segments.rate(first, ["rivalry": nil, "entryBarrier": 100], by: .operator)
      let book = try await segments.book(for: .operator)
      let after = try #require(book[made.id])
      #expect(after.parts[0].ratings.fit == 90 && after.parts[0].ratings.items == [.entryBarrier: 100])
      let sheet = try #require(try await segments.sheet(after, stamp: book.stamp, for: .operator))
      // The largest of the two, and the easiest to enter: 100 on all that is known.
      #expect(sheet.attractiveness.segments[0].attractiveness.value == 100)
      #expect(sheet.attractiveness.segments[0].cell == .init(attractiveness: .high, fit: .high))
      #expect(sheet.attractiveness.segments[1].cell == nil)
    }
  }

  @Test func `a condition reads back as it was written`() throws {
    for text in ["sales atLeast 1000", "netPrice below 0.9", "trait income is Low|Middle", "trait a b isNot c d"] {
      let condition = try SegmentCondition(text: text)
      #expect(condition.text == text)
    }
    for bad in ["sales", "sales atLeast", "trait income", "trait is x"] {
      #expect(throws: Problem.self) { try SegmentCondition(text: bad) }
    }
    let rule = try SegmentRule(alternatives: [
      [.measure(.orders, .above, 2), .measure(.sales, .above, 100)], [.trait("a", oneOf: ["b"])],
    ])
    let groups = try #require(rule.alternatives(minorPerMajor: 100, number: { "\($0)" }, sharesArePercent: false))
    #expect(groups.map { $0.map(\.text) } == [["orders above 2.0", "sales above 1.0"], ["trait a is b"]])
    #expect(throws: Problem.self) { try SegmentRule(alternatives: [[]]) }
  }
}

@Suite struct SegmentForecastTests {
  /// Forty weeks of two customers, one growing.
  private static let weekly: String = {
    var text = "customer,order,date,amount\n"
    var day = Day(19_723)
    for week in 0..<40 {
      text += "A,A\(week),\(day),\(100 + week % 3).00\nB,B\(week),\(day.adding(days: 1)),\(10 + week).00\n"
      day = day.adding(days: 7)
    }
    return text
  }()

  @Test(arguments: Stores.underTest)
  func `segments are forecast by the method least wrong for each, and held against the whole`(
    store: Dialect
  ) async throws {
    try await withShop(store) { shop in
      try await shop.take(Self.weekly)
      let house = SegmentHouse(shop)
      let alone = try #require(try await house.forecasts.answer(for: .operator))
      #expect(alone.rows.isEmpty && alone.segmentation == nil && alone.sum == nil)
      _ = try await house.segments.create(
        "By hand", segments: [try Segment(name: "Big", rule: .measure(.sales, .atLeast, 300_000)), try others()],
        uses: true, by: .operator)
      let answer = try #require(try await house.forecasts.answer(for: .operator))
      let whole = try #require(answer.whole)
      #expect(answer.rows.map(\.name) == ["Big", "Others"] && answer.rows.allSatisfy { $0.forecast != nil })
      #expect(abs((answer.sum ?? 0) - whole.total) < 0.1 * whole.total)
      #expect((answer.errorOfSum ?? 1) < 0.1)
      #expect(whole.fan.count == 13 && whole.fan.map(\.value) == whole.next)
      let band = try #require(whole.fan[0].most)
      #expect(band.low < band.high && abs(band.low / whole.fan[0].value - 1) < 0.2)
      let weeks = answer.rows.compactMap(\.forecast).map { $0.weeks.map(\.major).reduce(0, +) }.reduce(0, +)
      #expect(abs(weeks - whole.weeks.map(\.major).reduce(0, +)) < 0.001)
      let far = try #require(try await house.forecasts.answer(horizon: 26, for: .operator))
      #expect(far.whole == nil && far.weeks >= 38)
    }
  }

  @Test(arguments: Stores.underTest) func `an empty company has no forecast`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let answer = try await SegmentHouse(shop).forecasts.answer(for: .operator)
      #expect(answer == nil)
    }
  }
}

@Suite struct TreatmentRecordTests {
  @Test(arguments: Stores.underTest)
  func `a rule for a segment finds who did not get what is due`(store: Dialect) async throws {
    try await withShop(store) { shop in
      try await shop.take(tenBuyers, .purchases)
      try await shop.take(
        "customer,date,visits,visit_minutes\nC10,2024-06-15,1,30\nC9,2024-02-02,1,45\nC1,2024-06-01,1,5\n", .drivers)
      let house = SegmentHouse(shop)
      let made = try await house.segments.create("By hand", segments: [try large()], uses: true, by: .operator)
      let rule = try TreatmentRule(nil, segment: made.parts[0].id, needsOwner: false, reviewDays: 90)
      _ = try await house.treatments.enter(rule, by: .operator)
      let review = try #require(try await house.treatments.review(for: .operator))
      // Large are C7 to C10; only C10 was visited within 90 days.
      #expect(review.checks.count == 4 && review.breaches.count == 3 && review.rules.map(\.customers) == [4])
      #expect(
        review.breaches.allSatisfy { $0.isReviewOverdue } && review.missing.contains("when requests were answered"))
      let visits = try #require(review.comparisons.first { $0.measure == .visits })
      #expect(visits.others == 0.3 && visits.those == nil)
      let report = try #require(try await house.treatments.report(for: .operator))
      #expect(report.table.map { $0[0] }.sorted() == ["C7", "C8", "C9"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `the newest rule for the same customers holds, and one taken back holds no more`(store: Dialect) async throws {
    try await withShop(store) { shop in
      let treatments = SegmentHouse(shop).treatments
      let first = try await treatments.enter(
        try TreatmentRule(.benchmark, needsOwner: true), by: .operator)
      let second = try await treatments.enter(
        try TreatmentRule(.benchmark, needsOwner: false, reviewDays: 30), by: .operator)
      #expect(try await treatments.rules(for: .operator).map(\.id) == [second.id])
      await #expect(throws: Problem.self) { try await treatments.takeBack(first.id, by: .operator) }
      try await treatments.takeBack(second.id, by: .operator)
      #expect(try await treatments.rules(for: .operator).isEmpty)
      let empty = try TreatmentRule(.benchmark, needsOwner: false)
      await #expect(throws: Problem.self) { _ = try await treatments.enter(empty, by: .operator) }
      let stranger = try TreatmentRule(.benchmark, needsOwner: false, owner: 999)
      let unknown = await #expect(throws: Problem.self) { _ = try await treatments.enter(stranger, by: .operator) }
      #expect(unknown?.field == "owner")
      #expect(throws: Problem.self) { try TreatmentRule(nil, needsOwner: true) }
      let review = try await treatments.review(for: .operator)
      #expect(review == nil)
    }
  }

  @Test func `a rule for a kind in a segment asks both`() throws {
    let rule = try TreatmentRule(.benchmark, segment: ID(7), needsOwner: true, owner: 3)
    #expect(rule.holds(for: [.benchmark], segment: ID(7)) && !rule.holds(for: [.benchmark], segment: ID(8)))
    #expect(!rule.holds(for: [], segment: ID(7)))
    let treatment = try #require(Treatment([.benchmark], segment: ID(7), by: [rule]))
    #expect(treatment.isOwnerNamed)
    let check = TreatmentCheck(
      .init(ID(1), hasOwner: false), due: treatment, lifetimeValue: nil, judged: Day(0), asOf: Day(9))
    #expect(check.isKept)
  }
}
