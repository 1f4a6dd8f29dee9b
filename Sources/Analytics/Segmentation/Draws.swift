extension Chance {
  /// An index from 0 up to, not including, `count`; 0 when `count` is not positive.
  /// Multiplies instead of dividing; the bias is below count ÷ 2^64.
  mutating func index(below count: Int) -> Int {
    count > 0 ? Int(next().multipliedFullWidth(by: UInt64(count)).high) : 0
  }

  /// So many different indices below `count`, in the order drawn; all of them when there are not so many.
  mutating func indices(_ wanted: Int, below count: Int) -> [Int] {
    var order = Array(0..<max(0, count))
    let drawn = min(max(0, wanted), order.count)
    for place in 0..<drawn { order.swapAt(place, place + index(below: order.count - place)) }
    return Array(order.prefix(drawn))
  }
}
