import Customers
import Kernel

extension MatrixAnswer {
  /// The figures of the matrix: sales and contribution of every cell. Programs know them by these names.
  package var figures: [Figure] {
    cells.flatMap { cell, content in
      [
        figure(
          "\(cell.id).sales", "Sales, \(cell.word.lowercased())", Double(content.sales), content, missing: []),
        figure(
          "\(cell.id).contribution", "Contribution, \(cell.word.lowercased())",
          hasContribution ? Double(content.contribution) : nil, content,
          missing: content.unknown > 0 ? [.init("contribution", customers: content.unknown)] : []),
      ]
    }
  }

  private func figure(
    _ id: String, _ title: String, _ minor: Double?, _ content: Content, missing: [Figure.Gap]
  ) -> Figure {
    Figure(
      id: id, title: title, value: minor.map { $0 / Double(currency.minorPerMajor) }, unit: .money(currency),
      asOf: asOf,
      window: window, method: question.kind == .fiocca ? "F10" : "F11",
      explanation: "Customers in one cell of the matrix, where its lines stand now.", n: content.customers.count,
      grade: Figure.weakest(axes.map(\.grade)), missing: missing + gaps)
  }

  /// What keeps customers out of the map, and how many.
  package var gaps: [Figure.Gap] {
    axes.compactMap { axis in
      axis.missing > 0 ? Figure.Gap(axis.scale.missingFact, customers: axis.missing) : nil
    }
  }
}

extension MatrixScale {
  /// What is not there where the axis is missing.
  var missingFact: String {
    switch self {
    case .price: "list prices of every line bought"
    case .cost: "gross margin or the cost to serve"
    case .relationship: "a rated relationship value, or a detector that speaks"
    case .importance, .difficulty, .attractiveness, .strength: "any rating or figure of \(title.lowercased())"
    }
  }
}

/// A matrix as programs get it. Keys are added, never changed.
package struct MatrixReport: Encodable, Sendable {
  struct Cell: Encodable {
    let cell: String
    let name: String
    let panel: Int
    let customers: Int
    let sales: Double
    let contribution: Double?
  }

  struct Line: Encodable {
    /// On the axis; shares stand there as per cent.
    let at: Double
    let isPut: Bool
  }

  struct Unplaced: Encodable {
    let customers: Int
    let sales: Double
    let missing: [Figure.Gap]
  }

  struct Axis: Encodable {
    let axis: String
    let title: String
    let grade: String
    let missing: Int
  }

  let matrix: String
  let asOf: Day
  let first: Day
  let last: Day
  let currency: String
  let customers: Int
  let by: String?
  let axes: [Axis]
  let lines: [String: Line]
  let cells: [Cell]
  let unplaced: Unplaced
  /// Key accounts that lack an axis of the second step.
  let unplacedKey: Int?

  package init(_ answer: MatrixAnswer) {
    let scale = Double(answer.currency.minorPerMajor)
    matrix = answer.question.kind.rawValue
    (asOf, first, last) = (answer.asOf, answer.window.from, answer.window.last)
    currency = answer.currency.code
    customers = answer.rows.count
    by = answer.question.kind == .fiocca ? (answer.byProfit ? "profit" : "attractiveness") : nil
    axes = answer.axes.map {
      Axis(axis: $0.scale.rawValue, title: $0.title, grade: $0.grade.rawValue, missing: $0.missing)
    }
    lines = Dictionary(
      answer.lines.map { line, figure in
        (line.rawValue, Line(at: figure * line.scale.unit, isPut: answer.question.lines[line] != nil))
      }, uniquingKeysWith: { first, _ in first })
    cells = answer.cells.map { cell, content in
      Cell(
        cell: cell.id, name: cell.word, panel: cell.panel, customers: content.customers.count,
        sales: Double(content.sales) / scale,
        contribution: answer.hasContribution ? Double(content.contribution) / scale : nil)
    }
    unplaced = Unplaced(
      customers: answer.unplaced.customers.count, sales: Double(answer.unplaced.sales) / scale, missing: answer.gaps)
    unplacedKey = answer.unplacedSecond?.customers.count
  }

  /// The cells as rows for a terminal.
  package var table: [[String]] {
    cells.map { cell in
      let panel =
        matrix == "shapiro" ? "" : matrix == "fiocca" ? "step \(cell.panel + 1)" : cell.panel == 0 ? "low" : "high"
      return [
        panel, cell.name, "\(cell.customers)", "\(Int64(cell.sales.rounded()))",
        cell.contribution.map { "\(Int64($0.rounded()))" } ?? "missing",
      ]
    } + [["", "not placed", "\(unplaced.customers)", "\(Int64(unplaced.sales.rounded()))", ""]]
  }

  package var lineWords: String {
    lines.sorted { $0.key < $1.key }
      .map {
        "\($0.key) \(MatrixQuestion.text(($0.value.at * 100).rounded() / 100))\($0.value.isPut ? "" : " (by itself)")"
      }
      .joined(separator: ", ")
  }
}
