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
  }

  let all: [One]
  private let format: Format

  /// - Parameter fields: those the actor may fill.
  /// - Throws: `Problem` naming the column, when somebody chose a field that is not there.
  init(_ order: ImportOrder, _ fields: [CustomField], map: ColumnMap, company: Company) throws {
    let chosen = order.ownColumns
    let used = Set(map.columns.values)
    if let (_, name) = chosen.first(where: { _, name in !fields.contains { $0.name == name } }) {
      throw Problem(
        .invalid, field: "column", "There is no field “\(name.prefix(60))” that you may fill.",
        mend: "Choose another meaning.")
    }
    all = map.headers.enumerated().compactMap { column, header in
      if let name = chosen[header] { return fields.first { $0.name == name }.map { One(column: column, field: $0) } }
      guard order.traits?[header] == nil, !used.contains(column) else { return nil }
      let folded = Text.folded(header)
      let guessed = fields.first { Text.folded($0.label) == folded || $0.name == folded }
      return guessed.map { One(column: column, field: $0) }
    }
    format = company.format
  }

  /// What a row fills, as programs write it.
  func values(_ table: Table) throws(Refusal) -> [String: String] {
    var values: [String: String] = [:]
    for one in all {
      guard let text = table.text(column: one.column), !text.isEmpty else { continue }
      do {
        let plain = OwnColumns.plain(text, one.field, format)
        try one.field.check(plain, format.currency)
        values[one.field.name] = plain
      } catch {
        let reason =
          (error as? Problem).map { [$0.message, $0.mend ?? ""].joined(separator: " ") } ?? "It cannot be read."
        throw table.refusal(.notAChoice, column: one.column, reason)
      }
    }
    return values
  }

  private static let yes: Set<String> = ["yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "si"]
  private static let no: Set<String> = ["no", "n", "false", "0", "nein", "falsch", "non"]

  /// What people write in files, as programs write it; what cannot be read stays and is refused.
  private static func plain(_ text: String, _ field: CustomField, _ format: Format) -> String {
    func choice(_ word: String) -> String { field.choices.first { Text.folded($0) == Text.folded(word) } ?? word }
    switch field.kind {
    case .number: return (try? format.readNumber(text, field: field.name)).map { FieldValue.plain($0) } ?? text
    case .money: return (try? format.readMoney(text, field: field.name)).map { FieldValue.plain($0) } ?? text
    case .day: return (try? format.readDay(text, field: field.name)).map { "\($0)" } ?? text
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
  /// The own fields that columns fill, by header, as somebody chose.
  var ownColumns: [String: String] {
    var chosen: [String: String] = [:]
    for choice in columns where RecordChanges.isOwn(choice) {
      let parts = choice.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { chosen[String(parts[1])] = String(parts[0]) }
    }
    return chosen
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
