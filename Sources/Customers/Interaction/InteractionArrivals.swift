import Foundation
import Kernel
import Records
import Store

/// An interaction as a feed tells it.
package struct InteractionArrival: Sendable {
  package let customer: String
  /// The row's name in the source, where it has one.
  package let key: String?
  package let kind: Interaction.Kind
  package let direction: Interaction.Direction
  package let channel: Interaction.Channel?
  package let day: Day
  package let at: Instant
  package let isTimed: Bool
  package let minutes: Int?
  package let outcome: Interaction.Outcome?
  package let outcomeNote: String
  package let subject: String
  package let text: String
  /// The address of the other side.
  package let party: String
  /// What the feed tells of the company's own fields, by their names.
  package var own: [String: String] = [:]
  package let line: Int

  package init(
    customer: String, key: String?, kind: Interaction.Kind, direction: Interaction.Direction,
    channel: Interaction.Channel?, day: Day, at: Instant, isTimed: Bool, minutes: Int?, outcome: Interaction.Outcome?,
    outcomeNote: String, subject: String, text: String, party: String, line: Int
  ) {
    self.customer = customer
    self.key = key
    self.kind = kind
    self.direction = direction
    self.channel = channel ?? kind.channel
    self.day = day
    self.at = at
    self.isTimed = isTimed
    self.minutes = minutes
    self.outcome = outcome
    self.outcomeNote = outcomeNote
    self.subject = subject
    self.text = text
    self.party = party
    self.line = line
  }

  /// The name it is found again by: its own, or one made from its content and how often that stands in the batch, which
  /// holds all rows of its customers.
  func name(_ occurrences: inout [String: Int]) -> String {
    if let key { return key }
    var hash: UInt64 = 14_695_981_039_346_656_037
    for part in [subject, text, outcomeNote, party, "\(direction.rawValue)/\(minutes ?? -1)"] {
      for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
      hash = (hash ^ 0xFF) &* 1_099_511_628_211
    }
    let stem = "=\(customer)/\(kind.rawValue)/\(at.microseconds)/\(String(hash, radix: 36))"
    occurrences[stem, default: 0] += 1
    return "\(stem)#\(occurrences[stem] ?? 1)"
  }
}

extension Interactions {
  /// An interaction as an import may have changed it.
  struct Former: Codable, Equatable {
    let id: Int64
    let customer: ID<Customer>?
    let contact: ID<Contact>?
    let kind: Interaction.Kind
    let direction: Interaction.Direction
    let channel: Interaction.Channel?
    let day: Day
    let at: Instant
    let isTimed: Bool
    let minutes: Int?
    let outcome: Interaction.Outcome?
    let outcomeNote: String
    let subject: String
    let text: String
    let party: String
  }

  /// Takes one batch in; rows seen before change nothing, rows of a name seen before correct it, unless the actor may
  /// not change it.
  package static func merge(
    _ batch: [InteractionArrival], customers: [String: ID<Customer>], source: ID<Source>, importID: Int64,
    own: OwnFieldIntake, by actor: Actor, at now: Instant, changes: inout ChangeLog, in tx: Transaction
  ) throws -> ArrivalTally {
    var occurrences: [String: Int] = [:]
    let keys = batch.map { $0.name(&occurrences) }
    var known = try existing(keys, source, in: tx)
    let contacts = try Contacts.byEmail(batch.map(\.party).filter { !$0.isEmpty }, in: tx)
    let closed = try closed(known.values.map(\.id), to: actor, in: tx)
    var result = ArrivalTally()
    var corrected: Set<String> = []
    var fresh: [(row: Former, key: String)] = []
    for (arrival, key) in zip(batch, keys) {
      guard let customer = customers[arrival.customer] else { continue }
      let contact = contacts[MailAddress.folded(arrival.party)]
      guard let before = known[key] else {
        let row = Former(arrival, customer, contact, id: 0)
        known[key] = row
        fresh.append((row, key))
        result.loaded += 1
        continue
      }
      let after = Former(arrival, customer, contact ?? before.contact, id: before.id)
      let isChange = before.id != 0 && (after != before || !arrival.own.isEmpty)
      if isChange, closed.contains(before.id) {
        let reason = "This conversation is there already, and you may not change it."
        result.rejects.append(PurchaseMerge.Reject(line: arrival.line, field: "key", reason: reason))
        continue
      }
      result.merged += 1
      guard before.id != 0, after != before else { continue }
      try changes.record("interaction", before)
      try changes.edit(.interaction, before.id, before: before, after: after)
      try write(after, in: tx)
      corrected.insert(key)
    }
    let made = try insert(fresh, source: source, importID: importID, by: actor, at: now, in: tx)
    for (arrival, key) in zip(batch, keys) where !arrival.own.isEmpty {
      guard let id = made[key] ?? known[key].map(\.id), !closed.contains(id) else { continue }
      let former = try own.put(arrival.own, in: id, tx)
      guard made[key] == nil, !former.isEmpty else { continue }
      try changes.keep(former, of: .interaction, id, own, in: tx)
      if corrected.insert(key).inserted { try catalogue.touch?(id, tx) }
    }
    result.corrected = corrected.count
    return result
  }

