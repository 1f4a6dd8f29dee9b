import Conditions
import Foundation
import Kernel
import Store
import StoreTesting
import Testing
import Web

@Suite struct DecisionTests {
  private static let today = Stores.clock.now.day(in: .gmt)
  private static let figure = Figure(
    id: "customersFor80", title: "Customers who bring 80 %", value: 0.326, unit: .share, asOf: today, window: nil,
    method: "F2", explanation: "Counted.", n: 23_570)
  private static let complete = [
    ("title", "Care for the best third"), ("choice", "Call them"), ("option", "Call them"), ("option", ""),
    ("option", "Write to them"), ("reason", "They bring most."), ("review", "2026-04-15"), ("expected", "30 %"),
    ("cost", "1,500.50"),
  ]

  private static func draft(
    _ changes: [String: String] = [:], figure: Figure = figure
  ) throws -> Decision.Draft {
    let fields = Fields(complete.map { ($0.0, changes[$0.0] ?? $0.1) })
    return try Decision.Draft(fields, figure: figure, format: Company(name: "Shop").format, today: today)
  }

  private func take(_ decisions: Decisions, by actor: Actor = .operator) async throws -> Decision {
    try await decisions.take(try Self.draft(), on: "/portfolio/concentration", figure: Self.figure, by: actor)
  }

  @Test(arguments: [
    ("title", ""), ("choice", " "), ("reason", ""), ("reason", "\n \n"), ("review", ""), ("review", "2026-01-15"),
    ("review", "2025-12-31"), ("review", "15.04.2026"), ("expected", "a lot"), ("expected", "nan"), ("expected", "30"),
    ("expected", "1e999"), ("cost", "cheap"), ("cost", "inf"),
  ])
  func `a decision without its parts is refused by name`(field: String, value: String) {
    let found = #expect(throws: Problem.self) { _ = try Self.draft([field: value]) }
    #expect(found?.field == field && found?.kind == .invalid)
  }

  @Test func `numbers are read as the company writes them`() throws {
    let german = Company(name: "Laden", decimalMark: ",").format
    #expect(try Decision.Draft.number(" 45 % ", field: "x", unit: .share, format: german) == 0.45)
    #expect(try Decision.Draft.number("0,5", field: "x", unit: .share, format: german) == 0.5)
    #expect(try Decision.Draft.number("1.234,5", field: "x", unit: .ratio, format: german) == 1_234.5)
    #expect(try Decision.Draft.number("-12", field: "x", unit: .count, format: german) == -12)
    #expect(try Decision.Draft.number("  ", field: "x", unit: .count, format: german) == nil)
  }

