import Kernel
import Store

/// What somebody typed to find something: words that must all be met, each in one of several spellings.
package struct SearchQuery: Sendable, Equatable {
  /// One thing that must be met.
  struct Wanted: Sendable, Equatable {
    /// What a word may begin with.
    let beginnings: [String]
    /// The word itself, where how it sounds and one wrong letter may be forgiven.
    let word: String?
  }

  package let text: String
  let wanted: [Wanted]
  /// The number of a record, when that is what was typed.
  let number: Int64?

  /// - Parameter text: at most eight words of it count.
  package init(_ text: String) {
    let text = String(text.unicodeScalars.prefix(200))
    self.text = text
    let trimmed = text.utf8.filter { $0 != 32 && $0 != UInt8(ascii: "#") }
    number = Int64(String(decoding: trimmed, as: UTF8.self)).flatMap { $0 > 0 ? $0 : nil }
    if let phone = SearchQuery.phone(text) {
      wanted = [phone]
    } else {
      let pieces = text.split { $0 == " " || $0 == "\t" || $0 == "," || $0 == ";" || $0.isNewline }
      wanted = Array(pieces.flatMap { SearchQuery.wanted(String($0)) }.prefix(8))
    }
  }

  package var isEmpty: Bool { wanted.isEmpty && number == nil }

  /// Digits with what people write between them are one number, of a telephone or of another system.
  private static func phone(_ text: String) -> Wanted? {
    let digits = Words.digits(text)
    guard digits.utf8.count > 2, text.utf8.allSatisfy({ 48...57 ~= $0 || " +-()/.#".utf8.contains($0) }) else {
      return nil
    }
    var beginnings = [digits, String(digits.utf8.drop { $0 == 48 }) ?? digits]
    if let phone = PhoneNumber(text) { beginnings += phone.keys }
    return Wanted(beginnings: unique(beginnings.filter { !$0.isEmpty }), word: nil)
  }

  private static func wanted(_ piece: String) -> [Wanted] {
    let folded = Words.folded(piece)
    let words = Words.of(piece)
    if folded.utf8.contains(UInt8(ascii: "@")) {
      let bare = folded.utf8.first == UInt8(ascii: "@") ? String(folded.dropFirst()) : folded
      return bare.isEmpty ? [] : [Wanted(beginnings: [bare], word: nil)]
    }
    guard let first = words.first else { return [] }
    if words.count > 1, folded.utf8.contains(where: { 48...57 ~= $0 }) {
      return [Wanted(beginnings: [words.joined()], word: nil)]
    }
    if words.count > 1, folded.utf8.contains(UInt8(ascii: ".")) {
      return [Wanted(beginnings: unique([folded, first]), word: nil)]
    }
    return words.map { word in
      let plain = Words.keys(of: piece).filter { words.count == 1 && $0 != word }
      return Wanted(beginnings: [word] + plain, word: word)
    }
  }

  private static func unique(_ all: [String]) -> [String] {
    var seen: Set<String> = []
    return all.filter { seen.insert($0).inserted }
  }
}

extension SearchQuery {
  /// How well a text meets what was wanted; each step is worse than the one before.
  enum Quality: Int, Comparable {
    case typo = 1, sound, beginning, exact

    static func < (left: Quality, right: Quality) -> Bool { left.rawValue < right.rawValue }
  }

  /// How well a record meets the words, and the field that met the first; nil unless every word is met.
  /// - Parameter fields: those the actor may read.
  func match(_ texts: RecordTexts, _ source: SearchSource, fields: Set<String>) -> (score: Int, field: String)? {
    let readable = texts.all.filter { fields.contains($0.field) }
    let title = readable.first?.field
    let words = readable.map { ($0.field, SearchIndex.keys($0.text, source.kind(of: $0.field))) }
    var score = 0
    var field: String?
    for one in wanted {
      var best: (quality: Quality, field: String)?
      for (name, keys) in words {
        guard let quality = SearchQuery.quality(one, keys, isName: source.kind(of: name) == .name) else { continue }
        if best.map({ quality > $0.quality }) ?? true { best = (quality, name) }
      }
      guard let best else { return nil }
      score += best.quality.rawValue * 10 + (best.field == title ? 3 : 0)
      if field == nil { field = best.field }
    }
    // Of two that are met alike the one with fewer other words is meant.
    let spare = words.first.map { max(0, $0.1.count - wanted.count) } ?? 0
    return field.map { (score * 8 - min(spare, 7), $0) }
  }

  private static func quality(_ wanted: Wanted, _ keys: [String], isName: Bool) -> Quality? {
    var best: Quality?
    for key in keys {
      if wanted.beginnings.contains(key) { return .exact }
      if wanted.beginnings.contains(where: { key.utf8.starts(with: $0.utf8) }) { best = .beginning }
    }
    guard best == nil, isName, let word = wanted.word else { return best }
    let sound = Sound(word)
    for key in keys {
      if let sound, let other = Sound(key), sound.german == other.german || sound.english == other.english {
        return .sound
      }
      if word.unicodeScalars.count > 4, Spelling.isOneLetterOff(word, key) { best = .typo }
    }
    return best
  }
}
