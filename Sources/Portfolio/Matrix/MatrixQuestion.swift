import Kernel

/// A portfolio matrix by the names of those who drew it first (domain F10, F11).
package enum MatrixKind: String, Sendable, Codable, CaseIterable {
  case shapiro
  case turnbullZolkiewski = "turnbull-zolkiewski"
  case fiocca

  package var title: String {
    switch self {
    case .shapiro: "Price and cost to serve"
    case .turnbullZolkiewski: "Price, cost and relationship"
    case .fiocca: "Key accounts"
    }
  }

  /// Those who drew it.
  package var authors: String {
    switch self {
    case .shapiro: "Shapiro, Rangan, Moriarty and Ross"
    case .turnbullZolkiewski: "Turnbull and Zolkiewski"
    case .fiocca: "Fiocca"
    }
  }

  package var path: String { "/portfolio/matrices/\(rawValue)" }

  package var scales: [MatrixScale] {
    switch self {
    case .shapiro: [.cost, .price]
    case .turnbullZolkiewski: [.cost, .price, .relationship]
    case .fiocca: [.difficulty, .importance, .strength, .attractiveness]
    }
  }

  package var lines: [MatrixLine] { MatrixLine.allCases.filter { scales.contains($0.scale) } }
}

/// What an axis of a matrix measures.
package enum MatrixScale: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  case price, cost, relationship, importance, difficulty, attractiveness, strength

  package var title: String {
    switch self {
    case .price: "Net price, of list price"
    case .cost: "Cost to serve, of gross margin"
    case .relationship: "Relationship value"
    case .importance: "Strategic importance"
    case .difficulty: "Difficulty of managing"
    case .attractiveness: "Business attractiveness"
    case .strength: "Relationship strength"
    }
  }

  package var isShare: Bool { self == .price || self == .cost }

  /// What one unit of the figure is on the axis: shares stand there as per cent, scores as they are.
  package var unit: Double { isShare ? 100 : 1 }
}

/// A line that cuts an axis, by the name it is sent as.
package enum MatrixLine: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  case price, cost, relationship, importance, difficulty
  case attractivenessLow, attractivenessHigh, strengthLow, strengthHigh

  package var scale: MatrixScale {
    switch self {
    case .price: .price
    case .cost: .cost
    case .relationship: .relationship
    case .importance: .importance
    case .difficulty: .difficulty
    case .attractivenessLow, .attractivenessHigh: .attractiveness
    case .strengthLow, .strengthHigh: .strength
    }
  }

  package var title: String {
    switch self {
    case .price: "High price from"
    case .cost: "High cost from"
    case .relationship: "High relationship value from"
    case .importance: "Key from an importance of"
    case .difficulty: "Difficult from"
    case .attractivenessLow: "Attractiveness medium from"
    case .attractivenessHigh: "Attractiveness high from"
    case .strengthLow: "Strength medium from"
    case .strengthHigh: "Strength high from"
    }
  }

  /// Where it stands when nobody moved it, as a figure; nil: at the median.
  var usual: Double? {
    switch self {
    case .price, .cost, .relationship: nil
    case .importance, .difficulty: 50
    case .attractivenessLow, .strengthLow: ThirdLines().lower
    case .attractivenessHigh, .strengthHigh: ThirdLines().upper
    }
  }

  /// On the axis, as people type it.
  var range: ClosedRange<Double> { scale.isShare ? 0...10_000 : 0...100 }
}

/// What a matrix is asked: which one, and where its lines were put.
package struct MatrixQuestion: Sendable, Equatable, Codable {
  package let kind: MatrixKind
  /// On the axis: 92.5 is 92.5 % of list price. A line that is not in it stands where it does by itself.
  package let lines: [MatrixLine: Double]
  /// Profitability in place of attractiveness (Yorke and Droussiotis); nil: where nobody rated attractiveness.
  package let byProfit: Bool?

  /// - Throws: `Problem` naming the line that cannot stand there.
  package init(_ kind: MatrixKind, lines: [MatrixLine: Double] = [:], byProfit: Bool? = nil) throws {
    for (line, value) in lines {
      guard kind.lines.contains(line) else {
        throw Problem(
          .invalid, field: line.rawValue, "This matrix has no line “\(line.rawValue)”.",
          mend: "It has \(kind.lines.map(\.rawValue).joined(separator: ", ")).")
      }
      guard value.isFinite, line.range.contains(value) else {
        throw Problem(
          .invalid, field: line.rawValue, "“\(line.title)” is out of range.",
          mend: "Enter \(Int(line.range.lowerBound)) to \(Int(line.range.upperBound)).")
      }
    }
    for (low, high) in [(MatrixLine.attractivenessLow, MatrixLine.attractivenessHigh), (.strengthLow, .strengthHigh)] {
      guard (lines[low] ?? low.usual ?? 0) <= (lines[high] ?? high.usual ?? 100) else {
        throw Problem(
          .invalid, field: low.rawValue, "“\(low.title)” lies above “\(high.title)”.", mend: "Put the lower one below.")
      }
    }
    self.kind = kind
    self.lines = lines
    self.byProfit = kind == .fiocca ? byProfit : nil
  }

  /// A line as a figure, where it was put.
  func figure(_ line: MatrixLine) -> Double? { lines[line].map { $0 / line.scale.unit } ?? line.usual }

  /// As parameters of an address, which make the same question again.
  package var parameters: [(String, String)] {
    MatrixLine.allCases.compactMap { line in lines[line].map { (line.rawValue, MatrixQuestion.text($0)) } }
      + (byProfit.map { [("by", $0 ? "profit" : "attractiveness")] } ?? [])
  }

  /// A place on an axis as programs write it: at most two decimals are kept by hand, more when they were sent.
  package static func text(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
