import Kernel
import Records
import Store

/// The people the company speaks with: every statement on their tables.
package struct Contacts: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  static let columns: Statement = """
    t.id, t.first_name, t.last_name, t.title, t.job, t.email, t.phone, t.street, t.postal_code, t.city, t.country,
    t.language, t.birthday, t.note, t.owner_id, t.team_id, t.created_at, t.version
    """

  /// The contacts an actor reaches with a verb, as a condition on `contact t`: those held by them, and those of the
  /// customers they reach. Contacts in the bin are left out.
  package static func scope(_ actor: Actor, _ verb: Actor.Verb = .see) throws -> Statement {
    "(t.binned_at IS NULL AND \(try reached(actor, verb)))"
  }

  /// As `scope`, for the contacts in the bin: by the right to delete.
  package static func binned(_ actor: Actor) throws -> Statement {
    "(t.binned_at IS NOT NULL AND \(try reached(actor, .delete)))"
  }

  static func reached(_ actor: Actor, _ verb: Actor.Verb) throws -> Statement {
    let held: Statement
    switch actor.reach(verb, .contact) {
    case .all: return "TRUE"
    case .team: held = "(t.owner_id = \(actor.user) OR t.team_id IN (\(list: actor.teams)))"
    case .own: held = "t.owner_id = \(actor.user)"
    case nil: throw Problem(.notAllowed, "You may not \(verb.rawValue) contacts.", mend: "Ask an administrator.")
    }
    // To delete a person it is not enough to look after one of several customers.
    guard verb != .delete, actor.may(verb, .customer) else { return held }
    let limit = try Customers.scope(actor, verb)
    return """
      (\(held) OR EXISTS (SELECT 1 FROM contact_role r JOIN customer c ON c.id = r.customer_id
        WHERE r.contact_id = t.id AND \(limit)))
      """
  }

  // Questions.

  /// One page of the contacts the actor may see.
  package func list(_ question: ContactQuestion, for actor: Actor) async throws -> Page<Contact> {
    let conditions =
      [try Contacts.scope(actor)] + (try question.conditions(for: actor)) + [try question.place()].compactMap { $0 }
    let filter = Statement.joined(conditions, separator: " AND ", or: "TRUE")
    return try await database.read { tx in
      let rows = try tx.rows(
        """
        SELECT \(Contacts.columns), t.folded FROM contact t WHERE \(filter)
        ORDER BY \(question.ordering) LIMIT \(question.size + 1)
        """
      ) { (contact: try Contact(row: $0), folded: try $0("folded", as: String.self)) }
      return Page(overfetched: rows, size: question.size) { question.cursor($0.contact.id, folded: $0.folded) }
        .map { $0.contact.shown(to: actor) }
    }
  }

  package func count(_ question: ContactQuestion = ContactQuestion(), for actor: Actor) async throws -> Int {
    let filter = Statement.joined(
      [try Contacts.scope(actor)] + (try question.conditions(for: actor)), separator: " AND ", or: "TRUE")
    return try await database.read { tx in
      try tx.value("SELECT count(*) FROM contact t WHERE \(filter)", as: Int.self) ?? 0
    }
  }

  /// One contact with every address and number. One that may not be seen is one that is not there.
  /// - Parameter verb: what they are to be allowed to do with it.
  package func find(_ id: ID<Contact>, to verb: Actor.Verb = .see, for actor: Actor) async throws -> Contact {
    let scope = try Contacts.scope(actor)
    return try await database.read { tx in
      if verb != .see { try Contacts.catalogue.require(verb, id.rawValue, for: actor, in: tx) }
      return try Contacts.find(id, scope, in: tx).shown(to: actor)
    }
  }

  static func find(_ id: ID<Contact>, _ scope: Statement, in tx: Transaction) throws -> Contact {
    let found = try tx.first(
      "SELECT \(columns) FROM contact t WHERE t.id = \(id) AND \(scope)", Contact.init(row:))
    guard var found else {
      throw Problem(.notFound, field: "contact", "There is no such contact.", mend: "Search for them by name.")
    }
    found.points = try points(of: id, in: tx)
    return found
  }

  static func points(of id: ID<Contact>, in tx: Transaction) throws -> [Contact.Point] {
    try tx.rows(
      "SELECT channel, kind, value FROM contact_point WHERE contact_id = \(id) ORDER BY place, channel, folded"
    ) { try Contact.Point($0(0), $0(1), $0(2)) }
  }

  /// The names of some contacts the actor may see, as they may read them.
  package func names(_ ids: [ID<Contact>], for actor: Actor) async throws -> [ID<Contact>: String] {
    guard !ids.isEmpty, actor.may(.see, .contact) else { return [:] }
    return try await database.read { try Contacts.names(ids, for: actor, in: $0) }
  }

  static func names(_ ids: [ID<Contact>], for actor: Actor, in tx: Transaction) throws -> [ID<Contact>: String] {
    guard !ids.isEmpty, actor.may(.see, .contact) else { return [:] }
    let scope = try reached(actor, .see)
    var names: [ID<Contact>: String] = [:]
    for chunk in ids.chunks(of: 400) {
      try tx.each("SELECT \(columns) FROM contact t WHERE t.id IN (\(list: chunk)) AND \(scope)") { row in
        let contact = try Contact(row: row)
        names[contact.id] = contact.shownName(to: actor)
      }
    }
    return names
  }

  // Verbs.

  /// Makes a contact, owned by the actor, and says what they are at a customer if that is told.
  package func create(
    _ draft: Contact.Draft, at role: ContactRole.Draft? = nil, by actor: Actor, filling: OwnFieldFilling? = nil,
    once: Once = .unchecked
  ) async throws -> Contact {
    try actor.require(.create, .contact)
    try actor.require(writing: draft.given, personal: Contact.personal, of: .contact)
    let now = clock.now
    return try await database.jot { tx in
      try once.check(in: tx)
      let holders = (owner: actor.user, team: actor.teams.first)
      let made = try Contacts.create(draft, at: role, holders: holders, by: actor, at: now, in: tx).shown(to: actor)
      try filling?.apply(to: made.id.rawValue, isNew: true, at: now, in: tx)
      try once.keep(made, location: "/api/v1/contacts/\(made.id)", in: tx)
      return made
    }
  }

  /// Makes a contact in a transaction that does more.
  /// - Parameter holders: who has it where the draft names nobody.
  package static func create(
    _ draft: Contact.Draft, at role: ContactRole.Draft?, holders: (owner: Int64?, team: Int64?), by actor: Actor,
    at now: Instant, in tx: Transaction
  ) throws -> Contact {
    try actor.require(.create, .contact)
    try actor.require(writing: draft.given, personal: Contact.personal, of: .contact)
    let id: ID<Contact> = try tx.newID()
    try insert(draft, id, try self.holders(of: draft, holders, in: tx), at: now, in: tx)
    try refreshSearch([id], in: tx)
    if let role { _ = try add(role, to: id, by: actor, at: now, in: tx) }
    let made = try find(id, "TRUE", in: tx)
    try tx.audit("create", .contact, id.rawValue, detail: ["after": made], by: actor, at: now)
    try tx.announce("contact.created", .contact, id.rawValue, made, at: now)
    return made
  }

  /// Changes a contact that is still at `version`.
  package func edit(
    _ id: ID<Contact>, version: Int64, by actor: Actor, filling: OwnFieldFilling? = nil,
    _ draft: @escaping @Sendable (Contact) throws -> Contact.Draft
  ) async throws -> Contact {
    let now = clock.now
    return try await database.write { tx in
      var after = try Contacts.edit(id, version: version, by: actor, at: now, in: tx, draft)
      if try filling?.apply(to: id.rawValue, isNew: false, at: now, in: tx) == true {
        after = try Contacts.find(id, "TRUE", in: tx)
      }
      return after.shown(to: actor)
    }
  }

  /// - Parameter version: nil for whatever version it is at.
  @discardableResult
  static func edit(
    _ id: ID<Contact>, version: Int64?, by actor: Actor, at now: Instant, in tx: Transaction,
    _ draft: (Contact) throws -> Contact.Draft
  ) throws -> Contact {
    let before = try find(id, try scope(actor, .edit), in: tx)
    guard version ?? before.version == before.version else {
      throw Problem(
        .conflict, field: "version", "Someone else changed this contact meanwhile.",
        mend: "Look at their change, then make yours again.")
    }
    let draft = try draft(before)
    let holders = try holders(of: draft, (before.owner, before.team), in: tx)
    try update(draft, id, holders, in: tx)
    try refreshSearch([id], in: tx)
    let after = try find(id, "TRUE", in: tx)
    try actor.require(writing: before.differences(to: after), personal: Contact.personal, of: .contact)
    try tx.audit("edit", .contact, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
    try tx.announce("contact.changed", .contact, id.rawValue, after, at: now)
    return after
  }

  /// Puts a contact into the bin, or takes it out again.
  package func setBinned(_ binned: Bool, _ id: ID<Contact>, by actor: Actor) async throws {
    let now = clock.now
    try await database.write { try Contacts.setBinned(binned, id, by: actor, at: now, in: $0) }
  }

  static func setBinned(_ binned: Bool, _ id: ID<Contact>, by actor: Actor, at now: Instant, in tx: Transaction) throws
  {
    let scope = try binned ? scope(actor, .delete) : self.binned(actor)
    let before = try find(id, scope, in: tx)
    try tx.run("UPDATE contact SET binned_at = \(binned ? now : nil), version = version + 1 WHERE id = \(id)")
    let verb = binned ? "bin" : "restore"
    try tx.audit(verb, .contact, id.rawValue, detail: [binned ? "before" : "after": before], by: actor, at: now)
    try tx.announce("contact.\(binned ? "binned" : "restored")", .contact, id.rawValue, before, at: now)
  }

  private static func holders(
    of draft: Contact.Draft, _ former: (owner: Int64?, team: Int64?), in tx: Transaction
  ) throws -> (owner: Int64?, team: Int64?) {
    if case .to(let person) = draft.owner, person != former.owner { try Colleagues.requirePerson(person, in: tx) }
    if case .to(let team) = draft.team, team != former.team { try Colleagues.requireTeam(team, in: tx) }
    return (draft.owner.number(or: former.owner), draft.team.number(or: former.team))
  }

  private static func insert(
    _ draft: Contact.Draft, _ id: ID<Contact>, _ holders: (owner: Int64?, team: Int64?), at now: Instant,
    in tx: Transaction
  ) throws {
    try tx.run(
      """
      INSERT INTO contact (id, first_name, last_name, folded, title, job, email, phone, street, postal_code, city,
        country, language, birthday, note, owner_id, team_id, created_at)
      VALUES (\(id), \(draft.firstName), \(draft.lastName), \(Contact.folded(draft.firstName, draft.lastName)), \
      \(draft.title), \(draft.job), \(draft.first(.email)), \(draft.first(.phone)), \(draft.street), \
      \(draft.postalCode), \(draft.city), \(draft.country), \(draft.language), \(draft.birthday), \(draft.note), \
      \(holders.owner), \(holders.team), \(now))
      """)
    try insert(draft.points, of: id, in: tx)
  }

  private static func update(
    _ draft: Contact.Draft, _ id: ID<Contact>, _ holders: (owner: Int64?, team: Int64?), in tx: Transaction
  ) throws {
    try tx.run(
      """
      UPDATE contact SET first_name = \(draft.firstName), last_name = \(draft.lastName),
        folded = \(Contact.folded(draft.firstName, draft.lastName)), title = \(draft.title), job = \(draft.job),
        email = \(draft.first(.email)), phone = \(draft.first(.phone)), street = \(draft.street),
        postal_code = \(draft.postalCode), city = \(draft.city), country = \(draft.country),
        language = \(draft.language), birthday = \(draft.birthday), note = \(draft.note), owner_id = \(holders.owner),
        team_id = \(holders.team), version = version + 1 WHERE id = \(id)
      """)
    try tx.run("DELETE FROM contact_point WHERE contact_id = \(id)")
    try insert(draft.points, of: id, in: tx)
  }

  static func insert(_ points: [Contact.Point], of id: ID<Contact>, in tx: Transaction) throws {
    try tx.insert(
      into: "contact_point", ["contact_id", "channel", "folded", "place", "kind", "value"],
      rows: points.enumerated().map { place, point in
        [
          id.stored, point.channel.stored, .text(point.folded), .int(Int64(place)), point.kind.stored,
          .text(point.value),
        ]
      })
  }
}

extension Contact.Draft {
  func first(_ channel: Contact.Point.Channel) -> String? { points.first { $0.channel == channel }?.value }
}

extension Contact {
  init(row: Row) throws {
    try self.init(
      id: row("id"), firstName: row("first_name"), lastName: row("last_name"), title: row("title"), job: row("job"),
      email: row("email"), phone: row("phone"), street: row("street"), postalCode: row("postal_code"),
      city: row("city"), country: row("country"), language: row("language"), birthday: row("birthday"),
      note: row("note"), owner: row("owner_id"), team: row("team_id"), createdAt: row("created_at"),
      version: row("version"))
  }
}

extension Contact.Point.Channel: Storable {}
extension Contact.Point.Kind: Storable {}
extension ContactRole.Part: Storable {}
