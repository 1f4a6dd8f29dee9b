import Foundation
import Kernel
import Store

/// How many people may be contacted for a purpose, by channel.
package struct PurposeCount: Sendable, Equatable, Encodable {
  package let purpose: ConsentPurpose
  /// People with anything on record.
  package let people: Int
  package let allowed: [String: Int]

  package func allowed(_ channel: Consent.Channel) -> Int { allowed[channel.rawValue] ?? 0 }
}

extension Consents {
  package func purposes(for actor: Actor) async throws -> [ConsentPurpose] {
    try actor.require(.see, .consent)
    return try await database.read { try ConsentPurpose.all(in: $0) }
  }

  package func purpose(_ id: ID<ConsentPurpose>, for actor: Actor) async throws -> ConsentPurpose {
    try actor.require(.see, .consent)
    return try await database.read { try ConsentPurpose.find(id, in: $0) }
  }

  /// Every purpose with how many of the people the actor may see may be contacted. One pass over what was said, by the
  /// same rule that every sender asks.
  package func counts(for actor: Actor) async throws -> [PurposeCount] {
    let scope = try Consents.scope(actor)
    let now = clock.now
    return try await database.read { tx in
      let purposes = try ConsentPurpose.all(in: tx)
      let today = now.day(in: try Interactions.zone(in: tx))
      var tally = PurposeTally(today: today)
      try tx.each(
        """
        \(Consents.select) WHERE \(scope)
        ORDER BY k.purpose_id, coalesce(k.contact_id, 0), coalesce(k.customer_id, 0), k.channel, k.id
        """
      ) { tally.add(try Consent(row: $0)) }
      tally.close()
      return purposes.map { purpose in
        PurposeCount(
          purpose: purpose, people: tally.people[purpose.id] ?? 0,
          allowed: Dictionary(
            Consent.Channel.allCases.map { ($0.rawValue, tally.allowed[.init(purpose: purpose.id, channel: $0)] ?? 0) },
            uniquingKeysWith: { first, _ in first }))
      }
    }
  }

