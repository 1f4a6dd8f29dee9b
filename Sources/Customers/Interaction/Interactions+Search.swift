import Kernel
import Records
import Store

extension Interactions {
  /// What an interaction is found by: its subject. What was said in it is searched in lists and timelines.
  package static let searchSource = SearchSource(
    .interaction, table: "interaction", fields: [SearchField("subject", .words)]
  ) { condition in
    "SELECT id, 'subject', subject FROM interaction WHERE subject <> '' AND \(condition("id"))"
  }

  static func refreshSearch(_ ids: [Int64], in tx: Transaction) throws {
    try SearchIndex.refresh(searchSource, ids, in: tx)
  }
}
