extension Migration {
  /// Events that rules pass over, such as those of a file whose records are no work for anybody.
  static let quietEvents = Migration(32, "quiet events", owner: "Trust") { d in
    ["ALTER TABLE outbox_event ADD COLUMN is_quiet \(d.int) NOT NULL DEFAULT 0"]
  }
}
