import Kernel
import Store

/// Takes in what a file tells of the company's own fields of many records.
package struct OwnFieldIntake: Sendable {
  /// What a field of a record held before a file told something else.
  package struct Former: Codable, Sendable {
    let field: ID<CustomField>
    package let record: Int64
    let text: String?
    let number: Double?

    var kept: CustomField.Kept { CustomField.Kept(text: text, number: number) }
  }

  /// What its lines are called among those that undoing an import needs.
  package static let noun = "custom_value"

  private let fields: [String: CustomField]
  private let currency: Currency

  package init(_ noun: Actor.Noun, _ currency: Currency, in tx: Transaction) throws {
    fields = Dictionary(
      try CustomFields.all(of: noun, in: tx).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.currency = currency
  }

  /// Fills fields of one record; those the file does not tell of stay.
  /// - Parameter isNew: whether nothing can be there yet.
  /// - Returns: what was there before, of those that changed.
  package func put(
    _ values: [String: String], in record: Int64, isNew: Bool = false, _ tx: Transaction
  ) throws -> [Former] {
    var changed: [Former] = []
    for (name, text) in values.sorted(by: { $0.key < $1.key }) {
      // Somebody may have removed it since the file was looked at.
      guard let field = fields[name], let value = try? field.read(text, currency), !value.isEmpty else { continue }
      let old = isNew ? nil : try CustomFields.held(field.id, record, in: tx)
      guard old != value else { continue }
      changed.append(Former(field: field.id, record: record, text: old?.text, number: old?.number))
      try CustomFields.hold(value, field.id, record, in: tx)
    }
    return changed
  }

  /// What fields of a record held before a file told something else, and what they hold now, by their names and in the
  /// form the history has.
  package func states(
    _ former: [Former], _ tx: Transaction
  ) throws -> (before: [String: String], after: [String: String]) {
    var states = (before: [String: String](), after: [String: String]())
    for one in former {
      guard let field = fields.values.first(where: { $0.id == one.field }) else { continue }
      states.before[field.name] = field.written(one.kept, currency)
      states.after[field.name] = try CustomFields.held(field.id, one.record, in: tx).map { field.written($0, currency) }
    }
    return states
  }

  /// Whether a field is one of these.
  package func knows(_ former: Former) -> Bool { fields.values.contains { $0.id == former.field } }

  /// Puts back what a field held.
  package static func restore(_ former: Former, in tx: Transaction) throws {
    try CustomFields.hold(former.kept, former.field, former.record, in: tx)
  }

  /// Forgets what the own fields of some records hold.
  /// - Parameter records: the numbers, as a statement.
  package static func forget(_ records: Statement, in tx: Transaction) throws {
    try CustomFields.forget(records, in: tx)
  }
}
