import Conditions
import Customers
import Kernel
import Records
import Server
import Store
import StoreTesting
import Testing

/// What was put away is found again, and comes back: of every kind, for whoever may take it out.
@Suite struct BinTests {
  private struct Desk {
    let modules: Modules
    let customers: [Int64]
    let field: CustomField
    let view: SavedView
  }

  private func withDesk(_ dialect: Store.Dialect, _ body: (Desk) async throws -> Void) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      let catalogue = try modules.catalogues.of(.customer)
      var customers: [Int64] = []
      for number in 1...5 {
        let draft = try Customer.Draft(kind: "person", name: "Ada \(number)", email: nil, parent: nil)
        customers.append(try await modules.customers.create(draft, by: .operator).id.rawValue)
      }
      let field = try await modules.customFields.create(
        try CustomField.Draft(label: "Tier", kind: "text"), for: catalogue, among: modules.catalogues, by: .operator)
      let view = try await modules.desk.views.create(
        try SavedView.Draft(name: "Ours", question: "?filter=kind+is+person", isShared: true), of: catalogue,
        by: .operator)
      try await body(Desk(modules: modules, customers: customers, field: field, view: view))
    }
  }

  @Test(arguments: Stores.underTest)
  func `every kind lies there, page by page, until it is taken out`(_ dialect: Store.Dialect) async throws {
    try await withDesk(dialect) { desk in
      let modules = desk.modules
      let bin = try #require(try modules.catalogues.of(.customer).bin)
      #expect(try await modules.bin.parts(for: .operator).isEmpty)
      try await modules.database.write { tx in
        for id in desk.customers { try bin(id, .operator, Stores.clock.now, tx) }
      }
      let tag = try await modules.tags.create("Gone", tone: .blue, by: .operator)
      try await modules.tags.bin(tag.id, by: .operator)
      try await modules.customFields.setRemoved(true, desk.field.id, by: .operator)
      try await modules.desk.views.setRemoved(true, desk.view.id, by: .operator)
      let parts = try await modules.bin.parts(for: .operator)
      #expect(parts.map(\.kind) == ["customer", "tag", "field", "view"])
      #expect(parts.map(\.count) == [5, 1, 1, 1])
      #expect(parts.compactMap { $0.rows.first?.title } == ["Ada 5", "Gone", "Tier (customer)", "Ours"])
      var seen: [Int64] = []
      var after: Int64?
      repeat {
        let part = try #require(try await modules.bin.parts("customer", after: after, size: 2, for: .operator).first)
        #expect(part.count == 5)
        seen += part.rows.map(\.id)
        after = part.next.flatMap { Int64($0) }
      } while after != nil
      #expect(seen == desk.customers.reversed())
      try await modules.desk.views.setRemoved(false, desk.view.id, by: .operator)
      try await modules.customFields.setRemoved(false, desk.field.id, by: .operator)
      _ = try await modules.tags.restore(tag.id, by: .operator)
      #expect(try await modules.bin.parts(for: .operator).map(\.kind) == ["customer"])
      await #expect(throws: Problem.self) { try await modules.bin.parts("job", for: .operator) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `who may not take something out does not see it there, nor who it is`(_ dialect: Store.Dialect) async throws {
    try await withDesk(dialect) { desk in
      let modules = desk.modules
      let bin = try #require(try modules.catalogues.of(.customer).bin)
      try await modules.database.write { tx in try bin(desk.customers[0], .operator, Stores.clock.now, tx) }
      let tag = try await modules.tags.create("Gone", tone: .blue, by: .operator)
      try await modules.tags.bin(tag.id, by: .operator)
      let seer = Actor(user: 7, name: "seer", grants: [.init(.see, .customer, .all), .init(.see, .tag, .all)])
      #expect(try await modules.bin.parts(for: seer).isEmpty)
      let blind = Actor(
        user: 7, name: "blind", grants: [.init(.see, .customer, .all), .init(.delete, .customer, .all)],
        seesPersonalData: false)
      let parts = try await modules.bin.parts(for: blind)
      #expect(parts.flatMap(\.rows).map(\.title) == ["Customer \(desk.customers[0])"])
    }
  }
}

