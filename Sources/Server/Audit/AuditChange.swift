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
    guard case .object(let all)? = JSONValue(detail.utf8) else {
      fields = []
      return
    }
    fields = AuditChange.fields(all).filter { reads($0.name) }
  }

  private static func fields(_ all: [String: JSONValue]) -> [Field] {
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

  private static func rest(_ all: [String: JSONValue]) -> [Field] {
    all.filter { $0.key != "before" && $0.key != "after" }.sorted { $0.key < $1.key }
      .map { Field(name: $0.key, before: nil, after: $0.value.words) }
  }
}

extension JSONValue {
  fileprivate var isObject: Bool { if case .object = self { true } else { false } }

  /// The value as a person reads it.
  fileprivate var words: String {
    switch self {
    case .null: "nothing"
    case .flag(let flag): flag ? "yes" : "no"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .text(let text): text.isEmpty ? "nothing" : text
    case .list(let list): list.isEmpty ? "nothing" : list.map(\.words).joined(separator: ", ")
    case .object(let all):
      all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.words)" }.joined(separator: "; ")
    }
  }
}
