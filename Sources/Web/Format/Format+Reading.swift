import Kernel

/// What people type into forms, read the way the company writes. Nothing is guessed: what could mean two things is refused.
extension Format {
  /// An amount: `1,234.56`, `€1,234.56`, `1234`, `-5 EUR`.
  /// - Throws: `Problem` naming `field`, with the form that would have been accepted.
  package func readMoney(_ text: String, _ currency: Currency? = nil, field: String) throws -> Money {
    let unit = currency ?? self.currency
    let example = exactMoney(Money(minor: 123_456 * unit.minorPerMajor / 100, unit))
    let bare = Format.without(unit, in: Format.trimmed(text.utf8))
    guard let parts = parts(of: bare) else { throw Format.notAnAmount(text, field, example) }
    guard parts.fraction.count <= unit.decimals else {
      throw Problem(
        .invalid, field: field, "“\(text)” has more decimals than \(unit) has.",
        mend: unit.decimals == 0 ? "Leave the decimals out." : "Use at most \(unit.decimals) decimals.")
    }
    var minor: Int64 = 0
    let padding = Array(repeating: UInt8(ascii: "0"), count: unit.decimals - parts.fraction.count)
    for digit in parts.whole + parts.fraction + padding {
      minor = minor &* 10 &+ Int64(digit - UInt8(ascii: "0"))
      guard minor <= Money.limit else {
        throw Problem(.invalid, field: field, "“\(text)” is larger than can be kept.", mend: "Enter a smaller amount.")
      }
    }
    return Money(minor: parts.isNegative ? -minor : minor, unit)
  }

  /// A number: `1,234.5`, `15 %` (the sign is passed over, the number stays 15).
  /// - Throws: `Problem` naming `field`.
  package func readNumber(_ text: String, field: String) throws -> Double {
    var bytes = Format.trimmed(text.utf8)
    if bytes.last == UInt8(ascii: "%") { bytes = Format.trimmed(bytes.dropLast()) }
    guard let parts = parts(of: bytes), parts.whole.count + parts.fraction.count <= 18 else {
      throw Problem(
        .invalid, field: field, "“\(text)” is not a number.", mend: "Write it as \(number(1_234.5, decimals: 1)).")
    }
    let digits =
      String(decoding: parts.whole, as: UTF8.self) + "." + String(decoding: parts.fraction + [48], as: UTF8.self)
    let value = Double(digits) ?? 0
    return parts.isNegative ? -value : value
  }

  /// A whole number: `2,469`.
  /// - Throws: `Problem` naming `field`.
  package func readCount(_ text: String, field: String) throws -> Int {
    guard let parts = parts(of: Format.trimmed(text.utf8)), parts.fraction.isEmpty,
      let value = Int(String(decoding: parts.whole, as: UTF8.self))
    else {
      throw Problem(
        .invalid, field: field, "“\(text)” is not a whole number.", mend: "Write it as \(count(1_234)).")
    }
    return parts.isNegative ? -value : value
  }

  /// A day: `2026-11-21` as date fields send it, or in the company's order with `.`, `/` or `-` between.
  /// - Throws: `Problem` naming `field`.
  package func readDay(_ text: String, field: String) throws -> Day {
    let bytes = Format.trimmed(text.utf8)
    if let day = Day(String(decoding: bytes, as: UTF8.self)) { return day }
    let pieces = bytes.split(omittingEmptySubsequences: false) { "./-".utf8.contains($0) }
    let numbers = pieces.compactMap { $0.count <= 4 ? Int(String(decoding: $0, as: UTF8.self)) : nil }
    guard pieces.count == 3, numbers.count == 3, let day = ordered(numbers, lengths: pieces.map(\.count)) else {
      throw Problem(.invalid, field: field, "“\(text)” is not a day.", mend: "Write it as \(exampleDay).")
    }
    return day
  }

  private func ordered(_ numbers: [Int], lengths: [Int]) -> Day? {
    switch dateOrder {
    case .dayMonthYear: lengths[2] == 4 ? Day(year: numbers[2], month: numbers[1], day: numbers[0]) : nil
    case .monthDayYear: lengths[2] == 4 ? Day(year: numbers[2], month: numbers[0], day: numbers[1]) : nil
    case .yearMonthDay: lengths[0] == 4 ? Day(year: numbers[0], month: numbers[1], day: numbers[2]) : nil
    }
  }

