import Kernel

/// Someone who works in the company and signs in.
package struct User: Sendable, Equatable, Codable {
  package let id: ID<User>
  package let email: String
  package let name: String
  package let role: Role.Code
  /// The team that customers they make belong to.
  package let team: Int64?
  package let createdAt: Instant
  package let disabledAt: Instant?

  /// An address in the form it is looked up by: ASCII letters in lower case, nothing else changed.
  package static func address(_ text: String) throws -> String {
    let line = try Text.line(text, field: "email", limit: 254)
    let bytes = line.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
    let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !bytes.contains(UInt8(ascii: " ")) else {
      throw Problem(.invalid, field: "email", "This is not an e-mail address.", mend: "Write it as name@example.com.")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
