import Kernel
import Records
import Store

/// A contact as a feed tells it, with what they are at one customer.
package struct ContactArrival: Sendable {
  package let customer: String
  /// The name the feed knows the contact by.
  package let key: String?
  package var firstName: String?
  package var lastName: String?
  package var title: String?
  package var job: String?
  package var email: String?
  package var phone: String?
  package var mobile: String?
  package var language: String?
  package var part: ContactRole.Part?
  package var function: String?
  /// What the feed tells of the company's own fields, by their names.
  package var own: [String: String] = [:]
  package let line: Int

  package init(customer: String, key: String?, line: Int) {
    self.customer = customer
    self.key = key
    self.line = line
  }

  /// What the contact is found again by: the feed's own name, the e-mail address, or the person's name at the customer.
  var name: String {
    if let key { return key }
    if let email { return "mailto:\(MailAddress.folded(email))" }
    return "=\(customer)/\(Text.folded("\(firstName ?? "") \(lastName ?? "")"))/\(phone ?? mobile ?? "")"
  }

  var points: [Contact.Point] {
    let told = [
      email.map { Contact.Point(.email, .work, $0) }, phone.map { Contact.Point(.phone, .work, $0) },
      mobile.map { Contact.Point(.phone, .mobile, $0) },
    ].compactMap { $0 }
    var seen: Set<String> = []
    return told.filter { seen.insert("\($0.channel.rawValue) \($0.folded)").inserted }
  }
}

// Imports.
extension Contacts {
  /// Takes one batch in: finds contacts by the feed's name or their address, makes those that are new, says what they
  /// are at the customers. What a feed does not tell stays. Rows of contacts the actor may not change are refused.
  package static func merge(
    _ arrivals: [ContactArrival], customers: [String: ID<Customer>], source: ID<Source>,
    policy: ArrivalPolicy = .update,
    importID: Int64, own: OwnFieldIntake, by actor: Actor, at now: Instant, changes: inout ChangeLog,
    in tx: Transaction
  ) throws -> ArrivalTally {
    var known = try keys(arrivals, source, in: tx)
    if policy != .create { try recognise(arrivals, &known, source, importID, policy, by: actor, in: tx) }
    var tally = ArrivalTally()
    let batch = try admitted(arrivals, known, policy, importID, &tally, by: actor, in: tx)
    let isKnown = Set(known.keys)
    let fresh = try make(batch, &known, source, importID, by: actor, at: now, in: tx)
    var corrected: Set<ID<Contact>> = []
    var seen: Set<String> = []
    for arrival in batch where !arrival.own.isEmpty {
      guard let id = known[arrival.name] else { continue }
      let former = try own.put(arrival.own, in: id.rawValue, tx)
      guard !fresh.contains(id), !former.isEmpty else { continue }
      try changes.keep(former, of: .contact, id.rawValue, own, in: tx)
      if corrected.insert(id).inserted { try catalogue.touch?(id.rawValue, tx) }
    }
    for arrival in batch where isKnown.contains(arrival.name) || !seen.insert(arrival.name).inserted {
      guard let id = known[arrival.name] else { continue }
      let isNew = fresh.contains(id)
      if try correct(id, arrival, isNew: isNew, changes: &changes, in: tx), !isNew { corrected.insert(id) }
    }
    try refreshSearch(Set(known.values).sorted(), in: tx)
    let added = try addRoles(batch, known, customers, importID, by: actor, at: now, in: tx)
    var counted: Set<ID<Contact>> = []
    for (arrival, isAdded) in zip(batch, added) {
      let isFirst = known[arrival.name].map { fresh.contains($0) && counted.insert($0).inserted } ?? false
      if isFirst || isAdded { tally.loaded += 1 }
    }
    tally.merged = arrivals.count - tally.loaded - tally.rejects.count
    tally.corrected = corrected.count
    return tally
  }

