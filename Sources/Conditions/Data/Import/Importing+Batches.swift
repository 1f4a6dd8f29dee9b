import Customers
import Foundation
import Kernel
import Records
import Store

/// How a batch ended, for the counts of its run.
struct BatchTally: Sendable {
  var loaded = 0
  var merged = 0
  var corrected = 0
  var skipped = 0
  var rejects: [PurchaseMerge.Reject] = []
  var first: Day?
  var last: Day?
  var memory: SourceMemory?
}

extension BatchTally {
  init(_ tally: ArrivalTally, days: [Day] = []) {
    self.init(
      loaded: tally.loaded, merged: tally.merged, corrected: tally.corrected, skipped: tally.skipped,
      rejects: tally.rejects, first: days.min(), last: days.max())
  }
}

extension Importing {
  /// Takes purchases in batch by batch; while the store writes one, the next is made ready on the other core.
  func purchases(_ spool: Spool, _ batches: [[Int]]) async throws {
    var memory = SourceMemory()
    var done = 0
    var next = batches.first.map { first in Task { try PurchaseBatch(spool, first) } }
    for index in batches.indices {
      guard let batch = try await next?.value else { break }
      next = batches.dropFirst(index + 1).first.map { groups in Task { try PurchaseBatch(spool, groups) } }
      done += batch.rows.count
      if index + 1 >= run.batches, !batch.rows.isEmpty { try await take(batch, index, &memory) }
      try await report(done, spool)
    }
  }

  private func take(_ batch: PurchaseBatch, _ index: Int, _ memory: inout SourceMemory) async throws {
    do {
      try await enter(batch, index, &memory)
    } catch let problem as Problem where problem.kind == .conflict && !memory.hadOrders {
      // An order that an earlier batch brought for another customer: this batch is compared with the store after all.
      memory.isDistrustful = true
      try await enter(batch, index, &memory)
    }
  }

  private func enter(_ batch: PurchaseBatch, _ index: Int, _ memory: inout SourceMemory) async throws {
    let (kind, number, known) = (order.kind, run.id.rawValue, memory)
    let tally = try await commit(index) { tx, source, now, changes in
      let (customers, _) = try Customers.resolve(
        batch.people, source: source, kind: kind, importID: number, owner: actor, at: now, in: tx)
      let memory = try known.looking(at: source, for: batch.goods, importID: number, in: tx)
      let merge = PurchaseMerge(source: source, importID: number, now: now, ordersAreNew: !memory.hadOrders)
      let tally = try merge.take(batch.rows, customers: customers, products: memory.products, changes: &changes, in: tx)
      return BatchTally(
        loaded: tally.loaded, merged: tally.merged, corrected: tally.corrected, rejects: tally.rejects,
        first: tally.first, last: tally.last, memory: memory)
    }
    memory = tally.memory ?? SourceMemory()
  }

  func drivers(_ spool: Spool, _ groups: [Int], _ index: Int, _ isDone: Bool) async throws -> Int {
    let rows = try groups.flatMap { try spool.rows(of: $0, as: CostDriverArrival.self) }
    guard !isDone, !rows.isEmpty else { return rows.count }
    let people = Importing.distinct(rows.map { CustomerArrival(key: $0.customer) }, by: \.key)
    let (kind, number) = (order.kind, run.id.rawValue)
    try await commit(index) { tx, source, now, changes in
      let (customers, _) = try Customers.resolve(
        people, source: source, kind: kind, importID: number, owner: actor, at: now, in: tx)
      let result = try CostDrivers.merge(
        rows, customers: customers, source: source, importID: number, changes: &changes, in: tx)
      return BatchTally(
        loaded: result.loaded, merged: result.merged, corrected: result.corrected, first: rows.map(\.day).min(),
        last: rows.map(\.day).max())
    }
    return rows.count
  }

