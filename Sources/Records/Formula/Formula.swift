import Kernel
import Store

// A formula over the fields of a record:  round(value / orders * 1.19, 2)   if(orders > 10, 'often', 'seldom')
//
// It becomes one SQL expression, so that a list can be sorted, filtered and counted by it like by any field.

/// What a formula says, before it is known what its names mean.
indirect enum Formula: Sendable, Equatable {
  case number(Double)
  case text(String)
  case field(String)
  case minus(Formula)
  case binary(String, Formula, Formula)
  case call(String, [Formula])

  /// The names of the fields it rests on.
  var fields: Set<String> {
    switch self {
    case .number, .text: []
    case .field(let name): [name]
    case .minus(let inner): inner.fields
    case .binary(_, let left, let right): left.fields.union(right.fields)
    case .call(_, let parts): parts.reduce(into: []) { $0.formUnion($1.fields) }
    }
  }

  /// What comes out of it.
  enum Kind: Sendable, Equatable { case number, text, truth, day }

  /// A formula's meaning in SQL; missing values make the result missing, a division by nothing too.
  struct Meaning: Sendable {
    let kind: Kind
    let value: Statement
  }

  /// - Parameter meaning: what a field's name stands for; nil when there is no such field.
  /// - Throws: `Problem` on `formula`.
  func meaning(_ meaning: (String) throws -> Meaning?) throws -> Meaning {
    switch self {
    case .number(let number): return Meaning(kind: .number, value: "\(number)")
    case .text(let text): return Meaning(kind: .text, value: "\(text)")
    case .field(let name):
      guard let found = try meaning(name) else { throw Formula.wrong("there is no field “\(name)”") }
      return found
    case .minus(let inner):
      return Meaning(kind: .number, value: "(- \(try Formula.number(inner.meaning(meaning))))")
    case .binary(let sign, let left, let right):
      return try Formula.joined(sign, left.meaning(meaning), right.meaning(meaning))
    case .call(let name, let parts): return try Formula.called(name, parts.map { try $0.meaning(meaning) })
    }
  }

  static func wrong(_ what: String) -> Problem {
    Problem(
      .invalid, field: "formula", "The formula cannot be understood: \(what).",
      mend: "Write it as round(value / orders, 2) or if(orders > 10, 'often', 'seldom').")
  }

  private static func number(_ meaning: Meaning) throws -> Statement {
    guard meaning.kind == .number || meaning.kind == .day else { throw wrong("a number is expected") }
    return meaning.value
  }

  private static func joined(_ sign: String, _ left: Meaning, _ right: Meaning) throws -> Meaning {
    switch sign {
    case "+", "-", "*":
      if left.kind == .day || right.kind == .day { return try days(sign, left, right) }
      let (a, b) = (try number(left), try number(right))
      let value: Statement = sign == "+" ? "(\(a) + \(b))" : sign == "-" ? "(\(a) - \(b))" : "(\(a) * \(b))"
      return Meaning(kind: .number, value: value)
    case "/": return Meaning(kind: .number, value: "(\(try number(left)) / nullif(\(try number(right)), 0.0))")
    case "&":
      guard left.kind == .text, right.kind == .text else { throw wrong("“&” joins texts") }
      return Meaning(kind: .text, value: "(\(left.value) || \(right.value))")
    case "and", "or":
      guard left.kind == .truth, right.kind == .truth else { throw wrong("“\(sign)” joins comparisons") }
      let value: Statement =
        sign == "and" ? "(\(left.value) AND \(right.value))" : "(\(left.value) OR \(right.value))"
      return Meaning(kind: .truth, value: value)
    default: return try compared(sign, left, right)
    }
  }

  private static func days(_ sign: String, _ left: Meaning, _ right: Meaning) throws -> Meaning {
    switch (sign, left.kind, right.kind) {
    case ("-", .day, .day): return Meaning(kind: .number, value: "(\(left.value) - \(right.value))")
    case ("+", .day, .number): return Meaning(kind: .day, value: "CAST(\(left.value) + \(right.value) AS BIGINT)")
    case ("-", .day, .number): return Meaning(kind: .day, value: "CAST(\(left.value) - \(right.value) AS BIGINT)")
    default: throw wrong("days can be subtracted, and moved by a number of days")
    }
  }

  private static func compared(_ sign: String, _ left: Meaning, _ right: Meaning) throws -> Meaning {
    guard left.kind == right.kind, left.kind != .truth else { throw wrong("“\(sign)” compares what is of one kind") }
    let (a, b) = (left.value, right.value)
    let value: Statement =
      switch sign {
      case "=": "(\(a) = \(b))"
      case "<": "(\(a) < \(b))"
      case ">": "(\(a) > \(b))"
      case "<=": "(\(a) <= \(b))"
      case ">=": "(\(a) >= \(b))"
      default: "(\(a) <> \(b))"
      }
    return Meaning(kind: .truth, value: value)
  }

  /// The functions, with how many values each takes.
  static let functions: [String: ClosedRange<Int>] = [
    "if": 3...3, "round": 1...2, "min": 2...8, "max": 2...8, "abs": 1...1, "or_else": 2...2, "missing": 1...1,
    "lower": 1...1, "not": 1...1,
  ]

  private static func called(_ name: String, _ parts: [Meaning]) throws -> Meaning {
    guard let range = functions[name] else { throw wrong("there is no function “\(name)”") }
    guard range.contains(parts.count) else { throw wrong("“\(name)” takes another number of values") }
    let first = parts[0]
    switch name {
    case "if":
      guard first.kind == .truth, parts[1].kind == parts[2].kind else {
        throw wrong("“if” takes a comparison and two values of one kind")
      }
      return Meaning(
        kind: parts[1].kind, value: "(CASE WHEN \(first.value) THEN \(parts[1].value) ELSE \(parts[2].value) END)")
    case "round": return try rounded(parts)
    case "abs": return Meaning(kind: .number, value: "abs(\(try number(first)))")
    case "or_else":
      guard first.kind == parts[1].kind else { throw wrong("“or_else” takes two values of one kind") }
      return Meaning(kind: first.kind, value: "coalesce(\(first.value), \(parts[1].value))")
    case "missing": return Meaning(kind: .truth, value: "(\(first.value) IS NULL)")
    case "not":
      guard first.kind == .truth else { throw wrong("“not” takes a comparison") }
      return Meaning(kind: .truth, value: "(NOT \(first.value))")
    case "lower":
      guard first.kind == .text else { throw wrong("“lower” takes a text") }
      return Meaning(kind: .text, value: "lower(\(first.value))")
    default: return try extreme(name, parts)
    }
  }

  private static func rounded(_ parts: [Meaning]) throws -> Meaning {
    let value = try number(parts[0])
    guard parts.count == 2 else { return Meaning(kind: .number, value: "round(\(value))") }
    // Both stores round a number to a whole one alike; PostgreSQL has no places for this type.
    let scale: Statement =
      "(CASE CAST(\(try number(parts[1])) AS BIGINT) WHEN 1 THEN 10.0 WHEN 2 THEN 100.0 WHEN 3 THEN 1000.0 WHEN 4 THEN 10000.0 ELSE 1.0 END)"
    return Meaning(kind: .number, value: "(round(\(value) * \(scale)) / \(scale))")
  }

  /// The smallest or largest of several: written with CASE, which both stores know.
  private static func extreme(_ name: String, _ parts: [Meaning]) throws -> Meaning {
    let numbers = try parts.map { try number($0) }
    var best = numbers[0]
    for next in numbers.dropFirst() {
      best =
        name == "min"
        ? "(CASE WHEN \(next) < \(best) THEN \(next) ELSE \(best) END)"
        : "(CASE WHEN \(next) > \(best) THEN \(next) ELSE \(best) END)"
    }
    return Meaning(kind: .number, value: best)
  }
}
