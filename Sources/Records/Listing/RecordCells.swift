import Kernel
import Web

/// Shows the values of a list's columns.
struct RecordCells {
  let catalogue: Catalogue
  let viewer: Viewer
  let actor: Actor

  func html(_ value: FieldValue, _ shown: String?, _ field: RecordField) -> HTML {
    if let shown {
      if case .record(let noun) = field.kind, case .integer(let id) = value, noun == catalogue.noun {
        return "<a href=\"\(url: "\(catalogue.path)/\(id)")\">\(shown)</a>"
      }
      return "\(shown)"
    }
    switch value {
    case .missing: return HTML()
    case .text(let text): return word(text, field)
    case .integer(let minor) where field.kind == .money:
      return "\(viewer.format.exactMoney(Money(minor: minor, viewer.format.currency)))"
    case .integer(let whole): return "\(number(whole, field))"
    case .number(let number) where field.kind == .money:
      return "\(viewer.format.money(number / Double(viewer.format.currency.minorPerMajor)))"
    case .number(let number):
      return "\(viewer.format.number(number, decimals: number == number.rounded() ? 0 : 2))"
    case .day(let day): return viewer.time(day)
    case .instant(let instant): return viewer.time(instant)
    case .flag(let flag): return flag ? "Yes" : "No"
    case .texts(let texts):
      return texts.html { "<span class=\"vc-badge vc-tone-note\">\(word($0, field))</span> " }
    }
  }

  private func number(_ number: Int64, _ field: RecordField) -> String {
    switch field.kind {
    case .record, .user, .team: return "Number \(number)"
    default: return viewer.format.count(number)
    }
  }

  private func word(_ text: String, _ field: RecordField) -> HTML {
    if let choice = field.choices.first(where: { $0.value == text }) { return "\(words: choice.word)" }
    if field.name == "email" || field.name == "website" || field.name == "phone" { return link(text, field.name) }
    return "\(text)"
  }

  private func link(_ text: String, _ name: String) -> HTML {
    let address = name == "email" ? "mailto:\(text)" : name == "phone" ? "tel:\(text)" : text
    guard Address.isSafe(address) else { return "\(text)" }
    return "<a href=\"\(url: address)\">\(text)</a>"
  }

  /// Whether the actor may change a field in the list.
  func isOpen(_ field: RecordField) -> Bool {
    field.isEditable && field.formula == nil && (catalogue.edit != nil || RecordChanges.isOwn(field.name))
      && actor.may(.edit, catalogue.noun) && actor.writes(field.name, of: catalogue.noun, isPersonal: field.isPersonal)
  }
}

/// What the scripts of a list know of a field: for editing a cell and for building a filter.
struct FieldSheet {
  private let field: RecordField
  private let choices: [RecordField.Choice]
  private let isOpen: Bool

  init(_ field: RecordField, choices: [RecordField.Choice], isOpen: Bool) {
    self.field = field
    self.choices = choices
    self.isOpen = isOpen
  }

  /// The sheets as JSON, written without a detour: every page with a list has them.
  static func json(_ sheets: [FieldSheet]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(sheets.count * 480)
    list(sheets, to: &out) { $0.append(to: &$1) }
    return out
  }

  private static func list<T>(_ all: [T], to out: inout [UInt8], _ append: (T, inout [UInt8]) -> Void) {
    out.append(UInt8(ascii: "["))
    for (place, one) in all.enumerated() {
      if place > 0 { out.append(UInt8(ascii: ",")) }
      append(one, &out)
    }
    out.append(UInt8(ascii: "]"))
  }

  private static func texts(_ pairs: KeyValuePairs<StaticString, String>, to out: inout [UInt8]) {
    for (name, text) in pairs {
      out.append(contentsOf: "\"\(name)\":".utf8)
      RecordRows.append(text: text, to: &out)
      out.append(UInt8(ascii: ","))
    }
  }

  private func append(to out: inout [UInt8]) {
    out.append(UInt8(ascii: "{"))
    FieldSheet.texts(["name": field.name, "label": field.label, "kind": field.kind.word], to: &out)
    if case .record(let noun) = field.kind, noun.isFoundByName {
      FieldSheet.texts(["target": noun.rawValue], to: &out)
    }
    out.append(contentsOf: "\"isOpen\":\(isOpen),\"choices\":".utf8)
    FieldSheet.list(choices, to: &out) { choice, out in
      out.append(contentsOf: "{\"value\":".utf8)
      RecordRows.append(text: choice.value, to: &out)
      out.append(contentsOf: ",\"word\":".utf8)
      RecordRows.append(text: choice.word, to: &out)
      out.append(UInt8(ascii: "}"))
    }
    out.append(contentsOf: ",\"comparisons\":".utf8)
    FieldSheet.list(field.comparisons, to: &out) { comparison, out in
      out.append(UInt8(ascii: "{"))
      FieldSheet.texts(["name": comparison.rawValue, "words": comparison.words], to: &out)
      let range = comparison.values
      out.append(contentsOf: "\"least\":\(range.lowerBound),\"most\":\(range.upperBound)}".utf8)
    }
    out.append(UInt8(ascii: "}"))
  }
}

extension RecordField.Kind {
  /// The word programs use.
  package var word: String {
    switch self {
    case .text: "text"
    case .lines: "lines"
    case .integer: "integer"
    case .number: "number"
    case .money: "money"
    case .day: "day"
    case .instant: "instant"
    case .flag: "flag"
    case .choice: "choice"
    case .choices: "choices"
    case .record: "record"
    case .user: "user"
    case .team: "team"
    }
  }
}
