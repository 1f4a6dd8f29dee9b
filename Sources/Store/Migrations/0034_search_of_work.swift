extension Migration {
  /// Tasks, conversations, files and tags that are there are found by their words soon after.
  static let searchOfWork = Migration(34, "search of work", owner: "Records") { _ in
    ["task", "interaction", "attachment", "tag"].map { table in
      """
      INSERT INTO search_due (noun, first_id, last_id)
      SELECT '\(table)', (SELECT min(id) FROM \(table)), (SELECT max(id) FROM \(table))
      WHERE EXISTS (SELECT 1 FROM \(table))
      """
    }
  }
}
