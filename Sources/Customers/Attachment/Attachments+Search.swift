import Kernel
import Records
import Store

extension Attachments {
  /// What a file is found by: its name, where the record it hangs on is seen.
  package static func searchSource(_ records: Catalogues) -> SearchSource {
    SearchSource(
      .attachment, table: "attachment", fields: [SearchField("name", .words)],
      catalogue: Catalogue(
        .attachment, word: "file", plural: "files", path: "/attachments", table: "attachment a", id: "a.id",
        title: "a.name", fields: [RecordField("name", "Name", .text, value: "a.name", isPersonal: true)],
        columns: ["name"], sort: RecordSort("name"),
        scope: { actor, verb in
          guard actor.seesPersonalData else { return "FALSE" }
          let seen = try records.all.filter { actor.may(verb, $0.noun) }.map { noun -> Statement in
            """
            (a.noun = \(noun.noun.rawValue) AND EXISTS (
              SELECT 1 FROM \(noun.table) WHERE \(noun.id) = a.record_id AND \(try noun.scope(actor, verb))))
            """
          }
          return """
            NOT EXISTS (SELECT 1 FROM attachment_removal r WHERE r.attachment_id = a.id)
              AND (\(Statement.joined(seen, separator: " OR ", or: "FALSE")))
            """
        })
    ) { condition in
      "SELECT id, 'name', name FROM attachment WHERE \(condition("id"))"
    }
  }

  /// The same for writing, which asks for no rights.
  static func refreshSearch(_ ids: [Int64], in tx: Transaction) throws {
    try SearchIndex.refresh(searchSource(Catalogues([])), ids, in: tx)
  }
}
