import Kernel
import Records

/// Something that happened to a record, as somebody may know of it.
package struct Change: Sendable, Encodable {
  package let id: Int64
  /// Where it stands in the feed.
  package let place: Int64
  /// `customer.created`, `import.finished` …
  package let kind: String
  package let noun: String
  package let record: Int64?
  package let at: Instant
  /// The record as it is now, or what was told of the event; nil when the record is gone.
  package let data: Content?

  /// What is told of a change.
  package enum Content: Sendable, Encodable {
    case fields([String: FieldValue])
    /// What an event said of itself, as it was written.
    case told(JSONValue)

    package func encode(to encoder: any Encoder) throws {
      switch self {
      case .fields(let fields): try fields.encode(to: encoder)
      case .told(let told): try told.encode(to: encoder)
      }
    }
  }
}

/// A piece of the feed of changes.
package struct ChangePage: Sendable, Encodable {
  package let rows: [Change]
  /// Where to go on.
  package let next: String
  /// Whether more is there already.
  package let hasMore: Bool
  /// The last place there is: where a program goes on that read the records themselves.
  package let newest: String
}

/// What somebody follows: changes after a place, of some nouns.
package struct ChangeQuestion: Sendable, Equatable {
  package var after: Int64
  package var nouns: [Actor.Noun]
  package var limit: Int
  /// How many seconds to wait for something to happen.
  package var wait: Int

  package init(after: Int64 = 0, nouns: [Actor.Noun] = [], limit: Int = 100, wait: Int = 0) {
    self.after = after
    self.nouns = nouns
    self.limit = limit
    self.wait = wait
  }
}
