import Foundation
import Kernel

/// `name=value` as commands take fields.
enum Pairs {
  /// - Throws: `Problem` naming the one that is no pair.
  static func read(_ texts: [String]) throws -> [(name: String, value: String)] {
    try texts.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let name = parts.first, !name.isEmpty, let value = parts.last else {
        throw Problem(
          .malformed, field: "fields", "“\(text.prefix(60))” says no field.",
          mend: "Write it as name=value, such as city=Ghent.")
      }
      return (String(name), String(value))
    }
  }

  /// As a program sends them; one that is named twice has both values, one on each line.
  static func body(_ pairs: [(name: String, value: String)]) throws -> Data {
    try JSONEncoder().encode(
      Dictionary(grouping: pairs, by: \.name).mapValues { $0.map(\.value).joined(separator: "\n") })
  }
}

/// An answer of the API as people read it at a terminal.
extension JSONValue {
  /// - Parameter answer: JSON; anything else is told as it is.
  init(answer: Data) { self = JSONValue(answer) ?? .text(String(decoding: answer, as: UTF8.self)) }

  subscript(_ name: String) -> JSONValue { members[name] ?? .null }

  var rows: [JSONValue] { if case .list(let rows) = self["rows"] { rows } else { [] } }

  /// One value in a cell; what has members of its own is left out.
  var cell: String {
    switch self {
    case .null, .object: ""
    case .flag(let flag): flag ? "yes" : "no"
    case .integer(let whole): "\(whole)"
    case .number(let number): "\(number)"
    case .text(let text): text
    case .list(let list): list.map(\.cell).filter { !$0.isEmpty }.joined(separator: ", ")
    }
  }

  func show() throws {
    if case .text(let text) = self { print(text) } else { try Terminal.json(self) }
  }
}
