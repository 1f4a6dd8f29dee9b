import Kernel
import Store

/// Customers as a feed names them.
package struct CustomerArrival: Sendable, Hashable {
  package let key: String
  package var name: String?
  package var email: String?
  package var kind: Customer.Kind?
  /// The external key of the parent, in the same source.
  package var parent: String?
  /// What the feed declares of the customer.
  package var traits: [String: String]
  /// Where it stands in the file.
  package var line: Int

  package init(
    key: String, name: String? = nil, email: String? = nil, kind: Customer.Kind? = nil, parent: String? = nil,
    traits: [String: String] = [:], line: Int = 0
  ) {
    self.key = key
    self.name = name
    self.email = email
    self.kind = kind
    self.parent = parent
    self.traits = traits
    self.line = line
  }
}

extension Customers {
  /// Finds the customers a source knows under some keys, and makes those that are new.
  /// - Returns: their identities, and how many were made.
  package static func resolve(
    _ arrivals: [CustomerArrival], source: ID<Source>, kind: Customer.Kind, importID: Int64, owner: Actor,
    at now: Instant, in tx: Transaction
  ) throws -> (ids: [String: ID<Customer>], made: Int) {
    var ids: [String: ID<Customer>] = [:]
    ids.reserveCapacity(arrivals.count)
    for chunk in arrivals.chunks(of: 400) {
      try tx.each(
        """
        SELECT external_id, customer_id FROM customer_key
        WHERE source_id = \(source) AND external_id IN (\(list: chunk.map(\.key)))
        """
      ) { ids[try $0(0)] = try $0(1, as: ID<Customer>.self) }
    }
    var fresh: [CustomerArrival] = []
    for arrival in arrivals where ids[arrival.key] == nil {
      ids[arrival.key] = ID(0)
      fresh.append(arrival)
    }
    let numbers = try tx.newIDs(fresh.count)
    for (arrival, number) in zip(fresh, numbers) { ids[arrival.key] = ID(number) }
    var next = zip(fresh, numbers).makeIterator()
    try tx.insert(
      into: "customer",
      ["id", "kind", "name", "folded", "email", "owner_id", "team_id", "import_id", "created_at"]
    ) {
      next.next().map { arrival, number in
        let known = arrival.kind ?? kind
        let name = arrival.name ?? "\(known.word) \(arrival.key)"
        return [
          .int(number), known.stored, .text(name), .text(Text.folded(name)), arrival.email.stored,
          owner.user.stored, owner.teams.first.stored, .int(importID), now.stored,
        ]
      }
    }
    next = zip(fresh, numbers).makeIterator()
    try tx.insert(into: "customer_key", ["source_id", "external_id", "customer_id"]) {
      next.next().map { [source.stored, .text($0.key), .int($1)] }
    }
    return (ids, fresh.count)
  }

  /// Takes in what a feed tells of customers: names, addresses, parents, traits. What it does not tell stays.
  /// - Parameter parents: the identities of the parents the feed names.
  /// - Returns: how many customers were made, how many rows changed one that was there, and the rows that would have
  ///   put somebody under themselves.
  package static func merge(
    _ arrivals: [CustomerArrival], source: ID<Source>, kind: Customer.Kind, importID: Int64, owner: Actor,
    parents: [String: ID<Customer>], changes: inout ChangeLog, at now: Instant, in tx: Transaction
  ) throws -> (made: Int, changed: Int, rejects: [PurchaseMerge.Reject]) {
    let (ids, made) = try resolve(
      arrivals, source: source, kind: kind, importID: importID, owner: owner, at: now, in: tx)
    var changed = 0
    var rejects: [PurchaseMerge.Reject] = []
    for arrival in arrivals {
      guard let id = ids[arrival.key] else { continue }
      let parent = arrival.parent.flatMap { parents[$0] }
      if let parent, try stands(parent, under: id, in: tx) {
        let reason = "\(arrival.key) would stand under itself."
        rejects.append(PurchaseMerge.Reject(line: arrival.line, field: "parent", reason: reason))
        continue
      }
      if try apply(arrival, to: id, parent: parent, source, importID, &changes, now, tx) { changed += 1 }
    }
    return (made, changed, rejects)
  }

  /// Whether a customer is another or stands under it.
  private static func stands(_ id: ID<Customer>, under top: ID<Customer>, in tx: Transaction) throws -> Bool {
    var place = id
    for _ in 0..<50 {
      if place == top { return true }
      let above = try tx.value("SELECT parent_id FROM customer WHERE id = \(place)", as: ID<Customer>?.self)
      guard let above = above.flatMap({ $0 }) else { return false }
      place = above
    }
    return true
  }

