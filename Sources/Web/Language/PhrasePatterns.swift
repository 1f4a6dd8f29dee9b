/// Finds the sentence with places that a text was made from: `Ran 12 in 30 days` was `Ran {} in 30 days`.
struct PhrasePatterns: Sendable {
  private struct Pattern: Sendable {
    let key: String
    /// The words before, between and after the places.
    let words: [[UInt8]]
    /// How many letters are its own.
    let weight: Int
  }

  /// With fewer letters of its own a pattern says little: its values must be numbers or sentences themselves.
  private static let enough = 9

  /// Patterns by their first letters, those that begin with a place under no letters.
  private var byStart: [[UInt8]: [Pattern]] = [:]

  init(_ keys: some Sequence<String>) {
    for key in keys {
      let phrase = Phrase(key)
      guard !phrase.hasTags, let pattern = PhrasePatterns.pattern(key, phrase) else { continue }
      byStart[PhrasePatterns.start(pattern.words[0]), default: []].append(pattern)
    }
    // The one with the most words of its own is the likeliest.
    for start in byStart.keys {
      byStart[start]?.sort { ($0.weight, $1.key) > ($1.weight, $0.key) }
    }
  }

  private static func start(_ words: [UInt8]) -> [UInt8] { words.count < 3 ? [] : Array(words.prefix(3)) }

  private static func pattern(_ key: String, _ phrase: Phrase) -> Pattern? {
    var words: [[UInt8]] = [[]]
    for mark in phrase.marks {
      switch mark {
      case .words(let text): words[words.count - 1].append(contentsOf: text.utf8)
      case .place: words.append([])
      case .open, .close: return nil
      }
    }
    let weight = words.joined().count { (97...122).contains($0 | 32) }
    // Two places side by side cannot be told apart.
    guard words.count > 1, weight > 1, !words.dropFirst().dropLast().contains([]) else { return nil }
    return Pattern(key: key, words: words, weight: weight)
  }

  /// A value of a text; in quotation marks stands what a person typed, which is nobody's to translate.
  struct Value: Equatable {
    let text: String
    let isQuoted: Bool

    var hasDigit: Bool { text.utf8.contains { (48...57).contains($0) } }
  }

  /// The key and the values that make the text; nil when none does.
  /// - Parameter isSentence: whether a value is a sentence of the catalogue itself.
  func match(_ text: String, isSentence: (String) -> Bool) -> (key: String, values: [Value])? {
    let bytes = Array(text.utf8)
    let starts = bytes.count < 3 ? [[]] : [Array(bytes.prefix(3)), []]
    for start in starts {
      for pattern in byStart[start] ?? [] {
        guard let values = PhrasePatterns.values(pattern.words, in: bytes) else { continue }
        let isSure = pattern.weight >= PhrasePatterns.enough
        if isSure || values.allSatisfy({ $0.isQuoted || $0.hasDigit || isSentence($0.text) }) {
          return (pattern.key, values)
        }
      }
    }
    return nil
  }

  private static func values(_ words: [[UInt8]], in bytes: [UInt8]) -> [Value]? {
    guard let first = words.first, let last = words.last, bytes.count >= first.count + last.count,
      bytes.starts(with: first), bytes.suffix(last.count).elementsEqual(last)
    else { return nil }
    let end = bytes.count - last.count
    var index = first.count
    var values: [Value] = []
    for (place, next) in words.dropFirst().enumerated() {
      let isLast = place == words.count - 2
      guard let found = isLast ? end : position(of: next, in: bytes[index..<end]), found > index else { return nil }
      let isQuoted = words[place].suffix(3).elementsEqual("“".utf8) && next.starts(with: "”".utf8)
      values.append(Value(text: String(decoding: bytes[index..<found], as: UTF8.self), isQuoted: isQuoted))
      index = found + next.count
    }
    return values
  }

  private static func position(of words: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard let head = words.first else { return nil }
    var rest = bytes
    while let found = rest.firstIndex(of: head), bytes.endIndex - found >= words.count {
      if bytes[found...].starts(with: words) { return found }
      rest = bytes[(found + 1)...]
    }
    return nil
  }
}
