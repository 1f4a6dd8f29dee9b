import Kernel
import Store

/// Changes fields of any record through the verb of its noun: one cell of a list, many records at once, what a rule does,
/// a value put back from the audit chain.
package struct RecordChanges: Sendable {
  package let database: Database
  package let clock: any Clock
  package let customFields: CustomFields

  package init(_ database: Database, clock: any Clock, customFields: CustomFields) {
    self.database = database
    self.clock = clock
    self.customFields = customFields
  }

  /// Changes some fields of one record.
  /// - Parameters:
  ///   - changes: the new values by field, as programs write them; an empty text empties a field.
  ///   - expected: what the fields held when somebody looked; nil when nobody did.
  ///   - version: the version somebody looked at; nil for any.
  /// - Throws: `Problem` when a field is not there, may not be set, or was changed by somebody else meanwhile.
  package func edit(
    _ record: Int64, _ changes: [String: String], expected: [String: String]? = nil, version: Int64? = nil,
    of catalogue: Catalogue, by actor: Actor
  ) async throws {
    let now = clock.now
    try await database.write { tx in
      let whole = try customFields.whole(catalogue, in: tx)
      if let version { try whole.require(version: version, of: record, for: actor, in: tx) }
      let before = try apply(changes, to: record, of: whole, by: actor, at: now, in: tx)
      for (name, value) in expected ?? [:] where before[name].map({ $0 != value }) ?? false {
        throw Problem(
          .conflict, field: name, "Someone else changed this meanwhile.", mend: "Look at the record again.")
      }
    }
  }

  /// As `edit`, inside a transaction.
  /// - Parameter catalogue: with the company's own fields.
  /// - Returns: what the fields held before, as programs write it.
  @discardableResult
  package func apply(
    _ changes: [String: String], to record: Int64, of catalogue: Catalogue, by actor: Actor, at now: Instant,
    in tx: Transaction
  ) throws -> [String: String] {
    try catalogue.require(.see, record, for: actor, in: tx)
    guard
      try tx.first(
        "SELECT 1 FROM \(catalogue.table) WHERE \(catalogue.id) = \(record) AND \(try catalogue.scope(actor, .edit))")
        != nil
    else {
      throw Problem(.notAllowed, "You may not change this \(catalogue.word).", mend: "Ask the one it belongs to.")
    }
    let fields = try changes.keys.sorted().map { name -> RecordField in
      let field = try catalogue.field(name, for: actor)
      guard field.isEditable, field.formula == nil else {
        throw Problem(.invalid, field: name, "“\(field.label)” is not set by hand.", mend: "Leave it out.")
      }
      try actor.require(writing: [name], of: catalogue.noun)
      return field
    }
    let before = try values(of: fields, record, catalogue, in: tx)
    let own = changes.filter { RecordChanges.isOwn($0.key) }
    let fixed = changes.filter { !RecordChanges.isOwn($0.key) }
    if !fixed.isEmpty {
      guard let edit = catalogue.edit else {
        throw Problem(
          .invalid, "A \(catalogue.word) is not changed field by field.", mend: "Open it and change it there.")
      }
      try edit(record, fixed, actor, now, tx)
    }
    if !own.isEmpty { try customFields.change(own, of: record, catalogue, by: actor, at: now, in: tx) }
    return before
  }

  /// Whether the company made a field itself.
  package static func isOwn(_ name: String) -> Bool { name.utf8.starts(with: "x_".utf8) }

  /// What fields of a record hold, as programs write it.
  package func values(
    of fields: [RecordField], _ record: Int64, _ catalogue: Catalogue, in tx: Transaction
  ) throws -> [String: String] {
    let columns = Statement.joined(fields.map(\.value), separator: ", ", or: "NULL")
    let row = try tx.first("SELECT \(columns) FROM \(catalogue.table) WHERE \(catalogue.id) = \(record)")
    guard let row else { return [:] }
    let currency = try customFields.currency(tx)
    var values: [String: String] = [:]
    for (position, field) in fields.enumerated() {
      let value = try FieldValue(row(position, as: Value.self), field.kind)
      values[field.name] = value.written(field.kind, currency)
    }
    return values
  }
}

extension FieldValue {
  /// The value in the form that a change of a field takes.
  package func written(_ kind: RecordField.Kind, _ currency: Currency) -> String {
    switch self {
    case .missing: ""
    case .text(let text): text
    case .integer(let value) where kind == .money: FieldValue.major(value, currency)
    case .integer(let value): String(value)
    case .number(let value): FieldValue.plain(value)
    case .day(let day): "\(day)"
    case .instant(let instant): "\(instant)"
    case .flag(let flag): flag ? "yes" : "no"
    case .texts(let texts): texts.joined(separator: "\n")
    }
  }

  /// A number as programs write it, with all its digits: `0.00005`, never `5e-05`.
  package static func plain(_ number: Double) -> String {
    if let whole = Int64(exactly: number) { return String(whole) }
    let parts = String(number).split(separator: "e")
    guard parts.count == 2, let power = Int(parts[1]), (-30..<0).contains(power) else { return String(number) }
    let digits = parts[0].filter { $0 != "." && $0 != "-" }
    return (number < 0 ? "-0." : "0.") + String(repeating: "0", count: -power - 1) + digits
  }

  /// An amount as programs write it.
  package static func plain(_ money: Money) -> String { major(money.minor, money.currency) }

  /// `1234.50`, exactly.
  private static func major(_ minor: Int64, _ currency: Currency) -> String {
    guard currency.decimals > 0 else { return String(minor) }
    let digits = String(minor.magnitude)
    let padded = String(repeating: "0", count: max(0, currency.decimals + 1 - digits.count)) + digits
    return (minor < 0 ? "-" : "") + padded.dropLast(currency.decimals) + "." + padded.suffix(currency.decimals)
  }
}