  /// The rows that go on: those of contacts who stay as they are, and of those the actor may not change, are counted.
  private static func admitted(
    _ arrivals: [ContactArrival], _ known: [String: ID<Contact>], _ policy: ArrivalPolicy, _ importID: Int64,
    _ tally: inout ArrivalTally, by actor: Actor, in tx: Transaction
  ) throws -> [ContactArrival] {
    let limit: Statement = actor.may(.edit, .contact) ? try reached(actor, .edit) : "FALSE"
    var stays: Set<ID<Contact>> = []
    var closed: Set<ID<Contact>> = []
    for chunk in Set(known.values).sorted(by: { $0.rawValue < $1.rawValue }).chunks(of: 400) {
      try tx.each(
        """
        SELECT t.id, CASE WHEN t.binned_at IS NULL THEN 0 ELSE 1 END, CASE WHEN \(limit) THEN 1 ELSE 0 END FROM contact t
        WHERE t.id IN (\(list: chunk)) AND (t.import_id IS NULL OR t.import_id <> \(importID))
        """
      ) { row in
        let (isBinned, isOpen) = (try row(1, as: Int.self) == 1, try row(2, as: Int.self) == 1)
        // Who is in the bin stays there, as they were.
        if policy == .skip || isBinned { stays.insert(try row(0)) } else if !isOpen { closed.insert(try row(0)) }
      }
    }
    return arrivals.filter { arrival in
      guard let id = known[arrival.name] else { return true }
      if stays.contains(id) { tally.skipped += 1 }
      if closed.contains(id) {
        let reason = "This contact is there already, and you may not change it."
        tally.rejects.append(PurchaseMerge.Reject(line: arrival.line, field: "contact", reason: reason))
      }
      return !stays.contains(id) && !closed.contains(id)
    }
  }

  private static func keys(
    _ batch: [ContactArrival], _ source: ID<Source>, in tx: Transaction
  ) throws -> [String: ID<Contact>] {
    var known: [String: ID<Contact>] = [:]
    for chunk in Array(Set(batch.map(\.name))).chunks(of: 400) {
      try tx.each(
        """
        SELECT external_id, contact_id FROM contact_key WHERE source_id = \(source) AND external_id IN (\(list: chunk))
        """
      ) { known[try $0(0)] = try $0(1, as: ID<Contact>.self) }
    }
    return known
  }

  /// Somebody with the same address is the same person, whoever told of them first, among those the actor reaches.
  private static func recognise(
    _ batch: [ContactArrival], _ known: inout [String: ID<Contact>], _ source: ID<Source>, _ importID: Int64,
    _ policy: ArrivalPolicy, by actor: Actor, in tx: Transaction
  ) throws {
    let verb: Actor.Verb = policy == .update ? .edit : .see
    let unknown = batch.filter { known[$0.name] == nil && $0.email != nil }
    guard !unknown.isEmpty, actor.may(verb, .contact) else { return }
    let byAddress = try byEmail(unknown.compactMap(\.email), within: try reached(actor, verb), in: tx)
    var found: [[Value]] = []
    for arrival in unknown where known[arrival.name] == nil {
      guard let id = arrival.email.flatMap({ byAddress[MailAddress.folded($0)] }) else { continue }
      known[arrival.name] = id
      found.append([source.stored, .text(arrival.name), id.stored, .int(importID)])
    }
    try tx.insert(into: "contact_key", ["source_id", "external_id", "contact_id", "import_id"], rows: found)
  }

  /// Contacts by their folded e-mail addresses; the oldest where several share one.
  static func byEmail(
    _ addresses: [String], within limit: Statement = "TRUE", in tx: Transaction
  ) throws -> [String: ID<Contact>] {
    var found: [String: ID<Contact>] = [:]
    for chunk in Array(Set(addresses.map(MailAddress.folded))).chunks(of: 400) {
      try tx.each(
        """
        SELECT p.folded, min(p.contact_id) FROM contact_point p JOIN contact t ON t.id = p.contact_id
        WHERE p.channel = 'email' AND p.folded IN (\(list: chunk)) AND t.binned_at IS NULL AND \(limit)
        GROUP BY p.folded
        """
      ) { found[try $0(0)] = try $0(1, as: ID<Contact>.self) }
    }
    return found
  }

