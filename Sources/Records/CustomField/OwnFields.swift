import Kernel
import Store
import Web

/// The company's own fields of a record, as far as somebody may read them, with what they hold; of a new record, nothing.
package struct OwnFields: Sendable {
  struct Line: Sendable {
    let field: RecordField
    let value: FieldValue
    /// The record a reference points at; nil where it points at none the reader may see.
    let target: (title: String, path: String?)?
  }

  let catalogue: Catalogue
  let record: Int64?
  let lines: [Line]

  package var isEmpty: Bool { lines.isEmpty }

  /// As programs read them.
  package var values: [String: FieldValue] {
    Dictionary(lines.map { ($0.field.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }
}

extension RecordDesk {
  /// - Parameter record: nil for one that is not there yet.
  /// - Throws: `Problem` when there is no such record, or the actor may not see it.
  package func ownFields(of noun: Actor.Noun, _ record: Int64? = nil, for actor: Actor) async throws -> OwnFields {
    let catalogue = try catalogues.of(noun)
    return try await lists.database.read { tx in
      if let record { try catalogue.require(.see, record, for: actor, in: tx) }
      let whole = try lists.customFields.whole(catalogue, in: tx)
      let fields = whole.fields(for: actor).filter { RecordChanges.isOwn($0.name) }
      var values = fields.map { _ in FieldValue.missing }
      if let record, !fields.isEmpty {
        let columns = Statement.joined(fields.map(\.value), separator: ", ", or: "NULL")
        let held = try tx.first("SELECT \(columns) FROM \(whole.table) WHERE \(whole.id) = \(record)") { row in
          try fields.enumerated().map { try FieldValue(row($0, as: Value.self), $1.kind) }
        }
        values = held ?? values
      }
      let keys = zip(fields, values).compactMap { OwnFields.key($0, $1) }
      let titles = try catalogues.titles(of: keys, for: actor, in: tx)
      let lines = zip(fields, values).map { field, value in
        let key = OwnFields.key(field, value)
        return OwnFields.Line(
          field: field, value: value,
          target: key.flatMap { key in titles[key].map { ($0, catalogues.path(of: key)) } })
      }
      return OwnFields(catalogue: whole, record: record, lines: lines)
    }
  }

  /// Nothing for the company's own fields of a new record, which refuses it where one of them is required.
  package func filling(_ noun: Actor.Noun, by actor: Actor) throws -> OwnFieldFilling {
    OwnFieldFilling([:], of: try catalogues.of(noun), customFields: changes.customFields, by: actor)
  }

  /// What a visit writes into the company's own fields of a record of a noun.
  package func filling(_ noun: Actor.Noun, by visit: Visit) throws -> OwnFieldFilling {
    let names = Set(visit.fields.all.map(\.name)).filter(RecordChanges.isOwn)
    // Several choices come as several values of one name, after an empty one for none at all.
    let denied = OwnFields.denied(visit)
    let values = names.map { name in
      let texts = visit.fields.values(of: name).filter { !$0.isEmpty }
      return (name, denied.contains(name) ? "no" : texts.joined(separator: "\n"))
    }
    return OwnFieldFilling(
      Dictionary(values, uniquingKeysWith: { first, _ in first }), of: try catalogues.of(noun),
      customFields: changes.customFields, by: visit.actor, format: visit.face == .html ? visit.viewer.format : nil)
  }
}

extension OwnFields {
  /// The own fields that a program sent as `false`, which the fields of a visit hold as an empty text.
  static func denied(_ visit: Visit) -> Set<String> {
    guard visit.face == .json, visit.fields.all.contains(where: { RecordChanges.isOwn($0.name) && $0.value.isEmpty }),
      case .object(let members)? = JSONValue(visit.body)
    else { return [] }
    return Set(members.filter { RecordChanges.isOwn($0.key) && $0.value == .flag(false) }.keys)
  }

  static func key(_ field: RecordField, _ value: FieldValue) -> RecordKey? {
    guard case .record(let noun) = field.kind, case .integer(let id) = value else { return nil }
    return RecordKey(noun, id)
  }
}
