import Kernel
import Store

/// How customers stand to each other: every statement on its tables. One row tells both sides; whoever sees one customer
/// and not the other does not learn of it.
package struct Relationships: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// One page of those of a customer with others the actor may see, told from its side: what runs first, the newest first.
  /// - Parameter after: the cursor of the page before.
  package func list(
    of customer: ID<Customer>, after: String? = nil, size: Int = 50, for actor: Actor
  ) async throws -> Page<Relationship> {
    let scope = try Customers.scope(actor)
    let place = try after.map(Self.place) ?? "TRUE"
    return try await database.read { tx in
      _ = try Customers.find(customer, scope, in: tx)
      let rows = try tx.rows(
        """
        \(Self.select) WHERE (r.customer_id = \(customer) OR r.other_id = \(customer)) AND r.customer_id <> r.other_id
          AND c.id <> \(customer) AND \(scope) AND \(place)
        ORDER BY \(Self.isOver), r.id DESC LIMIT \(size + 1)
        """
      ) { try Relationship(row: $0, of: customer, for: actor) }
      return Page(overfetched: rows, size: size) { "\($0.isRunning ? 0 : 1)~\($0.id)" }
    }
  }

  private static let isOver: Statement = "CASE WHEN e.day IS NULL THEN 0 ELSE 1 END"

  private static func place(_ after: String) throws -> Statement {
    let parts = after.split(separator: "~", omittingEmptySubsequences: false)
    guard parts.count == 2, let over = Int64(parts[0]), let id = ID<Relationship>(text: parts[1]) else {
      throw Problem(.malformed, field: "after", "This is not a place in the list.", mend: "Start from the first page.")
    }
    return "(\(isOver) > \(over) OR (\(isOver) = \(over) AND r.id < \(id)))"
  }

  /// How one is kept.
  private typealias Side = (kind: Relationship.Kind, from: ID<Customer>, to: ID<Customer>)

  private static let select: Statement = """
    SELECT r.id, r.customer_id, r.other_id, r.kind, r.since_day, e.day AS until_day, r.note, r.actor_name, r.created_at,
      c.id AS named_id, c.name AS named
    FROM relationship r JOIN customer c ON c.id IN (r.customer_id, r.other_id)
    LEFT JOIN relationship_end e ON e.relationship_id = r.id
    """

  private static func find(
    _ id: ID<Relationship>, of customer: ID<Customer>, for actor: Actor, in tx: Transaction
  ) throws -> Relationship {
    let found = try tx.first(
      """
      \(select) WHERE r.id = \(id) AND (r.customer_id = \(customer) OR r.other_id = \(customer))
        AND c.id <> \(customer) AND \(try Customers.scope(actor))
      """
    ) { try Relationship(row: $0, of: customer, for: actor) }
    guard let found else {
      throw Problem(.notFound, field: "relationship", "There is no such relationship.", mend: "Look at the customer.")
    }
    return found
  }

  // Verbs.

  /// Says how a customer stands to another.
  package func create(
    _ draft: Relationship.Draft, of customer: ID<Customer>, by actor: Actor, once: Once = .unchecked
  ) async throws -> Relationship {
    let (scope, limit) = (try Customers.scope(actor, .edit), try Customers.scope(actor))
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      _ = try Customers.find(customer, scope, in: tx)
      guard draft.other != customer else {
        throw Problem(.invalid, field: "other", "That is the customer itself.", mend: "Name another one.")
      }
      guard try tx.first("SELECT 1 FROM customer c WHERE c.id = \(draft.other) AND \(limit)") != nil else {
        throw Problem(.notFound, field: "other", "There is no such customer.", mend: "Search for it by name.")
      }
      let side = Self.stored(draft.kind, customer, draft.other)
      try Self.checkUnsaid(side, in: tx)
      let id: ID<Relationship> = try tx.newID()
      try tx.run(
        """
        INSERT INTO relationship (id, customer_id, other_id, kind, since_day, note, actor_id, actor_name, created_at)
        VALUES (\(id), \(side.from), \(side.to), \(side.kind), \(draft.since), \(draft.note), \(actor.user), \
        \(actor.name), \(now))
        """)
      let made = try Self.find(id, of: customer, for: actor, in: tx)
      try Self.tell("relate", made, detail: made, by: actor, at: now, in: tx)
      try once.keep(made, location: "/api/v1/customers/\(customer)/relationships", in: tx)
      return made
    }
  }

  /// A relationship is kept from the side whose kind comes first, so that the same is never kept twice.
  private static func stored(_ kind: Relationship.Kind, _ customer: ID<Customer>, _ other: ID<Customer>) -> Side {
    let first = Relationship.Kind.allCases.first { $0 == kind || $0 == kind.counterpart } ?? kind
    return first == kind ? (kind, customer, other) : (first, other, customer)
  }

  /// - Throws: `Problem` when the same is said of the two and runs.
  private static func checkUnsaid(_ side: Side, in tx: Transaction) throws {
    let turned: Statement =
      side.kind.counterpart == side.kind
      ? "OR (r.customer_id = \(side.to) AND r.other_id = \(side.from) AND r.kind = \(side.kind))" : ""
    let known = try tx.first(
      """
      SELECT 1 FROM relationship r WHERE NOT EXISTS (
          SELECT 1 FROM relationship_end e WHERE e.relationship_id = r.id)
        AND ((r.customer_id = \(side.from) AND r.other_id = \(side.to) AND r.kind = \(side.kind)) \(turned))
      """)
    guard known == nil else {
      throw Problem(
        .conflict, field: "kind", "That is said of the two already.", mend: "Look at their relationships.")
    }
  }

  /// Ends one on a day; the row stays.
  package func end(
    _ id: ID<Relationship>, of customer: ID<Customer>, on day: Day, by actor: Actor
  ) async throws -> Relationship {
    try await change(id, of: customer, "end relationship", by: actor) { before, now, tx in
      guard before.isRunning else {
        throw Problem(.conflict, field: "relationship", "This relationship has ended already.")
      }
      if let since = before.since, day < since {
        throw Problem(.invalid, field: "day", "It began later.", mend: "Choose \(since) or a later day.")
      }
      try tx.run(
        """
        INSERT INTO relationship_end (relationship_id, day, actor_id, actor_name, at)
        VALUES (\(id), \(day), \(actor.user), \(actor.name), \(now))
        """)
    }
  }

  /// Takes the end of one back.
  package func reopen(
    _ id: ID<Relationship>, of customer: ID<Customer>, by actor: Actor
  ) async throws -> Relationship {
    try await change(id, of: customer, "reopen relationship", by: actor) { before, _, tx in
      guard !before.isRunning else { throw Problem(.conflict, field: "relationship", "This relationship runs.") }
      try Self.checkUnsaid(Self.stored(before.kind, before.customer, before.other), in: tx)
      try tx.run("DELETE FROM relationship_end WHERE relationship_id = \(id)")
    }
  }

  private func change(
    _ id: ID<Relationship>, of customer: ID<Customer>, _ verb: String, by actor: Actor,
    _ work: @escaping @Sendable (Relationship, Instant, Transaction) throws -> Void
  ) async throws -> Relationship {
    let scope = try Customers.scope(actor, .edit)
    let now = clock.now
    return try await database.write { tx in
      _ = try Customers.find(customer, scope, in: tx)
      let before = try Self.find(id, of: customer, for: actor, in: tx)
      try work(before, now, tx)
      let after = try Self.find(id, of: customer, for: actor, in: tx)
      try Self.tell(verb, after, detail: ["before": before, "after": after], by: actor, at: now, in: tx)
      return after
    }
  }

  private static func tell(
    _ verb: String, _ one: Relationship, detail: some Encodable, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    try tx.audit(verb, .customer, one.customer.rawValue, detail: detail, by: actor, at: now)
    for id in [one.customer, one.other] {
      try tx.announce("customer.related", .customer, id.rawValue, ["relationship": one.id], at: now)
    }
  }
}

extension Relationship {
  /// - Parameter customer: from whose side it is told; the other one is named in the row.
  init(row: Row, of customer: ID<Customer>, for actor: Actor) throws {
    let stored: Kind = try row("kind")
    let from: ID<Customer> = try row("customer_id")
    let other: ID<Customer> = try row("named_id")
    let isNamed = actor.knowsCustomers
    try self.init(
      id: row("id"), customer: customer, kind: from == customer ? stored : stored.counterpart, other: other,
      otherName: isNamed ? row("named") : Customer.numbered(other), since: row("since_day"), until: row("until_day"),
      note: actor.seesPersonalData ? row("note") : "", by: row("actor_name"), at: row("created_at"))
  }
}

extension Relationship.Kind: Storable {}
