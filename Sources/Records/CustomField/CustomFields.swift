import Foundation
import Kernel
import Store

/// The fields the company made itself, and what they hold: every statement on their tables.
package struct CustomFields: Sendable {
  let database: Database
  let clock: any Clock
  /// The money of the company.
  let currency: @Sendable (Transaction) throws -> Currency
  /// The most a noun can have.
  static let most = 100

  package init(
    _ database: Database, clock: any Clock, currency: @escaping @Sendable (Transaction) throws -> Currency
  ) {
    self.database = database
    self.clock = clock
    self.currency = currency
  }

  // Questions.

  /// The fields of a noun, in their order.
  package func all(of noun: Actor.Noun, for actor: Actor) async throws -> [CustomField] {
    try actor.require(.see, noun)
    return try await database.read { tx in
      try all(of: noun, in: tx).filter { actor.reads($0.name, of: noun, isPersonal: $0.isPersonal) }
    }
  }

  package func find(_ id: ID<CustomField>) async throws -> CustomField {
    let found = try await database.read { tx in
      try tx.first(
        "SELECT \(CustomField.columns) FROM custom_field WHERE id = \(id) AND removed_at IS NULL",
        CustomField.init(row:))
    }
    guard let found else { throw Problem(.notFound, "There is no such field.") }
    return found
  }

  func all(of noun: Actor.Noun, in tx: Transaction) throws -> [CustomField] {
    try CustomFields.all(of: noun, in: tx)
  }

  package static func all(of noun: Actor.Noun, in tx: Transaction) throws -> [CustomField] {
    try tx.rows(
      """
      SELECT \(CustomField.columns) FROM custom_field WHERE noun = \(noun.rawValue) AND removed_at IS NULL
      ORDER BY place, id
      """, CustomField.init(row:))
  }

  /// A noun with its own fields added: those that are kept, then those that are computed.
  package func whole(_ catalogue: Catalogue, in tx: Transaction) throws -> Catalogue {
    let all = try all(of: catalogue.noun, in: tx)
    guard !all.isEmpty else { return catalogue }
    let kept = catalogue.with(all.filter { $0.kind != .formula }.map { $0.kept(of: catalogue) })
    let formulas = all.filter { $0.kind == .formula }
    guard !formulas.isEmpty else { return kept }
    let scheme = FormulaScheme(kept, formulas, try currency(tx)) { try calendar(in: tx) }
    // A formula over a field that was removed since is left out: it has nothing to say.
    return kept.with(formulas.compactMap { try? scheme.field($0) })
  }

  // Verbs.

  package func create(
    _ draft: CustomField.Draft, for catalogue: Catalogue, among catalogues: Catalogues, by actor: Actor,
    once: Once = .unchecked
  ) async throws -> CustomField {
    try actor.require(.create, .field, reach: .all)
    let now = clock.now
    let target = draft.kind == .reference ? try catalogues.named(draft.target, field: "target").noun.rawValue : ""
    return try await database.write { tx in
      try once.check(in: tx)
      let others = try all(of: catalogue.noun, in: tx)
      guard others.count < CustomFields.most else {
        throw Problem(
          .conflict, "A \(catalogue.word) has \(CustomFields.most) own fields already.", mend: "Remove one.")
      }
      let name = try freeName(CustomField.name(for: draft.label), of: catalogue, in: tx)
      let field = CustomField(
        id: try tx.newID(), noun: catalogue.noun.rawValue, name: name, label: draft.label, kind: draft.kind,
        choices: draft.choices, target: target, formula: draft.formula, isPersonal: draft.isPersonal,
        isRequired: draft.isRequired, version: 1)
      try refuse(field, among: others, of: catalogue, in: tx)
      try tx.run(
        """
        INSERT INTO custom_field (id, noun, name, label, kind, choices, target, formula, is_personal, is_required, place,
          created_at)
        VALUES (\(field.id), \(field.noun), \(name), \(field.label), \(field.kind), \(FieldValue.joined(field.choices)),
          \(target), \(field.formula), \(field.isPersonal), \(field.isRequired), \(others.count), \(now))
        """)
      try tx.audit("create", .field, field.id.rawValue, detail: field, by: actor, at: now)
      try once.keep(field, location: "/api/v1/fields/\(field.id)", in: tx)
      return field
    }
  }

  /// Changes all but the kind of a field: what it holds would no longer fit.
  package func edit(
    _ id: ID<CustomField>, _ draft: CustomField.Draft, version: Int64, of catalogue: Catalogue, by actor: Actor
  ) async throws -> CustomField {
    try actor.require(.edit, .field, reach: .all)
    let now = clock.now
    return try await database.write { tx in
      let all = try all(of: catalogue.noun, in: tx)
      guard let before = all.first(where: { $0.id == id }) else { throw Problem(.notFound, "There is no such field.") }
      guard before.kind == draft.kind else {
        throw Problem(
          .conflict, field: "kind", "The kind of a field stays.", mend: "Make a new field, and remove this one.")
      }
      let after = CustomField(
        id: id, noun: before.noun, name: before.name, label: draft.label, kind: before.kind, choices: draft.choices,
        target: before.target, formula: draft.formula, isPersonal: draft.isPersonal, isRequired: draft.isRequired,
        version: version + 1)
      try refuse(after, among: all.filter { $0.id != id }, of: catalogue, in: tx)
      let changed = try tx.run(
        """
        UPDATE custom_field SET label = \(after.label), choices = \(FieldValue.joined(after.choices)),
          formula = \(after.formula), is_personal = \(after.isPersonal), is_required = \(after.isRequired),
          version = version + 1
        WHERE id = \(id) AND version = \(version) AND removed_at IS NULL
        """)
      guard changed == 1 else {
        throw Problem(
          .conflict, field: "version", "Someone else changed this field meanwhile.", mend: "Look at it again.")
      }
      try tx.audit("edit", .field, id.rawValue, detail: ["before": before, "after": after], by: actor, at: now)
      return after
    }
  }

  /// Fields that were taken away.
  package var binKind: BinKind {
    BinKind("field", "Fields", restoring: "/fields/{id}/removal", mayRestore: { $0.reach(.delete, .field) == .all }) {
      _ in
      .init(table: "custom_field", id: "id", title: "label || ' (' || noun || ')'", condition: "removed_at IS NOT NULL")
    }
  }

  /// Takes a field away, or brings it back with everything it held.
  package func setRemoved(_ removed: Bool, _ id: ID<CustomField>, by actor: Actor) async throws {
    try actor.require(.delete, .field, reach: .all)
    let now = clock.now
    try await database.write { tx in
      let other: Statement = removed ? "removed_at IS NULL" : "removed_at IS NOT NULL"
      let changed = try tx.run(
        "UPDATE custom_field SET removed_at = \(removed ? now : nil as Instant?) WHERE id = \(id) AND \(other)")
      guard changed == 1 else { throw Problem(.notFound, "There is no such field.") }
      try tx.audit(removed ? "remove" : "bring back", .field, id.rawValue, by: actor, at: now)
    }
  }

  /// Sets what some fields of a record hold, with its line in the audit chain and its announcement; the record is at
  /// another version then.
  /// - Parameter isNew: whether the record is made in the same transaction: whoever is told of that reads it whole.
  /// - Returns: whether a record that was there changed.
  @discardableResult
  func change(
    _ values: [String: String], of record: Int64, _ catalogue: Catalogue, isNew: Bool = false, by actor: Actor,
    at now: Instant, in tx: Transaction
  ) throws -> Bool {
    let before = try set(values, of: record, catalogue, in: tx)
    guard !before.isEmpty else { return false }
    let after = values.filter { before[$0.key] != nil }
    try tx.audit("edit", catalogue.noun, record, detail: ["before": before, "after": after], by: actor, at: now)
    guard !isNew else { return false }
    try tx.announce("\(catalogue.noun.rawValue).changed", catalogue.noun, record, after, at: now)
    try catalogue.touch?(record, tx)
    return true
  }

  /// Sets what some fields of a record hold; an empty text empties one.
  /// - Returns: what was there before, by name, of those that changed.
  private func set(
    _ values: [String: String], of record: Int64, _ catalogue: Catalogue, in tx: Transaction
  ) throws -> [String: String] {
    guard !values.isEmpty else { return [:] }
    let all = try all(of: catalogue.noun, in: tx)
    let currency = try currency(tx)
    var before: [String: String] = [:]
    for (name, text) in values.sorted(by: { $0.key < $1.key }) {
      guard let field = all.first(where: { $0.name == name }), field.kind != .formula else {
        throw Problem(.invalid, field: name, "A \(catalogue.word) has no such field to fill.", mend: "Leave it out.")
      }
      let old = try CustomFields.held(field.id, record, in: tx)
      // What is sent back as it stood stays, also when it could not be chosen or left empty any more.
      if field.isSame(old, text, currency) { continue }
      let value = try field.read(text, currency)
      guard (old ?? CustomField.Kept(text: nil, number: nil)) != value else { continue }
      before[name] = old.map { field.written($0, currency) } ?? ""
      try CustomFields.hold(value, field.id, record, in: tx)
    }
    return before
  }

  static func held(_ field: ID<CustomField>, _ record: Int64, in tx: Transaction) throws -> CustomField.Kept? {
    try tx.first("SELECT text, number FROM custom_value WHERE field_id = \(field) AND record_id = \(record)") {
      CustomField.Kept(text: try $0("text"), number: try $0("number"))
    }
  }

  /// Keeps a value, or nothing.
  static func hold(_ value: CustomField.Kept, _ field: ID<CustomField>, _ record: Int64, in tx: Transaction) throws {
    guard !value.isEmpty else {
      try tx.run("DELETE FROM custom_value WHERE field_id = \(field) AND record_id = \(record)")
      return
    }
    try tx.run(
      """
      INSERT INTO custom_value (field_id, record_id, text, number)
      VALUES (\(field), \(record), \(value.text), \(value.number))
      ON CONFLICT (field_id, record_id) DO UPDATE SET text = excluded.text, number = excluded.number
      """)
  }

  /// Moves what the own fields of one record hold to another that has nothing there, for a merge.
  /// - Returns: the fields moved.
  package func move(from lost: Int64, to kept: Int64, in tx: Transaction) throws -> [Int64] {
    let free: Statement =
      "field_id NOT IN (SELECT k.field_id FROM custom_value k WHERE k.record_id = \(kept)) AND record_id = \(lost)"
    let fields: [Int64] = try tx.rows("SELECT field_id FROM custom_value WHERE \(free) ORDER BY field_id") { try $0(0) }
    try tx.run(
      "UPDATE custom_value SET record_id = \(kept) WHERE record_id = \(lost) AND field_id IN (\(list: fields))")
    return fields
  }

  /// Forgets what the own fields of a record hold.
  package func forget(_ record: Int64, in tx: Transaction) throws {
    try tx.run("DELETE FROM custom_value WHERE record_id = \(record)")
  }

  static func forget(_ records: Statement, in tx: Transaction) throws {
    try tx.run("DELETE FROM custom_value WHERE record_id IN (\(records))")
  }

  private func refuse(_ field: CustomField, among others: [CustomField], of catalogue: Catalogue, in tx: Transaction)
    throws
  {
    if others.contains(where: { Text.folded($0.label) == Text.folded(field.label) })
      || catalogue.fields.contains(where: { Text.folded($0.label) == Text.folded(field.label) })
    {
      throw Problem(
        .conflict, field: "label", "A \(catalogue.word) has a field “\(field.label)” already.",
        mend: "Choose another name.")
    }
    let all = others + [field]
    let kept = catalogue.with(all.filter { $0.kind != .formula }.map { $0.kept(of: catalogue) })
    let scheme = FormulaScheme(kept, all.filter { $0.kind == .formula }, try currency(tx)) {
      try calendar(in: tx)
    }
    for formula in all where formula.kind == .formula { _ = try scheme.field(formula) }
  }

  private func calendar(in tx: Transaction) throws -> FormulaCalendar {
    let name = try tx.value("SELECT time_zone FROM company WHERE one = 1", as: String.self)
    return FormulaCalendar(now: clock.now, in: name.flatMap { TimeZone(identifier: $0) } ?? .gmt)
  }

  private func freeName(_ wanted: String, of catalogue: Catalogue, in tx: Transaction) throws -> String {
    let taken: [String] = try tx.rows("SELECT name FROM custom_field WHERE noun = \(catalogue.noun.rawValue)") {
      try $0(0)
    }
    guard taken.contains(wanted) else { return wanted }
    return (2...1_000).lazy.map { "\(wanted)_\($0)" }.first { !taken.contains($0) } ?? wanted
  }
}
