import Customers
import Foundation
import Kernel
import Records
import Store
import Tabular
import Web

/// The columns of a file that fill the company's own fields.
struct OwnColumns: Sendable {
  struct One: Sendable {
    let column: Int
    let field: CustomField

    /// What a cell that cannot be read is refused as.
    var kind: Refusal.Kind {
      switch field.kind {
      case .number, .money: .notANumber
      case .day: .notADate
      default: .notAChoice
      }
    }
  }

  let all: [One]
  /// How the file writes numbers and days.
  private let format: Format
  /// How workbooks do, whoever wrote them.
  private let workbook: Format

  /// - Parameter fields: those the actor may fill.
  /// - Throws: `Problem` naming the column, when somebody chose a field or a column that is not there.
  init(_ order: ImportOrder, _ fields: [CustomField], map: ColumnMap, company: Company) throws {
    let chosen = try order.ownColumns(among: map.headers)
    let used = Set(map.columns.values)
    if let (_, name) = chosen.first(where: { _, name in !fields.contains { $0.name == name } }) {
      throw Problem(
        .invalid, field: "column", "There is no field “\(name.prefix(60))” that you may fill.",
        mend: "Choose another meaning.")
    }
    let told = Set(chosen.values)
    all = map.headers.enumerated().compactMap { column, header in
      if let name = chosen[header] { return fields.first { $0.name == name }.map { One(column: column, field: $0) } }
      guard order.traits?[header] == nil, !used.contains(column) else { return nil }
      let folded = Text.folded(header)
      let guessed = fields.first {
        (Text.folded($0.label) == folded || $0.name == folded) && !told.contains($0.name)
      }
      return guessed.map { One(column: column, field: $0) }
    }
    format = order.format(over: company.format)
    workbook = OwnColumns.format(company.format, decimal: .point, dates: .yearMonthDay)
  }

  static func format(_ usual: Format, decimal: DecimalMark, dates: Format.DateOrder) -> Format {
    let grouping = decimal == .point ? "," : "."
    let made = try? Format(
      decimal: decimal.rawValue, grouping: grouping, dateOrder: dates, currency: usual.currency, zone: usual.zone,
      language: usual.language)
    return made ?? usual
  }

  /// What a row fills, as programs write it.
  func values(_ table: Table) throws(Refusal) -> [String: String] {
    var values: [String: String] = [:]
    for one in all {
      guard let text = table.text(column: one.column), !text.isEmpty else { continue }
      do {
        // What somebody typed over a cell of a workbook is written as in any other file.
        let isPlain = table.report.sheet != nil && !table.isPatched(column: one.column)
        let plain = try OwnColumns.plain(text, one.field, isPlain ? workbook : format)
        try one.field.check(plain, format.currency)
        values[one.field.name] = plain
      } catch {
        let reason =
          (error as? Problem).map { [$0.message, $0.mend ?? ""].joined(separator: " ") } ?? "It cannot be read."
        throw table.refusal(one.kind, column: one.column, reason)
      }
    }
    return values
  }

  private static let yes: Set<String> = ["yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "si"]
  private static let no: Set<String> = ["no", "n", "false", "0", "nein", "falsch", "non"]

  /// What people write in files, as programs write it. Numbers and days have one reading; what else is not known stays
  /// and is refused.
  private static func plain(_ text: String, _ field: CustomField, _ format: Format) throws -> String {
    func choice(_ word: String) -> String { field.choices.first { Text.folded($0) == Text.folded(word) } ?? word }
    switch field.kind {
    case .number: return FieldValue.plain(try format.readNumber(text, field: field.name))
    case .money: return FieldValue.plain(try format.readMoney(text, field: field.name))
    case .day: return "\(try format.readDay(text, field: field.name))"
    case .flag:
      let folded = Text.folded(text)
      return yes.contains(folded) ? "yes" : no.contains(folded) ? "no" : text
    case .choice: return choice(text)
    case .choices:
      if field.choices.contains(text) { return text }
      // A comma may stand in a choice; it only parts them where nothing else does.
      let marks = text.contains { ";\n".contains($0) } ? ";\n" : ","
      let words = text.split { marks.contains($0) }.map { $0.trimmingCharacters(in: .whitespaces) }
      return words.filter { !$0.isEmpty }.map(choice).joined(separator: "\n")
    default: return text
    }
  }
}

extension ImportOrder.Subject {
  /// The noun whose own fields such a file can fill.
  var filled: Actor.Noun? {
    switch self {
    case .customers: .customer
    case .contacts: .contact
    case .interactions: .interaction
    case .purchases, .products, .drivers, .observations: nil
    }
  }
}

extension ImportOrder {
  /// The own fields that columns fill, by header, as somebody chose: `x_tier=Header`, or `x_tier=#3` for the third.
  /// - Throws: `Problem` naming the choice, when there is no such column.
  func ownColumns(among headers: [String]) throws -> [String: String] {
    var chosen: [String: String] = [:]
    for choice in columns where RecordChanges.isOwn(choice) {
      let parts = choice.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else { continue }
      let place = parts[1].utf8.first == UInt8(ascii: "#") ? Int(parts[1].dropFirst()) : nil
      let named =
        headers.first { $0 == parts[1] } ?? place.flatMap { headers.indices.contains($0 - 1) ? headers[$0 - 1] : nil }
      guard let named else {
        let found = headers.prefix(40).map { "“\($0)”" }.joined(separator: ", ")
        throw Problem(
          .invalid, field: "column", "There is no column “\(parts[1].prefix(60))”. Found: \(found).",
          mend: "Name a header of the file.")
      }
      chosen[named] = parts[0]
    }
    return chosen
  }

  /// How the file writes numbers and days: as somebody said, else as the company does.
  func format(over usual: Format) -> Format {
    let mark = decimal.flatMap(DecimalMark.init(named:))
    let dates: Format.DateOrder? =
      switch dateOrder.flatMap(DateOrder.init(named:)) {
      case .yearMonthDay: .yearMonthDay
      case .dayMonthYear: .dayMonthYear
      case .monthDayYear: .monthDayYear
      default: nil
      }
    guard mark != nil || dates != nil else { return usual }
    return OwnColumns.format(
      usual, decimal: mark ?? (usual.decimal == "," ? .comma : .point), dates: dates ?? usual.dateOrder)
  }

  /// The own fields that whoever imports may fill.
  package func fillable(by actor: Actor, in database: Database) async throws -> [CustomField] {
    guard let noun = subject.filled else { return [] }
    return try await database.read { tx in
      try CustomFields.all(of: noun, in: tx).filter {
        $0.kind != .formula && actor.writes($0.name, of: noun, isPersonal: $0.isPersonal)
      }
    }
  }
}
