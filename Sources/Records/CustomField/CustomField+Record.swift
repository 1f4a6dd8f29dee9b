import Kernel
import Store

// How a field the company made is kept, and how lists, filters and rights see it.

extension CustomField.Kind: Storable {}

extension CustomField {
  static let columns: Statement =
    "id, noun, name, label, kind, choices, target, formula, is_personal, is_required, version"

  init(row: Row) throws {
    try self.init(
      id: row("id"), noun: row("noun"), name: row("name"), label: row("label"), kind: row("kind"),
      choices: FieldValue.split(row("choices")), target: row("target"), formula: row("formula"),
      isPersonal: row("is_personal"), isRequired: row("is_required"), version: row("version"))
  }

  /// Whether the value is kept in the column of numbers.
  var isKeptAsNumber: Bool {
    switch kind {
    case .number, .money, .day, .flag, .reference: true
    default: false
    }
  }

  private var recordKind: RecordField.Kind {
    switch kind {
    case .text: .text
    case .number: .number
    case .money: .money
    case .day: .day
    case .choice: .choice(choices.map { .init($0, $0) })
    case .choices: .choices(choices.map { .init($0, $0) })
    case .flag: .flag
    case .reference: .record(Actor.Noun(rawValue: target) ?? .customer)
    case .formula: .number
    }
  }

  /// How lists, filters and rights see a field that is kept.
  func kept(of catalogue: Catalogue) -> RecordField {
    let column: Statement = isKeptAsNumber ? "w.number" : "w.text"
    let read: Statement = isWhole ? "CAST(w.number AS BIGINT)" : column
    let (field, identity) = (id, catalogue.id)
    let value: Statement =
      "(SELECT \(read) FROM custom_value w WHERE w.field_id = \(field) AND w.record_id = \(identity))"
    let isListed = kind == .choices
    let membership: @Sendable (Statement) -> Statement = { condition in
      let held: Statement = "SELECT w.record_id, \(column) AS value FROM custom_value w WHERE w.field_id = \(field)"
      return "\(identity) IN (SELECT v.record_id FROM (\(held)) v WHERE \(condition))"
    }
    return RecordField(
      name, label, recordKind, value: value, order: order(of: value), membership: isListed ? nil : membership,
      isPersonal: isPersonal, isRequired: isRequired)
  }

  /// Whether a number that is kept is a whole one.
  private var isWhole: Bool {
    switch kind {
    case .money, .day, .flag, .reference: true
    default: false
    }
  }

  private func order(of value: Statement) -> Statement? {
    switch kind {
    case .choices, .reference: nil
    case .text, .choice, .formula: "coalesce(\(value), '')"
    default: "coalesce(\(value), -9000000000000000)"
    }
  }
}
