import Customers
import Foundation
import Kernel
import Store

/// What comes in through forms: every statement on its table.
package struct WebFormSubmissions: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  private static let select: Statement = """
    SELECT s.id, s.form_id, s.at, s.state, s.customer_id, s.contact_id, s.company, s.person, s.email, s.phone,
      s.message, s.consent_version, s.consent, s.origin FROM web_form_submission s
    """

  /// The newest that came in, page by page.
  package func list(
    of form: ID<WebForm>, state: WebFormSubmission.State? = nil, before: Int64? = nil, size: Int = 50, for actor: Actor
  ) async throws -> Page<WebFormSubmission> {
    let scope = try WebForms.scope(actor, .see)
    let filter: Statement = state.map { "AND s.state = \($0)" } ?? ""
    return try await database.read { tx in
      _ = try WebForms.find(form, scope, in: tx)
      let rows = try tx.rows(
        """
        \(Self.select) WHERE s.form_id = \(form) AND s.id < \(before ?? Int64.max) \(filter)
        ORDER BY s.id DESC LIMIT \(size + 1)
        """, WebFormSubmission.init(row:))
      return Page(overfetched: rows, size: size) { "\($0.id)" }.map { actor.seesPersonalData ? $0 : $0.withoutPerson }
    }
  }

  /// What a page gives out with the form, so that it can tell how long somebody took.
  package func opening() async throws -> String {
    let now = clock.now
    return try await database.read { tx in
      Data(try tx.sealed(Array(String(now.microseconds).utf8), purpose: "web form")).base64EncodedString()
    }
  }

  /// Takes in what a visitor sent. A customer known by the address stays the one there is; a new one goes to whoever's
  /// turn it is. What looks like a machine's work is kept aside, and its sender is not told.
  package func take(_ entry: WebFormEntry, token: String, origin: String, address: String) async throws
    -> WebFormSubmission
  {
    let now = clock.now
    return try await database.write { tx in
      let form = try WebForms.open(token, in: tx)
      let today = try tx.value(
        """
        SELECT count(*) FROM web_form_submission WHERE form_id = \(form.id) AND at > \(now.adding(seconds: -86_400))
        """, as: Int.self)
      guard today ?? 0 < WebForm.mostPerDay else {
        throw Problem(
          .tooMany, "This form took in as much as it can today.", mend: "Please try again tomorrow.",
          facts: [.init("retryAfter", "3600")])
      }
      let isSuspect = try Self.isSuspect(entry, at: now, in: tx)
      let id: ID<WebFormSubmission> = try tx.newID()
      try tx.run(
        """
        INSERT INTO web_form_submission (id, form_id, at, state, company, person, email, phone, message,
          consent_version, consent, origin, address)
        VALUES (\(id), \(form.id), \(now), \(WebFormSubmission.State.suspected), \(entry.company), \(entry.person),
          \(entry.email), \(entry.phone), \(entry.message), \(entry.agrees ? form.consentVersion : nil),
          \(entry.agrees ? form.consent : ""), \(origin), \(address))
        """)
      let made = try Self.find(id, in: tx)
      if isSuspect { return made }
      return try receive(made, entry, form, by: Self.visitor(of: form), at: now, in: tx)
    }
  }

  /// Takes in after all what was kept aside.
  package func accept(
    _ id: ID<WebFormSubmission>, of form: ID<WebForm>, by actor: Actor
  ) async throws -> WebFormSubmission {
    let scope = try WebForms.scope(actor, .edit)
    try actor.require(.create, .customer)
    let now = clock.now
    return try await database.write { tx in
      let form = try WebForms.find(form, scope, in: tx)
      let before = try Self.find(id, in: tx)
      guard before.form == form.id else { throw Self.missing }
      guard before.state == .suspected else {
        throw Problem(.conflict, "This was taken in already.", mend: "Look at its customer.")
      }
      let entry = try WebFormEntry(
        [
          .company: before.company, .person: before.person, .email: before.email, .phone: before.phone,
          .message: before.message, .consent: before.consentVersion == nil ? "" : "1",
        ], trap: "", opened: "", for: form)
      return try receive(before, entry, form, by: actor, at: now, in: tx)
    }
  }

  /// Removes what came in; a customer that came of it stays.
  package func delete(_ id: ID<WebFormSubmission>, of form: ID<WebForm>, by actor: Actor) async throws {
    let scope = try WebForms.scope(actor, .delete)
    let now = clock.now
    try await database.write { tx in
      let form = try WebForms.find(form, scope, in: tx)
      guard try tx.run("DELETE FROM web_form_submission WHERE id = \(id) AND form_id = \(form.id)") == 1 else {
        throw Self.missing
      }
      try tx.audit(
        "delete submission", .form, form.id.rawValue, detail: ["submission": id.rawValue], by: actor, at: now)
    }
  }

  /// Who acts when a visitor sends a form.
  static func visitor(of form: WebForm) -> Actor {
    Actor(user: nil, name: "form “\(form.name)”", grants: Actor.everything)
  }

  private static let missing = Problem(.notFound, "There is no such submission.", mend: "Look for it in the list.")

  /// A filled trap, or a form filled in faster than a person can, or one opened yesterday.
  private static func isSuspect(_ entry: WebFormEntry, at now: Instant, in tx: Transaction) throws -> Bool {
    if !entry.trap.isEmpty { return true }
    guard !entry.opened.isEmpty else { return false }
    guard let sealed = Data(base64Encoded: entry.opened),
      let text = try? tx.opened(Array(sealed), purpose: "web form"),
      let microseconds = Int64(String(decoding: text, as: UTF8.self))
    else { return true }
    let took = now.seconds(since: Instant(microseconds: microseconds))
    return took < WebForm.leastSeconds || took > WebForm.mostSeconds
  }

  private func receive(
    _ submission: WebFormSubmission, _ entry: WebFormEntry, _ form: WebForm, by actor: Actor, at now: Instant,
    in tx: Transaction
  ) throws -> WebFormSubmission {
    let known = try Visitor.customer(of: entry.email, in: tx)
    let customer =
      try known
      ?? Customers.create(
        entry.customer(form.kind), holders: (WebForms.nextOwner(of: form, in: tx), form.team), by: actor, at: now,
        in: tx
      ).id
    let contact = try Self.follow(entry, form, customer, at: now, in: tx)
    let state: WebFormSubmission.State = known == nil ? .made : .known
    try tx.run(
      """
      UPDATE web_form_submission SET state = \(state), customer_id = \(customer), contact_id = \(contact)
      WHERE id = \(submission.id)
      """)
    let after = try Self.find(submission.id, in: tx)
    try tx.audit(
      "take in", .form, form.id.rawValue,
      detail: ["submission": submission.id.rawValue, "customer": customer.rawValue],
      by: actor, at: now)
    try tx.announce(
      "form.answered", .form, form.id.rawValue,
      ["submission": submission.id.rawValue, "customer": customer.rawValue], at: now)
    return after
  }

  private static func find(_ id: ID<WebFormSubmission>, in tx: Transaction) throws -> WebFormSubmission {
    guard let found = try tx.first("\(select) WHERE s.id = \(id)", WebFormSubmission.init(row:)) else { throw missing }
    return found
  }
}

extension WebFormSubmission {
  init(row: Row) throws {
    try self.init(
      id: row("id"), form: row("form_id"), at: row("at"), state: row("state"), customer: row("customer_id"),
      contact: row("contact_id"), company: row("company"), person: row("person"), email: row("email"),
      phone: row("phone"), message: row("message"), consentVersion: row("consent_version"), consent: row("consent"),
      origin: row("origin"))
  }
}

extension WebFormSubmission.State: Storable {}
