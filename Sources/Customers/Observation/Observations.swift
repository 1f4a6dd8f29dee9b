import Kernel
import Store

/// What was said and seen of customers: every statement on its tables.
package final class Observations: Sendable {
  private struct Reader: Equatable {
    let user: Viewpoint?
  }

  let database: Database
  let clock: any Clock
  private let kept = KeptAnswers<Reader, [Observation]>(most: 3)

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// The counterpart is a customer where the source knows one by that name, or a person chose one; one the actor may
  /// not see is none.
  private static func select(_ actor: Actor) throws -> Statement {
    let scope = try Customers.scope(actor)
    let other: Statement =
      actor.reach(.see, .customer) == .all
      ? "coalesce(o.other_id, k.customer_id)"
      : "(SELECT c.id FROM customer c WHERE c.id = coalesce(o.other_id, k.customer_id) AND \(scope))"
    return """
      SELECT o.id, o.customer_id, o.day, o.kind, o.other, \(other) AS other_customer,
        o.amount_minor, o.score, o.note, s.name AS source, o.actor_name, o.created_at
      FROM observation o LEFT JOIN source s ON s.id = o.source_id
      LEFT JOIN customer_key k ON k.source_id = o.source_id AND k.external_id = o.other
      WHERE NOT EXISTS (SELECT 1 FROM observation_withdrawal w WHERE w.observation_id = o.id)
      """
  }

  private static func scope(_ actor: Actor) throws -> Statement {
    try actor.require(.see, .observation)
    let limit = try Customers.scope(actor)
    return actor.reach(.see, .customer) == .all
      ? "TRUE" : "o.customer_id IN (SELECT c.id FROM customer c WHERE \(limit))"
  }

  /// One page, the newest first.
  package func list(_ question: ObservationQuestion, for actor: Actor) async throws -> Page<Observation> {
    let conditions = [try Self.scope(actor)] + question.conditions + [try question.place()].compactMap { $0 }
    let filter = Statement.joined(conditions, separator: " AND ", or: "TRUE")
    let select = try Self.select(actor)
    return try await database.read { tx in
      let rows = try tx.rows(
        "\(select) AND \(filter) ORDER BY o.day DESC, o.id DESC LIMIT \(question.size + 1)",
        Observation.init(row:))
      return Page(overfetched: rows, size: question.size) { "\($0.day.number)~\($0.id)" }
        .map { $0.seen(by: actor) }
    }
  }

  /// How many there are of each kind.
  package func counts(_ question: ObservationQuestion, for actor: Actor) async throws -> [Observation.Kind: Int] {
    let filter = Statement.joined(
      [try Self.scope(actor)] + question.conditions, separator: " AND ", or: "TRUE")
    return try await database.read { tx in
      let rows = try tx.rows(
        """
        SELECT o.kind, count(*) FROM observation o
        WHERE NOT EXISTS (SELECT 1 FROM observation_withdrawal w WHERE w.observation_id = o.id) AND \(filter)
        GROUP BY o.kind
        """
      ) { (try $0(0, as: Observation.Kind.self), try $0(1, as: Int.self)) }
      return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }
  }

  /// Every observation the actor may see by day, of sites in the name of the party they stand under; kept until the
  /// facts change. For computing: with their texts, which only `list` and `find` take out for who must not read them.
  package func all(for actor: Actor) async throws -> [Observation] {
    let scope = try Self.scope(actor)
    let reader = Reader(user: actor.viewpoint)
    let revision = try await database.read { try Sources().revision(in: $0) }
    if let found = kept.find(reader, at: revision) { return found }
    let select = try Self.select(actor)
    let all = try await database.read { tx in
      let accounts = try Accounts(in: tx)
      return try tx.rows("\(select) AND \(scope) ORDER BY o.day, o.id", Observation.init(row:)).map {
        accounts.areAllAlone ? $0 : $0.rolled(up: accounts)
      }
    }
    kept.keep(all, to: reader, at: revision)
    return all
  }

  // Verbs.

  package func create(
    _ draft: Observation.Draft, by actor: Actor, once: Once = .unchecked
  ) async throws -> Observation {
    try actor.require(.create, .observation)
    let scope = try Customers.scope(actor)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      for customer in [draft.customer] + [draft.otherCustomer].compactMap({ $0 }) {
        guard try tx.first("SELECT 1 FROM customer c WHERE c.id = \(customer) AND \(scope)") != nil else {
          throw Problem(.notFound, field: "customer", "There is no such customer.", mend: "Search for it by name.")
        }
      }
      let id: ID<Observation> = try tx.newID()
      try tx.run(
        """
        INSERT INTO observation (id, customer_id, day, kind, other, other_id, amount_minor, score, note, actor_id,
          actor_name, created_at)
        VALUES (\(id), \(draft.customer), \(draft.day), \(draft.kind), \(draft.other), \(draft.otherCustomer),
          \(draft.minor), \(draft.score), \(draft.note), \(actor.user), \(actor.name), \(now))
        """)
      let made = try Self.find(id, "TRUE", for: actor, in: tx)
      try Sources().revise(in: tx)
      try tx.audit("create", .observation, id.rawValue, detail: made, by: actor, at: now)
      try once.keep(made.seen(by: actor), location: "/api/v1/observations/\(id)", in: tx)
      return made.seen(by: actor)
    }
  }

  /// Takes one back; the row stays, with who did it.
  package func withdraw(_ id: ID<Observation>, by actor: Actor) async throws -> Observation {
    try actor.require(.delete, .observation)
    let scope = try Self.scope(actor)
    let now = clock.now
    return try await database.write { tx in
      let before = try Self.find(id, scope, for: actor, in: tx)
      try tx.run(
        """
        INSERT INTO observation_withdrawal (observation_id, actor_id, actor_name, at)
        VALUES (\(id), \(actor.user), \(actor.name), \(now))
        """)
      try Sources().revise(in: tx)
      try tx.audit("withdraw", .observation, id.rawValue, detail: before, by: actor, at: now)
      return before.seen(by: actor)
    }
  }

  package func find(_ id: ID<Observation>, for actor: Actor) async throws -> Observation {
    let scope = try Self.scope(actor)
    return try await database.read { try Self.find(id, scope, for: actor, in: $0) }.seen(by: actor)
  }

  private static func find(
    _ id: ID<Observation>, _ scope: Statement, for actor: Actor, in tx: Transaction
  ) throws -> Observation {
    guard let found = try tx.first("\(try select(actor)) AND o.id = \(id) AND \(scope)", Observation.init(row:)) else {
      throw Problem(.notFound, "There is no such observation.", mend: "Look for it in the list.")
    }
    return found
  }
}

