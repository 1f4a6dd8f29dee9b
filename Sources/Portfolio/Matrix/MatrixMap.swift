import Customers
import Kernel

/// Customers in the cells of a matrix, with the money in each. Every customer is in one cell or among the unplaced, so
/// the money always adds up to the whole.
package struct MatrixMap<Cell: Hashable & Sendable>: Sendable, Equatable {
  package struct Content: Sendable, Equatable {
    package fileprivate(set) var customers: [ID<Customer>] = []
    package fileprivate(set) var minor: Int64 = 0

    fileprivate mutating func add(_ customer: ID<Customer>, _ money: Int64) throws {
      customers.append(customer)
      minor = try minor.plus(money)
    }
  }

  package let cells: [Cell: Content]
  /// Those for whom an axis is missing.
  package let unplaced: Content
  private let places: [ID<Customer>: Cell]

  /// - Parameter money: in minor units; who is not in it brings none.
  /// - Throws: `Problem` when the money does not add up within what the program keeps.
  package init(_ placed: [(customer: ID<Customer>, cell: Cell?)], money: [ID<Customer>: Int64]) throws {
    var cells: [Cell: Content] = [:]
    var unplaced = Content()
    var places: [ID<Customer>: Cell] = [:]
    for (customer, cell) in placed {
      let minor = money[customer] ?? 0
      if let cell {
        try cells[cell, default: Content()].add(customer, minor)
        places[customer] = cell
      } else {
        try unplaced.add(customer, minor)
      }
    }
    (self.cells, self.unplaced, self.places) = (cells, unplaced, places)
  }

  /// nil for somebody unplaced or unknown.
  package func cell(of customer: ID<Customer>) -> Cell? { places[customer] }

  package subscript(cell: Cell) -> Content { cells[cell] ?? Content() }

  package var total: Int64 { get throws { try (cells.values.map(\.minor) + [unplaced.minor]).exactSum() } }

  /// Who changes cell between two positions of the lines, by customer.
  package func moves(to other: MatrixMap) -> [(customer: ID<Customer>, from: Cell?, to: Cell?)] {
    Set(places.keys).union(other.places.keys)
      .filter { places[$0] != other.places[$0] }
      .sorted()
      .map { ($0, places[$0], other.places[$0]) }
  }
}

/// Above or below one line.
package enum Half: String, Sendable, Codable, CaseIterable, Hashable {
  case low, high

  /// On the line is high.
  package init(_ value: Double, line: Double) { self = value >= line ? .high : .low }
}

/// Between two lines.
package enum Third: String, Sendable, Codable, CaseIterable, Hashable {
  case low, medium, high

  /// On a line belongs to what is above it.
  package init(_ value: Double, lines: ThirdLines) {
    self = value >= lines.upper ? .high : value >= lines.lower ? .medium : .low
  }
}

package struct ThirdLines: Sendable, Equatable, Codable {
  package var lower: Double
  package var upper: Double

  package init(lower: Double = 100.0 / 3, upper: Double = 200.0 / 3) { (self.lower, self.upper) = (lower, upper) }
}
