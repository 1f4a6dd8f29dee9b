import Customers
import Kernel
import Portfolio
import Store
import StoreTesting
import Testing

@Suite struct OverrideTests {
  @Test(arguments: Stores.underTest)
  func `a person's strategy holds until it is taken back, and the rules' stays beside it`(_ store: Dialect) async throws
  {
    try await withDecided(store) { house in
      let before = try await house.row("C40")
      let made = try await house.overrule("C40", .enhance)
      let after = try await house.row("C40")
      #expect(after.strategy == .enhance && after.override?.reason == "Because." && after.ruled == before.ruled)
      #expect(after.heading == .enhance && made.ruled == before.ruled)
      _ = try await house.overrides.withdraw(made.id, by: .operator)
      #expect(try await house.row("C40") == before)
      let history = try await house.overrides.history(for: .operator)
      #expect(history.count == 1 && history.first?.withdrawal?.by == "operator")
      let again = await #expect(throws: Problem.self) {
        try await house.overrides.withdraw(made.id, by: .operator)
      }
      #expect(again?.kind == .conflict)
    }
  }

  @Test(arguments: Stores.underTest)
  func `the newest override counts, and taking it back leads to the rules`(_ store: Dialect) async throws {
    try await withDecided(store) { house in
      let first = try await house.overrule("C5", .enhance)
      let second = try await house.overrule("C5", .protect)
      #expect(try await house.row("C5").strategy == .protect)
      let problem = await #expect(throws: Problem.self) {
        try await house.overrides.withdraw(first.id, by: .operator)
      }
      #expect(problem?.kind == .conflict)
      _ = try await house.overrides.withdraw(second.id, by: .operator)
      #expect(try await house.row("C5").override == nil)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a reason and a strategy are needed, and a scenario knows no override`(_ store: Dialect) async throws {
    #expect(throws: Problem.self) { try Override.Draft(strategy: "protect", reason: " ") }
    #expect(throws: Problem.self) { try Override.Draft(strategy: "delight", reason: "So.") }
    try await withDecided(store) { house in
      try await house.overrule("C5", .enhance)
      let question = try await house.portfolios.question(scenario: "S1", for: .operator)
      let published = try await house.portfolios.run(question, for: .operator)
      #expect(published?.strategies.assignments.allSatisfy { $0.override == nil } ?? true)
      let guest = Actor(user: 7, name: "Guest", grants: [.init(.see, .analysis, .all), .init(.see, .customer, .all)])
      let problem = await #expect(throws: Problem.self) {
        try await house.overrides.create(
          try Override.Draft(strategy: "protect", reason: "So."), for: try await house.customer("C5"),
          against: try await house.assignment("C5"), by: guest)
      }
      #expect(problem?.kind == .notAllowed)
    }
  }

  @Test(arguments: Stores.underTest)
  func `ending counts once a person approved it`(_ store: Dialect) async throws {
    try await withDecided(store) { house in
      let unchecked = await #expect(throws: Problem.self) { try await house.overrule("C1", .end) }
      #expect(unchecked?.kind == .notAllowed)
      try await house.overrule("C1", .end, checked: true)
      var row = try await house.row("C1")
      #expect(row.strategy == nil && row.proposed == .end && row.heading == .endProposed && row.ending == .waiting)
      #expect(try await house.portfolio().endings.map(\.state) == [.waiting])
      let approved = try await house.answer("C1", .approved)
      row = try await house.row("C1")
      #expect(row.strategy == .end && row.heading == .end && row.ending == .approved)
      _ = try await house.endings.withdraw(approved.id, by: .operator)
      #expect(try await house.row("C1").heading == .endProposed)
      try await house.answer("C1", .rejected)
      row = try await house.row("C1")
      #expect(row.strategy == .harvest && row.heading == .harvest && row.ending == .rejected)
      #expect(try await house.endings.history(for: .operator).map(\.answer) == [.rejected, .approved])
      let problem = await #expect(throws: Problem.self) { try await house.answer("C2", .approved) }
      #expect(problem?.kind == .conflict)
    }
  }

  @Test(arguments: Stores.underTest)
  func `an answer given before somebody else proposed the ending says nothing`(_ store: Dialect) async throws {
    try await withDecided(store) { house in
      let first = try await house.overrule("C1", .end, checked: true)
      try await house.answer("C1", .approved)
      _ = try await house.overrides.withdraw(first.id, by: .operator)
      house.clock.now = house.clock.now.adding(seconds: 60)
      try await house.overrule("C1", .end, checked: true)
      #expect(try await house.row("C1").ending == .waiting)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a customer that went with its import and came again finds its override`(_ store: Dialect) async throws {
    try await withDecided(store) { house in
      let run = try await house.shop.take(Decided.orders(41...45))
      try await house.overrule("C41", .protect)
      let before = try await house.customer("C41").id
      _ = try await house.shop.imports.undo(run.id, by: .operator)
      #expect(try await house.customers.find(externalKey: "C41", for: .operator) == nil)
      #expect(try await house.book().rows.count == 40)
      // The same file under another name: the number of the feed is what is the same.
      try await house.shop.take(Decided.orders(41...45) + "\n")
      #expect(try await house.customer("C41").id != before)
      #expect(try await house.row("C41").strategy == .protect)
    }
  }
}
