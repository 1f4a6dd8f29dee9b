extension Migration {
  /// A view that was taken away can be brought back.
  static let removedViews = Migration(33, "removed views", owner: "Records") { d in
    ["ALTER TABLE saved_view ADD COLUMN removed_at \(d.int)"]
  }
}
