import Kernel

// A filter as text:  kind is organisation and (name contains 'meier' or added last 30) and not email empty
//
// Words are fields, comparisons and values; a value with anything but letters, digits, `_ . : @ + -` stands in single
// quotes, a quote in it twice. Several values follow one another with commas. `and` and `or` are not mixed without
// parentheses.

extension Filter {
  /// The filter as it stands in an address.
  package var text: String { text(inside: false) }

  private func text(inside: Bool) -> String {
    switch self {
    case .condition(let condition):
      let values = condition.values.map(Filter.quoted).joined(separator: ",")
      return "\(condition.field) \(condition.comparison.rawValue)" + (values.isEmpty ? "" : " " + values)
    case .not(let part): return "not (\(part.text(inside: false)))"
    case .all(let parts): return Filter.joined(parts, " and ", inside)
    case .any(let parts): return Filter.joined(parts, " or ", inside)
    }
  }

  private static func joined(_ parts: [Filter], _ word: String, _ inside: Bool) -> String {
    let text = parts.map { $0.text(inside: parts.count > 1) }.joined(separator: word)
    return inside && parts.count > 1 ? "(\(text))" : text
  }

  private static func quoted(_ value: String) -> String {
    guard value.isEmpty || !value.utf8.allSatisfy(FilterReader.isWord) || FilterReader.reserved.contains(value) else {
      return value
    }
    let doubled = value.utf8.flatMap { $0 == UInt8(ascii: "'") ? [$0, $0] : [$0] }
    return "'" + String(decoding: doubled, as: UTF8.self) + "'"
  }

  /// Reads a filter.
  /// - Returns: nil when the text is empty.
  /// - Throws: `Problem` on `filter`, saying where it stops making sense.
  package init?(text: String) throws {
    guard text.utf8.count <= 8_000 else {
      throw Problem(.invalid, field: "filter", "The filter is longer than 8,000 bytes.", mend: "Shorten it.")
    }
    var reader = FilterReader(text)
    guard let filter = try reader.read() else { return nil }
    self = filter
  }
}

/// Reads the text of a filter, byte by byte.
struct FilterReader {
  private enum Word: Equatable {
    case word(String), quoted(String), open, close, comma
  }

  static let reserved: Set<String> = ["and", "or", "not"]
  private let bytes: [UInt8]
  private var place = 0
  private var conditions = 0
  private var ahead: Word?

  init(_ text: String) { bytes = Array(text.utf8) }

  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_.:@+-".utf8.contains(byte)
    }
  }

  mutating func read() throws -> Filter? {
    guard try peek() != nil else { return nil }
    let filter = try group(depth: 0)
    guard try peek() == nil else { throw wrong("something follows the end") }
    guard filter.depth <= Filter.deepest else {
      throw Problem(
        .invalid, field: "filter", "The filter is nested deeper than \(Filter.deepest).", mend: "Use fewer groups.")
    }
    return filter
  }

  private mutating func group(depth: Int) throws -> Filter {
    guard depth <= Filter.deepest * 2 else { throw wrong("it is nested too deeply") }
    var parts = [try part(depth: depth)]
    var joint: String?
    while case .word(let word)? = try peek(), word == "and" || word == "or" {
      guard joint == nil || joint == word else { throw wrong("“and” and “or” stand side by side without parentheses") }
      joint = word
      _ = try next()
      parts.append(try part(depth: depth))
    }
    return joint == nil ? parts[0] : joint == "and" ? .all(parts) : .any(parts)
  }

  private mutating func part(depth: Int) throws -> Filter {
    switch try next() {
    case .open:
      let inner = try group(depth: depth + 1)
      guard try next() == .close else { throw wrong("a parenthesis is not closed") }
      return inner
    case .word("not"): return .not(try part(depth: depth + 1))
    case .word(let field) where !FilterReader.reserved.contains(field): return .condition(try condition(on: field))
    default: throw wrong("a field is expected")
    }
  }

  private mutating func condition(on field: String) throws -> Filter.Condition {
    conditions += 1
    guard conditions <= Filter.longest else {
      throw Problem(
        .invalid, field: "filter", "The filter has more than \(Filter.longest) conditions.", mend: "Use fewer.")
    }
    guard case .word(let word)? = try next(), let comparison = Filter.Comparison(rawValue: word) else {
      let known = Filter.Comparison.allCases.map(\.rawValue).joined(separator: ", ")
      throw wrong("after “\(field.prefix(40))” one of \(known) is expected")
    }
    var values: [String] = []
    while values.count < comparison.values.upperBound, let value = try value() {
      values.append(value)
      guard try peek() == .comma else { break }
      _ = try next()
      guard try isValueAhead() else { throw wrong("a value is expected after the comma") }
    }
    guard comparison.values.contains(values.count) else {
      throw wrong("“\(field.prefix(40)) \(word)” takes another number of values")
    }
    return Filter.Condition(field, comparison, values)
  }

  private mutating func isValueAhead() throws -> Bool {
    switch try peek() {
    case .word(let word)?: !FilterReader.reserved.contains(word)
    case .quoted?: true
    default: false
    }
  }

  private mutating func value() throws -> String? {
    switch try peek() {
    case .word(let word)? where !FilterReader.reserved.contains(word):
      _ = try next()
      return word
    case .quoted(let text)?:
      _ = try next()
      return text
    default: return nil
    }
  }

  private mutating func peek() throws -> Word? {
    if ahead == nil { ahead = try scan() }
    return ahead
  }

  private mutating func next() throws -> Word? {
    defer { ahead = nil }
    return try peek()
  }

  private mutating func scan() throws -> Word? {
    while place < bytes.count, bytes[place] == UInt8(ascii: " ") { place += 1 }
    guard place < bytes.count else { return nil }
    switch bytes[place] {
    case UInt8(ascii: "("):
      place += 1
      return .open
    case UInt8(ascii: ")"):
      place += 1
      return .close
    case UInt8(ascii: ","):
      place += 1
      return .comma
    case UInt8(ascii: "'"): return .quoted(try quoted())
    default:
      let start = place
      while place < bytes.count, FilterReader.isWord(bytes[place]) { place += 1 }
      guard place > start else { throw wrong("there is a sign that belongs in quotes") }
      return .word(String(decoding: bytes[start..<place], as: UTF8.self))
    }
  }

  private mutating func quoted() throws -> String {
    var text: [UInt8] = []
    place += 1
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte != UInt8(ascii: "'") {
        text.append(byte)
      } else if place < bytes.count, bytes[place] == byte {
        text.append(byte)
        place += 1
      } else {
        return try Text.line(String(decoding: text, as: UTF8.self), field: "filter", limit: 500, required: false)
      }
    }
    throw wrong("a quote is not closed")
  }

  private func wrong(_ what: String) -> Problem {
    Problem(
      .invalid, field: "filter", "The filter cannot be read at sign \(place + 1): \(what).",
      mend: "Write it as: kind is organisation and (name contains 'meier' or added last 30).")
  }
}