  private var exampleDay: String {
    switch dateOrder {
    case .dayMonthYear: decimal == "," ? "21.11.2026" : "21/11/2026"
    case .monthDayYear: "11/21/2026"
    case .yearMonthDay: "2026-11-21"
    }
  }

  private static func notAnAmount(_ text: String, _ field: String, _ example: String) -> Problem {
    Problem(.invalid, field: field, "“\(text)” is not an amount.", mend: "Write it as \(example).")
  }

  private struct Parts {
    var isNegative = false
    var whole: [UInt8] = []
    var fraction: [UInt8] = []
  }

  /// Sign, digits before and digits after the separator; nil for anything else, half-made groups included.
  private func parts(of bytes: some Collection<UInt8>) -> Parts? {
    var parts = Parts()
    var rest = Array(bytes)
    for (sign, isNegative) in [("-", true), (Format.minus, true), ("+", false)] where rest.starts(with: sign.utf8) {
      parts.isNegative = isNegative
      rest = Format.trimmed(rest.dropFirst(sign.utf8.count))
      break
    }
    let halves = rest.split(separator: decimal.utf8.first ?? 46, omittingEmptySubsequences: false)
    guard let whole = halves.first, halves.count <= 2, let digits = ungrouped(Array(whole)) else { return nil }
    parts.whole = digits
    if halves.count == 2 { parts.fraction = Array(halves[1]) }
    guard !parts.whole.isEmpty, halves.count == 1 || !parts.fraction.isEmpty else { return nil }
    return parts.fraction.allSatisfy(Format.isDigit) ? parts : nil
  }

  /// The digits without their groups; nil when a group has not exactly three digits.
  private func ungrouped(_ bytes: [UInt8]) -> [UInt8]? {
    if bytes.allSatisfy(Format.isDigit) { return bytes }
    guard !grouping.isEmpty else { return nil }
    let marks =
      grouping == "\u{A0}" || grouping == "\u{202F}" || grouping == " " ? ["\u{A0}", "\u{202F}", " "] : [grouping]
    for mark in marks {
      let groups = Format.cut(bytes, at: Array(mark.utf8))
      guard groups.count > 1, let first = groups.first, (1...3).contains(first.count),
        groups.dropFirst().allSatisfy({ $0.count == 3 }), groups.allSatisfy({ $0.allSatisfy(Format.isDigit) })
      else { continue }
      return groups.flatMap { $0 }
    }
    return nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  private static func cut(_ bytes: [UInt8], at mark: [UInt8]) -> [[UInt8]] {
    var pieces: [[UInt8]] = [[]]
    var rest = bytes[...]
    while let byte = rest.first {
      if rest.starts(with: mark) {
        pieces.append([])
        rest = rest.dropFirst(mark.count)
      } else {
        pieces[pieces.count - 1].append(byte)
        rest = rest.dropFirst()
      }
    }
    return pieces
  }

  private static let blanks = [" ", "\t", "\u{A0}", "\u{202F}"].map { Array($0.utf8) }

  private static func trimmed(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var rest = Array(bytes)[...]
    while let blank = blanks.first(where: { rest.starts(with: $0) }) { rest = rest.dropFirst(blank.count) }
    while let blank = blanks.first(where: { rest.reversed().starts(with: $0.reversed()) }) {
      rest = rest.dropLast(blank.count)
    }
    return Array(rest)
  }

  /// The amount without the code or sign of its currency, which may stand before or after it.
  private static func without(_ currency: Currency, in bytes: [UInt8]) -> [UInt8] {
    for name in [currency.code, symbols[currency.code]].compactMap({ $0.map { Array($0.utf8) } }) {
      for sign in [[], Array("-".utf8), Array(minus.utf8)] where bytes.starts(with: sign + name) {
        return sign + trimmed(bytes.dropFirst(sign.count + name.count))
      }
      if bytes.reversed().starts(with: name.reversed()) { return trimmed(bytes.dropLast(name.count)) }
    }
    return bytes
  }
}
