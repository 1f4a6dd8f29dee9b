import Store
import Testing

@Suite struct PlaceTests {
  @Test(arguments: [
    ("data/company.sqlite", "company"), ("postgres://anna@db.example/crm", "crm"),
    ("postgres:///crm?host=/tmp/x", "crm"), ("postgres://db.example", "db.example"),
    ("postgres:///crm?host=/tmp/x&options=-csearch_path%3Dshop_2", "crm-shop_2"),
    ("postgres:///crm?options=-c%20statement_timeout%3D5s%20-c%20search_path%3D../../etc", "crm"),
    ("postgres:///crm?options=-csearch_path%3Dshop,public", "crm-shop"),
  ])
  func `companies side by side have files of their own`(_ address: String, _ name: String) throws {
    #expect(try Place(address).name == name)
  }
}
