import Customers
import Kernel
import Records
import Server
import Store
import StoreTesting
import Testing

/// Many records that get one more tag.
@Suite struct BulkTagTests {
  @Test(arguments: Stores.underTest)
  func `a tag comes to those that are there, and goes again`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      let catalogue = try modules.catalogues.of(.customer)
      var ids: [Int64] = []
      for name in ["Anna", "Bert"] {
        let draft = try Customer.Draft(kind: "person", name: name, email: nil, parent: nil)
        ids.append(try await modules.customers.create(draft, by: .operator).id.rawValue)
      }
      let (anna, bert) = (RecordKey(.customer, ids[0]), RecordKey(.customer, ids[1]))
      _ = try await modules.tags.add("Fair", to: anna, by: .operator)
      _ = try await modules.tags.add("vip", to: bert, by: .operator)
      func tags(_ key: RecordKey) async throws -> [String] {
        try await modules.tags.tags(of: key, for: .operator).map(\.name)
      }
      let setting = ListSetting(today: Stores.clock.now.day(in: .gmt), zone: .gmt, currency: .euro)
      let run = try await modules.desk.bulks.begin(
        .tag("VIP"), on: .records(ids), of: catalogue, in: setting, by: .operator)
      #expect(run.records == 2)
      #expect(try await tags(anna) == ["Fair", "vip"])
      #expect(try await tags(bert) == ["vip"])
      _ = try await modules.desk.bulks.undo(run.id, in: setting, by: .operator)
      #expect(try await tags(anna) == ["Fair"])
      #expect(try await tags(bert) == ["vip"])
      await #expect(throws: Problem.self) {
        _ = try await modules.desk.bulks.begin(
          .tag(" "), on: .records(ids), of: catalogue, in: setting, by: .operator)
      }
    }
  }
}
