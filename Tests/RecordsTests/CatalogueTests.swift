import Kernel
import Records
import Store
import Testing

/// What the generic parts know of a noun.
@Suite struct CatalogueTests {
  static let catalogue = Catalogue(
    .customer, word: "customer", plural: "customers", path: "/customers", table: "customer c", id: "c.id",
    title: "c.name",
    fields: [
      RecordField("name", "Name", .text, value: "c.name", order: "c.folded", isPersonal: true),
      RecordField("kind", "Kind", .choice([.init("person", "Person")]), value: "c.kind", order: "c.kind"),
    ], columns: ["name"], sort: RecordSort("name"), scope: { _, _ in "TRUE" })

  @Test("a field that is hidden from somebody is not there for them")
  func hidden() throws {
    let analyst = Actor(user: 1, name: "A", grants: Actor.everything, seesPersonalData: false)
    #expect(Self.catalogue.fields(for: analyst).map(\.name) == ["kind"])
    #expect(throws: Problem.self) { try Self.catalogue.field("name", for: analyst) }
    let ruled = Actor(
      user: 2, name: "B", grants: Actor.everything, fields: [.init(.customer, "kind"): .readOnly])
    #expect(ruled.reads("kind", of: .customer))
    #expect(!ruled.writes("kind", of: .customer))
    #expect(throws: Problem.self) { try ruled.require(writing: ["kind"], of: .customer) }
  }
}
