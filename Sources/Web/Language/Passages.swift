/// The texts of a piece of markup as a translator sees them: whole sentences with places for values and with the tags
/// that stand inside a sentence. What a source file says in a literal and what a page says at run time come out alike.
package struct Passages {
  /// A part of a sentence.
  package struct Token: Equatable {
    package enum Kind: Equatable {
      case words, value
      case open(String)
      case close(String)
    }
    package let kind: Kind
    package internal(set) var range: Range<Int>
  }

  private let bytes: [UInt8]
  /// Where the values stand that were put between the literals, in order.
  private let values: [Range<Int>]
  private var nextValue = 0
  private var open: [Token] = []
  package private(set) var found: [[Token]] = []

  /// - Parameter values: ranges of `bytes`, ascending; an empty one marks a place in a source file.
  package init(_ bytes: [UInt8], values: [Range<Int>]) {
    self.bytes = bytes
    self.values = values
    scan()
  }

  /// Tags that a sentence goes through; every other one ends it.
  private static let inline: Set<String> = ["a", "abbr", "b", "code", "em", "kbd", "mark", "strong", "time"]
  /// Elements whose content is no text for people, or is to be typed as it stands.
  private static let verbatim: Set<String> = ["script", "style", "svg", "textarea"]
  /// Attributes that people read or hear.
  private static let spoken: Set<String> = ["alt", "aria-label", "data-label", "placeholder", "title"]

  static func isSpoken(_ attribute: StaticString) -> Bool { spoken.contains(attribute.description) }

  private mutating func scan() {
    var index = 0
    if startsWithAttribute { index = attributes(from: 0) }
    while index < bytes.count || isValue(at: index) {
      if let end = takeValue(at: index) {
        open.append(Token(kind: .value, range: index..<end))
        index = end
      } else if bytes[index] == UInt8(ascii: "<"), let tag = tagName(at: index) {
        index = element(tag, at: index)
      } else {
        extendWords(at: index)
        index += 1
      }
    }
    flush()
  }

  private func isValue(at index: Int) -> Bool { nextValue < values.count && values[nextValue].lowerBound == index }

  private mutating func takeValue(at index: Int) -> Int? {
    guard isValue(at: index) else { return nil }
    defer { nextValue += 1 }
    return values[nextValue].upperBound
  }

  private mutating func extendWords(at index: Int) {
    if let last = open.last, last.kind == .words, last.range.upperBound == index {
      open[open.count - 1].range = last.range.lowerBound..<(index + 1)
    } else {
      open.append(Token(kind: .words, range: index..<(index + 1)))
    }
  }

  private mutating func flush() {
    if open.contains(where: { $0.kind == .words }) { found.append(open) }
    open.removeAll(keepingCapacity: true)
  }

  /// A piece that continues a tag begun elsewhere: ` class="…"`.
  private var startsWithAttribute: Bool {
    guard bytes.first == UInt8(ascii: " ") else { return false }
    var index = 1
    while index < bytes.count, Passages.isNameByte(bytes[index]) { index += 1 }
    return index > 1 && index + 1 < bytes.count && bytes[index] == UInt8(ascii: "=")
      && bytes[index + 1] == UInt8(ascii: "\"")
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
  }

  private func tagName(at index: Int) -> (name: String, isClosing: Bool, end: Int)? {
    var start = index + 1
    guard start < bytes.count else { return nil }
    let isClosing = bytes[start] == UInt8(ascii: "/")
    if isClosing { start += 1 }
    if start < bytes.count, bytes[start] == UInt8(ascii: "!") { start += 1 }
    var end = start
    while end < bytes.count, Passages.isNameByte(bytes[end]) { end += 1 }
    guard end > start else { return nil }
    return (String(decoding: bytes[start..<end], as: UTF8.self).lowercased(), isClosing, end)
  }

  /// Goes over a tag, and over what is inside where that is no text.
  private mutating func element(_ tag: (name: String, isClosing: Bool, end: Int), at index: Int) -> Int {
    // A value inside the name of a tag is no place in a sentence.
    while nextValue < values.count, values[nextValue].lowerBound < tag.end { nextValue += 1 }
    let isInline = Passages.inline.contains(tag.name)
    if !isInline { flush() }
    let kept = open
    open = []
    let end = attributes(from: tag.end)
    open = kept
    if isInline {
      open.append(Token(kind: tag.isClosing ? .close(tag.name) : .open(tag.name), range: index..<end))
      return end
    }
    guard !tag.isClosing, Passages.verbatim.contains(tag.name) else { return end }
    return afterClosing(tag.name, from: end)
  }

  private mutating func afterClosing(_ name: String, from start: Int) -> Int {
    var index = start
    while index < bytes.count || isValue(at: index) {
      if let end = takeValue(at: index) {
        index = end
        continue
      }
      if bytes[index] == UInt8(ascii: "<"), let tag = tagName(at: index), tag.isClosing, tag.name == name {
        return index
      }
      index += 1
    }
    return index
  }

  /// Goes to the end of a tag, taking up what its attributes say; the end of the piece ends the tag too.
  private mutating func attributes(from start: Int) -> Int {
    var index = start
    var nameStart: Int?
    while index < bytes.count || isValue(at: index) {
      if let end = takeValue(at: index) {
        (index, nameStart) = (end, nil)
        continue
      }
      let byte = bytes[index]
      if byte == UInt8(ascii: ">") { return index + 1 }
      if Passages.isNameByte(byte) {
        if nameStart == nil { nameStart = index }
      } else if byte == UInt8(ascii: "\"") {
        let name = nameStart.map { String(decoding: bytes[$0..<max($0, index - 1)], as: UTF8.self) } ?? ""
        index = quoted(from: index + 1, isSpoken: Passages.spoken.contains(name))
        nameStart = nil
        continue
      } else if byte != UInt8(ascii: "=") {
        nameStart = nil
      }
      index += 1
    }
    return index
  }

  private mutating func quoted(from start: Int, isSpoken: Bool) -> Int {
    var index = start
    while index < bytes.count || isValue(at: index) {
      if let end = takeValue(at: index) {
        if isSpoken { open.append(Token(kind: .value, range: index..<end)) }
        index = end
        continue
      }
      if bytes[index] == UInt8(ascii: "\"") { break }
      if isSpoken { extendWords(at: index) }
      index += 1
    }
    if isSpoken { flush() }
    return min(index + 1, bytes.count)
  }
}
