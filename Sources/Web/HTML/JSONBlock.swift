import Foundation

/// JSON that can stand inside a script element: nothing in it can end the element or open a comment.
enum JSONBlock {
  static func append(_ value: some Encodable, to bytes: inout [UInt8]) {
    guard let source = try? encoder.encode(value) else {
      bytes.append(contentsOf: "null".utf8)
      return
    }
    append(source: Array(source), to: &bytes)
  }

  static func append(source: [UInt8], to bytes: inout [UInt8]) {
    let source = Language.current.flatMap { said(source, in: $0) } ?? source
    bytes.reserveCapacity(bytes.count + source.count)
    var index = 0
    while index < source.count {
      switch source[index] {
      case UInt8(ascii: "<"): bytes.append(contentsOf: #"\u003C"#.utf8)
      case UInt8(ascii: ">"): bytes.append(contentsOf: #"\u003E"#.utf8)
      case UInt8(ascii: "&"): bytes.append(contentsOf: #"\u0026"#.utf8)
      case 0xE2 where isLineSeparator(source, at: index):
        bytes.append(contentsOf: (source[index + 2] == 0xA8 ? #"\u2028"# : #"\u2029"#).utf8)
        index += 2
      default: bytes.append(source[index])
      }
      index += 1
    }
  }

  /// The same with its sentences in another language; a word that begins small is a name scripts know.
  private static func said(_ source: [UInt8], in language: Language) -> [UInt8]? {
    guard let value = try? JSONSerialization.jsonObject(with: Data(source), options: .fragmentsAllowed) else {
      return nil
    }
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]
    return (try? JSONSerialization.data(withJSONObject: said(value, nil, language), options: options)).map { Array($0) }
  }

  private static func said(_ value: Any, _ key: String?, _ language: Language) -> Any {
    switch value {
    case let text as String:
      let isName = text.utf8.first.map { (97...122).contains($0) || $0 == UInt8(ascii: "/") } ?? true
      let isShown = key.map(shown.contains) == true || !isName || text.utf8.contains(UInt8(ascii: " "))
      return isShown ? language.words(text) : text
    case let list as [Any]: return list.map { said($0, key, language) }
    case let object as [String: Any]:
      return Dictionary(uniqueKeysWithValues: object.map { ($0.key, said($0.value, $0.key, language)) })
    default: return value
    }
  }

  /// What is always read by people.
  private static let shown: Set<String> = ["label", "title", "word", "words"]

  private static func isLineSeparator(_ source: [UInt8], at index: Int) -> Bool {
    index + 2 < source.count && source[index + 1] == 0x80 && (source[index + 2] == 0xA8 || source[index + 2] == 0xA9)
  }

  // A number that is none becomes "-", which the charts read as a gap.
  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "-", negativeInfinity: "-", nan: "-")
    return encoder
  }
}
