/// The string literals of a Swift file, with the places of what is interpolated: enough of the grammar to find every
/// sentence the source says.
struct SwiftLiterals {
  struct Literal {
    var bytes: [UInt8] = []
    /// Empty ranges of `bytes`, where something is interpolated.
    var values: [Range<Int>] = []
    let line: Int
    /// The code of the line before it.
    let before: String
  }

  private let source: [UInt8]
  private var index = 0
  private var line = 1
  private(set) var literals: [Literal] = []

  init(_ source: String) {
    self.source = Array(source.utf8)
    code(untilParenthesis: false)
  }

  private func at(_ offset: Int = 0) -> UInt8? {
    index + offset < source.count ? source[index + offset] : nil
  }

  private func starts(_ text: String) -> Bool { source[index...].starts(with: text.utf8) }

  private mutating func step(_ count: Int = 1) {
    for _ in 0..<count where index < source.count {
      if source[index] == UInt8(ascii: "\n") { line += 1 }
      index += 1
    }
  }

  private mutating func code(untilParenthesis: Bool) {
    var depth = 0
    while let byte = at() {
      if starts("//") {
        while let next = at(), next != UInt8(ascii: "\n") { step() }
      } else if starts("/*") {
        while index < source.count, !starts("*/") { step() }
        step(2)
      } else if byte == UInt8(ascii: "\"") {
        literal(hashes: 0)
      } else if byte == UInt8(ascii: "#"), let hashes = rawHashes {
        step(hashes)
        literal(hashes: hashes)
      } else {
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") {
          if depth == 0, untilParenthesis { return }
          depth -= 1
        }
        step()
      }
    }
  }

  private var rawHashes: Int? {
    var count = 0
    while at(count) == UInt8(ascii: "#") { count += 1 }
    return at(count) == UInt8(ascii: "\"") ? count : nil
  }

  private var codeBefore: String {
    let start = source[..<index].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return String(decoding: source[start..<index], as: UTF8.self)
  }

  private mutating func literal(hashes: Int) {
    let isLong = starts("\"\"\"")
    var found = Literal(line: line, before: codeBefore)
    step(isLong ? 3 : 1)
    let end = (isLong ? "\"\"\"" : "\"") + String(repeating: "#", count: hashes)
    let escape = "\\" + String(repeating: "#", count: hashes)
    if isLong { step() }
    while index < source.count, !starts(end) {
      if starts(escape) {
        step(escape.utf8.count)
        escaped(isLong, &found)
      } else if let byte = at() {
        found.bytes.append(byte)
        step()
      }
    }
    step(end.utf8.count)
    literals.append(found)
  }

  private mutating func escaped(_ isLong: Bool, _ found: inout Literal) {
    guard let byte = at() else { return }
    switch byte {
    case UInt8(ascii: "("):
      step()
      found.values.append(found.bytes.count..<found.bytes.count)
      code(untilParenthesis: true)
      step()
    case UInt8(ascii: "u"):
      step(2)
      var digits: [UInt8] = []
      while let next = at(), next != UInt8(ascii: "}") {
        digits.append(next)
        step()
      }
      step()
      let scalar = UInt32(String(decoding: digits, as: UTF8.self), radix: 16).flatMap(Unicode.Scalar.init)
      if let scalar { found.bytes.append(contentsOf: String(Character(scalar)).utf8) }
    case UInt8(ascii: "\n"):
      // A line that goes on: the next one's indentation is no text.
      step()
      while at() == UInt8(ascii: " ") { step() }
    default:
      found.bytes.append(byte == UInt8(ascii: "n") ? 10 : byte)
      step()
    }
  }
}
