/// The counts of one cell of customers at all points of the parameters' distribution. Chances of the lower counts are
/// kept in a table; those above it are found one by one and remembered, since the customers of a cell ask for the same.
struct CountMixture {
  private let forms: [any CountForm]
  /// P(N ≥ 1), P(N ≥ 2) …, the points and stages of one count beside each other.
  private var table: [Double] = []
  private var others: [Int: [Double]] = [:]
  private let width: Int
  private var tableCount = 0

  /// - Parameter enough: the chance above the higher quantile; a table need not go below it.
  init(_ forms: [any CountForm], stages: Int, enough: Double) {
    self.forms = forms
    width = forms.count * stages
    var count = CountsIfAlive.shortest
    while extend(to: count, stages), count < CountsIfAlive.longest,
      table.suffix(width).contains(where: { $0 > enough })
    {
      count *= 4
    }
  }

  /// Makes the table anew, longer; false when a model has none to give.
  private mutating func extend(to count: Int, _ stages: Int) -> Bool {
    var columns: [[Double]] = []
    for form in forms {
      guard let column = form.reaches(through: count) else { return false }
      columns.append(column)
    }
    table = [Double](unsafeUninitializedCapacity: count * width) { buffer, initialised in
      var place = 0
      for index in 0..<count {
        for column in columns {
          for stage in 0..<stages {
            buffer.initializeElement(at: place, to: column[index * stages + stage])
            place += 1
          }
        }
      }
      initialised = place
    }
    tableCount = count
    return true
  }

  /// Moments by point and stage.
  func moments() -> [CountMoments] { forms.flatMap { $0.moments() } }

  /// The chance of at least `count` purchases, from 1, when points and stages have these weights.
  mutating func reach(_ count: Int, _ weights: [Double]) -> Double {
    if count <= tableCount {
      var sum = 0.0
      let start = (count - 1) * width
      for place in 0..<width { sum += weights[place] * table[start + place] }
      return sum
    }
    let row = others[count] ?? forms.flatMap { $0.reach(count) }
    others[count] = row
    return zip(weights, row).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The smallest count that is not exceeded with the given probability.
  mutating func quantile(_ probability: Double, _ weights: [Double]) -> Int {
    let above = 1 - probability
    if reach(1, weights) <= above { return 0 }
    // reach(below + 1) is too much, reach(enough + 1) is not.
    var (below, enough) = (0, max(1, min(8, tableCount)))
    while reach(enough + 1, weights) > above {
      guard enough < 1_000_000_000_000 else { return enough }
      below = enough
      enough *= 2
    }
    while enough - below > 1 {
      let middle = (below + enough) / 2
      if reach(middle + 1, weights) > above { below = middle } else { enough = middle }
    }
    return enough
  }
}
