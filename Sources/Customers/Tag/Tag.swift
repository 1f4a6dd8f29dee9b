import Kernel
import Records

/// A word the whole company marks records with.
package struct Tag: Sendable, Equatable, Codable {
  /// The colour it is shown in; one of a few, so that marks stay readable in light and dark.
  package enum Tone: String, Sendable, Codable, CaseIterable {
    case grey, blue, green, amber, red, violet, teal
  }

  package let id: ID<Tag>
  package let name: String
  package let tone: Tone
  package let by: String
  package let createdAt: Instant
  /// The tag this one was merged into.
  package let mergedInto: ID<Tag>?
  package let binnedAt: Instant?
  /// Grows with every change; an edit says which version it saw.
  package let version: Int64

  static let longest = 60

  /// A name as it is kept: one line, with single spaces, and no comma, which separates names where several are typed.
  package static func name(_ text: String, field: String = "name") throws -> String {
    let line = try Text.line(text, field: field, limit: longest)
    guard !line.utf8.contains(UInt8(ascii: ",")) else {
      throw Problem(.invalid, field: field, "A tag has no comma in its name.", mend: "Add one tag after the other.")
    }
    return line.unicodeScalars.split(separator: " ").map { String($0) }.joined(separator: " ")
  }
}

/// A tag with how many records bear it.
package struct TagUse: Sendable, Encodable {
  package let tag: Tag
  package let uses: Int

  package func encode(to encoder: any Encoder) throws {
    try tag.encode(to: encoder)
    var more = encoder.container(keyedBy: Part.self)
    try more.encode(uses, forKey: .uses)
  }

  private enum Part: CodingKey { case uses }
}
