/// Which addresses a page may link or send to.
package enum Address {
  /// Web, mail and telephone addresses, second factors to be taken over, and places on this site. Anything a browser would read as another host or as
  /// a script is refused: it drops tabs and line ends and takes `\` for `/`, so those decide too.
  package static func isSafe(_ url: String) -> Bool {
    let bytes = Array(url.utf8)
    guard let first = bytes.first, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return false }
    if isLocal(bytes) || first == UInt8(ascii: "#") || first == UInt8(ascii: "?") { return true }
    return schemes.contains { scheme in
      bytes.count > scheme.count && zip(bytes, scheme).allSatisfy { lowercased($0) == $1 }
    }
  }

  /// A path on this site: one `/`, not followed by another or by `\`. The only place a redirect may go to.
  package static func isLocal(_ url: String) -> Bool {
    let bytes = Array(url.utf8)
    return isLocal(bytes) && !bytes.contains { $0 < 0x20 || $0 == 0x7F }
  }

  private static func isLocal(_ bytes: [UInt8]) -> Bool {
    guard bytes.first == UInt8(ascii: "/") else { return false }
    guard bytes.count > 1 else { return true }
    return bytes[1] != UInt8(ascii: "/") && bytes[1] != UInt8(ascii: "\\")
  }

  private static let schemes = ["https://", "http://", "mailto:", "tel:", "otpauth://"].map { Array($0.utf8) }

  private static func lowercased(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

  /// A path with a query, both percent-encoded where they must be. Parameters with empty values are left out.
  package static func path(_ path: String, _ parameters: [(String, String)]) -> String {
    let pairs = parameters.filter { !$0.1.isEmpty }.map { "\(encoded($0.0))=\(encoded($0.1))" }
    return pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))"
  }

  /// Text as it stands in a query: letters, digits and `-._~` as they are, every other byte as `%XX`.
  package static func encoded(_ text: String) -> String {
    var result: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126: result.append(byte)
      default: result.append(contentsOf: [37, hex[Int(byte >> 4)], hex[Int(byte & 15)]])
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static let hex = Array("0123456789ABCDEF".utf8)
}
