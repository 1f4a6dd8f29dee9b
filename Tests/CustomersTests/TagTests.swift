import Customers
import Kernel
import Records
import Store
import StoreTesting
import Testing

@Suite struct TagTests {
  private func tags(_ office: Office) -> Tags {
    let customers = Catalogue(
      .customer, word: "customer", plural: "customers", path: "/customers", table: "customer c", id: "c.id",
      title: "c.name", fields: [RecordField("name", "Name", .text, value: "c.name", isPersonal: true)],
      columns: [], sort: RecordSort("name"), scope: { try Customers.scope($0, $1) })
    return Tags(office.database, clock: Stores.clock, records: Catalogues([customers]))
  }

  private func person(_ user: Int64, _ reach: Actor.Reach, _ more: [Actor.Grant] = []) -> Actor {
    Actor(
      user: user, name: "User \(user)", teams: [1],
      grants: Set([.init(.see, .tag, .all), .init(.see, .customer, .all), .init(.edit, .customer, reach)] + more))
  }

  @Test(arguments: Stores.underTest)
  func `a tag is one whatever its case and accents, and found by its letters`(_ store: Dialect) async throws {
    try await withOffice(store) { office in
      let tags = tags(office)
      let made = try await tags.create("Müller & Söhne", tone: .teal, by: .operator)
      let taken = await #expect(throws: Problem.self) {
        try await tags.create("MUELLER &  SOEHNE", tone: .red, by: .operator)
      }
      #expect(taken?.kind == .conflict)
      #expect(try await tags.suggestions("sohne", for: .operator).isEmpty)
      #expect(try await tags.suggestions("soeh", for: .operator).map(\.id) == [made.id])
      #expect(try await tags.suggestions("%", for: .operator).isEmpty)
      for name in ["", "a,b", "a\nb", String(repeating: "x", count: 61)] {
        let problem = await #expect(throws: Problem.self) { try await tags.create(name, tone: .grey, by: .operator) }
        #expect(problem?.field == "name")
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `whoever may edit a record may mark it, and only who may make tags makes one`(_ store: Dialect) async throws {
    try await withOffice(store) { office in
      let tags = tags(office)
      _ = try await tags.create("VIP", tone: .grey, by: .operator)
      let own = RecordKey(.customer, try await office.make("Own", by: office.actor(11, team: 1, .all)).id.rawValue)
      let other = RecordKey(.customer, try await office.make("Other", by: office.actor(12, team: 1, .all)).id.rawValue)
      let anna = person(11, .own)
      #expect(try await tags.add("vip", to: own, by: anna).map(\.name) == ["VIP"])
      let out = await #expect(throws: Problem.self) { try await tags.add("vip", to: other, by: anna) }
      #expect(out?.kind == .notAllowed)
      let new = await #expect(throws: Problem.self) { try await tags.add("New", to: own, by: anna) }
      #expect(new?.kind == .notAllowed)
      #expect(
        try await tags.add("New", to: own, by: person(11, .own, [.init(.create, .tag, .all)])).map(\.name) == [
          "New", "VIP",
        ])
      let id = try #require(try await tags.tags(of: own, for: anna).first).id
      #expect(try await tags.remove(id, from: own, by: anna).map(\.name) == ["VIP"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `merging and its way back leave every record as it was`(_ store: Dialect) async throws {
    try await withOffice(store) { office in
      let tags = tags(office)
      let (a, b) = (
        RecordKey(.customer, try await office.make("A").id.rawValue),
        RecordKey(.customer, try await office.make("B").id.rawValue)
      )
      for (name, record) in [("Fair", a), ("Trade fair", a), ("Fair", b)] {
        _ = try await tags.add(name, to: record, by: .operator)
      }
      let all = try await tags.all(for: .operator).map(\.tag)
      let (fair, trade) = (try #require(all.first), try #require(all.last))
      _ = try await tags.merge(fair.id, into: trade.id, by: .operator)
      func names(_ record: RecordKey) async throws -> [String] {
        try await tags.tags(of: record, for: .operator).map(\.name)
      }
      #expect(try await names(a) == ["Trade fair"])
      #expect(try await names(b) == ["Trade fair"])
      _ = try await tags.unmerge(fair.id, by: .operator)
      #expect(try await names(a) == ["Fair", "Trade fair"])
      #expect(try await names(b) == ["Fair"])
      try await tags.bin(fair.id, by: .operator)
      #expect(try await names(b).isEmpty)
      #expect(try await tags.restore(fair.id, by: .operator).name == "Fair")
      #expect(try await names(b) == ["Fair"])
    }
  }
}
