import Kernel

/// Reads what stands in addresses and forms, strictly: a malformed escape or a NUL is refused, never guessed.
package enum Decoding {
  /// The segments of a path, decoded.
  /// - Throws: `Problem` when it has an empty segment, a malformed escape, or a character no path may hold.
  package static func segments(_ path: some StringProtocol) throws -> [String] {
    guard path.utf8.first == UInt8(ascii: "/") else { throw malformed("path") }
    if path.utf8.count == 1 { return [] }
    var parts = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    // One trailing slash is what people type.
    if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
    return try parts.map { part in
      guard !part.isEmpty else { throw Problem(.notFound, "There is nothing at this address.") }
      let text = try decoded(part, plus: false, field: "path")
      guard text != ".", text != "..", !text.utf8.contains(UInt8(ascii: "/")) else { throw malformed("path") }
      return text
    }
  }

  /// The fields of a query or of a form body.
  /// - Throws: `Problem` when there are more than 2,000, or one is malformed.
  package static func fields(_ text: some Sequence<UInt8>, field: String) throws -> Fields {
    var fields = Fields()
    let pairs = Array(text).split(separator: UInt8(ascii: "&"))
    guard pairs.count <= 2_000 else { throw malformed(field) }
    for pair in pairs {
      let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = try decoded(sides[0], plus: true, field: field)
      fields.add(name, sides.count > 1 ? try decoded(sides[1], plus: true, field: name) : "")
    }
    return fields
  }

  private static func decoded(_ bytes: some Collection<UInt8>, plus: Bool, field: String) throws -> String {
    let isPlain = bytes.allSatisfy { $0 != UInt8(ascii: "%") && $0 != 0 && !(plus && $0 == UInt8(ascii: "+")) }
    if isPlain {
      guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed(field) }
      return text
    }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var rest = bytes.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else {
          throw malformed(field)
        }
        result.append(high << 4 | low)
      case UInt8(ascii: "+") where plus: result.append(UInt8(ascii: " "))
      default: result.append(byte)
      }
    }
    guard !result.contains(0), let text = String(validating: result, as: UTF8.self) else { throw malformed(field) }
    return text
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
  }

  private static func malformed(_ field: String) -> Problem {
    Problem(.malformed, field: field, "The address or form is malformed.", mend: "Send it percent-encoded in UTF-8.")
  }
}
