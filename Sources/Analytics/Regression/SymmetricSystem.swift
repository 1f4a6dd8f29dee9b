/// A symmetric positive definite system, solved by Cholesky's factor.
struct SymmetricSystem {
  let size: Int
  /// Row after row; the lower triangle is used.
  private var lower: [Double]

  /// nil, with the number of the first column that depends on those before it, when the matrix is not positive
  /// definite within rounding.
  static func factor(_ matrix: [Double], size: Int) -> (system: SymmetricSystem?, dependent: Int?) {
    var lower = matrix
    for column in 0..<size {
      var pivot = lower[column * size + column]
      let scale = pivot
      for inner in 0..<column { pivot -= lower[column * size + inner] * lower[column * size + inner] }
      guard pivot > scale * 1e-12, pivot.isFinite else { return (nil, column) }
      let root = pivot.squareRoot()
      lower[column * size + column] = root
      for row in (column + 1)..<size {
        var sum = lower[row * size + column]
        for inner in 0..<column { sum -= lower[row * size + inner] * lower[column * size + inner] }
        lower[row * size + column] = sum / root
      }
    }
    return (SymmetricSystem(size: size, lower: lower), nil)
  }

  /// The solution for one right-hand side.
  func solve(_ right: [Double]) -> [Double] {
    var solution = right
    for row in 0..<size {
      for inner in 0..<row { solution[row] -= lower[row * size + inner] * solution[inner] }
      solution[row] /= lower[row * size + row]
    }
    for row in (0..<size).reversed() {
      for inner in (row + 1)..<size { solution[row] -= lower[inner * size + row] * solution[inner] }
      solution[row] /= lower[row * size + row]
    }
    return solution
  }

  /// The inverse, row after row.
  var inverse: [[Double]] {
    (0..<size).map { column in solve((0..<size).map { $0 == column ? 1 : 0 }) }
  }
}

/// Σ left·right over the elements both have.
func scalarProduct(_ left: some Sequence<Double>, _ right: some Sequence<Double>) -> Double {
  var sum = 0.0
  for (one, other) in zip(left, right) { sum += one * other }
  return sum
}

/// The row vector times a square matrix times the vector again.
func quadraticForm(_ row: [Double], _ matrix: [[Double]]) -> Double {
  var sum = 0.0
  for (factor, line) in zip(row, matrix) { sum += factor * scalarProduct(line, row) }
  return sum
}