  private static func apply(
    _ arrival: CustomerArrival, to id: ID<Customer>, parent: ID<Customer>?, _ source: ID<Source>, _ importID: Int64,
    _ changes: inout ChangeLog, _ now: Instant, _ tx: Transaction
  ) throws -> Bool {
    guard
      let before = try tx.first(
        "SELECT \(columns), c.import_id FROM customer c WHERE c.id = \(id)",
        { row in
          (customer: try Customer(row: row), importID: try row("import_id", as: Int64?.self))
        })
    else { return false }
    let isNew = before.importID == importID
    let old = before.customer
    var changed = false
    let name = arrival.name ?? old.name
    let kind = arrival.kind ?? old.kind
    let above = parent ?? old.parent
    if name != old.name || kind != old.kind || (arrival.email ?? old.email) != old.email || above != old.parent {
      if !isNew { try changes.record("customer", old) }
      try tx.run(
        """
        UPDATE customer SET name = \(name), folded = \(Text.folded(name)), kind = \(kind),
          email = \(arrival.email ?? old.email), parent_id = \(above), version = version + 1 WHERE id = \(id)
        """)
      changed = !isNew
    }
    for (trait, value) in arrival.traits.sorted(by: { $0.key < $1.key }) {
      changed = try apply(trait, value, to: id, isNew, source, importID, &changes, now, tx) || changed
    }
    return changed
  }

  private static func apply(
    _ trait: String, _ value: String, to id: ID<Customer>, _ isNew: Bool, _ source: ID<Source>, _ importID: Int64,
    _ changes: inout ChangeLog, _ now: Instant, _ tx: Transaction
  ) throws -> Bool {
    let before = try tx.first(
      "SELECT * FROM customer_trait WHERE customer_id = \(id) AND name = \(trait)", FormerTrait.init(row:))
    guard before?.value != value else { return false }
    if !isNew { try changes.record("customer_trait", before ?? FormerTrait(customer: id, name: trait)) }
    try tx.run(
      """
      INSERT INTO customer_trait (customer_id, name, value, source_id, import_id, at)
      VALUES (\(id), \(trait), \(value), \(source), \(importID), \(now))
      ON CONFLICT (customer_id, name) DO UPDATE SET value = excluded.value, source_id = excluded.source_id,
        import_id = excluded.import_id, at = excluded.at
      """)
    return !isNew
  }

  /// A trait as it was; without a value when there was none.
  package struct FormerTrait: Codable, Sendable {
    let customer: ID<Customer>
    let name: String
    var value: String?
    var source: ID<Source>?
    var importID: Int64?
    var at: Instant?
  }

  /// Puts customers back as they were before an import, and removes those it made and nobody uses.
  package static func undo(importID: Int64, changes: [ChangeLog.Entry], in tx: Transaction) throws {
    for entry in changes.reversed() where entry.noun == "customer" {
      let old = try entry.decoded(as: Customer.self)
      try tx.run(
        """
        UPDATE customer SET name = \(old.name), folded = \(Text.folded(old.name)), kind = \(old.kind),
          email = \(old.email), parent_id = \(old.parent), version = version + 1 WHERE id = \(old.id)
        """)
    }
    for entry in changes.reversed() where entry.noun == "customer_trait" {
      let old = try entry.decoded(as: FormerTrait.self)
      if let value = old.value {
        try tx.run(
          """
          UPDATE customer_trait SET value = \(value), source_id = \(old.source), import_id = \(old.importID),
            at = coalesce(\(old.at), at) WHERE customer_id = \(old.customer) AND name = \(old.name)
          """)
      } else {
        try tx.run("DELETE FROM customer_trait WHERE customer_id = \(old.customer) AND name = \(old.name)")
      }
    }
    let unused: Statement = """
      SELECT c.id FROM customer c WHERE c.import_id = \(importID)
        AND NOT EXISTS (SELECT 1 FROM purchase p WHERE p.customer_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM cost_driver d WHERE d.customer_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM observation o WHERE o.customer_id = c.id OR o.other_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM customer s WHERE s.parent_id = c.id AND coalesce(s.import_id, 0) <> \(importID))
      """
    try tx.run("UPDATE customer SET parent_id = NULL WHERE import_id = \(importID)")
    try tx.run("DELETE FROM customer_trait WHERE customer_id IN (\(unused))")
    try tx.run("DELETE FROM customer_key WHERE customer_id IN (\(unused))")
    try tx.run("DELETE FROM customer WHERE id IN (\(unused))")
  }
}

extension Customers.FormerTrait {
  init(row: Row) throws {
    try self.init(
      customer: row("customer_id"), name: row("name"), value: row("value"), source: row("source_id"),
      importID: row("import_id"), at: row("at"))
  }
}
