import Kernel
import Store
import Web

/// What somebody writes into the company's own fields of a record, in the transaction that makes or changes it.
package struct OwnFieldFilling: Sendable {
  private let values: [String: String]
  private let catalogue: Catalogue
  private let customFields: CustomFields
  private let actor: Actor
  private let format: Format?

  /// - Parameters:
  ///   - values: by field, as programs write them, or as `format` does.
  ///   - format: how the one who wrote them writes numbers; nil for programs.
  init(
    _ values: [String: String], of catalogue: Catalogue, customFields: CustomFields, by actor: Actor,
    format: Format? = nil
  ) {
    self.values = values
    self.catalogue = catalogue
    self.customFields = customFields
    self.actor = actor
    self.format = format
  }

  /// - Parameter isNew: whether the record is made in the same transaction, so that what must not be empty has to be told.
  /// - Returns: whether a record that was there changed.
  /// - Throws: `Problem` naming the field.
  @discardableResult
  package func apply(to record: Int64, isNew: Bool, at now: Instant, in tx: Transaction) throws -> Bool {
    guard isNew || !values.isEmpty else { return false }
    let all = try customFields.all(of: catalogue.noun, in: tx)
    if isNew { try requireAll(all) }
    guard !values.isEmpty else { return false }
    let whole = try customFields.whole(catalogue, in: tx)
    var plain: [String: String] = [:]
    for (name, text) in values {
      _ = try whole.field(name, for: actor)
      try actor.require(writing: [name], of: catalogue.noun)
      plain[name] = try all.first { $0.name == name }.map { try self.plain(text, $0, in: tx) } ?? text
    }
    return try customFields.change(plain, of: record, catalogue, isNew: isNew, by: actor, at: now, in: tx)
  }

  private func requireAll(_ all: [CustomField]) throws {
    let missing = all.first { field in
      field.isRequired && values[field.name]?.isEmpty ?? true
        && actor.writes(field.name, of: catalogue.noun, isPersonal: field.isPersonal)
    }
    guard let missing else { return }
    throw Problem(.invalid, field: missing.name, "“\(missing.label)” must not be empty.", mend: "Fill it in.")
  }

  /// What a person wrote, as programs write it.
  private func plain(_ text: String, _ field: CustomField, in tx: Transaction) throws -> String {
    guard let format, !text.isEmpty else { return text }
    switch field.kind {
    case .number:
      return FieldValue.plain(try format.readNumber(text, field: field.name))
    case .money:
      return FieldValue.plain(try format.readMoney(text, try customFields.currency(tx), field: field.name))
    // As a form that finds records by name sends what was chosen.
    case .reference where text.utf8.first == UInt8(ascii: "#"): return String(text.dropFirst())
    default: return text
    }
  }
}

extension RecordChanges {
  /// What a program writes into the company's own fields of a new record, inside a transaction that makes it.
  package func fill(
    _ values: [String: String], _ record: Int64, of catalogue: Catalogue, by actor: Actor, at now: Instant,
    in tx: Transaction
  ) throws {
    let filling = OwnFieldFilling(values, of: catalogue, customFields: customFields, by: actor)
    try filling.apply(to: record, isNew: true, at: now, in: tx)
  }
}
