import Kernel
import Store

/// What a merge moved and added, so that it can be moved back.
package struct MovedConsents: Sendable, Codable {
  var consents: [Int64] = []
  /// Rows that keep the stricter of two.
  var added: [Int64] = []
  /// What the kept one had said before; nil in merges of a program that did not write it down.
  var stood: [Int64]?
}

// Merges.
extension Consents {
  /// What one person said was said by another. Where the two said different things, the stricter stays: a no of either is
  /// a no, and of two ends the earlier.
  package static func move(
    from: Consent.Person, to: Consent.Person, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> MovedConsents {
    let left = try tx.rows("\(select) WHERE \(condition(from)) ORDER BY k.id", Consent.init(row:))
    let right = try tx.rows("\(select) WHERE \(condition(to)) ORDER BY k.id", Consent.init(row:))
    var moved = MovedConsents(consents: left.map(\.id.rawValue), stood: right.map(\.id.rawValue))
    for chunk in moved.consents.chunks(of: 400) { try assign(chunk, to: to, in: tx) }
    let today = now.day(in: try Interactions.zone(in: tx))
    let theirs = Dictionary(grouping: right, by: ConsentCell.init)
    for (cell, said) in Dictionary(grouping: left, by: ConsentCell.init).sorted(by: { $0.key < $1.key }) {
      guard let other = theirs[cell], let strict = stricter(said, other, on: today) else { continue }
      let id: ID<Consent> = try tx.newID()
      let (contact, customer) = parts(to)
      try tx.run(
        """
        INSERT INTO consent (id, contact_id, customer_id, purpose_id, channel, state, basis, at, expires_day, source,
          text_id, note, actor_id, actor_name, created_at)
        SELECT \(id), \(contact), \(customer), k.purpose_id, k.channel, k.state, k.basis, \(now), k.expires_day,
          'The stricter of two records that were merged', k.text_id, k.note, \(actor.user), \(actor.name), \(now)
        FROM consent k WHERE k.id = \(strict.id)
        """)
      moved.added.append(id.rawValue)
    }
    return moved
  }

  /// Both say again what they said before. A no that was said while they were one stays with both, for nobody knows
  /// which of the two said it.
  package static func undo(
    _ moved: MovedConsents, from: Consent.Person, to: Consent.Person, in tx: Transaction
  ) throws {
    let known = Set(moved.consents + moved.added + (moved.stood ?? []))
    let since =
      moved.stood == nil
      ? []
      : try tx.rows("\(select) WHERE \(condition(to)) ORDER BY k.id", Consent.init(row:)).filter {
        !known.contains($0.id.rawValue)
      }
    for chunk in moved.added.chunks(of: 400) { try tx.run("DELETE FROM consent WHERE id IN (\(list: chunk))") }
    for chunk in moved.consents.chunks(of: 400) { try assign(chunk, to: from, in: tx) }
    for (_, said) in Dictionary(grouping: since, by: ConsentCell.init).sorted(by: { $0.key < $1.key }) {
      guard let last = Consent.newest(of: said), last.state != .given else { continue }
      let id: ID<Consent> = try tx.newID()
      let (contact, customer) = parts(from)
      try tx.run(
        """
        INSERT INTO consent (id, contact_id, customer_id, purpose_id, channel, state, basis, at, expires_day, source,
          text_id, note, actor_id, actor_name, created_at)
        SELECT \(id), \(contact), \(customer), k.purpose_id, k.channel, k.state, k.basis, k.at, k.expires_day, k.source,
          k.text_id, k.note, k.actor_id, k.actor_name, k.created_at
        FROM consent k WHERE k.id = \(last.id)
        """)
    }
  }

  /// The consent that must be said again because the newest of both is laxer; nil when it is strict enough.
  static func stricter(_ left: [Consent], _ right: [Consent], on today: Day) -> Consent? {
    guard let one = Consent.newest(of: left), let other = Consent.newest(of: right),
      let last = Consent.newest(of: [one, other])
    else { return nil }
    let former = last.id == one.id ? other : one
    if former.state != .given { return last.state == .given ? former : nil }
    guard last.state == .given, let end = former.expires, end >= today else { return nil }
    return last.expires.map { end < $0 } ?? true ? former : nil
  }

  private static func parts(_ person: Consent.Person) -> (ID<Contact>?, ID<Customer>?) {
    switch person {
    case .contact(let id): (id, nil)
    case .customer(let id): (nil, id)
    }
  }

  private static func assign(_ ids: ArraySlice<Int64>, to person: Consent.Person, in tx: Transaction) throws {
    let (contact, customer) = parts(person)
    try tx.run("UPDATE consent SET contact_id = \(contact), customer_id = \(customer) WHERE id IN (\(list: ids))")
  }
}

/// A purpose and a channel.
struct ConsentCell: Hashable, Comparable {
  let purpose: ID<ConsentPurpose>
  let channel: Consent.Channel

  init(_ consent: Consent) {
    purpose = consent.purpose
    channel = consent.channel
  }

  static func < (left: Self, right: Self) -> Bool {
    left.purpose == right.purpose ? left.channel.rawValue < right.channel.rawValue : left.purpose < right.purpose
  }
}