// Imports.
extension Observations {
  /// Takes one batch in; rows seen before change nothing, rows of a name seen before correct it.
  package static func merge(
    _ batch: [ObservationArrival], customers: [String: ID<Customer>], source: ID<Source>, importID: Int64,
    by actor: Actor, at now: Instant, changes: inout ChangeLog, in tx: Transaction
  ) throws -> (loaded: Int, merged: Int, corrected: Int) {
    var occurrences: [String: Int] = [:]
    let keys = batch.map { $0.name(&occurrences) }
    var known = try existing(keys, source, in: tx)
    var result = (loaded: 0, merged: 0, corrected: 0)
    var fresh: [(arrival: ObservationArrival, customer: ID<Customer>, key: String)] = []
    for (arrival, key) in zip(batch, keys) {
      guard let customer = customers[arrival.customer] else { continue }
      guard let before = known[key] else {
        known[key] = Former(arrival, customer, id: 0)
        fresh.append((arrival, customer, key))
        result.loaded += 1
        continue
      }
      result.merged += 1
      let after = Former(arrival, customer, id: before.id)
      guard before.id != 0, after != before else { continue }
      try changes.record("observation", before)
      try write(after, in: tx)
      result.corrected += 1
    }
    var next = zip(fresh, try tx.newIDs(fresh.count)).makeIterator()
    try tx.insert(
      into: "observation",
      [
        "id", "customer_id", "day", "kind", "other", "amount_minor", "score", "note", "source_id", "external_id",
        "import_id", "actor_id", "actor_name", "created_at",
      ]
    ) {
      next.next().map { row, number in
        let arrival = row.arrival
        return [
          .int(number), row.customer.stored, arrival.day.stored, arrival.kind.stored, .text(arrival.other),
          arrival.minor.stored, arrival.score.map(Int64.init).stored, .text(arrival.note), source.stored,
          .text(row.key), .int(importID), actor.user.stored, .text(actor.name), now.stored,
        ]
      }
    }
    return result
  }

  private static func existing(
    _ keys: [String], _ source: ID<Source>, in tx: Transaction
  ) throws -> [String: Former] {
    var known: [String: Former] = [:]
    for chunk in keys.chunks(of: 400) {
      try tx.each("SELECT * FROM observation WHERE source_id = \(source) AND external_id IN (\(list: chunk))") { row in
        known[try row("external_id")] = try Former(
          id: row("id"), customer: row("customer_id"), day: row("day"), kind: row("kind"), other: row("other"),
          minor: row("amount_minor"), score: row("score"), note: row("note"))
      }
    }
    return known
  }

  private static func write(_ row: Former, in tx: Transaction) throws {
    try tx.run(
      """
      UPDATE observation SET customer_id = \(row.customer), day = \(row.day), kind = \(row.kind), other = \(row.other),
        amount_minor = \(row.minor), score = \(row.score), note = \(row.note) WHERE id = \(row.id)
      """)
  }

  package static func undo(importID: Int64, changes: [ChangeLog.Entry], in tx: Transaction) throws {
    for entry in changes.reversed() where entry.noun == "observation" {
      try write(try entry.decoded(as: Former.self), in: tx)
    }
    let brought: Statement = "(SELECT id FROM observation WHERE import_id = \(importID))"
    try tx.run("DELETE FROM observation_withdrawal WHERE observation_id IN \(brought)")
    try tx.run("DELETE FROM observation WHERE import_id = \(importID)")
  }
}

extension Observation {
  init(row: Row) throws {
    try self.init(
      id: row("id"), customer: row("customer_id"), day: row("day"), kind: row("kind"), other: row("other"),
      otherCustomer: row("other_customer"), minor: row("amount_minor"), score: row("score"), note: row("note"),
      source: row("source"), by: row("actor_name"), at: row("created_at"))
  }

  /// Without what somebody said or wrote and without whom it names, for who sees no personal data. The item of a rating
  /// is one of ours.
  package func seen(by actor: Actor) -> Observation {
    guard !actor.seesPersonalData || !actor.knowsCustomers else { return self }
    let shown = otherCustomer.map { Customer.numbered($0) } ?? ""
    return Observation(
      id: id, customer: customer, day: day, kind: kind, other: kind == .rating ? other : shown,
      otherCustomer: otherCustomer, minor: minor, score: score, note: actor.seesPersonalData ? note : "",
      source: source, by: by, at: at)
  }

  fileprivate func rolled(up accounts: Accounts) -> Observation {
    Observation(
      id: id, customer: accounts.account(of: customer), day: day, kind: kind, other: other,
      otherCustomer: otherCustomer.map { accounts.account(of: $0) }, minor: minor, score: score, note: note,
      source: source, by: by, at: at)
  }
}

extension Observation.Kind: Storable {}
