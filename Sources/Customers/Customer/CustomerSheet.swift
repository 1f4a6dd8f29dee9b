import Foundation
import Kernel
import Records
import Store

/// A customer with all that its page shows, read at one moment.
package struct CustomerSheet: Sendable {
  package struct Key: Encodable, Sendable {
    let source: String
    let key: String
  }

  /// What was bought by a customer, or by it and everything under it.
  package struct Value: Encodable, Sendable, Equatable {
    package var customers: Int
    package var purchases: Int
    /// Returns taken off, in minor units.
    package var minor: Int64
    package var last: Day?

    static let nothing = Value(customers: 0, purchases: 0, minor: 0, last: nil)

    func adding(_ other: Value) -> Value {
      Value(
        customers: customers + other.customers, purchases: purchases + other.purchases,
        minor: minor.addingReportingOverflow(other.minor).partialValue,
        last: [last, other.last].compactMap { $0 }.max())
    }
  }

  /// A customer directly under this one, with what it and everything under it bought.
  package struct Child: Encodable, Sendable {
    package let id: ID<Customer>
    package let name: String
    package let kind: Customer.Kind
    package let value: Value
  }

  package struct Above: Encodable, Sendable {
    package let id: ID<Customer>
    package let name: String
  }

  package let customer: Customer
  package let ownerName: String?
  package let teamName: String?
  /// The customers above it, the nearest first.
  package let above: [Above]
  package let traits: [Trait]
  package let keys: [Key]
  package let children: [Child]
  /// What it bought itself.
  package let own: Value
  /// What it and everything under it bought.
  package let whole: Value
  package let purchases: [Purchase]
  package let history: PurchaseSummary
  package let costDrivers: [CostDriver.Total]
  package let people: [RelatedContact]
  package let lastInteraction: Interaction?
  package let timeline: Page<TimelineItem>
}

extension CustomerSheet: Encodable {
  private enum Part: CodingKey {
    case ownerName, teamName, above, traits, keys, children, under, value, valueWithAllUnder, purchases, costDrivers
    case contacts, mainContact, lastInteraction
  }

  package func encode(to encoder: any Encoder) throws {
    try customer.encode(to: encoder)
    var parts = encoder.container(keyedBy: Part.self)
    try parts.encodeIfPresent(ownerName, forKey: .ownerName)
    try parts.encodeIfPresent(teamName, forKey: .teamName)
    try parts.encode(above, forKey: .above)
    try parts.encode(traits, forKey: .traits)
    try parts.encode(keys, forKey: .keys)
    try parts.encode(children.map(\.id), forKey: .children)
    try parts.encode(children, forKey: .under)
    try parts.encode(own, forKey: .value)
    try parts.encode(whole, forKey: .valueWithAllUnder)
    try parts.encode(purchases, forKey: .purchases)
    try parts.encode(costDrivers, forKey: .costDrivers)
    try parts.encode(people.map(\.role), forKey: .contacts)
    try parts.encodeIfPresent(main?.contact.id, forKey: .mainContact)
    try parts.encodeIfPresent(lastInteraction, forKey: .lastInteraction)
  }

  /// Who is spoken with first: the one chosen, else the first whose role runs.
  package var main: RelatedContact? {
    people.first { $0.isMain && $0.role.isRunning } ?? people.first(where: \.role.isRunning)
  }
}

