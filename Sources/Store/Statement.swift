/// SQL with its values, composed by interpolation that *binds*: no text from outside ever becomes SQL.
///
///     let found: Statement = "SELECT name FROM customer WHERE id = \(id)"
///
/// Interpolating another statement splices it in with its values; `\(list:)` makes a comma-separated list;
/// `\(name:)` takes only text that stands in the source code.
package struct Statement: Sendable, ExpressibleByStringInterpolation {
  enum Part: Sendable {
    case sql(String)
    case bind(Value)
    /// A word the two stores spell differently.
    case word(sqlite: String, postgres: String)
  }

  let parts: [Part]

  init(parts: [Part]) { self.parts = parts }

  package init(stringLiteral value: String) { parts = [.sql(value)] }

  package init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

  package struct StringInterpolation: StringInterpolationProtocol {
    var parts: [Part] = []

    package init(literalCapacity: Int, interpolationCount: Int) {
      parts.reserveCapacity(interpolationCount * 2 + 1)
    }

    package mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { parts.append(.sql(literal)) }
    }

    package mutating func appendInterpolation(_ value: some Bindable) { parts.append(.bind(value.stored)) }

    package mutating func appendInterpolation<Bound: Bindable>(_ value: Bound?) {
      parts.append(.bind(value?.stored ?? .null))
    }

    package mutating func appendInterpolation(_ statement: Statement) { parts += statement.parts }

    /// `$1, $2, …`; an empty list becomes `NULL`, which matches nothing in an IN.
    package mutating func appendInterpolation(list values: some Sequence<some Bindable>) {
      var first = true
      for value in values {
        if !first { parts.append(.sql(", ")) }
        parts.append(.bind(value.stored))
        first = false
      }
      if first { parts.append(.sql("NULL")) }
    }

    /// The name of a table or column that stands in the source code.
    package mutating func appendInterpolation(name: StaticString) { parts.append(.sql(name.description)) }
  }

  package static func + (left: Statement, right: Statement) -> Statement {
    Statement(parts: left.parts + [.sql(" ")] + right.parts)
  }

  /// Several statements with `separator` between them; `fallback` when there are none.
  package static func joined(_ all: [Statement], separator: StaticString, or fallback: Statement) -> Statement {
    guard let first = all.first else { return fallback }
    let between = Part.sql(separator.description)
    var parts = first.parts
    for statement in all.dropFirst() {
      parts.append(between)
      parts += statement.parts
    }
    return Statement(parts: parts)
  }

  /// The texts of a group in one, each ended by a line end; NULL for an empty group.
  package static func lines(of text: Statement) -> Statement {
    let name = Statement(parts: [.word(sqlite: "group_concat(", postgres: "string_agg(")])
    return Statement(
      parts: name.parts + text.parts + [.word(sqlite: " || char(10), '')", postgres: " || chr(10), '')")])
  }

  /// The text with numbered placeholders of the dialect, and the values in order.
  ///
  /// PostgreSQL gets NULL as a word: a placeholder without a value has no type, and `$1 IS NULL` would be refused.
  func rendered(for dialect: Dialect) -> (sql: String, values: [Value]) {
    var sql = ""
    var values: [Value] = []
    for part in parts {
      switch part {
      case .sql(let text): sql += text
      case .word(let sqlite, let postgres): sql += dialect == .sqlite ? sqlite : postgres
      case .bind(.null) where dialect == .postgres: sql += "NULL"
      case .bind(let value):
        values.append(value)
        sql += dialect.placeholder(values.count)
      }
    }
    return (sql, values)
  }
}