  @Test(arguments: Stores.underTest) func `a decision is kept with its figure`(store: Dialect) async throws {
    try await withStore(store) { database in
      let decisions = Decisions(database, clock: Stores.clock)
      let taken = try await take(decisions)
      #expect(taken.isOpen && taken.error == nil)
      #expect(taken.figure == Self.figure && taken.expected == 0.3 && taken.costMinor == 150_050)
      #expect(taken.options.map(\.name) == ["Call them", "Write to them"])
      #expect(
        taken.reviewDay == Day("2026-04-15") && taken.ownerName == "operator" && taken.createdAt == Stores.clock.now)
      #expect(try await decisions.find(taken.id, for: .operator) == taken)
      #expect(try await decisions.list(analysis: "/portfolio/concentration", for: .operator) == [taken])
      #expect(try await decisions.list(analysis: "/elsewhere", for: .operator).isEmpty)
      #expect(try await database.read { try $0.auditEntries() }.map(\.verb) == ["create"])
    }
  }

  @Test(arguments: Stores.underTest) func `a figure without a number decides nothing`(store: Dialect) async throws {
    try await withStore(store) { database in
      let missing = Figure(
        id: "gini", title: "Gini", value: nil, unit: .ratio, asOf: nil, window: nil, method: "F2", explanation: "", n: 0
      )
      let found = await #expect(throws: Problem.self) {
        try await Decisions(database, clock: Stores.clock).take(
          try Self.draft(["expected": ""], figure: missing), on: "/x", figure: missing, by: .operator)
      }
      #expect(found?.field == "figure")
    }
  }

  @Test(arguments: Stores.underTest) func `the review gives the error of the forecast`(store: Dialect) async throws {
    try await withStore(store) { database in
      let decisions = Decisions(database, clock: Stores.clock)
      let taken = try await take(decisions)
      let judged = try await decisions.review(taken.id, actual: 0.34, note: "Less than hoped.", by: .operator)
      #expect(!judged.isOpen && judged.review?.actual == 0.34 && judged.review?.by == "operator")
      #expect(abs((judged.error ?? 0) - 0.04) < 1e-12)
      let open = try await take(decisions)
      #expect(try await decisions.list(for: .operator).map(\.id) == [open.id, taken.id])
      let without = try await decisions.review(open.id, actual: nil, note: "", by: .operator)
      #expect(without.error == nil && !without.isOpen)
    }
  }

  @Test(arguments: Stores.underTest) func `a decision is closed once`(store: Dialect) async throws {
    try await withStore(store) { database in
      let decisions = Decisions(database, clock: Stores.clock)
      let first = try await take(decisions)
      let refused = await #expect(throws: Problem.self) {
        try await decisions.withdraw(first.id, reason: " ", by: .operator)
      }
      #expect(refused?.field == "reason")
      let withdrawn = try await decisions.withdraw(first.id, reason: "The market changed.", by: .operator)
      #expect(withdrawn.withdrawal?.reason == "The market changed." && !withdrawn.isOpen && withdrawn.review == nil)
      let second = try await take(decisions)
      _ = try await decisions.review(second.id, actual: 0.3, note: "", by: .operator)
      for id in [first.id, second.id] {
        for close in [
          { try await decisions.review(id, actual: 1, note: "", by: .operator) },
          { try await decisions.withdraw(id, reason: "Again.", by: .operator) },
        ] {
          let found = await #expect(throws: Problem.self) { try await close() }
          #expect(found?.kind == .conflict)
        }
      }
    }
  }

  @Test(arguments: Stores.underTest) func `an owner is somebody who can sign in`(store: Dialect) async throws {
    try await withStore(store) { database in
      try await database.write { tx in
        try tx.run(
          """
          INSERT INTO app_user (id, email, name, password, role, created_at)
          VALUES (77, 'ida@example.org', 'Ida', '', 'administrator', 0)
          """)
      }
      let ida = try await Users(database, clock: Stores.clock).find(email: "ida@example.org")
      let decisions = Decisions(database, clock: Stores.clock)
      func draft(_ owner: String) throws -> Decision.Draft {
        try Decision.Draft(
          Fields(Self.complete + [("owner", owner)]), figure: Self.figure, format: Company(name: "Shop").format,
          today: Self.today)
      }
      let taken = try await decisions.take(try draft("\(ida.id)"), on: "/x", figure: Self.figure, by: .operator)
      #expect(taken.owner == ida.id.rawValue && taken.ownerName == "Ida")
      let found = await #expect(throws: Problem.self) {
        try await decisions.take(try draft("999999"), on: "/x", figure: Self.figure, by: .operator)
      }
      #expect(found?.field == "owner")
      let own = Actor(user: ida.id.rawValue, name: "Ida", grants: [.init(.see, .decision, .own)])
      #expect(try await decisions.list(for: own).map(\.id) == [taken.id])
      let other = Actor(user: 999_999, name: "Eva", grants: [.init(.see, .decision, .own)])
      let hidden = await #expect(throws: Problem.self) { try await decisions.find(taken.id, for: other) }
      #expect(hidden?.kind == .notFound)
    }
  }
}
