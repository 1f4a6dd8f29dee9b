import Kernel
import Store

/// The names that stand for numbers in values of fields: of people, teams and records.
package struct FieldNames {
  private var people: [Int64: String] = [:]
  private var teams: [Int64: String] = [:]
  private var records: [RecordKey: String] = [:]

  /// - Parameter values: fields with what they hold, as programs write it.
  package init(
    of values: [(field: RecordField, text: String)], _ catalogues: Catalogues, for actor: Actor, in tx: Transaction
  ) throws {
    func numbers(_ isMeant: (RecordField.Kind) -> Bool) -> [Int64] {
      Set(values.filter { isMeant($0.field.kind) }.compactMap { Int64($0.text) }).sorted()
    }
    let users = numbers { $0 == .user }
    try tx.each("SELECT id, name FROM app_user WHERE id IN (\(list: users))") { people[try $0(0)] = try $0(1) }
    let groups = numbers { $0 == .team }
    try tx.each("SELECT id, name FROM team WHERE id IN (\(list: groups))") { teams[try $0(0)] = try $0(1) }
    let nouns = values.compactMap { value in if case .record(let noun) = value.field.kind { noun } else { nil } }
    for noun in Set(nouns) {
      let keys = numbers { $0 == .record(noun) }.map { RecordKey(noun, $0) }
      records.merge(try catalogues.titles(of: keys, for: actor, in: tx)) { first, _ in first }
    }
  }

  /// A value in words.
  package func word(_ text: String, _ field: RecordField) -> String {
    let number = Int64(text)
    return switch field.kind {
    case .choice(let choices): choices.first { $0.value == text }?.word ?? text
    case .choices(let choices):
      FieldValue.split(text).map { part in choices.first { $0.value == part }?.word ?? part }.joined(separator: ", ")
    case .user: number.flatMap { people[$0] } ?? "somebody"
    case .team: number.flatMap { teams[$0] } ?? "a team"
    case .record(let noun): number.flatMap { records[RecordKey(noun, $0)] } ?? "\(noun.rawValue) \(text)"
    case .flag: text == "1" || text == "yes" || text == "true" ? "Yes" : "No"
    default: text
    }
  }
}
