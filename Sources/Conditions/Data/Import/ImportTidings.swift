import Customers
import Kernel
import Records
import Store

/// What the history and those who follow the company are told of the records a file made or changed, in the transaction
/// that did it.
struct ImportTidings {
  let run: ID<ImportRun>
  /// Whether the company's rules pass it over.
  let isQuiet: Bool
  let actor: Actor
  let now: Instant

  init(of run: ID<ImportRun>, isQuiet: Bool, by actor: Actor, at now: Instant) {
    (self.run, self.isQuiet, self.actor, self.now) = (run, isQuiet, actor, now)
  }

  /// The kinds of record that people keep by hand as well, with their tables.
  static let tables: [(noun: Actor.Noun, table: StaticString)] = [
    (.customer, "customer"), (.contact, "contact"), (.interaction, "interaction"),
  ]

  /// Tells of one batch. What was changed has its lines in the history; what came new names its import by itself.
  /// - Parameter first: a number given before the batch; those of its new records are greater.
  func tell(_ changes: ChangeLog, madeAfter first: Int64, in tx: Transaction) throws {
    for (noun, table) in Self.tables {
      try announce("created", noun, try brought(table, after: first, in: tx), in: tx)
    }
    try tell(changes, in: tx)
  }

  /// The records of a table that the run brought and that are there.
  func brought(_ table: StaticString, after first: Int64 = 0, in tx: Transaction) throws -> [Int64] {
    try tx.rows("SELECT id FROM \(name: table) WHERE id > \(first) AND import_id = \(run) ORDER BY id") { try $0(0) }
  }

  /// Tells of records that changed: a line of the history for each change, an announcement for each record.
  func tell(_ changes: ChangeLog, in tx: Transaction) throws {
    try tx.audit(changes.edits, by: actor, at: now)
    for (noun, _) in Self.tables {
      var seen: Set<Int64> = []
      let changed = changes.edits.filter { $0.noun == noun }.compactMap(\.record).filter { seen.insert($0).inserted }
      try announce("changed", noun, changed, in: tx)
    }
  }

  func announce(_ verb: String, _ noun: Actor.Noun, _ records: [Int64], in tx: Transaction) throws {
    try tx.announce(
      "\(noun.rawValue).\(verb)", noun, of: records, ["import": run.rawValue], isQuiet: isQuiet, at: now)
  }
}
