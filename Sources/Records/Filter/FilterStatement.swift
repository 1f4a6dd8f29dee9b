import Foundation
import Kernel
import Store

/// Turns a filter into SQL for one noun and one person: fields they may not read are not there.
package struct FilterCompiler: Sendable {
  let catalogue: Catalogue
  let actor: Actor
  let today: Day
  let zone: TimeZone
  let currency: Currency

  package init(_ catalogue: Catalogue, for actor: Actor, today: Day, zone: TimeZone, currency: Currency) {
    self.catalogue = catalogue
    self.actor = actor
    self.today = today
    self.zone = zone
    self.currency = currency
  }

  /// The condition on the noun's table.
  /// - Throws: `Problem` naming the field that is unknown or compared with what it cannot be compared with.
  package func statement(_ filter: Filter) throws -> Statement {
    switch filter {
    case .all(let parts): return try joined(parts, " AND ")
    case .any(let parts): return try joined(parts, " OR ")
    case .not(let part): return "NOT coalesce(\(try statement(part)), FALSE)"
    case .condition(let condition):
      let field = try catalogue.field(condition.field, for: actor)
      guard field.comparisons.contains(condition.comparison) else {
        throw Problem(
          .invalid, field: field.name, "“\(field.label)” cannot be compared by “\(condition.comparison.rawValue)”.",
          mend: "Use one of \(field.comparisons.map(\.rawValue).joined(separator: ", ")).")
      }
      return try self.condition(condition, on: field)
    }
  }

  private func joined(_ parts: [Filter], _ word: StaticString) throws -> Statement {
    let all = try parts.map { "(\(try statement($0)))" as Statement }
    return "(\(Statement.joined(all, separator: word, or: "TRUE")))"
  }

  private func condition(_ condition: Filter.Condition, on field: RecordField) throws -> Statement {
    switch condition.comparison {
    case .isNot: return "NOT coalesce(\(try positive(.is, condition.values, field)), FALSE)"
    case .lacks: return "NOT coalesce(\(try positive(.contains, condition.values, field)), FALSE)"
    case .filled: return "NOT \(empty(field))"
    case .empty: return empty(field)
    default: return try positive(condition.comparison, condition.values, field)
    }
  }

  private func empty(_ field: RecordField) -> Statement {
    if let membership = field.membership { return "(NOT \(membership("TRUE")))" }
    switch field.kind {
    case .text, .lines, .choice, .choices: return "(coalesce(\(field.value), '') = '')"
    default: return "(\(field.value) IS NULL)"
    }
  }

  private func positive(
    _ comparison: Filter.Comparison, _ values: [String], _ field: RecordField
  ) throws -> Statement {
    let made = try compare(field.membership == nil ? field.value : "v.value", comparison, values, field)
    return field.membership?(made) ?? "(\(made))"
  }

  private func compare(
    _ value: Statement, _ comparison: Filter.Comparison, _ values: [String], _ field: RecordField
  ) throws -> Statement {
    switch field.kind {
    case .text, .lines: return try text(value, comparison, values, field)
    case .choice: return "\(value) IN (\(list: try values.map { try choice($0, field) }))"
    case .choices: return try choices(value, values, field)
    case .flag: return "\(value) = \(try flag(values.first ?? "", field) ? 1 : 0)"
    case .day: return try days(value, comparison, values, field) { $0.stored }
    case .instant:
      return try days(value, comparison, values, field) { Instant(startOf: $0, in: zone).stored }
    case .integer, .number, .money: return try numbers(value, comparison, values, field)
    case .user where comparison == .mine: return "\(value) = \(actor.user ?? 0)"
    case .record, .user, .team:
      return "\(value) IN (\(list: try values.map { try identity($0, field) }))"
    }
  }

  private func text(
    _ value: Statement, _ comparison: Filter.Comparison, _ values: [String], _ field: RecordField
  ) throws -> Statement {
    let kept = field.isFolded ? field.order ?? value : "lower(\(value))"
    let folded = values.map { field.isFolded ? Text.folded($0) : $0.lowercased() }
    if comparison == .is { return "\(kept) IN (\(list: folded))" }
    let all = folded.map { text -> Statement in
      let pattern = (comparison == .starts ? "" : "%") + Filter.escapedForLike(text) + "%"
      return "\(kept) LIKE \(pattern) ESCAPE '!'"
    }
    return "(\(Statement.joined(all, separator: " OR ", or: "FALSE")))"
  }

  private func choices(_ value: Statement, _ values: [String], _ field: RecordField) throws -> Statement {
    if field.membership != nil { return "\(value) IN (\(list: values))" }
    let all = try values.map { text -> Statement in
      let pattern = "%\n" + Filter.escapedForLike(try choice(text, field)) + "\n%"
      return "('\n' || \(value)) LIKE \(pattern) ESCAPE '!'"
    }
    return "(\(Statement.joined(all, separator: " OR ", or: "FALSE")))"
  }

  private func numbers(
    _ value: Statement, _ comparison: Filter.Comparison, _ values: [String], _ field: RecordField
  ) throws -> Statement {
    let bounds = try values.map { try number($0, field) }
    switch comparison {
    case .above: return "\(value) > \(bounds[0])"
    case .below: return "\(value) < \(bounds[0])"
    case .between: return "\(value) BETWEEN \(min(bounds[0], bounds[1])) AND \(max(bounds[0], bounds[1]))"
    default: return "\(value) IN (\(list: bounds))"
    }
  }

  /// From the start of one day to the start of another.
  private func days(
    _ value: Statement, _ comparison: Filter.Comparison, _ values: [String], _ field: RecordField,
    _ stored: (Day) -> Value
  ) throws -> Statement {
    func within(_ first: Day, _ last: Day) -> Statement {
      "(\(value) >= \(stored(first)) AND \(value) < \(stored(last.adding(days: 1))))"
    }
    switch comparison {
    case .last: return within(today.adding(days: -(try count(values, field) - 1)), today)
    case .next: return within(today, today.adding(days: try count(values, field) - 1))
    case .before: return "\(value) < \(stored(try day(values[0], field)))"
    case .after: return "\(value) >= \(stored(try day(values[0], field).adding(days: 1)))"
    case .between:
      let bounds = try values.map { try day($0, field) }
      return within(min(bounds[0], bounds[1]), max(bounds[0], bounds[1]))
    default:
      let all = try values.map { text in
        let day = try day(text, field)
        return within(day, day)
      }
      return "(\(Statement.joined(all, separator: " OR ", or: "FALSE")))"
    }
  }

  // Values as people and programs write them.

  private func choice(_ text: String, _ field: RecordField) throws -> String {
    // A field that names no choices takes any: tags are as many as the company makes.
    guard field.choices.isEmpty || field.choices.contains(where: { $0.value == text }) else {
      throw Problem(
        .invalid, field: field.name, "“\(text.prefix(60))” is no choice of “\(field.label)”.",
        mend: "Use one of \(field.choices.map(\.value).joined(separator: ", ")).")
    }
    return text
  }

  private func flag(_ text: String, _ field: RecordField) throws -> Bool {
    switch text {
    case "yes", "true", "1": return true
    case "no", "false", "0": return false
    default: throw Problem(.invalid, field: field.name, "This is neither yes nor no.", mend: "Use yes or no.")
    }
  }

  private func identity(_ text: String, _ field: RecordField) throws -> Int64 {
    guard let number = Int64(text), number > 0, String(number) == text else {
      throw Problem(
        .invalid, field: field.name, "“\(text.prefix(40))” is no number of a record.", mend: "Use the number it has.")
    }
    return number
  }

  private func day(_ text: String, _ field: RecordField) throws -> Day {
    if text == "today" { return today }
    guard let day = Day(text) else {
      throw Problem(
        .invalid, field: field.name, "“\(text.prefix(40))” is not a day.", mend: "Write it as YYYY-MM-DD, or today.")
    }
    return day
  }

  private func count(_ values: [String], _ field: RecordField) throws -> Int {
    guard let text = values.first, let days = Int(text), (1...36_500).contains(days) else {
      throw Problem(
        .invalid, field: field.name, "This is not a number of days from 1 to 36,500.", mend: "Write it as 30.")
    }
    return days
  }

  private func number(_ text: String, _ field: RecordField) throws -> Double {
    guard text.utf8.count <= 20, text.utf8.allSatisfy({ $0 != UInt8(ascii: "x") && $0 != UInt8(ascii: "X") }),
      let number = Double(text), number.isFinite, abs(number) < 1e15
    else {
      throw Problem(
        .invalid, field: field.name, "“\(text.prefix(40))” is not a number.", mend: "Write it as 1234.5.")
    }
    return field.kind == .money ? (number * Double(currency.minorPerMajor)).rounded() : number
  }
}

extension Filter {
  /// Text for LIKE … ESCAPE '!'.
  package static func escapedForLike(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(200) {
      if scalar == "%" || scalar == "_" || scalar == "!" { escaped.append("!") }
      escaped.append(scalar)
    }
    return String(escaped)
  }
}
