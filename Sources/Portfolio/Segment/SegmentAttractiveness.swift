import Kernel

/// What makes a segment worth being in (domain F9d). A rating of 5 is always the most favourable to us: little rivalry,
/// low barriers to our entry, customers who are ready to switch to us.
package enum AttractivenessItem: String, MatrixItem, Codable {
  case size, growth, margin, rivalry, entryBarrier, switchingReadiness

  package var word: String {
    switch self {
    case .size: "Size"
    case .growth: "Growth"
    case .margin: "Margin"
    case .rivalry: "Freedom from rivalry"
    case .entryBarrier: "Ease of entry"
    case .switchingReadiness: "Readiness to switch to us"
    }
  }
}

/// Segments by attractiveness and by fit to our skills: a map of nine cells.
package struct SegmentAttractiveness: Sendable {
  package struct Row: Sendable, Equatable {
    package let segment: String
    /// Rated 1 to 5 by people.
    package let declared: [AttractivenessItem: Double]
    /// Figures in any unit, more being better; size, growth and margin are known from the base.
    package let measured: [AttractivenessItem: Double]
    /// 0 to 100; nil when nobody said.
    package let fit: Double?
    /// Money of the segment's customers, in minor units.
    package let minor: Int64

    package init(
      _ segment: String, declared: [AttractivenessItem: Double] = [:], measured: [AttractivenessItem: Double] = [:],
      fit: Double?, minor: Int64
    ) {
      (self.segment, self.declared, self.measured) = (segment, declared, measured)
      (self.fit, self.minor) = (fit, minor)
    }
  }

  package struct Placed: Sendable, Equatable {
    package let segment: String
    package let attractiveness: AxisScore<AttractivenessItem>
    package let fit: Double?
    package let minor: Int64
    /// nil when an axis is missing.
    package let cell: Cell?
  }

  package struct Cell: Sendable, Hashable {
    package let attractiveness: Third
    package let fit: Third

    package init(attractiveness: Third, fit: Third) { (self.attractiveness, self.fit) = (attractiveness, fit) }
  }

  package let segments: [Placed]

  /// - Throws: `Problem` when a rating, a figure or a fit is out of range.
  package init(
    _ rows: [Row], weights: [AttractivenessItem: Double] = [:], attractivenessLines: ThirdLines = ThirdLines(),
    fitLines: ThirdLines = ThirdLines()
  ) throws {
    guard rows.allSatisfy({ $0.fit.map { (0...100).contains($0) } ?? true }) else {
      throw Problem(.invalid, field: "fit", "Fit is 0 to 100.", mend: "Enter 0 for no fit and 100 for full fit.")
    }
    var measured: [AttractivenessItem: [Int: Double]] = [:]
    var declared: [Int: [AttractivenessItem: Double]] = [:]
    for (place, row) in rows.enumerated() {
      declared[place] = row.declared
      for (item, figure) in row.measured { measured[item, default: [:]][place] = figure }
    }
    let ratings = try MatrixRatings(declared: declared, measured: measured, weights: weights)
    segments = rows.enumerated().map { place, row in
      let score = ratings.score(of: place, on: AttractivenessItem.allCases)
      let cell = score.value.flatMap { value in
        row.fit.map { Cell(attractiveness: Third(value, lines: attractivenessLines), fit: Third($0, lines: fitLines)) }
      }
      return Placed(segment: row.segment, attractiveness: score, fit: row.fit, minor: row.minor, cell: cell)
    }
  }

  /// Money in each cell; what has no cell stands under nil.
  package var money: [Cell?: Int64] {
    get throws {
      try Dictionary(grouping: segments, by: \.cell).mapValues { try $0.map(\.minor).exactSum() }
    }
  }
}
