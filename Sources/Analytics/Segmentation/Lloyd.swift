import Foundation
import Kernel

/// The passes over the rows that k-means needs, on all cores, with sums that do not depend on how many there are.
struct Lloyd: Sendable {
  private let features: FeatureMatrix
  private let stopAt: Double
  private let maximumIterations: Int

  init(_ features: FeatureMatrix, stopAt: Double, maximumIterations: Int) {
    self.features = features
    self.stopAt = stopAt
    self.maximumIterations = maximumIterations
  }

  /// Greedy k-means++: each next centre is the best of a few rows drawn with chance proportional to their squared
  /// distance from the nearest centre so far.
  func seeds(_ clusters: Int, _ chance: inout Chance) throws -> [[Double]] {
    var centres = [Array(features.row(chance.index(below: features.rows)))]
    var nearest = distances(to: centres[0], within: nil)
    // Two plus the natural logarithm of k rows to choose from, as Arthur and Vassilvitskii propose.
    let trials = min(8, 2 + Int(log(Double(clusters))))
    while centres.count < clusters {
      let sums = sums(nearest)
      guard sums.reduce(0, +) > 0 else {
        throw Problem(
          .invalid, field: "clusters", "There are only \(centres.count) different rows for \(clusters) groups.",
          mend: "Ask for fewer groups or add features.")
      }
      let drawn = (0..<trials).map { _ in
        Array(features.row(row(at: chance.uniform() * sums.reduce(0, +), in: nearest, sums)))
      }
      let left = inertia(with: drawn, nearest)
      let best = drawn.indices.min { left[$0] < left[$1] } ?? 0
      centres.append(drawn[best])
      nearest = distances(to: drawn[best], within: nearest)
    }
    return centres
  }

  /// The sum of each slice.
  private func sums(_ nearest: [Double]) -> [Double] {
    Parallel.slices(of: nearest.count) { rows in rows.reduce(0) { $0 + nearest[$1] } }
  }

  /// The row at which the running sum of the distances passes a goal.
  private func row(at goal: Double, in nearest: [Double], _ sums: [Double]) -> Int {
    var left = goal
    var slice = 0
    while slice + 1 < sums.count, left >= sums[slice] {
      left -= sums[slice]
      slice += 1
    }
    let rows = (slice * Parallel.slice)..<min(features.rows, (slice + 1) * Parallel.slice)
    var last = rows.lowerBound
    for row in rows where nearest[row] > 0 {
      last = row
      left -= nearest[row]
      if left < 0 { break }
    }
    return last
  }

  /// Every row's squared distance from a centre, or what it was if that was less.
  private func distances(to centre: [Double], within nearest: [Double]?) -> [Double] {
    Parallel.fill(features.rows, with: Double.infinity) { rows, out in
      features.values.withUnsafeBufferPointer { values in
        for row in rows {
          var sum = 0.0
          for column in centre.indices {
            let difference = values[row * centre.count + column] - centre[column]
            sum += difference * difference
          }
          out[row] = nearest.map { min($0[row], sum) } ?? sum
        }
      }
    }
  }

  /// What the summed distances would be with each of up to eight further centres.
  private func inertia(with drawn: [[Double]], _ nearest: [Double]) -> SIMD8<Double> {
    let block = Lloyd.blocks(drawn, columns: features.columns)
    let parts = Parallel.slices(of: features.rows) { rows in
      features.values.withUnsafeBufferPointer { values in
        var sum = SIMD8<Double>()
        for row in rows {
          let apart = distances(values, row * features.columns, block, 0)
          sum += apart.replacing(with: nearest[row], where: apart .> nearest[row])
        }
        return sum
      }
    }
    return parts.reduce(SIMD8<Double>(), +)
  }

  /// Moves the centres to the means of their rows until they rest.
  func run(_ start: [[Double]]) -> KMeans.Clustering {
    var centres = start
    var pass = assign(centres)
    var iterations = 1
    var converged = false
    while iterations < maximumIterations, !converged {
      let moved = means(of: pass, from: centres)
      let shift = zip(moved, centres).reduce(0) { $0 + squaredDistance($1.0, $1.1) }
      let next = assign(moved)
      converged = shift <= stopAt || next.assignment == pass.assignment
      (centres, pass) = (moved, next)
      iterations += 1
    }
    return KMeans.Clustering(
      assignment: pass.assignment.map(Int.init), centres: centres, sizes: pass.sizes, inertia: pass.inertia,
      iterations: iterations, converged: converged)
  }

