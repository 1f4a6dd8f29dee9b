import Kernel

/// Reads the text of a formula, byte by byte.
struct FormulaReader {
  private enum Word: Equatable {
    case number(Double), text(String), name(String), sign(String)
  }

  private let bytes: [UInt8]
  private var place = 0
  private var ahead: Word?
  private var parts = 0

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// - Throws: `Problem` on `formula`.
  static func read(_ text: String) throws -> Formula {
    guard text.utf8.count <= 1_000 else { throw Formula.wrong("it is longer than 1,000 bytes") }
    var reader = FormulaReader(text)
    let formula = try reader.expression(0, depth: 0)
    guard try reader.peek() == nil else { throw Formula.wrong("something follows its end") }
    return formula
  }

  private static let ranks: [String: Int] = [
    "or": 1, "and": 2, "=": 3, "<>": 3, "<": 3, ">": 3, "<=": 3, ">=": 3, "+": 4, "-": 4, "&": 4, "*": 5, "/": 5,
  ]

  private mutating func expression(_ lowest: Int, depth: Int) throws -> Formula {
    guard depth <= 20 else { throw Formula.wrong("it is nested deeper than 20") }
    var left = try operand(depth: depth)
    while case .sign(let sign)? = try peek(), let rank = FormulaReader.ranks[sign], rank > lowest {
      _ = try next()
      left = .binary(sign, left, try expression(rank, depth: depth + 1))
    }
    return left
  }

  private mutating func operand(depth: Int) throws -> Formula {
    parts += 1
    guard parts <= 200 else { throw Formula.wrong("it has more than 200 parts") }
    switch try next() {
    case .number(let number): return .number(number)
    case .text(let text): return .text(text)
    case .sign("-"): return .minus(try expression(4, depth: depth + 1))
    case .sign("("):
      let inner = try expression(0, depth: depth + 1)
      guard try next() == .sign(")") else { throw Formula.wrong("a parenthesis is not closed") }
      return inner
    case .name(let name):
      guard try peek() == .sign("(") else { return .field(name) }
      _ = try next()
      return .call(name, try arguments(depth: depth + 1))
    default: throw Formula.wrong("a value is expected at sign \(place + 1)")
    }
  }

  private mutating func arguments(depth: Int) throws -> [Formula] {
    var all = [try expression(0, depth: depth)]
    while try peek() == .sign(",") {
      _ = try next()
      all.append(try expression(0, depth: depth))
    }
    guard try next() == .sign(")") else { throw Formula.wrong("a parenthesis is not closed") }
    return all
  }

  private mutating func peek() throws -> Word? {
    if ahead == nil { ahead = try scan() }
    return ahead
  }

  private mutating func next() throws -> Word? {
    defer { ahead = nil }
    return try peek()
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (65...90).contains(byte) || byte == UInt8(ascii: "_")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  private mutating func scan() throws -> Word? {
    while place < bytes.count, bytes[place] == UInt8(ascii: " ") { place += 1 }
    guard place < bytes.count else { return nil }
    let byte = bytes[place]
    if FormulaReader.isDigit(byte) { return try number() }
    if FormulaReader.isLetter(byte) {
      let name = word { FormulaReader.isLetter($0) || FormulaReader.isDigit($0) || $0 == UInt8(ascii: ".") }
      return name == "and" || name == "or" ? .sign(name) : .name(name)
    }
    if byte == UInt8(ascii: "'") { return try quoted() }
    for sign in ["<=", ">=", "<>"] where bytes[place...].starts(with: sign.utf8) {
      place += 2
      return .sign(sign)
    }
    guard "+-*/&=<>(),".utf8.contains(byte) else { throw Formula.wrong("sign \(place + 1) means nothing here") }
    place += 1
    return .sign(String(decoding: [byte], as: UTF8.self))
  }

  private mutating func word(while belongs: (UInt8) -> Bool) -> String {
    let start = place
    while place < bytes.count, belongs(bytes[place]) { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private mutating func number() throws -> Word {
    let text = word { FormulaReader.isDigit($0) || $0 == UInt8(ascii: ".") }
    guard let number = Double(text), number.isFinite, text.utf8.count <= 20 else {
      throw Formula.wrong("“\(text.prefix(30))” is no number")
    }
    return .number(number)
  }

  private mutating func quoted() throws -> Word {
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
        return .text(String(decoding: text, as: UTF8.self))
      }
    }
    throw Formula.wrong("a quote is not closed")
  }
}
