import Kernel

/// Rows of features, all of one length, kept row after row.
public struct FeatureMatrix: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// Row after row.
  public let values: [Double]

  /// - Throws: `Problem` when there are no rows or columns, the values do not fill them, or one is not finite.
  public init(rows: Int, columns: Int, values: [Double]) throws {
    try requireRows("rows", rows)
    try requireRows("columns", columns)
    let (needed, overflow) = rows.multipliedReportingOverflow(by: columns)
    try requireSameCount("values", values.count, as: overflow ? -1 : needed)
    try values.requireFinite("values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// - Throws: `Problem` when there are no rows, they differ in length, or a value is not finite.
  public init(_ rows: [[Double]]) throws {
    let columns = rows.first?.count ?? 0
    guard rows.allSatisfy({ $0.count == columns }) else {
      throw Problem(
        .invalid, field: "rows", "The rows have different numbers of features.",
        mend: "Give every customer every feature.")
    }
    try self.init(rows: rows.count, columns: columns, values: rows.flatMap(\.self))
  }

  /// One row's features; empty for a row that does not exist.
  public func row(_ index: Int) -> ArraySlice<Double> {
    (0..<rows).contains(index) ? values[(index * columns)..<((index + 1) * columns)] : []
  }

  /// The mean of each column.
  public var means: [Double] {
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: columns)
    for index in values.indices { sums[index % columns].add(values[index]) }
    return sums.map { $0.value / Double(rows) }
  }

  /// The standard deviation of each column, with divisor n.
  public var deviations: [Double] {
    let means = means
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: columns)
    for index in values.indices {
      let difference = values[index] - means[index % columns]
      sums[index % columns].add(difference * difference)
    }
    return sums.map { ($0.value / Double(rows)).squareRoot() }
  }

  /// Every column with mean 0 and standard deviation 1; a column in which all rows are equal becomes 0.
  public var standardised: FeatureMatrix {
    let (means, deviations) = (means, deviations)
    let scaled = values.indices.map { index in
      let column = index % columns
      let difference = values[index] - means[column]
      // A deviation that is only rounding of equal numbers counts as none.
      return deviations[column] > 1e-12 * abs(means[column]) ? difference / deviations[column] : 0
    }
    return FeatureMatrix(unchecked: scaled, rows: rows, columns: columns)
  }

  private init(unchecked values: [Double], rows: Int, columns: Int) {
    (self.values, self.rows, self.columns) = (values, rows, columns)
  }
}