  /// The means of the groups; a group that lost all its rows takes the row farthest from its centre.
  private func means(of pass: Pass, from centres: [[Double]]) -> [[Double]] {
    var farthest = pass.farthest
    return centres.indices.map { cluster in
      guard pass.sizes[cluster] == 0 else {
        return (0..<features.columns).map { column in
          pass.sums[cluster * features.columns + column] / Double(pass.sizes[cluster])
        }
      }
      return farthest.isEmpty ? centres[cluster] : Array(features.row(farthest.removeFirst()))
    }
  }
}

/// One assignment of all rows, with what the next centres need.
private struct Pass {
  var assignment: [UInt8]
  var sizes: [Int]
  var sums: [Double]
  var inertia: Double
  /// The row farthest from its centre in each slice, the farthest first.
  var farthest: [Int]
}

extension Lloyd {
  /// What one slice of the rows adds to a pass.
  private struct Part: Sendable {
    var assignment: [UInt8] = []
    var sizes: [Int]
    var sums: [Double]
    var inertia = 0.0
    var farthest = (row: 0, distance: -1.0)
  }

  private func assign(_ centres: [[Double]]) -> Pass {
    let blocks = Lloyd.blocks(centres, columns: features.columns)
    let empty = Part(
      sizes: Array(repeating: 0, count: centres.count),
      sums: Array(repeating: 0, count: centres.count * features.columns))
    let parts = Parallel.slices(of: features.rows) { rows in assign(rows, blocks, empty) }
    var pass = Pass(assignment: [], sizes: empty.sizes, sums: empty.sums, inertia: 0, farthest: [])
    pass.assignment.reserveCapacity(features.rows)
    for part in parts {
      pass.assignment.append(contentsOf: part.assignment)
      for index in pass.sizes.indices { pass.sizes[index] += part.sizes[index] }
      for index in pass.sums.indices { pass.sums[index] += part.sums[index] }
      pass.inertia += part.inertia
    }
    pass.farthest = parts.map(\.farthest).sorted { $0.distance > $1.distance }.map(\.row)
    return pass
  }

  private func assign(_ rows: Range<Int>, _ blocks: [SIMD8<Double>], _ empty: Part) -> Part {
    var part = empty
    part.assignment.reserveCapacity(rows.count)
    let columns = features.columns
    features.values.withUnsafeBufferPointer { values in
      for row in rows {
        let start = row * columns
        let (cluster, distance) = nearest(values, start, blocks)
        part.assignment.append(UInt8(cluster))
        part.sizes[cluster] += 1
        part.inertia += distance
        if distance > part.farthest.distance { part.farthest = (row, distance) }
        for column in 0..<columns { part.sums[cluster * columns + column] += values[start + column] }
      }
    }
    return part
  }

  /// The nearest centre; the first of equally near ones.
  @inline(__always)
  private func nearest(
    _ values: UnsafeBufferPointer<Double>, _ start: Int, _ blocks: [SIMD8<Double>]
  ) -> (cluster: Int, distance: Double) {
    var best = (cluster: 0, distance: Double.infinity)
    for block in 0..<(blocks.count / features.columns) {
      let apart = distances(values, start, blocks, block)
      for lane in 0..<8 where apart[lane] < best.distance { best = (block * 8 + lane, apart[lane]) }
    }
    return best
  }

  /// One row's squared distances from the eight centres of a block.
  @inline(__always)
  private func distances(
    _ values: UnsafeBufferPointer<Double>, _ start: Int, _ blocks: [SIMD8<Double>], _ block: Int
  ) -> SIMD8<Double> {
    var sum = SIMD8<Double>()
    for column in 0..<features.columns {
      let difference = blocks[block * features.columns + column] - values[start + column]
      sum += difference * difference
    }
    return sum
  }

  /// Centres in blocks of eight, column after column within a block; empty lanes are infinitely far.
  private static func blocks(_ centres: [[Double]], columns: Int) -> [SIMD8<Double>] {
    (0..<((centres.count + 7) / 8)).flatMap { block in
      (0..<columns).map { column in
        var lanes = SIMD8<Double>(repeating: .infinity)
        for lane in 0..<min(8, centres.count - block * 8) { lanes[lane] = centres[block * 8 + lane][column] }
        return lanes
      }
    }
  }
}

private func squaredDistance(_ left: [Double], _ right: [Double]) -> Double {
  zip(left, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
}
