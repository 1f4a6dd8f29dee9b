import Foundation
import Kernel

/// Text taken apart for searching: folded words of letters and digits.
package enum Words {
  /// The words of a text, in their order: without case and accents, `ü` as `ue`; an apostrophe joins, anything else that
  /// is no letter or digit parts.
  package static func of(_ text: String) -> [String] { split(folded(text)) }

  /// The words a text is found by: its own, and those in which accents are only left out, so that `Müller` stands under
  /// `mueller` and under `muller`.
  package static func keys(of text: String) -> [String] {
    let words = of(text)
    guard !isPlain(text) else { return words }
    return words + split(plain(text)).filter { !words.contains($0) }
  }

  /// As `Text.folded`, without its work where there is nothing but ASCII.
  package static func folded(_ text: String) -> String { isPlain(text) ? lowered(text) : Text.folded(text) }

  /// Only the digits of a text.
  package static func digits(_ text: String) -> String {
    String(decoding: text.utf8.filter { 48...57 ~= $0 }, as: UTF8.self)
  }

  /// Only the letters and digits of a text, folded: a number as anybody writes it.
  package static func number(_ text: String) -> String { of(text).joined() }

  private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 128 } }

  private static func lowered(_ text: String) -> String {
    String(decoding: text.utf8.map { 65...90 ~= $0 ? $0 + 32 : $0 }, as: UTF8.self)
  }

  /// Accents left out, `ü` as `u`.
  private static func plain(_ text: String) -> String {
    let bare = text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars
      .filter { $0.properties.generalCategory != .nonspacingMark }
    return String(String.UnicodeScalarView(bare)).replacing("ø", with: "o").replacing("ß", with: "ss")
  }

  private static func split(_ folded: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    for scalar in folded.unicodeScalars {
      if isPart(scalar) {
        word.append(scalar)
      } else if scalar != "'" && scalar != "’", !word.isEmpty {
        words.append(String(word))
        word = String.UnicodeScalarView()
      }
    }
    if !word.isEmpty { words.append(String(word)) }
    return words
  }

  private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 128 else {
      return 97...122 ~= scalar.value || 48...57 ~= scalar.value || 65...90 ~= scalar.value
    }
    let properties = scalar.properties
    return properties.isAlphabetic || properties.numericType != nil || properties.generalCategory == .nonspacingMark
      || properties.generalCategory == .spacingMark
  }
}

extension String {
  /// The first word after all words that begin with this one, by their bytes.
  var afterAllThatBeginWithIt: String { self + "\u{10FFFF}" }
}
