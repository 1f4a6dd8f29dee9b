import Foundation

/// Gauss-Legendre nodes and weights on the unit interval.
struct Quadrature: Sendable {
  let nodes: [Double]
  let weights: [Double]

  /// The rule with so many points; exact for polynomials of degree 2·points - 1.
  init(points: Int) {
    var nodes = [Double](repeating: 0, count: points)
    var weights = nodes
    let count = Double(points)
    for index in 0..<points {
      var x = cos(Double.pi * (Double(index) + 0.75) / (count + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (before, value) = (0.0, 1.0)
        for degree in 1...points {
          let k = Double(degree)
          (before, value) = (value, ((2 * k - 1) * x * value - (k - 1) * before) / k)
        }
        slope = count * (x * value - before) / (x * x - 1)
        let step = value / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      nodes[points - 1 - index] = (x + 1) / 2
      weights[points - 1 - index] = 1 / ((1 - x * x) * slope * slope)
    }
    self.nodes = nodes
    self.weights = weights
  }

  static let five = Quadrature(points: 5)
  static let eight = Quadrature(points: 8)
  static let sixteen = Quadrature(points: 16)

  /// The integral of `function` over [low, high] in so many equal panels.
  func integral(from low: Double, to high: Double, panels: Int = 1, _ function: (Double) -> Double) -> Double {
    let width = (high - low) / Double(max(1, panels))
    var sum = 0.0
    for panel in 0..<max(1, panels) {
      let start = low + width * Double(panel)
      for (node, weight) in zip(nodes, weights) { sum += weight * function(start + width * node) }
    }
    return sum * width
  }
}
