import Conditions
import Customers
import Kernel
import Records
import Server
import Store
import StoreTesting
import Testing

/// Every record of a list stands on its board.
@Suite struct BoardTests {
  private static let setting = ListSetting(today: Stores.clock.now.day(in: .gmt), zone: .gmt, currency: .euro)

  private func field(_ choices: [String], _ modules: Modules) async throws -> CustomField {
    try await modules.customFields.create(
      try CustomField.Draft(label: "Stage", kind: "choice", choices: choices.joined(separator: "\n")),
      for: try modules.catalogues.of(.customer), among: modules.catalogues, by: .operator)
  }

  private func board(
    _ modules: Modules, by name: String, size: Int = RecordBoard.usualSize, filter: String = ""
  ) async throws -> [RecordBoard.Column] {
    let whole = try await modules.desk.lists.whole(try modules.catalogues.of(.customer))
    return try await modules.desk.lists.board(
      RecordQuestion(filter: try Filter(text: filter), size: size), by: try whole.field(name, for: .operator),
      of: whole, for: .operator, in: Self.setting)
  }

  private func customers(_ count: Int, _ modules: Modules) async throws -> [Int64] {
    var ids: [Int64] = []
    for number in 0..<count {
      let draft = try Customer.Draft(kind: "organisation", name: "Firm \(number)", email: nil, parent: nil)
      ids.append(try await modules.customers.create(draft, by: .operator).id.rawValue)
    }
    return ids
  }

  @Test(arguments: Stores.underTest)
  func `with more choices than fit a screen, with none, and with one that was taken off`(
    _ dialect: Store.Dialect
  ) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      let choices = (1...30).map { "Stage \($0)" }
      let field = try await field(choices, modules)
      let ids = try await customers(5, modules)
      let catalogue = try modules.catalogues.of(.customer)
      for (id, stage) in zip(ids, ["Stage 1", "Stage 30", "Stage 7"]) {
        try await modules.desk.changes.edit(id, [field.name: stage], of: catalogue, by: .operator)
      }
      let columns = try await board(modules, by: field.name)
      #expect(columns.compactMap(\.value) == choices + [""])
      #expect(columns.map(\.count).reduce(0, +) == 5)
      #expect(columns[29].page.rows.map(\.id) == [ids[1]] && columns[30].count == 2)
      #expect(Set(columns[30].page.rows.map(\.id)) == Set(ids.suffix(2)))
      let fewer = try CustomField.Draft(
        label: "Stage", kind: "choice", choices: choices.filter { $0 != "Stage 7" }.joined(separator: "\n"))
      _ = try await modules.customFields.edit(
        field.id, fewer, version: field.version, of: catalogue, by: .operator)
      let left = try await board(modules, by: field.name)
      #expect(left.map(\.value) == choices.filter { $0 != "Stage 7" } + [nil, ""])
      #expect(left.first { $0.value == nil }?.page.rows.map(\.id) == [ids[2]])
      let narrowed = try await board(modules, by: field.name, filter: "name is 'Firm 1'")
      #expect(narrowed.filter { $0.count > 0 }.map(\.value) == ["Stage 30"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a column counts all it holds and shows as many as asked`(_ dialect: Store.Dialect) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      _ = try await customers(7, modules)
      let columns = try await board(modules, by: "kind", size: 3)
      let firms = try #require(columns.first { $0.value == "organisation" })
      #expect(firms.count == 7 && firms.page.rows.count == 3 && firms.page.next != nil)
      // A field of the product that is always filled has no column for those without.
      #expect(!columns.contains { $0.value?.isEmpty == true })
    }
  }
}
