import Crypto
import Foundation
import Kernel

/// What a file holds, as far as it is needed to keep it: its code, its size, and how it begins.
package struct FileDigest: Sendable, Equatable {
  /// SHA-256 in hexadecimal digits.
  package let hash: String
  package let bytes: Int64
  /// The first bytes, at most `headLength`.
  package let head: [UInt8]
  package static let headLength = 8_192

  /// Reads a file once from its beginning to its end.
  /// - Throws: `Problem` when it cannot be read.
  package init(of path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw Problem(.unavailable, field: "file", "The file cannot be read.", mend: "Send it again.")
    }
    defer { try? handle.close() }
    var code = SHA256()
    var count: Int64 = 0
    var head: [UInt8] = []
    while let piece = try handle.read(upToCount: 1 << 18), !piece.isEmpty {
      code.update(data: piece)
      count += Int64(piece.count)
      if head.count < Self.headLength { head += piece.prefix(Self.headLength - head.count) }
    }
    hash = Self.hex(code.finalize())
    bytes = count
    self.head = head
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