  /// Those of some interactions that an actor may not change.
  private static func closed(_ ids: [Int64], to actor: Actor, in tx: Transaction) throws -> Set<Int64> {
    guard actor.reach(.edit, .interaction) != .all else { return [] }
    var open: Set<Int64> = []
    if actor.may(.edit, .interaction) {
      let limit = try scope(actor, .edit)
      for chunk in ids.chunks(of: 400) {
        try tx.each("SELECT i.id FROM interaction i WHERE i.id IN (\(list: chunk)) AND \(limit)") {
          open.insert(try $0(0))
        }
      }
    }
    return Set(ids).subtracting(open)
  }

  private static func existing(
    _ keys: [String], _ source: ID<Source>, in tx: Transaction
  ) throws -> [String: Former] {
    var known: [String: Former] = [:]
    for chunk in keys.chunks(of: 400) {
      try tx.each("SELECT * FROM interaction WHERE source_id = \(source) AND external_id IN (\(list: chunk))") { row in
        known[try row("external_id")] = try Former(row: row)
      }
    }
    return known
  }

  private static func insert(
    _ fresh: [(row: Former, key: String)], source: ID<Source>, importID: Int64, by actor: Actor, at now: Instant,
    in tx: Transaction
  ) throws -> [String: Int64] {
    let numbers = try tx.newIDs(fresh.count)
    var next = zip(fresh, numbers).makeIterator()
    try tx.insert(
      into: "interaction",
      [
        "id", "customer_id", "contact_id", "kind", "direction", "channel", "day", "at", "is_timed", "minutes",
        "outcome", "outcome_note", "subject", "text", "folded", "party", "source_id", "external_id", "import_id",
        "actor_id", "team_id", "actor_name", "created_at",
      ]
    ) {
      next.next().map { entry, number in
        let row = entry.row
        return [
          .int(number), row.customer.stored, row.contact.stored, row.kind.stored, row.direction.stored,
          row.channel.stored, row.day.stored, row.at.stored, row.isTimed.stored, row.minutes.stored,
          row.outcome.stored, .text(row.outcomeNote), .text(row.subject), .text(row.text), .text(row.folded),
          .text(row.party), source.stored, .text(entry.key), .int(importID), actor.user.stored,
          actor.teams.first.stored, .text(actor.name), now.stored,
        ]
      }
    }
    try SearchIndex.refresh(searchSource, numbers, in: tx)
    return Dictionary(zip(fresh.map(\.key), numbers), uniquingKeysWith: { first, _ in first })
  }

  private static func write(_ row: Former, in tx: Transaction) throws {
    try tx.run(
      """
      UPDATE interaction SET customer_id = \(row.customer), contact_id = \(row.contact), kind = \(row.kind),
        direction = \(row.direction), channel = \(row.channel), day = \(row.day), at = \(row.at),
        is_timed = \(row.isTimed), minutes = \(row.minutes), outcome = \(row.outcome),
        outcome_note = \(row.outcomeNote), subject = \(row.subject), text = \(row.text), folded = \(row.folded),
        party = \(row.party), version = version + 1 WHERE id = \(row.id)
      """)
    try refreshSearch([row.id], in: tx)
  }

  /// Puts interactions back as they were before an import, and removes those it brought.
  /// - Parameter told: what changed by that, for the history.
  package static func undo(
    importID: Int64, changes: [ChangeLog.Entry], told: inout ChangeLog, in tx: Transaction
  ) throws {
    for entry in changes.reversed() where entry.noun == "interaction" {
      let old = try entry.decoded(as: Former.self)
      guard let now = try tx.first("SELECT * FROM interaction WHERE id = \(old.id)", Former.init(row:)) else {
        continue
      }
      try told.edit(.interaction, old.id, before: now, after: old)
      try write(old, in: tx)
    }
    // The statement without parentheses: older SQLite takes only the first row of a list in two of them.
    let brought: Statement = "SELECT id FROM interaction WHERE import_id = \(importID)"
    let gone = try tx.rows(brought) { try $0(0, as: Int64.self) }
    try OwnFieldIntake.forget(brought, in: tx)
    try tx.run("DELETE FROM interaction_withdrawal WHERE interaction_id IN (\(brought))")
    try tx.run("DELETE FROM interaction_correction WHERE interaction_id IN (\(brought))")
    try tx.run("DELETE FROM interaction_participant WHERE interaction_id IN (\(brought))")
    try tx.run("DELETE FROM interaction WHERE import_id = \(importID)")
    try refreshSearch(gone, in: tx)
  }
}

extension Interactions.Former {
  init(
    _ arrival: InteractionArrival, _ customer: ID<Customer>, _ contact: ID<Contact>?, id: Int64
  ) {
    self.init(
      id: id, customer: customer, contact: contact, kind: arrival.kind, direction: arrival.direction,
      channel: arrival.channel, day: arrival.day, at: arrival.at, isTimed: arrival.isTimed, minutes: arrival.minutes,
      outcome: arrival.outcome, outcomeNote: arrival.outcomeNote, subject: arrival.subject, text: arrival.text,
      party: arrival.party)
  }

  init(row: Row) throws {
    try self.init(
      id: row("id"), customer: row("customer_id"), contact: row("contact_id"), kind: row("kind"),
      direction: row("direction"), channel: row("channel"), day: row("day"), at: row("at"), isTimed: row("is_timed"),
      minutes: row("minutes"), outcome: row("outcome"), outcomeNote: row("outcome_note"), subject: row("subject"),
      text: row("text"), party: row("party"))
  }

  var folded: String { Interaction.folded(subject, text, outcomeNote) }
}
