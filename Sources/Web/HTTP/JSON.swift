import Foundation
import Kernel

/// JSON as this program writes and reads it.
package enum JSON {
  package static func bytes(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  /// A JSON object from outside as fields: members of members are `name[member]`, elements of arrays repeat the name.
  /// - Throws: `Problem` when it is no object, is nested deeper than 4, or holds a character no text may hold.
  package static func fields(_ body: [UInt8]) throws -> Fields {
    guard !body.isEmpty else { return Fields() }
    guard nesting(body) <= 16, case .object(let members)? = JSONValue(body) else {
      throw Problem(.malformed, field: "body", "The body is not a JSON object.", mend: "Send an object.")
    }
    var fields = Fields()
    for (name, node) in members.sorted(by: { $0.key < $1.key }) { try add(node, name, 1, to: &fields) }
    return fields
  }

  /// The objects of one member of a JSON object, each as fields.
  /// - Throws: `Problem` when the member is no list of objects, or there are more than `limit`.
  package static func objects(_ body: [UInt8], in member: String, limit: Int) throws -> [Fields] {
    guard nesting(body) <= 16, case .list(let nodes)? = JSONValue(body)?.members[member] else {
      throw Problem(.invalid, field: member, "This is not a list of objects.", mend: "Send {\"\(member)\": [{…}]}.")
    }
    guard nodes.count <= limit else {
      throw Problem(.tooLarge, field: member, "These are more than \(limit).", mend: "Send several requests.")
    }
    return try nodes.enumerated().map { place, node in
      guard case .object(let parts) = node else {
        throw Problem(.invalid, field: "\(member)[\(place)]", "This is not an object.", mend: "Send {…}.")
      }
      var fields = Fields()
      for (name, part) in parts.sorted(by: { $0.key < $1.key }) { try add(part, name, 2, to: &fields) }
      return fields
    }
  }

  private static func add(_ node: JSONValue, _ name: String, _ depth: Int, to fields: inout Fields) throws {
    guard depth <= 4 else {
      throw Problem(.malformed, field: name, "This is nested too deeply.", mend: "Send it flatter.")
    }
    switch node {
    case .null: break
    case .text(let text):
      guard !text.unicodeScalars.contains("\0") else {
        throw Problem(.invalid, field: name, "There is a NUL character in it.", mend: "Remove it.")
      }
      fields.add(name, text)
    case .flag(let value): fields.add(name, value ? "1" : "")
    case .integer(let value): fields.add(name, String(value))
    case .number(let value): fields.add(name, String(value))
    case .list(let nodes): for node in nodes { try add(node, name, depth + 1, to: &fields) }
    case .object(let members):
      for (member, node) in members.sorted(by: { $0.key < $1.key }) {
        try add(node, "\(name)[\(member)]", depth + 1, to: &fields)
      }
    }
  }

  /// How deep brackets go, counted before anything is decoded.
  private static func nesting(_ body: [UInt8]) -> Int {
    var depth = 0
    var deepest = 0
    var inText = false
    var escaped = false
    for byte in body {
      if inText {
        if escaped {
          escaped = false
        } else if byte == UInt8(ascii: "\\") {
          escaped = true
        } else if byte == UInt8(ascii: "\"") {
          inText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): inText = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
    return deepest
  }
}
