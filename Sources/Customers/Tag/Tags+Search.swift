import Kernel
import Records
import Store

extension Tags {
  /// What a tag is found by.
  package static let searchSource = SearchSource(
    .tag, table: "tag", fields: [SearchField("name", .words, isPersonal: false)],
    catalogue: Catalogue(
      .tag, word: "tag", plural: "tags", path: "/tags", table: "tag t", id: "t.id", title: "t.name",
      fields: [RecordField("name", "Name", .text, value: "t.name")], columns: ["name"], sort: RecordSort("name"),
      scope: { _, _ in "t.binned_at IS NULL" })
  ) { condition in
    "SELECT id, 'name', name FROM tag WHERE \(condition("id"))"
  }

  static func refreshSearch(_ id: ID<Tag>, in tx: Transaction) throws {
    try SearchIndex.refresh(searchSource, [id.rawValue], in: tx)
  }
}
