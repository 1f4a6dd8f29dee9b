import Kernel
import Store
import Web

/// What a field of a record holds.
package enum FieldValue: Sendable, Hashable {
  case missing
  case text(String)
  case integer(Int64)
  case number(Double)
  case day(Day)
  case instant(Instant)
  case flag(Bool)
  /// Several choices or tags.
  case texts([String])
}

extension FieldValue: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .missing: try container.encodeNil()
    case .text(let text): try container.encode(text)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .day(let day): try container.encode(day)
    case .instant(let instant): try container.encode(instant)
    case .flag(let flag): try container.encode(flag)
    case .texts(let texts): try container.encode(texts)
    }
  }
}

extension FieldValue {
  package var isMissing: Bool { self == .missing || self == .text("") || self == .texts([]) }

  /// What a column of the store gave for a field of this kind.
  init(_ value: Value, _ kind: RecordField.Kind) throws {
    switch (kind, value) {
    case (_, .null): self = .missing
    case (.day, _): self = .day(try Day(stored: value))
    case (.instant, _): self = .instant(try Instant(stored: value))
    case (.flag, _): self = .flag(try Bool(stored: value))
    case (.number, _): self = .number(try Double(stored: value))
    case (.choices, .text(let text)): self = .texts(FieldValue.split(text))
    case (_, .int(let integer)): self = .integer(integer)
    case (_, .double(let number)): self = .number(number)
    case (_, .text(let text)): self = .text(text)
    case (_, .blob): throw Problem(.unavailable, "A field holds bytes where text belongs.", mend: "Restore a backup.")
    }
  }

  /// Several choices in one column: each ended by a line end, which no choice can hold.
  package static func joined(_ texts: [String]) -> String { texts.map { $0 + "\n" }.joined() }

  package static func split(_ text: String) -> [String] {
    text.utf8.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }
}

extension FieldValue: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema { .anything }
}
