import Foundation

extension ParetoProcess {
  /// P(alive) of every row. Customers of one count share the integrals between their times, as in the likelihood.
  public func aliveColumn(_ histories: PurchaseHistories) -> [Double] {
    let buckets = CountBuckets(histories)
    let columns = Parallel.map(buckets.count) { index in alive(buckets.rows(index), histories) }
    var result = [Double](repeating: 1, count: histories.rowCount)
    for index in 0..<buckets.count {
      for (row, value) in zip(buckets.rows(index), columns[index]) { result[Int(row)] = value }
    }
    return result
  }

  private func alive(_ rows: ArraySlice<Int32>, _ histories: PurchaseHistories) -> [Double] {
    guard let first = rows.first else { return [] }
    let integral = ParetoIntegral(r: r, alpha: alpha, s: s, beta: beta)
    let shape = r + Double(histories.frequency[Int(first)])
    var isUsed = [Bool](repeating: false, count: histories.times.count)
    for row in rows {
      isUsed[Int(histories.recency[Int(row)])] = true
      isUsed[Int(histories.age[Int(row)])] = true
    }
    let used = isUsed.indices.filter { isUsed[$0] }
    // Integral from each used time to the last, relative to the front there; and the logarithm of that front.
    var tails = [Double](repeating: 0, count: histories.times.count)
    var fronts = tails
    var later: Int?
    for time in used.reversed() {
      let now = histories.times[time]
      fronts[time] = -shape * log(alpha + now) - s * log(beta + now)
      if let later {
        let step = integral.moments(shape, from: now, to: histories.times[later]).plain
        tails[time] = step + exp(fronts[later] - fronts[time]) * tails[later]
      }
      later = time
    }
    return rows.map { row in
      let (last, end) = (Int(histories.recency[Int(row)]), Int(histories.age[Int(row)]))
      let stays = exp(fronts[end] - fronts[last])
      let leaves = max(0, tails[last] - stays * tails[end])
      return stays / (stays + s * leaves)
    }
  }
}

/// Rows by frequency.
struct CountBuckets: Sendable {
  private let order: [Int32]
  private let starts: [Int]

  var count: Int { starts.count - 1 }

  init(_ histories: PurchaseHistories) {
    var sizes = [Int](repeating: 0, count: Int(histories.frequency.max() ?? 0) + 2)
    for frequency in histories.frequency { sizes[Int(frequency) + 1] += 1 }
    for index in 1..<sizes.count { sizes[index] += sizes[index - 1] }
    starts = sizes
    var next = sizes
    var order = [Int32](repeating: 0, count: histories.rowCount)
    for row in 0..<histories.rowCount {
      let bucket = Int(histories.frequency[row])
      order[next[bucket]] = Int32(truncatingIfNeeded: row)
      next[bucket] += 1
    }
    self.order = order
  }

  func rows(_ bucket: Int) -> ArraySlice<Int32> { order[starts[bucket]..<starts[bucket + 1]] }
}