  private static func make(
    _ batch: [ContactArrival], _ known: inout [String: ID<Contact>], _ source: ID<Source>, _ importID: Int64,
    by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> Set<ID<Contact>> {
    var names: Set<String> = []
    let fresh = batch.filter { known[$0.name] == nil && names.insert($0.name).inserted }
    let numbers = try tx.newIDs(fresh.count)
    for (arrival, number) in zip(fresh, numbers) { known[arrival.name] = ID(number) }
    try tx.insert(
      into: "contact",
      [
        "id", "first_name", "last_name", "folded", "title", "job", "email", "phone", "language", "owner_id", "team_id",
        "import_id", "created_at",
      ],
      rows: zip(fresh, numbers).map { one, number in
        let (first, last) = (one.firstName ?? "", one.lastName ?? "")
        return [
          .int(number), .text(first), .text(last), .text(Contact.folded(first, last)), one.title.stored,
          one.job.stored, one.email.stored, (one.phone ?? one.mobile).stored, one.language.stored, actor.user.stored,
          actor.teams.first.stored, .int(importID), now.stored,
        ]
      })
    try tx.insert(
      into: "contact_point", ["contact_id", "channel", "folded", "place", "kind", "value"],
      rows: zip(fresh, numbers).flatMap { one, number in
        one.points.enumerated().map { place, point in
          [
            .int(number), point.channel.stored, .text(point.folded), .int(Int64(place)), point.kind.stored,
            .text(point.value),
          ]
        }
      })
    try tx.insert(
      into: "contact_key", ["source_id", "external_id", "contact_id", "import_id"],
      rows: zip(fresh, numbers).map { [source.stored, .text($0.name), .int($1), .int(importID)] })
    return Set(numbers.map { ID($0) })
  }

  /// - Returns: whether the feed told anything else than what was there.
  private static func correct(
    _ id: ID<Contact>, _ arrival: ContactArrival, isNew: Bool, changes: inout ChangeLog, in tx: Transaction
  ) throws -> Bool {
    let before = try find(id, "TRUE", in: tx)
    let points = before.points ?? []
    let known = Set(points.map { "\($0.channel.rawValue) \($0.folded)" })
    let more = arrival.points.filter { !known.contains("\($0.channel.rawValue) \($0.folded)") }
    let (given, family) = (arrival.firstName ?? before.firstName, arrival.lastName ?? before.lastName)
    let told = [arrival.title ?? before.title, arrival.job ?? before.job, arrival.language ?? before.language]
    let isSame =
      (given, family) == (before.firstName, before.lastName) && told == [before.title, before.job, before.language]
    guard !isSame || !more.isEmpty else { return false }
    if !isNew { try changes.record("contact", before) }
    let all = points + more
    func first(_ channel: Contact.Point.Channel) -> String? { all.first { $0.channel == channel }?.value }
    try tx.run(
      """
      UPDATE contact SET first_name = \(given), last_name = \(family), folded = \(Contact.folded(given, family)),
        title = \(told[0]), job = \(told[1]), language = \(told[2]), email = \(first(.email)), phone = \(first(.phone)),
        version = version + 1 WHERE id = \(id)
      """)
    if !more.isEmpty {
      try tx.run("DELETE FROM contact_point WHERE contact_id = \(id)")
      try insert(all, of: id, in: tx)
    }
    if !isNew { try changes.edit(.contact, id.rawValue, before: before, after: try find(id, "TRUE", in: tx)) }
    return true
  }

  /// - Returns: for each row whether it told of a role that was not there.
  private static func addRoles(
    _ batch: [ContactArrival], _ contacts: [String: ID<Contact>], _ customers: [String: ID<Customer>],
    _ importID: Int64, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws -> [Bool] {
    let all = Array(Set(batch.compactMap { customers[$0.customer] }))
    var known: Set<[String]> = []
    var haveMain: Set<ID<Customer>> = []
    for chunk in all.chunks(of: 400) {
      try tx.each(
        "SELECT customer_id, contact_id, role, function FROM contact_role WHERE customer_id IN (\(list: chunk))"
      ) { row in
        let (customer, contact): (Int64, Int64) = (try row(0), try row(1))
        known.insert(["\(customer)", "\(contact)", try row(2), try row(3)])
        known.insert(["\(customer)", "\(contact)"])
      }
      try tx.each("SELECT DISTINCT customer_id FROM main_contact WHERE customer_id IN (\(list: chunk))") {
        haveMain.insert(try $0(0))
      }
    }
    var roles: [[Value]] = []
    var mains: [[Value]] = []
    let added = try batch.map { arrival in
      guard let contact = contacts[arrival.name], let customer = customers[arrival.customer] else { return false }
      let (part, function) = (arrival.part?.rawValue ?? "", arrival.function ?? "")
      // A feed that tells no role says only that they belong together.
      let isTold = !part.isEmpty || !function.isEmpty
      guard isTold || !known.contains(["\(customer)", "\(contact)"]),
        known.insert(["\(customer)", "\(contact)", part, function]).inserted
      else { return false }
      known.insert(["\(customer)", "\(contact)"])
      roles.append([
        .int(try tx.newIDs(1).lowerBound), customer.stored, contact.stored, .text(part), .text(function),
        .int(importID), actor.user.stored, .text(actor.name), now.stored,
      ])
      if haveMain.insert(customer).inserted {
        mains.append([
          customer.stored, .int(try tx.newIDs(1).lowerBound), contact.stored, .int(importID), actor.user.stored,
          .text(actor.name), now.stored,
        ])
      }
      return true
    }
    try tx.insert(
      into: "contact_role",
      ["id", "customer_id", "contact_id", "role", "function", "import_id", "actor_id", "actor_name", "created_at"],
      rows: roles)
    try tx.insert(
      into: "main_contact", ["customer_id", "id", "contact_id", "import_id", "actor_id", "actor_name", "at"],
      rows: mains)
    return added
  }

  /// Puts contacts back as they were before an import, and removes those it made and nobody uses.
  /// - Parameter told: what changed by that, for the history.
  package static func undo(
    importID: Int64, changes: [ChangeLog.Entry], told: inout ChangeLog, in tx: Transaction
  ) throws {
    for entry in changes.reversed() where entry.noun == "contact" {
      let old = try entry.decoded(as: Contact.self)
      guard let now = try? find(old.id, "TRUE", in: tx) else { continue }
      try told.edit(.contact, old.id.rawValue, before: now, after: old)
      try tx.run(
        """
        UPDATE contact SET first_name = \(old.firstName), last_name = \(old.lastName),
          folded = \(Contact.folded(old.firstName, old.lastName)), title = \(old.title), job = \(old.job),
          language = \(old.language), email = \(old.email), phone = \(old.phone), version = version + 1
        WHERE id = \(old.id)
        """)
      try tx.run("DELETE FROM contact_point WHERE contact_id = \(old.id)")
      try insert(old.points ?? [], of: old.id, in: tx)
    }
    let touched =
      try tx.rows("SELECT id FROM contact WHERE import_id = \(importID)") { try $0(0, as: ID<Contact>.self) }
      + tx.rows("SELECT contact_id FROM contact_key WHERE import_id = \(importID)") { try $0(0, as: ID<Contact>.self) }
      + changes.filter { $0.noun == "contact" }.map { try $0.decoded(as: Contact.self).id }
    let roles: Statement = "(SELECT id FROM contact_role WHERE import_id = \(importID))"
    try tx.run("DELETE FROM contact_role_end WHERE role_id IN \(roles)")
    try tx.run("DELETE FROM contact_role WHERE import_id = \(importID)")
    try tx.run("DELETE FROM main_contact WHERE import_id = \(importID)")
    try tx.run("DELETE FROM contact_key WHERE import_id = \(importID)")
    let unused: Statement = """
      SELECT t.id FROM contact t WHERE t.import_id = \(importID)
        AND NOT EXISTS (SELECT 1 FROM contact_role r WHERE r.contact_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM main_contact m WHERE m.contact_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM contact_key k WHERE k.contact_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM interaction i WHERE i.contact_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM interaction_participant p WHERE p.contact_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM consent n WHERE n.contact_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM task k WHERE k.about_noun = 'contact' AND k.about_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.noun = 'contact' AND a.record_id = t.id)
        AND NOT EXISTS (SELECT 1 FROM tagging g WHERE g.noun = 'contact' AND g.record_id = t.id)
      """
    try OwnFieldIntake.forget(unused, in: tx)
    try tx.run("DELETE FROM contact_point WHERE contact_id IN (\(unused))")
    try tx.run("DELETE FROM contact WHERE id IN (\(unused))")
    try refreshSearch(Set(touched).sorted(), in: tx)
  }
}
