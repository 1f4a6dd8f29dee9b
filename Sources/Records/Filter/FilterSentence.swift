import Kernel
import Web

/// Reads a filter as a sentence a person would say.
package struct FilterSentence {
  let fields: [RecordField]
  /// Words for values that are numbers of records, by field and value.
  let names: [String: [String: String]]
  let format: Format

  package init(_ fields: [RecordField], names: [String: [String: String]] = [:], format: Format) {
    self.fields = fields
    self.names = names
    self.format = format
  }

  package func words(_ filter: Filter) -> String { words(filter, inside: false) }

  private func words(_ filter: Filter, inside: Bool) -> String {
    switch filter {
    case .condition(let condition): return words(condition)
    case .not(let part): return "not \(words(part, inside: true))"
    case .all(let parts): return joined(parts, " and ", inside)
    case .any(let parts): return joined(parts, " or ", inside)
    }
  }

  private func joined(_ parts: [Filter], _ word: String, _ inside: Bool) -> String {
    let text = parts.map { words($0, inside: parts.count > 1) }.joined(separator: word)
    return inside && parts.count > 1 ? "(\(text))" : text
  }

  private func words(_ condition: Filter.Condition) -> String {
    let field = fields.first { $0.name == condition.field }
    let label = field?.label ?? condition.field
    let values = condition.values.map { value(it: $0, field) }
    switch condition.comparison {
    case .last: return "\(label) is within the last \(condition.values.first ?? "") days"
    case .next: return "\(label) is within the next \(condition.values.first ?? "") days"
    case .between: return "\(label) is between \(values.joined(separator: " and "))"
    default:
      let all = Format.list(values, or: true)
      return "\(label) \(condition.comparison.words)\(all.isEmpty ? "" : " \(all)")"
    }
  }

  private func value(it value: String, _ field: RecordField?) -> String {
    guard let field else { return value }
    if let name = names[field.name]?[value] { return name }
    switch field.kind {
    case .choice(let all), .choices(let all): return all.first { $0.value == value }?.word ?? value
    case .day, .instant: return Day(value).map { format.day($0) } ?? value
    case .text, .lines: return "“\(value)”"
    case .record, .user, .team: return "number \(value)"
    default: return value
    }
  }
}
