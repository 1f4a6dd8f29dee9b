import Kernel
@_spi(Reflection) import Swift

/// A type that says itself how it is written as JSON, because its stored properties do not tell.
package protocol APIShaped {
  static func schema(in shapes: APIShapes) -> APISchema
}

/// A structure of which not every stored property is written, or not always.
package protocol APIPartial {
  /// Properties that are never written.
  static var unwritten: Set<String> { get }
  /// Properties that some readers do not get.
  static var withheld: Set<String> { get }
}

/// How types are written as JSON: read off their stored properties, once for each type, under the type's name.
package final class APIShapes {
  package private(set) var named: [String: APISchema] = [:]
  private var names: [ObjectIdentifier: String] = [:]

  package init() {}

  /// The schema of a type, by reference where it has a name.
  package func schema(of type: Any.Type) -> APISchema {
    if let shaped = type as? any APIShaped.Type { return shaped.schema(in: self) }
    if let plain = APIShapes.plain[ObjectIdentifier(type)] { return plain }
    if let choices = type as? any (CaseIterable & RawRepresentable<String>).Type {
      return APISchema(type: "string", choices: APIShapes.choices(of: choices))
    }
    if type is any RawRepresentable<String>.Type { return .text }
    if type is any RawRepresentable<Int>.Type { return .integer }
    return APIShapes.isStruct(type) ? reference(to: type) : .anything
  }

  /// The properties of a structure, and those among them that are always there.
  package func members(of type: Any.Type) -> (properties: [String: APISchema], required: [String]) {
    var properties: [String: APISchema] = [:]
    var required: [String] = []
    let partial = type as? any APIPartial.Type
    APIShapes.eachField(of: type) { name, field in
      guard partial?.unwritten.contains(name) != true else { return }
      let wrapped = (field as? any OptionalShape.Type)?.wrapped
      properties[name] = self.schema(of: wrapped ?? field)
      if wrapped == nil, partial?.withheld.contains(name) != true { required.append(name) }
    }
    return (properties, required.sorted())
  }

  /// A structure whose missing values are written as null.
  package func withNulls(of type: Any.Type) -> APISchema {
    let (properties, required) = members(of: type)
    let nullable = properties.map { name, schema in (name, required.contains(name) ? schema : .orNothing(schema)) }
    return APISchema(
      type: "object", properties: Dictionary(nullable, uniquingKeysWith: { first, _ in first }),
      required: properties.keys.sorted())
  }

  /// One object with the members of several structures and of more besides.
  package func merged(_ types: [Any.Type], _ more: [String: APISchema] = [:], required: [String] = []) -> APISchema {
    var all = more
    var always = required
    for type in types {
      let members = members(of: type)
      all.merge(members.properties) { first, _ in first }
      always += members.required
    }
    return APISchema(type: "object", properties: all, required: always.sorted())
  }

  private func reference(to type: Any.Type) -> APISchema {
    let key = ObjectIdentifier(type)
    if let name = names[key] { return APISchema(reference: "#/components/schemas/\(name)") }
    let name = freeName(for: type)
    names[key] = name
    // Stands there while its members are read: a type may hold its own kind.
    named[name] = .anything
    let members = members(of: type)
    named[name] = APISchema(type: "object", properties: members.properties, required: members.required)
    return APISchema(reference: "#/components/schemas/\(name)")
  }

  private func freeName(for type: Any.Type) -> String {
    let letters = "\(type)".utf8.map { byte -> UInt8 in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) ? byte : UInt8(ascii: "_")
    }
    let plain = String(decoding: letters, as: UTF8.self)
    guard named[plain] != nil else { return plain }
    return (2...1_000).lazy.map { "\(plain)\($0)" }.first { self.named[$0] == nil } ?? plain
  }

  // Reflection.

  private static func eachField(of type: Any.Type, _ body: (String, Any.Type) -> Void) {
    _ = _forEachField(of: type, options: []) { name, _, field, _ in
      body(String(cString: name), field)
      return true
    }
  }

  private static func isStruct(_ type: Any.Type) -> Bool {
    var count = 0
    let isWhole = _forEachField(of: type, options: []) { _, _, _, _ in
      count += 1
      return true
    }
    return isWhole && count > 0
  }

  private static func choices<T: CaseIterable & RawRepresentable<String>>(of type: T.Type) -> [String] {
    type.allCases.map(\.rawValue)
  }

  private static let plain: [ObjectIdentifier: APISchema] = [
    ObjectIdentifier(String.self): .text, ObjectIdentifier(Bool.self): .flag, ObjectIdentifier(Int.self): .integer,
    ObjectIdentifier(Int64.self): .integer, ObjectIdentifier(Int32.self): .integer,
    ObjectIdentifier(UInt64.self): .integer, ObjectIdentifier(Double.self): .number,
    ObjectIdentifier(Float.self): .number, ObjectIdentifier(Day.self): .day, ObjectIdentifier(Instant.self): .instant,
    ObjectIdentifier(Currency.self): APISchema(type: "string", pattern: "^[A-Z]{3}$"),
  ]
}

/// What an optional may hold.
private protocol OptionalShape {
  static var wrapped: Any.Type { get }
}

extension Optional: OptionalShape {
  static var wrapped: Any.Type { Wrapped.self }
}

extension Optional: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema { .orNothing(shapes.schema(of: Wrapped.self)) }
}

extension Array: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    APISchema(type: "array", items: shapes.schema(of: Element.self))
  }
}

extension Set: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    APISchema(type: "array", items: shapes.schema(of: Element.self))
  }
}

extension Dictionary: APIShaped {
  /// Only text and whole numbers are keys of an object; pairs of anything else are written one after the other.
  package static func schema(in shapes: APIShapes) -> APISchema {
    let isObject = Key.self == String.self || Key.self == Int.self || Key.self is any CodingKeyRepresentable.Type
    return isObject
      ? APISchema(type: "object", values: shapes.schema(of: Value.self)) : APISchema(type: "array", items: .anything)
  }
}

extension ID: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema { .integer }
}
