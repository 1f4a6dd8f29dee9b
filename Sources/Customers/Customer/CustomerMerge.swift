import Kernel
import Records
import Store

/// Takes in what a feed tells of customers: names, addresses, parents, traits. What it does not tell stays.
///
/// A customer is known by the name the feed has for it, else by its e-mail address, unless the feed already knows another
/// one by that address: then its source tells the two apart, and so do we. Statements are per few hundred rows, and one for
/// each row that changes something.
package struct CustomerMerge: Sendable {
  package struct Tally: Sendable {
    package var made = 0
    /// Rows that changed a customer who was there.
    package var changed = 0
    /// Rows of customers who were there and stayed as they were, by the policy.
    package var skipped = 0
    package var rejects: [PurchaseMerge.Reject] = []
    /// Customers who are found by other words now.
    var renamed: Set<ID<Customer>> = []
  }

  let source: ID<Source>
  let kind: Customer.Kind
  let policy: ArrivalPolicy
  let importID: Int64
  let owner: Actor
  let now: Instant
  let own: OwnFieldIntake

  package init(
    source: ID<Source>, kind: Customer.Kind, policy: ArrivalPolicy, importID: Int64, owner: Actor, now: Instant,
    own: OwnFieldIntake
  ) {
    self.own = own
    self.source = source
    self.kind = kind
    self.policy = policy
    self.importID = importID
    self.owner = owner
    self.now = now
  }

  /// - Parameter parents: the identities of the parents the feed names.
  package func take(
    _ arrivals: [CustomerArrival], parents: [String: ID<Customer>], changes: inout ChangeLog, in tx: Transaction
  ) throws -> Tally {
    var tally = Tally()
    var ids = try Customers.known(arrivals.map(\.key), source: source, in: tx)
    if policy != .create { tally.renamed = try link(arrivals, &ids, &changes, tx) }
    var places: [String: Int] = [:]
    var fresh: [CustomerArrival] = []
    var others: [(arrival: CustomerArrival, id: ID<Customer>)] = []
    for arrival in arrivals {
      if let id = ids[arrival.key] {
        others.append((arrival, id))
      } else if let place = places[arrival.key] {
        fresh[place].add(arrival)
      } else {
        places[arrival.key] = fresh.count
        fresh.append(arrival)
      }
    }
    try make(fresh, parents, tx)
    tally.made = fresh.count
    try change(others, parents, &tally, &changes, tx)
    try Customers.refreshSearch(tally.renamed, in: tx)
    return tally
  }

  // Who is there already.

  /// Gives customers who are known by their address alone the name this feed has for them.
  private func link(
    _ arrivals: [CustomerArrival], _ ids: inout [String: ID<Customer>], _ changes: inout ChangeLog, _ tx: Transaction
  ) throws -> Set<ID<Customer>> {
    var wanted: [(key: String, email: String)] = []
    var seen: Set<String> = []
    for arrival in arrivals where ids[arrival.key] == nil {
      guard let email = arrival.email?.lowercased(), seen.insert(email).inserted else { continue }
      wanted.append((arrival.key, email))
    }
    guard !wanted.isEmpty else { return [] }
    let scope = try Customers.scope(owner, policy == .update ? .edit : .see)
    var byEmail: [String: ID<Customer>] = [:]
    for chunk in wanted.chunks(of: 400) {
      try tx.each(
        """
        SELECT lower(c.email), min(c.id) FROM customer c
        WHERE c.email IS NOT NULL AND lower(c.email) IN (\(list: chunk.map(\.email))) AND \(scope)
          AND NOT EXISTS (SELECT 1 FROM customer_key k WHERE k.customer_id = c.id AND k.source_id = \(source))
        GROUP BY lower(c.email)
        """
      ) { byEmail[try $0(0)] = try $0(1, as: ID<Customer>.self) }
    }
    var linked: Set<ID<Customer>> = []
    guard !byEmail.isEmpty else { return linked }
    for (key, email) in wanted {
      guard let id = byEmail[email], ids[key] == nil else { continue }
      ids[key] = id
      try tx.run(
        "INSERT INTO customer_key (source_id, external_id, customer_id) VALUES (\(source), \(key), \(id))")
      try changes.record("customer_key", Customers.NewKey(source: source, key: key))
      linked.insert(id)
    }
    return linked
  }

  // Who is new.

  private func make(_ fresh: [CustomerArrival], _ parents: [String: ID<Customer>], _ tx: Transaction) throws {
    let numbers = try tx.newIDs(fresh.count)
    var next = zip(fresh, numbers).makeIterator()
    try tx.insert(
      into: "customer",
      [
        "id", "kind", "name", "folded", "email", "parent_id", "owner_id", "team_id", "phone", "website", "street",
        "postal_code", "city", "country", "language", "import_id", "created_at",
      ]
    ) {
      next.next().map { arrival, number in
        let known = arrival.kind ?? kind
        let name = arrival.name ?? "\(known.word) \(arrival.key)"
        return [
          .int(number), known.stored, .text(name), .text(Text.folded(name)), arrival.email.stored,
          arrival.parent.flatMap { parents[$0] }.stored, owner.user.stored, owner.teams.first.stored,
          arrival.details.phone.stored, arrival.details.website.stored, arrival.details.street.stored,
          arrival.details.postalCode.stored, arrival.details.city.stored, arrival.details.country.stored,
          arrival.details.language.stored, .int(importID), now.stored,
        ]
      }
    }
    next = zip(fresh, numbers).makeIterator()
    try tx.insert(into: "customer_key", ["source_id", "external_id", "customer_id"]) {
      next.next().map { [source.stored, .text($0.key), .int($1)] }
    }
    next = zip(fresh, numbers).makeIterator()
    var pending: [[Value]] = []
    try tx.insert(into: "customer_trait", ["customer_id", "name", "value", "source_id", "import_id", "at"]) {
      while pending.isEmpty, let (arrival, number) = next.next() {
        // Backwards, since rows are taken from the end.
        pending = arrival.traits.sorted { $0.key > $1.key }.map { name, value in
          [.int(number), .text(name), .text(value), source.stored, .int(importID), now.stored]
        }
      }
      return pending.popLast()
    }
    for (arrival, number) in zip(fresh, numbers) where !arrival.own.isEmpty {
      _ = try own.put(arrival.own, in: number, isNew: true, tx)
    }
    try Customers.refreshSearch(numbers, in: tx)
  }

  // Who changes.

  private struct Known {
    var customer: Customer
    let isNew: Bool
    let isReached: Bool
    let isBinned: Bool
    var traits: [String: Customers.FormerTrait] = [:]
  }

  private func change(
    _ rows: [(arrival: CustomerArrival, id: ID<Customer>)], _ parents: [String: ID<Customer>], _ tally: inout Tally,
    _ changes: inout ChangeLog, _ tx: Transaction
  ) throws {
    var known = try read(rows, tx)
    for (arrival, id) in rows {
      guard var before = known[id] else { continue }
      // Who is in the bin stays there, as they were.
      if policy == .skip && !before.isNew || before.isBinned {
        tally.skipped += 1
        continue
      }
      guard before.isReached || before.isNew else {
        let reason = "\(arrival.key) is there already, and you may not change it."
        tally.rejects.append(PurchaseMerge.Reject(line: arrival.line, field: "customer", reason: reason))
        continue
      }
      let parent = arrival.parent.flatMap { parents[$0] }
      if let parent, parent != before.customer.parent, try CustomerMerge.stands(parent, under: id, in: tx) {
        let reason = "\(arrival.key) would stand under itself."
        tally.rejects.append(PurchaseMerge.Reject(line: arrival.line, field: "parent", reason: reason))
        continue
      }
      let isChanged = try apply(arrival, parent, to: &before, &changes, tx)
      if isChanged { tally.renamed.insert(id) }
      let isTold = try applyTraits(arrival, to: &before, &changes, tx)
      if isChanged || isTold { known[id] = before }
      let former = arrival.own.isEmpty ? [] : try own.put(arrival.own, in: id.rawValue, tx)
      if !before.isNew, !former.isEmpty {
        try changes.keep(former, of: .customer, id.rawValue, own, in: tx)
        try Customers.touch(id.rawValue, in: tx)
      }
      if (isChanged || isTold || !former.isEmpty) && !before.isNew { tally.changed += 1 }
    }
  }

  private func read(
    _ rows: [(arrival: CustomerArrival, id: ID<Customer>)], _ tx: Transaction
  ) throws -> [ID<Customer>: Known] {
    var known: [ID<Customer>: Known] = [:]
    known.reserveCapacity(rows.count)
    let scope = try Customers.scope(owner, .edit)
    let tellsTraits = rows.contains { !$0.arrival.traits.isEmpty }
    for list in Set(rows.map(\.id)).sorted(by: { $0.rawValue < $1.rawValue }).chunks(of: 400) {
      try tx.each(
        """
        SELECT \(Customers.columns), c.import_id, c.binned_at,
          CASE WHEN \(scope) THEN 1 ELSE 0 END AS reached FROM customer c
        WHERE c.id IN (\(list: list))
        """
      ) { row in
        let customer = try Customer(row: row)
        known[customer.id] = Known(
          customer: customer, isNew: try row("import_id", as: Int64?.self) == importID,
          isReached: try row("reached", as: Int.self) == 1,
          isBinned: try row("binned_at", as: Int64?.self) != nil)
      }
      guard tellsTraits else { continue }
      try tx.each("SELECT * FROM customer_trait WHERE customer_id IN (\(list: list))") { row in
        let trait = try Customers.FormerTrait(row: row)
        known[trait.customer]?.traits[trait.name] = trait
      }
    }
    return known
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

  private func apply(
    _ arrival: CustomerArrival, _ parent: ID<Customer>?, to known: inout Known, _ changes: inout ChangeLog,
    _ tx: Transaction
  ) throws -> Bool {
    let old = known.customer
    let name = arrival.name ?? old.name
    let kind = arrival.kind ?? old.kind
    let email = arrival.email ?? old.email
    let above = parent ?? old.parent
    let details = arrival.details.over(old)
    guard (name, kind, email, above) != (old.name, old.kind, old.email, old.parent) || details != old.details else {
      return false
    }
    if !known.isNew { try changes.record("customer", old) }
    try tx.run(
      """
      UPDATE customer SET name = \(name), folded = \(Text.folded(name)), kind = \(kind), email = \(email),
        parent_id = \(above), phone = \(details.phone), website = \(details.website), street = \(details.street),
        postal_code = \(details.postalCode), city = \(details.city), country = \(details.country),
        language = \(details.language), version = version + 1 WHERE id = \(old.id)
      """)
    known.customer = Customer(
      id: old.id, kind: kind, name: name, email: email, parent: above, owner: old.owner, team: old.team,
      phone: details.phone, website: details.website, street: details.street, postalCode: details.postalCode,
      city: details.city, country: details.country, language: details.language, note: old.note,
      createdAt: old.createdAt, version: old.version + 1)
    if !known.isNew { try changes.edit(.customer, old.id.rawValue, before: old, after: known.customer) }
    return true
  }

  private func applyTraits(
    _ arrival: CustomerArrival, to known: inout Known, _ changes: inout ChangeLog, _ tx: Transaction
  ) throws -> Bool {
    var changed = false
    let id = known.customer.id
    for (trait, value) in arrival.traits.sorted(by: { $0.key < $1.key }) {
      let before = known.traits[trait]
      guard before?.value != value else { continue }
      if !known.isNew {
        try changes.record("customer_trait", before ?? Customers.FormerTrait(customer: id, name: trait))
        try changes.edit(
          .customer, id.rawValue, before: ["trait \(trait)": before?.value], after: ["trait \(trait)": value])
      }
      try tx.run(
        """
        INSERT INTO customer_trait (customer_id, name, value, source_id, import_id, at)
        VALUES (\(id), \(trait), \(value), \(source), \(importID), \(now))
        ON CONFLICT (customer_id, name) DO UPDATE SET value = excluded.value, source_id = excluded.source_id,
          import_id = excluded.import_id, at = excluded.at
        """)
      known.traits[trait] = Customers.FormerTrait(
        customer: id, name: trait, value: value, source: source, importID: importID, at: now)
      changed = true
    }
    return changed
  }
}

extension CustomerArrival {
  /// What a later row tells of the same customer stands above.
  fileprivate mutating func add(_ later: CustomerArrival) {
    name = later.name ?? name
    email = later.email ?? email
    kind = later.kind ?? kind
    parent = later.parent ?? parent
    traits.merge(later.traits) { $1 }
    own.merge(later.own) { $1 }
    details.add(later.details)
  }
}

extension Customers {
  /// The customers a source knows under some keys.
  static func known(_ keys: [String], source: ID<Source>, in tx: Transaction) throws -> [String: ID<Customer>] {
    var ids: [String: ID<Customer>] = [:]
    ids.reserveCapacity(keys.count)
    for chunk in keys.chunks(of: 400) {
      try tx.each(
        """
        SELECT external_id, customer_id FROM customer_key
        WHERE source_id = \(source) AND external_id IN (\(list: chunk))
        """
      ) { ids[try $0(0)] = try $0(1, as: ID<Customer>.self) }
    }
    return ids
  }
}

extension Customers {
  /// Which of some names in a feed, and which of some addresses, belong to customers who are there already.
  package func recognised(
    _ keys: [String], emails: [String], source name: String, for actor: Actor
  ) async throws -> (keys: Set<String>, emails: Set<String>) {
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      let source = try Sources().known(name, in: tx)
      var known: (keys: Set<String>, emails: Set<String>) = ([], [])
      if let source { known.keys = Set(try Customers.known(keys, source: source.id, in: tx).keys) }
      let other: Statement =
        source.map {
          "NOT EXISTS (SELECT 1 FROM customer_key k WHERE k.customer_id = c.id AND k.source_id = \($0.id))"
        } ?? "TRUE"
      for chunk in emails.chunks(of: 400) {
        try tx.each(
          """
          SELECT lower(c.email) FROM customer c
          WHERE c.email IS NOT NULL AND lower(c.email) IN (\(list: chunk)) AND \(scope) AND \(other)
          """
        ) { known.emails.insert(try $0(0)) }
      }
      return known
    }
  }
}