  /// Makes a purpose, with its first text.
  package func create(
    _ draft: ConsentPurpose.Draft, by actor: Actor, once: Once = .unchecked
  ) async throws -> ConsentPurpose {
    try actor.require(.create, .consent, reach: .all)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      let made = try Consents.create(draft, by: actor, at: now, in: tx)
      try once.keep(made, location: "/api/v1/purposes/\(made.id)", in: tx)
      return made
    }
  }

  private static func create(
    _ draft: ConsentPurpose.Draft, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> ConsentPurpose {
    guard try purpose(named: draft.name, in: tx) == nil else {
      throw Problem(.conflict, field: "name", "There is a purpose of that name.", mend: "Choose another name.")
    }
    let id: ID<ConsentPurpose> = try tx.newID()
    try tx.run(
      """
      INSERT INTO consent_purpose (id, name, folded, note, basis, months, actor_id, actor_name, created_at)
      VALUES (\(id), \(draft.name), \(Text.folded(draft.name)), \(draft.note), \(draft.basis), \(draft.months), \
      \(actor.user), \(actor.name), \(now))
      """)
    if !draft.text.isEmpty { try add(draft.text, number: 1, to: id, by: actor, at: now, in: tx) }
    let made = try ConsentPurpose.find(id, in: tx)
    try tx.audit("create purpose", .consent, id.rawValue, detail: made, by: actor, at: now)
    return made
  }

  /// Says anew what a purpose is called and for, and how long a yes holds from now on; what was said stays as it was said.
  package func edit(
    _ id: ID<ConsentPurpose>, name: String, note: String, months: Int?, by actor: Actor
  ) async throws -> ConsentPurpose {
    try actor.require(.edit, .consent, reach: .all)
    let now = clock.now
    return try await database.write { tx in
      let before = try ConsentPurpose.find(id, in: tx)
      let draft = try ConsentPurpose.Draft(name: name, note: note, basis: before.basis, months: months)
      if let known = try Consents.purpose(named: draft.name, in: tx), known != id {
        throw Problem(.conflict, field: "name", "There is a purpose of that name.", mend: "Choose another name.")
      }
      try tx.run(
        """
        UPDATE consent_purpose SET name = \(draft.name), folded = \(Text.folded(draft.name)), note = \(draft.note),
          months = \(draft.months) WHERE id = \(id)
        """)
      let after = try ConsentPurpose.find(id, in: tx)
      try tx.audit(
        "edit purpose", .consent, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
      return after
    }
  }

  private static func purpose(named name: String, in tx: Transaction) throws -> ID<ConsentPurpose>? {
    try tx.value("SELECT id FROM consent_purpose WHERE folded = \(Text.folded(name))")
  }

  /// The number of a text among those of a purpose; whichever is not there yet is made. For forms, whose text is theirs.
  static func text(
    _ text: String, ofPurpose name: String, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> (purpose: ID<ConsentPurpose>, text: Int) {
    guard let known = try purpose(named: name, in: tx) else {
      return (try create(try ConsentPurpose.Draft(name: name, text: text), by: actor, at: now, in: tx).id, 1)
    }
    let purpose = try ConsentPurpose.find(known, in: tx)
    if let same = purpose.texts.first(where: { $0.text == text }) { return (known, same.number) }
    let number = (purpose.texts.first?.number ?? 0) + 1
    try add(text, number: number, to: known, by: actor, at: now, in: tx)
    try tx.audit("add text", .consent, known.rawValue, detail: ["text": text], by: actor, at: now)
    return (known, number)
  }

  /// Adds a version of the text; consents keep the version they were given to.
  package func add(
    _ text: String, to id: ID<ConsentPurpose>, by actor: Actor, once: Once = .unchecked
  ) async throws -> ConsentPurpose {
    try actor.require(.edit, .consent, reach: .all)
    let text = try Text.block(text, field: "text", limit: 4_000)
    guard !text.isEmpty else {
      throw Problem(.invalid, field: "text", "The text is empty.", mend: "Write what people agree to.")
    }
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      let purpose = try ConsentPurpose.find(id, in: tx)
      guard purpose.texts.first?.text != text else {
        throw Problem(.conflict, field: "text", "This is the text in force.", mend: "Change it, or leave it.")
      }
      try Consents.add(text, number: (purpose.texts.first?.number ?? 0) + 1, to: id, by: actor, at: now, in: tx)
      let after = try ConsentPurpose.find(id, in: tx)
      try tx.audit("add text", .consent, id.rawValue, detail: after, by: actor, at: now)
      try once.keep(after, location: "/api/v1/purposes/\(id)", in: tx)
      return after
    }
  }

  private static func add(
    _ text: String, number: Int, to id: ID<ConsentPurpose>, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    try tx.run(
      """
      INSERT INTO consent_text (id, purpose_id, number, text, actor_id, actor_name, at)
      VALUES (\(try tx.newID(ConsentPurpose.Text.self)), \(id), \(number), \(text), \(actor.user), \(actor.name), \(now))
      """)
  }
}

extension ConsentPurpose {
  static func all(in tx: Transaction) throws -> [ConsentPurpose] {
    let texts = try tx.rows("SELECT * FROM consent_text ORDER BY purpose_id, number DESC") {
      (try $0("purpose_id", as: ID<ConsentPurpose>.self), try Text(row: $0))
    }
    let byPurpose = Dictionary(grouping: texts, by: \.0).mapValues { $0.map(\.1) }
    return try tx.rows("SELECT * FROM consent_purpose ORDER BY folded, id") { row in
      try ConsentPurpose(row: row, texts: byPurpose[row("id")] ?? [])
    }
  }

  static func find(_ id: ID<ConsentPurpose>, in tx: Transaction) throws -> ConsentPurpose {
    let texts = try tx.rows(
      "SELECT * FROM consent_text WHERE purpose_id = \(id) ORDER BY number DESC", Text.init(row:))
    let found = try tx.first("SELECT * FROM consent_purpose WHERE id = \(id)") {
      try ConsentPurpose(row: $0, texts: texts)
    }
    guard let found else {
      throw Problem(.notFound, field: "purpose", "There is no such purpose.", mend: "Choose one of the list.")
    }
    return found
  }

  private init(row: Row, texts: [Text]) throws {
    try self.init(
      id: row("id"), name: row("name"), note: row("note"), basis: row("basis"), months: row("months"),
      by: row("actor_name"), createdAt: row("created_at"), texts: texts)
  }
}

extension ConsentPurpose.Text {
  init(row: Row) throws {
    try self.init(
      id: row("id"), number: row("number"), text: row("text"), by: row("actor_name"), at: row("at"))
  }
}

/// Counts people by purpose and channel, from rows that come in the order of purpose, person and channel.
struct PurposeTally {
  struct Cell: Hashable {
    let purpose: ID<ConsentPurpose>
    let channel: Consent.Channel
  }

  let today: Day
  private(set) var people: [ID<ConsentPurpose>: Int] = [:]
  private(set) var allowed: [Cell: Int] = [:]
  private var open: [Consent] = []
  private var lastPerson: (purpose: ID<ConsentPurpose>, person: Consent.Person?)?

  init(today: Day) { self.today = today }

  mutating func add(_ consent: Consent) {
    if let first = open.first,
      (first.purpose, first.channel) != (consent.purpose, consent.channel) || first.person != consent.person
    {
      close()
    }
    open.append(consent)
  }

  mutating func close() {
    guard let first = open.first else { return }
    if lastPerson?.purpose != first.purpose || lastPerson?.person != first.person {
      people[first.purpose, default: 0] += 1
      lastPerson = (first.purpose, first.person)
    }
    if Consent.contactable(open, first.channel, on: today).isAllowed {
      allowed[Cell(purpose: first.purpose, channel: first.channel), default: 0] += 1
    }
    open = []
  }
}
