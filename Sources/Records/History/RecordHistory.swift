import Foundation
import Kernel
import Store

/// One change of a record, as the audit chain has it: who, when, and what each field held before and after.
package struct RecordChange: Sendable, Encodable {
  /// A field that changed, in words.
  package struct Field: Sendable, Encodable {
    package let name: String
    package let label: String
    /// What it held; nil for nothing.
    package let before: String?
    package let after: String?
    /// Whether the reader may put back what it held.
    package let isOpen: Bool
  }

  /// The line of the audit chain.
  package let entry: Int64
  package let at: Instant
  package let by: String
  package let verb: String
  package let fields: [Field]
}

/// What happened to a record, field by field, from the audit chain; and putting one value back.
package struct RecordHistories: Sendable {
  let changes: RecordChanges
  package let catalogues: Catalogues

  package init(_ changes: RecordChanges, catalogues: Catalogues) {
    self.changes = changes
    self.catalogues = catalogues
  }

  /// The changes of a record, newest first. What the actor may not read of it is left out.
  /// - Parameter line: only changes before this line of the audit chain.
  package func list(
    _ key: RecordKey, before line: Int64? = nil, size: Int = 30, for actor: Actor
  ) async throws -> (title: String, page: Page<RecordChange>) {
    let catalogue = try catalogues.of(key.noun)
    return try await changes.database.read { tx in
      try catalogue.require(.see, key.id, for: actor, in: tx)
      let whole = try changes.customFields.whole(catalogue, in: tx)
      let entries = try tx.rows(
        """
        SELECT \(AuditEntry.columns) FROM audit_entry
        WHERE noun = \(key.noun.rawValue) AND record_id = \(key.id) AND sequence < \(line ?? Int64.max)
        ORDER BY sequence DESC LIMIT \(size + 1)
        """, AuditEntry.init(row:))
      let page = Page(overfetched: entries, size: size) { "\($0.sequence)" }
      let drafts = page.rows.map { ($0, RecordHistories.differences($0, whole.fields(for: actor))) }
      let values = drafts.flatMap(\.1).flatMap { change in
        [change.before, change.after].compactMap { $0.map { (change.field, $0) } }
      }
      let names = try FieldNames(of: values, catalogues, for: actor, in: tx)
      let canEdit = catalogue.edit != nil && actor.may(.edit, key.noun)
      let rows = drafts.map { entry, fields in
        RecordChange(
          entry: entry.sequence, at: entry.at, by: entry.actorName, verb: entry.verb,
          fields: fields.map { change in
            let field = change.field
            let isOpen =
              canEdit && field.isEditable && field.formula == nil && entry.verb == "edit"
              && actor.writes(field.name, of: key.noun, isPersonal: field.isPersonal)
            return .init(
              name: field.name, label: field.label, before: change.before.map { names.word($0, field) },
              after: change.after.map { names.word($0, field) }, isOpen: isOpen)
          })
      }
      let title = try catalogues.titles(of: [key], for: actor, in: tx)[key] ?? "\(catalogue.word) \(key.id)"
      return (title, Page(rows: rows, next: page.next))
    }
  }

  /// Gives a field what it held before a change.
  /// - Returns: what it holds now, as programs write it; empty for nothing.
  package func putBack(_ key: RecordKey, entry: Int64, field name: String, by actor: Actor) async throws -> String {
    let catalogue = try catalogues.of(key.noun)
    try actor.require(.edit, key.noun)
    let now = changes.clock.now
    return try await changes.database.write { tx in
      let whole = try changes.customFields.whole(catalogue, in: tx)
      let field = try whole.field(name, for: actor)
      let found = try tx.first(
        """
        SELECT \(AuditEntry.columns) FROM audit_entry
        WHERE sequence = \(entry) AND noun = \(key.noun.rawValue) AND record_id = \(key.id)
        """, AuditEntry.init(row:))
      guard let found, found.verb == "edit" else {
        throw Problem(.notFound, field: "entry", "There is no such change.", mend: "Take one of the list.")
      }
      guard let change = RecordHistories.differences(found, [field]).first else {
        throw Problem(
          .invalid, field: "field", "That change did not touch “\(field.label)”.", mend: "Take another line.")
      }
      try changes.apply([name: change.before ?? ""], to: key.id, of: whole, by: actor, at: now, in: tx)
      return change.before ?? ""
    }
  }

  // What a line says.

  struct Difference {
    let field: RecordField
    let before: String?
    let after: String?
  }

  /// The fields in which the two states of a line differ, in the order of the catalogue.
  static func differences(_ entry: AuditEntry, _ fields: [RecordField]) -> [Difference] {
    let detail = JSONValue(entry.detail.utf8)?.members ?? [:]
    let before = detail["before"]?.members ?? [:]
    let after = detail["after"]?.members ?? [:]
    return fields.compactMap { field in
      let (old, new) = (written(before[field.name]), written(after[field.name]))
      return old == new || field.name == "version" ? nil : Difference(field: field, before: old, after: new)
    }
  }

  /// Whether a change of a record at a moment touched one of some fields.
  package static func touches(
    _ fields: [RecordField], of key: RecordKey, at moment: Instant, in tx: Transaction
  ) throws -> Bool {
    try tx.rows(
      """
      SELECT \(AuditEntry.columns) FROM audit_entry
      WHERE noun = \(key.noun.rawValue) AND record_id = \(key.id) AND at = \(moment) AND verb = 'edit'
      """, AuditEntry.init(row:)
    ).contains { !differences($0, fields).isEmpty }
  }

  /// A value of a line as programs write it; nil for nothing.
  private static func written(_ value: JSONValue?) -> String? {
    switch value {
    case .text(let text): return text.isEmpty ? nil : text
    case .flag(let flag): return flag ? "1" : "0"
    case .integer(let number): return String(number)
    case .number(let number): return String(number)
    case .list(let parts):
      let texts = parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
      return texts.isEmpty ? nil : texts.joined(separator: "\n")
    case .null, .object, nil: return nil
    }
  }
}
