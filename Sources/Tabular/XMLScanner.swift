import Kernel

/// Steps through the tags and texts of XML as it is read, in memory that does not grow with it.
///
/// It knows no document types and so no entities but the five of the standard: a file that brings its own is refused.
/// Names are taken without their prefix.
final class XMLScanner {
  enum Token {
    case open, close, text, end
  }

  private static let tagLimit = 1 << 16
  static let textLimit = 1 << 20

  private let source: any ByteReader
  private let file: String
  private var buffer: [UInt8]
  private var position = 0
  private var filled = 0
  /// The inside of the current tag.
  private var tag: [UInt8] = []
  private var name: Range<Int> = 0..<0
  private var closesAtOnce = false
  /// The text met last.
  private(set) var text: [UInt8] = []

  init(_ source: any ByteReader, file: String) {
    self.source = source
    self.file = file
    buffer = [UInt8](repeating: 0, count: 1 << 16)
  }

  /// Whether the current tag has this name, whatever its prefix.
  func isNamed(_ wanted: StaticString) -> Bool { equals(name, wanted) }

  private func equals(_ range: Range<Int>, _ wanted: StaticString) -> Bool {
    guard range.count == wanted.utf8CodeUnitCount else { return false }
    for index in 0..<range.count where tag[range.lowerBound + index] != wanted.utf8Start[index] { return false }
    return true
  }

  /// The next tag or text.
  /// - Throws: `Problem` when this is no XML, or asks for more than XML of a workbook does.
  func next() throws -> Token {
    if closesAtOnce {
      closesAtOnce = false
      return .close
    }
    text.removeAll(keepingCapacity: true)
    while try fill() {
      let byte = buffer[position]
      if byte == UInt8(ascii: "<") {
        if !text.isEmpty { return .text }
        position += 1
        if let token = try readTag() { return token }
      } else if byte == UInt8(ascii: "&") {
        position += 1
        try readEntity()
      } else {
        takeText()
      }
      guard text.count <= XMLScanner.textLimit else { throw wrong }
    }
    return text.isEmpty ? .end : .text
  }

  /// Copies text up to the next tag or entity.
  private func takeText() {
    var end = position
    while end < filled, buffer[end] != UInt8(ascii: "<"), buffer[end] != UInt8(ascii: "&") { end += 1 }
    text.append(contentsOf: buffer[position..<end])
    position = end
  }

  private func fill() throws -> Bool {
    if position < filled { return true }
    position = 0
    filled = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
    return filled > 0
  }

  private func byte() throws -> UInt8 {
    guard try fill() else { throw wrong }
    defer { position += 1 }
    return buffer[position]
  }

