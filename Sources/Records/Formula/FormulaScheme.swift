import Kernel
import Store

/// The formulas of a noun together: one may rest on another, none on itself.
struct FormulaScheme {
  private let catalogue: Catalogue
  private let formulas: [String: CustomField]
  private let currency: Currency
  private let calendar: () throws -> FormulaCalendar

  /// - Parameter calendar: asked for only when a formula speaks of today or of a moment.
  init(
    _ catalogue: Catalogue, _ formulas: [CustomField], _ currency: Currency,
    calendar: @escaping () throws -> FormulaCalendar
  ) {
    self.catalogue = catalogue
    self.currency = currency
    self.calendar = calendar
    self.formulas = Dictionary(formulas.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// A formula as a field that lists, filters and rights know.
  /// - Throws: `Problem` on `formula` when it cannot be understood or rests on itself.
  func field(_ field: CustomField) throws -> RecordField {
    let meaning = try meaning(field, above: [])
    let (kind, value): (RecordField.Kind, Statement) =
      switch meaning.kind {
      case .number: (.number, "(\(meaning.value))")
      case .text: (.text, "(\(meaning.value))")
      case .day: (.day, "(\(meaning.value))")
      case .truth: (.flag, "(CASE WHEN \(meaning.value) THEN 1 ELSE 0 END)")
      }
    let order: Statement = kind == .text ? "coalesce(\(value), '')" : "coalesce(\(value), -9000000000000000)"
    let names = below(field)
    let known = catalogue.fields.filter { names.contains($0.name) }
    return RecordField(
      field.name, field.label, kind, value: value, order: order,
      isPersonal: field.isPersonal || known.contains(where: \.isPersonal)
        || formulas.values.contains { names.contains($0.name) && $0.isPersonal },
      sources: known.reduce(into: []) { $0.formUnion($1.sources) }, sight: known.map(\.sight).max() ?? .some,
      isAdditive: false, restsOn: names, isEditable: false,
      formula: field.formula)
  }

  private func meaning(_ field: CustomField, above: [String]) throws -> Formula.Meaning {
    guard !above.contains(field.name) else {
      throw Formula.wrong(
        "“\(field.label)” rests on itself, by way of \((above + [field.name]).joined(separator: ", "))")
    }
    return try FormulaReader.read(field.formula).meaning { name in
      if let other = formulas[name] { return try meaning(other, above: above + [field.name]) }
      if name == FormulaScheme.today { return try Formula.Meaning(kind: .day, value: "\(calendar().today)") }
      return try catalogue.fields.first { $0.name == name }.flatMap(meaning)
    }
  }

  /// The names of all fields a formula rests on, by way of other formulas too. It can be understood, so it has no circle.
  private func below(_ field: CustomField) -> Set<String> {
    guard let formula = try? FormulaReader.read(field.formula) else { return [] }
    return formula.fields.reduce(into: []) { names, name in
      names.insert(name)
      if let other = formulas[name] { names.formUnion(below(other)) }
    }
  }

  /// The day it is in the company, in a formula.
  static let today = "today"

  private func meaning(_ field: RecordField) throws -> Formula.Meaning? {
    switch field.kind {
    case .instant: try Formula.Meaning(kind: .day, value: calendar().day(of: field.value))
    case .integer, .number: Formula.Meaning(kind: .number, value: "(1.0 * \(field.value))")
    case .money: Formula.Meaning(kind: .number, value: "(\(field.value) / \(Double(currency.minorPerMajor)))")
    case .day: Formula.Meaning(kind: .day, value: field.value)
    case .text, .choice: Formula.Meaning(kind: .text, value: field.value)
    case .flag: Formula.Meaning(kind: .truth, value: "(\(field.value) = 1)")
    default: nil
    }
  }
}
