import Kernel
import Store

/// Something a person is told of, made in the transaction of its cause.
package struct Notice: Sendable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case taskAssigned = "task-assigned"
    case reminder
    case mention
    case decisionDue = "decision-due"
    case importFinished = "import-finished"
    case exportFinished = "export-finished"
    case rule
  }

  package let kind: Kind
  /// The number of the user who is told.
  package let user: Int64
  package let record: RecordKey?
  /// What is said beside the title of the record; never who a record is about, for it is shown to readers without
  /// personal data too.
  package let words: String
  /// Names what happened, so that a person is told of it once; nil when it may happen again.
  package let cause: String?
  /// Who caused it.
  package let by: String

  package init(
    _ kind: Kind, to user: Int64, of record: RecordKey?, words: String = "", cause: String? = nil, by: String
  ) {
    self.kind = kind
    self.user = user
    self.record = record
    self.words = words
    self.cause = cause
    self.by = by
  }
}

/// Tells a person of something; whoever is told is known when `Server` puts the product together.
package typealias Notify = @Sendable (_ notice: Notice, _ now: Instant, _ tx: Transaction) throws -> Void

/// The people a text speaks to.
package enum Mentions {
  /// The users a text names as `@anna.berg` (the part of the address before the `@`) or `@annaberg` (the name without
  /// spaces), at most ten.
  package static func users(in text: String, _ tx: Transaction) throws -> [Int64] {
    let names = Set(words(of: text).prefix(10))
    guard !names.isEmpty else { return [] }
    return try tx.rows("SELECT id, name, email FROM app_user WHERE disabled_at IS NULL ORDER BY id") { row in
      let address = try row("email", as: String.self).utf8.prefix { $0 != UInt8(ascii: "@") }
      let name = Text.folded(try row("name")).unicodeScalars.filter { $0 != " " }
      let isMeant =
        names.contains(Text.folded(String(Substring(address))))
        || names.contains(String(String.UnicodeScalarView(name)))
      return isMeant ? try row("id", as: Int64.self) : nil
    }.compactMap { $0 }
  }

  /// The words after an `@` that begins one, folded.
  package static func words(of text: String) -> [String] {
    var found: [String] = []
    var word: String.UnicodeScalarView?
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars + [" "] {
      let isPart =
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "._-".unicodeScalars.contains(scalar)
      if isPart {
        word?.append(scalar)
      } else {
        if let word, !word.isEmpty { found.append(folded(word)) }
        let begins = scalar == "@" && !previous.properties.isAlphabetic && previous.properties.numericType == nil
        word = begins ? String.UnicodeScalarView() : nil
      }
      previous = scalar
    }
    return found
  }

  // A full stop at the end of a sentence is no part of a name.
  private static func folded(_ word: String.UnicodeScalarView) -> String {
    var word = word
    while let last = word.last, "._-".unicodeScalars.contains(last) { word.removeLast() }
    return Text.folded(String(word))
  }
}
