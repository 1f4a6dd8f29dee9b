import Customers
import Kernel

/// Whether customers alike buy a product soon after somebody did, more often than they would anyway (domain F8b, b).
package enum FollowOn {
  /// Followers ÷ expected followers over all products a customer bought; expected are those of its segment who had not
  /// bought the product yet, at the pace at which that segment takes it up.
  /// - Parameters:
  ///   - segments: every customer of the base; those without a segment are compared with each other.
  ///   - leastExpected: below so many expected followers nothing is said.
  /// - Returns: by customer; without an entry where too little can be expected.
  package static func lifts(
    _ purchases: [FirstPurchase], segments: [ID<Customer>: String?], observed: Period, within days: Int = 180,
    leastExpected: Double = 1
  ) -> [ID<Customer>: Double] {
    struct Cell: Hashable {
      let segment: String?
      let product: Int64
    }
    let sizes = Dictionary(grouping: segments.keys) { segments[$0] ?? nil }.mapValues(\.count)
    let inside = purchases.filter { observed.contains($0.day) && segments[$0.customer] != nil }
    let cells = Dictionary(grouping: inside) { Cell(segment: segments[$0.customer] ?? nil, product: $0.product) }
    var sums: [ID<Customer>: (followers: Double, expected: Double)] = [:]
    for (cell, takers) in cells {
      let numbers = takers.map { Int($0.day.number) }.sorted()
      let size = sizes[cell.segment] ?? 0
      let waited = numbers.reduce(0) { $0 + $1 - Int(observed.from.number) }
      let exposure = Double(waited + max(0, size - numbers.count) * observed.days)
      guard exposure > 0 else { continue }
      let pace = Double(numbers.count) / exposure
      for taker in takers {
        let day = Int(taker.day.number)
        let end = min(day + days, Int(observed.until.number) - 1)
        let before = numbers.countBelow(day + 1)
        var sum = sums[taker.customer] ?? (0, 0)
        sum.followers += Double(numbers.countBelow(end + 1) - before)
        sum.expected += Double(max(0, size - before)) * min(1, pace * Double(end - day))
        sums[taker.customer] = sum
      }
    }
    return sums.filter { $0.value.expected >= leastExpected }.mapValues { $0.followers / $0.expected }
  }
}
