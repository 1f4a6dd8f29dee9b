import Conditions
import Kernel
import Store
import StoreTesting
import Testing

@Suite struct CompanyTests {
  @Test(arguments: Stores.underTest) func `a store has one company`(store: Dialect) async throws {
    try await withStore(store) { database in
      let companies = Companies(database, clock: Stores.clock)
      #expect(try await companies.current() == nil)
      let shop = Company(name: "Shop", currency: .dollar, timeZone: "Europe/Berlin", firstWeekday: 7, note: "Real.")
      try await companies.found(shop, by: .operator)
      #expect(try await companies.current() == shop)
      let found = await #expect(throws: Problem.self) { try await companies.found(shop, by: .operator) }
      #expect(found?.kind == .conflict)
      let reader = Actor(user: nil, name: "reader", grants: [.init(.edit, .company, .own)])
      let refused = await #expect(throws: Problem.self) { try await companies.edit(shop, by: reader) }
      #expect(refused?.kind == .notAllowed)
    }
  }

  @Test(arguments: Stores.underTest) func `an edit of an old version is a conflict`(store: Dialect) async throws {
    try await withStore(store) { database in
      let companies = Companies(database, clock: Stores.clock)
      try await companies.found(Company(name: "Shop"), by: .operator)
      var seen = try #require(try await companies.current())
      seen.name = "Store"
      try await companies.edit(seen, by: .operator)
      #expect(try await companies.current()?.version == 2)
      let found = await #expect(throws: Problem.self) { try await companies.edit(seen, by: .operator) }
      #expect(found?.kind == .conflict && found?.field == "version")
    }
  }

  @Test(arguments: Stores.underTest)
  func `the currency is fixed once there are purchases`(store: Dialect) async throws {
    try await withShop(store) { shop in
      var company = try #require(try await shop.companies.current())
      company.currency = .pound
      try await shop.companies.edit(company, by: .operator)
      try await shop.take("customer,date,amount\nC1,2024-01-05,10.00\n")
      company = try #require(try await shop.companies.current())
      #expect(company.currency == .pound)
      company.currency = .euro
      let changed = company
      let found = await #expect(throws: Problem.self) { try await shop.companies.edit(changed, by: .operator) }
      #expect(found?.kind == .conflict && found?.field == "currency")
      company.currency = .pound
      company.name = "Renamed"
      try await shop.companies.edit(company, by: .operator)
      #expect(try await shop.companies.current()?.name == "Renamed")
    }
  }
}