/// Lists kept under a name: renamed, saved over, taken away and brought back.
@Suite struct SavedViewTests {
  private static let anna = Actor(user: 11, name: "Anna", grants: [.init(.see, .customer, .all)])
  private static let ben = Actor(user: 12, name: "Ben", grants: [.init(.see, .customer, .all)])

  private func withViews(
    _ dialect: Store.Dialect, _ body: (SavedViews, Catalogue) async throws -> Void
  ) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      try await body(modules.desk.views, try modules.catalogues.of(.customer))
    }
  }

  private func draft(_ name: String, _ question: String = "", shared: Bool = false) throws -> SavedView.Draft {
    try SavedView.Draft(name: name, question: question, isShared: shared)
  }

  @Test(arguments: Stores.underTest)
  func `one's own view is renamed and saved over, at the version that was read`(
    _ dialect: Store.Dialect
  ) async throws {
    try await withViews(dialect) { views, catalogue in
      let view = try await views.create(try draft("Firms", "?filter=kind+is+site"), of: catalogue, by: Self.anna)
      let renamed = try await views.edit(view.id, version: 1, by: Self.anna) {
        try SavedView.Draft(name: "Sites", question: $0.question, layout: "board:kind", isShared: false)
      }
      #expect(renamed.name == "Sites" && renamed.boardField == "kind" && renamed.version == 2)
      #expect(renamed.question == "?filter=kind+is+site")
      let late = await #expect(throws: Problem.self) {
        try await views.edit(view.id, version: 1, by: Self.anna) { _ in
          try SavedView.Draft(name: "X", question: "", isShared: false)
        }
      }
      #expect(late?.field == "version")
      // Somebody else neither sees it nor may share it.
      for actor in [Self.ben] {
        await #expect(throws: Problem.self) {
          try await views.edit(view.id, version: 2, by: actor) { _ in
            try SavedView.Draft(name: "X", question: "", isShared: false)
          }
        }
      }
      let shared = await #expect(throws: Problem.self) {
        try await views.edit(view.id, version: 2, by: Self.anna) {
          try SavedView.Draft(name: $0.name, question: $0.question, isShared: true)
        }
      }
      #expect(shared?.kind == .notAllowed)
      #expect(throws: Problem.self) { try SavedView.Draft(name: "A", question: "", layout: "pie", isShared: false) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `a view that was taken away comes back unless its name is taken`(_ dialect: Store.Dialect) async throws {
    try await withViews(dialect) { views, catalogue in
      let view = try await views.create(try draft("Firms"), of: catalogue, by: Self.anna)
      let ours = try await views.create(try draft("Ours", shared: true), of: catalogue, by: .operator)
      await #expect(throws: Problem.self) { try await views.setRemoved(true, ours.id, by: Self.anna) }
      try await views.setRemoved(true, view.id, by: Self.anna)
      #expect(try await views.all(of: .customer, for: Self.anna).map(\.name) == ["Ours"])
      await #expect(throws: Problem.self) { try await views.find(view.id, for: Self.anna) }
      let other = try await views.create(try draft("firms"), of: catalogue, by: Self.anna)
      let taken = await #expect(throws: Problem.self) { try await views.setRemoved(false, view.id, by: Self.anna) }
      #expect(taken?.kind == .conflict)
      try await views.setRemoved(true, other.id, by: Self.anna)
      await #expect(throws: Problem.self) { try await views.setRemoved(false, view.id, by: Self.ben) }
      try await views.setRemoved(false, view.id, by: Self.anna)
      #expect(try await views.all(of: .customer, for: Self.anna).map(\.name) == ["Firms", "Ours"])
    }
  }
}