extension Customers {
  /// A customer with all that its page shows, as the actor may read it.
  package func sheet(
    of id: ID<Customer>, timeline sources: [TimelineSource] = TimelineSource.facts, for actor: Actor
  ) async throws -> CustomerSheet {
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      let customer = try Customers.find(id, scope, in: tx)
      let (children, own, whole) = try Customers.tree(under: id, for: actor, in: tx)
      let seesPurchases = actor.may(.see, .purchase)
      return CustomerSheet(
        customer: customer.shown(to: actor),
        ownerName: actor.reads("owner", of: .customer) ? try Colleagues.person(customer.owner, in: tx) : nil,
        teamName: actor.reads("team", of: .customer) ? try Colleagues.team(customer.team, in: tx) : nil,
        above: actor.reads("parent", of: .customer) ? try Customers.above(customer.parent, for: actor, in: tx) : [],
        traits: try Customers.traits(of: id, in: tx).filter { Trait.isSeen($0.name, by: actor) },
        keys: actor.knowsKeys ? try Customers.keys(of: id, in: tx) : [], children: children, own: own,
        whole: whole, purchases: seesPurchases ? try Purchases.recent(of: id, limit: 10, in: tx) : [],
        history: seesPurchases ? try Purchases.history(of: id, in: tx) : PurchaseSummary([]),
        costDrivers: seesPurchases ? try CostDrivers.totals(of: id, in: tx) : [],
        people: try Contacts.people(of: id, limit: 50, for: actor, in: tx),
        lastInteraction: try Interactions.last(of: id, for: actor, in: tx),
        timeline: try TimelineQuestion().page(
          of: RecordKey(.customer, id.rawValue), from: sources, for: actor, in: tx))
    }
  }

  /// The customers above one that the actor may see, the nearest first.
  private static func above(
    _ parent: ID<Customer>?, for actor: Actor, in tx: Transaction
  ) throws -> [CustomerSheet.Above] {
    guard let parent else { return [] }
    let scope = try scope(actor)
    let isNamed = actor.reads("name", of: .customer, isPersonal: true)
    return try tx.rows(
      """
      WITH RECURSIVE up(id, name, parent_id, depth) AS (
        SELECT c.id, c.name, c.parent_id, 1 FROM customer c WHERE c.id = \(parent) AND \(scope)
        UNION ALL
        SELECT c.id, c.name, c.parent_id, up.depth + 1 FROM customer c JOIN up ON c.id = up.parent_id
        WHERE up.depth < 10 AND \(scope)
      ) SELECT id, name FROM up ORDER BY depth, id
      """
    ) {
      let id: ID<Customer> = try $0(0)
      return CustomerSheet.Above(id: id, name: isNamed ? try $0(1) : Customer.numbered(id))
    }
  }

  /// Who stands directly under a customer, and what it and everything under it bought, in one statement.
  private static func tree(
    under id: ID<Customer>, for actor: Actor, in tx: Transaction
  ) throws -> (children: [CustomerSheet.Child], own: CustomerSheet.Value, whole: CustomerSheet.Value) {
    let scope = try scope(actor)
    let bought: Statement = actor.may(.see, .purchase) ? "p.cancelled_at IS NULL" : "FALSE"
    var values: [Int64: CustomerSheet.Value] = [:]
    try tx.each(
      """
      WITH RECURSIVE tree(id, top, depth) AS (
        SELECT c.id, CAST(0 AS BIGINT), 0 FROM customer c WHERE c.id = \(id)
        UNION ALL
        SELECT c.id, CASE WHEN tree.depth = 0 THEN c.id ELSE tree.top END, tree.depth + 1
        FROM customer c JOIN tree ON c.parent_id = tree.id WHERE tree.depth < 50 AND \(scope)
      )
      SELECT tree.top, count(DISTINCT tree.id), count(p.id), CAST(coalesce(sum(p.value_minor), 0) AS BIGINT), max(p.day)
      FROM tree LEFT JOIN purchase p ON p.customer_id = tree.id AND \(bought) GROUP BY tree.top
      """
    ) { row in
      values[try row(0)] = CustomerSheet.Value(
        customers: try row(1), purchases: try row(2), minor: try row(3), last: try row(4))
    }
    let own = values[0] ?? .nothing
    let whole = values.values.reduce(CustomerSheet.Value.nothing) { $0.adding($1) }
    guard values.count > 1, actor.reads("parent", of: .customer) else { return ([], own, whole) }
    let isNamed = actor.reads("name", of: .customer, isPersonal: true)
    let children = try tx.rows(
      """
      SELECT \(columns) FROM customer c WHERE c.parent_id = \(id) AND \(scope) ORDER BY c.folded, c.id LIMIT 100
      """
    ) { row in
      let child = try Customer(row: row)
      return CustomerSheet.Child(
        id: child.id, name: child.shownName(to: actor), kind: child.kind, value: values[child.id.rawValue] ?? .nothing)
    }
    return (isNamed ? children : children.sorted { $0.id < $1.id }, own, whole)
  }

  private static func traits(of id: ID<Customer>, in tx: Transaction) throws -> [Trait] {
    try tx.rows(
      """
      SELECT t.name, t.value, s.name AS source, t.at FROM customer_trait t LEFT JOIN source s ON s.id = t.source_id
      WHERE t.customer_id = \(id) ORDER BY t.name
      """
    ) { try Trait(name: $0("name"), value: $0("value"), source: $0("source"), at: $0("at")) }
  }

  private static func keys(of id: ID<Customer>, in tx: Transaction) throws -> [CustomerSheet.Key] {
    try tx.rows(
      """
      SELECT s.name, k.external_id FROM customer_key k JOIN source s ON s.id = k.source_id
      WHERE k.customer_id = \(id) ORDER BY s.name, k.external_id
      """
    ) { try CustomerSheet.Key(source: $0(0), key: $0(1)) }
  }
}

extension Interactions {
  /// The last time something was said with a customer; notes of one's own do not count.
  static func last(of customer: ID<Customer>, for actor: Actor, in tx: Transaction) throws -> Interaction? {
    guard actor.may(.see, .interaction) else { return nil }
    let scope = try scope(actor)
    return try tx.first(
      """
      SELECT \(columns) FROM interaction i WHERE i.customer_id = \(customer) AND i.kind <> 'note' AND \(scope)
      ORDER BY i.at DESC, i.id DESC LIMIT 1
      """
    ) { try Interaction(row: $0).shown(to: actor) }
  }
}
