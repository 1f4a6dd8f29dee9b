import Foundation
import Kernel
import Store

/// What a line of the audit chain says was changed, field by field, ready to be read.
struct AuditChange: Sendable, Equatable, Encodable {
  struct Field: Sendable, Equatable, Encodable {
    let name: String
    /// nil where the line tells of no earlier value.
    let before: String?
    let after: String?
  }

  let fields: [Field]

  /// - Parameter reads: whether a field of the line's noun may be read.
  init(_ detail: String, reads: (String) -> Bool = { _ in true }) {
    guard let value = try? JSONDecoder().decode(AuditValue.self, from: Data(detail.utf8)), case .object(let all) = value
    else {
      fields = []
      return
    }
    fields = AuditChange.fields(all).filter { reads($0.name) }
  }

  private static func fields(_ all: [String: AuditValue]) -> [Field] {
    if all["before"] != nil || all["after"] != nil {
      let (before, after) = (all["before"] ?? .null, all["after"] ?? .null)
      guard before.isObject || after.isObject else {
        return [Field(name: "value", before: before.words, after: after.words)] + rest(all)
      }
      let (old, new) = (before.members, after.members)
      return Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map {
        Field(name: $0, before: old[$0]?.words, after: new[$0]?.words)
      } + rest(all)
    }
    return all.sorted { $0.key < $1.key }.map { name, value in
      guard case .object(let inner) = value, inner["before"] != nil || inner["after"] != nil else {
        return Field(name: name, before: nil, after: value.words)
      }
      return Field(name: name, before: inner["before"]?.words, after: inner["after"]?.words)
    }
  }

  private static func rest(_ all: [String: AuditValue]) -> [Field] {
    all.filter { $0.key != "before" && $0.key != "after" }.sorted { $0.key < $1.key }
      .map { Field(name: $0.key, before: nil, after: $0.value.words) }
  }
}

/// A value inside a line of the audit chain.
indirect enum AuditValue: Decodable, Equatable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([AuditValue])
  case object([String: AuditValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([AuditValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: AuditValue].self))
    }
  }

  var isObject: Bool { if case .object = self { true } else { false } }
  var members: [String: AuditValue] { if case .object(let all) = self { all } else { [:] } }

  /// The value as a person reads it.
  var words: String {
    switch self {
    case .null: "nothing"
    case .flag(let flag): flag ? "yes" : "no"
    case .number(let number): number == number.rounded() && number.magnitude < 9e15 ? "\(Int64(number))" : "\(number)"
    case .text(let text): text.isEmpty ? "nothing" : text
    case .list(let list): list.isEmpty ? "nothing" : list.map(\.words).joined(separator: ", ")
    case .object(let all):
      all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.words)" }.joined(separator: "; ")
    }
  }
}
