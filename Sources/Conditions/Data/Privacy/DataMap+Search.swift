import Kernel
import Store

extension DataMap {
  /// What records are found by, which may be the same, and which became one.
  static var search: [Table] {
    [
      table(
        "search_word", .working, technical: "noun field", pseudonymous: "record_id", personal: "word",
        rules: removed(of("record_id")) + removed(ofTheirWork)),
      table(
        "search_entry", .working, technical: "noun", pseudonymous: "record_id", personal: "texts",
        rules: removed(of("record_id")) + removed(ofTheirWork)),
      table("search_due", .working, technical: "noun first_id last_id"),
      // A word that nobody is found by any more.
      table(
        "search_spelling", .working, personal: "word german english reversed",
        rules: [PersonKind.customer, .contact].map { person in
          Rule(person, .remove) { _ in "word NOT IN (SELECT w.word FROM search_word w)" }
        }),
      table(
        "recent_record", .working, technical: "noun at", pseudonymous: "user_id record_id",
        rules: removed(of("record_id")) + [Rule(.user, .remove) { "user_id = \($0)" }]),
      table(
        "duplicate_pair", .working, technical: "noun weight at", pseudonymous: "low_id high_id", rules: removed(ofPair)),
      table(
        "duplicate_dismissal", .working, technical: "noun at", pseudonymous: "low_id high_id", acts: true,
        rules: removed(ofPair)),
      table(
        "merge_move", .working, technical: "merge_id part", personal: "moved",
        rules: removed { kind, id in "merge_id IN (SELECT m.id FROM merge m WHERE \(merged(kind, id)))" }),
      table("merge_undo", .working, technical: "merge_id at", acts: true),
      // That two became one stays, by number.
      table(
        "merge", .working, technical: "id noun at", pseudonymous: "kept_id lost_id", personal: "before after",
        acts: true,
        rules: [PersonKind.customer, .contact].map { person in
          Rule(person, .overwrite("before = '{}', after = '{}'")) { id in
            "noun = \(person.rawValue) AND (kept_id = \(id) OR lost_id = \(id))"
          }
        }),
    ]
  }

  private static func removed(_ rows: @escaping @Sendable (PersonKind, Int64) -> Statement) -> [Rule] {
    [PersonKind.customer, .contact].map { person in Rule(person, .remove) { rows(person, $0) } }
  }

  private static func of(_ column: StaticString) -> @Sendable (PersonKind, Int64) -> Statement {
    { person, id in "noun = \(person.rawValue) AND \(name: column) = \(id)" }
  }

  /// The words of tasks about somebody and of conversations with them; those of files go with the files.
  private static let ofTheirWork: @Sendable (PersonKind, Int64) -> Statement = { person, id in
    let theirs: Statement = person == .customer ? "i.customer_id = \(id)" : "i.contact_id = \(id)"
    return """
      (noun = 'task' AND record_id IN (
        SELECT k.id FROM task k WHERE k.about_noun = \(person.rawValue) AND k.about_id = \(id)))
      OR (noun = 'interaction' AND record_id IN (SELECT i.id FROM interaction i WHERE \(theirs)))
      """
  }

  private static let ofPair: @Sendable (PersonKind, Int64) -> Statement = { person, id in
    "noun = \(person.rawValue) AND (low_id = \(id) OR high_id = \(id))"
  }

  private static func merged(_ person: PersonKind, _ id: Int64) -> Statement {
    "m.noun = \(person.rawValue) AND (m.kept_id = \(id) OR m.lost_id = \(id))"
  }
}
