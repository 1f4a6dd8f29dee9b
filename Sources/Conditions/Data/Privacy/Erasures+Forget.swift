import Customers
import Kernel
import Records
import Store

extension Erasures {
  /// Takes somebody out of every table, as the map says.
  func forget(_ person: Person, at now: Instant, in tx: Transaction) throws -> ErasureReport {
    var report = ErasureReport()
    report.masked = try mask(person, at: now, in: tx)
    try forgetFiles(person, in: tx)
    try forgetFormer(person, &report, in: tx)
    for table in map.tables {
      for mention in table.mentions { try act(mention, table, person, &report, at: now, in: tx) }
    }
    for table in map.tables {
      for rule in table.rules where rule.person == person.kind {
        report.add(table, rule.erasing.word, try apply(rule, table, person.id, in: tx))
      }
    }
    for mention in map.tables.flatMap({ table in table.mentions.map { (table, $0) } }) {
      try tell(mention.1, mention.0, person, &report, in: tx)
    }
    // What was computed from the names is computed anew.
    try tx.run("UPDATE \(name: "facts_revision") SET number = number + 1 WHERE one = 1")
    return report
  }

  /// Removes the files that hang on somebody or on a task about them.
  private func forgetFiles(_ person: Person, in tx: Transaction) throws {
    guard let attachments, person.kind != .user else { return }
    let tasks = try tx.rows(
      "SELECT id FROM task WHERE about_noun = \(person.noun.rawValue) AND about_id = \(person.id)"
    ) { RecordKey(.task, try $0(0)) }
    for key in [RecordKey(person.noun, person.id)] + tasks { try attachments.forget(key, in: tx) }
  }

  /// Removes what taking an import back would write about somebody again. Numbers are given once in the whole company, so
  /// one says whose it is.
  private func forgetFormer(_ person: Person, _ report: inout ErasureReport, in tx: Transaction) throws {
    guard person.kind != .user, let table = map.tables.first(where: { $0.name.description == "import_change" })
    else { return }
    let lines = ["id", "record", "customer", "contact"].flatMap { key in
      [",", "}"].map { end in "before LIKE \("%\"\(key)\":\(person.id)\(end)%")" as Statement }
    }
    let found = Statement.joined(lines, separator: " OR ", or: "FALSE")
    report.add(table, "removed", try tx.run("DELETE FROM \(name: table.name) WHERE \(found)"))
  }

  private func apply(_ rule: DataMap.Rule, _ table: DataMap.Table, _ id: Int64, in tx: Transaction) throws -> Int {
    switch rule.erasing {
    case .keep: 0
    case .remove: try tx.run("DELETE FROM \(name: table.name) WHERE \(rule.rows(id))")
    case .overwrite(let set): try tx.run("UPDATE \(name: table.name) SET \(set) WHERE \(rule.rows(id))")
    }
  }

  /// The lines of the audit chain, and the announcements, that tell of somebody or of a record of theirs. Numbers are
  /// given once in the whole company, so a record's number says whose it is.
  private func mask(_ person: Person, at now: Instant, in tx: Transaction) throws -> Int {
    var about: [Statement] = ["(noun = \(person.noun.rawValue) AND record_id = \(person.id))"]
    if person.kind != .user {
      for table in map.tables where table.columns["id"] != nil && table.hasOwnAudit {
        for rule in table.rules where rule.person == person.kind {
          if case .keep = rule.erasing { continue }
          about.append(
            "(noun <> 'company' AND record_id IN (SELECT id FROM \(name: table.name) WHERE \(rule.rows(person.id))))")
        }
      }
    }
    let condition = Statement.joined(about, separator: " OR ", or: "FALSE")
    try tx.run("UPDATE \(name: "outbox_event") SET body = '{}' WHERE \(condition)")
    var masked = try tx.maskAudit(condition, at: now)
    if person.kind == .user {
      masked += try tx.maskAudit(
        "actor_id = \(person.id) AND NOT (\(condition))", name: DataMap.formerUser, keepsDetail: true, at: now)
      masked += try tx.maskAudit("actor_id = \(person.id) AND (\(condition))", name: DataMap.formerUser, at: now)
    }
    return masked
  }

  /// Where a text holds the name of somebody.
  private func found(_ column: StaticString, _ person: Person) -> Statement? {
    let patterns = person.markers.flatMap { marker in
      // In JSON a quotation mark is written with a stroke before it.
      let json = marker.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      return json == marker ? [marker] : [marker, json]
    }
    guard !patterns.isEmpty else { return nil }
    let all = patterns.map { "\(name: column) LIKE \(Erasures.pattern($0)) ESCAPE '~'" as Statement }
    return "(\(Statement.joined(all, separator: " OR ", or: "FALSE")))"
  }

  static func pattern(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8.prefix(90) {
      if [UInt8(ascii: "%"), UInt8(ascii: "_"), UInt8(ascii: "~")].contains(byte) { bytes.append(UInt8(ascii: "~")) }
      bytes.append(byte)
    }
    // A cut may have gone through a character.
    while let last = bytes.last, text.utf8.count > 90, last >= 0x80 { bytes.removeLast() }
    return "%\(String(decoding: bytes, as: UTF8.self))%"
  }

  private func act(
    _ mention: DataMap.Mention, _ table: DataMap.Table, _ person: Person, _ report: inout ErasureReport,
    at now: Instant, in tx: Transaction
  ) throws {
    guard let found = found(mention.column, person) else { return }
    switch mention.act {
    case .remove: report.add(table, "removed", try tx.run("DELETE FROM \(name: table.name) WHERE \(found)"))
    case .overwrite(let set):
      report.add(table, "written over", try tx.run("UPDATE \(name: table.name) SET \(set) WHERE \(found)"))
    case .mask: report.masked += try tx.maskAudit(found, at: now)
    case .tell: break
    }
  }

  /// Counts the texts about other things in which somebody is named.
  func tell(
    _ mention: DataMap.Mention, _ table: DataMap.Table, _ person: Person, _ report: inout ErasureReport,
    in tx: Transaction
  ) throws {
    guard case .tell = mention.act, let found = found(mention.column, person) else { return }
    let rows: Int = try tx.value("SELECT count(*) FROM \(name: table.name) WHERE \(found)") ?? 0
    guard rows > 0 else { return }
    report.mentions.append(.init(table: table.name.description, what: mention.column.description, rows: rows))
  }
}

extension DataMap.Table {
  /// Tables whose rows are so many, and never audited one by one, that their numbers are not looked for in the chain.
  fileprivate var hasOwnAudit: Bool {
    !["purchase", "purchase_line", "cost_driver", "outbox_event", "audit_entry"].contains(name.description)
  }
}
