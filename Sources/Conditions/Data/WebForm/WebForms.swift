import Customers
import Foundation
import Kernel
import Store

/// The company's forms: every statement on their own table.
package struct WebForms: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  static let select: Statement = """
    SELECT f.id, f.token, f.name, f.title, f.intro, f.fields, f.kind, f.owners, f.turn, f.team_id, f.tag, f.thanks,
      f.thanks_path, f.origins, f.purpose, f.consent, f.consent_version, f.actor_name, f.created_at, f.version,
      c.at AS closed_at
    FROM web_form f LEFT JOIN web_form_closure c ON c.form_id = f.id
    """

  static func scope(_ actor: Actor, _ verb: Actor.Verb) throws -> Statement {
    switch actor.reach(verb, .form) {
    case .all: "TRUE"
    case .team: "(f.user_id = \(actor.user) OR f.team_id IN (\(list: actor.teams)))"
    case .own: "f.user_id = \(actor.user)"
    case nil: throw Problem(.notAllowed, "You may not \(verb.rawValue) forms.", mend: "Ask an administrator.")
    }
  }

  package func all(for actor: Actor) async throws -> [WebForm] {
    let scope = try Self.scope(actor, .see)
    return try await database.read { tx in
      try tx.rows("\(Self.select) WHERE \(scope) ORDER BY f.name, f.id LIMIT 500", WebForm.init(row:))
    }
  }

  package func find(_ id: ID<WebForm>, _ verb: Actor.Verb = .see, for actor: Actor) async throws -> WebForm {
    let scope = try Self.scope(actor, verb)
    return try await database.read { try Self.find(id, scope, in: $0) }
  }

  static func find(_ id: ID<WebForm>, _ scope: Statement, in tx: Transaction) throws -> WebForm {
    guard let found = try tx.first("\(select) WHERE f.id = \(id) AND \(scope)", WebForm.init(row:)) else {
      throw Problem(.notFound, "There is no such form.", mend: "Look for it in the list.")
    }
    return found
  }

  /// The open form of a public address.
  package func open(_ token: String) async throws -> WebForm {
    try await database.read { try Self.open(token, in: $0) }
  }

  static func open(_ token: String, in tx: Transaction) throws -> WebForm {
    let found = try tx.first("\(select) WHERE f.token = \(token)", WebForm.init(row:))
    guard let found, found.isOpen else {
      throw Problem(.notFound, "This form is not open.", mend: "Get in touch in another way.")
    }
    return found
  }

  // Verbs.

  package func create(_ draft: WebForm.Draft, by actor: Actor, once: Once = .unchecked) async throws -> WebForm {
    try actor.require(.create, .form)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      try Self.check(draft, in: tx)
      let id: ID<WebForm> = try tx.newID()
      try tx.run(
        """
        INSERT INTO web_form (id, token, name, title, intro, fields, kind, owners, team_id, tag, thanks, thanks_path,
          origins, purpose, consent, consent_version, user_id, actor_name, created_at)
        VALUES (\(id), \(Self.token()), \(draft.name), \(draft.title), \(draft.intro), \(draft.asked), \(draft.kind),
          \(draft.owned), \(draft.team), \(draft.tag), \(draft.thanks), \(draft.thanksPath),
          \(draft.origins.joined(separator: "\n")), \(draft.purpose), \(draft.consent), 1, \(actor.user),
          \(actor.name), \(now))
        """)
      let made = try Self.find(id, "TRUE", in: tx)
      try tx.audit("create", .form, id.rawValue, detail: made, by: actor, at: now)
      try tx.announce("form.created", .form, id.rawValue, ["name": draft.name], at: now)
      try once.keep(made, location: "/api/v1/forms/\(id)", in: tx)
      return made
    }
  }

  package func edit(
    _ id: ID<WebForm>, _ draft: WebForm.Draft, version: Int64, by actor: Actor
  ) async throws -> WebForm {
    let scope = try Self.scope(actor, .edit)
    let now = clock.now
    return try await database.write { tx in
      let before = try Self.find(id, scope, in: tx)
      try Self.check(draft, in: tx)
      let isSameText = before.consent == draft.consent && before.purpose == draft.purpose
      let changed = try tx.run(
        """
        UPDATE web_form SET name = \(draft.name), title = \(draft.title), intro = \(draft.intro),
          fields = \(draft.asked), kind = \(draft.kind), owners = \(draft.owned), team_id = \(draft.team),
          tag = \(draft.tag), thanks = \(draft.thanks), thanks_path = \(draft.thanksPath),
          origins = \(draft.origins.joined(separator: "\n")), purpose = \(draft.purpose), consent = \(draft.consent),
          consent_version = consent_version + \(isSameText ? 0 : 1), version = version + 1
        WHERE id = \(id) AND version = \(version)
        """)
      guard changed == 1 else {
        throw Problem(
          .conflict, field: "version", "Someone else changed this form meanwhile.",
          mend: "Look at their change, then make yours again.")
      }
      let after = try Self.find(id, "TRUE", in: tx)
      try tx.audit("edit", .form, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
      try tx.announce("form.changed", .form, id.rawValue, ["name": draft.name], at: now)
      return after
    }
  }

  /// Takes nothing more in, until it is opened again.
  package func close(_ id: ID<WebForm>, by actor: Actor) async throws -> WebForm {
    try await turn("close", id, by: actor) { tx, now in
      try tx.run(
        """
        INSERT INTO web_form_closure (form_id, actor_id, actor_name, at)
        VALUES (\(id), \(actor.user), \(actor.name), \(now)) ON CONFLICT DO NOTHING
        """)
    }
  }

  package func reopen(_ id: ID<WebForm>, by actor: Actor) async throws -> WebForm {
    try await turn("reopen", id, by: actor) { tx, _ in try tx.run("DELETE FROM web_form_closure WHERE form_id = \(id)")
    }
  }

  private func turn(
    _ verb: String, _ id: ID<WebForm>, by actor: Actor,
    _ change: @escaping @Sendable (Transaction, Instant) throws -> Int
  ) async throws -> WebForm {
    let scope = try Self.scope(actor, .edit)
    let now = clock.now
    return try await database.write { tx in
      let before = try Self.find(id, scope, in: tx)
      if try change(tx, now) > 0 {
        try tx.audit(verb, .form, id.rawValue, by: actor, at: now)
        try tx.announce(
          verb == "close" ? "form.closed" : "form.reopened", .form, id.rawValue, ["name": before.name], at: now)
      }
      return try Self.find(id, "TRUE", in: tx)
    }
  }

  /// Whose turn it is, among those who still sign in; the next one has the next.
  static func nextOwner(of form: WebForm, in tx: Transaction) throws -> Int64? {
    guard !form.owners.isEmpty else { return nil }
    let active = Set(
      try tx.rows("SELECT id FROM app_user WHERE id IN (\(list: form.owners)) AND disabled_at IS NULL") {
        try $0(0, as: Int64.self)
      })
    let owners = form.owners.filter(active.contains)
    let turn: Int64 = try tx.value("UPDATE web_form SET turn = turn + 1 WHERE id = \(form.id) RETURNING turn") ?? 1
    let place = owners.isEmpty ? 0 : Int((turn - 1) % Int64(owners.count))
    return owners.indices.contains(place) ? owners[place] : owners.first
  }

  private static func check(_ draft: WebForm.Draft, in tx: Transaction) throws {
    if let team = draft.team, try tx.first("SELECT 1 FROM team WHERE id = \(team)") == nil {
      throw Problem(.invalid, field: "team", "There is no such team.", mend: "Choose one of the list.")
    }
    guard !draft.owners.isEmpty else { return }
    let active = try tx.value(
      "SELECT count(*) FROM app_user WHERE id IN (\(list: draft.owners)) AND disabled_at IS NULL", as: Int.self)
    guard active == Set(draft.owners).count else {
      throw Problem(.invalid, field: "owners", "One of them signs in no longer.", mend: "Choose among those who do.")
    }
  }

  private static func token() -> String {
    var generator = SystemRandomNumberGenerator()
    let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    return String(
      decoding: (0..<24).map { _ in letters[Int.random(in: letters.indices, using: &generator)] }, as: UTF8.self)
  }
}

extension WebForm.Draft {
  /// `email!` is asked and needed, `phone` is asked.
  var asked: String { asks.map { $0.question.rawValue + ($0.isRequired ? "!" : "") }.joined(separator: "\n") }
  var owned: String { owners.map(String.init).joined(separator: "\n") }
}

extension WebForm {
  init(row: Row) throws {
    func lines(_ column: String) throws -> [String] {
      try row(column, as: String.self).utf8.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    }
    try self.init(
      id: row("id"), token: row("token"), name: row("name"), title: row("title"), intro: row("intro"),
      asks: lines("fields").compactMap { text in
        let isRequired = text.utf8.last == UInt8(ascii: "!")
        return Question(rawValue: isRequired ? String(text.dropLast()) : text).map { Asked($0, isRequired: isRequired) }
      },
      kind: row("kind"), owners: lines("owners").compactMap { Int64($0) }, team: row("team_id"), tag: row("tag"),
      thanks: row("thanks"), thanksPath: row("thanks_path"), origins: lines("origins"), purpose: row("purpose"),
      consent: row("consent"), consentVersion: row("consent_version"), by: row("actor_name"),
      createdAt: row("created_at"), version: row("version"), closedAt: row("closed_at"))
  }
}
