import Conditions
import Customers
import Kernel
import Logging
import Records
import Server
import Store
import StoreTesting
import Testing

/// What somebody asked for with fewer rights than they have stays within those.
@Suite struct KeyLimitTests {
  @Test(arguments: Stores.underTest)
  func `a bulk act in the background may no more than whoever asked for it`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      let catalogue = try modules.catalogues.of(.customer)
      let draft = try Customer.Draft(kind: "person", name: "Anna", email: nil, parent: nil)
      let anna = try await modules.customers.create(draft, by: .operator).id.rawValue
      let setting = ListSetting(today: Stores.clock.now.day(in: .gmt), zone: .gmt, currency: .euro)
      let runner = JobRunner(
        modules.jobs, handlers: [BulkRuns.kind: modules.desk.bulks.run], log: Logger(label: "test"))
      // A key that may edit and not see: nothing matches for it.
      let key = Actor(user: nil, name: "key", grants: [.init(.edit, .customer, .all)])
      for (asker, tagged) in [(key, false), (Actor.operator, true)] {
        _ = try? await modules.desk.bulks.begin(
          .edit(["country": "Denmark"]), on: .matching(RecordQuestion()), of: catalogue, in: setting, by: asker)
        _ = try await runner.runNext()
        let country = try await store.read {
          try $0.value("SELECT country FROM customer WHERE id = \(anna)", as: String?.self).flatMap { $0 }
        }
        #expect((country == "Denmark") == tagged)
      }
    }
  }
}
