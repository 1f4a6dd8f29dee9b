import Kernel

/// What was bought together: for each basket the different items in it.
public struct Baskets: Sendable, Equatable {
  /// Number of baskets, empty ones included.
  public let count: Int
  /// One more than the largest item number.
  public let items: Int
  /// Where each basket's items begin in `members`; one more entry than baskets.
  let starts: [Int32]
  let members: [Int32]

  /// One row for each line bought, in any order; repeated rows count once.
  /// - Parameters:
  ///   - baskets: which basket: an index from 0, without gaps unless `count` says how many there are.
  ///   - items: which item: an index from 0 below twenty million.
  ///   - count: the number of baskets when some have no line; nil for the largest index and one more.
  /// - Throws: `Problem` when the columns differ in length, or a number is negative or too large.
  public init(baskets: [Int], items: [Int], count: Int? = nil) throws {
    try requireSameCount("items", items.count, as: baskets.count)
    try Baskets.require("count", [count ?? 0, baskets.count], below: 1_000_000_001)
    try Baskets.require("items", items, below: 20_000_000)
    try Baskets.require("baskets", baskets, below: count ?? baskets.count)
    let basketCount = count ?? (baskets.max() ?? -1) + 1
    let itemCount = (items.max() ?? -1) + 1
    (self.count, self.items) = (basketCount, itemCount)
    var cursor = [Int32](repeating: 0, count: basketCount + 1)
    for basket in baskets { cursor[basket + 1] += 1 }
    for basket in 0..<basketCount { cursor[basket + 1] += cursor[basket] }
    let grouped = Baskets.group(baskets, items, cursor)
    (starts, members) = Baskets.different(grouped, cursor, items: itemCount)
  }

  private static func require(_ field: String, _ numbers: [Int], below limit: Int) throws {
    guard let wrong = numbers.first(where: { $0 < 0 || $0 >= limit }) else { return }
    throw Problem(
      .invalid, field: field, "\(wrong) is outside 0 to \(limit - 1).", mend: "Number from 0 without gaps.")
  }

  /// The items in order of their baskets.
  private static func group(_ baskets: [Int], _ items: [Int], _ starts: [Int32]) -> [Int32] {
    var cursor = starts
    return [Int32](unsafeUninitializedCapacity: items.count) { buffer, filled in
      for row in items.indices {
        buffer[Int(cursor[baskets[row]])] = Int32(items[row])
        cursor[baskets[row]] += 1
      }
      filled = items.count
    }
  }

  /// The same without repeats inside a basket.
  private static func different(
    _ grouped: [Int32], _ starts: [Int32], items: Int
  ) -> (starts: [Int32], members: [Int32]) {
    var lastSeen = [Int32](repeating: -1, count: items)
    var kept: [Int32] = [0]
    var members: [Int32] = []
    kept.reserveCapacity(starts.count)
    members.reserveCapacity(grouped.count)
    for basket in 0..<(starts.count - 1) {
      for place in Int(starts[basket])..<Int(starts[basket + 1]) {
        let item = grouped[place]
        guard lastSeen[Int(item)] != Int32(basket) else { continue }
        lastSeen[Int(item)] = Int32(basket)
        members.append(item)
      }
      kept.append(Int32(members.count))
    }
    return (kept, members)
  }

  /// In how many baskets each item is.
  var itemCounts: [Int] {
    var counts = [Int](repeating: 0, count: items)
    for item in members { counts[Int(item)] += 1 }
    return counts
  }
}
