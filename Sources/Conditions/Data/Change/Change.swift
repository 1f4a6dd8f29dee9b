import Foundation
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
    case told(Told)

    package func encode(to encoder: any Encoder) throws {
      switch self {
      case .fields(let fields): try fields.encode(to: encoder)
      case .told(let told): try told.encode(to: encoder)
      }
    }
  }

  /// What an event said of itself, as it was written.
  package indirect enum Told: Sendable, Codable {
    case nothing, flag(Bool), integer(Int64), number(Double), text(String), list([Told]), members([String: Told])

    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .nothing
      } else if let value = try? container.decode(Bool.self) {
        self = .flag(value)
      } else if let value = try? container.decode(Int64.self) {
        self = .integer(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(String.self) {
        self = .text(value)
      } else if let value = try? container.decode([Told].self) {
        self = .list(value)
      } else {
        self = .members(try container.decode([String: Told].self))
      }
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .nothing: try container.encodeNil()
      case .flag(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      case .list(let value): try container.encode(value)
      case .members(let value): try container.encode(value)
      }
    }

    /// JSON as it lies in the outbox; nothing when it is none.
    init(json: String) { self = (try? JSONDecoder().decode(Told.self, from: Data(json.utf8))) ?? .nothing }
  }
}

/// A piece of the feed of changes.
package struct ChangePage: Sendable, Encodable {
  package let rows: [Change]
  /// Where to go on.
  package let next: String
  /// Whether more is there already.
  package let hasMore: Bool
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
