import Foundation
import Kernel
import Store
import Web

/// Acts on many records: done in batches, each whole or not at all, each remembered so that it can be taken back.
package struct BulkRuns: Sendable {
  package static let kind = "bulk"

  let database: Database
  let clock: any Clock
  let jobs: Jobs
  let changes: RecordChanges
  let catalogues: Catalogues
  /// The rights somebody has now, for work that goes on after they asked for it.
  let actor: @Sendable (Job) async throws -> Actor

  package init(
    _ changes: RecordChanges, jobs: Jobs, catalogues: Catalogues,
    actor: @escaping @Sendable (Job) async throws -> Actor
  ) {
    database = changes.database
    clock = changes.clock
    self.changes = changes
    self.jobs = jobs
    self.catalogues = catalogues
    self.actor = actor
  }

  static let select: Statement = """
    SELECT r.id, r.noun, r.act, r.job_id, r.records, r.refused, r.actor_name, r.created_at, r.ended_at, r.undone_at,
      r.undo_job_id, r.restored, r.outdated, j.state AS job_state, u.state AS undo_state,
      (SELECT b.before FROM bulk_change b WHERE b.run_id = r.id ORDER BY b.record_id LIMIT 1) AS one
    FROM bulk_run r LEFT JOIN job j ON j.id = r.job_id LEFT JOIN job u ON u.id = r.undo_job_id
    """

  package func find(_ id: ID<BulkRun>, for actor: Actor) async throws -> BulkRun {
    try await database.read { try find(id, for: actor, in: $0) }
  }

  func find(_ id: ID<BulkRun>, for actor: Actor, in tx: Transaction) throws -> BulkRun {
    let found = try tx.first(
      "\(BulkRuns.select) WHERE r.id = \(id) AND \(BulkRuns.scope(of: actor))", BulkRun.init(row:))
    guard let found else { throw Problem(.notFound, "There is no such act.") }
    return found
  }

  /// The newest acts on many: one's own, or everybody's for who may look into the audit chain.
  package func recent(limit: Int = 50, for actor: Actor) async throws -> [BulkRun] {
    try await database.read { tx in
      try tx.rows(
        "\(BulkRuns.select) WHERE \(BulkRuns.scope(of: actor)) ORDER BY r.id DESC LIMIT \(limit)", BulkRun.init(row:))
    }
  }

  private static func scope(of actor: Actor) -> Statement {
    actor.user == nil || actor.may(.see, .audit) ? "TRUE" : "r.actor_id = \(actor.user)"
  }

  /// Does an act on some records: at once when they are few, else as a job.
  package func begin(
    _ act: BulkAct, on choice: BulkAct.Choice, of catalogue: Catalogue, in setting: ListSetting, by actor: Actor
  ) async throws -> BulkRun {
    try actor.require(act.verb, catalogue.noun)
    let (ids, query) = try BulkRuns.parts(choice)
    let fields = act.changes
    if act.verb == .edit {
      guard !fields.isEmpty else {
        throw Problem(.invalid, field: "field", "No field is chosen.", mend: "Choose one.")
      }
      if case .tag(let name) = act { _ = try Text.line(name, field: "value", limit: 80) }
      let whole = try await database.read { try changes.customFields.whole(catalogue, in: $0) }
      for name in fields.keys {
        _ = try whole.field(name, for: actor)
        try actor.require(writing: [name], of: catalogue.noun)
      }
    }
    let now = clock.now
    let run: ID<BulkRun> = try await database.write { tx in
      let id: ID<BulkRun> = try tx.newID()
      let order = BulkOrder(
        run: id.rawValue, noun: catalogue.noun.rawValue, act: act.word, changes: fields, records: ids, query: query,
        today: setting.today, zone: setting.zone.identifier, undoes: nil, asker: KeptActor(actor))
      let isSmall = query == nil && ids.count <= BulkAct.atOnce
      let job =
        isSmall
        ? nil
        : try jobs.enqueue(
          BulkRuns.kind, title: "\(act.word.capitalized) \(catalogue.plural)", arguments: order, by: actor, in: tx)
      try insert(id, order, job, by: actor, at: now, in: tx)
      if isSmall { try carryOut(order, ids, by: actor, ends: true, in: tx) }
      return id
    }
    return try await find(run, for: actor)
  }

  /// What the runner does: batches of records, each in a transaction with its place.
  @Sendable package func run(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let order = try JSONDecoder().decode(BulkOrder.self, from: Data(job.arguments.utf8))
    let now = try await self.actor(job)
    let actor = order.asker.map { now.within($0.actor.grants) } ?? now
    let total = try await total(of: order, for: actor)
    var place = job.place.flatMap(Int64.init) ?? 0
    var done: Int64 = job.done
    while true {
      try Task.checkCancellation()
      let from = place
      // The place is written with the batch, so that an interruption neither repeats nor leaves out a record.
      let next: (place: Int64, count: Int)? = try await database.write { tx in
        let next = try batch(order, after: from, by: actor, in: tx)
        try jobs.mark(job.id, place: "\(next?.place ?? from)", in: tx)
        return next
      }
      guard let next else { break }
      place = next.place
      done += Int64(next.count)
      try await progress.report(done, of: max(total, done), "\(done) of \(max(total, done))")
    }
    return String(decoding: try JSONEncoder().encode(["run": order.run]), as: UTF8.self)
  }

  // Batches.

  static let size = 500

  private func batch(
    _ order: BulkOrder, after place: Int64, by actor: Actor, in tx: Transaction
  ) throws -> (place: Int64, count: Int)? {
    if order.undoes != nil {
      return try takeBack(order, after: place, limit: BulkRuns.size, by: actor, in: tx)
    }
    let ids = try identities(order, after: place, by: actor, in: tx)
    guard let last = ids.last else {
      try tx.run("UPDATE bulk_run SET ended_at = \(clock.now) WHERE id = \(order.run)")
      return nil
    }
    try carryOut(order, ids, by: actor, ends: false, in: tx)
    return (last, ids.count)
  }

  private func identities(
    _ order: BulkOrder, after place: Int64, by actor: Actor, in tx: Transaction
  ) throws -> [Int64] {
    guard let query = order.query else {
      return Array(order.records.sorted().drop { $0 <= place }.prefix(BulkRuns.size))
    }
    let whole = try changes.customFields.whole(try catalogues.named(order.noun), in: tx)
    let question = try RecordQuestion(query: BulkRuns.fields(query))
    let setting = ListSetting(
      today: order.today, zone: TimeZone(identifier: order.zone) ?? .gmt,
      currency: try changes.customFields.currency(tx))
    // Records that no longer match because of this act come before the place.
    return try RecordReading(question, of: whole, for: actor, in: setting)
      .identities(after: place, limit: BulkRuns.size, in: tx)
  }

  private func carryOut(
    _ order: BulkOrder, _ ids: [Int64], by actor: Actor, ends: Bool, in tx: Transaction
  ) throws {
    let catalogue = try changes.customFields.whole(try catalogues.named(order.noun), in: tx)
    let now = clock.now
    var refused = 0
    var kept: [[Value]] = []
    for id in ids {
      do {
        let before = try act(order, on: id, catalogue, by: actor, at: now, in: tx)
        let after = try changes.values(of: catalogue.fields.filter { before[$0.name] != nil }, id, catalogue, in: tx)
        kept.append([.int(order.run), .int(id), .text(try BulkRuns.json(before)), .text(try BulkRuns.json(after))])
      } catch let problem as Problem where [.notFound, .notAllowed, .invalid].contains(problem.kind) {
        // A value that fits none of them is a mistake of the order, not of a record.
        if ids.count == 1 || problem.kind == .invalid && order.changes[problem.field ?? ""] != nil { throw problem }
        refused += 1
      }
    }
    try tx.insert(into: "bulk_change", ["run_id", "record_id", "before", "after"], rows: kept)
    let end: Statement = ends ? ", ended_at = \(now)" : ""
    try tx.run(
      "UPDATE bulk_run SET records = records + \(kept.count), refused = refused + \(refused)\(end) WHERE id = \(order.run)"
    )
  }

  private func act(
    _ order: BulkOrder, on id: Int64, _ catalogue: Catalogue, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> [String: String] {
    switch order.act {
    case "bin":
      guard let bin = catalogue.bin else { throw BulkRuns.noBin(catalogue) }
      try bin(id, actor, now, tx)
      return [:]
    case "restore":
      guard let restore = catalogue.restore else { throw BulkRuns.noBin(catalogue) }
      try restore(id, actor, now, tx)
      return [:]
    case "tag":
      let held = try changes.values(of: [try catalogue.field("tags", for: actor)], id, catalogue, in: tx)["tags"] ?? ""
      let names = FieldValue.split(held) + [order.changes["tags"] ?? ""]
      return try changes.apply(
        ["tags": FieldValue.joined(names)], to: id, of: catalogue, by: actor, at: now, in: tx)
    default: return try changes.apply(order.changes, to: id, of: catalogue, by: actor, at: now, in: tx)
    }
  }

  private static func noBin(_ catalogue: Catalogue) -> Problem {
    Problem(.invalid, "\(catalogue.plural.capitalized) have no bin.", mend: "Withdraw them one by one.")
  }

  private func total(of order: BulkOrder, for actor: Actor) async throws -> Int64 {
    try await database.read { tx in
      if let undone = order.undoes {
        return try tx.value("SELECT records FROM bulk_run WHERE id = \(undone)", as: Int64.self) ?? 0
      }
      guard let query = order.query else { return Int64(order.records.count) }
      let whole = try changes.customFields.whole(try catalogues.named(order.noun), in: tx)
      let setting = ListSetting(
        today: order.today, zone: TimeZone(identifier: order.zone) ?? .gmt,
        currency: try changes.customFields.currency(tx))
      let question = try RecordQuestion(query: BulkRuns.fields(query))
      return Int64(try RecordReading(question, of: whole, for: actor, in: setting).count(in: tx))
    }
  }

  private static func json(_ values: [String: String]) throws -> String {
    String(decoding: try JSONEncoder().encode(values), as: UTF8.self)
  }

  private func insert(
    _ id: ID<BulkRun>, _ order: BulkOrder, _ job: ID<Job>?, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    try tx.run(
      """
      INSERT INTO bulk_run (id, noun, act, question, job_id, records, refused, actor_id, actor_name, created_at)
      VALUES (\(id), \(order.noun), \(order.act), \(order.query ?? ""), \(job), 0, 0, \(actor.user), \(actor.name), \(now))
      """)
  }

  private static func parts(_ choice: BulkAct.Choice) throws -> ([Int64], String?) {
    switch choice {
    case .matching(let question): return ([], Address.path("", question.selection))
    case .records(let ids):
      guard (1...10_000).contains(ids.count) else {
        throw Problem(
          .invalid, field: "ids", "There are not 1 to 10,000 records.", mend: "Tick some, or choose all that match.")
      }
      return (Array(Set(ids)).sorted(), nil)
    }
  }

  /// A question's query read back.
  private static func fields(_ query: String) throws -> Fields {
    try Decoding.fields(query.utf8.dropFirst(query.utf8.first == UInt8(ascii: "?") ? 1 : 0), field: "query")
  }
}

extension BulkRun {
  init(row: Row) throws {
    try self.init(
      id: row("id"), noun: row("noun"), act: row("act"), fields: BulkRun.fields(in: row("one")), job: row("job_id"),
      records: row("records"),
      refused: row("refused"), restored: row("restored"), outdated: row("outdated"), state: BulkRun.state(of: row),
      undoJob: row("undo_job_id"), by: row("actor_name"), at: row("created_at"), endedAt: row("ended_at"),
      undoneAt: row("undone_at"))
  }

  /// The names of the fields that one of its records had changed.
  private static func fields(in before: String?) throws -> [String] {
    guard let before else { return [] }
    return try JSONDecoder().decode([String: String].self, from: Data(before.utf8)).keys.sorted()
  }

  /// How it stands, from its own days and those of the work in the background.
  private static func state(of row: Row) throws -> State {
    let (work, undoing) = (
      try row("job_state", as: Job.State?.self), try row("undo_state", as: Job.State?.self)
    )
    let open: [Job.State] = [.queued, .running]
    if try row("undone_at", as: Instant?.self) != nil {
      guard let undoing else { return .undone }
      return open.contains(undoing) ? .undoing : undoing == .succeeded ? .undone : .undoingStopped
    }
    if try row("ended_at", as: Instant?.self) != nil { return .done }
    return work.map(open.contains) ?? false ? .open : .stopped
  }
}
