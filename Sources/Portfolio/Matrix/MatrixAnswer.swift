import Customers
import Kernel

/// A matrix with its lines drawn: who is in which cell, with the money, and who cannot be placed for want of what.
package struct MatrixAnswer: Sendable {
  /// A cell by the name programs know it under.
  package struct Cell: Sendable, Equatable {
    package let id: String
    package let word: String
    package let calls: String
    /// Which drawing it is in, and how many lines across and up lie below it.
    package let panel: Int
    package let x: Int
    package let y: Int
  }

  package struct Content: Sendable, Equatable {
    package var customers: [ID<Customer>] = []
    package var sales: Int64 = 0
    package var contribution: Int64 = 0
    /// Those whose contribution is not known.
    package var unknown = 0
  }

  package let question: MatrixQuestion
  package let byProfit: Bool
  package let asOf: Day
  package let window: Period
  package let currency: Currency
  package let revision: Int64
  package let rows: [CustomerContribution]
  package let axes: [MatrixAxis]
  /// Where the lines stand, as figures; one that is missing has nobody to stand between.
  package let lines: [MatrixLine: Double]
  package let cells: [(cell: Cell, content: Content)]
  /// Those for whom an axis of the first drawing is missing.
  package let unplaced: Content
  /// In two steps, those of the second who lack one of its axes.
  package let unplacedSecond: Content?
  /// By customer, the cell in the last drawing that has it.
  package let places: [ID<Customer>: Int]
  private let grades: [ID<Customer>: Figure.Grade]

  package subscript(id: String) -> Content? { cells.first { $0.cell.id == id }?.content }

  package func cell(of customer: ID<Customer>) -> Cell? { places[customer].map { cells[$0].cell } }

  package func grade(of customer: ID<Customer>) -> Figure.Grade { grades[customer] ?? .measured }

  /// Whether anybody's contribution is known.
  package var hasContribution: Bool { rows.contains { $0.contribution != nil } }

  package func axis(_ scale: MatrixScale) -> MatrixAxis? { axes.first { $0.scale == scale } }

  package init(_ question: MatrixQuestion, _ basis: MatrixBasis) throws {
    let made =
      switch question.kind {
      case .shapiro: try Drawing(shapiro: question, basis)
      case .turnbullZolkiewski: try Drawing(turnbullZolkiewski: question, basis)
      case .fiocca: try Drawing(fiocca: question, basis)
      }
    self.question = question
    byProfit = made.byProfit
    rows = basis.customers
    (axes, lines, grades) = (made.axes, made.lines, made.grades)
    (window, asOf) = (basis.contribution.window, basis.contribution.asOf)
    (currency, revision) = (basis.contribution.currency, basis.contribution.revision)
    let earned = Dictionary(rows.map { ($0.customer, $0) }, uniquingKeysWith: { first, _ in first })
    func content(_ customers: [ID<Customer>], _ sales: Int64) throws -> Content {
      var content = Content(customers: customers, sales: sales)
      for customer in customers {
        guard let minor = earned[customer]?.contribution else {
          content.unknown += 1
          continue
        }
        content.contribution = try content.contribution.plus(minor)
      }
      return content
    }
    cells = try made.cells.map { ($0.cell, try content($0.customers, $0.sales)) }
    unplaced = try content(made.unplaced.customers, made.unplaced.minor)
    unplacedSecond = try made.second.map { try content($0.customers, $0.minor) }
    var places: [ID<Customer>: Int] = [:]
    for (number, cell) in cells.enumerated() {
      for customer in cell.content.customers { places[customer] = number }
    }
    self.places = places
  }

  /// Who is in another cell under other lines, those with most sales first.
  package func moves(to other: MatrixAnswer) -> [(customer: ID<Customer>, from: Cell?, to: Cell?)] {
    let sales = Dictionary(rows.map { ($0.customer, $0.sales.net) }, uniquingKeysWith: { first, _ in first })
    return Set(places.keys).union(other.places.keys)
      .compactMap { customer in
        let (from, to) = (cell(of: customer), other.cell(of: customer))
        return from?.id == to?.id ? nil : (customer, from, to)
      }
      .sorted { (sales[$1.customer] ?? 0, $0.customer) < (sales[$0.customer] ?? 0, $1.customer) }
  }
}
