import Foundation
import Synchronization

/// A language the pages can be written in, from a catalogue of the sentences of the product.
///
/// English stands in the source. While `Language.current` is another language, every literal of a page is looked up
/// with its values as places (`Ran {} in 30 days`), and so is what `\(words:)` interpolates.
package final class Language: Sendable {
  /// As in the `lang` attribute: `de`.
  package let code: String
  private let catalogue: [String: String]
  private let phrases: [String: Phrase]
  private let patterns: PhrasePatterns
  private let known = Mutex<[String: String]>([:])
  private let unknown = Mutex<Set<String>>([])
  /// Told once of every sentence that has no translation; a sentence of `\(words:)` may hold what a person typed.
  package let onMissing: (@Sendable (String) -> Void)?

  /// What can be chosen, with what each calls itself; every one but English has a catalogue.
  package static let offered = [("en", "English"), ("de", "Deutsch")]

  /// The language of the page that is being written; nil is English.
  @TaskLocal package static var current: Language?

  /// - Parameter catalogue: the English sentences with their translations.
  package init(
    code: String, catalogue: [String: String], onMissing: (@Sendable (String) -> Void)? = nil
  ) {
    self.code = code
    self.onMissing = onMissing
    self.catalogue = catalogue
    phrases = catalogue.mapValues { Phrase($0) }
    patterns = PhrasePatterns(catalogue.keys)
  }

  /// - Parameter file: the catalogue as a JSON object.
  package convenience init(
    code: String, file: [UInt8], onMissing: (@Sendable (String) -> Void)? = nil
  ) throws {
    let catalogue = try JSONDecoder().decode([String: String].self, from: Data(file))
    self.init(code: code, catalogue: catalogue, onMissing: onMissing)
  }

  /// English words in this language; as they are where the catalogue has none.
  package func words(_ english: String) -> String {
    // A sentence of a script comes with its places.
    if let exact = catalogue[english] { return exact }
    if let known = known.withLock({ $0[english] }) { return known }
    let said = said(english, depth: 0)
    if said == nil { miss(english) }
    known.withLock { known in
      // What people typed passes here too, so it does not grow for ever.
      if known.count >= 4_096 { known.removeAll() }
      known[english] = said ?? english
    }
    return said ?? english
  }

  private func said(_ english: String, depth: Int) -> String? {
    if let plain = phrases[english]?.plain ?? phrases[english.sentenceCased]?.plain { return plain }
    guard depth < 4, let (key, values) = patterns.match(english, isSentence: { phrases[$0]?.plain != nil }),
      let phrase = phrases[key]
    else { return nil }
    var text = ""
    for mark in phrase.marks {
      switch mark {
      case .words(let words): text += words
      case .place(let number):
        guard values.indices.contains(number) else { return nil }
        let value = values[number]
        text += value.isQuoted ? value.text : said(value.text, depth: depth + 1) ?? value.text
      case .open, .close: return nil
      }
    }
    return text
  }

  /// A piece of markup with its sentences in this language.
  /// - Parameter values: where in it the values stand, ascending.
  package func markup(_ bytes: [UInt8], values: [Range<Int>]) -> [UInt8] {
    // What a tag inside a sentence says is found before the sentence, and said with it.
    let sentences = Passages(bytes, values: values).found.compactMap { Sentence($0, in: bytes) }
      .sorted { $0.range.lowerBound < $1.range.lowerBound }
    guard !sentences.isEmpty else { return bytes }
    var written: [UInt8] = []
    written.reserveCapacity(bytes.count + 64)
    var done = 0
    for sentence in sentences where sentence.range.lowerBound >= done {
      guard let phrase = phrases[sentence.key] else {
        miss(sentence.key)
        continue
      }
      written.append(contentsOf: bytes[done..<sentence.range.lowerBound])
      append(phrase, of: sentence, in: bytes, values, to: &written)
      done = sentence.range.upperBound
    }
    written.append(contentsOf: bytes[done...])
    return written
  }

  /// A tag inside a sentence, with what its attributes say.
  private func tag(_ bytes: [UInt8], _ range: Range<Int>, _ values: [Range<Int>]) -> [UInt8] {
    let inside = values.filter { $0.lowerBound >= range.lowerBound && $0.upperBound <= range.upperBound }
    return markup(
      Array(bytes[range]),
      values: inside.map { ($0.lowerBound - range.lowerBound)..<($0.upperBound - range.lowerBound) })
  }

  private func append(
    _ phrase: Phrase, of sentence: Sentence, in bytes: [UInt8], _ values: [Range<Int>], to written: inout [UInt8]
  ) {
    var used: [String: Int] = [:]
    for mark in phrase.marks {
      switch mark {
      case .words(let words): Escape.append(words, to: &written)
      case .place(let number):
        if sentence.values.indices.contains(number) { written.append(contentsOf: bytes[sentence.values[number]]) }
      case .open(let name):
        let index = used[name, default: 0]
        used[name] = index + 1
        if let tags = sentence.tags[name], tags.indices.contains(index) {
          written.append(contentsOf: tag(bytes, tags[index], values))
        }
      case .close(let name): written.append(contentsOf: "</\(name)>".utf8)
      }
    }
  }

  private func miss(_ sentence: String) {
    guard let onMissing, sentence.utf8.count(where: { (97...122).contains($0 | 32) }) >= 2 else { return }
    let isNew = unknown.withLock { $0.count < 20_000 && $0.insert(sentence).inserted }
    if isNew { onMissing(sentence) }
  }
}

extension String {
  /// The English words in the language of the page that is being written.
  package var translated: String { Language.current?.words(self) ?? self }
}

extension String {
  /// With a capital letter at the start.
  package var sentenceCased: String { prefix(1).uppercased() + dropFirst() }
}
