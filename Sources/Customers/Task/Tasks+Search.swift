import Kernel
import Records
import Store

extension Tasks {
  /// What a task is found by.
  package static let searchSource = SearchSource(
    .task, table: "task", fields: [SearchField("subject", .words), SearchField("text", .words)]
  ) { condition in
    """
    SELECT id, 'subject', subject FROM task WHERE \(condition("id"))
    UNION ALL SELECT id, 'text', body FROM task WHERE body <> '' AND \(condition("id"))
    """
  }

  static func refreshSearch(_ ids: [ID<WorkTask>], in tx: Transaction) throws {
    try SearchIndex.refresh(searchSource, ids.map(\.rawValue), in: tx)
  }
}
