import Kernel
import Records
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
  /// How to reach it and where it is, as far as the feed tells.
  package var details: Customer.Details
  /// What the feed tells of the company's own fields, by their names.
  package var own: [String: String]
  /// Where it stands in the file.
  package var line: Int

  package init(
    key: String, name: String? = nil, email: String? = nil, kind: Customer.Kind? = nil, parent: String? = nil,
    traits: [String: String] = [:], details: Customer.Details = Customer.Details(), own: [String: String] = [:],
    line: Int = 0
  ) {
    self.key = key
    self.name = name
    self.email = email
    self.kind = kind
    self.parent = parent
    self.traits = traits
    self.details = details
    self.own = own
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
    var ids = try known(arrivals.map(\.key), source: source, in: tx)
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
    try refreshSearch(numbers, in: tx)
    return (ids, fresh.count)
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

  /// A name that an import gave to a customer who had none in its source.
  struct NewKey: Codable, Sendable {
    let source: ID<Source>
    let key: String
  }

  /// Puts customers back as they were before an import, and removes those it made and nobody uses.
  /// - Parameter told: what changed by that, for the history.
  package static func undo(
    importID: Int64, changes: [ChangeLog.Entry], told: inout ChangeLog, in tx: Transaction
  ) throws {
    let changed = Set(try changes.filter { $0.noun == "customer" }.map { try $0.decoded(as: Customer.self).id })
    let before = try states(of: changed, in: tx)
    for entry in changes.reversed() where entry.noun == "customer" {
      let old = try entry.decoded(as: Customer.self)
      try tx.run(
        """
        UPDATE customer SET name = \(old.name), folded = \(Text.folded(old.name)), kind = \(old.kind),
          email = \(old.email), parent_id = \(old.parent), phone = \(old.phone), website = \(old.website),
          street = \(old.street), postal_code = \(old.postalCode), city = \(old.city), country = \(old.country),
          language = \(old.language), version = version + 1 WHERE id = \(old.id)
        """)
    }
    try undoTraits(changes, told: &told, in: tx)
    var unlinked: [ID<Customer>] = []
    for entry in changes where entry.noun == "customer_key" {
      let link = try entry.decoded(as: NewKey.self)
      unlinked += try tx.rows(
        "SELECT customer_id FROM customer_key WHERE source_id = \(link.source) AND external_id = \(link.key)"
      ) { try $0(0, as: ID<Customer>.self) }
      try tx.run("DELETE FROM customer_key WHERE source_id = \(link.source) AND external_id = \(link.key)")
    }
    let unused: Statement = """
      SELECT c.id FROM customer c WHERE c.import_id = \(importID)
        AND NOT EXISTS (SELECT 1 FROM purchase p WHERE p.customer_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM cost_driver d WHERE d.customer_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM observation o WHERE o.customer_id = c.id OR o.other_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM relationship l WHERE l.customer_id = c.id OR l.other_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM contact_role r WHERE r.customer_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM main_contact m WHERE m.customer_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM interaction i WHERE i.customer_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM consent n WHERE n.customer_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM task t WHERE t.about_noun = 'customer' AND t.about_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.noun = 'customer' AND a.record_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM tagging g WHERE g.noun = 'customer' AND g.record_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM customer s WHERE s.parent_id = c.id AND coalesce(s.import_id, 0) <> \(importID))
      """
    let touched = try tx.rows("SELECT id FROM customer WHERE import_id = \(importID)") {
      try $0(0, as: ID<Customer>.self)
    }
    try tx.run("UPDATE customer SET parent_id = NULL WHERE import_id = \(importID)")
    try OwnFieldIntake.forget(unused, in: tx)
    try tx.run("DELETE FROM customer_trait WHERE customer_id IN (\(unused))")
    try tx.run("DELETE FROM customer_key WHERE customer_id IN (\(unused))")
    try tx.run("DELETE FROM customer WHERE id IN (\(unused))")
    for (id, after) in try states(of: changed, in: tx).sorted(by: { $0.key < $1.key }) {
      if let before = before[id] { try told.edit(.customer, id.rawValue, before: before, after: after) }
    }
    try refreshSearch(touched + changed + unlinked, in: tx)
  }

  private static func undoTraits(
    _ changes: [ChangeLog.Entry], told: inout ChangeLog, in tx: Transaction
  ) throws {
    for entry in changes.reversed() where entry.noun == "customer_trait" {
      let old = try entry.decoded(as: FormerTrait.self)
      let now = try tx.value(
        "SELECT value FROM customer_trait WHERE customer_id = \(old.customer) AND name = \(old.name)", as: String.self)
      if now != old.value {
        let name = "trait \(old.name)"
        try told.edit(.customer, old.customer.rawValue, before: [name: now], after: [name: old.value])
      }
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
  }

  private static func states(
    of customers: Set<ID<Customer>>, in tx: Transaction
  ) throws -> [ID<Customer>: Customer] {
    var states: [ID<Customer>: Customer] = [:]
    for chunk in customers.sorted().chunks(of: 400) {
      try tx.each("SELECT \(columns) FROM customer c WHERE c.id IN (\(list: chunk))") { row in
        let customer = try Customer(row: row)
        states[customer.id] = customer
      }
    }
    return states
  }
}

extension Customers.FormerTrait {
  init(row: Row) throws {
    try self.init(
      customer: row("customer_id"), name: row("name"), value: row("value"), source: row("source_id"),
      importID: row("import_id"), at: row("at"))
  }
}