  func observations(_ spool: Spool, _ groups: [Int], _ index: Int, _ isDone: Bool) async throws -> Int {
    let rows = try groups.flatMap { try spool.rows(of: $0, as: ObservationArrival.self) }
    guard !isDone, !rows.isEmpty else { return rows.count }
    let people = Importing.distinct(rows.map { CustomerArrival(key: $0.customer) }, by: \.key)
    let (kind, number) = (order.kind, run.id.rawValue)
    try await commit(index) { tx, source, now, changes in
      let (customers, _) = try Customers.resolve(
        people, source: source, kind: kind, importID: number, owner: actor, at: now, in: tx)
      let result = try Observations.merge(
        rows, customers: customers, source: source, importID: number, by: actor, at: now, changes: &changes, in: tx)
      return BatchTally(
        loaded: result.loaded, merged: result.merged, corrected: result.corrected, first: rows.map(\.day).min(),
        last: rows.map(\.day).max())
    }
    return rows.count
  }

  func contacts(_ spool: Spool, _ groups: [Int], _ index: Int, _ isDone: Bool) async throws -> Int {
    let rows = try groups.flatMap { try spool.rows(of: $0, as: ContactArrival.self) }
    guard !isDone, !rows.isEmpty else { return rows.count }
    let people = Importing.distinct(rows.map { CustomerArrival(key: $0.customer) }, by: \.key)
    let (kind, policy, number) = (order.kind, order.policy ?? .update, run.id.rawValue)
    try await commit(index) { tx, source, now, changes in
      let (customers, _) = try Customers.resolve(
        people, source: source, kind: kind, importID: number, owner: actor, at: now, in: tx)
      return BatchTally(
        try Contacts.merge(
          rows, customers: customers, source: source, policy: policy, importID: number,
          own: try intake(.contact, in: tx), by: actor, at: now, changes: &changes, in: tx))
    }
    return rows.count
  }

  func interactions(_ spool: Spool, _ groups: [Int], _ index: Int, _ isDone: Bool) async throws -> Int {
    let rows = try groups.flatMap { try spool.rows(of: $0, as: InteractionArrival.self) }
    guard !isDone, !rows.isEmpty else { return rows.count }
    let people = Importing.distinct(rows.map { CustomerArrival(key: $0.customer) }, by: \.key)
    let (kind, number) = (order.kind, run.id.rawValue)
    try await commit(index) { tx, source, now, changes in
      let (customers, _) = try Customers.resolve(
        people, source: source, kind: kind, importID: number, owner: actor, at: now, in: tx)
      let result = try Interactions.merge(
        rows, customers: customers, source: source, importID: number, own: try intake(.interaction, in: tx), by: actor,
        at: now, changes: &changes, in: tx)
      return BatchTally(result, days: rows.map(\.day))
    }
    return rows.count
  }

  func customers(_ spool: Spool, _ groups: [Int], _ index: Int, _ isDone: Bool) async throws -> Int {
    let rows = try groups.flatMap { try spool.rows(of: $0, as: CustomerArrival.self) }
    guard !isDone, !rows.isEmpty else { return rows.count }
    let (kind, policy, number) = (order.kind, order.policy ?? .update, run.id.rawValue)
    let parents = Importing.distinct(rows.compactMap(\.parent).map { CustomerArrival(key: $0) }, by: \.key)
    try await commit(index) { tx, source, now, changes in
      let (above, _) = try Customers.resolve(
        parents, source: source, kind: kind, importID: number, owner: actor, at: now, in: tx)
      let merge = CustomerMerge(
        source: source, kind: kind, policy: policy, importID: number, owner: actor, now: now,
        own: try intake(.customer, in: tx))
      let result = try merge.take(rows, parents: above, changes: &changes, in: tx)
      return BatchTally(
        loaded: result.made, merged: rows.count - result.made - result.rejects.count, corrected: result.changed,
        skipped: result.skipped, rejects: result.rejects)
    }
    return rows.count
  }

