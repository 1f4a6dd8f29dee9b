extension Migration {
  /// Segments by rule, in named segmentations; what was changed stays as an older version. Who belongs to a segment is
  /// never stored: it follows from the facts. Treatment rules say what customers of a kind or a segment are due.
  static let segments = Migration(16, "segments", owner: "Portfolio") { d in
    [
      """
      CREATE TABLE segmentation (
        id \(d.int) PRIMARY KEY, name \(d.text) NOT NULL, method \(d.text) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE segment (
        id \(d.int) PRIMARY KEY, segmentation_id \(d.int) NOT NULL REFERENCES segmentation,
        created_at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      """
      CREATE TABLE segment_version (
        segment_id \(d.int) NOT NULL REFERENCES segment, id \(d.int) NOT NULL, name \(d.text) NOT NULL,
        place \(d.int) NOT NULL, rule \(d.text) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL, PRIMARY KEY (segment_id, id)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE segment_act (
        segmentation_id \(d.int) NOT NULL REFERENCES segmentation, id \(d.int) NOT NULL,
        segment_id \(d.int) REFERENCES segment, act \(d.text) NOT NULL, note \(d.text) NOT NULL,
        actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL, PRIMARY KEY (segmentation_id, id)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE segment_rating (
        segment_id \(d.int) NOT NULL REFERENCES segment, id \(d.int) NOT NULL, item \(d.text) NOT NULL,
        value \(d.real), actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL,
        PRIMARY KEY (segment_id, id)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE treatment_rule (
        id \(d.int) PRIMARY KEY, kind \(d.text), segment_id \(d.int) REFERENCES segment,
        needs_owner \(d.int) NOT NULL, owner_id \(d.int) REFERENCES app_user, owner_name \(d.text),
        response_minutes \(d.int), review_days \(d.int), ceiling_share \(d.real), taken_back \(d.int) NOT NULL,
        actor_id \(d.int), actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }
}
