extension Migration {
  /// What an act on many set, so that taking it back leaves what somebody changed since; and how far the taking back got.
  static let bulkUndo = Migration(31, "bulk undo", owner: "Records") { d in
    [
      "ALTER TABLE bulk_change ADD COLUMN after \(d.text)",
      "ALTER TABLE bulk_run ADD COLUMN undo_job_id \(d.int)",
      "ALTER TABLE bulk_run ADD COLUMN restored \(d.int) NOT NULL DEFAULT 0",
      "ALTER TABLE bulk_run ADD COLUMN outdated \(d.int) NOT NULL DEFAULT 0",
    ]
  }
}
