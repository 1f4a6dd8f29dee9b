import Kernel
import Store

/// The values of some fields of one record as people read them.
struct FieldTexts {
  /// By field; only those that have a value.
  let shown: [String: String]

  init(
    _ catalogue: Catalogue, _ fields: [RecordField], _ record: Int64, for actor: Actor, in tx: Transaction
  ) throws {
    let columns = try fields.flatMap { field -> [Statement] in [field.value, try field.shown?(actor) ?? "NULL"] }
    let values = Statement.joined(columns, separator: ", ", or: "NULL")
    let row = try tx.first("SELECT \(values) FROM \(catalogue.table) WHERE \(catalogue.id) = \(record)")
    guard let row, !fields.isEmpty else {
      shown = [:]
      return
    }
    var shown: [String: String] = [:]
    for (place, field) in fields.enumerated() {
      let value = try FieldValue(row(place * 2, as: Value.self), field.kind)
      guard !value.isMissing else { continue }
      let words = try row(place * 2 + 1, as: Value.self)
      if case .text(let text) = words { shown[field.name] = text } else { shown[field.name] = Self.text(value, field) }
    }
    self.shown = shown
  }

  private static func text(_ value: FieldValue, _ field: RecordField) -> String {
    func word(_ text: String) -> String { field.choices.first { $0.value == text }?.word ?? text }
    return switch value {
    case .missing: ""
    case .text(let text): word(text)
    case .integer(let number): String(number)
    case .number(let number): Int64(exactly: number).map(String.init) ?? "\(number)"
    case .day(let day): day.description
    case .instant(let instant): instant.description
    case .flag(let flag): flag ? "Yes" : "No"
    case .texts(let texts): texts.map(word).joined(separator: ", ")
    }
  }
}
