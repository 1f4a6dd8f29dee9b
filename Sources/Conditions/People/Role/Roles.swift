import Kernel
import Store

/// The roles of the company: every statement on their tables.
package struct Roles: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// Every role with how many people have it, the ready-made ones first.
  package func all(for actor: Actor) async throws -> [Holding] {
    try actor.require(.see, .role, reach: .all)
    return try await database.read { tx in
      var people: [Role.Code: Int] = [:]
      try tx.each("SELECT role, count(*) FROM app_user GROUP BY role") { people[try $0(0)] = try $0(1) }
      return try Roles.all(in: tx).map { Holding(role: $0, people: people[$0.code] ?? 0) }
    }
  }

  package func find(_ code: Role.Code, for actor: Actor) async throws -> Role {
    try actor.require(.see, .role, reach: .all)
    return try await database.read { try Roles.find(code, in: $0) }
  }

  /// The roles somebody may give to others: those that may do no more than they themselves.
  package func giveable(by actor: Actor) async throws -> [Role] {
    try await database.read { try Roles.all(in: $0) }.filter(actor.covers)
  }

  /// Makes a role of the rights of another.
  package func copy(
    _ code: Role.Code, name: String, by actor: Actor, once: Once = .unchecked
  ) async throws -> Role {
    try actor.require(.create, .role, reach: .all)
    let name = try Text.line(name, field: "name", limit: 80)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      try Rights.revise(in: tx)
      let from = try Roles.find(code, in: tx)
      try actor.require(covering: from)
      try Roles.requireFree(name, but: nil, in: tx)
      let made = try Roles.free(name, in: tx)
      try tx.run(
        """
        INSERT INTO role (code, name, folded, note, is_ready_made, sees_personal, created_at)
        VALUES (\(made), \(name), \(Text.folded(name)), \(from.note), 0, \(from.seesPersonalData), \(now))
        """)
      try Roles.write(from.grants, from.fields, of: made, in: tx)
      let role = try Roles.find(made, in: tx)
      try tx.audit("create", .role, nil, detail: ["role": "\(made)", "from": "\(code)"], by: actor, at: now)
      try tx.announce("role.created", .role, nil, role, at: now)
      try once.keep(role, location: "/api/v1/roles/\(made)", in: tx)
      return role
    }
  }

  /// Changes a role of the company that is still at `version`; any version when nil.
  package func edit(
    _ code: Role.Code, version: Int64?, by actor: Actor, _ change: @escaping @Sendable (Role) throws -> Role.Draft
  ) async throws -> Role {
    try actor.require(.edit, .role, reach: .all)
    let now = clock.now
    return try await database.write { tx in
      try Rights.revise(in: tx)
      let before = try Roles.find(code, in: tx)
      try before.requireOwn()
      try actor.require(covering: before)
      guard version == nil || version == before.version else {
        throw Problem(
          .conflict, field: "version", "Someone else changed this role meanwhile.",
          mend: "Look at their change, then make yours again.")
      }
      let draft = try change(before)
      let name = try Text.line(draft.name, field: "name", limit: 80)
      let note = try Text.line(draft.note, field: "note", limit: 300, required: false)
      try Roles.requireFree(name, but: code, in: tx)
      try tx.run(
        """
        UPDATE role SET name = \(name), folded = \(Text.folded(name)), note = \(note),
          sees_personal = \(draft.seesPersonalData), version = version + 1 WHERE code = \(code)
        """)
      try Roles.write(draft.grants, draft.fields, of: code, in: tx)
      let after = try Roles.find(code, in: tx)
      // Nobody gives what they do not have, to others or to themselves.
      try actor.require(covering: after)
      try tx.audit("edit", .role, nil, detail: ["before": before, "after": after], by: actor, at: now)
      try tx.announce("role.changed", .role, nil, after, at: now)
      return after
    }
  }

  /// Deletes a role of the company that nobody has.
  package func delete(_ code: Role.Code, by actor: Actor) async throws {
    try actor.require(.delete, .role, reach: .all)
    let now = clock.now
    try await database.write { tx in
      try Rights.revise(in: tx)
      let before = try Roles.find(code, in: tx)
      try before.requireOwn()
      let people = try tx.value("SELECT count(*) FROM app_user WHERE role = \(code)", as: Int.self) ?? 0
      guard people == 0 else {
        throw Problem(
          .conflict, field: "role",
          "\(people) \(people == 1 ? "person has" : "people have") the role “\(before.name)”.",
          mend: "Give them another role first.")
      }
      try tx.run("DELETE FROM role_field WHERE role_code = \(code)")
      try tx.run("DELETE FROM role_grant WHERE role_code = \(code)")
      try tx.run("DELETE FROM role WHERE code = \(code)")
      try tx.audit("delete", .role, nil, detail: before, by: actor, at: now)
      try tx.announce("role.deleted", .role, nil, ["code": "\(code)"], at: now)
    }
  }

  // What transactions of the people ask.

  static func all(in tx: Transaction) throws -> [Role] { try read("TRUE", in: tx) }

  /// A role by its code. Who writes raises the revision first, which lets one transaction at a time change rights.
  static func find(_ code: Role.Code, in tx: Transaction) throws -> Role {
    guard let found = try known(code, in: tx) else {
      throw Problem(
        .notFound, field: "role", "There is no role “\(code.rawValue.prefix(80))”.", mend: "Look at the list of roles.")
    }
    return found
  }

  static func known(_ code: Role.Code, in tx: Transaction) throws -> Role? {
    try read("r.code = \(code)", in: tx).first
  }

  private static func read(_ condition: Statement, in tx: Transaction) throws -> [Role] {
    var grants: [Role.Code: Set<Actor.Grant>] = [:]
    try tx.each(
      "SELECT g.role_code, g.noun, g.verb, g.reach FROM role_grant g JOIN role r ON r.code = g.role_code WHERE \(condition)"
    ) { row in
      // A right that only another version of the program knows gives nothing here.
      guard let noun = Actor.Noun(rawValue: try row(1)), let verb = Actor.Verb(rawValue: try row(2)),
        let reach = Actor.Reach(rawValue: try row(3))
      else { return }
      grants[try row(0), default: []].insert(Actor.Grant(verb, noun, reach))
    }
    var fields: [Role.Code: [Actor.FieldName: Actor.FieldAccess]] = [:]
    try tx.each(
      "SELECT f.role_code, f.noun, f.field, f.access FROM role_field f JOIN role r ON r.code = f.role_code WHERE \(condition)"
    ) { row in
      guard let noun = Actor.Noun(rawValue: try row(1)) else { return }
      // What cannot be read is hidden.
      let access = Actor.FieldAccess(rawValue: try row(3)) ?? .hidden
      fields[try row(0), default: [:]][Actor.FieldName(noun, try row(2))] = access
    }
    return try tx.rows(
      """
      SELECT r.code, r.name, r.note, r.is_ready_made, r.sees_personal, r.version, r.created_at FROM role r
      WHERE \(condition) ORDER BY r.is_ready_made DESC, r.created_at, r.folded, r.code
      """
    ) { row in
      let code: Role.Code = try row("code")
      return try Role(
        code: code, name: row("name"), note: row("note"), isReadyMade: row("is_ready_made"),
        seesPersonalData: row("sees_personal"),
        grants: code == .administrator ? Actor.everything : grants[code] ?? [], fields: fields[code] ?? [:],
        version: row("version"), createdAt: row("created_at"))
    }
  }

  private static func write(
    _ grants: Set<Actor.Grant>, _ fields: [Actor.FieldName: Actor.FieldAccess], of code: Role.Code, in tx: Transaction
  ) throws {
    try tx.run("DELETE FROM role_grant WHERE role_code = \(code)")
    try tx.run("DELETE FROM role_field WHERE role_code = \(code)")
    try tx.insert(
      into: "role_grant", ["role_code", "noun", "verb", "reach"],
      rows: grants.map { [code.stored, .text($0.noun.rawValue), .text($0.verb.rawValue), .text($0.reach.rawValue)] })
    try tx.insert(
      into: "role_field", ["role_code", "noun", "field", "access"],
      rows: fields.map { [code.stored, .text($0.key.noun.rawValue), .text($0.key.field), .text($0.value.rawValue)] })
  }

  private static func requireFree(_ name: String, but code: Role.Code?, in tx: Transaction) throws {
    let taken = try tx.value("SELECT code FROM role WHERE folded = \(Text.folded(name))", as: Role.Code.self)
    guard taken == nil || taken == code else {
      throw Problem(.conflict, field: "name", "There is a role “\(name)” already.", mend: "Choose another name.")
    }
  }

  /// A code made of a name: letters, digits and hyphens, with a number behind it when it is taken.
  private static func free(_ name: String, in tx: Transaction) throws -> Role.Code {
    let words = Text.folded(name).utf8.split { !(97...122).contains($0) && !(48...57).contains($0) }
    let stem = words.prefix(8).map { String(decoding: $0.prefix(24), as: UTF8.self) }.joined(separator: "-")
    let base = stem.isEmpty ? "role" : stem
    let taken = Set(try tx.rows("SELECT code FROM role") { try $0(0, as: String.self) })
    var number = 2
    var code = base
    while taken.contains(code) {
      code = "\(base)-\(number)"
      number += 1
    }
    return Role.Code(rawValue: code)
  }
}

extension Roles {
  /// A role, and how many people have it.
  package struct Holding: Encodable, Sendable {
    package let role: Role
    package let people: Int

    private enum Key: CodingKey { case people }

    package func encode(to encoder: any Encoder) throws {
      try role.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(people, forKey: .people)
    }
  }
}

extension Role.Code: Storable {}
