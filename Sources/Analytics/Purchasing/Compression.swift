import Foundation
import Kernel

extension PurchaseHistories {
  /// Distinct (covariates, frequency, recency, age) in that order, with summed weights: the likelihood of equal
  /// customers is computed once.
  public func compressed() throws -> PurchaseHistories {
    if isCompressed { return self }
    let layout = try KeyLayout(self)
    var keys = Parallel.fill(rowCount, with: UInt64(0)) { range, slots in
      for row in range { slots[row] = layout.key(self, row) }
    }
    var weights = weight
    RadixSort.sort(&keys, carrying: &weights, bits: layout.bits)
    var distinct = 0
    for row in keys.indices {
      if distinct > 0, keys[row] == keys[distinct - 1] {
        weights[distinct - 1] += weights[row]
      } else {
        keys[distinct] = keys[row]
        weights[distinct] = weights[row]
        distinct += 1
      }
    }
    keys.removeLast(keys.count - distinct)
    weights.removeLast(weights.count - distinct)
    return layout.unpack(keys, weights, from: self)
  }

  /// Every `step`-th row of compressed histories: a small sample with the same spread, for starting values.
  func thinned(to rows: Int) -> PurchaseHistories {
    guard rowCount > rows else { return self }
    let step = Double(rowCount) / Double(rows)
    let kept = (0..<rows).map { min(rowCount - 1, Int((Double($0) + 0.5) * step)) }
    return PurchaseHistories(
      unit: unit, times: times, frequency: kept.map { frequency[$0] }, recency: kept.map { recency[$0] },
      age: kept.map { age[$0] }, weight: kept.map { weight[$0] }, logIntervals: logIntervals,
      covariates: covariates.map { index in index.selecting(kept) }, isCompressed: true)
  }
}

/// How a row is packed into one 64-bit key.
private struct KeyLayout {
  let timeBits: Int
  let countBits: Int
  let bits: Int

  init(_ histories: PurchaseHistories) throws {
    func width(_ count: Int) -> Int { max(1, Int.bitWidth - max(0, count).leadingZeroBitCount) }
    timeBits = width(histories.times.count)
    countBits = width(Int(histories.frequency.max() ?? 0))
    bits = 2 * timeBits + countBits + width(histories.covariates?.vectors.count ?? 0)
    guard bits <= 64 else {
      throw Problem(
        .tooLarge, field: "age", "There are too many distinct times.",
        mend: "Round times to days.", facts: [.init("times", String(histories.times.count))])
    }
  }

  @inline(__always)
  func key(_ histories: PurchaseHistories, _ row: Int) -> UInt64 {
    var key = UInt64(UInt32(bitPattern: histories.covariates?.row[row] ?? 0))
    key = key << UInt64(countBits) | UInt64(UInt32(bitPattern: histories.frequency[row]))
    key = key << UInt64(timeBits) | UInt64(UInt32(bitPattern: histories.recency[row]))
    return key << UInt64(timeBits) | UInt64(UInt32(bitPattern: histories.age[row]))
  }

  func unpack(_ keys: [UInt64], _ weights: [Double], from source: PurchaseHistories) -> PurchaseHistories {
    let timeMask: UInt64 = (1 << UInt64(timeBits)) - 1
    let countMask: UInt64 = (1 << UInt64(countBits)) - 1
    func part(_ shift: Int, _ mask: UInt64) -> [Int32] {
      keys.map { Int32(truncatingIfNeeded: ($0 >> UInt64(shift)) & mask) }
    }
    let groups = source.covariates.map { index in
      CovariateIndex(
        names: index.names, vectors: index.vectors,
        row: keys.map { Int32(truncatingIfNeeded: $0 >> UInt64(2 * timeBits + countBits)) })
    }
    return PurchaseHistories(
      unit: source.unit, times: source.times, frequency: part(2 * timeBits, countMask),
      recency: part(timeBits, timeMask), age: part(0, timeMask), weight: weights,
      logIntervals: source.logIntervals, covariates: groups, isCompressed: true)
  }
}

/// A stable radix sort of keys with a value each.
enum RadixSort {
  /// Sorts by the lowest `bits` bits, ascending, eleven at a time.
  static func sort(_ keys: inout [UInt64], carrying values: inout [Double], bits: Int) {
    guard keys.count > 1 else { return }
    var otherKeys = keys
    var otherValues = values
    var shift: UInt64 = 0
    while shift < UInt64(bits) {
      var starts = [Int](repeating: 0, count: 2049)
      for key in keys { starts[Int((key >> shift) & 2047) + 1] += 1 }
      for digit in 1...2048 { starts[digit] += starts[digit - 1] }
      for row in keys.indices {
        let digit = Int((keys[row] >> shift) & 2047)
        let place = starts[digit]
        starts[digit] = place + 1
        otherKeys[place] = keys[row]
        otherValues[place] = values[row]
      }
      swap(&keys, &otherKeys)
      swap(&values, &otherValues)
      shift += 11
    }
  }
}
