extension Migration {
  /// What records are found by, what people opened lately, which records may be the same, and which became one.
  static let search = Migration(26, "search", owner: "Records") { d in
    words(d) + [
      """
      CREATE TABLE duplicate_pair (
        noun \(d.text) NOT NULL, low_id \(d.int) NOT NULL, high_id \(d.int) NOT NULL, weight \(d.real) NOT NULL,
        at \(d.int) NOT NULL, PRIMARY KEY (noun, low_id, high_id)
      ) \(d.clustered)
      """,
      "CREATE INDEX duplicate_pair_by_weight ON duplicate_pair (noun, weight, low_id, high_id)",
      """
      CREATE TABLE duplicate_dismissal (
        noun \(d.text) NOT NULL, low_id \(d.int) NOT NULL, high_id \(d.int) NOT NULL, actor_id \(d.int),
        actor_name \(d.text) NOT NULL, at \(d.int) NOT NULL, PRIMARY KEY (noun, low_id, high_id)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE merge (
        id \(d.int) PRIMARY KEY, noun \(d.text) NOT NULL, kept_id \(d.int) NOT NULL, lost_id \(d.int) NOT NULL,
        before \(d.text) NOT NULL, after \(d.text) NOT NULL, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL
      ) \(d.strict)
      """,
      "CREATE INDEX merge_by_lost ON merge (noun, lost_id)",
      "CREATE INDEX merge_by_kept ON merge (noun, kept_id)",
      """
      CREATE TABLE merge_move (
        merge_id \(d.int) NOT NULL REFERENCES merge, part \(d.text) NOT NULL, moved \(d.text) NOT NULL,
        PRIMARY KEY (merge_id, part)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE merge_undo (
        merge_id \(d.int) PRIMARY KEY REFERENCES merge, actor_id \(d.int), actor_name \(d.text) NOT NULL,
        at \(d.int) NOT NULL
      ) \(d.strict)
      """,
    ]
  }

  private static func words(_ d: Dialect) -> [String] {
    [
      // Rows lie by word, so that a beginning of one is a stretch of the table.
      """
      CREATE TABLE search_word (
        word \(d.text) NOT NULL, noun \(d.text) NOT NULL, field \(d.text) NOT NULL, record_id \(d.int) NOT NULL,
        PRIMARY KEY (word, noun, field, record_id)
      ) \(d.clustered)
      """,
      // Each word of a name once, with what is found by sound and by its end.
      """
      CREATE TABLE search_spelling (
        word \(d.text) PRIMARY KEY, german \(d.text), english \(d.text), reversed \(d.text)
      ) \(d.clustered)
      """,
      "CREATE INDEX search_spelling_german ON search_spelling (german) WHERE german IS NOT NULL",
      "CREATE INDEX search_spelling_english ON search_spelling (english) WHERE english IS NOT NULL",
      "CREATE INDEX search_spelling_reversed ON search_spelling (reversed) WHERE reversed IS NOT NULL",
      """
      CREATE TABLE search_entry (
        noun \(d.text) NOT NULL, record_id \(d.int) NOT NULL, texts \(d.text) NOT NULL, PRIMARY KEY (noun, record_id)
      ) \(d.clustered)
      """,
      """
      CREATE TABLE recent_record (
        user_id \(d.int) NOT NULL, noun \(d.text) NOT NULL, record_id \(d.int) NOT NULL, at \(d.int) NOT NULL,
        PRIMARY KEY (user_id, noun, record_id)
      ) \(d.clustered)
      """,
    ]
  }
}