  func products(_ spool: Spool, _ groups: [Int], _ index: Int, _ isDone: Bool) async throws -> Int {
    let rows = try groups.flatMap { try spool.rows(of: $0, as: ProductArrival.self) }
    guard !isDone, !rows.isEmpty else { return rows.count }
    let number = run.id.rawValue
    try await commit(index) { tx, source, _, changes in
      var categories: [[String]: ID<Products.Category>] = [:]
      let result = try Products.merge(
        rows, source: source, importID: number, changes: &changes, categories: &categories, in: tx)
      return BatchTally(loaded: result.made, merged: rows.count - result.made, corrected: result.changed)
    }
    return rows.count
  }

  private func intake(_ noun: Actor.Noun, in tx: Transaction) throws -> OwnFieldIntake {
    try OwnFieldIntake(noun, company.currency, in: tx)
  }

  /// Commits a batch with its counts, what it refused, and what undoing it needs.
  @discardableResult
  private func commit(
    _ index: Int,
    _ work: @escaping @Sendable (Transaction, ID<Source>, Instant, inout ChangeLog) throws -> BatchTally
  ) async throws -> BatchTally {
    let (id, names, actor) = (run.id, order.sourceName ?? order.feed, actor)
    let (now, isQuiet) = (imports.clock.now, order.rules != true)
    return try await imports.database.write { tx in
      var changes = ChangeLog()
      let first = try tx.newIDs(1).lowerBound
      let source = try Sources().named(names, at: now, in: tx)
      var tally = try work(tx, source.id, now, &changes)
      try Importing.keep(changes, tally.rejects, of: id, in: tx)
      try ImportTidings(of: id, isQuiet: isQuiet, by: actor, at: now).tell(changes, madeAfter: first, in: tx)
      try tx.run(
        """
        UPDATE import_run SET read_rows = read_rows + \(tally.loaded + tally.merged + tally.rejects.count),
          loaded_rows = loaded_rows + \(tally.loaded), merged_rows = merged_rows + \(tally.merged),
          corrected_rows = corrected_rows + \(tally.corrected), skipped_rows = skipped_rows + \(tally.skipped),
          rejected_rows = rejected_rows + \(tally.rejects.count),
          batches = \(index + 2), state = 'running', problem = NULL, first_day = CASE WHEN first_day IS NULL OR first_day > \(tally.first) THEN \(tally.first)
            ELSE first_day END,
          last_day = CASE WHEN last_day IS NULL OR last_day < \(tally.last) THEN \(tally.last) ELSE last_day END
        WHERE id = \(id)
        """)
      try Sources().revise(in: tx)
      tally.memory?.revision = try Sources().revision(in: tx)
      // After the first batch, the second, the fourth …: each time the tables have doubled.
      if (index + 1).nonzeroBitCount == 1 {
        try tx.refreshStatistics(of: [
          "customer", "customer_key", "product", "purchase", "cost_driver", "observation", "contact", "interaction",
        ])
      }
      return tally
    }
  }

  private static func keep(
    _ changes: ChangeLog, _ rejects: [PurchaseMerge.Reject], of id: ID<ImportRun>, in tx: Transaction
  ) throws {
    let last =
      try tx.value(
        "SELECT coalesce(max(sequence), 0) FROM import_change WHERE import_id = \(id)", as: Int64.self) ?? 0
    var next = changes.entries.enumerated().makeIterator()
    try tx.insert(into: "import_change", ["import_id", "sequence", "noun", "before"]) {
      next.next().map { [id.stored, .int(last + 1 + Int64($0)), .text($1.noun), .text($1.before)] }
    }
    for (part, reject) in rejects.enumerated() {
      try tx.run(
        """
        INSERT INTO import_reject (import_id, line, part, field, reason, original)
        VALUES (\(id), \(reject.line), \(part + 1), \(reject.field), \(reject.reason), '')
        """)
    }
  }

  static func distinct<Row>(_ rows: [Row], by key: (Row) -> String) -> [Row] {
    var seen: Set<String> = []
    return rows.filter { seen.insert(key($0)).inserted }
  }
}
