/// A sentence found in a piece of markup, without what only surrounds it, ready to be looked up.
package struct Sentence {
  /// As a catalogue has it.
  package let key: String
  /// What of the markup it is.
  let range: Range<Int>
  /// Where its values stand.
  let values: [Range<Int>]
  /// Its opening tags with their attributes, by name, in order.
  let tags: [String: [Range<Int>]]

  /// - Returns: nil when there is nothing to be said in another language: no two letters.
  package init?(_ tokens: [Passages.Token], in bytes: [UInt8]) {
    var tokens = tokens
    while let shorter = Sentence.trimmed(tokens, bytes) { tokens = shorter }
    guard let first = tokens.first, let last = tokens.last else { return nil }
    var key: [UInt8] = []
    var letters = 0
    var values: [Range<Int>] = []
    var tags: [String: [Range<Int>]] = [:]
    for token in tokens {
      switch token.kind {
      case .words:
        letters += bytes[token.range].count { ($0 | 32) >= 97 && ($0 | 32) <= 122 }
        Sentence.append(bytes[token.range], to: &key)
      case .value:
        key.append(contentsOf: "{}".utf8)
        values.append(token.range)
      case .open(let name):
        key.append(contentsOf: "<\(name)>".utf8)
        tags[name, default: []].append(token.range)
      case .close(let name): key.append(contentsOf: "</\(name)>".utf8)
      }
    }
    guard letters >= 2 else { return nil }
    self.key = String(decoding: key, as: UTF8.self)
    range = first.range.lowerBound..<last.range.upperBound
    self.values = values
    self.tags = tags
  }

  /// Words as a catalogue has them: one space for any, and no escapes.
  private static func append(_ words: ArraySlice<UInt8>, to key: inout [UInt8]) {
    var index = words.startIndex
    while index < words.endIndex {
      let byte = words[index]
      if isSpace(byte) {
        if key.last != UInt8(ascii: " ") { key.append(UInt8(ascii: " ")) }
        index += 1
      } else if byte == UInt8(ascii: "&"), let (plain, length) = entity(words[index...]) {
        key.append(plain)
        index += length
      } else {
        key.append(byte)
        index += 1
      }
    }
  }

  private static func entity(_ bytes: ArraySlice<UInt8>) -> (UInt8, length: Int)? {
    for (written, plain) in [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] as [(String, Unicode.Scalar)]
    where bytes.starts(with: written.utf8) {
      return (UInt8(ascii: plain), written.utf8.count)
    }
    return nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private static func isWordByte(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte >= 128 || (48...57).contains(byte) || (97...122).contains(byte | 32)
  }

  /// The tokens without one that only surrounds the sentence; nil when there is none.
  private static func trimmed(_ tokens: [Passages.Token], _ bytes: [UInt8]) -> [Passages.Token]? {
    guard let first = tokens.first, let last = tokens.last else { return nil }
    if first.kind == .words {
      let inner = bytes[first.range].drop(while: isSpace)
      if inner.count < first.range.count {
        let rest = Passages.Token(kind: .words, range: inner.startIndex..<first.range.upperBound)
        return (inner.isEmpty ? [] : [rest]) + tokens.dropFirst()
      }
    }
    if last.kind == .words {
      let inner = bytes[last.range].prefix { _ in true }.reversed().drop(while: isSpace)
      if inner.count < last.range.count {
        let rest = Passages.Token(
          kind: .words, range: last.range.lowerBound..<(last.range.lowerBound + inner.count))
        return tokens.dropLast() + (inner.isEmpty ? [] : [rest])
      }
    }
    if isBeside(first, tokens.dropFirst().first.map { ($0, bytes[$0.range].first) }) {
      return Array(tokens.dropFirst())
    }
    if isBeside(last, tokens.dropLast().last.map { ($0, bytes[$0.range].last) }) { return Array(tokens.dropLast()) }
    return withoutOuterTags(tokens)
  }

  /// Whether a value at the edge belongs to the sentence or only stands close to it, as an icon does.
  private static func isBeside(_ edge: Passages.Token, _ next: (token: Passages.Token, byte: UInt8?)?) -> Bool {
    guard edge.kind == .value else { return false }
    guard let next else { return true }
    return next.token.kind == .value || next.token.kind == .words && isWordByte(next.byte)
  }

  private static func withoutOuterTags(_ tokens: [Passages.Token]) -> [Passages.Token]? {
    guard let first = tokens.first, let last = tokens.last else { return nil }
    if case .close = first.kind { return Array(tokens.dropFirst()) }
    if case .open = last.kind { return Array(tokens.dropLast()) }
    if case .open(let name) = first.kind {
      var depth = 0
      for (index, token) in tokens.enumerated() {
        if token.kind == .open(name) { depth += 1 }
        if token.kind == .close(name) { depth -= 1 }
        guard depth == 0 else { continue }
        return index == tokens.count - 1 ? Array(tokens.dropFirst().dropLast()) : unbalancedEnd(tokens)
      }
      return Array(tokens.dropFirst())
    }
    return unbalancedEnd(tokens)
  }

  /// A closing tag at the end whose opening one is not in the sentence.
  private static func unbalancedEnd(_ tokens: [Passages.Token]) -> [Passages.Token]? {
    guard case .close(let name)? = tokens.last?.kind else { return nil }
    let opened = tokens.count { $0.kind == .open(name) }
    let closed = tokens.count { $0.kind == .close(name) }
    return closed > opened ? Array(tokens.dropLast()) : nil
  }
}
