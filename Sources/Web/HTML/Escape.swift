/// Escaping on bytes, never on characters: a quote followed by a combining mark is one `Character` that equals no quote.
enum Escape {
  static func append(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { source in
      var clean = 0
      for index in source.indices {
        guard let entity = entity(source[index]) else { continue }
        bytes.append(contentsOf: source[clean..<index])
        entity.withUTF8Buffer { bytes.append(contentsOf: $0) }
        clean = index + 1
      }
      bytes.append(contentsOf: source[clean...])
    }
  }

  private static func entity(_ byte: UInt8) -> StaticString? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    case UInt8(ascii: "`"): "&#96;"
    default: nil
    }
  }

  /// Two decimals at most, `0` for what is not a number: a drawing must not break on one bad point.
  static func append(coordinate value: Double, to bytes: inout [UInt8]) {
    let bounded = value.isFinite ? min(max(value, -1e9), 1e9) : 0
    let hundredths = Int((bounded * 100).rounded())
    if hundredths < 0 { bytes.append(UInt8(ascii: "-")) }
    let magnitude = hundredths.magnitude
    bytes.append(contentsOf: String(magnitude / 100).utf8)
    let rest = UInt8(magnitude % 100)
    guard rest > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    bytes.append(UInt8(ascii: "0") + rest / 10)
    if rest % 10 > 0 { bytes.append(UInt8(ascii: "0") + rest % 10) }
  }
}
