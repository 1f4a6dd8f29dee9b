import Kernel

/// The names of a result's columns, shared by its rows.
package final class Columns: Sendable {
  let index: [String: Int]
  package let names: [String]

  package init(_ names: [String]) {
    self.names = names
    index = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// One row of a result. Reading is by name or position, typed, and throws instead of trapping.
package struct Row: Sendable {
  let columns: Columns
  package let values: [Value]
  package var names: [String] { columns.names }

  package init(columns: Columns, values: [Value]) {
    self.columns = columns
    self.values = values
  }

  /// The value of a column by name.
  /// - Throws: `Problem` when there is no such column or it holds another type.
  package func callAsFunction<T: Storable>(_ column: String, as type: T.Type = T.self) throws -> T {
    guard let position = columns.index[column] else {
      throw Problem(.unavailable, "The store's answer has no column “\(column)”.")
    }
    return try T(stored: values[position])
  }

  /// The value of a column by position, from 0.
  package func callAsFunction<T: Storable>(_ position: Int, as type: T.Type = T.self) throws -> T {
    guard values.indices.contains(position) else {
      throw Problem(.unavailable, "The store's answer has no column \(position).")
    }
    return try T(stored: values[position])
  }
}
