import Kernel
import Store

/// Somebody who may be contacted.
package struct ReachablePerson: Sendable, Equatable, Encodable {
  package enum Kind: String, Sendable, Encodable, CaseIterable { case contact, customer }

  package let kind: Kind
  package let id: Int64
  /// nil for whoever may not read it.
  package let name: String?
  /// The e-mail address or number of the channel; nil where there is none.
  package let address: String?
  /// The last day it holds; nil for good.
  package let expires: Day?

  package var path: String { kind == .contact ? "/contacts/\(id)" : "/customers/\(id)" }
  /// Where a page ends after them.
  var place: String { "\(kind.rawValue)~\(id)" }
}

extension Consents {
  /// How many consents are looked at in one statement.
  private static let stretch = 2_000

  /// The people an actor may see who may be contacted for a purpose by a channel: contacts, then private customers, in the
  /// order of their numbers; by the same rule that every sender asks.
  /// - Parameter after: the place after which the page begins.
  package func reachable(
    _ purpose: ID<ConsentPurpose>, _ channel: Consent.Channel, after: String? = nil, size: Int = 50, for actor: Actor
  ) async throws -> Page<ReachablePerson> {
    try actor.require(.see, .consent)
    let (place, now) = (try Consents.place(after), clock.now)
    return try await database.read { tx in
      let today = now.day(in: try Interactions.zone(in: tx))
      var found: [ReachablePerson] = []
      for kind in ReachablePerson.Kind.allCases where actor.may(.see, kind == .contact ? .contact : .customer) {
        if place.kind == .customer && kind == .contact { continue }
        var last = place.kind == kind ? place.id : 0
        while found.count <= size {
          let people = try Consents.people(
            kind, after: last, size: max(1, size + 1 - found.count), purpose, channel, for: actor, in: tx)
          guard let end = people.last else { break }
          last = end
          found += try Consents.allowed(people, kind, purpose, channel, today, for: actor, in: tx)
        }
      }
      return Page(overfetched: Array(found.prefix(size + 1)), size: size) { $0.place }
    }
  }

  private static func place(_ text: String?) throws -> (kind: ReachablePerson.Kind, id: Int64) {
    guard let text, !text.isEmpty else { return (.contact, 0) }
    let parts = text.split(separator: "~")
    guard parts.count == 2, let kind = ReachablePerson.Kind(rawValue: String(parts[0])), let id = Int64(parts[1]) else {
      throw Problem(.malformed, field: "after", "This is not a place in the list.", mend: "Start from the first page.")
    }
    return (kind, id)
  }

  /// The next people with a yes on record; it may be over.
  private static func people(
    _ kind: ReachablePerson.Kind, after id: Int64, size: Int, _ purpose: ID<ConsentPurpose>,
    _ channel: Consent.Channel, for actor: Actor, in tx: Transaction
  ) throws -> [Int64] {
    let column: Statement = kind == .contact ? "k.contact_id" : "k.customer_id"
    let scope: Statement =
      kind == .contact
      ? "SELECT t.id FROM contact t WHERE \(try Contacts.scope(actor))"
      : "SELECT c.id FROM customer c WHERE c.kind IN ('person', 'household') AND \(try Customers.scope(actor))"
    return try tx.rows(
      """
      SELECT DISTINCT \(column) FROM consent k
      WHERE \(column) > \(id) AND k.purpose_id = \(purpose) AND k.channel = \(channel) AND k.state = 'given'
        AND \(column) IN (\(scope))
      ORDER BY \(column) LIMIT \(min(Consents.stretch, size))
      """
    ) { try $0(0, as: Int64.self) }
  }

  private static func allowed(
    _ people: [Int64], _ kind: ReachablePerson.Kind, _ purpose: ID<ConsentPurpose>, _ channel: Consent.Channel,
    _ today: Day, for actor: Actor, in tx: Transaction
  ) throws -> [ReachablePerson] {
    var said: [Int64: [Consent]] = [:]
    let column: Statement = kind == .contact ? "k.contact_id" : "k.customer_id"
    for chunk in people.chunks(of: 400) {
      try tx.each(
        "\(select) WHERE \(column) IN (\(list: chunk)) AND k.purpose_id = \(purpose) AND k.channel = \(channel)"
      ) { row in
        let consent = try Consent(row: row)
        switch consent.person {
        case .contact(let id)?: said[id.rawValue, default: []].append(consent)
        case .customer(let id)?: said[id.rawValue, default: []].append(consent)
        case nil: break
        }
      }
    }
    let answers = said.mapValues { Consent.contactable($0, channel, on: today) }
    let reached = people.filter { answers[$0]?.isAllowed == true }
    let known = try names(of: reached, kind, channel, for: actor, in: tx)
    return reached.map { id in
      ReachablePerson(
        kind: kind, id: id, name: known[id]?.name, address: known[id]?.address, expires: answers[id]?.expires)
    }
  }

  private static func names(
    of people: [Int64], _ kind: ReachablePerson.Kind, _ channel: Consent.Channel, for actor: Actor, in tx: Transaction
  ) throws -> [Int64: (name: String?, address: String?)] {
    let noun: Actor.Noun = kind == .contact ? .contact : .customer
    let name: Statement = kind == .contact ? "trim(first_name || ' ' || last_name)" : "name"
    let field: String? =
      switch channel {
      case .email: "email"
      case .phone, .sms: "phone"
      case .post, .web: nil
      }
    let address: Statement = field == "email" ? "email" : field == "phone" ? "phone" : "NULL"
    let readsName = actor.reads("name", of: noun, isPersonal: true)
    let readsAddress = field.map { actor.reads($0, of: noun, isPersonal: true) } ?? false
    var known: [Int64: (name: String?, address: String?)] = [:]
    for chunk in people.chunks(of: 400) {
      let table: Statement = kind == .contact ? "contact" : "customer"
      try tx.each("SELECT id, \(name), \(address) FROM \(table) WHERE id IN (\(list: chunk))") { row in
        known[try row(0)] = (
          readsName ? try row(1, as: String?.self) : nil, readsAddress ? try row(2, as: String?.self) : nil
        )
      }
    }
    return known
  }
}
