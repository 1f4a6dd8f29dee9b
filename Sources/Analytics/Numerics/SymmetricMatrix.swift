import Foundation

/// A small dense symmetric matrix, such as an information matrix, stored by rows.
struct SymmetricMatrix: Sendable, Equatable {
  let order: Int
  private(set) var elements: [Double]

  init(order: Int) {
    self.order = order
    elements = [Double](repeating: 0, count: order * order)
  }

  /// The identity times `scale`.
  init(order: Int, diagonal scale: Double) {
    self.init(order: order)
    for index in 0..<order { self[index, index] = scale }
  }

  subscript(row: Int, column: Int) -> Double {
    get { elements[row * order + column] }
    set { elements[row * order + column] = newValue }
  }

  func times(_ vector: [Double]) -> [Double] {
    (0..<order).map { row in (0..<order).reduce(0) { $0 + self[row, $1] * vector[$1] } }
  }

  func scaled(by factor: Double) -> SymmetricMatrix {
    var result = self
    for index in elements.indices { result.elements[index] *= factor }
    return result
  }

  /// The lower triangle L with L·Lᵀ equal to this matrix; nil when it is not positive definite.
  var choleskyFactor: SymmetricMatrix? {
    var factor = SymmetricMatrix(order: order)
    for row in 0..<order {
      for column in 0...row {
        let inner = (0..<column).reduce(0.0) { $0 + factor[row, $1] * factor[column, $1] }
        let rest = self[row, column] - inner
        if row == column {
          guard rest > 0, rest.isFinite else { return nil }
          factor[row, row] = rest.squareRoot()
        } else {
          factor[row, column] = rest / factor[column, column]
        }
      }
    }
    return factor
  }

  /// The inverse; nil when the matrix is not positive definite.
  var inverse: SymmetricMatrix? {
    guard let factor = choleskyFactor else { return nil }
    var result = SymmetricMatrix(order: order)
    for column in 0..<order {
      var solution = [Double](repeating: 0, count: order)
      for row in 0..<order {
        let inner = (0..<row).reduce(row == column ? 1.0 : 0.0) { $0 - factor[row, $1] * solution[$1] }
        solution[row] = inner / factor[row, row]
      }
      for row in (0..<order).reversed() {
        let inner = ((row + 1)..<order).reduce(solution[row]) { $0 - factor[$1, row] * solution[$1] }
        solution[row] = inner / factor[row, row]
      }
      for row in 0..<order { result[row, column] = solution[row] }
    }
    return result
  }

  /// The inverse of this matrix with enough added to its diagonal to make it positive definite; a multiple of the
  /// identity when nothing else helps.
  var shiftedInverse: SymmetricMatrix {
    var shift = 1e-3 * max(1e-6, (0..<order).map { abs(self[$0, $0]) }.max() ?? 1)
    for _ in 0..<40 {
      var shifted = self
      for index in 0..<order { shifted[index, index] += shift }
      if let inverse = shifted.inverse { return inverse }
      shift *= 4
    }
    return SymmetricMatrix(order: order, diagonal: 1e-3)
  }
}
