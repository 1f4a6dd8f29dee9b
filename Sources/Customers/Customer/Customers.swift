import Kernel
import Records
import Store

/// The customers of the company: every statement on their tables.
package struct Customers: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  static let columns: Statement =
    """
    c.id, c.kind, c.name, c.email, c.parent_id, c.owner_id, c.team_id, c.phone, c.website, c.street, c.postal_code,
    c.city, c.country, c.language, c.note, c.created_at, c.version
    """

  /// The rows of a table with a `customer_id` that belong to customers the actor may see.
  static func rows(for actor: Actor) throws -> Statement {
    let scope = try scope(actor)
    return actor.reach(.see, .customer) == .all
      ? "customer_id NOT IN (SELECT b.id FROM customer b WHERE b.binned_at IS NOT NULL)"
      : "customer_id IN (SELECT c.id FROM customer c WHERE \(scope))"
  }

  /// The customers an actor may reach with a verb, without those in the bin, as a condition on `customer c`.
  package static func scope(_ actor: Actor, _ verb: Actor.Verb = .see) throws -> Statement {
    "(c.binned_at IS NULL AND \(try reached(actor, verb)))"
  }

  /// As `scope`, whether in the bin or not.
  static func reached(_ actor: Actor, _ verb: Actor.Verb) throws -> Statement {
    switch actor.reach(verb, .customer) {
    case .all: "TRUE"
    case .team: "(c.owner_id = \(actor.user) OR c.team_id IN (\(list: actor.teams)))"
    case .own: "c.owner_id = \(actor.user)"
    case nil: throw Problem(.notAllowed, "You may not \(verb.rawValue) customers.", mend: "Ask an administrator.")
    }
  }

  /// How many customers the actor may see, or those of one kind.
  package func count(_ kind: Customer.Kind? = nil, for actor: Actor) async throws -> Int {
    let scope = try Customers.scope(actor)
    let filter: Statement = kind.map { "c.kind = \($0)" } ?? "TRUE"
    return try await database.read { tx in
      try tx.value("SELECT count(*) FROM customer c WHERE \(filter) AND \(scope)", as: Int.self) ?? 0
    }
  }

  /// One customer. One that may not be seen is one that is not there.
  /// - Parameter verb: what they are to be allowed to do with it.
  package func find(_ id: ID<Customer>, to verb: Actor.Verb = .see, for actor: Actor) async throws -> Customer {
    let scope = try Customers.scope(actor)
    let catalogue = catalogue
    return try await database.read { tx in
      if verb != .see { try catalogue.require(verb, id.rawValue, for: actor, in: tx) }
      return try Customers.find(id, scope, in: tx).shown(to: actor)
    }
  }

  static func find(_ id: ID<Customer>, _ scope: Statement, in tx: Transaction) throws -> Customer {
    let found = try tx.first(
      "SELECT \(columns) FROM customer c WHERE c.id = \(id) AND \(scope)", Customer.init(row:))
    guard let found else { throw Problem(.notFound, "There is no such customer.", mend: "Search for it by name.") }
    return found
  }

  /// The customer another system knows under `key`; nil when none the actor may see is.
  package func find(externalKey key: String, for actor: Actor) async throws -> Customer? {
    let scope = try Customers.scope(actor)
    guard actor.knowsKeys else { return nil }
    return try await database.read { tx in
      try tx.first(
        """
        SELECT \(Customers.columns) FROM customer c JOIN customer_key k ON k.customer_id = c.id
        WHERE k.external_id = \(key) AND \(scope) ORDER BY c.id LIMIT 1
        """, Customer.init(row:))?.shown(to: actor)
    }
  }

  /// The names of some customers the actor may see.
  package func names(_ ids: [ID<Customer>], for actor: Actor) async throws -> [ID<Customer>: String] {
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      let pairs = try tx.rows("SELECT c.id, c.name FROM customer c WHERE c.id IN (\(list: ids)) AND \(scope)") {
        let id: ID<Customer> = try $0("id")
        return (id, try actor.knowsCustomers ? $0("name", as: String.self) : Customer.numbered(id))
      }
      return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
  }

  /// The names of all customers the actor may see.
  package func names(for actor: Actor) async throws -> [ID<Customer>: String] {
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      var names: [ID<Customer>: String] = [:]
      try tx.each("SELECT c.id, c.name FROM customer c WHERE \(scope)") { row in
        let id: ID<Customer> = try row(0)
        names[id] = try actor.knowsCustomers ? row(1, as: String.self) : Customer.numbered(id)
      }
      return names
    }
  }

  /// What is declared of a customer.
  package func traits(of id: ID<Customer>, for actor: Actor) async throws -> [Trait] {
    _ = try await find(id, for: actor)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT t.name, t.value, s.name AS source, t.at FROM customer_trait t LEFT JOIN source s ON s.id = t.source_id
        WHERE t.customer_id = \(id) ORDER BY t.name
        """
      ) { try Trait(name: $0("name"), value: $0("value"), source: $0("source"), at: $0("at")) }
      .filter { Trait.isSeen($0.name, by: actor) }
    }
  }

  /// Every party the actor may see that analyses speak of: all but the sites that stand under one.
  package func accounts(for actor: Actor) async throws -> [ID<Customer>] {
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT c.id FROM customer c WHERE (c.kind <> 'site' OR c.parent_id IS NULL) AND \(scope) ORDER BY c.id
        """
      ) { try $0(0, as: ID<Customer>.self) }
    }
  }

  /// Some traits of every customer the actor may see, by customer and the name asked for; a trait is found in whatever
  /// case a file wrote its name.
  package func traits(named names: [String], for actor: Actor) async throws -> [ID<Customer>: [String: String]] {
    let names = names.filter { Trait.isSeen($0, by: actor) }
    guard !names.isEmpty else { return [:] }
    let scope = try Customers.scope(actor)
    let asked = Dictionary(grouping: names, by: Customers.folded)
    return try await database.read { tx in
      var traits: [ID<Customer>: [String: String]] = [:]
      try tx.each(
        """
        SELECT t.customer_id, t.name, t.value FROM customer_trait t JOIN customer c ON c.id = t.customer_id
        WHERE lower(t.name) IN (\(list: names.map { $0.lowercased() } + asked.keys.sorted())) AND \(scope)
        """
      ) { row in
        let name: String = try row(1)
        for wanted in asked[Customers.folded(name)] ?? [] {
          traits[try row(0), default: [:]][wanted] = try row(2, as: String.self)
        }
      }
      return traits
    }
  }

  /// A name as SQLite folds it: only the letters of ASCII.
  private static func folded(_ name: String) -> String {
    String(decoding: name.utf8.map { 65...90 ~= $0 ? $0 + 32 : $0 }, as: UTF8.self)
  }

  /// Traits with so few values that customers can be told apart by them, by name.
  package func groupingTraits(for actor: Actor, most: Int = 12) async throws -> [String] {
    let limit = try Customers.rows(for: actor)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT name FROM customer_trait WHERE \(limit) GROUP BY name
        HAVING count(DISTINCT value) BETWEEN 2 AND \(most) ORDER BY name
        """
      ) { try $0(0, as: String.self) }.filter { Trait.isSeen($0, by: actor) }
    }
  }

  /// The traits that files declared, each with its most frequent values and how many the actor may see have one.
  package func traitNames(
    for actor: Actor
  ) async throws -> [(name: String, values: [(value: String, customers: Int)])] {
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      var found: [(name: String, values: [(value: String, customers: Int)])] = []
      try tx.each(
        """
        SELECT t.name, t.value, count(*) FROM customer_trait t JOIN customer c ON c.id = t.customer_id WHERE \(scope)
        GROUP BY t.name, t.value ORDER BY t.name, count(*) DESC, t.value
        """
      ) { row in
        let name: String = try row(0)
        guard Trait.isSeen(name, by: actor) else { return }
        if found.last?.name != name { found.append((name, [])) }
        guard found.last?.values.count ?? 0 < 50 else { return }
        found[found.count - 1].values.append((try row(1), try row(2)))
      }
      return found
    }
  }

  /// The customers the actor may see for whom somebody answers.
  package func owned(for actor: Actor) async throws -> Set<ID<Customer>> {
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      Set(
        try tx.rows("SELECT c.id FROM customer c WHERE c.owner_id IS NOT NULL AND \(scope)") {
          try $0(0, as: ID<Customer>.self)
        })
    }
  }

  /// The name a feed knows each customer by that the actor may see: the first, where several do.
  package func externalKeys(for actor: Actor) async throws -> [ID<Customer>: String] {
    let scope = try Customers.scope(actor)
    guard actor.knowsKeys else { return [:] }
    return try await database.read { tx in
      var keys: [ID<Customer>: String] = [:]
      try tx.each(
        """
        SELECT k.customer_id, k.external_id FROM customer_key k JOIN customer c ON c.id = k.customer_id
        WHERE \(scope) ORDER BY k.source_id DESC, k.external_id DESC
        """
      ) { keys[try $0(0)] = try $0(1) }
      return keys
    }
  }

  /// The external names of a customer, by source.
  package func keys(of id: ID<Customer>, for actor: Actor) async throws -> [(source: String, key: String)] {
    _ = try await find(id, for: actor)
    guard actor.knowsKeys else { return [] }
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT s.name, k.external_id FROM customer_key k JOIN source s ON s.id = k.source_id
        WHERE k.customer_id = \(id) ORDER BY s.name, k.external_id
        """
      ) { (source: try $0("name", as: String.self), key: try $0("external_id", as: String.self)) }
    }
  }

  /// The sites and parties under a customer.
  package func children(of id: ID<Customer>, for actor: Actor) async throws -> [Customer] {
    let scope = try Customers.scope(actor)
    guard actor.reads("parent", of: .customer) else { return [] }
    let order: Statement = actor.knowsCustomers ? "c.folded, c.id" : "c.id"
    return try await database.read { tx in
      try tx.rows(
        "SELECT \(Customers.columns) FROM customer c WHERE c.parent_id = \(id) AND \(scope) ORDER BY \(order) LIMIT 100",
        Customer.init(row:))
    }.map { $0.shown(to: actor) }
  }

  // Verbs.

  /// Makes a customer, owned by the actor.
  package func create(
    _ draft: Customer.Draft, by actor: Actor, filling: OwnFieldFilling? = nil, once: Once = .unchecked
  ) async throws -> Customer {
    try actor.require(.create, .customer)
    let now = clock.now
    return try await database.jot { tx in
      try once.check(in: tx)
      let made = try Customers.create(
        draft, holders: (actor.user, actor.teams.first), by: actor, at: now, in: tx)
      try filling?.apply(to: made.id.rawValue, isNew: true, at: now, in: tx)
      try once.keep(made, location: "/api/v1/customers/\(made.id)", in: tx)
      return made
    }
  }

  /// Makes a customer in a transaction that does more.
  /// - Parameter holders: who has it where the draft names nobody.
  package static func create(
    _ draft: Customer.Draft, holders: (owner: Int64?, team: Int64?), by actor: Actor, at now: Instant,
    in tx: Transaction
  ) throws -> Customer {
    try actor.require(.create, .customer)
    try requireParent(draft.parent, of: nil, for: actor, in: tx)
    let id: ID<Customer> = try tx.newID()
    let (owner, team) = try Customers.holders(of: draft, holders, by: actor, in: tx)
    try actor.require(writing: draft.given, personal: Customer.personal, of: .customer)
    try tx.run(
      """
      INSERT INTO customer (id, kind, name, folded, email, parent_id, owner_id, team_id, phone, website, street,
        postal_code, city, country, language, note, created_at)
      VALUES (\(id), \(draft.kind), \(draft.name), \(Text.folded(draft.name)), \(draft.email), \(draft.parent), \
      \(owner), \(team), \(draft.details.phone), \(draft.details.website), \(draft.details.street), \
      \(draft.details.postalCode), \(draft.details.city), \(draft.details.country), \(draft.details.language), \
      \(draft.details.note), \(now))
      """)
    try refreshSearch([id], in: tx)
    try tx.audit("create", .customer, id.rawValue, detail: ["name": draft.name], by: actor, at: now)
    try tx.announce("customer.created", .customer, id.rawValue, ["name": draft.name], at: now)
    let details = draft.details
    return Customer(
      id: id, kind: draft.kind, name: draft.name, email: draft.email, parent: draft.parent, owner: owner, team: team,
      phone: details.phone, website: details.website, street: details.street, postalCode: details.postalCode,
      city: details.city, country: details.country, language: details.language, note: details.note, createdAt: now,
      version: 1
    ).shown(to: actor)
  }

  /// Changes a customer that is still at `version`.
  package func edit(
    _ id: ID<Customer>, _ draft: Customer.Draft, version: Int64, by actor: Actor, filling: OwnFieldFilling? = nil
  ) async throws -> Customer {
    let now = clock.now
    return try await database.jot { tx in
      let after = try edit(id, draft, version: version, by: actor, at: now, in: tx)
      guard try filling?.apply(to: id.rawValue, isNew: false, at: now, in: tx) == true else { return after }
      return try Customers.find(id, "TRUE", in: tx).shown(to: actor)
    }
  }

  /// Changes a customer that is still at `version`, in a transaction that does more.
  package func edit(
    _ id: ID<Customer>, _ draft: Customer.Draft, version: Int64, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> Customer {
    let before = try Customers.find(id, try Customers.scope(actor, .edit), in: tx)
    guard before.version == version else {
      throw Problem(
        .conflict, field: "version", "Someone else changed this customer meanwhile.",
        mend: "Look at their change, then make yours again.")
    }
    let draft = try draft.limited(to: actor, over: before)
    return try change(before, to: draft, by: actor, at: now, in: tx).shown(to: actor)
  }

  /// Changes a customer, in a transaction that looked at it.
  func change(
    _ before: Customer, to draft: Customer.Draft, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> Customer {
    let id = before.id
    // One that stays may be out of reach.
    if draft.parent != before.parent { try Customers.requireParent(draft.parent, of: id, for: actor, in: tx) }
    let (owner, team) = try Customers.holders(of: draft, (before.owner, before.team), by: actor, in: tx)
    let changed = try tx.run(
      """
      UPDATE customer SET kind = \(draft.kind), name = \(draft.name), folded = \(Text.folded(draft.name)),
        email = \(draft.email), parent_id = \(draft.parent), owner_id = \(owner), team_id = \(team),
        phone = \(draft.details.phone), website = \(draft.details.website), street = \(draft.details.street),
        postal_code = \(draft.details.postalCode), city = \(draft.details.city), country = \(draft.details.country),
        language = \(draft.details.language), note = \(draft.details.note), version = version + 1
      WHERE id = \(id) AND version = \(before.version)
      """)
    guard changed == 1 else {
      throw Problem(
        .conflict, field: "version", "Someone else changed this customer meanwhile.",
        mend: "Look at their change, then make yours again.")
    }
    try Customers.refreshSearch([id], in: tx)
    let after = try Customers.find(id, "TRUE", in: tx)
    try actor.require(writing: before.differences(to: after), personal: Customer.personal, of: .customer)
    // A site counts with its party in every analysis, and whose a customer is decides in whose analyses it counts.
    let isElsewhere = (after.owner, after.team) != (before.owner, before.team)
    if (after.kind, after.parent) != (before.kind, before.parent) || isElsewhere { try Sources().revise(in: tx) }
    try tx.audit("edit", .customer, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
    try tx.announce("customer.changed", .customer, id.rawValue, after, at: now)
    return after
  }

  /// A parent must be visible, and must not stand under the customer itself.
  private static func requireParent(
    _ parent: ID<Customer>?, of id: ID<Customer>?, for actor: Actor, in tx: Transaction
  ) throws {
    guard var above = parent else { return }
    _ = try Customers.find(above, try Customers.scope(actor), in: tx)
    for _ in 0..<50 {
      if above == id {
        throw Problem(
          .invalid, field: "parent", "A customer cannot stand under itself.", mend: "Choose another parent.")
      }
      let next = try tx.value("SELECT parent_id FROM customer WHERE id = \(above)", as: ID<Customer>?.self)
      guard let next = next.flatMap({ $0 }) else { return }
      above = next
    }
    throw Problem(.invalid, field: "parent", "The tree of customers is deeper than 50.", mend: "Choose another parent.")
  }
}

extension Customer {
  init(row: Row) throws {
    try self.init(
      id: row("id"), kind: row("kind"), name: row("name"), email: row("email"), parent: row("parent_id"),
      owner: row("owner_id"), team: row("team_id"), phone: row("phone"), website: row("website"), street: row("street"),
      postalCode: row("postal_code"), city: row("city"), country: row("country"), language: row("language"),
      note: row("note"), createdAt: row("created_at"), version: row("version"))
  }
}

extension Customer.Kind: Storable {}
