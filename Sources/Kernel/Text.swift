import Foundation

/// The edge rules for text from outside, in one place: NFC, no control characters, a length.
public enum Text {
  /// One line of text as a person types it: trimmed, NFC, no control characters.
  /// - Parameter limit: the longest accepted, in UTF-8 bytes.
  /// - Throws: `Problem` naming `field`.
  public static func line(_ raw: String, field: String, limit: Int = 200, required: Bool = true) throws -> String {
    let text = try clean(raw, field: field, limit: limit, multiline: false)
    guard !required || !text.isEmpty else {
      throw Problem(.invalid, field: field, "This must not be empty.", mend: "Fill it in.")
    }
    return text
  }

  /// Text of several lines: as `line`, but tabs and line ends may stay (CRLF becomes LF).
  public static func block(_ raw: String, field: String, limit: Int = 10_000) throws -> String {
    try clean(raw, field: field, limit: limit, multiline: true)
  }

  private static func clean(_ raw: String, field: String, limit: Int, multiline: Bool) throws -> String {
    guard raw.utf8.count <= limit * 4 else { throw tooLong(field, limit) }
    // Most of what is typed is one line of ASCII, which is composed as it is.
    if raw.utf8.allSatisfy({ 0x20..<0x7F ~= $0 }) { return try trimmed(raw, field: field, limit: limit) }
    var scalars = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in raw.unicodeScalars {
      defer { previous = scalar }
      if scalar.value >= 0x20 && scalar.value != 0x7F && !(0x80...0x9F).contains(scalar.value) {
        scalars.append(scalar)
      } else if multiline && scalar == "\r" {
        scalars.append("\n")
      } else if multiline && scalar == "\n" {
        if previous != "\r" { scalars.append("\n") }
      } else if multiline && scalar == "\t" {
        scalars.append("\t")
      } else {
        throw Problem(
          .invalid, field: field, "There is a control character (U+\(String(scalar.value, radix: 16))) in it.",
          mend: "Remove it and try again.")
      }
    }
    let text = String(scalars).precomposedStringWithCanonicalMapping
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard text.utf8.count <= limit else { throw tooLong(field, limit) }
    return text
  }

  /// - Parameter line: printable ASCII.
  private static func trimmed(_ line: String, field: String, limit: Int) throws -> String {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 }
    let bytes = line.utf8.drop(while: isSpace)
    let kept = bytes.lastIndex { !isSpace($0) }.map { bytes[...$0] } ?? bytes.prefix(0)
    guard kept.count <= limit else { throw tooLong(field, limit) }
    return kept.count == line.utf8.count ? line : String(Substring(kept))
  }

  private static func tooLong(_ field: String, _ limit: Int) -> Problem {
    Problem(.invalid, field: field, "This is longer than \(limit) bytes.", mend: "Shorten it.")
  }

  /// The form names are searched and compared in: no accents, no case, `ü` as `ue`, `ß` as `ss`.
  public static func folded(_ text: String) -> String {
    // Most names are plain ASCII, where all that is left is case, and two marks that Unicode counts among the accents.
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      return String(
        decoding: text.utf8.lazy.filter { $0 != 0x5E && $0 != 0x60 }.map { 65...90 ~= $0 ? $0 + 32 : $0 }, as: UTF8.self
      )
    }
    var expanded = String.UnicodeScalarView()
    for scalar in text.precomposedStringWithCanonicalMapping.lowercased().unicodeScalars {
      switch scalar {
      case "ä": expanded.append(contentsOf: "ae".unicodeScalars)
      case "ö", "ø", "œ": expanded.append(contentsOf: "oe".unicodeScalars)
      case "ü": expanded.append(contentsOf: "ue".unicodeScalars)
      case "ß": expanded.append(contentsOf: "ss".unicodeScalars)
      case "å": expanded.append(contentsOf: "aa".unicodeScalars)
      case "æ": expanded.append(contentsOf: "ae".unicodeScalars)
      default: expanded.append(scalar)
      }
    }
    let stripped = String(expanded).decomposedStringWithCanonicalMapping.unicodeScalars
      .filter { !$0.properties.isDiacritic && $0.properties.generalCategory != .nonspacingMark }
    return String(String.UnicodeScalarView(stripped))
  }
}
