import Conditions
import Customers
import Foundation
import Kernel
import Portfolio
import Store
import StoreTesting
import Testing

@Suite struct VersionTests {
  @Test(arguments: Stores.underTest)
  func `a version holds every customer as it stood, whatever comes after`(_ store: Dialect) async throws {
    try await withDecided(store) { house in
      try await house.assumptions.enter(
        [.margin: 0.3, .order: 20], since: try await house.shop.companies.today(), by: .operator)
      let run = try await house.shop.take(Decided.orders(41...45))
      try await house.overrule("C41", .protect)
      let book = try await house.book()
      let made = try await house.versions.freeze(note: "First", by: .operator)
      #expect(made.customers == 45 && made.revision == book.revision && made.note == "First")
      #expect(made.contributionMinor == (try await house.portfolio().contribution.costing.contribution))
      let frozen = try await house.versions.book(of: made, for: .operator)
      #expect(frozen.rows.map(\.customer) == book.rows.map(\.customer))
      for (then, now) in zip(frozen.rows, book.rows) {
        #expect(then.heading == now.heading && then.kinds == now.kinds && then.answers == now.answers)
        #expect(then.contribution == now.contribution && then.value == now.value && then.override == now.override)
        #expect(then.missing == now.missing && then.runnerUp == now.runnerUp && then.externalID == now.externalID)
      }
      _ = try await house.shop.imports.undo(run.id, by: .operator)
      let other = Decided(house.shop)
      let again = try await other.versions.book(of: made, for: .operator)
      #expect(again.rows == frozen.rows)
      #expect(
        again.rows.contains {
          $0.externalID == "C41" && $0.name?.hasSuffix("C41") == true && $0.override?.strategy == .protect
        })
      #expect(try await other.versions.list(for: .operator) == [made])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a comparison tells who moved and why, who is new and who is gone`(_ store: Dialect) async throws {
    try await withDecided(store) { house in
      let today = try await house.shop.companies.today()
      try await house.assumptions.enter([.margin: 0.3, .order: 2], since: today, by: .operator)
      let run = try await house.shop.take(Decided.orders(41...42))
      let first = try await house.versions.freeze(by: .operator)
      try await house.overrule("C40", .enhance)
      _ = try await house.shop.imports.undo(run.id, by: .operator)
      try await house.shop.take(Decided.orders(43...45))
      // An order now costs more than the smallest customers bring.
      try await house.assumptions.enter([.order: 10], since: today, by: .operator)
      let second = try await house.versions.freeze(by: .operator)
      let sides = try await house.versions.sides(second.id, with: nil, for: .operator)
      #expect(sides.before.version == first && sides.after.version == second)
      let comparison = VersionComparison(sides.before.book, sides.after.book)
      #expect(Set(comparison.new.compactMap(\.after?.externalID)) == ["C43", "C44", "C45"])
      #expect(Set(comparison.gone.compactMap(\.before?.externalID)) == ["C41", "C42"])
      #expect(comparison.stayed + comparison.moves.count == 40)
      func causes(_ key: String) -> [VersionComparison.Cause] {
        comparison.moves.first { $0.after?.externalID == key }?.causes ?? []
      }
      #expect(causes("C40") == [VersionComparison.Cause(.override)])
      #expect(causes("C1").contains(VersionComparison.Cause(.contribution, .losesMoney)))
      let streams = comparison.streams
      #expect(streams.reduce(0) { $0 + $1.customers } == comparison.moves.count + 5)
      #expect(comparison.reasons.values.reduce(0, +) == comparison.moves.count)
      let now = try await house.book()
      let same = VersionComparison(sides.after.book, now)
      #expect(same.moves.isEmpty && same.new.isEmpty && same.gone.isEmpty && same.stayed == 43)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a customer that was removed and came again is the same one by its number`(_ store: Dialect) async throws {
    try await withDecided(store) { house in
      let run = try await house.shop.take(Decided.orders(41...42))
      let made = try await house.versions.freeze(by: .operator)
      _ = try await house.shop.imports.undo(run.id, by: .operator)
      try await house.shop.take(Decided.orders(41...42) + "\n")
      let comparison = VersionComparison(
        try await house.versions.book(of: made, for: .operator), try await house.book())
      #expect(comparison.new.isEmpty && comparison.gone.isEmpty && comparison.stayed + comparison.moves.count == 42)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a month is frozen once when it has begun, and only when something changed`(_ store: Dialect) async throws {
    try await withDecided(store) { house in
      /// Does the newest job; its result.
      func runNewest() async throws -> String? {
        let job = try #require(try await house.jobs.recent(for: .operator).first)
        return try await VersionJob(house.versions).run(job, .silent)
      }
      // The company was made in the middle of January 2026: that month is not frozen.
      #expect(try await house.versions.queueMonthly() == false)
      // New York is five hours behind: it is still January there.
      house.clock.now = Instant(microseconds: 1_769_914_800_000_000)
      #expect(try await house.versions.queueMonthly() == false)
      house.clock.now = house.clock.now.adding(seconds: 5 * 3_600)
      #expect(try await house.versions.queueMonthly())
      #expect(try await house.versions.queueMonthly() == false)
      #expect(try await runNewest()?.contains("\"frozen\":true") == true)
      let versions = try await house.versions.list(for: .operator)
      #expect(versions.map(\.month) == [Day("2026-02-01")] && versions.first?.by == "monthly freeze")
      house.clock.now = house.clock.now.adding(seconds: 29 * 86_400)
      #expect(try await house.versions.queueMonthly())
      #expect(try await runNewest() == "{\"frozen\":false}")
      #expect(try await house.versions.list(for: .operator).count == 1)
      house.clock.now = house.clock.now.adding(seconds: 31 * 86_400)
      try await house.overrule("C3", .protect)
      #expect(try await house.versions.queueMonthly())
      _ = try await runNewest()
      #expect(try await house.versions.list(for: .operator).map(\.month) == [Day("2026-04-01"), Day("2026-02-01")])
    }
  }

  @Test(arguments: Stores.underTest)
  func `nothing bought is nothing to freeze, and a part of the customers sees no version`(_ store: Dialect) async throws
  {
    try await withShop(store) { shop in
      let house = Decided(shop)
      let problem = await #expect(throws: Problem.self) { try await house.versions.freeze(by: .operator) }
      #expect(problem?.kind == .conflict)
      let clerk = Actor(user: 7, name: "Clerk", grants: [.init(.see, .analysis, .all), .init(.see, .customer, .own)])
      let refused = await #expect(throws: Problem.self) { try await house.versions.list(for: clerk) }
      #expect(refused?.kind == .notAllowed)
      let rows = try await house.versions.rows(of: ID(1), for: clerk)
      #expect(rows.isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `assignments are filtered, ordered and paged by key`(_ store: Dialect) async throws {
    try await withDecided(store) { house in
      try await house.assumptions.enter(
        [.margin: 0.3], since: try await house.shop.companies.today(), by: .operator)
      try await house.overrule("C7", .protect)
      let rows = try await house.book().rows
      var question = AssignmentQuestion()
      (question.order, question.isDescending, question.size) = (.sales, true, 15)
      var keys: [String] = []
      repeat {
        let found = try question.find(in: rows)
        #expect(found.total == 40)
        keys += found.page.rows.map(\.externalID)
        question.after = found.page.next
      } while question.after != nil
      #expect(keys == (1...40).reversed().map { "C\($0)" })
      question = AssignmentQuestion()
      question.isOverruled = true
      #expect(try question.find(in: rows).page.rows.map(\.externalID) == ["C7"])
      question = AssignmentQuestion()
      question.kind = .highLifetimeValue
      #expect(try question.find(in: rows).total == rows.count { !$0.standingKinds.isEmpty })
      question.after = "nowhere"
      #expect(throws: Problem.self) { try question.find(in: rows) }
    }
  }
}