  /// Reads a tag after its `<`; nil for what is none: comments, instructions, and text that stands as it is.
  private func readTag() throws -> Token? {
    tag.removeAll(keepingCapacity: true)
    let first = try byte()
    if first == UInt8(ascii: "?") {
      try skip(to: "?>")
      return nil
    }
    if first == UInt8(ascii: "!") {
      try readDeclaration()
      return nil
    }
    var quote: UInt8?
    var next = first
    while quote != nil || next != UInt8(ascii: ">") {
      if next == quote {
        quote = nil
      } else if quote == nil, next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") {
        quote = next
      }
      tag.append(next)
      guard tag.count <= XMLScanner.tagLimit else { throw wrong }
      next = try byte()
    }
    let isClosing = tag.first == UInt8(ascii: "/")
    closesAtOnce = !isClosing && tag.last == UInt8(ascii: "/")
    if closesAtOnce { tag.removeLast() }
    name = wordRange(from: isClosing ? 1 : 0)
    return isClosing ? .close : .open
  }

  private func readDeclaration() throws {
    let first = try byte()
    if first == UInt8(ascii: "-") {
      guard try byte() == UInt8(ascii: "-") else { throw wrong }
      try skip(to: "-->")
    } else if first == UInt8(ascii: "[") {
      for expected in "CDATA[".utf8 {
        guard try byte() == expected else { throw wrong }
      }
      try skip(to: "]]>", keeping: true)
    } else {
      throw wrong
    }
  }

  private func skip(to end: StaticString, keeping: Bool = false) throws {
    let wanted = UnsafeBufferPointer(start: end.utf8Start, count: end.utf8CodeUnitCount)
    var last: [UInt8] = []
    while !last.elementsEqual(wanted) {
      if last.count == wanted.count {
        if keeping { text.append(last[0]) }
        last.removeFirst()
      }
      last.append(try byte())
      guard text.count <= XMLScanner.textLimit else { throw wrong }
    }
  }

  private func readEntity() throws {
    var bytes: [UInt8] = []
    while true {
      let next = try byte()
      if next == UInt8(ascii: ";") { break }
      bytes.append(next)
      guard bytes.count <= 10 else { throw wrong }
    }
    guard let found = XMLScanner.entity(bytes[...]) else { throw wrong }
    text.append(contentsOf: found)
  }

  /// The bytes of `amp`, `#38` or `#x26`.
  private static func entity(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    switch String(decoding: bytes, as: UTF8.self) {
    case "amp": return [0x26]
    case "lt": return [0x3C]
    case "gt": return [0x3E]
    case "quot": return [0x22]
    case "apos": return [0x27]
    default: break
    }
    guard bytes.first == UInt8(ascii: "#") else { return nil }
    let digits = bytes.dropFirst()
    let isHex = digits.first == UInt8(ascii: "x")
    let number = UInt32(String(decoding: isHex ? digits.dropFirst() : digits, as: UTF8.self), radix: isHex ? 16 : 10)
    guard let number, let scalar = Unicode.Scalar(number) else { return nil }
    return Array(String(scalar).utf8)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

  /// The name that begins at a place, without its prefix.
  private func wordRange(from start: Int) -> Range<Int> {
    var begin = start
    var end = start
    while end < tag.count, !XMLScanner.isBlank(tag[end]), tag[end] != UInt8(ascii: "=") {
      if tag[end] == UInt8(ascii: ":") { begin = end + 1 }
      end += 1
    }
    return begin..<end
  }

  /// The bytes of an attribute of the current tag, entities not resolved; nil when it has none of this name.
  func attribute(_ wanted: StaticString) -> ArraySlice<UInt8>? {
    var place = name.upperBound
    while place < tag.count {
      while place < tag.count, XMLScanner.isBlank(tag[place]) { place += 1 }
      let word = wordRange(from: place)
      place = word.upperBound
      while place < tag.count, tag[place] != UInt8(ascii: "\""), tag[place] != UInt8(ascii: "'") { place += 1 }
      guard place < tag.count else { return nil }
      let quote = tag[place]
      let start = place + 1
      place = start
      while place < tag.count, tag[place] != quote { place += 1 }
      if equals(word, wanted) { return tag[start..<place] }
      place += 1
    }
    return nil
  }

  /// An attribute as text, entities resolved.
  func text(of wanted: StaticString) -> String? {
    guard let raw = attribute(wanted) else { return nil }
    guard raw.contains(UInt8(ascii: "&")) else { return String(decoding: raw, as: UTF8.self) }
    var bytes: [UInt8] = []
    var rest = raw
    while let first = rest.popFirst() {
      guard first == UInt8(ascii: "&"), let end = rest.firstIndex(of: UInt8(ascii: ";")),
        let found = XMLScanner.entity(rest[rest.startIndex..<end])
      else {
        bytes.append(first)
        continue
      }
      bytes += found
      rest = rest[(end + 1)...]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An attribute as a whole number that is not negative.
  func number(of wanted: StaticString) -> Int? { attribute(wanted).flatMap { XMLScanner.number($0) } }

  static func number(_ bytes: some Sequence<UInt8>) -> Int? {
    var value = 0
    var digits = 0
    for byte in bytes {
      guard byte >= 48, byte <= 57, digits < 15 else { return nil }
      value = value * 10 + Int(byte - 48)
      digits += 1
    }
    return digits > 0 ? value : nil
  }

  private var wrong: Problem {
    Problem(
      .invalid, field: "file", "“\(file)” is a workbook that cannot be read.",
      mend: "Save it again, or save the sheet as CSV (UTF-8) and send that.")
  }
}
