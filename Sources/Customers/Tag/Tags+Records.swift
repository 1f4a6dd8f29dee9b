import Kernel
import Records
import Store

// The records that bear tags.
extension Tags {
  /// The tags of a record the actor may see, by name.
  package func tags(of record: RecordKey, for actor: Actor) async throws -> [Tag] {
    try actor.require(.see, .tag)
    return try await database.read { tx in
      try records.require(.see, record, for: actor, in: tx)
      return try Self.tags(of: record, in: tx)
    }
  }

  static func tags(of record: RecordKey, in tx: Transaction) throws -> [Tag] {
    try tx.rows(
      """
      SELECT \(columns) FROM tagging l JOIN tag t ON t.id = l.tag_id
      WHERE l.noun = \(record.noun.rawValue) AND l.record_id = \(record.id) AND t.binned_at IS NULL
      ORDER BY t.folded, t.id
      """, Tag.init(row:))
  }

  /// Marks a record with a tag by its name; a name that is new makes the tag.
  package func add(_ name: String, to record: RecordKey, by actor: Actor) async throws -> [Tag] {
    let now = clock.now
    return try await database.write { tx in
      try records.require(.edit, record, for: actor, in: tx)
      try Self.add(name, to: record, by: actor, at: now, in: tx)
      return try Self.tags(of: record, in: tx)
    }
  }

  /// Takes a tag off a record.
  package func remove(_ tag: ID<Tag>, from record: RecordKey, by actor: Actor) async throws -> [Tag] {
    let now = clock.now
    return try await database.write { tx in
      try records.require(.edit, record, for: actor, in: tx)
      try Self.remove(try Self.find(tag, in: tx), from: record, by: actor, at: now, in: tx)
      return try Self.tags(of: record, in: tx)
    }
  }

  /// Marks a record, in the transaction of a rule, an import or a change of many. Whoever calls has asked for the right
  /// to edit the record.
  package static func add(
    _ name: String, to record: RecordKey, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    try actor.require(.see, .tag)
    try actor.require(writing: ["tags"], of: record.noun)
    let name = try Tag.name(name, field: "tag")
    let tag = try find(named: name, in: tx) ?? make(name, tone: nil, by: actor, at: now, in: tx)
    let known = try tx.value(
      "SELECT count(*) FROM tagging WHERE noun = \(record.noun.rawValue) AND record_id = \(record.id)", as: Int.self)
    guard known ?? 0 < mostOfRecord else {
      throw Problem(
        .invalid, field: "tag", "A record bears at most \(mostOfRecord) tags.", mend: "Take one off first.")
    }
    let added = try tx.run(
      """
      INSERT INTO tagging (noun, record_id, tag_id, actor_id, actor_name, at)
      VALUES (\(record.noun.rawValue), \(record.id), \(tag.id), \(actor.user), \(actor.name), \(now))
      ON CONFLICT DO NOTHING
      """)
    guard added > 0 else { return }
    try tx.audit("tag", record.noun, record.id, detail: ["tag": tag.name], by: actor, at: now)
    try tx.announce("\(record.noun.rawValue).tagged", record.noun, record.id, ["tag": tag.name], at: now)
  }

  static func remove(
    _ tag: Tag, from record: RecordKey, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    try actor.require(.see, .tag)
    try actor.require(writing: ["tags"], of: record.noun)
    let gone = try tx.run(
      "DELETE FROM tagging WHERE noun = \(record.noun.rawValue) AND record_id = \(record.id) AND tag_id = \(tag.id)")
    guard gone > 0 else { return }
    try tx.audit("untag", record.noun, record.id, detail: ["tag": tag.name], by: actor, at: now)
    try tx.announce("\(record.noun.rawValue).untagged", record.noun, record.id, ["tag": tag.name], at: now)
  }

  /// Takes a mark off a record that bears it, in the transaction of a rule.
  package static func remove(
    named name: String, from record: RecordKey, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    guard let tag = try find(named: try Tag.name(name, field: "tag"), in: tx) else { return }
    try remove(tag, from: record, by: actor, at: now, in: tx)
  }

  /// Gives a record exactly some tags.
  package static func set(
    _ names: [String], on record: RecordKey, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    let before = try tags(of: record, in: tx)
    let wanted = Set(try names.map { Text.folded(try Tag.name($0, field: "tags")) })
    for tag in before where !wanted.contains(Text.folded(tag.name)) {
      try remove(tag, from: record, by: actor, at: now, in: tx)
    }
    let known = Set(before.map { Text.folded($0.name) })
    for name in names where !known.contains(Text.folded(try Tag.name(name, field: "tags"))) {
      try add(name, to: record, by: actor, at: now, in: tx)
    }
  }

  /// A catalogue with the field `tags`: shown, filtered through the index of taggings, and set in lists like any other.
  package static func tagged(_ catalogue: Catalogue) -> Catalogue {
    let noun = catalogue.noun
    let edit: Catalogue.Edit = { record, changes, actor, now, tx in
      let rest = changes.filter { $0.key != "tags" }
      if !rest.isEmpty { try catalogue.edit?(record, rest, actor, now, tx) }
      guard let tags = changes["tags"] else { return }
      try catalogue.require(.edit, record, for: actor, in: tx)
      try set(names(tags), on: RecordKey(noun, record), by: actor, at: now, in: tx)
    }
    return catalogue.with([field(of: noun, id: catalogue.id)], edit: catalogue.edit == nil ? nil : edit)
  }

  /// Names as a list or a form sends them: one a line, or separated by commas.
  package static func names(_ text: String) -> [String] {
    text.unicodeScalars.split { $0 == "\n" || $0 == "," }.map { String($0) }.filter { !$0.allSatisfy(\.isWhitespace) }
  }

  private static func field(of noun: Actor.Noun, id: Statement) -> RecordField {
    // Names no table of a noun goes by.
    let marks: Statement = """
      FROM tagging bears JOIN tag mark ON mark.id = bears.tag_id
      WHERE bears.noun = \(noun.rawValue) AND mark.binned_at IS NULL
      """
    let names = Statement.lines(of: "x.name")
    return RecordField(
      "tags", "Tags", .choices([]),
      value: """
        (SELECT \(names) FROM (SELECT mark.name \(marks) AND bears.record_id = \(id) ORDER BY mark.folded) x)
        """,
      membership: { condition in
        "\(id) IN (SELECT v.record_id FROM (SELECT bears.record_id, mark.name AS value \(marks)) v WHERE \(condition))"
      })
  }
}
