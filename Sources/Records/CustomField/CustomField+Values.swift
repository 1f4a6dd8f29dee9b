import Kernel

// What a field holds, as people and programs write it and as it is kept.

extension CustomField {
  /// A value in the columns it is kept in.
  struct Kept: Equatable, Sendable {
    var text: String?
    var number: Double?
    var isEmpty: Bool { text == nil && number == nil }
  }

  /// Reads a value in the form programs write: `1234.5`, `2026-12-31`, `yes`, choices with line ends between.
  /// - Throws: `Problem` naming the field.
  func read(_ raw: String, _ currency: Currency) throws -> Kept {
    let text =
      try kind == .choices || kind == .text
      ? Text.block(raw, field: name, limit: 2_000) : Text.line(raw, field: name, limit: 500, required: false)
    guard !text.isEmpty else {
      guard !isRequired else {
        throw Problem(.invalid, field: name, "“\(label)” must not be empty.", mend: "Fill it in.")
      }
      return Kept()
    }
    switch kind {
    case .text: return Kept(text: text)
    case .choice:
      guard choices.contains(text) else { throw wrong(text, "Choose one of \(choices.joined(separator: ", ")).") }
      return Kept(text: text)
    case .choices:
      let all = FieldValue.split(text)
      for one in all where !choices.contains(one) {
        throw wrong(one, "Choose some of \(choices.joined(separator: ", ")).")
      }
      return Kept(text: FieldValue.joined(choices.filter(all.contains)))
    case .number, .money:
      guard text.utf8.count <= 40, text.utf8.allSatisfy({ "0123456789.-+e".utf8.contains($0) }),
        let number = Double(text),
        number.isFinite, abs(number) < 1e13
      else { throw wrong(text, "Write it as 1234.5.") }
      return Kept(number: kind == .money ? (number * Double(currency.minorPerMajor)).rounded() : number)
    case .day:
      guard let day = Day(text) else { throw wrong(text, "Write it as YYYY-MM-DD.") }
      return Kept(number: Double(day.number))
    case .flag:
      switch text {
      case "yes", "1", "true": return Kept(number: 1)
      case "no", "0", "false": return Kept(number: 0)
      default: throw wrong(text, "Write yes or no.")
      }
    case .reference:
      guard let number = Int64(text), number > 0, number < 1 << 53 else { throw wrong(text, "Use a record's number.") }
      return Kept(number: Double(number))
    case .formula: throw wrong(text, "It is computed.")
    }
  }

  /// Refuses what cannot stand in it.
  package func check(_ text: String, _ currency: Currency) throws { _ = try read(text, currency) }

  private func wrong(_ text: String, _ mend: String) -> Problem {
    Problem(.invalid, field: name, "“\(text.prefix(60))” cannot stand in “\(label)”.", mend: mend)
  }

  /// Whether a text says what is held already; nil for nothing.
  func isSame(_ held: Kept?, _ text: String, _ currency: Currency) -> Bool {
    let before = held.map { written($0, currency) } ?? ""
    return kind == .choices ? Set(FieldValue.split(before)) == Set(FieldValue.split(text)) : before == text
  }

  /// A value in the form `read` takes.
  func written(_ kept: Kept, _ currency: Currency) -> String {
    if let text = kept.text { return text }
    guard let number = kept.number else { return "" }
    switch kind {
    case .day: return Int32(exactly: number).map { "\(Day($0))" } ?? ""
    case .flag: return number == 0 ? "no" : "yes"
    case .reference: return Int64(exactly: number).map(String.init) ?? ""
    case .money: return String(number / Double(currency.minorPerMajor))
    default: return FieldValue.plain(number)
    }
  }
}
